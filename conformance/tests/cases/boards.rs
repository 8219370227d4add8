//! What a thing tells of what is done to it: whether it has a file, when it was last changed, when something was done; that it was put
//! aside by a DELETE that leaves it there; and that its parts lie within it for writes as for reads.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const BOARDS: &str = "
paths:
  /boards:
    post:
      operationId: makeBoard
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Board' }, '422': { $ref: '#/components/responses/No' } }
  /boards/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getBoard
      responses: { '200': { $ref: '#/components/responses/Board' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: changeBoard
      description: An archived board can't be changed (409).
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Board' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: archiveBoard
      description: Puts it aside. For a board that is archived already it is a 409.
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' } }
  /boards/{id}/approve:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: approveBoard
      responses: { '200': { $ref: '#/components/responses/Board' }, '404': { $ref: '#/components/responses/No' } }
  /boards/{id}/plan:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getPlan
      responses:
        '200': { description: As it was put there., content: { text/plain: {}, application/pdf: {} } }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: putPlan
      requestBody: { required: true, content: { text/plain: {}, application/pdf: {} } }
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropPlan
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /boards/{board_id}/notes:
    parameters: [{ name: board_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: makeNote
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Note' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /boards/{board_id}/notes/{note_id}:
    parameters: [{ name: board_id, in: path, required: true, schema: { type: string } }, { name: note_id, in: path, required: true, schema: { type: string } }]
    patch:
      operationId: changeNote
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Note' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
  responses:
    Board: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Board' } } } }
    Note: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }";

const SCHEMAS: &str = "
  schemas:
    Board:
      type: object
      required: [id, name, archived, has_plan, approved_at, edited_at]
      properties:
        id: { type: string }
        name: { type: string }
        archived: { type: boolean }
        has_plan: { type: boolean }
        approved_at: { type: [string, 'null'], format: date-time }
        edited_at: { type: [string, 'null'], format: date-time }
    Note:
      type: object
      required: [board_id, note_id, name]
      properties: { board_id: { type: string }, note_id: { type: string }, name: { type: string } }
";

const NOW: &str = "2026-01-01T00:00:00Z";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    HasNoPlan,
    KeepsPlan,
    PlansAreText,
    NeverEdited,
    NeverApproved,
    NotPutAside,
    PutsAsideAgain,
    ChangesWhatIsAside,
    NotesOfOthers,
}

async fn run(fault: Fault, check: &str) -> Run {
    let (boards, plans, notes) = (Store::default(), Store::default(), Store::default());
    let service = Service::start(move |request| {
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (path.as_slice(), request.method.as_str()) {
            (["boards"], "POST") if request.has_text("name") => {
                let id = boards.uuid();
                let board = json!({"id": id, "name": request.json()["name"], "archived": false, "has_plan": false, "approved_at": null, "edited_at": null});
                boards.put(&id, board.clone());
                Answer::json(201, board)
            }
            (["boards"], "POST") => Answer::error(422),
            (["boards"], _) => Answer::error(405).with("allow", "POST"),
            (["boards", id, rest @ ..], method) => match boards.get(id) {
                None => Answer::error(404),
                Some(board) => {
                    let stores = [&boards, &plans, &notes];
                    of_board(fault, stores, (id, board), (rest, method), request)
                }
            },
            _ => Answer::error(404),
        }
    })
    .await;
    let suite = Suite::of_components(BOARDS, RESPONSES, SCHEMAS);
    suite.profile("creates = ['*']\nallow = ['*']\n").only(check).run(&service.url).await
}

fn of_board(
    fault: Fault,
    [boards, plans, notes]: [&Store; 3],
    (id, mut board): (&str, Value),
    (rest, method): (&[&str], &str),
    request: &Request,
) -> Answer {
    let is_aside = board["archived"] == true;
    let mut keep = |name: &str, value: Value| {
        board[name] = value;
        boards.put(id, board.clone());
        Answer::json(200, board.clone())
    };
    match (rest, method) {
        ([], "GET") => Answer::json(200, board),
        ([], "PATCH") if !request.has_text("name") => Answer::error(422),
        ([], "PATCH") if is_aside && fault != Fault::ChangesWhatIsAside => Answer::error(409),
        ([], "PATCH") => {
            if fault != Fault::NeverEdited {
                keep("edited_at", NOW.into());
            }
            keep("name", request.json()["name"].clone())
        }
        ([], "DELETE") if is_aside && fault != Fault::PutsAsideAgain => Answer::error(409),
        ([], "DELETE") => {
            keep("archived", (fault != Fault::NotPutAside).into());
            Answer::empty(204)
        }
        (["approve"], "POST") => match fault {
            Fault::NeverApproved => Answer::json(200, board),
            _ => keep("approved_at", NOW.into()),
        },
        (["plan"], "PUT") => {
            let media_type = request.header("content-type").first().copied().unwrap_or_default();
            plans.put(id, json!([media_type, request.body]));
            keep("has_plan", (fault != Fault::HasNoPlan).into());
            Answer::empty(204)
        }
        (["plan"], "DELETE") => {
            keep("has_plan", (fault == Fault::KeepsPlan).into());
            if plans.remove(id).is_some() { Answer::empty(204) } else { Answer::error(404) }
        }
        (["plan"], "GET") => match plans.get(id) {
            None => Answer::error(404),
            Some(plan) => {
                let is_page = plan[0] == "application/pdf" && fault != Fault::PlansAreText;
                let media_type = if is_page { "application/pdf" } else { "text/plain" };
                Answer::text(200, media_type, plan[1].as_str().unwrap_or_default())
            }
        },
        (["notes"], "POST") if request.has_text("name") => {
            let note_id = notes.uuid();
            let note = json!({"board_id": id, "note_id": note_id, "name": request.json()["name"]});
            notes.put(&note_id, note.clone());
            Answer::json(201, note)
        }
        (["notes"], "POST") => Answer::error(422),
        (["notes", note_id], "PATCH") => match notes.get(note_id) {
            Some(note) if note["board_id"] != id && fault != Fault::NotesOfOthers => {
                Answer::error(404)
            }
            Some(_) if !request.has_text("name") => Answer::error(422),
            Some(mut note) => {
                note["name"] = request.json()["name"].clone();
                notes.put(note_id, note.clone());
                Answer::json(200, note)
            }
            None => Answer::error(404),
        },
        (["notes", _], _) => Answer::error(405).with("allow", "PATCH"),
        (["notes"] | ["approve"], _) => Answer::error(405).with("allow", "POST"),
        (["plan"], _) => Answer::error(405).with("allow", "GET, PUT, DELETE"),
        ([], _) => Answer::error(405).with("allow", "GET, PATCH, DELETE"),
        _ => Answer::error(404),
    }
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
}

#[tokio::test]
async fn what_a_thing_tells_is_so() {
    for (fault, check) in [
        (Fault::HasNoPlan, "told-of-what-it-has"),
        (Fault::KeepsPlan, "told-of-what-it-has"),
        (Fault::PlansAreText, "bytes-are-kept"),
        (Fault::NeverEdited, "changeBoard:200:action-does"),
        (Fault::NeverApproved, "approveBoard:200:action-does"),
        (Fault::NotPutAside, "archiveBoard:200:state-moves"),
        (Fault::PutsAsideAgain, "archiveBoard:204:state-refuses"),
        (Fault::ChangesWhatIsAside, "changeBoard:200:state-refuses"),
        (Fault::NotesOfOthers, "changeNote:200:lies-within-one"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
