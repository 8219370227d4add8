//! Periods of which no two may overlap: each request has one of its own, and one that shares a day with another is refused.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const STAYS: &str = "
paths:
  /stays:
    get:
      operationId: list
      description: All stays, sorted by `begins_on`, the latest first.
      responses: { '200': { description: They., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Stay' } } } } } }
    post:
      operationId: stay
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Days' } } } }
      responses:
        '201': { description: It is there., content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } }
        '409': { description: The days overlap with those of another stay. Sharing a single day is enough., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { description: The body is wrong; `ends_on` lies before `begins_on`., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /stays/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: leave
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
  schemas:
    Days:
      type: object
      required: [begins_on, ends_on]
      properties:
        begins_on: { type: string, format: date }
        ends_on: { type: string, format: date }
    Stay:
      type: object
      required: [id, begins_on, ends_on]
      properties:
        id: { type: string }
        begins_on: { type: string, format: date }
        ends_on: { type: string, format: date }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Days may be shared.
    SharesDays,
    /// The first day of one may be the last of another.
    SharesOneDay,
    /// A stay may end before it begins.
    EndsFirst,
    /// The earliest comes first.
    EarliestFirst,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(STAYS, "\n  responses:", SCHEMAS).run_against(fault, respond).await
}

fn days(body: &Value) -> Option<(String, String)> {
    let day = |name: &str| {
        let text = body[name].as_str()?;
        time::Date::parse(text, &time::format_description::well_known::Iso8601::DATE).ok()?;
        (text.len() == 10).then(|| text.to_owned())
    };
    Some((day("begins_on")?, day("ends_on")?))
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(id) = request.below("/stays") else {
        return match request.method.as_str() {
            "GET" => {
                let mut all = store.values();
                all.sort_by_key(|stay| stay["begins_on"].as_str().unwrap_or_default().to_owned());
                if fault != Fault::EarliestFirst {
                    all.reverse();
                }
                Answer::json(200, Value::Array(all))
            }
            "POST" => make(store, fault, request),
            _ => Answer::error(405).with("allow", "GET, POST"),
        };
    };
    match request.method.as_str() {
        "DELETE" if store.remove(&id).is_some() => Answer::empty(204),
        "DELETE" => Answer::error(404),
        _ => Answer::error(405).with("allow", "DELETE"),
    }
}

fn make(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some((begin, end)) = days(&request.json()).filter(|_| request.is_json()) else {
        return Answer::error(422);
    };
    if end < begin && fault != Fault::EndsFirst {
        return Answer::error(422);
    }
    let is_in_the_way = |other: &Value| match (days(other), fault) {
        (None, _) | (_, Fault::SharesDays) => false,
        (Some((first, last)), Fault::SharesOneDay) => begin < last && first < end,
        (Some((first, last)), _) => begin <= last && first <= end,
    };
    if store.values().iter().any(is_in_the_way) {
        return Answer::error(409);
    }
    let id = store.uuid();
    let stay = json!({"id": id, "begins_on": begin, "ends_on": end});
    store.put(&id, stay.clone());
    Answer::json(201, stay)
}

#[tokio::test]
async fn each_request_has_a_period_of_its_own() {
    let run = run(Fault::None).await;
    run.assert_sound(&["stay:201:happy-path:minimal", "list:200:law:order-is-kept"]);
}

#[tokio::test]
async fn what_overlaps_is_refused() {
    for (fault, expected) in [
        (Fault::SharesDays, "stay:201:overlap-refused"),
        (Fault::SharesOneDay, "stay:201:overlap-refused"),
        (Fault::EndsFirst, "stay:201:"),
        (Fault::EarliestFirst, "list:200:order-is-kept"),
    ] {
        run(fault).await.assert_finds(fault, expected);
    }
}
