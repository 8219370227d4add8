//! 7x: patches do what their media types say.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const CARDS: &str = "
paths:
  /cards:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewCard' } } } }
      responses: { '201': { $ref: '#/components/responses/Card' }, '422': { $ref: '#/components/responses/No' } }
  /cards/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Card' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: patch
      requestBody: { required: true, content: { BODY } }
      responses:
        '200': { $ref: '#/components/responses/Card' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '415': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
    NewCard: { type: object, required: [name], properties: { name: { type: string, maxLength: 40 }, note: { type: string }, place: { $ref: '#/components/schemas/Place' } } }
    Place: { type: object, properties: { room: { type: string }, shelf: { type: string } } }
    Card: { type: object, required: [id, name], properties: { id: { type: string, readOnly: true }, name: { type: string, maxLength: 40 }, note: { type: string }, place: { $ref: '#/components/schemas/Place' } } }
    Merge: { type: object, properties: { name: { type: string, maxLength: 40 }, note: { type: [string, 'null'] }, place: { $ref: '#/components/schemas/Place' } } }
    Patch:
      type: array
      minItems: 1
      items:
        type: object
        required: [op, path]
        properties: { op: { enum: [add, remove, replace, move, copy, test] }, path: { type: string, pattern: '^/' }, from: { type: string }, value: {} }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    NullIsIgnored,
    HintsStay,
    OthersAreLost,
    HalfIsDone,
    TestsAreNotMade,
    MissingIsMade,
    NothingIsDone,
    NotesAreKept,
    MissingIsRemoved,
    TestsFail,
    CopiesAreMoves,
    NamesCanGo,
    NamesAreCut,
    IdsChange,
    LastChangeStays,
    PlacesAreReplaced,
}

fn is(request: &Request, media_type: &str) -> bool {
    let given = request.header("content-type").first().copied().unwrap_or_default();
    given.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case(media_type))
}

/// A card, if a value is one.
fn card(value: &Value) -> Option<Value> {
    let is_text = |name: &str| value[name].is_string();
    let is_short = value["name"].as_str().is_some_and(|name| name.chars().count() <= 40);
    let may = |part: &str| value["place"].get(part).is_none_or(Value::is_string);
    let is_place = value.get("place").is_none_or(Value::is_object) && may("room") && may("shelf");
    let is_hint = value.get("hint").is_none_or(|hint| hint.is_string() || hint.is_null());
    let is_card =
        is_short && is_place && is_hint && (is_text("note") || value.get("note").is_none());
    is_card.then(|| value.clone())
}

fn merged(card: &Value, patch: &Value, fault: Fault) -> Result<Value, u16> {
    let members = patch.as_object().ok_or(422_u16)?;
    let mut changed = card.clone();
    if fault == Fault::OthersAreLost {
        changed["note"].take();
        changed.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    }
    let target = changed.as_object_mut().expect("an object");
    for (name, value) in members
        .iter()
        .filter(|(name, _)| ["name", "note", "place", "hint"].contains(&name.as_str()))
    {
        match value {
            Value::Null if fault == Fault::NullIsIgnored && name == "note" => {}
            Value::Null if name == "place" => return Err(422),
            Value::Null if name == "hint" && fault == Fault::HintsStay => {}
            Value::Null if name == "hint" => target["hint"] = Value::Null,
            Value::Null => drop(target.remove(name)),
            Value::Object(inner) if fault != Fault::PlacesAreReplaced => {
                let there = target.entry(name.clone()).or_insert_with(|| json!({}));
                let there = there.as_object_mut().ok_or(422_u16)?;
                there.extend(inner.clone());
            }
            value => drop(target.insert(name.clone(), value.clone())),
        }
    }
    Ok(changed)
}

fn patched(card: &mut Value, patch: &Value, fault: Fault) -> Result<(), u16> {
    let operations = patch.as_array().filter(|all| !all.is_empty()).ok_or(422_u16)?;
    let is_right = |one: &Value| {
        let path = one["path"].as_str().is_some_and(|path| path.starts_with('/'));
        let op = one["op"].as_str();
        let known = ["add", "remove", "replace", "move", "copy", "test"];
        let from = one.get("from").is_none_or(Value::is_string);
        path && from && op.is_some_and(|op| known.contains(&op))
    };
    if !operations.iter().all(is_right) {
        return Err(422);
    }
    let (id, before) = (card["id"].clone(), card.clone());
    let all = card.as_object_mut().expect("an object");
    for (n, one) in operations.iter().enumerate() {
        let name = one["path"].as_str().unwrap_or_default().trim_start_matches('/').to_owned();
        let is_there = all.contains_key(&name) || fault == Fault::MissingIsMade;
        let value = one.get("value").cloned();
        let from = one["from"].as_str().unwrap_or_default().trim_start_matches('/');
        let source = all.get(from).cloned();
        match (one["op"].as_str().unwrap_or_default(), value) {
            ("test", _) if fault == Fault::TestsFail => return Err(409),
            ("remove", _) if fault == Fault::NotesAreKept && name == "note" => {}
            ("remove", _) if fault == Fault::MissingIsRemoved => drop(all.remove(&name)),
            ("remove", _) if fault == Fault::NamesCanGo && name == "name" => {}
            ("copy" | "move", _) if source.is_none() => return Err(409),
            (op @ ("copy" | "move"), _) => {
                if op == "move" || fault == Fault::CopiesAreMoves {
                    all.remove(from);
                }
                all.insert(name, source.unwrap_or_default());
            }
            ("test", value) if value.as_ref() == all.get(&name) => {}
            ("test", _) if fault == Fault::TestsAreNotMade => {}
            ("add", Some(value)) => drop(all.insert(name, value)),
            ("replace", Some(value)) if is_there => drop(all.insert(name, value)),
            ("remove", _) if all.remove(&name).is_some() => {}
            ("add" | "replace", None) => return Err(422),
            _ if fault == Fault::LastChangeStays && n > 0 => {
                let first = operations[0]["path"].as_str().unwrap_or_default();
                if first != "/note" {
                    *card = before;
                }
                return Err(409);
            }
            _ => return Err(409),
        }
    }
    if fault != Fault::IdsChange {
        all.insert("id".to_owned(), id);
    }
    if fault == Fault::NamesAreCut
        && let Some(Value::String(name)) = all.get_mut("name")
    {
        *name = name.chars().take(40).collect();
    }
    Ok(())
}

fn respond(cards: &Store, fault: Fault, kind: &str, request: &Request) -> Answer {
    let Some(id) = request.below("/cards") else {
        let is_json = is(request, "application/json");
        let Some(mut new) = card(&request.json()).filter(|_| is_json) else {
            return Answer::error(422);
        };
        let id = cards.uuid();
        new["id"] = json!(id);
        if kind == MERGE {
            new["hint"] = Value::Null;
        }
        cards.put(&id, new.clone());
        return Answer::json(201, new);
    };
    let Some(old) = cards.get(&id) else { return Answer::error(404) };
    if request.method != "PATCH" {
        return cards.item(request, &id);
    }
    if !is(request, kind) {
        return Answer::error(415);
    }
    let mut new = old.clone();
    let done = match kind {
        "application/merge-patch+json" => merged(&old, &request.json(), fault).map(|it| new = it),
        _ => patched(&mut new, &request.json(), fault),
    };
    if done.is_ok() || matches!(fault, Fault::HalfIsDone | Fault::LastChangeStays) {
        cards.put(&id, new.clone());
    }
    match (done, card(&new)) {
        (Ok(()), Some(_)) if fault == Fault::NothingIsDone => {
            cards.put(&id, old.clone());
            Answer::json(200, old)
        }
        (Ok(()), Some(new)) => Answer::json(200, new),
        (Ok(()), None) => {
            cards.put(&id, old);
            Answer::error(422)
        }
        (Err(status), _) => Answer::error(status),
    }
}

async fn run(fault: Fault, kind: &'static str, check: &str) -> Run {
    let cards = Store::default();
    let service = Service::start(move |request| respond(&cards, fault, kind, request)).await;
    let schema = if kind.contains("merge") { "Merge" } else { "Patch" };
    let body = format!("{kind}: {{ schema: {{ $ref: '#/components/schemas/{schema}' }} }}");
    let card = "
    Card: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Card' } } } }\n  schemas:";
    let paths = CARDS.replace("BODY", &body);
    // A member that is always there, null or not: to remove it is to empty it.
    let hint = "hint: { type: [string, 'null'] }";
    let schemas = match kind {
        MERGE => SCHEMAS
            .replace(
                "[id, name], properties: {",
                &format!("[id, name, hint], properties: {{ {hint},"),
            )
            .replace(
                "Merge: { type: object, properties: {",
                &format!("Merge: {{ type: object, properties: {{ {hint},"),
            ),
        _ => SCHEMAS.to_owned(),
    };
    let suite = Suite::of_parts(&paths, |parts| {
        let parts = parts.replacen("\n  schemas:", card, 1);
        format!("{}{schemas}", parts.trim_end())
    });
    suite.profile("[levels]\nread-only-stays = \"must\"\n").only(check).run(&service.url).await
}

const MERGE: &str = "application/merge-patch+json";
const JSON: &str = "application/json-patch+json";

#[tokio::test]
async fn patches_that_a_sound_service_carries_out_are_sent() {
    for (kind, cells) in [(MERGE, 10), (JSON, 11)] {
        let run = run(Fault::None, kind, "").await;
        assert_eq!(run.faults(), [""; 0], "{kind}: {}", run.told);
        let told = format!("{cells} of 11 cells passed");
        assert!(run.told.contains(&told), "{kind}: {}", run.told);
    }
}

#[tokio::test]
async fn what_a_patch_does_wrong_is_found() {
    for (kind, fault, check) in [
        (MERGE, Fault::NullIsIgnored, "patch:200:null-removes"),
        (MERGE, Fault::HintsStay, "patch:200:null-removes"),
        (MERGE, Fault::OthersAreLost, "patch:200:absent-stays"),
        (MERGE, Fault::NothingIsDone, "patch:200:written-is-answered"),
        (MERGE, Fault::PlacesAreReplaced, "patch:200:merge-is-deep"),
        (JSON, Fault::HalfIsDone, "patch:200:patch-is-atomic"),
        (JSON, Fault::TestsAreNotMade, "patch:200:patch-is-atomic"),
        (JSON, Fault::MissingIsMade, "patch:200:patch-is-atomic"),
        (JSON, Fault::NothingIsDone, "patch:200:written-is-answered"),
        (JSON, Fault::LastChangeStays, "patch:200:patch-is-atomic"),
        (JSON, Fault::NotesAreKept, "patch:200:patch-does-as-it-says"),
        (JSON, Fault::MissingIsMade, "patch:200:patch-does-as-it-says"),
        (JSON, Fault::MissingIsRemoved, "patch:200:patch-does-as-it-says"),
        (JSON, Fault::TestsFail, "patch:409:patch-does-as-it-says"),
        (JSON, Fault::CopiesAreMoves, "patch:200:patch-does-as-it-says"),
        (JSON, Fault::NamesCanGo, "patch:200:patched-is-valid"),
        (JSON, Fault::NamesAreCut, "patch:200:patched-is-valid"),
        (JSON, Fault::IdsChange, "patch:200:read-only-stays"),
    ] {
        let run = run(fault, kind, check).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{kind}: {fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}
