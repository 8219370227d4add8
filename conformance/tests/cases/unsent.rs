//! One schema for what is sent and what is answered: what it has a default for may be left out, a set within a thing isn't
//! referred to by the thing, and several things at once are done each by itself.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /boxes:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Box' } } } }
      responses: { '201': { $ref: '#/components/responses/Box' }, '422': { $ref: '#/components/responses/No' } }
  /boxes/batch:
    post:
      operationId: many
      description: One that fails doesn't stop the others. There is a result for each item, in the same order.
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [items]
              properties:
                items:
                  type: array
                  minItems: 1
                  maxItems: 9
                  items:
                    type: object
                    required: [box_id, to]
                    properties:
                      box_id: { type: string }
                      to: { type: string, enum: [open, shut], description: The state to go to. }
      responses:
        '200':
          description: What became of each.
          content:
            application/json:
              schema:
                type: object
                required: [results, failed]
                properties:
                  failed: { type: integer }
                  results:
                    type: array
                    items:
                      type: object
                      required: [box_id, status]
                      properties: { box_id: { type: string }, status: { type: integer, enum: [200, 404] } }
        '422': { $ref: '#/components/responses/No' }
  /boxes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Box' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: put
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Box' } } } }
      responses: { '200': { $ref: '#/components/responses/Box' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /boxes/{id}/tags/{tag}:
    parameters:
      - { $ref: '#/components/parameters/id' }
      - { name: tag, in: path, required: true, schema: { $ref: '#/components/schemas/Tag' } }
    put:
      operationId: tag
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: untag
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const PARTS: &str = "
    Box: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Box' } } } }
  schemas:";

const SCHEMAS: &str = "
    Tag: { type: string, pattern: '^[a-z]{1,24}$' }
    Box:
      type: object
      required: [id, name, size, state, tags, created_at]
      properties:
        id: { type: string, readOnly: true }
        name: { type: string, minLength: 1 }
        size: { type: integer, minimum: 1, default: 7 }
        state: { type: string, enum: [open, shut], default: open }
        tags: { type: array, uniqueItems: true, default: [], items: { $ref: '#/components/schemas/Tag' } }
        created_at: { type: string, format: date-time, readOnly: true }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// It isn't wrong: it insists on what its schema calls required.
    Insists,
    /// It isn't wrong: nothing of what several are to be done to is the caller's.
    OfOthers,
    DefaultIsAnother,
    KeepsWhatIsLeftOut,
    EmptyName,
    CreatedAnew,
    StopsAtFirst,
    HidesFailures,
    CountsNone,
    Reversed,
    StateIsLost,
}

fn is_tag(tag: &str) -> bool {
    (1..=24).contains(&tag.len()) && tag.bytes().all(|one| one.is_ascii_lowercase())
}

/// The members of a body with their defaults; `None`: it isn't valid.
fn sent(request: &Request, before: Option<&Value>, fault: Fault) -> Option<Value> {
    let media_type = request.header("content-type").first().copied().unwrap_or_default();
    let is_json = media_type.split(';').next()?.trim().eq_ignore_ascii_case("application/json");
    let body = request.json();
    let body = body.as_object().filter(|_| is_json)?;
    let insists = fault == Fault::Insists;
    let of = |name: &str, default: Value| {
        let kept = before.filter(|_| fault == Fault::KeepsWhatIsLeftOut).map(|it| it[name].clone());
        match body.get(name) {
            Some(value) => Some(value.clone()),
            None => (!insists).then(|| kept.unwrap_or(default)),
        }
    };
    let name =
        body.get("name")?.as_str().filter(|it| !it.is_empty() || fault == Fault::EmptyName)?;
    let size = of("size", json!(if fault == Fault::DefaultIsAnother { 8 } else { 7 }))?;
    size.as_i64()
        .or_else(|| size.as_f64().filter(|it| it.fract() == 0.0).map(|it| it as i64))
        .filter(|it| *it >= 1)?;
    let state = of("state", json!("open"))?;
    matches!(state.as_str()?, "open" | "shut").then_some(())?;
    let tags = of("tags", json!([]))?;
    let all = tags.as_array()?;
    let texts: Vec<&str> = all.iter().map(Value::as_str).collect::<Option<_>>()?;
    let mut apart = texts.clone();
    apart.sort_unstable();
    apart.dedup();
    (texts.iter().all(|it| is_tag(it)) && apart.len() == texts.len()).then_some(())?;
    Some(json!({"name": name, "size": size, "state": state, "tags": tags}))
}

fn respond(store: &Store, request: &Request, fault: Fault) -> Answer {
    let path = request.below("/boxes").unwrap_or_default();
    let (id, within) = path.split_once('/').unwrap_or((&path, ""));
    let there = store.get(id);
    match (request.method.as_str(), id, there) {
        ("POST", "", _) => {
            let Some(mut made) = sent(request, None, fault) else { return Answer::error(422) };
            let id = store.uuid();
            made["id"] = json!(id);
            made["created_at"] = json!("2024-02-03T04:05:06Z");
            store.put(&id, made.clone());
            Answer::json(201, made)
        }
        ("POST", "batch", _) => many(store, request, fault),
        (_, _, None) => Answer::error(404),
        ("PUT", _, Some(there)) if within.is_empty() => {
            let Some(mut put) = sent(request, Some(&there), fault) else {
                return Answer::error(422);
            };
            put["id"] = json!(id);
            put["created_at"] = there["created_at"].clone();
            if fault == Fault::CreatedAnew {
                put["created_at"] = json!(format!(
                    "2024-02-03T04:05:06.{}Z",
                    store.uuid().len() + request.body.len()
                ));
            }
            store.put(id, put.clone());
            Answer::json(200, put)
        }
        (method, _, Some(mut there)) if !within.is_empty() => {
            let tag = within.trim_start_matches("tags/");
            let tags = there["tags"].as_array().cloned().unwrap_or_default();
            let mut others: Vec<Value> = tags.iter().filter(|it| *it != tag).cloned().collect();
            match method {
                "PUT" if !is_tag(tag) => return Answer::error(422),
                "PUT" => others.push(json!(tag)),
                _ if others.len() == tags.len() => return Answer::error(404),
                _ => {}
            }
            there["tags"] = json!(others);
            store.put(id, there);
            Answer::empty(204)
        }
        ("DELETE", _, Some(_)) => {
            store.remove(id);
            Answer::empty(204)
        }
        (_, _, Some(there)) => Answer::json(200, there),
    }
}

fn many(store: &Store, request: &Request, fault: Fault) -> Answer {
    let body = request.json();
    let media_type = request.header("content-type").first().copied().unwrap_or_default();
    let is_json = media_type.to_lowercase().starts_with("application/json");
    let is_item =
        |it: &Value| it["box_id"].is_string() && matches!(it["to"].as_str(), Some("open" | "shut"));
    let items = body["items"]
        .as_array()
        .filter(|all| (1..=9).contains(&all.len()) && all.iter().all(is_item));
    let Some(items) = items.filter(|_| is_json) else { return Answer::error(422) };
    let (mut results, mut failed) = (Vec::new(), 0);
    for item in items {
        let id = item["box_id"].as_str().unwrap_or_default();
        let there = store.get(id).filter(|_| failed == 0 || fault != Fault::StopsAtFirst);
        let status = match there {
            Some(_) if fault == Fault::OfOthers => {
                failed += 1;
                404
            }
            Some(mut there) => {
                there["state"] = item["to"].clone();
                if fault != Fault::StateIsLost {
                    store.put(id, there);
                }
                200
            }
            None => {
                failed += 1;
                if fault == Fault::HidesFailures { 200 } else { 404 }
            }
        };
        results.push(json!({"box_id": id, "status": status}));
    }
    if fault == Fault::Reversed {
        results.reverse();
    }
    let failed = if fault == Fault::CountsNone { 0 } else { failed };
    Answer::json(200, json!({"results": results, "failed": failed}))
}

async fn run(fault: Fault, check: &str) -> Run {
    let store = Store::default();
    let service = Service::start(move |request| respond(&store, request, fault)).await;
    let suite = Suite::of_parts(PATHS, |parts| {
        let parts = parts.replacen("\n  schemas:", PARTS, 1);
        format!("{}{SCHEMAS}", parts.trim_end())
    });
    suite.profile("allow = [\"many\"]\n").only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    for fault in [Fault::None, Fault::Insists, Fault::OfOthers] {
        let run = run(fault, "").await;
        assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{fault:?}: {}", run.told);
        let taken = run.verdict("make:201:law:default-applies");
        let expected = if fault == Fault::Insists { "skipped" } else { "passed" };
        assert_eq!(taken, Some(expected), "{}", run.told);
        let each = if fault == Fault::OfOthers { "skipped" } else { "passed" };
        assert_eq!(run.verdict("many:200:law:each-by-itself"), Some(each), "{}", run.told);
    }
}

#[tokio::test]
async fn what_is_filled_in_or_done_wrongly_is_found() {
    for (fault, check) in [
        (Fault::DefaultIsAnother, "make:200:default-applies"),
        (Fault::KeepsWhatIsLeftOut, "put:200:default-applies"),
        (Fault::EmptyName, "make:201:status-expected"),
        (Fault::CreatedAnew, "put:200:creation-time-is-fixed"),
        (Fault::StopsAtFirst, "many:200:each-by-itself"),
        (Fault::HidesFailures, "many:200:each-by-itself"),
        (Fault::CountsNone, "many:200:each-by-itself"),
        (Fault::Reversed, "many:200:results-in-order"),
        (Fault::StateIsLost, "many:200:each-by-itself"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
