//! Bodies of which a schema says more than their members: two that exclude each other, one that another one's value asks for, names
//! of so many things at most, defaults of items, and what only the server writes.

use serde_json::{Value, json};
use spec::validate::validator_for;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /parts:
    post:
      operationId: makePart
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewPart' } } } }
      responses: { '201': { $ref: '#/components/responses/Part' }, '422': { $ref: '#/components/responses/No' } }
  /parts/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getPart
      responses: { '200': { $ref: '#/components/responses/Part' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropPart
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /kits:
    post:
      operationId: make
      description: A part that isn't there is a 422.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Kit' } } } }
      responses: { '201': { $ref: '#/components/responses/Kit' }, '422': { $ref: '#/components/responses/No' } }
  /kits/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Kit' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /kits/{id}/verdict:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: judge
      description: The kit becomes `kept` or `refused`.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Verdict' } } } }
      responses:
        '200': { $ref: '#/components/responses/Kit' }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
";

const PARTS: &str = "
  responses:
    Part: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
    Kit: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Kit' } } } }";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// It isn't wrong: it refuses what only it may write.
    RefusesWeight,
    LongNumber,
    FourParts,
    ThreeRefused,
    CountIsNone,
    TakesWeight,
    NoNote,
    /// `most` may be less than `least`.
    Upside,
    /// `most` may be the same as `least`.
    Equal,
}

/// The schemas of a service with a fault; without one, those of the document.
fn schemas(fault: Fault) -> [(&'static str, Value); 4] {
    let text = json!({"type": "string", "minLength": 1, "maxLength": 40});
    let row = json!({
        "type": "object", "required": ["label"], "additionalProperties": false,
        "properties": {"label": text, "count": {"type": "integer", "minimum": 0, "maximum": 90, "default": 5}},
    });
    let most = match fault {
        Fault::FourParts => 4,
        Fault::ThreeRefused => 2,
        _ => 3,
    };
    let longest = if fault == Fault::LongNumber { 40 } else { 6 };
    let kit = json!({
        "type": "object", "required": ["id", "name", "rows"],
        "not": {"required": ["number", "label"]},
        "properties": {
            "id": {"type": "string", "readOnly": true},
            "weight": {"type": "integer", "readOnly": true},
            "name": text, "label": text,
            "least": {"type": "integer", "minimum": 1, "maximum": 50},
            "most": {"type": "integer", "minimum": 1, "maximum": 50, "description": "Has to be greater than `least` (422)."},
            "number": {"type": "string", "minLength": 1, "maxLength": longest},
            "part_ids": {"type": "array", "maxItems": most, "items": {"type": "string"}},
            "rows": {"type": "array", "minItems": 1, "maxItems": 5, "items": row},
        },
    });
    let needed = if fault == Fault::NoNote { json!([]) } else { json!(["note"]) };
    let verdict = json!({
        "type": "object", "required": ["verdict"], "additionalProperties": false,
        "properties": {"verdict": {"type": "string", "enum": ["kept", "refused"]}, "note": text},
        "if": {"required": ["verdict"], "properties": {"verdict": {"const": "refused"}}},
        "then": {"required": needed},
    });
    let part = json!({
        "type": "object", "required": ["id", "name"],
        "properties": {"id": {"type": "string"}, "name": text},
    });
    let new_part = json!({
        "type": "object", "required": ["name"], "additionalProperties": false, "properties": {"name": text},
    });
    [("Kit", kit), ("Verdict", verdict), ("Part", part), ("NewPart", new_part)]
}

/// A body that a schema admits of what clients send.
fn sent(request: &Request, name: &str, fault: Fault) -> Option<Value> {
    let (_, mut schema) = schemas(fault).into_iter().find(|(it, _)| *it == name)?;
    if name == "Kit" {
        schema["required"] = json!(["name", "rows"]);
    }
    let body = Some(request.json()).filter(|_| request.is_json())?;
    validator_for(&schema).ok()?.is_valid(&body).then_some(body)
}

fn respond(store: &Store, request: &Request, fault: Fault) -> Answer {
    let segments: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("POST", ["parts"]) => match sent(request, "NewPart", fault) {
            Some(part) => made(store, part),
            None => Answer::error(422),
        },
        ("POST", ["kits"]) => match sent(request, "Kit", fault) {
            Some(kit) => make(store, kit, fault),
            None => Answer::error(422),
        },
        (method, [_, id, within @ ..]) => {
            let Some(there) = store.get(id) else { return Answer::error(404) };
            match (method, within) {
                ("POST", ["verdict"]) if sent(request, "Verdict", fault).is_none() => {
                    Answer::error(422)
                }
                ("DELETE", []) => {
                    store.remove(id);
                    Answer::empty(204)
                }
                _ => Answer::json(200, there),
            }
        }
        _ => Answer::error(404),
    }
}

fn make(store: &Store, mut kit: Value, fault: Fault) -> Answer {
    let parts = kit["part_ids"].as_array().cloned().unwrap_or_default();
    if parts.iter().any(|id| store.get(id.as_str().unwrap_or_default()).is_none()) {
        return Answer::error(422);
    }
    if fault == Fault::RefusesWeight && (kit.get("weight").is_some() || kit.get("id").is_some()) {
        return Answer::error(422);
    }
    if let (Some(least), Some(most)) = (number(&kit["least"]), number(&kit["most"])) {
        let is_fine = match fault {
            Fault::Upside => true,
            Fault::Equal => most >= least,
            _ => most > least,
        };
        if !is_fine {
            return Answer::error(422);
        }
    }
    let usual = if fault == Fault::CountIsNone { 0 } else { 5 };
    for row in kit["rows"].as_array_mut().into_iter().flatten() {
        if row.get("count").is_none() {
            row["count"] = json!(usual);
        }
    }
    if fault != Fault::TakesWeight || kit.get("weight").is_none() {
        kit["weight"] = json!(3);
    }
    made(store, kit)
}

fn number(value: &Value) -> Option<i64> {
    value.as_f64().map(|it| it as i64)
}

fn made(store: &Store, mut thing: Value) -> Answer {
    let id = store.uuid();
    thing["id"] = json!(id);
    store.put(&id, thing.clone());
    Answer::json(201, thing)
}

async fn run(fault: Fault, check: &str) -> Run {
    let store = Store::default();
    let service = Service::start(move |request| respond(&store, request, fault)).await;
    let own: String =
        schemas(Fault::None).iter().map(|(name, it)| format!("\n    {name}: {it}")).collect();
    let suite = Suite::of_components(PATHS, PARTS, &format!("\n  schemas:{own}"));
    suite.profile("allow = [\"judge\"]\n").only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    for fault in [Fault::None, Fault::RefusesWeight] {
        let run = run(fault, "").await;
        assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{fault:?}: {}", run.told);
        for case in [
            "make:422:violation:body.number:max-length",
            "make:422:violation:body.label:max-length",
            "make:422:violation:body.part_ids:max-items:made",
            "make:201:boundary:body.part_ids:max-items:made",
            "judge:422:violation:body.note:required",
            "make:422:violation:body.most:less",
            "make:422:violation:body.most:equal",
        ] {
            assert_eq!(run.verdict(case), Some("passed"), "{case}: {}", run.told);
        }
        let expected = if fault == Fault::RefusesWeight { "skipped" } else { "passed" };
        let taken = run.verdict("make:201:law:unnamed-is-ignored");
        assert_eq!(taken, Some(expected), "{}", run.told);
    }
}

#[tokio::test]
async fn what_keeps_to_less_than_its_schema_is_found() {
    for (fault, check) in [
        (Fault::LongNumber, "make:201:status-expected:violation"),
        (Fault::FourParts, "make:201:status-expected:violation"),
        (Fault::ThreeRefused, "make:422:status-expected:boundary"),
        (Fault::CountIsNone, "make:201:default-applies"),
        (Fault::TakesWeight, "make:201:unnamed-is-ignored"),
        (Fault::NoNote, "judge:200:status-expected:violation"),
        (Fault::Upside, "told-limit-kept"),
        (Fault::Equal, "told-limit-kept"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
