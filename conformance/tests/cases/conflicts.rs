//! 15x: what is refused for something else changes nothing, and what was removed is in nobody's way.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const MEMBERS: &str = "
paths:
  /members:
    post:
      operationId: join
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /members/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: put
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '409': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: leave
      description: Its badges go with it.
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /members/{id}/badges:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: award
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /members/{id}/badges/{badge_id}:
    parameters:
      - { $ref: '#/components/parameters/id' }
      - { name: badge_id, in: path, required: true, schema: { type: string } }
    get:
      operationId: badge
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: revokeBadge
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    RefusedIsWritten,
    NamesStayTaken,
    IdsAreReused,
    BadgesStay,
}

#[derive(Clone, Default)]
struct Members {
    members: Store,
    badges: Store,
    gone: Store,
}

impl Members {
    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let name = request.json()["name"].clone();
        let Some(path) = request.below("/members") else {
            let was_taken = fault == Fault::NamesStayTaken && self.has(&self.gone, &name, "");
            if request.has_text("name") && (was_taken || self.has(&self.members, &name, "")) {
                return Answer::error(409);
            }
            return self.members.make(request, self.free(fault).into());
        };
        let (id, within) = path.split_once("/badges").unwrap_or((&path, "-"));
        let is_there = self.members.get(id).is_some();
        if within != "-" && (is_there || fault == Fault::BadgesStay) {
            return match within.trim_start_matches('/') {
                "" => self.badges.make(request, self.badges.uuid().into()),
                badge => self.badges.item(request, badge),
            };
        }
        let Some(member) = self.members.get(id).filter(|_| within == "-") else {
            return Answer::error(404);
        };
        match request.method.as_str() {
            "PUT" if request.has_text("name") && self.has(&self.members, &name, id) => {
                if fault == Fault::RefusedIsWritten {
                    self.members.put(id, json!({"id": id, "name": name}));
                }
                Answer::error(409)
            }
            "DELETE" => {
                self.gone.put(id, member);
                if fault != Fault::BadgesStay {
                    self.badges.ids().iter().for_each(|id| drop(self.badges.remove(id)));
                }
                self.members.item(request, id)
            }
            _ => self.members.item(request, id),
        }
    }

    /// Whether any but one has the name.
    fn has(&self, store: &Store, name: &Value, but: &str) -> bool {
        let ids = store.ids().into_iter().filter(|id| id != but);
        ids.filter_map(|id| store.get(&id)).any(|one| one["name"] == *name)
    }

    fn free(&self, fault: Fault) -> String {
        if fault != Fault::IdsAreReused {
            return self.members.uuid();
        }
        let taken = self.members.ids();
        (1..)
            .map(|n| format!("{n:08x}-0000-4000-8000-000000000000"))
            .find(|id| !taken.contains(id))
            .expect("one is free")
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let members = Members::default();
    let service = Service::start(move |request| members.respond(request, fault)).await;
    let levels = "[levels]\nname-is-free-again = \"must\"\nids-are-not-reused = \"must\"\nparts-go-with-it = \"must\"\n";
    // What a member that leaves takes along is that of all: one at a time.
    Suite::of(MEMBERS)
        .profile(levels)
        .flags(&["--workers", "1"])
        .only(check)
        .run(&service.url)
        .await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None, "").await;
    assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told);
    assert_eq!(run.verdict("badge:404:law:parts-go-with-it"), Some("passed"), "{}", run.told);
}

#[tokio::test]
async fn what_is_in_the_way_is_found() {
    for (fault, check) in [
        (Fault::RefusedIsWritten, "put:200:refused-changes-nothing"),
        (Fault::NamesStayTaken, "join:409:name-is-free-again"),
        (Fault::IdsAreReused, "join:201:ids-are-not-reused"),
        (Fault::BadgesStay, "badge:200:parts-go-with-it"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
