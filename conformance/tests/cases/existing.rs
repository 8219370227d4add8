//! Things that are there already are looked at, and nothing else is done to them.

use serde_json::json;

use crate::service::{Answer, Service, Store};
use crate::suite::Suite;

/// One book, which may be looked at and removed.
const BOOK: &str = "
  /books/{book_id}:
    parameters: [{ name: book_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: show
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

const BOOKS: &str = "
paths:
  /books:
    get:
      operationId: list
      responses:
        '200':
          description: All.
          content: { application/json: { schema: { type: object, required: [books], properties: { books: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } } }
";

const ADD: &str = "
  /books/{book_id}/pages:
    parameters: [{ name: book_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: add
      responses: { '201': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
";

fn books() -> Suite {
    Suite::of(&[BOOKS, BOOK, ADD].concat())
}

/// A library with these books; one shows the name of another where it is told to.
async fn library(ids: &'static [&'static str], is_wrong: bool) -> Service {
    Service::start(move |request| {
        let book = |id: &str| json!({ "id": id, "name": id });
        match (request.method.as_str(), request.path.strip_prefix("/books/")) {
            ("GET", None) => {
                let books: Vec<_> = ids.iter().map(|id| book(id)).collect();
                Answer::json(200, json!({ "books": books }))
            }
            ("GET", Some(id)) if ids.contains(&id) => match is_wrong {
                true => Answer::json(200, json!({ "id": id })),
                false => Answer::json(200, book(id)),
            },
            ("GET" | "DELETE" | "POST", Some(id)) if !ids.iter().any(|one| id.starts_with(one)) => {
                Answer::json(404, json!({ "error": "no such book" }))
            }
            ("PUT" | "PATCH", _) => Answer::json(404, json!({ "error": "no" })),
            (method, _) => Answer::json(500, json!({ "error": format!("{method} of a book") })),
        }
    })
    .await
}

#[tokio::test]
async fn what_a_list_shows_is_looked_at_and_left_alone() {
    let service = library(&["emma", "persuasion"], false).await;
    let run = books().run(&service.url).await;
    run.check(
        0,
        &[
            "list:200 passed",
            "show:200 passed",
            "show:404 passed",
            "drop:204 skipped: nothing tells what `book_id` names",
            "drop:404 passed",
            "add:201 skipped: `creates = [\"add\"]`",
            "add:404 skipped: `creates = [\"add\"]`",
        ],
    );
}

#[tokio::test]
async fn what_a_list_shows_is_judged() {
    let service = library(&["emma"], true).await;
    let run = books().run(&service.url).await;
    assert!(
        run.causes("must").iter().any(|cause| cause.starts_with("show:200:body-schema")),
        "{}",
        run.told
    );
}

#[tokio::test]
async fn where_a_list_is_empty_it_is_said_what_would_help() {
    let service = library(&[], false).await;
    let run = books().run(&service.url).await;
    let cells = run.report["cells"].as_array().expect("cells");
    let show = cells.iter().find(|cell| cell["operation_id"] == "show").expect("the cell");
    let reason = show["reason"].as_str().expect("a reason");
    assert!(reason.contains("`$steps.existing.outputs.book_id` has no value"), "{reason}");
    let needs = show["needs"].as_str().expect("what would help");
    assert!(needs.ends_with("[operations.show.path]\nbook_id = \"…\"\n"), "{needs}");
}

/// Books are made.
const MAKE: &str = "
paths:
  /books:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
";

/// Pages can't be removed again but with their book.
const PAGES: &str = "
  /books/{book_id}/pages:
    parameters: [{ name: book_id, in: path, required: true, schema: { type: string } }]
    post:
      operationId: add
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
  /books/{book_id}/pages/{page_id}:
    parameters:
      - { name: book_id, in: path, required: true, schema: { type: string } }
      - { name: page_id, in: path, required: true, schema: { type: string } }
    get:
      operationId: showPage
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' } }
";

/// What stays is made within something of the run's own, and looked for there, though the profile names a book.
#[tokio::test]
async fn what_cannot_be_removed_is_made_within_something_of_ones_own() {
    let (books, pages) =
        (Store::with("emma", json!({ "id": "emma", "name": "Emma" })), Store::default());
    let (kept, left) = (books.copy(), pages.copy());
    let service = Service::start(move |request| {
        let Some(below) = request.below("/books") else {
            return books.make(request, books.uuid().into());
        };
        let (book, page) =
            below.split_once("/pages").map_or((&*below, None), |(book, page)| (book, Some(page)));
        match page {
            _ if books.get(book).is_none() => Answer::error(404),
            None if request.method == "DELETE" => {
                let of_book = |id: &String| id.starts_with(&format!("{book}/"));
                pages.ids().iter().filter(|id| of_book(id)).for_each(|id| _ = pages.remove(id));
                books.item(request, book)
            }
            None => books.item(request, book),
            Some("") if request.has_text("name") => {
                let id = pages.uuid();
                let page = json!({ "id": id, "name": request.json()["name"] });
                pages.put(&format!("{book}/{id}"), page.clone());
                Answer::json(201, page)
            }
            Some("") => Answer::error(422),
            Some(page) => pages
                .get(&format!("{book}{page}"))
                .map_or(Answer::error(404), |page| Answer::json(200, page)),
        }
    })
    .await;
    let run = Suite::of(&[MAKE, BOOK, PAGES].concat())
        .profile("[inputs]\nbook_id = 'emma'\n")
        .run(&service.url)
        .await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for cell in ["show:200", "add:201", "showPage:200", "showPage:404"] {
        let passed = format!("{cell} passed");
        assert!(run.cells().contains(&passed), "{cell}: {:?}", run.cells());
    }
    assert_eq!((kept.ids(), left.ids()), (vec!["emma".to_owned()], Vec::new()));
}

/// A book may have an owner, and nothing tells who could be one.
const OWNED: &str = "
paths:
  /books:
    post:
      operationId: make
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Owned' } } } }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
";

const CHANGE: &str = "
    patch:
      operationId: change
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Owned' } } } }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

const OWNED_SCHEMA: &str = "  schemas:
    Owned:
      type: object
      required: [name]
      properties:
        name: { type: string }
        owner: { type: string, format: uuid }
";

/// What is made to be changed has no id that would have to be somebody's.
#[tokio::test]
async fn what_is_made_for_something_else_names_nobody() {
    let books = Store::default();
    let service = Service::start(move |request| match request.below("/books") {
        _ if request.json().get("owner").is_some() => Answer::error(422),
        None => books.make(request, books.uuid().into()),
        Some(book) => books.item(request, &book),
    })
    .await;
    let suite = Suite::of_parts(&[OWNED, BOOK, CHANGE].concat(), |parts| {
        parts.replacen("  schemas:\n", OWNED_SCHEMA, 1)
    });
    let run = suite.run(&service.url).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    for cell in ["make:201", "show:200", "change:200", "drop:204"] {
        let passed = format!("{cell} passed");
        assert!(run.cells().contains(&passed), "{cell}: {:?}", run.cells());
    }
}
