//! A caller is told the total of what that caller is shown, and a moment is the same at whatever offset from UTC it is written.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{ANNA_AND_BERT, Run, Suite};

const VISITS: &str = "
security: [{ token: [] }]
paths:
  /visits:
    get:
      operationId: list
      description: The caller's visits.
      parameters:
        - { name: from, in: query, description: Keeps the visits at this moment or later., schema: { type: string, format: date-time } }
      responses:
        '200':
          description: They.
          content:
            application/json:
              schema:
                type: object
                required: [visits, total]
                properties: { visits: { type: array, items: { $ref: '#/components/schemas/Visit' } }, total: { type: integer } }
        '401': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: visit
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [at], properties: { at: { type: string, format: date-time } } } } } }
      responses: { '201': { $ref: '#/components/responses/Visit' }, '401': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /visits/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Visit: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Visit' } } } }";

const SCHEMAS: &str = "
  schemas:
    Visit: { type: object, required: [id, at], properties: { id: { type: string }, at: { type: string, format: date-time } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    CountsAll,
    DropsOffsets,
    DropsOffsetsOfQueries,
}

/// At UTC, or as if it were written at UTC.
fn moment(text: &str, drops_offset: bool) -> Option<String> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let moment = match drops_offset {
        true => moment.replace_offset(time::UtcOffset::UTC),
        false => moment.to_offset(time::UtcOffset::UTC),
    };
    moment.format(&Rfc3339).ok()
}

async fn run(fault: Fault) -> Run {
    let store = Store::default();
    for (hour, of) in [(8, "anna"), (9, "anna"), (12, "anna"), (10, "bert")] {
        let id = store.uuid();
        let at = format!("2031-01-01T{hour:02}:00:00Z");
        store.put(&id, json!({"id": id, "at": at, "of": of}));
    }
    let service = Service::start(move |request| respond(&store, fault, request)).await;
    let suite = Suite::of_components(VISITS, RESPONSES, SCHEMAS);
    suite.profile(ANNA_AND_BERT).run(&service.url).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(caller) = request.token().filter(|one| ["anna", "bert"].contains(one)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let shown = |visit: &Value| json!({"id": visit["id"], "at": visit["at"]});
    if let Some(id) = request.below("/visits") {
        return match (request.method.as_str(), store.get(&id).filter(|one| one["of"] == caller)) {
            ("DELETE", Some(_)) => {
                store.remove(&id);
                Answer::empty(204)
            }
            ("DELETE", None) => Answer::error(404),
            _ => Answer::error(405).with("allow", "DELETE"),
        };
    }
    match request.method.as_str() {
        "GET" => {
            let from = match request.query("from").as_slice() {
                [] => Some(String::new()),
                [from] => moment(from, fault == Fault::DropsOffsetsOfQueries),
                _ => None,
            };
            let Some(from) = from else { return Answer::error(422) };
            let mut all = store.values();
            all.retain(|visit| visit["at"].as_str().is_some_and(|at| at >= from.as_str()));
            let own: Vec<_> = all.iter().filter(|one| one["of"] == caller).map(shown).collect();
            let total = if fault == Fault::CountsAll { all.len() } else { own.len() };
            Answer::json(200, json!({"visits": own, "total": total}))
        }
        "POST" => {
            let body = request.json();
            let at = body["at"].as_str().filter(|_| request.is_json());
            let Some(at) = at.and_then(|at| moment(at, fault == Fault::DropsOffsets)) else {
                return Answer::error(422);
            };
            let id = store.uuid();
            let visit = json!({"id": id, "at": at, "of": caller});
            store.put(&id, visit.clone());
            Answer::json(201, shown(&visit))
        }
        _ => Answer::error(405).with("allow", "GET, POST"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    run.assert_sound(&[
        "list:200:law:total-is-true:for:bert",
        "list:200:law:filter-is-kept:query.from:offset:before",
        "visit:201:law:moment-at-another-offset",
    ]);
}

#[tokio::test]
async fn others_visits_are_not_counted_and_offsets_are_kept() {
    for (fault, check) in [
        (Fault::CountsAll, "list:200:total-is-true"),
        (Fault::DropsOffsets, "visit:201:written-is-"),
        (Fault::DropsOffsetsOfQueries, "list:200:filter-is-kept"),
    ] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
