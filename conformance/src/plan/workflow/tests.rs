use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;
use spec::{Contract, Memory};

use crate::arazzo::tests::{PETS, TAKEN, contract, read_for, read_text};
use crate::case::{Case, Credentials, Input, Isolation};
use crate::plan::{PlanContext, Rights, plan};

fn context() -> PlanContext {
    let only = |names: &[&str]| Rights::Only(names.iter().map(|name| (*name).to_owned()).collect());
    PlanContext {
        inputs: IndexMap::from([("farm".to_owned(), Value::from("north"))]),
        credentials: IndexMap::from([
            ("maker".to_owned(), only(&["makePet"]).into()),
            ("farmer".to_owned(), Rights::All.into()),
        ]),
        faults: false,
        ..PlanContext::default()
    }
}

fn planned(steps: &str) -> Vec<Case> {
    let reading = read_text(steps);
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    plan(&contract(), reading.workflows.as_ref(), &context()).cases
}

fn workflow(cases: &[Case]) -> &Case {
    cases.iter().find(|case| case.id.contains(":workflow:")).expect("the workflow is a case")
}

#[test]
fn a_workflow_becomes_a_case_that_cleans_up() {
    let cases = planned(TAKEN);
    let case = workflow(&cases);
    assert_eq!(case.id, "makePet:409:workflow:w");
    assert_eq!(
        case.also.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["makePet:201", "freePet:204"]
    );
    assert_eq!(case.isolation, Isolation::Alone);
    insta::assert_json_snapshot!(case);
}

#[test]
fn inputs_come_from_the_profile_then_from_defaults_then_fresh() {
    let cases = planned(&TAKEN.replace("'a {$inputs.name}!'", "'{$inputs.kind} {$inputs.name}'"));
    let inputs = &workflow(&cases).inputs;
    assert_eq!(*inputs["farm"], Input::Profile("farm".to_owned()));
    assert_eq!(*inputs["kind"], Input::Value("dog".into()));
    assert!(matches!(*inputs["name"], Input::Fresh(_)));
}

#[test]
fn what_a_step_removes_is_not_removed_again_and_what_none_does_is() {
    let cases = planned(TAKEN);
    let undone: Vec<_> = workflow(&cases)
        .cleanup
        .iter()
        .map(|one| (one.after.as_str(), one.unless.as_deref()))
        .collect();
    assert_eq!(undone, [("again", None), ("make", Some("free"))]);
}

#[test]
fn members_that_repeat_the_path_are_learned_for_every_other_case() {
    let cases = planned(TAKEN);
    let happy =
        cases.iter().find(|case| case.id.starts_with("makePet:201:happy-path")).expect("one");
    let body = serde_json::to_value(&happy.steps[0].request.body).expect("serializes");
    assert_eq!(body.pointer("/content/json/object/farm/expression"), Some(&"$inputs.farm".into()));
}

#[test]
fn steps_with_credentials_are_sent_as_one_who_may_all() {
    let secured = PETS.replace("paths:\n", "security: [{b: []}]\npaths:\n")
        + "  securitySchemes: {b: {type: http, scheme: bearer}}\n";
    let reading = spec::read(Path::new("p.yaml"), &Memory::one("p.yaml", &secured));
    let contract = reading.contract.expect("readable");
    let plan = plan(&contract, read_text(TAKEN).workflows.as_ref(), &context());
    let senders = workflow(&plan.cases).steps.iter().map(|step| &step.request.credentials);
    assert!(senders.into_iter().all(|sender| *sender == Credentials::As("farmer".to_owned())));
}

#[test]
fn a_workflow_that_the_profile_can_not_run_is_left_out_and_says_why() {
    let reading = read_text(TAKEN);
    let left_out = |contract: &Contract, context: &PlanContext| -> Vec<String> {
        let plan = plan(contract, reading.workflows.as_ref(), context);
        assert!(!plan.cases.iter().any(|case| case.id.contains(":workflow:")));
        let workflows = plan.left_out.into_iter().filter(|one| one.id == "w");
        workflows.map(|one| format!("{}: {}", one.id, one.reason)).collect()
    };
    let nowhere = PlanContext { inputs: IndexMap::new(), ..context() };
    let expected = "w: its input `farm` has to name something that is there; give it under `[inputs]` of the profile";
    assert_eq!(left_out(&contract(), &nowhere), [expected]);

    let secured = PETS.replace("paths:\n", "security: [{b: []}]\npaths:\n")
        + "  securitySchemes: {b: {type: http, scheme: bearer}}\n";
    let secured = spec::read(Path::new("p.yaml"), &Memory::one("p.yaml", &secured));
    let mut maker = context();
    maker.credentials.shift_remove("farmer");
    let expected = "w: no credential of the profile may call each of its operations";
    assert_eq!(left_out(&secured.contract.expect("readable"), &maker), [expected]);
}

/// What a workflow of these steps sends: `make: POST /farms/{farm}/pets {"farm":…}`.
fn sent(case: &Case) -> Vec<String> {
    let told = |step: &std::sync::Arc<crate::case::Step>| {
        let path = serde_json::to_string(&step.request.path_parameters).expect("serializes");
        let body = step.request.body.is_some();
        format!("{} {path} body {body}", step.id)
    };
    case.steps.iter().map(told).collect()
}

const FARM: &str = r#""farm":[{"expression":"$inputs.farm"}]"#;

#[test]
fn what_a_step_leaves_open_is_given_by_the_suite() {
    let cases = planned(
        "      - {stepId: make, operationId: freePet, successCriteria: [{condition: $statusCode == 204}]}\n",
    );
    let case = workflow(&cases);
    assert_eq!(
        sent(case),
        [
            format!("make_2 {{{FARM}}} body true"),
            format!(
                r#"make {{{FARM},"pet":[{{"expression":"$steps.make_2.outputs.pet"}}]}} body false"#
            ),
        ],
        "what it frees is made first, in a step that isn't called like its own"
    );
    assert_eq!(case.cleanup.len(), 1);
}

#[test]
fn a_step_that_wants_to_be_refused_for_its_request_is_sent_as_it_is_written() {
    for (status, has_body) in [(400, false), (409, true)] {
        let pets = PETS.replace("'409'", &format!("'{status}'"));
        let contract = spec::read(Path::new("p.yaml"), &Memory::one("p.yaml", &pets)).contract;
        let contract = contract.expect("readable");
        let steps = format!(
            "      - {{stepId: a, operationId: makePet, successCriteria: [{{condition: $statusCode == {status}}}]}}\n"
        );
        let reading = read_for(&steps, &contract);
        let plan = plan(&contract, reading.workflows.as_ref(), &context());
        assert_eq!(sent(workflow(&plan.cases)), [format!("a {{{FARM}}} body {has_body}")]);
    }
}

#[test]
fn a_workflow_is_left_out_where_what_it_leaves_open_can_not_be_given() {
    let pets = PETS.replace("responses: {'204'", "responses: {'404': {description: gone}, '204'");
    let unmade = pets
        .replace("operationId: makePet", "operationId: makePet\n      x: x")
        .replace("    post:", "    patch:");
    let steps = |status: u16| {
        format!(
            "      - {{stepId: a, operationId: freePet, successCriteria: [{{condition: $statusCode == {status}}}]}}\n"
        )
    };
    for (document, status, expected) in [
        (
            &pets,
            404,
            "step `a` wants that something is not there, and leaves open what: give `pet` a value",
        ),
        (&unmade, 204, "nothing tells what `pet` names"),
    ] {
        let contract = spec::read(Path::new("p.yaml"), &Memory::one("p.yaml", document)).contract;
        let contract = contract.expect("readable");
        let reading = read_for(&steps(status), &contract);
        let plan = plan(&contract, reading.workflows.as_ref(), &context());
        let reason = plan.left_out.iter().find(|one| one.id == "w").map(|one| &one.reason);
        assert!(reason.is_some_and(|reason| reason.starts_with(expected)), "{reason:?}");
    }
}
