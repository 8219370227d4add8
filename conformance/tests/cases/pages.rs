//! Lists in pages, whichever way one leads to the next: all of it is walked, and what a page leaves out is found.

use serde_json::{Value, json};

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

/// How the pages of a service follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By a link of the document.
    Linked,
    /// A cursor of the same name with `next` in front.
    Named,
    /// A cursor within a member, as `x-paging` says.
    Said,
    /// The id of the last item, while a flag says that there is more, as `x-paging` says.
    LastItem,
    /// The header field `Link`.
    Header,
    /// The URL of the next page, within a member.
    Url,
    /// By the number of items before.
    Offset,
    /// By number, from 1 on.
    Page,
    /// By number, from 0 on, as `x-paging` says.
    PageFromZero,
}

const KINDS: [Kind; 9] = [
    Kind::Linked,
    Kind::Named,
    Kind::Said,
    Kind::LastItem,
    Kind::Header,
    Kind::Url,
    Kind::Offset,
    Kind::Page,
    Kind::PageFromZero,
];

impl Kind {
    /// The parameter that leads on, and its schema.
    fn parameter(self) -> (&'static str, &'static str) {
        const TEXT: &str = "{ type: string }";
        match self {
            Self::Linked => ("from", TEXT),
            Self::Named => ("cursor", TEXT),
            Self::Said | Self::LastItem => ("after", TEXT),
            Self::Header | Self::Url => ("key", TEXT),
            Self::Offset => ("offset", "{ type: integer, minimum: 0, maximum: 9999 }"),
            Self::Page => ("page", "{ type: integer, minimum: 1, maximum: 9999 }"),
            Self::PageFromZero => ("p", "{ type: integer, minimum: 0, maximum: 9999 }"),
        }
    }

    /// What the operation says besides.
    fn rule(self) -> &'static str {
        match self {
            Self::Said => "x-paging: { cursor: after, next: meta.next }",
            Self::LastItem => "x-paging: { cursor: after, last: id, more: again }",
            Self::PageFromZero => "x-paging: { page: p, first: 0 }",
            _ => "description: A list.",
        }
    }

    /// Members of the answer beside the items.
    fn members(self) -> &'static str {
        match self {
            Self::Linked => "token: { type: [string, 'null'] }",
            Self::Named => "next_cursor: { type: string }",
            Self::Said => {
                "meta: { type: object, properties: { next: { type: [string, 'null'] } } }"
            }
            Self::LastItem => "again: { type: boolean }",
            Self::Url => {
                "links: { type: object, properties: { next: { type: [string, 'null'], format: uri-reference } } }"
            }
            _ => "note: { type: string }",
        }
    }

    fn document(self) -> String {
        let (name, schema) = self.parameter();
        let link = match self {
            Self::Linked => {
                "links: { next: { operationId: list, parameters: { from: '$response.body#/token' } } }"
            }
            _ => "x-none: true",
        };
        let header = match self {
            Self::Header => "headers: { Link: { schema: { type: string } } }",
            _ => "x-no: true",
        };
        let (rule, members) = (self.rule(), self.members());
        THINGS_IN_PAGES
            .replace("NAME", name)
            .replace("SCHEMA", schema)
            .replace("LINK", link)
            .replace("HEADER", header)
            .replace("RULE", rule)
            .replace("MEMBERS", members)
    }
}

const THINGS_IN_PAGES: &str = "
paths:
  /things:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
    get:
      operationId: list
      RULE
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50, default: 3 } }
        - { name: NAME, in: query, schema: SCHEMA }
      responses:
        '200':
          description: A page.
          LINK
          HEADER
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties: { items: { type: array, items: { $ref: '#/components/schemas/Thing' } }, MEMBERS }
        '422': { $ref: '#/components/responses/No' }
  /things/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    delete:
      operationId: drop
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } }
";

/// An integer of the query, if it is in the range; the default, if it isn't there.
fn integer(request: &Request, name: &str, range: (usize, usize), default: usize) -> Option<usize> {
    match request.query(name).as_slice() {
        [] => Some(default),
        [text] => text.parse().ok().filter(|number| (range.0..=range.1).contains(number)),
        _ => None,
    }
}

/// A page of what is there; `hole`: the first item of any page but the first is left out.
fn page(kind: Kind, hole: bool, request: &Request, store: &Store) -> Option<Answer> {
    let all: Vec<Value> = store.ids().iter().filter_map(|id| store.get(id)).collect();
    let limit = integer(request, "limit", (1, 50), 3)?;
    let (name, _) = kind.parameter();
    let start = match kind {
        Kind::Offset => integer(request, name, (0, 9999), 0)?,
        Kind::Page => (integer(request, name, (1, 9999), 1)? - 1) * limit,
        Kind::PageFromZero => integer(request, name, (0, 9999), 0)? * limit,
        _ => match request.query(name).as_slice() {
            [] => 0,
            [after, ..] => all.iter().filter(|one| one["id"].as_str() <= Some(after)).count(),
        },
    };
    let end = (start + limit).min(all.len());
    let from = if hole && start > 0 { start + 1 } else { start };
    let items = all.get(from..end).unwrap_or_default();
    let more = end < all.len();
    let last = all.get(end.wrapping_sub(1)).map(|one| one["id"].clone()).filter(|_| more);
    let text = last.as_ref().and_then(Value::as_str).unwrap_or_default();
    let answer = Answer::json(
        200,
        match kind {
            Kind::Linked => json!({"items": items, "token": last}),
            Kind::Named => json!({"items": items, "next_cursor": text}),
            Kind::Said => json!({"items": items, "meta": {"next": last}}),
            Kind::LastItem => json!({"items": items, "again": more}),
            Kind::Url => {
                let next = more.then(|| format!("/things?key={text}&limit={limit}"));
                json!({"items": items, "links": {"next": next}})
            }
            _ => json!({"items": items}),
        },
    );
    Some(match (kind, more) {
        (Kind::Header, true) => {
            let link = format!("</things?key={text}&limit={limit}>; rel=\"next\"");
            answer.with("link", &link)
        }
        _ => answer,
    })
}

/// What a service answers to whoever asks for a page beyond the last.
type Beyond = fn(&Request, &Store) -> Answer;

/// Whether a request asks for a page by number that isn't there.
fn is_beyond(request: &Request, store: &Store) -> bool {
    let limit = integer(request, "limit", (1, 50), 3);
    let page = integer(request, "page", (1, 9999), 1);
    limit.zip(page).is_some_and(|(limit, page)| page > 1 && (page - 1) * limit >= store.ids().len())
}

fn last_page(request: &Request, store: &Store) -> Answer {
    let limit = integer(request, "limit", (1, 50), 3).unwrap_or(3);
    let all: Vec<Value> = store.ids().iter().filter_map(|id| store.get(id)).collect();
    Answer::json(200, json!({"items": all.chunks(limit).next_back().unwrap_or_default()}))
}

async fn run(kind: Kind, hole: bool) -> (Run, Vec<Request>) {
    run_with(kind, hole, None).await
}

async fn run_with(kind: Kind, hole: bool, beyond: Option<Beyond>) -> (Run, Vec<Request>) {
    let store = Store::default();
    for n in 0..4 {
        let id = store.uuid();
        store.put(&id, json!({"id": id, "name": format!("given {n}")}));
    }
    let service =
        Service::start(move |request| match (request.method.as_str(), request.below("/things")) {
            ("POST", None) => store.make(request, store.uuid().into()),
            ("GET", None) => match beyond.filter(|_| is_beyond(request, &store)) {
                Some(beyond) => beyond(request, &store),
                None => page(kind, hole, request, &store).unwrap_or_else(|| Answer::error(422)),
            },
            ("DELETE", Some(id)) => store.item(request, &id),
            _ => Answer::error(405).with("allow", "GET, POST, DELETE"),
        })
        .await;
    let run = Suite::of(&kind.document()).run(&service.url).await;
    (run, service.asked())
}

#[tokio::test]
async fn all_pages_are_walked_whichever_way_one_leads_to_the_next() {
    for kind in KINDS {
        let (run, asked) = run(kind, false).await;
        assert_eq!(run.code, Some(0), "{kind:?}: {}", run.told);
        let law = "list:200:law:pages-add-up";
        assert_eq!(run.verdict(law), Some("passed"), "{kind:?}: {}", run.told);
        let (name, _) = kind.parameter();
        let is_later = |one: &&Request| one.method == "GET" && !one.query(name).is_empty();
        assert!(asked.iter().filter(is_later).count() > 3, "{kind:?}");
    }
}

#[tokio::test]
async fn what_a_page_leaves_out_is_found() {
    for kind in KINDS {
        let (run, _) = run(kind, true).await;
        assert_eq!(run.code, Some(1), "{kind:?}: {}", run.told);
        let faults = run.faults();
        // Whoever counts the items that it was given asks for the one left out once more.
        let found = match kind {
            Kind::Offset => "list:200:page-size-does-not-matter:law",
            _ => "list:200:no-item-missing:law",
        };
        assert!(faults.contains(&found), "{kind:?}: {faults:?}");
    }
}

/// No document says what comes after the last page: nothing, a refusal, or the last page once more. (That a status isn't
/// documented is another matter, and told of a number that is valid.)
#[tokio::test]
async fn what_is_beyond_the_last_page_is_no_fault() {
    let law = "list:200:law:pages-add-up";
    for (beyond, verdict) in [
        ((|_, _| Answer::error(404)) as Beyond, "passed"),
        (|_, _| Answer::error(400), "passed"),
        (last_page, "skipped"),
    ] {
        let (run, _) = run_with(Kind::Page, false, Some(beyond)).await;
        assert_eq!(run.verdict(law), Some(verdict), "{}", run.told);
        let (run, _) = run_with(Kind::Page, true, Some(beyond)).await;
        let is_found = run.faults().contains(&"list:200:no-item-missing:law");
        assert!(is_found || verdict == "skipped", "{:?}", run.faults());
    }
}

#[tokio::test]
async fn a_service_that_does_not_look_at_the_page_is_found_at_once() {
    let service =
        Service::start(|request| match (request.method.as_str(), request.below("/things")) {
            ("POST", None) if !request.has_text("name") => Answer::error(422),
            ("POST", None) => Answer::json(201, json!({"id": "1", "name": request.json()["name"]})),
            ("GET", None) => {
                let limit = integer(request, "limit", (1, 50), 3).unwrap_or(3);
                let thing = |n| json!({"id": format!("{n}"), "name": "one"});
                Answer::json(200, json!({"items": (0..limit).map(thing).collect::<Vec<_>>()}))
            }
            ("DELETE", Some(_)) => Answer::empty(204),
            _ => Answer::error(405).with("allow", "GET, POST, DELETE"),
        })
        .await;
    let run = Suite::of(&Kind::Page.document()).run(&service.url).await;
    assert!(run.faults().contains(&"list:200:repeat-ends:law"), "{:?}", run.faults());
    assert!(service.asked().len() < 400, "{}", service.asked().len());
}

/// Only where the document says so, as a server may take any text for a place in the list.
#[tokio::test]
async fn a_cursor_of_no_page_is_refused_where_that_is_said() {
    let law = "list:422:violation:query.cursor:unknown";
    let said = "description: The cursor of the page before. Any other is a 422.";
    for (rule, checks_it, verdict) in [
        (said, true, Some("passed")),
        (said, false, Some("failed")),
        (Kind::Named.rule(), false, None),
    ] {
        let store = Store::default();
        let service = Service::start(move |request| {
            let is_unknown = |cursor: &&str| store.get(cursor).is_none();
            match (request.method.as_str(), request.below("/things")) {
                ("POST", None) => store.make(request, store.uuid().into()),
                ("GET", None) if checks_it && request.query("cursor").iter().any(is_unknown) => {
                    Answer::error(422)
                }
                ("GET", None) => {
                    page(Kind::Named, false, request, &store).unwrap_or_else(|| Answer::error(422))
                }
                ("DELETE", Some(id)) => store.item(request, &id),
                _ => Answer::error(405).with("allow", "GET, POST, DELETE"),
            }
        })
        .await;
        let document = Kind::Named.document().replace(Kind::Named.rule(), rule);
        let run = Suite::of(&document).run(&service.url).await;
        assert_eq!(run.verdict(law), verdict, "{rule} {checks_it}: {}", run.told);
    }
}

#[tokio::test]
async fn a_link_to_another_path_is_not_followed() {
    let service =
        Service::start(|request| match (request.method.as_str(), request.below("/things")) {
            ("POST", None) if !request.has_text("name") => Answer::error(422),
            ("POST", None) => Answer::json(201, json!({"id": "1", "name": request.json()["name"]})),
            ("GET", None) if request.path == "/things" => {
                let link = "<https://other.example/secret?key=1>; rel=next";
                Answer::json(200, json!({"items": []})).with("link", link)
            }
            ("DELETE", Some(_)) => Answer::empty(204),
            _ => Answer::error(405).with("allow", "GET, POST, DELETE"),
        })
        .await;
    let run = Suite::of(&Kind::Header.document()).run(&service.url).await;
    assert_eq!(run.verdict("list:200:law:made-is-listed"), Some("skipped"), "{}", run.told);
    assert!(service.asked().iter().all(|one| one.path != "/secret"));
}
