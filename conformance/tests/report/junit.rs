//! The JUnit report is XML, whatever a target sent, and has the elements and attributes of the schemas that Jenkins and
//! Maven Surefire publish, in their order.

use conformance::report;

use crate::support::{World, case};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: 'Things & <more>', version: '1' }
paths:
  /things:
    get: { operationId: things.list, responses: { '200': { description: a }, '404': { description: b } } }
    post: { operationId: createThing, responses: { '201': { description: a } } }
";

/// An element, with its text behind its children.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{name} of {}", self.name))
    }

    fn number(&self, name: &str) -> usize {
        self.get(name).parse().expect("a number")
    }

    /// How many tests below it have a child of this name.
    fn with(&self, name: &str) -> usize {
        let has = |test: &&Element| test.children.iter().any(|child| child.name == name);
        self.children.iter().filter(has).count()
    }
}

/// Reads XML without doctypes, comments and processing instructions; anything that isn't well-formed panics.
fn read(xml: &str) -> Element {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(allowed), "XML 1.0 §2.2");
    let mut rest =
        xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    let mut open = vec![Element::default()];
    while let Some((text, after)) = rest.split_once('<') {
        open.last_mut().expect("an element").text.push_str(&unescaped(text));
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().expect("an element");
            assert_eq!(closed.name, name, "tags nest");
            open.last_mut().expect("a parent").children.push(closed);
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let element = element(tag);
        match is_empty {
            true => open.last_mut().expect("a parent").children.push(element),
            false => open.push(element),
        }
    }
    assert!(rest.trim().is_empty() && open.len() == 1, "every element ends");
    let mut root = open.pop().expect("a root").children;
    assert_eq!(root.len(), 1, "one root");
    root.remove(0)
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    while !rest.trim().is_empty() {
        let (name, after) = rest.trim_start().split_once("=\"").expect("a quoted value");
        let (value, after) = after.split_once('"').expect("its end");
        assert!(element.attributes.iter().all(|(one, _)| one != name), "{name} is there once");
        element.attributes.push((name.to_owned(), unescaped(value)));
        rest = after;
    }
    element
}

fn unescaped(text: &str) -> String {
    assert!(!text.contains('<'));
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#10;", "&#9;"];
        assert!(known.iter().any(|entity| text[at..].starts_with(entity)), "{}", &text[at..]);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#10;", "\n").replace("&#9;", "\t").replace("&amp;", "&")
}

#[test]
fn a_suite_an_operation_and_a_test_a_case() {
    let hostile = "</failure>]]>&amp;\u{0}\u{1b}\u{fffe}\"'\n<x>";
    let report = World::new(CONTRACT).report(vec![
        case("things.list:200:a").step("things.list", 200),
        case("things.list:200:b").step("things.list", 200).fails("media-type"),
        case("things.list:200:c")
            .step("things.list", 200)
            .fails_at("body-schema", Some(hostile))
            .seen_again(1, 3),
        case(&format!("things.list:200:{hostile}")).skipped(hostile),
    ]);
    let root = read(&report::junit(&report));
    assert_eq!((root.name.as_str(), root.get("name")), ("testsuites", "Things & <more>"));
    assert_eq!((root.number("tests"), root.number("failures"), root.number("errors")), (6, 2, 0));
    assert_eq!(root.get("time"), "1.234");
    let names: Vec<_> = root.children.iter().map(|suite| suite.get("name")).collect();
    assert_eq!(names, ["things.list", "createThing"]);
    for suite in &root.children {
        assert_eq!(suite.name, "testsuite");
        assert_eq!(suite.number("tests"), suite.children.len());
        assert_eq!(suite.number("failures"), suite.with("failure"));
        assert_eq!(suite.number("skipped"), suite.with("skipped"));
        for test in &suite.children {
            assert_eq!(test.name, "testcase");
            let attributes: Vec<_> =
                test.attributes.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(attributes, ["name", "classname", "time"]);
            assert!(test.children.len() <= 1, "passed, failed or skipped");
        }
    }
    let tests = &root.children[0].children;
    assert_eq!(tests[0].get("classname"), "things_list.200", "a dot would make a package of it");
    let failure = &tests[1].children[0];
    assert_eq!(failure.get("type"), "things.list:200:media-type", "its cause");
    assert_eq!(failure.get("message"), "media-type is broken");
    assert!(failure.text.contains("curl -i http://target/things/things.list:200:b"), "{failure:?}");
    assert!(tests[2].children[0].text.starts_with("flaky: seen again 1 of 3 times"));
    assert!(tests[3].children[0].get("message").contains("</failure>"), "as text");
    assert_eq!(tests[4].get("name"), "things.list:404", "a cell without a case is skipped");
    assert_eq!(tests[4].children[0].get("message"), "no case provokes it");
}
