use std::path::Path;

use spec::{Contract, Memory};

use super::*;

pub(crate) const PETS: &str = "
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

pub(crate) fn contract() -> Contract {
    let reading = spec::read(Path::new("pets.yaml"), &Memory::one("pets.yaml", PETS));
    reading.contract.expect("the contract is readable")
}

pub(crate) fn read_text(steps: &str) -> Reading {
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

pub(crate) const TAKEN: &str = "
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
