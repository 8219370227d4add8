//! Workflows of other teams (Arazzo): what they ask for is done, one step after another or as they say.

use serde_json::json;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const JOBS: &str = "
paths:
  /jobs:
    post:
      operationId: start
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /jobs/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /jobs/{id}/result:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: result
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
";

const WORKFLOWS: &str = "
arazzo: 1.1.0
info: { title: Jobs, version: '1' }
sourceDescriptions: [{ name: jobs, url: ./openapi.yaml, type: openapi }]
components:
  failureActions:
    wait: { name: wait, type: retry, retryAfter: 0.01, retryLimit: 5, criteria: [{ condition: $statusCode == 404 }] }
workflows:
  - workflowId: started
    inputs: { type: object, required: [name], properties: { name: { type: string } } }
    steps:
      - stepId: start
        operationId: start
        requestBody: { payload: { name: $inputs.name } }
        successCriteria: [{ condition: $statusCode == 201 }]
        outputs:
          id: { context: $response.body, selector: $.id, type: jsonpath }
    outputs: { job: $steps.start.outputs.id }
  - workflowId: result-comes
    summary: A job has a result before long
    inputs: { type: object, properties: { kind: { type: string, default: fast } } }
    steps:
      - stepId: make
        workflowId: started
        parameters: [{ name: name, value: 'a {$inputs.kind} job' }]
      - stepId: wait
        operationId: result
        parameters: [{ name: id, in: path, value: $steps.make.outputs.job }]
        successCriteria:
          - condition: $statusCode == 200
          - { context: $response.body.name, condition: '^a {$inputs.kind} [a-z]+$', type: regex }
        onFailure: [{ reference: $components.failureActions.wait }]
        onSuccess: [{ name: clean, type: goto, stepId: clean }]
      - stepId: never
        operationId: get
        parameters: [{ name: id, in: path, value: nothing }]
        successCriteria: [{ condition: $statusCode == 404 }]
      - stepId: clean
        operationId: drop
        parameters: [{ name: id, in: path, value: $workflows.started.outputs.job }]
        successCriteria: [{ condition: $statusCode == 204 }]
";

/// A service whose jobs have a result when they were asked for it so often.
async fn run(looks: usize, name: &'static str) -> (Run, Vec<Request>) {
    let (jobs, looked) = (Store::default(), Store::default());
    let service = Service::start(move |request| {
        let Some(id) = request.below("/jobs") else {
            return jobs.make(request, jobs.uuid().into());
        };
        let Some(job) = id.strip_suffix("/result") else { return jobs.item(request, &id) };
        let Some(thing) = jobs.get(job) else { return Answer::error(404) };
        looked.put(&format!("{job} {}", looked.serial()), json!(null));
        let times = looked.ids().iter().filter(|one| one.starts_with(job)).count();
        if times <= looks {
            return Answer::error(404);
        }
        let shown = if name.is_empty() { thing["name"].clone() } else { json!(name) };
        Answer::json(200, json!({"id": thing["id"], "name": shown}))
    })
    .await;
    let suite = Suite::of(JOBS).workflows(WORKFLOWS);
    let run = suite.flags(&["--case", CASE]).run(&service.url).await;
    let asked = service.asked();
    (run, asked)
}

const CASE: &str = "get:404:workflow:result-comes";

#[tokio::test]
async fn a_workflow_calls_another_waits_and_goes_where_it_says() {
    let (run, asked) = run(2, "").await;
    assert_eq!(run.verdict(CASE), Some("passed"), "{}\n{}", run.told, run.report["cases"]);
    let results = asked.iter().filter(|one| one.path.ends_with("/result")).count();
    assert_eq!(results, 3, "two tries that come too early, and the one that finds it");
    assert!(asked.iter().all(|one| !one.path.ends_with("/nothing")), "a step is passed over");
    assert!(asked.iter().any(|one| one.body.contains("a fast job")), "{asked:?}");
}

#[tokio::test]
async fn what_does_not_come_in_so_many_tries_is_a_fault() {
    let (run, asked) = run(20, "").await;
    assert_eq!(run.verdict(CASE), Some("failed"), "{}", run.told);
    let results = asked.iter().filter(|one| one.path.ends_with("/result")).count();
    assert!(results % 6 == 0, "five more tries each time, not {results} in all");
}

#[tokio::test]
async fn a_pattern_that_finds_nothing_is_a_fault() {
    let (run, _) = run(0, "another job").await;
    assert_eq!(run.verdict(CASE), Some("failed"), "{}", run.told);
    assert!(run.told.contains("regular expression finds"), "{}", run.told);
}
