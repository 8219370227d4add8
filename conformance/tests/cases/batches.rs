//! One thing that is done to several: what came of each is told in words, in the order of the request.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /pumps:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }
      responses: { '201': { $ref: '#/components/responses/Pump' }, '422': { $ref: '#/components/responses/No' } }
  /pumps/switch:
    post:
      operationId: switch
      description: |
        Switches up to twenty pumps. One that is not found does not stop the others. A pump that is already as wanted is
        `unchanged` and keeps its `switched` count.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [to, pump_ids]
              additionalProperties: false
              properties:
                to: { type: string, enum: [on, off] }
                pump_ids: { type: array, minItems: 1, maxItems: 20, uniqueItems: true, items: { type: string, minLength: 1 } }
      responses:
        '200':
          description: What became of each.
          content:
            application/json:
              schema:
                type: object
                required: [results, changed_count]
                properties:
                  changed_count: { type: integer, description: How many of them are `changed`. }
                  results:
                    description: One entry for each id, in the order of the request.
                    type: array
                    items:
                      type: object
                      required: [pump_id, outcome]
                      properties: { pump_id: { type: string }, outcome: { type: string, enum: [changed, unchanged, not_found] } }
        '422': { $ref: '#/components/responses/No' }
  /pumps/{pump_id}:
    parameters: [{ name: pump_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Pump' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Pump: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Pump' } } } }";

const SCHEMAS: &str = "
  schemas:
    Pump:
      type: object
      required: [pump_id, name, state, switched]
      properties: { pump_id: { type: string }, name: { type: string }, state: { type: string, enum: [on, off] }, switched: { type: integer } }";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    StopsAtMissing,
    SaysButStops,
    Reversed,
    MissingIsLeftOut,
    MissingIsUnchanged,
    CountsAll,
    CountsUnchanged,
    UnchangedIsChanged,
    UnchangedIsTouched,
}

/// What becomes of one pump.
fn switched(pumps: &Store, id: &str, to: &str, fault: Fault) -> &'static str {
    let Some(mut pump) = pumps.get(id) else {
        return if fault == Fault::MissingIsUnchanged { "unchanged" } else { "not_found" };
    };
    let is_as_wanted = pump["state"] == to;
    if !is_as_wanted || matches!(fault, Fault::UnchangedIsTouched | Fault::UnchangedIsChanged) {
        pump["state"] = to.into();
        pump["switched"] = (pump["switched"].as_u64().unwrap_or_default() + 1).into();
        pumps.put(id, pump);
    }
    match is_as_wanted && fault != Fault::UnchangedIsChanged {
        true => "unchanged",
        false => "changed",
    }
}

fn switch(pumps: &Store, request: &Request, fault: Fault) -> Option<Answer> {
    let body = request.json();
    let members = body.as_object().filter(|_| request.is_json())?;
    let is_known = |name: &String| name == "to" || name == "pump_ids";
    members.keys().all(is_known).then_some(())?;
    let to = body["to"].as_str().filter(|to| ["on", "off"].contains(to))?;
    let ids: Option<Vec<&str>> = body["pump_ids"].as_array()?.iter().map(Value::as_str).collect();
    let ids = ids.filter(|ids| (1..=20).contains(&ids.len()) && !ids.contains(&""))?;
    let mut apart = ids.clone();
    apart.sort_unstable();
    apart.dedup();
    (apart.len() == ids.len()).then_some(())?;
    let (mut results, mut is_stopped) = (Vec::new(), false);
    for id in ids {
        let outcome = match is_stopped {
            true if fault == Fault::SaysButStops => "changed",
            true => "unchanged",
            false => switched(pumps, id, to, fault),
        };
        is_stopped |=
            outcome == "not_found" && matches!(fault, Fault::StopsAtMissing | Fault::SaysButStops);
        if outcome == "not_found" && fault == Fault::MissingIsLeftOut {
            continue;
        }
        results.push(json!({"pump_id": id, "outcome": outcome}));
    }
    let counted = |one: &&Value| match fault {
        Fault::CountsAll => true,
        Fault::CountsUnchanged => one["outcome"] != "not_found",
        _ => one["outcome"] == "changed",
    };
    let changed = results.iter().filter(counted).count();
    if fault == Fault::Reversed {
        results.reverse();
    }
    Some(Answer::json(200, json!({"results": results, "changed_count": changed})))
}

fn respond(pumps: &Store, fault: Fault, request: &Request) -> Answer {
    match request.below("/pumps") {
        None => pumps.make_with(request, "pump_id", json!({"state": "off", "switched": 0})),
        Some(id) if id == "switch" => {
            switch(pumps, request, fault).unwrap_or_else(|| Answer::error(422))
        }
        Some(id) => pumps.item(request, &id),
    }
}

async fn run(fault: Fault) -> Run {
    let pumps = Store::default();
    let service = Service::start(move |request| respond(&pumps, fault, request)).await;
    let suite = Suite::of_components(PATHS, RESPONSES, SCHEMAS);
    suite.profile("allow = ['switch']").run(&service.url).await
}

#[tokio::test]
async fn what_is_done_to_several_is_asked_for_where_it_is_told() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "switch:200:law:each-by-itself:to:on",
        "switch:200:law:each-by-itself:to:off",
        "switch:200:law:each-by-itself:again:to:on",
    ]);
    // What changes nothing at first shows nothing the second time.
    assert_eq!(run.verdict("switch:200:law:each-by-itself:again:to:off"), Some("skipped"));
}

#[tokio::test]
async fn what_is_done_wrong_to_several_is_found() {
    for (fault, check) in [
        (Fault::StopsAtMissing, "each-by-itself"),
        (Fault::SaysButStops, "each-by-itself"),
        (Fault::Reversed, "results-in-order"),
        (Fault::MissingIsLeftOut, "results-in-order"),
        (Fault::MissingIsUnchanged, "each-by-itself"),
        (Fault::CountsAll, "each-by-itself"),
        (Fault::CountsUnchanged, "each-by-itself"),
        (Fault::UnchangedIsChanged, "each-by-itself"),
        (Fault::UnchangedIsTouched, "each-by-itself"),
    ] {
        run(fault).await.assert_finds(fault, check);
    }
}
