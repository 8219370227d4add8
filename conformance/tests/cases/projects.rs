//! Projects with members: what lies in one project is named in no other, labels are named by their texts, callers are made members
//! before they are asked, changes are counted, and lists are asked for halves, parts and bounds.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PROJECTS: &str = "
security: [{ token: [] }]
paths:
  /me:
    get:
      operationId: me
      responses: { '200': { $ref: '#/components/responses/User' }, '401': { $ref: '#/components/responses/No' } }
  /users:
    get:
      operationId: users
      description: All users, by name in ascending order.
      parameters:
        - { name: q, in: query, description: 'Part of the `name`, regardless of case.', schema: { type: string, minLength: 1, maxLength: 50 } }
        - { name: locked, in: query, description: 'With `true` only users who are locked, with `false` only the others.', schema: { type: boolean } }
        - { name: min_logins, in: query, description: Only users with at least so many logins., schema: { type: integer, minimum: 0, maximum: 1000 } }
      responses: { '200': { $ref: '#/components/responses/Users' }, '400': { $ref: '#/components/responses/No' }, '401': { $ref: '#/components/responses/No' } }
  /projects:
    post:
      operationId: found
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Project' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /projects/{project_id}/members/{user_id}:
    parameters: [{ name: project_id, in: path, required: true, schema: { type: string } }, { name: user_id, in: path, required: true, schema: { $ref: '#/components/schemas/UserId' } }]
    put:
      operationId: join
      description: Admins only.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [role], properties: { role: { type: string, enum: [admin, reader] } } } } } }
      responses: { '200': { $ref: '#/components/responses/Member' }, '201': { $ref: '#/components/responses/Member' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /projects/{project_id}/labels:
    parameters: [{ name: project_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: label
      description: Admins only. A name can be used once per project (409).
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { $ref: '#/components/schemas/LabelName' } } } } } }
      responses: { '201': { $ref: '#/components/responses/Label' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /projects/{project_id}/tasks:
    parameters: [{ name: project_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: add
      description: Open to all members.
      parameters: [{ name: Idempotency-Key, in: header, description: 'The same key of the same caller, for the same project, makes no second task.', schema: { type: string, minLength: 8, maxLength: 64 } }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewTask' } } } }
      responses:
        '201': { description: It., headers: { Idempotent-Replayed: { description: Only in a repeated answer., schema: { type: string, const: 'true' } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Task' } } } }
        '401': { $ref: '#/components/responses/No' }
        '403': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /tasks/{task_id}:
    parameters: [{ name: task_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: show
      responses: { '200': { $ref: '#/components/responses/Task' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/Unseen' } }
    patch:
      operationId: change
      description: 'Admins only. Every change raises `version` by one. An update that changes nothing leaves `version` as it is. The labels must be of the project (422).'
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/TaskPatch' } } } }
      responses: { '200': { $ref: '#/components/responses/Task' }, '401': { $ref: '#/components/responses/No' }, '403': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/Unseen' }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Unseen: { description: 'There is no such task, or it is not visible to the caller.', content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
    User: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } }
    Users: { description: They., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/User' } } } } } } }
    Project: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Project' } } } }
    Member: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } }
    Label: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Label' } } } }
    Task: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Task' } } } }";

const SCHEMAS: &str = "
  schemas:
    UserId: { type: string, pattern: '^u[0-9]{3}$' }
    NullableUserId: { type: [string, 'null'], pattern: '^u[0-9]{3}$' }
    LabelName: { type: string, pattern: '^[a-z0-9]{6,20}$' }
    User: { type: object, required: [id, name, active, login_count], properties: { id: { $ref: '#/components/schemas/UserId' }, name: { type: string }, active: { type: boolean }, login_count: { type: integer } } }
    Project: { type: object, required: [project_id, name], properties: { project_id: { type: string }, name: { type: string } } }
    Member: { type: object, required: [user_id, role], properties: { user_id: { $ref: '#/components/schemas/UserId' }, role: { type: string, enum: [admin, reader] } } }
    Label: { type: object, required: [name], properties: { name: { $ref: '#/components/schemas/LabelName' } } }
    NewTask: { type: object, required: [title], properties: { title: { type: string, minLength: 1, maxLength: 50 }, labels: { type: array, maxItems: 5, items: { $ref: '#/components/schemas/LabelName' } }, assignee_id: { $ref: '#/components/schemas/NullableUserId' } } }
    TaskPatch: { type: object, minProperties: 1, properties: { title: { type: string, minLength: 1, maxLength: 50 }, note: { type: string, maxLength: 50 }, labels: { type: array, maxItems: 5, items: { $ref: '#/components/schemas/LabelName' } } } }
    Task: { type: object, required: [task_id, title, labels, version], properties: { task_id: { type: string }, title: { type: string }, note: { type: string }, labels: { type: array, items: { $ref: '#/components/schemas/LabelName' } }, version: { type: integer } } }
";

const PROFILE: &str = "
creates = ['*']
[credentials.root]
bearer = 'root'
may = ['*']
[credentials.reader]
bearer = 'rita'
may = ['me', 'users', 'add', 'show']
[credentials.stranger]
bearer = 'none'
may = ['me', 'users', 'show', 'change']
";

/// Who is there: by token, id, name, whether locked, and how often they came.
const USERS: [(&str, &str, &str, bool, i64); 4] = [
    ("none", "u001", "Zoe Zander", false, 9),
    ("root", "u002", "Rolf Rooter", false, 20),
    ("rita", "u003", "Rita Reader", false, 3),
    ("gone", "u004", "Anna Absent", true, 5),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    AnyLabel,
    ReaderIsShutOut,
    StrangersSee,
    CountsTwo,
    CountsTheSame,
    NotesDoNotCount,
    UnlockedAreAll,
    AtLeastIsMore,
    FindsBeginnings,
    SortedById,
    KeyOfAllProjects,
    KeyOfAllCallers,
    RepetitionIsUntold,
    LabelsOfAllProjects,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PROJECTS, RESPONSES, SCHEMAS)
        .profile(PROFILE)
        .only(check)
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let Some(caller) = USERS.iter().find(|user| request.token() == Some(user.0)) else {
        return Answer::error(401).with("www-authenticate", "Bearer");
    };
    let method = request.method.as_str();
    match (method, request.path.as_str()) {
        ("GET", "/me") => Answer::json(200, user(caller)),
        ("GET", "/users") => users(fault, request),
        ("POST", "/projects") if caller.0 != "root" => Answer::error(403),
        ("POST", "/projects") => store.make_with(request, "project_id", json!({"u002": "admin"})),
        (_, "/me" | "/users") => Answer::error(405).with("allow", "GET"),
        (_, "/projects") => Answer::error(405).with("allow", "POST"),
        _ => match (request.below("/projects"), request.below("/tasks")) {
            (Some(below), _) => project(store, fault, request, (caller.1, &below)),
            (_, Some(id)) => task(store, fault, request, (caller.1, &id)),
            _ => Answer::error(404),
        },
    }
}

fn user((_, id, name, locked, logins): &(&str, &str, &str, bool, i64)) -> Value {
    json!({"id": id, "name": name, "active": !locked, "login_count": logins})
}

fn users(fault: Fault, request: &Request) -> Answer {
    let mut all: Vec<_> = USERS.to_vec();
    if fault != Fault::SortedById {
        all.sort_by_key(|user| user.2);
    }
    match request.query("locked").as_slice() {
        [] => {}
        ["true"] => all.retain(|user| user.3),
        ["false"] => all.retain(|user| !user.3 || fault == Fault::UnlockedAreAll),
        _ => return Answer::error(400),
    }
    if let [least] = request.query("min_logins").as_slice() {
        let Some(least) = least.parse::<i64>().ok().filter(|least| (0..=1000).contains(least))
        else {
            return Answer::error(400);
        };
        all.retain(|user| user.4 >= least + i64::from(fault == Fault::AtLeastIsMore));
    } else if !request.query("min_logins").is_empty() {
        return Answer::error(400);
    }
    if let [text] = request.query("q").as_slice() {
        if text.is_empty() || text.chars().count() > 50 {
            return Answer::error(400);
        }
        let text = text.to_lowercase();
        all.retain(|user| match (user.2.to_lowercase(), fault) {
            (name, Fault::FindsBeginnings) => name.starts_with(&text),
            (name, _) => name.contains(&text),
        });
    } else if !request.query("q").is_empty() {
        return Answer::error(400);
    }
    Answer::json(200, json!({"items": all.iter().map(user).collect::<Vec<_>>()}))
}

fn project(
    store: &Store,
    fault: Fault,
    request: &Request,
    (caller, below): (&str, &str),
) -> Answer {
    let (id, rest) = below.split_once('/').unwrap_or((below, ""));
    let (rest, item) = rest.split_once('/').unwrap_or((rest, ""));
    let allowed = match rest {
        "members" => "PUT",
        "labels" | "tasks" => "POST",
        _ => return Answer::error(404),
    };
    if request.method != allowed {
        return Answer::error(405).with("allow", allowed);
    }
    let found = store.get(id).filter(|one| one["project_id"] == id);
    let Some(mut project) = found.filter(|one| one[caller].is_string()) else {
        return Answer::error(404);
    };
    if rest != "tasks" && project[caller] != "admin" {
        return Answer::error(403);
    }
    let body = request.json();
    match rest {
        "members" if !USERS.iter().any(|user| user.1 == item) => Answer::error(404),
        "members" => {
            let role = body["role"].as_str().filter(|role| ["admin", "reader"].contains(role));
            let Some(role) = role.filter(|_| request.is_json()) else { return Answer::error(422) };
            let is_new = project[item].is_null();
            project[item] = role.into();
            store.put(id, project);
            let status = if is_new { 201 } else { 200 };
            Answer::json(status, json!({"user_id": item, "role": role}))
        }
        "labels" if !request.is_json() || !is_label(&body["name"]) => Answer::error(422),
        "labels" => {
            let of = if fault == Fault::LabelsOfAllProjects { "" } else { id };
            let key = format!("label {of} {}", body["name"].as_str().unwrap_or_default());
            let name = json!({"name": body["name"]});
            match store.put(&key, name.clone()) {
                true => Answer::error(409),
                false => Answer::json(201, name),
            }
        }
        _ => add(store, fault, request, (caller, id)),
    }
}

fn is_label(name: &Value) -> bool {
    let is_plain = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit();
    name.as_str().is_some_and(|name| (6..=20).contains(&name.len()) && name.bytes().all(is_plain))
}

fn add(store: &Store, fault: Fault, request: &Request, (caller, project): (&str, &str)) -> Answer {
    let body = request.json();
    let assignee = &body["assignee_id"];
    let is_one = |id: &Value| USERS.iter().any(|user| id == user.1);
    let is_fine = request.is_json()
        && body["title"].is_string()
        && fits(&body)
        && (assignee.is_null() || is_one(assignee));
    if !is_fine || !are_labels(store, body.get("labels"), project) {
        return Answer::error(422);
    }
    let keys = request.header("idempotency-key");
    let key = match keys.as_slice() {
        [] => None,
        [key] if (8..=64).contains(&key.len()) => Some(*key),
        _ => return Answer::error(422),
    };
    let key = key.map(|key| match fault {
        Fault::KeyOfAllProjects => format!("{caller} {key}"),
        Fault::KeyOfAllCallers => format!("{project} {key}"),
        _ => format!("{caller} {project} {key}"),
    });
    if let Some(before) = key.as_ref().and_then(|key| store.get(key)) {
        let answer = Answer::json(201, before);
        return match fault {
            Fault::RepetitionIsUntold => answer,
            _ => answer.with("idempotent-replayed", "true"),
        };
    }
    let id = store.uuid();
    let labels = if body["labels"].is_array() { body["labels"].clone() } else { json!([]) };
    let task = json!({"task_id": id, "title": body["title"], "labels": labels, "version": 1});
    if let Some(key) = key {
        store.put(&key, task.clone());
    }
    let mut kept = task.clone();
    kept["in"] = project.into();
    store.put(&id, kept);
    Answer::json(201, task)
}

/// Whether what a body says of a task itself is right.
fn fits(body: &Value) -> bool {
    let is_short = |value: &Value, least: usize| match value {
        Value::Null => true,
        Value::String(text) => (least..=50).contains(&text.chars().count()),
        _ => false,
    };
    let is_absent = |name: &str| body.get(name).is_none();
    let has_title = body["title"].is_string() || is_absent("title") && !is_absent("note");
    let has_title = has_title || is_absent("title") && body["labels"].is_array();
    let note = body["note"].is_string() || is_absent("note");
    body.is_object()
        && has_title
        && note
        && is_short(&body["title"], 1)
        && is_short(&body["note"], 0)
}

fn are_labels(store: &Store, labels: Option<&Value>, project: &str) -> bool {
    let there = |name: &str| store.get(&format!("label {project} {name}")).is_some();
    have_form(labels, |name| is_label(name) && name.as_str().is_some_and(there))
}

/// Whether there are none, or each of a few is one.
fn have_form(labels: Option<&Value>, is_one: impl Fn(&Value) -> bool) -> bool {
    match labels {
        None => true,
        Some(Value::Array(all)) => all.len() <= 5 && all.iter().all(&is_one),
        Some(_) => false,
    }
}

fn task(store: &Store, fault: Fault, request: &Request, (caller, id): (&str, &str)) -> Answer {
    let found = store.get(id).filter(|one| one["task_id"] == id);
    let project = found.as_ref().and_then(|task| store.get(task["in"].as_str()?));
    let role = project.map(|project| project[caller].clone()).unwrap_or_default();
    let is_seen = role.is_string() || request.method == "GET" && fault == Fault::StrangersSee;
    let Some(mut task) = found.filter(|_| is_seen) else { return Answer::error(404) };
    let shown = |mut task: Value| {
        task.as_object_mut().map(|members| members.remove("in"));
        Answer::json(200, task)
    };
    match request.method.as_str() {
        "GET" if role == "reader" && fault == Fault::ReaderIsShutOut => Answer::error(403),
        "GET" => shown(task),
        "PATCH" if role != "admin" => Answer::error(403),
        "PATCH" => {
            let body = request.json();
            let within = task["in"].as_str().unwrap_or_default();
            let are_labels = match fault {
                Fault::AnyLabel => have_form(body.get("labels"), is_label),
                _ => are_labels(store, body.get("labels"), within),
            };
            if !request.is_json() || !fits(&body) || !are_labels {
                return Answer::error(422);
            }
            let before = task.clone();
            for name in ["title", "note", "labels"] {
                if let Some(value) = body.get(name) {
                    task[name] = value.clone();
                }
            }
            let is_noted = fault != Fault::NotesDoNotCount || before["note"] == task["note"];
            if fault == Fault::CountsTheSame || before != task && is_noted {
                let by = if fault == Fault::CountsTwo { 2 } else { 1 };
                task["version"] = (task["version"].as_i64().unwrap_or_default() + by).into();
            }
            store.put(id, task.clone());
            shown(task)
        }
        _ => Answer::error(405).with("allow", "GET, PATCH"),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    run.assert_sound(&[
        "add:201:happy-path:complete",
        "add:201:rights:reader",
        "add:201:law:key-makes-once:another-caller",
        "add:201:law:key-makes-once:another-thing",
        "add:201:law:key-makes-once:at-once",
        "add:201:law:ids-differ",
        "label:201:law:free-elsewhere",
        "show:200:rights:reader",
        "show:404:law:sight-is-one:reader:stranger",
        "change:200:happy-path:complete",
        "change:200:law:changes-are-counted:each",
        "users:200:law:filter-is-kept:query.locked:halves",
    ]);
}

#[tokio::test]
async fn what_is_said_of_projects_is_put_to_the_test() {
    for (fault, check) in [
        (Fault::AnyLabel, "change:200:foreign-reference-refused"),
        (Fault::ReaderIsShutOut, "show:403:status-expected"),
        (Fault::StrangersSee, "show:200:sight-is-one"),
        (Fault::CountsTwo, "change:200:changes-are-counted"),
        (Fault::CountsTheSame, "change:200:changes-are-counted"),
        (Fault::NotesDoNotCount, "change:200:changes-are-counted"),
        (Fault::UnlockedAreAll, "users:200:filter-is-kept"),
        (Fault::AtLeastIsMore, "users:200:filter-is-kept"),
        (Fault::FindsBeginnings, "users:200:search-finds"),
        (Fault::SortedById, "users:200:order-is-kept"),
        (Fault::KeyOfAllProjects, "add:201:key-makes-once"),
        (Fault::KeyOfAllCallers, "add:201:key-makes-once"),
        (Fault::RepetitionIsUntold, "add:201:key-makes-once"),
        (Fault::LabelsOfAllProjects, "label:409:free-elsewhere"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
