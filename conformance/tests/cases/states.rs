//! Things whose state a body names, within things that can be put aside: which moves there are, and what is refused, stands
//! in a table, in arrows and in the descriptions of answers.

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
  /boards/{board_id}:
    parameters: [{ $ref: '#/components/parameters/board' }]
    get:
      operationId: board
      responses: { '200': { $ref: '#/components/responses/Board' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: renameBoard
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { $ref: '#/components/responses/Board' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The board is archived., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: dropBoard
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /boards/{board_id}/archive:
    parameters: [{ $ref: '#/components/parameters/board' }]
    post:
      operationId: archiveBoard
      description: An archived board is read-only until it is restored.
      responses: { '200': { $ref: '#/components/responses/Board' }, '404': { $ref: '#/components/responses/No' } }
  /boards/{board_id}/unarchive:
    parameters: [{ $ref: '#/components/parameters/board' }]
    post:
      operationId: unarchiveBoard
      responses: { '200': { $ref: '#/components/responses/Board' }, '404': { $ref: '#/components/responses/No' } }
  /boards/{board_id}/tickets:
    parameters: [{ $ref: '#/components/parameters/board' }]
    post:
      operationId: makeTicket
      description: A new ticket is `open`.
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { $ref: '#/components/responses/Ticket' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The board is archived., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
  /boards/{board_id}/tickets/{ticket_id}:
    parameters: [{ $ref: '#/components/parameters/board' }, { $ref: '#/components/parameters/ticket' }]
    get:
      operationId: ticket
      responses: { '200': { $ref: '#/components/responses/Ticket' }, '404': { $ref: '#/components/responses/No' } }
    patch:
      operationId: changeTicket
      description: Moves that the table of `status` doesn't have are not allowed, that is a 422.
      requestBody: { required: true, content: { application/json: { schema: { type: object, minProperties: 1, properties: { name: { type: string }, status: { $ref: '#/components/schemas/Status' } } } } } }
      responses:
        '200': { $ref: '#/components/responses/Ticket' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The board is archived., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { description: The body is invalid or the transition isn't allowed., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
    delete:
      operationId: dropTicket
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /boards/{board_id}/tickets/{ticket_id}/votes:
    parameters: [{ $ref: '#/components/parameters/board' }, { $ref: '#/components/parameters/ticket' }]
    post:
      operationId: vote
      responses:
        '204': { $ref: '#/components/responses/Done' }
        '404': { $ref: '#/components/responses/No' }
        '409': { description: The ticket is not in `review`., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
";
const PARAMETERS: &str = "
  parameters:
    board: { name: board_id, in: path, required: true, schema: { type: string } }
    ticket: { name: ticket_id, in: path, required: true, schema: { type: string } }
";
const RESPONSES: &str = "
  responses:
    Board: { description: It., content: { application/json: { schema: { type: object, required: [id, name, archived], properties: { id: { type: string }, name: { type: string }, archived: { type: boolean } } } } } }
    Ticket: { description: It., content: { application/json: { schema: { type: object, required: [id, name, status], properties: { id: { type: string }, name: { type: string }, status: { $ref: '#/components/schemas/Status' } } } } } }
";
const SCHEMAS: &str = "
  schemas:
    Status:
      enum: [open, review, done, dropped]
      description: |
        | from     | to                |
        | -------- | ----------------- |
        | `open`   | `review`, `dropped` |
        | `review` | `open`, `done`    |
        | `done`   | –                 |
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    OpenIsDone,
    DoneIsOpenAgain,
    ReviewIsNeverDone,
    MoveIsLost,
    TicketsInArchive,
    ChangesInArchive,
    RenamesInArchive,
    StaysArchived,
    VotesWhenOpen,
    NoVotes,
}

#[derive(Clone, Default)]
struct Boards {
    boards: Store,
    tickets: Store,
}

impl Boards {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        let [kind, rest @ ..] = segments.as_slice() else { return Answer::error(404) };
        if *kind != "boards" {
            return Answer::error(404);
        }
        let Some((id, rest)) = rest.split_first() else { return self.make(request) };
        let Some(board) = self.boards.get(id) else { return Answer::error(404) };
        let is_archived = board["archived"] == true;
        match (request.method.as_str(), rest) {
            ("PATCH", []) if !request.has_text("name") => Answer::error(422),
            ("PATCH", []) if is_archived && fault != Fault::RenamesInArchive => Answer::error(409),
            ("PATCH", []) => self.set(id, "name", request.json()["name"].clone()),
            (_, []) => self.boards.item(request, id),
            ("POST", ["archive"]) => self.set(id, "archived", true.into()),
            ("POST", ["unarchive"]) => {
                self.set(id, "archived", (fault == Fault::StaysArchived).into())
            }
            ("POST", ["tickets"]) if !request.has_text("name") => Answer::error(422),
            ("POST", ["tickets"]) if is_archived && fault != Fault::TicketsInArchive => {
                Answer::error(409)
            }
            ("POST", ["tickets"]) => {
                let id = self.tickets.uuid();
                let name = request.json()["name"].clone();
                let ticket =
                    json!({"id": id, "name": name, "status": "open", "board": board["id"]});
                self.tickets.put(&id, ticket.clone());
                Answer::json(201, ticket)
            }
            (_, ["tickets", ticket, rest @ ..]) => {
                let there = self.tickets.get(ticket).filter(|one| one["board"] == board["id"]);
                let Some(there) = there else { return Answer::error(404) };
                match (request.method.as_str(), rest) {
                    ("PATCH", []) => self.change(request, there, is_archived, fault),
                    (_, []) => self.tickets.item(request, ticket),
                    ("POST", ["votes"]) => vote(&there, fault),
                    _ => Answer::error(405).with("allow", "POST"),
                }
            }
            _ => Answer::error(405).with("allow", "GET, POST, PATCH, DELETE"),
        }
    }

    fn make(&self, request: &Request) -> Answer {
        if request.method != "POST" {
            return Answer::error(405).with("allow", "POST");
        }
        if !request.has_text("name") {
            return Answer::error(422);
        }
        let id = self.boards.uuid();
        let board = json!({"id": id, "name": request.json()["name"], "archived": false});
        self.boards.put(&id, board.clone());
        Answer::json(201, board)
    }

    fn set(&self, id: &str, member: &str, value: Value) -> Answer {
        let Some(mut board) = self.boards.get(id) else { return Answer::error(404) };
        board[member] = value;
        self.boards.put(id, board.clone());
        Answer::json(200, board)
    }

    fn change(
        &self,
        request: &Request,
        mut ticket: Value,
        is_archived: bool,
        fault: Fault,
    ) -> Answer {
        let body = request.json();
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        let is_right = body.as_object().is_some_and(|body| {
            let mut named = ["name", "status"].into_iter().filter_map(|name| body.get(name));
            !body.is_empty() && named.all(Value::is_string)
        });
        if !is_right || media_type.split(';').next() != Some("application/json") {
            return Answer::error(422);
        }
        if is_archived && fault != Fault::ChangesInArchive {
            return Answer::error(409);
        }
        if let Some(to) = body.get("status").and_then(Value::as_str) {
            let from = ticket["status"].as_str().unwrap_or_default().to_owned();
            let is_known = ["open", "review", "done", "dropped"].contains(&to);
            if !is_known || (from != to && !moves(&from, to, fault)) {
                return Answer::error(422);
            }
        }
        for name in ["name", "status"] {
            if let Some(value) = body.get(name) {
                ticket[name] = value.clone();
            }
        }
        if !(fault == Fault::MoveIsLost && body.get("status").is_some()) {
            let id = ticket["id"].as_str().unwrap_or_default().to_owned();
            self.tickets.put(&id, ticket.clone());
        }
        Answer::json(200, ticket)
    }
}

fn moves(from: &str, to: &str, fault: Fault) -> bool {
    match (from, to) {
        ("review", "done") => fault != Fault::ReviewIsNeverDone,
        ("open", "review" | "dropped") | ("review", "open") => true,
        ("open", "done") => fault == Fault::OpenIsDone,
        ("done", "open") => fault == Fault::DoneIsOpenAgain,
        _ => false,
    }
}

fn vote(ticket: &Value, fault: Fault) -> Answer {
    let may = match fault {
        Fault::VotesWhenOpen => {
            ["open", "review"].contains(&ticket["status"].as_str().unwrap_or(""))
        }
        Fault::NoVotes => false,
        _ => ticket["status"] == "review",
    };
    if may { Answer::empty(204) } else { Answer::error(409) }
}

async fn run(fault: Fault, check: &str) -> Run {
    let boards = Boards::default();
    let service = Service::start(move |request| boards.respond(request, fault)).await;
    let parts = |parts: String| {
        let into = |parts: String, key: &str, more: &str| {
            parts.replacen(key, more.trim_start_matches('\n').trim_end(), 1)
        };
        let parts = into(parts, "  responses:", RESPONSES);
        into(into(parts, "  schemas:", SCHEMAS), "  parameters:", PARAMETERS)
    };
    Suite::of_parts(BOARDS, parts)
        .profile("creates = [\"*\"]\n")
        .only(check)
        .run(&service.url)
        .await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    let skipped: Vec<_> =
        run.cells().into_iter().filter(|cell| !cell.contains(" passed")).collect();
    assert!(skipped.is_empty(), "{skipped:#?}\n{}", run.told);
    for case in [
        "changeTicket:200:law:state-moves:review:done",
        "changeTicket:422:law:state-refuses:open:done",
        "changeTicket:422:law:state-refuses:done:open",
        "changeTicket:409:law:state-refuses:archived",
        "makeTicket:409:law:state-refuses:archived",
        "unarchiveBoard:200:law:state-moves:archived",
        "vote:409:law:state-refuses:open",
    ] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn moves_that_are_not_told_and_changes_of_what_was_put_aside_are_found() {
    for (fault, check) in [
        (Fault::OpenIsDone, "changeTicket:200:state-refuses"),
        (Fault::DoneIsOpenAgain, "changeTicket:200:state-refuses"),
        (Fault::ReviewIsNeverDone, "changeTicket:422:"),
        (Fault::MoveIsLost, "changeTicket:200:state-moves"),
        (Fault::TicketsInArchive, "makeTicket:201:state-refuses"),
        (Fault::ChangesInArchive, "changeTicket:200:state-refuses"),
        (Fault::RenamesInArchive, "renameBoard:200:state-refuses"),
        (Fault::StaysArchived, "unarchiveBoard:200:state-moves"),
        (Fault::VotesWhenOpen, "vote:204:state-refuses"),
        (Fault::NoVotes, "vote:409:"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
