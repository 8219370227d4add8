//! Things that others name: users that a list shows and a team takes, halls that no path names, sections that are part of one,
//! and shows that need a seat before they are published, and to be published before anybody orders.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const SHOWS: &str = "
paths:
  /users:
    get:
      operationId: listUsers
      responses: { '200': { description: All., content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } } }
  /teams:
    post:
      operationId: makeTeam
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /teams/{team_id}/members/{user_id}:
    parameters:
      - { name: team_id, in: path, required: true, schema: { type: string } }
      - { name: user_id, in: path, required: true, schema: { type: string, format: uuid } }
    put:
      operationId: putMember
      description: Takes a user into the team.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [role], properties: { role: { enum: [owner, viewer] } } } } } }
      responses:
        '200': { $ref: '#/components/responses/Done' }
        '201': { $ref: '#/components/responses/Done' }
        '404': { description: There is no such team or user., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
        '422': { $ref: '#/components/responses/No' }
    delete:
      operationId: dropMember
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /halls:
    post:
      operationId: makeHall
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name, sections], properties: { name: { type: string }, sections: { type: array, minItems: 1, items: { $ref: '#/components/schemas/Section' } } } } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { type: object, required: [id, name, sections], properties: { id: { type: string, format: uuid }, name: { type: string }, sections: { type: array, items: { $ref: '#/components/schemas/Section' } } } } } } }
        '422': { $ref: '#/components/responses/No' }
  /shows:
    post:
      operationId: makeShow
      description: A new show is a `draft`.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [hall_id], properties: { hall_id: { type: string, format: uuid } } } } } }
      responses: { '201': { $ref: '#/components/responses/Show' }, '422': { $ref: '#/components/responses/No' } }
  /shows/{show_id}:
    parameters: [{ $ref: '#/components/parameters/show' }]
    get:
      operationId: show
      responses: { '200': { $ref: '#/components/responses/Show' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropShow
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /shows/{show_id}/seats:
    parameters: [{ $ref: '#/components/parameters/show' }]
    post:
      operationId: makeSeat
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [section_code], properties: { section_code: { type: string, pattern: '^[A-Z]{4}$' } } } } } }
      responses:
        '201': { $ref: '#/components/responses/Thing' }
        '404': { $ref: '#/components/responses/No' }
        '422': { description: The hall has no such section., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /shows/{show_id}/moves:
    parameters: [{ $ref: '#/components/parameters/show' }]
    post:
      operationId: moveShow
      description: |
        `draft` → `published` → `cancelled`; all other moves are refused with 409.
        A show needs at least one seat to be published.
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [to], properties: { to: { enum: [draft, published, cancelled] }, reason: { type: string, minLength: 1, description: Needed for `cancelled`. } } } } } }
      responses:
        '200': { $ref: '#/components/responses/Show' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
  /shows/{show_id}/orders:
    parameters: [{ $ref: '#/components/parameters/show' }]
    post:
      operationId: order
      responses:
        '201': { $ref: '#/components/responses/Thing' }
        '404': { $ref: '#/components/responses/No' }
        '409': { $ref: '#/components/responses/No', description: The show is not published. }
";
const PARTS: &str = "
  parameters:
    show: { name: show_id, in: path, required: true, schema: { type: string } }
";
const RESPONSES: &str = "
  responses:
    Show: { description: It., content: { application/json: { schema: { type: object, required: [id, hall_id, status], properties: { id: { type: string }, hall_id: { type: string }, status: { enum: [draft, published, cancelled] } } } } } }
";
const SCHEMAS: &str = "
  schemas:
    Section: { type: object, required: [code], properties: { code: { type: string, pattern: '^[A-Z]{4}$' } } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    TakesAnybody,
    AnyHall,
    NoSeatNeeded,
    NoReasonNeeded,
    OrdersDrafts,
}

#[derive(Clone, Default)]
struct Shows {
    teams: Store,
    members: Store,
    halls: Store,
    shows: Store,
    seats: Store,
}

fn users() -> Vec<Value> {
    let user = |n: u8| json!({"id": format!("7777777{n}-0000-4000-8000-000000000000"), "name": "somebody"});
    (0..9).map(user).collect()
}

fn is_json(request: &Request) -> bool {
    let media_type = request.header("content-type").first().copied().unwrap_or_default();
    media_type
        .split(';')
        .next()
        .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json"))
}

impl Shows {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let segments: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["users"]) => Answer::json(200, users().into()),
            ("POST", ["teams"]) => self.teams.make(request, self.teams.uuid().into()),
            (_, ["teams", team, "members", user]) => self.member(request, team, user, fault),
            ("POST", ["halls"]) => self.make_hall(request),
            ("POST", ["shows"]) => self.make_show(request, fault),
            ("POST", ["shows", id, rest]) => match self.shows.get(id) {
                None => Answer::error(404),
                Some(show) => self.within(request, &show, rest, fault),
            },
            (_, ["shows", id]) => self.shows.item(request, id),
            _ => Answer::error(405).with("allow", "GET, POST, PUT, DELETE"),
        }
    }

    fn member(&self, request: &Request, team: &str, user: &str, fault: Fault) -> Answer {
        let user = user.to_lowercase();
        let is_user = users().iter().any(|one| one["id"] == *user) || fault == Fault::TakesAnybody;
        if self.teams.get(team).is_none() || !is_user {
            return Answer::error(404);
        }
        let key = format!("{team} {user}");
        let role = request.json()["role"].clone();
        match request.method.as_str() {
            "DELETE" if self.members.remove(&key).is_some() => Answer::empty(204),
            "DELETE" => Answer::error(404),
            "PUT" if !is_json(request) || !(role == "owner" || role == "viewer") => {
                Answer::error(422)
            }
            "PUT" if self.members.get(&key).is_some() => Answer::empty(200),
            "PUT" => {
                self.members.put(&key, json!({"role": role}));
                Answer::empty(201)
            }
            _ => Answer::error(405).with("allow", "PUT, DELETE"),
        }
    }

    fn make_hall(&self, request: &Request) -> Answer {
        let body = request.json();
        let is_code = |code: &str| code.len() == 4 && code.bytes().all(|c| c.is_ascii_uppercase());
        let sections = body["sections"].as_array().cloned().unwrap_or_default();
        let are_right = sections.iter().all(|one| one["code"].as_str().is_some_and(is_code));
        if !request.has_text("name") || sections.is_empty() || !are_right {
            return Answer::error(422);
        }
        let id = self.halls.uuid();
        let hall = json!({"id": id, "name": body["name"], "sections": sections});
        self.halls.put(&id, hall.clone());
        Answer::json(201, hall)
    }

    fn make_show(&self, request: &Request, fault: Fault) -> Answer {
        let hall = request.json()["hall_id"].as_str().unwrap_or_default().to_lowercase();
        let is_there = self.halls.get(&hall).is_some() || fault == Fault::AnyHall;
        if !is_json(request) || hall.len() != 36 || !is_there {
            return Answer::error(422);
        }
        let id = self.shows.uuid();
        let show = json!({"id": id, "hall_id": hall, "status": "draft"});
        self.shows.put(&id, show.clone());
        Answer::json(201, show)
    }

    fn within(&self, request: &Request, show: &Value, rest: &str, fault: Fault) -> Answer {
        let id = show["id"].as_str().unwrap_or_default();
        match rest {
            "seats" => {
                let code = request.json()["section_code"].clone();
                let hall = self.halls.get(show["hall_id"].as_str().unwrap_or_default());
                let sections = hall.map(|hall| hall["sections"].clone()).unwrap_or_default();
                let mut all = sections.as_array().into_iter().flatten();
                if !is_json(request) || !all.any(|section| section["code"] == code) {
                    return Answer::error(422);
                }
                let seat = self.seats.uuid();
                self.seats.put(&seat, json!({"show": id}));
                Answer::json(201, json!({"id": seat, "name": "seat"}))
            }
            "moves" => self.step(request, show.clone(), fault),
            "orders" if show["status"] == "published" || fault == Fault::OrdersDrafts => {
                Answer::json(201, json!({"id": self.seats.uuid(), "name": "order"}))
            }
            "orders" => Answer::error(409),
            _ => Answer::error(404),
        }
    }

    fn step(&self, request: &Request, mut show: Value, fault: Fault) -> Answer {
        let body = request.json();
        let (to, reason) = (body["to"].as_str().unwrap_or_default().to_owned(), body.get("reason"));
        let is_known = ["draft", "published", "cancelled"].contains(&to.as_str());
        let is_text = reason.is_none_or(|one| one.as_str().is_some_and(|text| !text.is_empty()));
        if !is_json(request) || !is_known || !is_text {
            return Answer::error(422);
        }
        if to == "cancelled" && reason.is_none() && fault != Fault::NoReasonNeeded {
            return Answer::error(422);
        }
        let has_seat = self.seats.values().iter().any(|seat| seat["show"] == show["id"]);
        let may = match (show["status"].as_str().unwrap_or_default(), to.as_str()) {
            ("draft", "published") => has_seat || fault == Fault::NoSeatNeeded,
            ("published", "cancelled") => true,
            _ => false,
        };
        if !may {
            return Answer::error(409);
        }
        show["status"] = to.into();
        self.shows.put(show["id"].as_str().unwrap_or_default(), show.clone());
        Answer::json(200, show)
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let shows = Shows::default();
    let service = Service::start(move |request| shows.respond(request, fault)).await;
    let parts = |parts: String| {
        let into = |parts: String, key: &str, more: &str| {
            parts.replacen(key, more.trim_start_matches('\n').trim_end(), 1)
        };
        let parts = into(parts, "  responses:", RESPONSES);
        into(into(parts, "  schemas:", SCHEMAS), "  parameters:", PARTS)
    };
    Suite::of_parts(SHOWS, parts).profile("creates = [\"*\"]\n").only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    let skipped: Vec<_> =
        run.cells().into_iter().filter(|cell| !cell.contains(" passed")).collect();
    assert!(skipped.is_empty(), "{skipped:#?}\n{}", run.told);
}

#[tokio::test]
async fn what_others_name_has_to_be_there() {
    for (fault, check) in [
        (Fault::TakesAnybody, "putMember:201:status-expected"),
        (Fault::NoSeatNeeded, "moveShow:200:needed-is-asked-for"),
        (Fault::NoReasonNeeded, "moveShow:200:needed-is-asked-for"),
        (Fault::OrdersDrafts, "order:201:state-refuses"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

/// That it has to be there is only likely, so it is a remark.
#[tokio::test]
async fn what_a_body_names_and_is_not_there_is_told() {
    let run = run(Fault::AnyHall, "").await;
    assert!(run.told.contains("makeShow") && run.told.contains("remarks"), "{}", run.told);
}
