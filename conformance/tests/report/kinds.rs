//! Faults of a whole service: told once, whatever operations and data they are met with.

use conformance::report::{self, Report};

use crate::support::{World, case};

/// So many operations, whose answers hold a map of things.
fn world(version: &str) -> World {
    let mut text = format!("openapi: {version}\ninfo: {{ title: Many, version: '1' }}\npaths:\n");
    for number in 0..22 {
        text.push_str(&format!(
            "  /things/{number}:\n    get:\n      operationId: getThing{number}\n      responses:\n        \
             '200':\n          description: a\n          content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Things' }} }} }}\n"
        ));
    }
    text.push_str(
        "components:\n  schemas:\n    Things: { type: object, properties: { all: { type: object, additionalProperties: { $ref: '#/components/schemas/Thing' } } } }\n    \
         Thing: { type: object, properties: { pending: { type: string, enum: [a, b] } } }\n",
    );
    World::new(&text)
}

fn plain(report: &Report) -> String {
    anstream::adapter::strip_str(&report::terminal_of_width(report, 100)).to_string()
}

#[test]
fn one_fault_of_many_operations_is_one_kind_and_the_worst_comes_first() {
    let mut run: Vec<_> = (0..22)
        .map(|n| {
            let id = format!("getThing{n}");
            case(&format!("{id}:200:a")).step(&id, 405).fails("allow")
        })
        .collect();
    run.push(case("getThing3:200:b").step("getThing3", 200).fails("security-enforced"));
    run.push(case("getThing4:200:b").step("getThing4", 500).fails("no-server-error"));
    let report = world("3.1.0").report(run);
    assert_eq!(report.causes.len(), 24);
    let allow = report.causes.iter().filter(|cause| cause.kind == "allow:405");
    assert_eq!(allow.count(), 22);
    let text = plain(&report);
    let headings: Vec<_> = text.lines().filter(|line| line.starts_with('✗')).collect();
    assert_eq!(
        headings,
        [
            "✗ getThing4: no-server-error no-server-error is broken (1 case)",
            "✗ getThing3: security-enforced security-enforced is broken (1 case)",
            "✗ allow: allow is broken (22 operations, first: getThing0)",
        ]
    );
    assert!(text.contains("likewise  getThing1, getThing2,"), "{text}");
    assert!(text.contains("24 causes of 3 kinds"), "{text}");
    let markdown = report::markdown(&report);
    assert!(markdown.contains("### Failures: 24 causes of 3 kinds"), "{markdown}");
    assert_eq!(markdown.matches("<details>").count(), 3, "{markdown}");
    let page = report::html(&report);
    assert!(page.contains("21 more causes of this kind: getThing1, "));
    for position in 0..24 {
        assert_eq!(page.matches(&format!("id=\"cause-{position}\"")).count(), 1, "{position}");
    }
}

#[test]
fn names_in_the_data_make_no_further_causes() {
    let null = |name: &str, fresh: &str| {
        let pointer = format!("/all/{fresh}/pending");
        case(&format!("getThing0:200:{name}"))
            .step("getThing0", 200)
            .rejects(&pointer, "enum", "one of [\"a\",\"b\"]", "null")
            .rejects(&pointer, "type", "a string", "null")
    };
    let run = || vec![null("a", "srv1"), null("b", ""), null("c", "conformance-j5slqi4q")];
    for (version, write) in [("3.1.0", "`type: [string, 'null']`"), ("3.0.3", "`nullable: true`")] {
        let report = world(version).report(run());
        let [cause] = &report.causes[..] else { panic!("{:?}", report.causes) };
        assert_eq!(cause.cause, "getThing0:200:body-schema:/all/*/pending:type");
        assert_eq!((cause.kind.as_str(), cause.cases), ("body-schema:null", 3));
        assert_eq!(cause.message, "`/all/*/pending` violates `type`: expected a string");
        let hint = cause.hint.as_deref().unwrap_or_default();
        assert!(hint.contains(write) && hint.contains("its `enum`"), "{hint}");
        let marked = report.cases.iter().flat_map(|case| &case.steps).flat_map(|step| &step.checks);
        let marked = marked.filter(|check| check.cause.as_ref() == Some(&cause.cause));
        assert_eq!(marked.count(), 6, "both keywords of each case have the cause");
        assert!(plain(&report).contains(write));
    }
}

#[test]
fn another_value_at_the_same_place_is_another_cause() {
    let report = world("3.1.0").report(vec![
        case("getThing0:200:a").step("getThing0", 200).rejects(
            "/all/x/pending",
            "enum",
            "one of a, b",
            "\"c\"",
        ),
        case("getThing0:200:b").step("getThing0", 200).rejects(
            "/all/x/pending",
            "type",
            "a string",
            "3",
        ),
        case("getThing1:200:b").step("getThing1", 200).rejects(
            "/all/y/pending",
            "type",
            "a string",
            "4",
        ),
    ]);
    let mut kinds: Vec<_> = report.causes.iter().map(|cause| cause.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["body-schema:enum", "body-schema:type:number", "body-schema:type:number"]);
    assert!(report.causes.iter().all(|cause| cause.hint.is_none()));
    assert!(plain(&report).contains(
        "✗ body-schema: a value violates `type`: expected a string (2 operations, first: getThing0)"
    ));
}
