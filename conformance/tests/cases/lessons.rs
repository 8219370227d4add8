//! Lessons with hours, in a room that was there before: of two in one course, the second one is at another hour.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const LESSONS: &str = "
paths:
  /rooms:
    get:
      operationId: rooms
      responses: { '200': { description: They., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Room' } } } } } }
  /courses:
    post:
      operationId: found
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string, minLength: 1, maxLength: 50 } } } } } }
      responses: { '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Course' } } } }, '422': { $ref: '#/components/responses/No' } }
  /courses/{course_id}/lessons:
    parameters: [{ name: course_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: list
      parameters: [{ name: topic, in: query, description: Only lessons about this., schema: { type: string, minLength: 1, maxLength: 50 } }]
      responses: { '200': { description: They., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Lesson' } } } } }, '400': { $ref: '#/components/responses/No' }, '404': { $ref: '#/components/responses/No' } }
    post:
      operationId: add
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewLesson' } } } }
      responses:
        '201': { description: It is there., content: { application/json: { schema: { $ref: '#/components/schemas/Lesson' } } } }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The room is taken at that time., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
";

const SCHEMAS: &str = "
  schemas:
    Room: { type: object, required: [id, name], properties: { id: { type: string, format: uuid }, name: { type: string } } }
    Course: { type: object, required: [course_id, name], properties: { course_id: { type: string }, name: { type: string } } }
    NewLesson:
      type: object
      required: [topic, room_id, starts_at, ends_at]
      properties:
        topic: { type: string, minLength: 1, maxLength: 50 }
        room_id: { type: string, format: uuid }
        starts_at: { type: string, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }
        ends_at: { type: string, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }
    Lesson:
      type: object
      required: [id, topic, room_id, starts_at, ends_at]
      properties: { id: { type: string }, topic: { type: string }, room_id: { type: string }, starts_at: { type: string }, ends_at: { type: string } }
";

const ROOM: &str = "7f2f1f0d-0000-4000-8000-000000000007";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The filter of the list is ignored.
    ListsAll,
}

async fn run(fault: Fault) -> Run {
    Suite::of_components(LESSONS, "\n  responses:", SCHEMAS)
        .profile("creates = ['*']\n")
        .run_against(fault, respond)
        .await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let method = request.method.as_str();
    match (method, request.path.as_str()) {
        ("GET", "/rooms") => Answer::json(200, json!([{"id": ROOM, "name": "1.01"}])),
        (_, "/rooms") => Answer::error(405).with("allow", "GET"),
        ("POST", "/courses") => found(store, request),
        (_, "/courses") => Answer::error(405).with("allow", "POST"),
        _ => {
            let below = request.below("/courses").unwrap_or_default();
            let Some(course) = below.strip_suffix("/lessons") else { return Answer::error(404) };
            let is_there = store.get(course).is_some_and(|one| one["course_id"] == course);
            match method {
                "GET" | "POST" if !is_there => Answer::error(404),
                "GET" => list(store, fault, request, course),
                "POST" => add(store, request, course),
                _ => Answer::error(405).with("allow", "GET, POST"),
            }
        }
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| (1..=50).contains(&text.chars().count()))
}

fn found(store: &Store, request: &Request) -> Answer {
    let name = request.json()["name"].clone();
    if !request.is_json() || !is_text(&name) {
        return Answer::error(422);
    }
    let id = store.uuid();
    let course = json!({"course_id": id, "name": name});
    store.put(&id, course.clone());
    Answer::json(201, course)
}

/// The lessons of a course, as they are kept.
fn lessons(store: &Store, course: &str) -> Vec<Value> {
    store.values().into_iter().filter(|one| one["in"] == course).collect()
}

fn shown(mut lesson: Value) -> Value {
    lesson.as_object_mut().map(|members| members.remove("in"));
    lesson
}

fn list(store: &Store, fault: Fault, request: &Request, course: &str) -> Answer {
    let mut all = lessons(store, course);
    match request.query("topic").as_slice() {
        [] => {}
        [topic] if is_text(&json!(topic)) => {
            all.retain(|one| one["topic"] == *topic || fault == Fault::ListsAll);
        }
        _ => return Answer::error(400),
    }
    Answer::json(200, all.into_iter().map(shown).collect())
}

fn add(store: &Store, request: &Request, course: &str) -> Answer {
    let body = request.json();
    let hour = |name: &str| {
        let (hour, minute) = body[name].as_str()?.split_once(':')?;
        let number = |text: &str, most: u32| {
            let is_two = text.len() == 2 && text.bytes().all(|one| one.is_ascii_digit());
            text.parse::<u32>().ok().filter(|number| is_two && *number <= most)
        };
        Some(number(hour, 23)? * 60 + number(minute, 59)?)
    };
    let (from, to) = (hour("starts_at"), hour("ends_at"));
    let (Some(_), Some(_), true) = (from, to, request.is_json() && is_text(&body["topic"])) else {
        return Answer::error(422);
    };
    if body["room_id"] != ROOM {
        return Answer::error(422);
    }
    // Hours are texts of one form, so that they compare as what they are.
    let before = |one: &Value, other: &Value| one.as_str() < other.as_str();
    let is_in_the_way = |other: &Value| {
        before(&other["starts_at"], &body["ends_at"])
            && before(&body["starts_at"], &other["ends_at"])
    };
    if lessons(store, course).iter().any(is_in_the_way) {
        return Answer::error(409);
    }
    let id = store.uuid();
    let mut lesson = json!({"id": id, "in": course});
    for name in ["topic", "room_id", "starts_at", "ends_at"] {
        lesson[name] = body[name].clone();
    }
    store.put(&id, lesson.clone());
    Answer::json(201, shown(lesson))
}

#[tokio::test]
async fn two_lessons_of_one_course_are_at_different_hours() {
    let run = run(Fault::None).await;
    run.assert_sound(&["add:201:happy-path:complete", "list:200:law:filter-is-kept:query.topic"]);
}

#[tokio::test]
async fn a_filter_is_put_to_the_test_with_two_of_them() {
    run(Fault::ListsAll).await.assert_finds(Fault::ListsAll, "list:200:filter-is-kept");
}
