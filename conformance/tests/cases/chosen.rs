//! Lists of what is made by PUT, under names of the client's choosing: the laws of lists hold for them as well.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const POOLS: &str = "
paths:
  /pools:
    get:
      operationId: list
      responses:
        '200': { description: Them., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Pool' } } } } }
  /pools/{pool_name}:
    parameters: [{ name: pool_name, in: path, required: true, schema: { type: string, pattern: '^[a-z0-9]{4,20}$' } }]
    put:
      operationId: put
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Pool' } } } }
      responses:
        '200': { description: Replaced., content: { application/json: { schema: { $ref: '#/components/schemas/Pool' } } } }
        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Pool' } } } }
        '422': { $ref: '#/components/responses/No' }
    get:
      operationId: get
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Pool' } } } }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
    Pool:
      type: object
      required: [name, slots]
      properties:
        name: { type: string, readOnly: true }
        slots: { type: integer, minimum: 1, maximum: 99 }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    ListsNothing,
    ListsWhatWasDeleted,
    ListsOtherSlots,
}

fn respond(pools: &Store, gone: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(name) = request.below("/pools") else {
        return match request.method.as_str() {
            "GET" => Answer::json(200, list(pools, gone, fault)),
            _ => Answer::error(405).with("allow", "GET"),
        };
    };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.chars().all(is_plain) || !(4..=20).contains(&name.len()) {
        return Answer::error(422);
    }
    match request.method.as_str() {
        "PUT" => {
            let slots = request.json()["slots"].as_f64().filter(|slots| slots.fract() == 0.0);
            let slots = slots.filter(|slots| (1.0..=99.0).contains(slots));
            let is_json = request.header("content-type").iter().any(|one| one.contains("json"));
            let Some(slots) = slots.filter(|_| is_json) else { return Answer::error(422) };
            let pool = json!({"name": name, "slots": slots as i64});
            gone.remove(&name);
            let status = if pools.put(&name, pool.clone()) { 200 } else { 201 };
            Answer::json(status, pool)
        }
        "DELETE" => {
            if let Some(pool) = pools.get(&name) {
                gone.put(&name, pool);
            }
            pools.item(request, &name)
        }
        _ => pools.item(request, &name),
    }
}

fn list(pools: &Store, gone: &Store, fault: Fault) -> Value {
    let all = |store: &Store| -> Vec<Value> {
        store.ids().iter().filter_map(|name| store.get(name)).collect()
    };
    let mut listed = all(pools);
    match fault {
        Fault::None => {}
        Fault::ListsNothing => listed.clear(),
        Fault::ListsWhatWasDeleted => listed.extend(all(gone)),
        Fault::ListsOtherSlots => listed.iter_mut().for_each(|pool| pool["slots"] = json!(98)),
    }
    listed.into()
}

async fn run(fault: Fault) -> Run {
    let (pools, gone) = (Store::default(), Store::default());
    let service = Service::start(move |request| respond(&pools, &gone, fault, request)).await;
    let suite = Suite::of_parts(POOLS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    suite.run(&service.url).await
}

#[tokio::test]
async fn what_is_put_is_in_its_list() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for law in ["made-is-listed", "deleted-is-not-listed", "listed-as-read"] {
        let case = format!("list:200:law:{law}");
        assert_eq!(run.verdict(&case), Some("passed"), "{law}: {}", run.told);
    }
}

#[tokio::test]
async fn what_a_list_says_wrongly_of_what_is_put_is_found() {
    for (fault, check) in [
        (Fault::ListsNothing, "made-is-listed"),
        (Fault::ListsWhatWasDeleted, "deleted-is-not-listed"),
        (Fault::ListsOtherSlots, "listed-as-read"),
    ] {
        let run = run(fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
