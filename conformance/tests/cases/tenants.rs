//! Tenants: what one has made is not there for another.

use std::path::Path;

use conformance::case::Credentials;
use conformance::plan::plan;
use conformance::profile;
use indexmap::IndexSet;
use serde_json::{Value, json};
use spec::FileSystem;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const BOXES: &str = "
security: [{ token: [] }]
paths:
  /boxes:
    get:
      operationId: list
      parameters:
        - { name: name, in: query, schema: { type: string } }
        - { name: q, in: query, schema: { type: string, minLength: 1 } }
      responses:
        '200': { description: Them., content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } }
        '401': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { $ref: '#/components/responses/Thing' }
        '401': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /boxes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Thing' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: change
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { $ref: '#/components/responses/Thing' }
        '401': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
  /exports/boxes:
    get:
      operationId: export
      responses:
        '200': { description: Them., content: { text/csv: { schema: { type: string } } } }
        '401': { $ref: '#/components/responses/No' }
  /notes:
    post:
      operationId: note
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewNote' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        '401': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /notes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: forget
      responses: { '204': { $ref: '#/components/responses/Done' }, '401': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
";

const SCHEMAS: &str = "
    Page:
      type: object
      required: [boxes, total]
      properties:
        boxes: { type: array, items: { $ref: '#/components/schemas/Thing' } }
        total: { type: integer }
    NewNote: { type: object, required: [text, box_id], properties: { text: { type: string }, box_id: { type: string } } }
    Note:
      type: object
      required: [id, text, box_id]
      properties: { id: { type: string }, text: { type: string }, box_id: { type: string } }
";

const PROFILE: &str = "
[levels]
strangers-count-nothing = 'must'
strangers-refer-to-nothing = 'must'
strangers-may-say-the-same = 'must'
[credentials.north]
bearer = 'north-token'
tenant = 'north'
may = ['*']
[credentials.south]
bearer = 'south-token'
tenant = 'south'
may = ['*']
";

/// What a service does though it is another tenant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Shows,
    /// It says so in the refusal.
    Mentions,
    Changes,
    /// It answers that it isn't there.
    ChangesAllTheSame,
    Deletes,
    Lists,
    Filters,
    Finds,
    Counts,
    Exports,
    RefersTo,
    Conflicts,
    Forgets,
}

#[derive(Clone, Default)]
struct Boxes {
    boxes: Store,
    notes: Store,
}

impl Boxes {
    fn all(&self) -> Vec<Value> {
        self.boxes.ids().iter().filter_map(|id| self.boxes.get(id)).collect()
    }

    fn respond(&self, fault: Fault, request: &Request) -> Answer {
        let Some(caller) = caller(request) else {
            return Answer::error(401).with("www-authenticate", "Bearer");
        };
        let sees = |thing: &Value, by: Fault| thing["owner"] == caller || fault == by;
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/boxes") => self.list(fault, caller, request),
            ("POST", "/boxes") if !request.has_text("name") => Answer::error(422),
            ("POST", "/boxes") => {
                let name = request.json()["name"].clone();
                let mut all = self.all().into_iter();
                if all.any(|one| one["name"] == name && sees(&one, Fault::Conflicts)) {
                    return Answer::error(409);
                }
                let thing = json!({"id": self.boxes.uuid(), "name": name, "owner": caller});
                self.boxes.put(thing["id"].as_str().expect("an id"), thing.clone());
                Answer::json(201, shown(thing))
            }
            ("GET", "/exports/boxes") => {
                let own = self.all().into_iter().filter(|one| sees(one, Fault::Exports));
                let head = ["id,name\r\n".to_owned()].into_iter();
                let lines = head.chain(own.map(|one| format!("{},{}\r\n", one["id"], one["name"])));
                Answer::text(200, "text/csv", &lines.collect::<String>())
            }
            ("POST", "/notes") => self.note(fault, caller, request),
            (method, _) => match (request.below("/boxes"), request.below("/notes")) {
                (Some(id), _) => self.item(fault, caller, request, &id),
                (_, Some(id)) if method == "DELETE" => {
                    let own = self.notes.get(&id).filter(|one| sees(one, Fault::Forgets));
                    match own.and_then(|_| self.notes.remove(&id)) {
                        Some(_) => Answer::empty(204),
                        None => Answer::error(404),
                    }
                }
                _ => Answer::error(404),
            },
        }
    }

    fn list(&self, fault: Fault, caller: &str, request: &Request) -> Answer {
        let (q, name) = (request.query("q"), request.query("name"));
        if q.len() > 1 || name.len() > 1 || q.contains(&"") {
            return Answer::error(422);
        }
        let is_plain = q.is_empty() && name.is_empty();
        let sees = |one: &Value| {
            one["owner"] == caller
                || (fault == Fault::Lists && is_plain)
                || (fault == Fault::Filters && !name.is_empty())
                || (fault == Fault::Finds && !q.is_empty())
        };
        let is_asked_for = |one: &Value| {
            let own = one["name"].as_str().unwrap_or_default();
            q.iter().all(|q| own.contains(q)) && name.iter().all(|name| own == *name)
        };
        let all = self.all().into_iter().filter(|one| sees(one) && is_asked_for(one));
        let all: Vec<Value> = all.map(shown).collect();
        let total = if fault == Fault::Counts { self.all().len() } else { all.len() };
        Answer::json(200, json!({"boxes": all, "total": total}))
    }

    fn note(&self, fault: Fault, caller: &str, request: &Request) -> Answer {
        let body = request.json();
        let named = body["box_id"].as_str().and_then(|id| self.boxes.get(id));
        let named = named.filter(|one| one["owner"] == caller || fault == Fault::RefersTo);
        if !request.has_text("text") || named.is_none() {
            return Answer::error(422);
        }
        let id = self.notes.uuid();
        let note =
            json!({"id": id, "text": body["text"], "box_id": body["box_id"], "owner": caller});
        self.notes.put(&id, note.clone());
        Answer::json(201, shown(note))
    }

    fn item(&self, fault: Fault, caller: &str, request: &Request, id: &str) -> Answer {
        let Some(thing) = self.boxes.get(id) else { return Answer::error(404) };
        let is_own = thing["owner"] == caller;
        let refused = || match fault {
            Fault::Mentions => Answer::json(404, json!({"error": thing["name"]})),
            _ => Answer::error(404),
        };
        match request.method.as_str() {
            "GET" if is_own || fault == Fault::Shows => Answer::json(200, shown(thing)),
            "PUT" if is_own || matches!(fault, Fault::Changes | Fault::ChangesAllTheSame) => {
                if !request.has_text("name") {
                    return Answer::error(422);
                }
                let mut thing = thing;
                thing["name"] = request.json()["name"].clone();
                self.boxes.put(id, thing.clone());
                if fault == Fault::ChangesAllTheSame && !is_own {
                    return Answer::error(404);
                }
                Answer::json(200, shown(thing))
            }
            "DELETE" if is_own || fault == Fault::Deletes => {
                self.boxes.remove(id);
                Answer::empty(204)
            }
            "GET" | "PUT" | "DELETE" => refused(),
            _ => Answer::error(405).with("allow", "GET, PUT, DELETE"),
        }
    }
}

fn caller(request: &Request) -> Option<&'static str> {
    let shown = request.header("authorization");
    let [shown] = shown.as_slice() else { return None };
    let (scheme, token) = shown.split_once(' ')?;
    let known = [("north-token", "north"), ("south-token", "south")];
    let known = known.into_iter().find(|(known, _)| *known == token);
    known.filter(|_| scheme.eq_ignore_ascii_case("bearer")).map(|(_, tenant)| tenant)
}

fn shown(mut thing: Value) -> Value {
    if let Some(members) = thing.as_object_mut() {
        members.remove("owner");
    }
    thing
}

async fn run(fault: Fault, profile: &str, check: &str) -> Run {
    let boxes = Boxes::default();
    let service = Service::start(move |request| boxes.respond(fault, request)).await;
    let suite = Suite::of_parts(BOXES, |parts| parts + SCHEMAS);
    suite.profile(profile).only(check).run(&service.url).await
}

#[tokio::test]
async fn tenants_that_share_nothing_are_found_so() {
    let run = run(Fault::None, PROFILE, "").await;
    assert_eq!(run.code, Some(0), "{}", run.told);
    assert_eq!(run.causes("should"), [""; 0], "{}", run.told);
    for case in [
        "get:404:law:another-tenants",
        "change:404:law:another-tenants",
        "drop:404:law:another-tenants",
        "forget:404:law:another-tenants",
        "list:200:law:strangers-list-nothing",
        "list:200:law:strangers-list-nothing:query.q",
        "list:200:law:strangers-list-nothing:query.name",
        "export:200:law:strangers-list-nothing",
        "note:422:law:strangers-refer-to-nothing:body.box_id",
        "make:201:law:strangers-may-say-the-same",
        "make:201:rights:south",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}: {}", run.told);
    }
}

#[tokio::test]
async fn what_is_shown_to_strangers_is_found() {
    for (fault, check) in [
        (Fault::Shows, "get:200:strangers-find-nothing"),
        (Fault::Mentions, "get:404:strangers-find-nothing"),
        (Fault::Changes, "change:200:strangers-find-nothing"),
        (Fault::ChangesAllTheSame, "change:200:strangers-find-nothing"),
        (Fault::Deletes, "drop:204:strangers-find-nothing"),
        (Fault::Lists, "list:200:strangers-list-nothing"),
        (Fault::Filters, "list:200:strangers-list-nothing"),
        (Fault::Finds, "list:200:strangers-list-nothing"),
        (Fault::Counts, "list:200:strangers-count-nothing"),
        (Fault::Exports, "export:200:strangers-list-nothing"),
        (Fault::RefersTo, "note:201:strangers-refer-to-nothing"),
        (Fault::Conflicts, "make:409:strangers-may-say-the-same"),
        (Fault::Forgets, "forget:204:strangers-find-nothing"),
    ] {
        run(fault, PROFILE, check).await.assert_finds(fault, check);
    }
}

#[tokio::test]
async fn without_tenants_nothing_is_asked() {
    let lines = PROFILE.lines().filter(|line| !line.starts_with("tenant"));
    let run = run(Fault::Lists, &lines.collect::<Vec<_>>().join("\n"), "").await;
    assert!(!run.told.contains("strangers"), "{}", run.told);
}

#[test]
fn no_case_mixes_tenants_but_on_purpose() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("depot");
    let contract = spec::read(&root.join("depot.yaml"), &FileSystem).contract.expect("a contract");
    let profile = profile::read(&root.join("profile.toml")).expect("a profile");
    let plan = plan(&contract, None, &profile.plan_context(&contract));
    let is_meant = |id: &str| id.contains("another-tenants") || id.contains("strangers");
    let (mut mixed, mut foreign) = (0, 0);
    for case in &plan.cases {
        let undone = case.cleanup.iter().map(|cleanup| &cleanup.step);
        let senders =
            case.steps.iter().chain(undone).filter_map(|step| match &step.request.credentials {
                Credentials::As(name) => profile.credentials[name].tenant.as_deref(),
                _ => None,
            });
        let tenants: IndexSet<&str> = senders.collect();
        assert!(tenants.len() < 2 || is_meant(&case.id), "{}: {tenants:?}", case.id);
        mixed += usize::from(tenants.len() == 2);
        foreign += usize::from(tenants.first() == Some(&"south") && tenants.len() == 1);
        if !is_meant(&case.id) && !case.id.ends_with(":rights:south") {
            assert!(!tenants.contains("south") || case.id.ends_with(":south"), "{}", case.id);
        }
    }
    assert!(mixed > 20 && foreign > 20, "{mixed} cases of two tenants, {foreign} of the other");
}
