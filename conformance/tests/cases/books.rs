//! Values whose rules no schema has and names or descriptions tell: a check digit, a day that may not lie ahead nor far back, the
//! order of texts whatever their letter case. And a picture of a thing, that isn't there before it was
//! put, of a size and a content that are told.

use serde_json::{Value, json};
use spec::CheckDigit;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const BOOKS: &str = "
paths:
  /books:
    get:
      operationId: listBooks
      description: Titles compare by their lower-case form.
      parameters: [{ name: sort, in: query, schema: { type: string, enum: [title] } }]
      responses: { '200': { description: All., content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: '#/components/schemas/Book' } } } } } } } }
    post:
      operationId: addBook
      description: An `isbn` must have a correct check digit (422). `bought_on` may not be after today nor more than 90 days ago (422).
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/BookInput' } } } }
      responses: { '201': { $ref: '#/components/responses/Book' }, '422': { $ref: '#/components/responses/No' } }
  /books/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getBook
      responses: { '200': { $ref: '#/components/responses/Book' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: dropBook
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
  /books/{id}/cover:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: getCover
      parameters: [{ name: If-None-Match, in: header, schema: { type: string } }]
      responses:
        '200': { description: It., headers: { ETag: { required: true, schema: { type: string } } }, content: { image/png: { schema: { type: string, format: binary } } } }
        '304': { description: Unchanged., headers: { ETag: { schema: { type: string } } } }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: putCover
      description: At most 4096 bytes (413). A body that does not begin with the signature of a PNG is a 400.
      requestBody: { required: true, content: { image/png: { schema: { type: string, format: binary } } } }
      responses:
        '204': { $ref: '#/components/responses/Done' }
        '400': { $ref: '#/components/responses/No' }
        '404': { $ref: '#/components/responses/No' }
        '413': { $ref: '#/components/responses/No' }
";

/// With the schemas of books among the parts.
fn suite() -> Suite {
    const RESPONSE: &str = "
  responses:
    Book: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }";
    const SCHEMAS: &str = "
  schemas:
    BookInput:
      type: object
      required: [title]
      properties: { title: { type: string, minLength: 1, maxLength: 60 }, isbn: { type: string, pattern: '^97[89][0-9]{10}$' }, bought_on: { type: string, format: date } }
    Book:
      type: object
      required: [id, title]
      properties: { id: { type: string }, title: { type: string }, isbn: { type: string }, bought_on: { type: string, format: date } }";
    Suite::of_components(BOOKS, RESPONSE, SCHEMAS)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    WrongDigitIsTaken,
    DayAheadIsTaken,
    OldDayIsTaken,
    CapitalsComeFirst,
    CoverNeverChanges,
    LargeCoverIsTaken,
    LargestCoverIsRefused,
    AnyCoverIsTaken,
}

async fn run(fault: Fault) -> Run {
    let (books, covers) = (Store::default(), Store::default());
    let service = Service::start(move |request| respond((&books, &covers), fault, request)).await;
    suite().run(&service.url).await
}

fn respond((books, covers): (&Store, &Store), fault: Fault, request: &Request) -> Answer {
    match request.path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["books"] if request.method == "GET" => list(books, fault),
        ["books"] if request.method == "POST" => add(books, fault, request),
        ["books"] => Answer::error(405).with("allow", "GET, POST"),
        ["books", id, ..] if books.get(id).is_none() => Answer::error(404),
        ["books", id] if request.method == "GET" => {
            Answer::json(200, books.get(id).unwrap_or_default())
        }
        ["books", id] if request.method == "DELETE" => {
            books.remove(id);
            covers.remove(id);
            Answer::empty(204)
        }
        ["books", _] => Answer::error(405).with("allow", "GET, DELETE"),
        ["books", id, "cover"] => cover(covers, fault, (request, id)),
        _ => Answer::error(404),
    }
}

fn list(books: &Store, fault: Fault) -> Answer {
    let mut items = books.values();
    items.sort_by_key(|book| match book["title"].as_str() {
        Some(title) if fault == Fault::CapitalsComeFirst => title.to_owned(),
        title => title.unwrap_or_default().to_lowercase(),
    });
    Answer::json(200, json!({"items": items}))
}

fn add(books: &Store, fault: Fault, request: &Request) -> Answer {
    let body = request.json();
    let Some(members) = body.as_object() else { return Answer::error(422) };
    let fits = |(name, value): (&String, &Value)| match (name.as_str(), value.as_str()) {
        ("title", Some(text)) => (1..=60).contains(&text.chars().count()),
        ("isbn", Some(text)) => is_isbn(text, fault),
        ("bought_on", Some(text)) => is_recent(text, fault),
        (known, _) => !["title", "isbn", "bought_on"].contains(&known),
    };
    if !members.contains_key("title") || !members.iter().all(fits) {
        return Answer::error(422);
    }
    let id = books.uuid();
    let mut book = json!({"id": id});
    for name in ["title", "isbn", "bought_on"] {
        members.get(name).into_iter().for_each(|value| book[name] = value.clone());
    }
    books.put(&id, book.clone());
    Answer::json(201, book)
}

fn is_isbn(text: &str, fault: Fault) -> bool {
    let has_form = text.len() == 13
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.starts_with("978") || text.starts_with("979"));
    let is_right = CheckDigit::Isbn.complete(text, true).as_deref() == Some(text);
    has_form && (is_right || fault == Fault::WrongDigitIsTaken)
}

fn is_recent(text: &str, fault: Fault) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let Ok(day) = time::Date::parse(text, &format) else { return false };
    let back = (time::OffsetDateTime::now_utc().date() - day).whole_days();
    (back >= 0 || fault == Fault::DayAheadIsTaken) && (back <= 90 || fault == Fault::OldDayIsTaken)
}

/// The bytes of a picture, at most.
const MOST: usize = 4096;
/// How a picture begins, read as text.
const PNG: &str = "\u{fffd}PNG\r\n";

fn cover(covers: &Store, fault: Fault, (request, id): (&Request, &str)) -> Answer {
    match (request.method.as_str(), covers.get(id)) {
        ("PUT", _) => {
            let png = request.header("content-type").first().is_some_and(|one| *one == "image/png");
            // What is no text arrives otherwise than it was sent.
            let size = request.header("content-length").first().and_then(|one| one.parse().ok());
            let size: usize = size.unwrap_or_default();
            let is_large = match fault {
                Fault::LargeCoverIsTaken => false,
                Fault::LargestCoverIsRefused => size >= MOST,
                _ => size > MOST,
            };
            let is_picture = request.body.get(..PNG.len()) == Some(PNG);
            if !png {
                return Answer::error(415);
            } else if is_large {
                return Answer::error(413);
            } else if !is_picture && fault != Fault::AnyCoverIsTaken {
                return Answer::error(400);
            }
            covers.put(id, json!(size));
            Answer::empty(204)
        }
        ("GET", None) => Answer::error(404),
        ("GET", Some(size)) => {
            let tag = if fault == Fault::CoverNeverChanges { json!(1) } else { size };
            let tag = format!("\"{tag}\"");
            let asked = request.header("if-none-match").join(", ");
            let is_there = asked.split(", ").any(|one| one.trim_start_matches("W/") == tag);
            let answer = match is_there {
                true => Answer::empty(304),
                false => Answer::text(200, "image/png", "a picture"),
            };
            answer.with("etag", &tag)
        }
        _ => Answer::error(405).with("allow", "GET, PUT"),
    }
}

const DIGIT: &str = "addBook:422:violation:body.isbn:check-digit";
const AHEAD: &str = "addBook:422:violation:body.bought_on:ahead";
const OLD: &str = "addBook:422:violation:body.bought_on:too-old";
const SORTED: &str = "listBooks:200:law:sorted-as-asked:query.sort:title";
const LARGE: &str = "putCover:413:violation:body:too-large";
const LARGEST: &str = "putCover:204:boundary:body:largest";
const CONTENT: &str = "putCover:400:violation:body:other-content";
const CHANGED: &str = "getCover:200:law:condition-kept:changed";

#[tokio::test]
async fn a_sound_service_is_left_alone() {
    let run = run(Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    // The complete body has an ISBN and a day that are taken.
    let complete = "addBook:201:happy-path:complete";
    for case in [complete, DIGIT, AHEAD, OLD, SORTED, CHANGED, LARGE, LARGEST, CONTENT] {
        assert_eq!(run.verdict(case), Some("passed"), "{case}\n{}", run.told);
    }
}

#[tokio::test]
async fn what_is_said_is_held_against_the_service() {
    for (fault, found) in [
        (Fault::WrongDigitIsTaken, DIGIT),
        (Fault::DayAheadIsTaken, AHEAD),
        (Fault::OldDayIsTaken, OLD),
        (Fault::CapitalsComeFirst, SORTED),
        (Fault::CoverNeverChanges, CHANGED),
        (Fault::LargeCoverIsTaken, LARGE),
        (Fault::LargestCoverIsRefused, LARGEST),
        (Fault::AnyCoverIsTaken, CONTENT),
    ] {
        let run = run(fault).await;
        assert_eq!(run.verdict(found), Some("failed"), "{fault:?}\n{}", run.told);
    }
}
