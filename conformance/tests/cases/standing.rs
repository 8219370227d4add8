//! Lists that the suite may not fill are judged by what they have already, and are not read further than is polite.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service};
use crate::suite::{Run, Suite};

const STARS: &str = "
paths:
  /stars:
    get:
      operationId: list
      description: The stars, sorted by `number`.
      parameters:
        - { name: page, in: query, schema: { type: integer, minimum: 1, default: 1 } }
        - { name: per_page, in: query, schema: { type: integer, minimum: 1, maximum: 50, default: 5 } }
        - { name: sort, in: query, schema: { type: string, enum: [number, -number], default: number } }
      responses:
        '200':
          description: A page.
          headers:
            X-Total-Count: { required: true, description: How many there are on all pages., schema: { type: integer } }
          content:
            application/json:
              schema:
                type: object
                required: [stars, pages]
                properties:
                  stars:
                    type: array
                    items: { type: object, required: [id, number], properties: { id: { type: string }, number: { type: integer } } }
                  pages: { type: integer, description: How many pages there are. }
        '422': { $ref: '#/components/responses/No' }
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    TotalIsThatOfThePage,
    CountsAPageTooMany,
    ShowsOneTwice,
    LosesTheOrder,
    TakesNoOrder,
}

/// So many stars; also how often the list is asked for.
async fn run(stars: usize, fault: Fault) -> (Run, usize) {
    run_of(STARS, 1, stars, fault).await
}

/// The same, of a contract that admits no page of less than so many.
async fn run_of(contract: &str, least: usize, stars: usize, fault: Fault) -> (Run, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let service =
        Service::start(move |request| match (request.method.as_str(), request.below("/stars")) {
            ("GET", None) => {
                counter.fetch_add(1, Ordering::Relaxed);
                list(least, stars, fault, request).unwrap_or_else(|| Answer::error(422))
            }
            _ => Answer::error(405).with("allow", "GET"),
        })
        .await;
    let run = Suite::of(contract).run(&service.url).await;
    (run, asked.load(Ordering::Relaxed))
}

fn list(least: usize, stars: usize, fault: Fault, request: &Request) -> Option<Answer> {
    let number =
        |name: &str, range: RangeInclusive<usize>, default| match request.query(name).as_slice() {
            [] => Some(default),
            [text] => text.parse::<usize>().ok().filter(|number| range.contains(number)),
            _ => None,
        };
    let page = number("page", 1..=usize::MAX, 1)?;
    let size = number("per_page", least..=50, least.max(5))?;
    let mut all: Vec<Value> = (0..stars)
        .map(|number| json!({"id": format!("s{number}"), "number": number * 5}))
        .collect();
    if fault == Fault::LosesTheOrder {
        all.rotate_left(stars / 2);
    }
    match request.query("sort").as_slice() {
        [] => {}
        [order] if *order == "number" => {}
        [order] if *order == "-number" && fault == Fault::TakesNoOrder => {}
        [order] if *order == "-number" => all.reverse(),
        _ => return None,
    }
    let from = (page - 1).saturating_mul(size);
    let from = if fault == Fault::ShowsOneTwice { from.saturating_sub(page - 1) } else { from };
    let items: Vec<_> = all.iter().skip(from).take(size).collect();
    let pages = match fault {
        Fault::CountsAPageTooMany => all.len() / size + 1,
        _ => all.len().div_ceil(size),
    };
    let total = if fault == Fault::TotalIsThatOfThePage { items.len() } else { all.len() };
    let body = json!({"stars": items, "pages": pages});
    Some(Answer::json(200, body).with("x-total-count", &total.to_string()))
}

const LAWS: [&str; 5] = [
    "pages-add-up",
    "total-is-true:page-size",
    "page-count-is-true",
    "sorted-as-asked:query.sort:number",
    "sorted-as-asked:query.sort:-number",
];

#[tokio::test]
async fn a_sound_list_of_any_length_is_sound() {
    for stars in [0, 1, 4, 9] {
        let (run, _) = run(stars, Fault::None).await;
        assert_eq!(run.faults(), [""; 0], "{stars}: {}", run.told);
        let verdict = if stars == 0 { "skipped" } else { "passed" };
        for law in LAWS {
            let case = format!("list:200:law:{law}");
            assert_eq!(run.verdict(&case), Some(verdict), "{stars}, {law}: {}", run.told);
        }
    }
}

#[tokio::test]
async fn pages_are_not_asked_for_shorter_than_they_may_be() {
    let contract = STARS
        .replace("minimum: 1, maximum: 50, default: 5", "minimum: 10, maximum: 50, default: 10");
    let (run, _) = run_of(&contract, 10, 25, Fault::None).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    assert_eq!(run.verdict("list:200:law:pages-add-up"), None, "{}", run.told);
    let sorted = run.verdict("list:200:law:sorted-as-asked:query.sort:-number");
    assert_eq!(sorted, Some("passed"), "{}", run.told);
}

#[tokio::test]
async fn a_long_list_is_not_read_as_a_whole() {
    let (short, few) = run(9, Fault::None).await;
    let (long, many) = run(5_000, Fault::None).await;
    for run in [&short, &long] {
        assert_eq!(run.faults(), [""; 0], "{}", run.told);
    }
    assert_eq!(
        long.verdict("list:200:law:total-is-true:page-size"),
        Some("passed"),
        "{}",
        long.told
    );
    assert_eq!(long.verdict("list:200:law:pages-add-up"), Some("skipped"), "{}", long.told);
    // Each law ends at its first walk.
    assert!(many < few + 80, "{few} requests for a short list, {many} for a long one");
}

#[tokio::test]
async fn a_list_of_what_is_there_that_says_something_else_is_found() {
    for (fault, check) in [
        (Fault::TotalIsThatOfThePage, "total-is-true"),
        (Fault::CountsAPageTooMany, "page-count-is-true"),
        (Fault::ShowsOneTwice, "no-item-twice"),
        (Fault::LosesTheOrder, "order-is-kept"),
        (Fault::TakesNoOrder, "sorted-as-asked"),
    ] {
        let (run, _) = run(9, fault).await;
        let found = run.faults().iter().any(|one| one.contains(check));
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}

const PEOPLE: &str = "
paths:
  /people:
    get:
      operationId: find
      parameters:
        - name: q
          in: query
          description: Keeps those whose handle or name contains this text, in upper or lower case.
          schema: { type: string, minLength: 1, maxLength: 20 }
      responses:
        '200':
          description: Those who fit.
          content:
            application/json:
              schema:
                type: array
                items: { type: object, required: [id, handle, name], properties: { id: { type: string }, handle: { type: string }, name: { type: string } } }
        '422': { $ref: '#/components/responses/No' }
";

/// How a search goes.
type Finds = fn(&str, &str, &str) -> bool;

async fn search(first: &'static str, finds: Finds) -> Run {
    let service = Service::start(move |request| {
        let text = match request.query("q").as_slice() {
            [] => String::new(),
            [text] if (1..=20).contains(&text.chars().count()) => (*text).to_owned(),
            _ => return Answer::error(422),
        };
        let people = [("1", "mara", first), ("2", "otto", "Otto Mann"), ("3", "ida", "Ida Marr")];
        let found = people.into_iter().filter(|(_, handle, name)| finds(handle, name, &text));
        let found =
            found.map(|(id, handle, name)| json!({"id": id, "handle": handle, "name": name}));
        Answer::json(200, found.collect())
    })
    .await;
    Suite::of(PEOPLE).run(&service.url).await
}

fn soundly(handle: &str, name: &str, text: &str) -> bool {
    let has = |one: &str| one.to_lowercase().contains(&text.to_lowercase());
    has(handle) || has(name)
}

#[tokio::test]
async fn what_a_list_shows_is_found_by_its_texts() {
    let run = search("Mara Silva", soundly).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let capitals = run.verdict("find:200:law:search-finds:query.q:name:capitals");
    assert_eq!(capitals, Some("passed"), "{}", run.told);
    // What is longer than may be asked for is not asked for.
    let run = search("Mara Magdalena Silvestri", soundly).await;
    assert_eq!(run.faults(), [""; 0], "{}", run.told);
    let whole = run.verdict("find:200:law:search-finds:query.q:name");
    assert_eq!(whole, Some("skipped"), "{}", run.told);
    let faulty: [Finds; 2] = [
        |handle, name, text| handle.contains(text) || name.contains(text),
        |handle, _, text| handle.to_lowercase().contains(&text.to_lowercase()),
    ];
    for finds in faulty {
        let run = search("Mara Silva", finds).await;
        let found = run.faults().iter().any(|one| one.contains("search-finds"));
        assert!(found, "{:?}\n{}", run.faults(), run.told);
    }
}
