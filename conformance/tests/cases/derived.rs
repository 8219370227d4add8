//! 12x: what only the server writes follows from what is done: numbers from parts, times from changes.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const SHELVES: &str = "
paths:
  /shelves:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Shelf' }, '422': { $ref: '#/components/responses/No' } }
  /shelves/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      responses: { '200': { $ref: '#/components/responses/Shelf' }, '404': { $ref: '#/components/responses/No' } }
    put:
      operationId: put
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Shelf' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /shelves/{id}/books:
    parameters: [{ $ref: '#/components/parameters/id' }]
    post:
      operationId: add
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
      responses: { '201': { $ref: '#/components/responses/Book' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /shelves/{id}/books/{book_id}:
    parameters:
      - { $ref: '#/components/parameters/id' }
      - { name: book_id, in: path, required: true, schema: { type: string } }
    delete:
      operationId: take
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const RESPONSES: &str = "
    Shelf: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Shelf' } } } }
    Book: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
  schemas:";

const SCHEMAS: &str = "
    Shelf:
      type: object
      required: [id, name, book_count, weight, spare, updated_at]
      properties:
        id: { type: string }
        name: { type: string }
        book_count: { type: integer, readOnly: true }
        weight: { type: integer, readOnly: true, description: The sum of what its books weigh. }
        spare: { type: integer, readOnly: true, description: Nobody knows. }
        updated_at: { type: string, format: date-time, readOnly: true }
    Book:
      type: object
      required: [id, grams]
      properties: { id: { type: string, readOnly: true }, grams: { type: integer, minimum: -500, maximum: 500 } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// It isn't wrong: it tells time by the second.
    Coarse,
    CountStandsStill,
    CountsAllBooks,
    TakenStillCounts,
    WeightIsOfTheLast,
    WeightIsAbsolute,
    TimeStandsStill,
    TimeMovesWithLooks,
    AnswerHasAnotherTime,
}

#[derive(Clone, Default)]
struct Shelves {
    shelves: Store,
    books: Store,
    taken: Store,
    times: Store,
}

fn now(fault: Fault) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, micros) = (now.as_secs() % 60, now.subsec_micros());
    let (minutes, hours) = (now.as_secs() / 60 % 60, now.as_secs() / 3600 % 24);
    match fault {
        Fault::Coarse => format!("2024-02-03T{hours:02}:{minutes:02}:{seconds:02}Z"),
        _ => format!("2024-02-03T{hours:02}:{minutes:02}:{seconds:02}.{micros:06}Z"),
    }
}

impl Shelves {
    fn shown(&self, id: &str, fault: Fault) -> Option<Value> {
        let mut shelf = self.shelves.get(id)?;
        let grams = |store: &Store| -> Vec<(bool, i64)> {
            let all = store.ids().into_iter().filter_map(|book| store.get(&book));
            all.map(|one| (one["shelf"] == id, one["grams"].as_i64().unwrap_or(0))).collect()
        };
        let all = grams(&self.books);
        let own: Vec<i64> = all.iter().filter(|(is_own, _)| *is_own).map(|(_, it)| *it).collect();
        let taken = grams(&self.taken).iter().filter(|(is_own, _)| *is_own).count();
        shelf["book_count"] = json!(match fault {
            Fault::CountStandsStill => 0,
            Fault::CountsAllBooks => all.len(),
            Fault::TakenStillCounts => own.len() + taken,
            _ => own.len(),
        });
        shelf["weight"] = json!(match fault {
            Fault::WeightIsOfTheLast => own.last().copied().unwrap_or(0),
            Fault::WeightIsAbsolute => own.iter().map(|it| it.abs()).sum(),
            _ => own.iter().sum::<i64>(),
        });
        shelf["spare"] = json!(self.shelves.ids().len());
        shelf["updated_at"] = self.times.get(id).unwrap_or_default();
        Some(shelf)
    }

    fn respond(&self, request: &Request, fault: Fault) -> Answer {
        let Some(path) = request.below("/shelves") else {
            let id = self.shelves.uuid();
            let made = self.shelves.make(request, id.clone().into());
            self.times.put(&id, json!(now(fault)));
            return self.shown(&id, fault).map_or(made, |shelf| Answer::json(201, shelf));
        };
        let (id, within) = path.split_once('/').unwrap_or((&path, ""));
        if self.shelves.get(id).is_none() {
            return Answer::error(404);
        }
        match (request.method.as_str(), within) {
            ("POST", "books") => self.add(request, id),
            ("DELETE", book) if !book.is_empty() => {
                let book = book.trim_start_matches("books/");
                let is_here = self.books.get(book).is_some_and(|it| it["shelf"] == id);
                let Some(taken) = self.books.remove(book).filter(|_| is_here) else {
                    return Answer::error(404);
                };
                self.taken.put(book, taken);
                Answer::empty(204)
            }
            ("PUT", _) if !request.has_text("name") => Answer::error(422),
            ("PUT", _) => {
                self.shelves.item(request, id);
                if fault != Fault::TimeStandsStill {
                    self.times.put(id, json!(now(fault)));
                }
                let answer = self.shown(id, fault).unwrap_or_default();
                if fault == Fault::AnswerHasAnotherTime {
                    self.times.put(id, json!(now(fault)));
                }
                Answer::json(200, answer)
            }
            ("GET", _) => {
                if fault == Fault::TimeMovesWithLooks {
                    self.times.put(id, json!(now(fault)));
                }
                Answer::json(200, self.shown(id, fault).unwrap_or_default())
            }
            _ => self.shelves.item(request, id),
        }
    }

    fn add(&self, request: &Request, id: &str) -> Answer {
        let media_type = request.header("content-type").first().copied().unwrap_or_default();
        let is_json = media_type.to_lowercase().starts_with("application/json");
        let grams = request.json()["grams"].as_i64().filter(|it| (-500..=500).contains(it));
        let Some(grams) = grams.filter(|_| is_json) else { return Answer::error(422) };
        let book = self.books.uuid();
        self.books.put(&book, json!({"shelf": id, "grams": grams}));
        Answer::json(201, json!({"id": book, "grams": grams}))
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let shelves = Shelves::default();
    let service = Service::start(move |request| shelves.respond(request, fault)).await;
    let suite = Suite::of_parts(SHELVES, |parts| {
        let parts = parts.replacen("\n  schemas:", RESPONSES, 1);
        format!("{}{SCHEMAS}", parts.trim_end())
    });
    let levels = "[levels]\nnumber-follows-parts = \"must\"\nmodified-with-a-change = \"must\"\n";
    suite.profile(levels).only(check).run(&service.url).await
}

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    for fault in [Fault::None, Fault::Coarse] {
        let run = run(fault, "").await;
        assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{fault:?}: {}", run.told);
        let asked = "get:200:law:number-follows-parts:";
        assert_eq!(run.verdict(&format!("{asked}book_count:add")), Some("passed"), "{}", run.told);
        assert_eq!(run.verdict(&format!("{asked}weight:add")), Some("passed"), "{}", run.told);
        assert_eq!(run.verdict(&format!("{asked}spare:add")), None, "{}", run.told);
    }
}

#[tokio::test]
async fn what_does_not_follow_is_found() {
    for (fault, check) in [
        (Fault::CountStandsStill, "get:200:number-follows-parts"),
        (Fault::CountsAllBooks, "get:200:number-follows-parts"),
        (Fault::TakenStillCounts, "get:200:number-follows-parts"),
        (Fault::WeightIsOfTheLast, "get:200:number-follows-parts"),
        (Fault::WeightIsAbsolute, "get:200:number-follows-parts"),
        (Fault::TimeStandsStill, "put:200:modified-with-a-change"),
        (Fault::TimeMovesWithLooks, "put:200:modified-with-a-change"),
        (Fault::AnswerHasAnotherTime, "put:200:modified-with-a-change"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}
