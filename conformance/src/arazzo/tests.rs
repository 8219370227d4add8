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
    read_for(steps, &contract())
}

/// The same for another contract.
pub(crate) fn read_for(steps: &str, contract: &Contract) -> Reading {
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
    read(Path::new("w.yaml"), &Memory::one("w.yaml", &text), contract)
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
    let missing = ["missing-member"; 2];
    assert_eq!(codes[..2], missing, "{}", reading.findings.render());
    assert_eq!(codes[2..], ["unsupported-workflow"; 2], "{}", reading.findings.render());
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
            "{condition: /a, type: xpath, context: $response.body}",
        ),
        &[&format!("unsupported-workflow {at}/1/successCriteria/0/type")],
    );
    check_findings(
        &TAKEN.replace(
            "        operationId: freePet",
            "        operationId: freePet\n        onFailure: [{name: r, type: retry, workflowId: w}]",
        ),
        &[&format!("unsupported-workflow {at}/2/onFailure/0/workflowId")],
    );
    check_findings(
        &TAKEN.replace(
            "        operationId: freePet",
            "        operationId: freePet\n        successCriterion: []",
        ),
        &[&format!("unknown-member {at}/2/successCriterion")],
    );
}

#[test]
fn conditions_in_other_languages_are_read_or_told_to_be_none() {
    let at = "/workflows/0/steps";
    let with = |criterion: &str| TAKEN.replace("{condition: $statusCode == 409}", criterion);
    for (criterion, is_right) in [
        ("{condition: '^4', type: regex, context: $statusCode}", true),
        ("{condition: '^(4', type: regex, context: $statusCode}", false),
        ("{condition: '$[?count(@.pets) > 0]', type: jsonpath, context: $response.body}", true),
        ("{condition: '$.pets[', type: jsonpath, context: $response.body}", false),
        (
            "{condition: '$.a[?@.b == \"{$inputs.name}\"]', type: jsonpath, context: $response.body}",
            true,
        ),
    ] {
        let reading = read_text(&with(criterion));
        let codes: Vec<_> = reading.findings.list.iter().map(|one| one.code).collect();
        let expected: &[&str] = if is_right { &[] } else { &["invalid-condition"] };
        assert_eq!(codes, expected, "{criterion}: {}", reading.findings.render());
    }
    check_findings(
        &with("{condition: $statusCode == 409}, {condition: $outputs.x == 1}"),
        &[&format!("dangling-reference {at}/1")],
    );
}

/// A document of several workflows over the pets.
#[track_caller]
fn workflows(text: &str) -> Workflows {
    let head = "arazzo: 1.1.0\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: pets, url: ./pets.yaml, type: openapi}]\n";
    let text = format!("{head}{text}");
    let reading = read(Path::new("w.yaml"), &Memory::one("w.yaml", &text), &contract());
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    reading.workflows.expect("readable")
}

const CHILD: &str = "
  - workflowId: pet
    inputs: {type: object, properties: {farm: {type: string}, name: {type: string}, kind: {type: string, default: dog}}}
    steps:
      - stepId: make
        operationId: makePet
        parameters: [{name: farm, in: path, value: $inputs.farm}]
        requestBody: {payload: {farm: $inputs.farm, name: '{$inputs.kind} {$inputs.name}'}}
        successCriteria: [{condition: $statusCode == 201}]
        outputs: {id: $response.body#/id}
        onSuccess: [{name: done, type: end}]
    outputs: {pet: $steps.make.outputs.id}
";

/// Steps with what they send and give, one line each.
fn told(workflow: &Workflow) -> Vec<String> {
    let of_step = |step: &WorkflowStep| {
        let parameters = step.parameters.iter().map(|one| format!("{:?}", one.value));
        let outputs = step.outputs.iter().map(|(name, one)| format!("{name}={one}"));
        let flow = step.flow.actions().map(|action| format!("{:?}", action.then));
        let all: Vec<_> = parameters.chain(outputs).chain(flow).collect();
        format!("{} {}", step.id, all.join(" "))
    };
    workflow.steps.iter().map(of_step).collect()
}

#[test]
fn a_workflow_that_is_called_takes_the_place_of_the_call() {
    let text = format!(
        "workflows:{CHILD}
  - workflowId: both
    inputs: {{type: object, properties: {{farm: {{type: string}}}}}}
    steps:
      - stepId: first
        workflowId: pet
        parameters: [{{name: farm, value: $inputs.farm}}, {{name: kind, value: cat}}]
        outputs: {{it: $outputs.pet}}
      - stepId: free
        operationId: freePet
        parameters: [{{name: farm, in: path, value: $inputs.farm}}, {{name: pet, in: path, value: $steps.first.outputs.it}}]
        successCriteria: [{{condition: $statusCode == 204 && $workflows.pet.outputs.pet != null}}]
"
    );
    let workflows = workflows(&text);
    let both = workflows.get("both").expect("it is there");
    assert_eq!(
        told(both),
        [
            "first.make Expression(Input { name: \"farm\", pointer: \"\" }) id=$response.body#/id GoTo(\"free\")",
            "free Expression(Input { name: \"farm\", pointer: \"\" }) Expression(Output { step: \"first.make\", name: \"id\", pointer: \"\" })",
        ]
    );
    let inputs: Vec<_> = both.inputs.keys().map(String::as_str).collect();
    assert_eq!(inputs, ["farm", "first.name", "first.kind"]);
    assert_eq!(both.inputs["first.kind"].default, Some("cat".into()));
}

#[test]
fn what_a_workflow_depends_on_is_run_before_it() {
    let text = format!(
        "workflows:{CHILD}
  - workflowId: after
    dependsOn: [pet]
    inputs: {{type: object, properties: {{farm: {{type: string}}}}}}
    steps:
      - stepId: free
        operationId: freePet
        parameters: [{{name: farm, in: path, value: $inputs.farm}}, {{name: pet, in: path, value: $workflows.pet.outputs.pet}}]
        onFailure: [{{name: again, type: retry, retryAfter: 0.5, retryLimit: 2, criteria: [{{condition: $statusCode == 503}}]}}, {{name: other, type: goto, workflowId: pet}}]
"
    );
    let workflows = workflows(&text);
    let after = workflows.get("after").expect("it is there");
    let ids: Vec<_> = after.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["pet.make", "free", "pet-2.make"]);
}

#[test]
fn a_workflow_that_calls_itself_is_refused() {
    let text = "arazzo: 1.1.0\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: p, url: p, type: openapi}]\nworkflows: [{workflowId: w, steps: [{stepId: s, workflowId: w}]}]\n";
    let reading = read(Path::new("w.yaml"), &Memory::one("w.yaml", text), &contract());
    let found: Vec<_> = reading.findings.list.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(found, ["`w` calls itself"]);
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

/// Arazzo's own example of logging in, as its authors wrote it.
#[test]
fn workflows_of_another_team_run_unchanged() {
    let examples =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/suites/arazzo-1.1/examples/1.0.0");
    let examples = Path::new(examples);
    if !examples.is_dir() {
        eprintln!("SKIPPED: {} is not there", examples.display());
        return;
    }
    let contract = spec::read(&examples.join("oauth.openapi.yaml"), &spec::FileSystem).contract;
    let contract = contract.expect("readable");
    let reading = read(&examples.join("oauth.arazzo.yaml"), &spec::FileSystem, &contract);
    assert!(!reading.findings.has_errors(), "{}", reading.findings.render());
    let list = reading.workflows.expect("readable").list;
    let steps: Vec<_> = list
        .iter()
        .map(|one| (one.id.as_str(), one.steps.iter().map(|step| step.id.as_str()).collect()))
        .collect();
    let expected: [(&str, Vec<&str>); 3] = [
        (
            "refresh-token-flow",
            vec![
                "do-the-auth-flow.browser-authorize",
                "do-the-auth-flow.get-access-token",
                "do-the-refresh",
            ],
        ),
        ("client-credentials-flow", vec!["get-client-creds-token"]),
        ("authorization-code-flow", vec!["browser-authorize", "get-access-token"]),
    ];
    assert_eq!(steps, expected);
}

/// A document of workflows that another one uses, over the pets.
const SHARED: &str = "arazzo: 1.1.0
info: {title: shared, version: '1'}
sourceDescriptions: [{name: pets, url: ../pets.yaml, type: openapi}]
workflows:
  - workflowId: pet
    dependsOn: [quiet]
    inputs: {$ref: '#/components/inputs/both'}
    steps:
      - stepId: make
        operationId: makePet
        parameters: [{name: farm, in: path, value: $inputs.farm}]
        requestBody: {payload: {farm: $inputs.farm, name: $workflows.quiet.outputs.name}}
        outputs: {id: $response.body#/id}
    outputs: {pet: $steps.make.outputs.id}
  - workflowId: quiet
    steps:
      - stepId: make
        operationId: makePet
        parameters: [{name: farm, in: path, value: here}]
        requestBody: {payload: {farm: here, name: first}}
        outputs: {name: $response.body#/name}
    outputs: {name: $steps.make.outputs.name}
  - workflowId: of-something-else
    steps: [{stepId: s, operationId: sellPet}]
components:
  inputs:
    both: {type: object, properties: {farm: {type: string, default: elsewhere}}}
";

/// A document that takes a workflow from a shared one, which lies in a folder beside it.
fn with_shared(workflow: &str, shared: &str) -> Reading {
    let text = format!(
        "arazzo: 1.1.0
info: {{title: t, version: '1'}}
sourceDescriptions:
  - {{name: pets, url: ./pets.yaml, type: openapi}}
  - {{name: shared, url: ./common/shared.yaml, type: arazzo}}
  - {{name: lost, url: ./common/lost.yaml, type: arazzo}}
workflows:
  - workflowId: pet
    steps:
      - stepId: first
        workflowId: {workflow}
      - stepId: free
        operationId: freePet
        parameters: [{{name: farm, in: path, value: here}}, {{name: pet, in: path, value: $steps.first.outputs.pet}}]
components:
  inputs:
    both: {{type: object, properties: {{other: {{type: string}}}}}}
"
    );
    let source = Memory::default().with("w.yaml", &text).with("common/shared.yaml", shared);
    read(Path::new("w.yaml"), &source, &contract())
}

#[test]
fn a_workflow_of_another_document_takes_the_place_of_its_call() {
    let reading = with_shared("$sourceDescriptions.shared.pet", SHARED);
    assert!(reading.findings.list.is_empty(), "{}", reading.findings.render());
    let workflows = reading.workflows.expect("readable");
    let ids: Vec<_> = workflows.list.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["pet"], "those of the other document are there to be called");
    let steps: Vec<_> = workflows.list[0].steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(steps, ["shared.quiet.make", "first.make", "free"]);
    assert_eq!(workflows.list[0].inputs["first.farm"].default, Some("elsewhere".into()));
}

#[test]
fn what_is_wrong_with_a_workflow_of_another_document_is_found_there() {
    let found = |workflow: &str, shared: &str| {
        let reading = with_shared(workflow, shared);
        let of = |finding: &spec::Finding| {
            let place = reading.findings.sources.describe(&finding.at);
            format!("{} {place} {}", finding.code, finding.at.pointer)
        };
        assert!(reading.workflows.is_some_and(|workflows| workflows.list.is_empty()));
        reading.findings.list.iter().map(of).collect::<Vec<_>>()
    };
    let elsewhere = found("$sourceDescriptions.shared.of-something-else", SHARED);
    let at = "/workflows/2/steps/0/operationId";
    assert_eq!(elsewhere[0], format!("unknown-operation common/shared.yaml:24:25 {at}"));
    for (workflow, shared) in [
        ("$sourceDescriptions.lost.pet", SHARED),
        ("$sourceDescriptions.pets.pet", SHARED),
        ("$sourceDescriptions.nobody.pet", SHARED),
    ] {
        let at = "dangling-reference w.yaml:11:9 /workflows/0/steps/0/workflowId".to_owned();
        let all = found(workflow, shared);
        assert!(all.contains(&at), "{workflow}: {all:?}");
    }
    let unknown = found("$sourceDescriptions.shared.cat", SHARED);
    assert_eq!(unknown, ["dangling-reference w.yaml:10:9 /workflows/0/steps/0"]);
    let openapi = found("$sourceDescriptions.shared.pet", "openapi: 3.1.0");
    assert_eq!(openapi[0], "not-arazzo common/shared.yaml:1:1 ");
}

#[test]
fn documents_that_take_workflows_from_each_other_are_read_once() {
    let back = SHARED.replace(
        "[{name: pets, url: ../pets.yaml, type: openapi}]",
        "[{name: pets, url: ../pets.yaml, type: openapi}, {name: back, url: ../w.yaml, type: arazzo}]",
    );
    let calls_back =
        back.replace("dependsOn: [quiet]", "dependsOn: [$sourceDescriptions.back.pet]");
    assert!(with_shared("$sourceDescriptions.shared.pet", &back).findings.list.is_empty());
    let reading = with_shared("$sourceDescriptions.shared.pet", &calls_back);
    let messages: Vec<_> = reading.findings.list.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(messages, ["`pet` calls itself"]);
}
