//! 19x: what is made for the sake of something else fits it, what is cancelled stays to be looked at, settings that may be
//! changed are asked about conditions, and who does several things at once tells of each.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const PLUGS: &str = "
paths:
  /plugs:
    post:
      operationId: makePlug
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Plug' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Plug' } } } }, '422': { $ref: '#/components/responses/No' } }
  /plugs/{plug_id}:
    parameters: [{ name: plug_id, in: path, required: true, schema: { type: string } }]
    delete:
      operationId: dropPlug
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /plugs/check:
    post:
      operationId: checkPlugs
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Asked' } } } }
      responses:
        '200': { description: Of each., content: { application/json: { schema: { $ref: '#/components/schemas/Told' } } } }
        '422': { $ref: '#/components/responses/No' }
  /sockets:
    post:
      operationId: makeSocket
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Socket' } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Socket' } } } }, '422': { $ref: '#/components/responses/No' } }
  /sockets/{socket_id}:
    parameters: [{ name: socket_id, in: path, required: true, schema: { type: string } }]
    delete:
      operationId: dropSocket
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /joins:
    post:
      operationId: startJoin
      description: A plug goes only into a socket of its shape.
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Join' } } } }
      responses: { '202': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Join' } } } }, '422': { $ref: '#/components/responses/No' } }
  /joins/{join_id}:
    parameters: [{ name: join_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getJoin
      responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Join' } } } }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: cancelJoin
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /settings:
    get:
      operationId: getSettings
      responses: { '200': { description: It., headers: { ETag: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } } }
    patch:
      operationId: patchSettings
      parameters: [{ name: If-Match, in: header, schema: { type: string } }]
      requestBody: { required: true, content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/New' } } } }
      responses:
        '200': { description: It., headers: { ETag: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }
        '412': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
        '428': { $ref: '#/components/responses/No' }
";

/// The words come in another order, so that the first of each isn't the same.
const SCHEMAS: &str = "
    Plug:
      type: object
      required: [id, shape]
      properties: { id: { type: string, readOnly: true }, shape: { type: string, enum: [round, flat, square] } }
    Socket:
      type: object
      required: [id, shape]
      properties: { id: { type: string, readOnly: true }, shape: { type: string, enum: [flat, square, round] } }
    Asked:
      type: object
      required: [items]
      properties:
        items: { type: array, minItems: 1, items: { type: object, required: [plug_id], properties: { plug_id: { type: string } } } }
    Told:
      type: object
      required: [results]
      properties:
        results: { type: array, items: { type: object, required: [status], properties: { status: { type: integer } } } }
    Join:
      type: object
      required: [id, plug_id, socket_id, state]
      properties:
        id: { type: string, readOnly: true }
        plug_id: { type: string }
        socket_id: { type: string }
        state: { type: string, readOnly: true, enum: [running, cancelled] }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    TakesOldTags,
    NeedsNoTag,
    RefusesJoins,
}

#[derive(Clone)]
struct Plugs {
    plugs: Store,
    sockets: Store,
    joins: Store,
    settings: Store,
}

impl Plugs {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let post = request.method == "POST";
        match request.path.as_str() {
            "/plugs" if post => self.make(request, &self.plugs),
            "/plugs/check" if post => self.check(request),
            "/sockets" if post => self.make(request, &self.sockets),
            "/joins" if post => self.join(request, fault),
            "/settings" => self.set(request, fault),
            _ => self.item(request),
        }
    }

    fn make(&self, request: &Request, store: &Store) -> Answer {
        let shape = request.json()["shape"].clone();
        let is_one = ["round", "flat", "square"].iter().any(|one| shape == *one);
        if !is_one || !request.has_text("shape") {
            return Answer::error(422);
        }
        let id = store.uuid();
        store.put(&id, json!({"id": id, "shape": shape}));
        Answer::json(201, json!({"id": id, "shape": shape}))
    }

    /// Tells of each plug whether it is there.
    fn check(&self, request: &Request) -> Answer {
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        let is_json = media_type.to_lowercase().starts_with("application/json");
        let sent = request.json();
        let items = sent["items"].as_array().filter(|items| is_json && !items.is_empty());
        let told = items.into_iter().flatten().map(|item| {
            let id = item["plug_id"].as_str()?;
            Some(json!({"status": if self.plugs.get(id).is_some() { 200 } else { 404 }}))
        });
        match told.collect::<Option<Vec<Value>>>().filter(|told| !told.is_empty()) {
            Some(told) => Answer::json(200, json!({"results": told})),
            None => Answer::error(422),
        }
    }

    fn join(&self, request: &Request, fault: Fault) -> Answer {
        let sent = request.json();
        let shape = |store: &Store, name: &str| -> Option<Value> {
            let id = sent[name].as_str().filter(|_| request.has_text(name))?;
            Some(store.get(id)?["shape"].clone())
        };
        let plug = shape(&self.plugs, "plug_id");
        if plug.is_none()
            || plug != shape(&self.sockets, "socket_id")
            || fault == Fault::RefusesJoins
        {
            return Answer::error(422);
        }
        let id = self.joins.uuid();
        let join = json!({"id": id, "plug_id": sent["plug_id"], "socket_id": sent["socket_id"], "state": "running"});
        self.joins.put(&id, join.clone());
        Answer::json(202, join)
    }

    fn item(&self, request: &Request) -> Answer {
        if let Some(id) = request.below("/plugs") {
            return self.plugs.item(request, &id);
        }
        if let Some(id) = request.below("/sockets") {
            return self.sockets.item(request, &id);
        }
        let Some(id) = request.below("/joins") else { return Answer::error(404) };
        match (request.method.as_str(), self.joins.get(&id)) {
            ("DELETE", Some(join)) if join["state"] == "cancelled" => Answer::error(409),
            ("DELETE", Some(mut join)) => {
                join["state"] = "cancelled".into();
                self.joins.put(&id, join);
                Answer::empty(204)
            }
            _ => self.joins.item(request, &id),
        }
    }

    fn set(&self, request: &Request, fault: Fault) -> Answer {
        let now = self.settings.get("all").unwrap_or_default();
        let tag = |value: &Value| {
            let bytes = value["name"].as_str().unwrap_or_default().bytes();
            let sum = bytes
                .fold(7_u64, |sum, byte| sum.wrapping_mul(1_000_003).wrapping_add(u64::from(byte)));
            format!("\"{sum:x}\"")
        };
        if request.method == "GET" {
            return Answer::json(200, now.clone()).with("etag", &tag(&now));
        }
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        let sent = request.json();
        if !media_type.to_lowercase().starts_with("application/merge-patch+json")
            || !sent["name"].is_string()
        {
            return Answer::error(422);
        }
        let shown = request.header("if-match").first().map(|shown| (*shown).to_owned());
        let is_met = shown
            .as_ref()
            .is_some_and(|shown| shown == "*" || shown.split(", ").any(|one| one == tag(&now)));
        match shown {
            None if fault != Fault::NeedsNoTag => return Answer::error(428),
            Some(_) if !is_met && fault != Fault::TakesOldTags => return Answer::error(412),
            _ => {}
        }
        let new = json!({"name": sent["name"]});
        self.settings.put("all", new.clone());
        Answer::json(200, new.clone()).with("etag", &tag(&new))
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let plugs = Plugs {
        plugs: Store::default(),
        sockets: Store::default(),
        joins: Store::default(),
        settings: Store::default(),
    };
    plugs.settings.put("all", json!({"name": "first"}));
    let service = Service::start(move |request| plugs.respond(request, fault)).await;
    let suite = Suite::of_parts(PLUGS, |parts| format!("{}{SCHEMAS}", parts.trim_end()));
    let profile = "allow = [\"patchSettings\"]\ncreates = [\"startJoin\"]\n";
    // Settings are those of all: one at a time.
    suite.profile(profile).flags(&["--workers", "1"]).only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    assert_eq!(run.causes("should"), [""; 0], "{}", run.told);
    let cells = run.cells();
    for cell in [
        "startJoin:202 passed",
        "getJoin:200 passed",
        "cancelJoin:204 passed",
        "cancelJoin:409 passed",
        "patchSettings:412 passed",
        "patchSettings:428 passed",
    ] {
        assert!(cells.iter().any(|one| one == cell), "{cell} isn't in {cells:#?}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    for (fault, check) in [
        (Fault::TakesOldTags, "patchSettings:200:condition-kept"),
        (Fault::NeedsNoTag, "patchSettings:200:condition-required"),
        (Fault::RefusesJoins, "startJoin:422:status-expected"),
    ] {
        let run = run(fault, check).await;
        let faults = [run.faults(), run.causes("should")].concat();
        let found = faults.iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {faults:?}\n{}", run.told);
    }
}
