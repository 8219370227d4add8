use std::path::Path;

use indexmap::IndexMap;
use spec::{Contract, Memory};

use super::*;
use crate::case::{Case, Credentials, Input, Isolation};
use crate::plan::{PlanContext, Rights, plan};

const PETS: &str = "
openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /farms/{farm}/pets:
    parameters: [{name: farm, in: path, required: true, schema: {type: string}}]
    post:
      operationId: makePet
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [farm, name], properties: {farm: {type: string}, name: {type: string}}}
      responses:
        '201':
          description: made
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        '409': {description: taken}
  /farms/{farm}/pets/{pet}:
    parameters:
      - {name: farm, in: path, required: true, schema: {type: string}}
      - {name: pet, in: path, required: true, schema: {type: string}}
    delete:
      operationId: freePet
      responses: {'204': {description: free}}
components:
  schemas:
    Pet: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}
";

fn contract() -> Contract {
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", PETS));
    reading.contract.expect("the contract is readable")
}

fn read_text(steps: &str) -> Reading {
    let text = format!(
        "arazzo: 1.0.1
info: {{title: t, version: '1'}}
sourceDescriptions: [{{name: pets, url: ./pets.yaml, type: openapi}}]
workflows:
  - workflowId: w
    summary: A name is taken once
    x-exclusive: true
    inputs:
      $ref: '#/components/inputs/both'
    parameters:
      - reference: $components.parameters.farm
    steps:
{steps}
components:
  parameters:
    farm: {{name: farm, in: path, value: $inputs.farm}}
  inputs:
    name: {{type: string, minLength: 3, maxLength: 12}}
    both:
      type: object
      properties:
        farm: {{type: string}}
        name: {{$ref: '#/components/inputs/name'}}
        kind: {{type: string, default: dog}}
"
    );
    read(Path::new("w.yaml"), &Memory::one("w.yaml", &text), &contract())
}

const TAKEN: &str = "
      - stepId: make
        operationId: makePet
        requestBody:
          contentType: application/json
          payload: {farm: $inputs.farm, name: 'a {$inputs.name}!'}
        successCriteria: [{condition: $statusCode == 201}, {condition: $response.body#/name != null}]
        outputs: {pet: $response.body#/id}
      - stepId: again
        operationId: $sourceDescriptions.pets.makePet
        requestBody:
          payload: {farm: $inputs.farm, name: x}
          replacements: [{target: /name, value: $inputs.name}]
        successCriteria: [{condition: $statusCode == 409}]
      - stepId: free
        operationId: freePet
        parameters: [{name: pet, in: path, value: $steps.make.outputs.pet}]
        successCriteria: [{condition: $statusCode == 204}]
";

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

#[track_caller]
fn check_findings(steps: &str, expected: &[&str]) {
    let reading = read_text(steps);
    let found: Vec<_> = reading
        .findings
        .list
        .iter()
        .map(|finding| format!("{} {}", finding.code, finding.at.pointer))
        .collect();
    assert_eq!(found, expected, "{}", reading.findings.render());
    let left = reading.workflows.map_or(0, |workflows| workflows.list.len());
    assert_eq!(left, 0, "a workflow that is not wholly understood is left out");
}

#[test]
fn a_workflow_of_an_operation_that_is_left_out_is_left_out() {
    let undeclared =
        PETS.replace("      - {name: pet, in: path, required: true, schema: {type: string}}\n", "");
    assert_ne!(undeclared, PETS);
    let contract = spec::read(Path::new("p.yaml"), &Memory::one("p.yaml", &undeclared)).contract;
    let contract = contract.expect("the rest is readable");
    let text = "arazzo: 1.0.1\nworkflows: [{workflowId: w, steps: [{stepId: s, operationId: freePet}, {stepId: t, operationPath: '{$sourceDescriptions.p.url}#/paths/~1farms~1{farm}~1pets~1{pet}/delete'}]}]\n";
    let reading = read(Path::new("w.yaml"), &Memory::one("w.yaml", text), &contract);
    let codes: Vec<_> = reading.findings.list.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["unsupported-workflow"; 2], "{}", reading.findings.render());
    assert!(reading.workflows.is_some_and(|workflows| workflows.list.is_empty()));
}

#[test]
fn what_is_wrong_is_found_where_it_stands() {
    let at = "/workflows/0/steps";
    check_findings(
        &TAKEN.replace("operationId: freePet", "operationId: sellPet"),
        &[&format!("unknown-operation {at}/2/operationId")],
    );
    check_findings(
        &TAKEN.replace("== 409", "== 418"),
        &[&format!("undocumented-status {at}/1/successCriteria")],
    );
    check_findings(
        &TAKEN.replace("$statusCode == 409", "$statusCode = 409"),
        &[&format!("invalid-condition {at}/1/successCriteria/0/condition")],
    );
    check_findings(
        &TAKEN.replace("{pet: $response.body#/id}", "{pet: $response.bodies}"),
        &[
            &format!("invalid-expression {at}/0/outputs/pet"),
            &format!("dangling-expression {at}/2"),
        ],
    );
    check_findings(
        &TAKEN.replace("$steps.make.outputs.pet", "$steps.male.outputs.pet"),
        &[&format!("dangling-expression {at}/2")],
    );
    check_findings(
        &TAKEN.replace(
            "parameters: [{name: pet, in: path, value: $steps.make.outputs.pet}]",
            "summary: x",
        ),
        &[&format!("missing-parameter {at}/2")],
    );
    check_findings(
        &TAKEN.replace("target: /name", "target: /name/first"),
        &[&format!("dangling-target {at}/1/requestBody/replacements/0/target")],
    );
}

#[test]
fn what_is_not_supported_is_said_and_not_run() {
    let at = "/workflows/0/steps";
    check_findings(
        &TAKEN.replace(
            "{condition: $statusCode == 409}",
            "{condition: '^4', type: regex, context: $statusCode}",
        ),
        &[&format!("unsupported-workflow {at}/1/successCriteria/0/type")],
    );
    check_findings(
        &TAKEN.replace(
            "        operationId: freePet",
            "        operationId: freePet\n        onFailure: [{name: r, type: retry}]",
        ),
        &[&format!("unsupported-workflow {at}/2/onFailure/0")],
    );
}

#[test]
fn documents_of_another_kind_are_refused() {
    for (text, code) in [("openapi: 3.0.3", "not-arazzo"), ("arazzo: 2.0.0", "unsupported-version")]
    {
        let reading = read(Path::new("w.yaml"), &Memory::one("w.yaml", text), &contract());
        assert!(reading.workflows.is_none());
        assert_eq!(reading.findings.list[0].code, code);
    }
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
