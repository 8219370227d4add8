use std::path::Path;

use super::*;
use crate::Memory;

/// What is read of `GET /pets` with these query parameters, members of the body and other parts of the operation.
#[track_caller]
fn read_of(parameters: &str, members: &str, more: &str) -> Result<Pages, Misfit> {
    let contract = contract_of(parameters, members, more);
    read(&contract, &contract.operations[0], Rules::default())
}

#[track_caller]
fn contract_of(parameters: &str, members: &str, more: &str) -> Contract {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /pets:\n    get:\n      operationId: listPets\n      \
         parameters: [{parameters}]\n      responses:\n        '200':\n          description: ok\n          content: \
         {{application/json: {{schema: {{type: object, properties: {{{members}}}}}}}}}\n{more}"
    );
    let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
    reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()))
}

#[track_caller]
fn step(parameters: &str, members: &str, more: &str) -> Option<Step> {
    let pages = read_of(parameters, members, more).expect("it fits");
    let paging = pages.paging()?;
    assert!(paging.items.as_deref().is_none_or(|items| items == "pets"));
    Some(paging.step.clone())
}

fn cursor(parameter: &str, by_last_item: bool, next: &[&str], more: Option<&str>) -> Option<Step> {
    let next = next.iter().map(|&name| name.to_owned()).collect();
    let (parameter, more) = (parameter.to_owned(), more.map(str::to_owned));
    Some(Step::Cursor { parameter, by_last_item, next, more })
}

fn count(parameter: &str, first: Option<i64>) -> Option<Step> {
    Some(Step::Count { parameter: parameter.to_owned(), first })
}

const PETS: &str = "pets: {type: array, items: {type: object, properties: {id: {type: string}}}}";
const AFTER: &str = "{name: after, in: query, schema: {type: string}}";

fn with(members: &str) -> String {
    format!("{PETS}, {members}")
}

fn paged(rule: &str) -> String {
    format!("      x-paging: {rule}\n")
}

#[test]
fn a_link_to_the_operation_itself_has_the_cursor() {
    let members = with("meta: {type: object, properties: {a/b: {type: [string, 'null']}}}");
    let link = "          links: {next: {operationId: listPets, parameters: {query.after: '$response.body#/meta/a~1b'}}}\n";
    assert_eq!(step(AFTER, &members, link), cursor("after", false, &["meta", "a/b"], None));
    // A required parameter is there on the first page, too, where there is no cursor yet.
    let required = "{name: after, in: query, required: true, schema: {type: string}}";
    assert_eq!(step(required, &members, link), None);
}

#[test]
fn descriptions_say_that_a_member_is_the_cursor() {
    let parameter = |said: &str| {
        format!("{{name: cursor, in: query, description: '{said}', schema: {{type: string}}}}")
    };
    let next =
        |said: &str| with(&format!("next: {{type: [string, 'null'], description: '{said}'}}"));
    let found = cursor("cursor", false, &["next"], None);
    assert_eq!(step(&parameter("`next` of the page before."), &next(""), ""), found);
    assert_eq!(step(&parameter(""), &next("The cursor of the next page."), ""), found);
    // It may be a URL.
    assert_eq!(step(&parameter(""), &next("Where to go on."), ""), None);
    let meta = with("meta: {type: object, properties: {next_token: {type: string}}}");
    assert_eq!(
        step(&parameter(""), &meta, ""),
        cursor("cursor", false, &["meta", "next_token"], None)
    );
}

#[test]
fn names_have_the_cursor() {
    let token = "{name: page_token, in: query, schema: {type: string}}";
    let members = with("nextPageToken: {anyOf: [{type: 'null'}, {type: string}]}");
    assert_eq!(step(token, &members, ""), cursor("page_token", false, &["nextPageToken"], None));
    let members = with("last_id: {type: string}, has_more: {type: boolean}");
    let by_last_id = cursor("after", false, &["last_id"], Some("has_more"));
    assert_eq!(step(AFTER, &members, ""), by_last_id);
    let no_flag = with("last_id: {type: string}, has_more: {type: integer}");
    assert_eq!(step(AFTER, &no_flag, ""), None);
    let no_text = with("next_after: {type: object}");
    assert_eq!(step(AFTER, &no_text, ""), None);
}

#[test]
fn a_header_field_has_the_next_page() {
    let link = "          headers: {link: {schema: {type: string}}}\n";
    assert_eq!(step("", PETS, link), Some(Step::Link));
}

#[test]
fn a_member_has_the_url_of_the_next_page() {
    let url = |names: &[&str]| {
        Some(Step::Url { next: names.iter().map(|&name| name.to_owned()).collect() })
    };
    let of = |member: &str| step(AFTER, &with(member), "");
    assert_eq!(of("next: {type: [string, 'null'], format: uri-reference}"), url(&["next"]));
    assert_eq!(of("next: {type: string, description: 'URL of the next page.'}"), url(&["next"]));
    let links = "links: {type: object, properties: {next: {type: string, format: uri}}}";
    assert_eq!(of(links), url(&["links", "next"]));
    assert_eq!(of("next: {type: string, description: What comes next.}"), None);
    assert_eq!(of("next: {type: integer, description: URL of the next page.}"), None);
    // What is counted is asked for by number.
    let offset = "{name: offset, in: query, schema: {type: integer}}";
    assert_eq!(step(offset, &with(links), ""), count("offset", None));
}

#[test]
fn members_have_the_urls_of_other_pages() {
    let links = "links: {type: object, properties: {next: {type: string, format: uri}, prev: {type: string, format: uri}, first: {type: string}, last_page: {type: string, format: uri}}}";
    let contract = contract_of(AFTER, &with(links), "");
    let at = |name: &str| Some(vec!["links".to_owned(), name.to_owned()]);
    let expected = Links {
        next: at("next"),
        previous: at("prev"),
        // Nothing tells that this is one.
        first: None,
        last: at("last_page"),
    };
    assert_eq!(super::links(&contract, &contract.operations[0]), expected);
}

#[test]
fn parameters_count() {
    let offset = "{name: skip, in: query, schema: {type: integer}}";
    assert_eq!(step(offset, PETS, ""), count("skip", None));
    let page = |says: &str| format!("{{name: page, in: query, schema: {{type: integer{says}}}}}");
    assert_eq!(step(&page(", default: 1"), PETS, ""), count("page", Some(1)));
    assert_eq!(step(&page(", minimum: 0"), PETS, ""), count("page", Some(0)));
    assert_eq!(step(&page(""), PETS, ""), None);
}

#[test]
fn the_list_is_the_only_one_or_the_one_that_is_said() {
    let page = "{name: page, in: query, schema: {type: integer, default: 1}}";
    let two = with("errors: {type: array, items: {type: string}}");
    assert_eq!(step(page, &two, ""), None);
    assert_eq!(step(page, &two, &paged("{page: page, items: pets}")), count("page", Some(1)));
    let misfit = read_of(page, &two, &paged("{page: page}")).expect_err("two lists");
    assert_eq!(misfit.why, "the body has no list, or several; `items` says which");
    assert_eq!(misfit.at.pointer, "/paths/~1pets/get/x-paging");
}

#[test]
fn what_is_said_goes_before_what_is_seen() {
    let members = with("next_after: {type: string}, done: {type: boolean}");
    assert_eq!(step(AFTER, &members, ""), cursor("after", false, &["next_after"], None));
    let last = paged("{cursor: after, last: id, more: done}");
    assert_eq!(step(AFTER, &members, &last), cursor("after", true, &["id"], Some("done")));
    assert_eq!(read_of(AFTER, &members, &paged("false")), Ok(Pages::None));
    let misfit = read_of(AFTER, &members, &paged("{offset: after}")).expect_err("it is a text");
    assert!(misfit.why.contains("they don't fit"), "{}", misfit.why);
}

#[test]
fn settings_go_before_the_document() {
    let text = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /pets:\n    get:\n      parameters:\n      \
                - {name: page, in: query, schema: {type: integer}}\n      responses:\n        '200':\n          description: ok\n          \
                content: {application/json: {schema: {type: array, items: {}}}}\n";
    let contract = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", text)).contract;
    let contract = contract.expect("it can be read");
    let operation = &contract.operations[0];
    let rule = PagingRule::By(Way::Page("page".to_owned(), Some(7)), None);
    let step = |rules| {
        read(&contract, operation, rules).map(|pages| pages.paging().map(|one| one.step.clone()))
    };
    assert_eq!(step(Rules { own: Some(&rule), others: None }), Ok(count("page", Some(7))));
    assert_eq!(step(Rules { own: None, others: Some(&rule) }), Ok(count("page", Some(7))));
    let off = Rules { own: Some(&PagingRule::Off), others: Some(&rule) };
    assert_eq!(read(&contract, operation, off), Ok(Pages::None));
    // One for all that doesn't fit is nobody's fault.
    let other = PagingRule::By(Way::Offset("start".to_owned()), None);
    assert_eq!(
        read(&contract, operation, Rules { own: None, others: Some(&other) }),
        Ok(Pages::Unknown)
    );
}
