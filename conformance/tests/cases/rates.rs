//! Rates of days, which are nothing but a number: a correction is counted, and the same once more is none. Remarks, of which it is
//! told when they were last edited, whichever method does that.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Store};
use crate::suite::{Run, Suite};

const PATHS: &str = "
paths:
  /rates/{code}:
    parameters: [{ name: code, in: path, required: true, schema: { type: string, pattern: '^[A-Z]{3}[0-9]{6}$' } }]
    get:
      operationId: rate
      responses: { '200': { $ref: '#/components/responses/Rate' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: setRate
      description: >-
        Enters or corrects a rate. The first one has version 1; each correction adds one to the version. Sending the value which is
        stored already changes nothing, the version included.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [micros], properties: { micros: { type: integer, minimum: 1, maximum: 900000000 } } } } } }
      responses: { '200': { $ref: '#/components/responses/Rate' }, '201': { $ref: '#/components/responses/Rate' }, '400': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropRate
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' } }
  /remarks:
    post:
      operationId: remark
      requestBody: { $ref: '#/components/requestBodies/Text' }
      responses: { '201': { $ref: '#/components/responses/Remark' }, '422': { $ref: '#/components/responses/No' } }
  /remarks/{remarkId}:
    parameters: [{ name: remarkId, in: path, required: true, schema: { type: integer, minimum: 1 } }]
    get:
      operationId: remarked
      responses: { '200': { $ref: '#/components/responses/Remark' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: edit
      requestBody: { $ref: '#/components/requestBodies/Text' }
      responses: { '200': { $ref: '#/components/responses/Remark' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropRemark
      responses: { '204': { description: Gone. }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  requestBodies:
    Text: { required: true, content: { application/json: { schema: { type: object, required: [text], properties: { text: { type: string, minLength: 1 } } } } } }
  responses:
    Rate: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Rate' } } } }
    Remark: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Remark' } } } }";

const SCHEMAS: &str = "
  schemas:
    Rate: { type: object, required: [code, micros, version], properties: { code: { type: string }, micros: { type: integer }, version: { type: integer, minimum: 1 } } }
    Remark: { type: object, required: [id, text, editedAt], properties: { id: { type: integer }, text: { type: string }, editedAt: { type: [string, 'null'], format: date-time } } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Corrections keep the version.
    VersionStays,
    /// The same value once more is a correction.
    SameCounts,
    /// It isn't told when a remark was edited.
    Unedited,
}

async fn run(fault: Fault, check: &str) -> Run {
    Suite::of_components(PATHS, RESPONSES, SCHEMAS).only(check).run_against(fault, respond).await
}

fn respond(store: &Store, fault: Fault, request: &Request) -> Answer {
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    match (path.as_slice(), request.method.as_str()) {
        (["rates", code], "PUT") => set(store, fault, code, request),
        (["remarks"], "POST") => match text(request) {
            None => Answer::error(422),
            Some(text) => {
                let id = store.serial();
                let remark = json!({"id": id, "text": text, "editedAt": null});
                store.put(&format!("remarks/{id}"), remark.clone());
                Answer::json(201, remark)
            }
        },
        (["remarks"], _) => Answer::error(405).with("allow", "POST"),
        ([kind @ ("rates" | "remarks"), id], method) => {
            let key = format!("{kind}/{id}");
            match (store.get(&key), method) {
                (None, _) => Answer::error(404),
                (Some(there), "GET") => Answer::json(200, there),
                (Some(_), "DELETE") => {
                    store.remove(&key);
                    Answer::empty(204)
                }
                (Some(remark), "PUT") => edit(store, fault, remark, request),
                _ => Answer::error(405).with("allow", "GET, PUT, DELETE"),
            }
        }
        _ => Answer::error(404),
    }
}

fn set(store: &Store, fault: Fault, code: &str, request: &Request) -> Answer {
    let is_code = code.len() == 9
        && code.bytes().take(3).all(|one| one.is_ascii_uppercase())
        && code.bytes().skip(3).all(|one| one.is_ascii_digit());
    let micros = request.json()["micros"].as_f64().filter(|one| one.fract() == 0.0);
    let Some(micros) = micros.filter(|one| (1.0..=900_000_000.0).contains(one)) else {
        return Answer::error(422);
    };
    if !is_code {
        return Answer::error(400);
    }
    let (micros, key) = (micros as i64, format!("rates/{code}"));
    let there = store.get(&key);
    let version = there.as_ref().and_then(|one| one["version"].as_i64()).unwrap_or_default();
    let is_same = there.as_ref().is_some_and(|one| one["micros"] == micros);
    let is_counted = match fault {
        Fault::VersionStays => there.is_none(),
        Fault::SameCounts => true,
        _ => !is_same,
    };
    let rate = json!({"code": code, "micros": micros, "version": version + i64::from(is_counted)});
    store.put(&key, rate.clone());
    Answer::json(if there.is_some() { 200 } else { 201 }, rate)
}

fn edit(store: &Store, fault: Fault, mut remark: Value, request: &Request) -> Answer {
    let Some(text) = text(request) else { return Answer::error(422) };
    remark["text"] = text.into();
    if fault != Fault::Unedited {
        remark["editedAt"] = "2026-03-04T05:06:07Z".into();
    }
    store.put(&format!("remarks/{}", remark["id"]), remark.clone());
    Answer::json(200, remark)
}

fn text(request: &Request) -> Option<String> {
    let text = request.json()["text"].as_str()?.to_owned();
    (request.has_text("text") && !text.is_empty()).then_some(text)
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    run(Fault::None, "").await.assert_sound(&[
        "setRate:200:law:changes-are-counted",
        "setRate:200:law:changes-are-counted:same",
        "edit:200:law:action-does",
    ]);
}

#[tokio::test]
async fn changes_of_numbers_are_counted_and_edits_are_told() {
    for (fault, check) in [
        (Fault::VersionStays, "setRate:200:changes-are-counted"),
        (Fault::SameCounts, "setRate:200:changes-are-counted"),
        (Fault::Unedited, "edit:200:action-does"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
