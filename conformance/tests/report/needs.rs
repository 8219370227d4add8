//! A cell that is skipped says what would reach it, as text that can be put into its file.

use std::path::Path;

use conformance::arazzo;
use conformance::profile::read_text;
use conformance::report::{self, Report};
use spec::Memory;

use crate::support::{World, case};

const CONTRACT: &str = r#"
openapi: 3.0.3
info: { title: Things, version: '1' }
security: [{ token: [] }]
paths:
  /things:
    post:
      operationId: 'make "it"'
      requestBody: { content: { application/json: { schema: { required: [name], properties: { name: {}, size: {} } } } } }
      responses: { '201': { description: a }, default: { description: b }, '429': { description: c } }
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getThing, responses: { '200': { description: a }, '404': { description: b }, '4XX': { description: b } } }
    delete: { operationId: dropThing, responses: { '204': { description: a }, '409': { description: b } } }
components: { securitySchemes: { token: { type: apiKey, in: header, name: X-Key } } }
"#;

/// What the cell needs when it is skipped for this reason.
fn needs(cell: &str, reason: &str) -> Option<String> {
    let world = World::new(CONTRACT);
    let report = world.report(vec![case(&format!("{cell}:a")).skipped(reason)]);
    let name = |report: &Report, at: usize| {
        let cell = &report.cells[at];
        format!("{}:{}", cell.operation_id, cell.status)
    };
    let at = (0..report.cells.len()).find(|&at| name(&report, at) == cell).expect("the cell");
    report.cells[at].needs.clone()
}

#[test]
fn what_a_profile_would_say_is_a_profile() {
    for (cell, reason, entry) in [
        (
            "dropThing:204",
            "it may act on all; `allow = [\"dropThing\"]` in the profile lets it be called",
            "allow = [\"dropThing\"]\n",
        ),
        (
            "make \"it\":201",
            "nothing removes it; `creates = [\"make \"it\"\"]` in the profile lets it be made",
            "creates = ['make \"it\"']\n",
        ),
        (
            "getThing:200",
            "nothing tells what `id` names; give it under `[inputs]` of the profile, or as `[operations.getThing.path] id = …`",
            "[operations.getThing.path]\nid = \"…\"\n",
        ),
        (
            "getThing:200",
            "neither the profile nor a set-up gives `a b`",
            "[inputs]\n\"a b\" = \"…\"\n",
        ),
        (
            "getThing:200",
            "no credential of the profile may call it",
            "[credentials.other]\napi_key_env = \"OTHER_KEY\"\nmay = [\"getThing\"]\n",
        ),
        (
            "getThing:4XX",
            "every credential of the profile may call it; one that may not would do; a workflow (Arazzo) can provoke it",
            "[credentials.other]\napi_key_env = \"OTHER_KEY\"\nmay = []\n",
        ),
        (
            "getThing:200",
            "what it needs could not be had: `make \"it\"` answered 422; see make \"it\":201",
            "[operations.'make \"it\"'.body]\nname = \"…\"\n",
        ),
        (
            "getThing:200",
            "what it needs could not be had: `make \"it\"` answered 403; see make \"it\":201",
            "[credentials.other]\napi_key_env = \"OTHER_KEY\"\nmay = ['make \"it\"']\n",
        ),
        (
            "make \"it\":201",
            "its cases were answered with 400 instead",
            "[operations.'make \"it\"'.body]\nname = \"…\"\n",
        ),
        (
            "getThing:200",
            "its cases were answered with 404 instead",
            "[operations.getThing.path]\nid = \"…\"\n",
        ),
        (
            "make \"it\":201",
            "no valid body of `make \"it\"` could be made",
            "[operations.'make \"it\"'.body]\nname = \"…\"\n",
        ),
        ("getThing:4XX", "one\nthat says `faults = true` in its profile", "faults = true\n"),
    ] {
        let needs = needs(cell, reason).unwrap_or_else(|| panic!("{reason}"));
        let comment = reason.replace('\n', " ");
        assert_eq!(needs, format!("# {comment}\n{entry}"));
        let read =
            read_text(Path::new("profile.toml"), &needs, |_| Some("from-outside".to_owned()));
        assert!(read.is_ok(), "{needs}: {read:?}");
    }
}

#[test]
fn what_a_workflow_would_do_is_a_workflow() {
    let unknown =
        "nothing in the contract tells how to provoke it; a workflow (Arazzo) can provoke it";
    let instead = "its cases were answered with 200 instead";
    let contract = World::new(CONTRACT).contract;
    for (cell, reason, words) in [
        ("dropThing:409", unknown, "$statusCode == 409"),
        ("dropThing:409", instead, "$statusCode == 409"),
        ("dropThing:409", "none of its cases was answered with this status", "$statusCode == 409"),
        ("getThing:4XX", unknown, "$statusCode >= 400 && $statusCode <= 499"),
        ("getThing:404", unknown, "name: \"id\", in: path, value: \"…\""),
        ("make \"it\":default", unknown, "$statusCode >= 400"),
        ("make \"it\":429", unknown, "type: retry"),
        (
            "make \"it\":201",
            "bodies of text/csv, image/png are not made",
            "contentType: \"text/csv\"",
        ),
    ] {
        let needs = needs(cell, reason).unwrap_or_else(|| panic!("{cell}: {reason}"));
        assert!(needs.contains(words), "{needs}");
        let text = format!(
            "arazzo: 1.0.1\ninfo: {{ title: a, version: '1' }}\nsourceDescriptions: [{{ name: things, url: ./things.yaml, type: openapi }}]\n{needs}"
        );
        let reading = arazzo::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text), &contract);
        assert!(!reading.findings.has_errors(), "{text}\n{}", reading.findings.render());
        assert_eq!(reading.workflows.expect("workflows").list.len(), 1, "{text}");
    }
}

#[test]
fn where_nothing_would_help_nothing_is_needed() {
    for reason in ["the run was interrupted", "its cases were answered with 405 instead"] {
        assert_eq!(needs("getThing:200", reason), None, "{reason}");
    }
    let passed = World::new(CONTRACT).report(vec![case("getThing:200:a").step("getThing", 200)]);
    let reached = passed.cells.iter().find(|cell| cell.reason.is_none()).expect("a passed cell");
    assert_eq!(reached.needs, None);
    assert!(report::json(&passed).contains("\"needs\""), "the key is there all the same");
}
