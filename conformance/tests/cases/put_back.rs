//! What a list shows may be changed where the profile says so: it is put back as it was.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

/// Gates that nobody makes. One has fewer lanes than there are cars in it only if somebody doesn't look.
const GATES: &str = "
paths:
  /gates:
    get:
      operationId: list
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Gate' } } } } } }
  /gates/{gate_id}:
    parameters: [{ name: gate_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: show
      responses: { '200': { $ref: '#/components/responses/Gate' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: replace
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewGate' } } } }
      responses: { '200': { $ref: '#/components/responses/Gate' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    patch:
      operationId: merge
      requestBody: { required: true, content: { application/merge-patch+json: { schema: { type: object, additionalProperties: false, properties: { note: { type: [string, 'null'], maxLength: 40 } } } } } }
      responses: { '200': { $ref: '#/components/responses/Gate' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";
const RESPONSES: &str = "
  responses:
    Gate: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Gate' } } } }";
const SCHEMAS: &str = "
  schemas:
    Gate:
      type: object
      required: [id, name, lanes]
      properties: { id: { type: string }, name: { type: string }, lanes: { type: integer }, note: { type: string } }
    NewGate:
      type: object
      additionalProperties: false
      required: [name, lanes]
      properties: { name: { type: string, minLength: 1, maxLength: 40 }, lanes: { type: integer, minimum: 1, maximum: 90 }, note: { type: string, maxLength: 40 } }";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gates {
    Sound,
    /// What is replaced once can't be any more.
    ReplacedOnce,
}

fn north() -> Value {
    json!({ "id": "north", "name": "North", "lanes": 60, "note": "Closes at dusk." })
}

fn respond(gates: &Store, how: Gates, request: &Request) -> Answer {
    let Some(id) = request.below("/gates") else {
        return match request.method.as_str() {
            "GET" => Answer::json(200, gates.values().into()),
            _ => Answer::error(405).with("allow", "GET"),
        };
    };
    let Some(mut gate) = gates.get(&id) else { return Answer::error(404) };
    let sent = serde_json::from_str::<Value>(&request.body).unwrap_or_default();
    let members = sent.as_object().cloned().unwrap_or_default();
    let is_text = |name: &str| {
        let text = members.get(name).and_then(Value::as_str);
        text.is_some_and(|text| text.chars().count() <= 40 && (name == "note" || !text.is_empty()))
    };
    let is_note = || members.get("note").is_none_or(|_| is_text("note"));
    let known = |names: &[&str]| members.keys().all(|name| names.contains(&name.as_str()));
    match request.method.as_str() {
        "GET" => return Answer::json(200, gate),
        "PUT" => {
            let lanes = members.get("lanes").and_then(Value::as_f64);
            let lanes = lanes.filter(|lanes| lanes.fract() == 0.0 && (1.0..=90.0).contains(lanes));
            let is_right = known(&["name", "lanes", "note"]) && is_text("name") && is_note();
            let Some(lanes) = lanes.filter(|_| is_right && request.is_json()) else {
                return Answer::error(422);
            };
            // There are cars in the lanes.
            if lanes < 50.0 || how == Gates::ReplacedOnce && gate["name"] != "North" {
                return Answer::error(409);
            }
            gate = json!({ "id": id, "name": members["name"], "lanes": lanes as u64 });
            if let Some(note) = members.get("note") {
                gate["note"] = note.clone();
            }
        }
        "PATCH" => {
            let is_null = members.get("note").is_some_and(Value::is_null);
            if !sent.is_object() || !known(&["note"]) || !(is_null || is_note()) {
                return Answer::error(422);
            }
            let gate = gate.as_object_mut().expect("an object");
            match members.get("note") {
                Some(Value::Null) => _ = gate.remove("note"),
                Some(note) => _ = gate.insert("note".to_owned(), note.clone()),
                None => {}
            }
        }
        _ => return Answer::error(405).with("allow", "GET, PUT, PATCH"),
    }
    gates.put(&id, gate.clone());
    Answer::json(200, gate)
}

/// A run that may change gates, and the gate as it is afterwards.
async fn run(how: Gates) -> (Run, Value) {
    let gates = Store::with("north", north());
    let kept = gates.clone();
    let service = Service::start(move |request| respond(&gates, how, request)).await;
    let run = Suite::of_components(GATES, RESPONSES, SCHEMAS)
        .profile("allow = ['replace', 'merge']\n")
        .run(&service.url)
        .await;
    (run, kept.get("north").expect("the gate"))
}

#[tokio::test]
async fn what_is_changed_is_as_it_was() {
    let (run, gate) = run(Gates::Sound).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let done = |method: &str| {
        run.exchanges().filter(|(id, _, status)| *id == method && *status == 200).count()
    };
    assert!(done("replace") > 10 && done("merge") > 2, "{}", run.told);
    assert_eq!(gate, north(), "{}", run.told);
    // Its numbers are as they were, where they aren't what is tried: there are cars in the lanes.
    assert_eq!(run.verdict("replace:200:happy-path:minimal"), Some("passed"), "{}", run.told);
}

#[tokio::test]
async fn what_could_not_be_put_back_is_told_and_not_done_again() {
    let (run, gate) = run(Gates::ReplacedOnce).await;
    assert_ne!(gate, north(), "{}", run.told);
    assert!(run.told.contains("could not be put back"), "{}", run.told);
    let changed = run.exchanges().filter(|(id, _, status)| *id == "replace" && *status == 200);
    assert!(changed.count() <= 2, "{}", run.told);
}
