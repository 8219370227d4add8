//! Pages by number: their links lead where they say, the total in a header field counts, and a page tells which one it is.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const THINGS: &str = "
paths:
  /things:
    get:
      operationId: list
      description: Things in the order in which they were made.
      parameters:
        - { name: page, in: query, description: What lies behind the last page is empty., schema: { type: integer, minimum: 1, default: 1 } }
        - { name: per_page, in: query, schema: { type: integer, minimum: 1, maximum: 50, default: 5 } }
      responses:
        '200':
          description: A page.
          headers:
            Link: { description: 'Links (RFC 8288) with the relations `first`, `prev`, `next` and `last`.', schema: { type: string } }
            X-Total-Count: { required: true, schema: { type: integer } }
          content:
            application/json:
              schema:
                type: object
                required: [things, page, per_page, meta]
                properties:
                  things: { type: array, items: { $ref: '#/components/schemas/Thing' } }
                  page: { type: integer }
                  per_page: { type: integer }
                  meta: { type: object, required: [last_page], properties: { last_page: { type: integer } } }
        '422': { $ref: '#/components/responses/No' }
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    LastNamesANext,
    NextForgetsItsSize,
    FirstNamesOneBefore,
    LastIsTheFirst,
    PreviousIsThisOne,
    FirstIsTheSecond,
    TotalIsThatOfThePage,
    TellsTheFirstPage,
    TellsTheDefaultSize,
    ShowsTheLastPageBehindTheEnd,
    LimitsTheFirstPageOnly,
    CountsAPageTooMany,
    ComesNewestFirst,
    HasNoPrevious,
    HasNoLast,
}

fn list(store: &Store, fault: Fault, request: &Request) -> Option<Answer> {
    let number = |name: &str, most: usize, default| match request.query(name).as_slice() {
        [] => Some(default),
        [text] => text.parse::<usize>().ok().filter(|number| (1..=most).contains(number)),
        _ => None,
    };
    let (mut page, size) = (number("page", usize::MAX, 1)?, number("per_page", 50, 5)?);
    let mut all: Vec<Value> = store.ids().iter().filter_map(|id| store.get(id)).collect();
    all.sort_by_key(|thing| thing["id"].as_u64());
    if fault == Fault::ComesNewestFirst {
        all.reverse();
    }
    let last = all.len().div_ceil(size).max(1);
    if fault == Fault::ShowsTheLastPageBehindTheEnd {
        page = page.min(last);
    }
    let taken = if fault == Fault::LimitsTheFirstPageOnly && page > 1 { 50 } else { size };
    let items: Vec<_> = all.iter().skip((page - 1).saturating_mul(size)).take(taken).collect();
    let shown = match fault {
        Fault::TellsTheFirstPage => (1, size),
        Fault::TellsTheDefaultSize => (page, 5),
        _ => (page, size),
    };
    let total = if fault == Fault::TotalIsThatOfThePage { items.len() } else { all.len() };
    let pages = if fault == Fault::CountsAPageTooMany { all.len() / size + 1 } else { last };
    let meta = json!({"last_page": pages});
    let body = json!({"things": items, "page": shown.0, "per_page": shown.1, "meta": meta});
    let links = links(page, last, size, fault);
    Some(Answer::json(200, body).with("link", &links).with("x-total-count", &total.to_string()))
}

fn links(page: usize, last: usize, size: usize, fault: Fault) -> String {
    let link = |relation: &str, page: usize| {
        let size = match (relation, fault) {
            ("next", Fault::NextForgetsItsSize) => String::new(),
            _ => format!("&per_page={size}"),
        };
        format!("</things?page={page}{size}>; rel=\"{relation}\"")
    };
    let before = if fault == Fault::PreviousIsThisOne { page } else { page.saturating_sub(1) };
    let has_next = page < last || fault == Fault::LastNamesANext;
    let has_previous =
        fault != Fault::HasNoPrevious && page > 1 || fault == Fault::FirstNamesOneBefore;
    let first = if fault == Fault::FirstIsTheSecond { 2 } else { 1 };
    let end = if fault == Fault::LastIsTheFirst { 1 } else { last };
    let all = [
        Some(link("first", first)),
        has_previous.then(|| link("prev", before)),
        has_next.then(|| link("next", page + 1)),
        (fault != Fault::HasNoLast).then(|| link("last", end)),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

async fn run(fault: Fault, check: &str) -> Run {
    run_of(THINGS, fault, check).await
}

async fn run_of(contract: &str, fault: Fault, check: &str) -> Run {
    let store = Store::default();
    let service =
        Service::start(move |request| match (request.method.as_str(), request.below("/things")) {
            ("POST", None) => store.make(request, store.serial().into()),
            ("GET", None) => list(&store, fault, request).unwrap_or_else(|| Answer::error(422)),
            ("DELETE", Some(id)) => store.item(request, &id),
            _ => Answer::error(405).with("allow", "GET, POST, DELETE"),
        })
        .await;
    let codes = ["total-is-true", "page-tells-itself", "limit-is-kept", "page-count-is-true"];
    let levels = codes.map(|code| format!("{code} = \"must\"\n")).concat();
    Suite::of(contract).profile(&format!("[levels]\n{levels}")).only(check).run(&service.url).await
}

#[tokio::test]
async fn numbered_pages_that_say_what_is_so_are_sound() {
    let run = run(Fault::None, "").await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.code, Some(0), "{}", run.told);
    for law in ["pages-add-up", "link-leads-there", "page-tells-itself", "page-count-is-true"] {
        let case = format!("list:200:law:{law}");
        assert_eq!(run.verdict(&case), Some("passed"), "{law}: {}", run.told);
    }
}

#[tokio::test]
async fn numbered_pages_that_say_something_else_are_found() {
    for (fault, check) in [
        (Fault::LastNamesANext, "list:200:more-is-true"),
        (Fault::NextForgetsItsSize, "list:200:no-item-missing"),
        (Fault::FirstNamesOneBefore, "list:200:first-has-no-previous"),
        (Fault::LastIsTheFirst, "list:200:link-leads-there"),
        (Fault::PreviousIsThisOne, "list:200:link-leads-there"),
        (Fault::FirstIsTheSecond, "list:200:link-leads-there"),
        (Fault::TotalIsThatOfThePage, "list:200:total-is-true"),
        (Fault::TellsTheFirstPage, "list:200:page-tells-itself"),
        (Fault::TellsTheDefaultSize, "list:200:page-tells-itself"),
        (Fault::ShowsTheLastPageBehindTheEnd, "list:200:nothing-behind-the-last"),
        (Fault::LimitsTheFirstPageOnly, "list:200:limit-is-kept"),
        (Fault::CountsAPageTooMany, "list:200:page-count-is-true"),
        (Fault::HasNoPrevious, "list:200:link-leads-there"),
        (Fault::HasNoLast, "list:200:link-leads-there"),
        (Fault::ComesNewestFirst, "list:200:order-is-kept"),
    ] {
        run(fault, check).await.assert_finds(fault, check);
    }
}

/// Where the document names no relations, none has to be there.
#[tokio::test]
async fn links_that_nobody_told_of_may_be_missing() {
    let silent = THINGS.replace(" with the relations `first`, `prev`, `next` and `last`", "");
    for fault in [Fault::HasNoPrevious, Fault::HasNoLast] {
        let run = run_of(&silent, fault, "list:200").await;
        assert_eq!(run.faults(), [""; 0], "{fault:?}: {}", run.told);
    }
}
