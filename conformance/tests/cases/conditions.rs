//! 6x: conditional requests, where a document has what they take: tags, and the statuses of conditions.

use serde_json::json;

use crate::service::{Answer, Request, Service, Store};
use crate::suite::{Run, Suite};

const NOTES: &str = "
paths:
  /notes:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '201': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
  /notes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      parameters: [{ name: If-None-Match, in: header, schema: { type: string } }]
      responses:
        '200': { description: It., headers: { ETag: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '304': { $ref: '#/components/responses/Done' }
        '404': { $ref: '#/components/responses/No' }
    put:
      operationId: put
      parameters: [{ name: If-Match, in: header, schema: { type: string } }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '200': { description: It., headers: { ETag: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '404': { $ref: '#/components/responses/No' }
        '412': { $ref: '#/components/responses/No' }
        '422': { $ref: '#/components/responses/No' }
        '428': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      parameters: [{ name: If-Match, in: header, schema: { type: string } }]
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '412': { $ref: '#/components/responses/No' } }
  /shelves/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, pattern: '^[a-z]{3,12}$' } }]
    put:
      operationId: shelve
      parameters: [{ name: If-None-Match, in: header, schema: { type: string, enum: ['*'] } }]
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '201': { $ref: '#/components/responses/Thing' }, '412': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    get:
      operationId: shelf
      responses: { '200': { $ref: '#/components/responses/Thing' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
    delete:
      operationId: unshelve
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '422': { $ref: '#/components/responses/No' } }
";

/// What is wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    WeakTags,
    AlwaysUnchanged,
    NeverUnchanged,
    TagStaysTheSame,
    TagOfEachRead,
    WriteHasAnotherTag,
    IfMatchIsIgnored(&'static str),
    IfMatchIsRefused,
    RefusedIsDone,
    NoConditionIsAskedFor,
    ShelfIsMadeAgain,
    NewShelfIsRefused,
    RemovedShelfIsKnown,
    UnchangedThoughGone,
    WeakIsTheSame,
    WeakIsAnother,
    FirstTagCounts,
}

/// Notes by their ids, with how often each was written; and shelves.
struct Notes {
    fault: Fault,
    notes: Store,
    shelves: Store,
    reads: Store,
}

impl Notes {
    fn respond(&self, request: &Request) -> Answer {
        if let Some(id) = request.below("/shelves") {
            return self.shelf(request, &id);
        }
        let Some(id) = request.below("/notes") else {
            return self.notes.make(request, self.notes.uuid().into());
        };
        let Some(note) = self.notes.get(&id) else {
            let has_tag = !request.header("if-none-match").is_empty();
            return match self.fault {
                Fault::UnchangedThoughGone if has_tag => Answer::empty(304),
                _ => Answer::error(404),
            };
        };
        let tag = self.tag(&id);
        match request.method.as_str() {
            "GET" => {
                let is_same = match self.fault {
                    Fault::AlwaysUnchanged => !request.header("if-none-match").is_empty(),
                    Fault::NeverUnchanged => false,
                    _ => self.names(request, "if-none-match", &tag),
                };
                if is_same {
                    Answer::empty(304)
                } else {
                    Answer::json(200, note).with("etag", &tag)
                }
            }
            "PUT" | "DELETE" => {
                let is_met = self.names(request, "if-match", &tag);
                self.write(request, &id, is_met)
            }
            _ => Answer::error(405).with("allow", "GET, PUT, DELETE"),
        }
    }

    /// Whether a condition names the tag: `If-None-Match` compares weakly, `If-Match` strongly.
    fn names(&self, request: &Request, header: &str, tag: &str) -> bool {
        let mut tags: Vec<&str> = request
            .header(header)
            .into_iter()
            .flat_map(|it| it.split(','))
            .map(str::trim)
            .collect();
        if self.fault == Fault::FirstTagCounts {
            tags.truncate(1);
        }
        let is_weak = match (header, self.fault) {
            (_, Fault::WeakIsTheSame) => true,
            (_, Fault::WeakIsAnother) => false,
            (header, _) => header == "if-none-match",
        };
        let strong = |tag: &str| tag.trim_start_matches("W/").to_owned();
        tags.into_iter().any(|it| it == "*" || it == tag || (is_weak && strong(it) == strong(tag)))
    }

    fn write(&self, request: &Request, id: &str, is_met: bool) -> Answer {
        let has_condition = !request.header("if-match").is_empty();
        let is_weak = self.fault == Fault::WeakTags && request.header("if-match") != ["*"];
        let is_ignored = self.fault
            == Fault::IfMatchIsIgnored(match request.method.as_str() {
                "PUT" => "put",
                _ => "drop",
            });
        let is_refused = has_condition
            && !is_ignored
            && (!is_met || is_weak || self.fault == Fault::IfMatchIsRefused);
        if request.method == "PUT" && !request.has_text("name") {
            return Answer::error(422);
        }
        if is_refused && self.fault != Fault::RefusedIsDone {
            return Answer::error(412);
        }
        let asks = self.fault != Fault::NoConditionIsAskedFor && request.method == "PUT";
        if !has_condition && asks {
            return Answer::error(428);
        }
        let answer = self.notes.item(request, id);
        self.reads.put(&format!("{id} {}", self.reads.serial()), json!(null));
        if is_refused {
            return Answer::error(412);
        }
        match self.fault {
            Fault::WriteHasAnotherTag => answer.with("etag", "\"another\""),
            _ if request.method == "PUT" => answer.with("etag", &self.tag(id)),
            _ => answer,
        }
    }

    /// The tag of a note as it is.
    fn tag(&self, id: &str) -> String {
        let writes = self.reads.ids().iter().filter(|one| one.starts_with(id)).count();
        match self.fault {
            Fault::WeakTags => format!("W/\"{writes}\""),
            Fault::TagStaysTheSame => "\"same\"".to_owned(),
            Fault::TagOfEachRead => format!("\"{}\"", self.reads.serial()),
            _ => format!("\"{writes}\""),
        }
    }

    fn shelf(&self, request: &Request, id: &str) -> Answer {
        if !(3..=12).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Answer::error(422);
        }
        let is_there = self.shelves.get(id).is_some();
        if request.method != "PUT" {
            return self.shelves.item(request, id);
        }
        let only_makes = request.header("if-none-match") == ["*"];
        if request.header("if-none-match").iter().any(|it| *it != "*") {
            return Answer::error(422);
        }
        if !is_there && only_makes && self.fault == Fault::NewShelfIsRefused {
            return Answer::error(412);
        }
        if is_there && only_makes && self.fault != Fault::ShelfIsMadeAgain {
            return Answer::error(412);
        }
        let was_there = self.reads.get(&format!("shelf {id}")).is_some();
        self.reads.put(&format!("shelf {id}"), json!(null));
        match self.fault {
            _ if is_there => self.shelves.item(request, id),
            Fault::RemovedShelfIsKnown if was_there && request.has_text("name") => {
                self.shelves.make(request, id.into());
                self.shelves.item(request, id)
            }
            _ => self.shelves.make(request, id.into()),
        }
    }
}

async fn run(fault: Fault, check: &str) -> Run {
    let (notes, shelves, reads) = (Store::default(), Store::default(), Store::default());
    let service = Notes { fault, notes, shelves, reads };
    let service = Service::start(move |request| service.respond(request)).await;
    Suite::of(NOTES).only(check).run(&service.url).await
}

#[tokio::test]
async fn every_condition_is_provoked_and_a_sound_service_is_left_alone() {
    for fault in [Fault::None, Fault::WeakTags] {
        let run = run(fault, "").await;
        assert_eq!(run.faults(), [""; 0], "{fault:?}: {}", run.told);
        assert_eq!(run.code, Some(0), "{fault:?}: {}", run.told);
        assert!(run.told.contains("23 of 23 cells passed"), "{fault:?}: {}", run.told);
    }
}

#[tokio::test]
async fn faults_of_conditions_are_found_by_their_own_checks() {
    for (fault, check) in [
        (Fault::AlwaysUnchanged, "get:304:condition-kept"),
        (Fault::NeverUnchanged, "get:200:condition-kept"),
        (Fault::TagStaysTheSame, "get:304:condition-kept"),
        (Fault::TagOfEachRead, "get:200:condition-kept"),
        (Fault::WriteHasAnotherTag, "put:200:tag-is-current"),
        (Fault::IfMatchIsIgnored("put"), "put:200:condition-kept"),
        (Fault::IfMatchIsIgnored("drop"), "drop:204:condition-kept"),
        (Fault::IfMatchIsRefused, "put:412:condition-kept"),
        (Fault::RefusedIsDone, "put:200:condition-kept"),
        (Fault::NoConditionIsAskedFor, "put:200:condition-required"),
        (Fault::ShelfIsMadeAgain, "shelve:200:condition-kept"),
        (Fault::NewShelfIsRefused, "shelve:412:condition-kept"),
        (Fault::RemovedShelfIsKnown, "shelve:200:put-says-what-it-did"),
        (Fault::UnchangedThoughGone, "get:304:condition-kept"),
        (Fault::WeakIsTheSame, "put:200:condition-kept"),
        (Fault::WeakIsAnother, "get:200:condition-kept"),
        (Fault::FirstTagCounts, "get:200:condition-kept"),
    ] {
        let run = run(fault, check).await;
        let causes = run.report["causes"].to_string();
        let found = run.faults().iter().any(|one| one.contains(check)) || causes.contains(check);
        assert!(found, "{fault:?} is not found: {:?}\n{}", run.faults(), run.told);
    }
}

const PAGES: &str = "
paths:
  /pages:
    post:
      operationId: make
      requestBody: { $ref: '#/components/requestBodies/New' }
      responses:
        '201': { description: It., headers: { ETag: { schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '422': { $ref: '#/components/responses/No' }
  /pages/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      operationId: get
      parameters: [{ name: If-Modified-Since, in: header, schema: { type: string } }]
      responses:
        '200': { description: It., headers: { ETag: { schema: { type: string } }, Last-Modified: { schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
        '304': { $ref: '#/components/responses/Done' }
        '404': { $ref: '#/components/responses/No' }
    delete:
      operationId: drop
      parameters: [{ name: If-Unmodified-Since, in: header, schema: { type: string } }]
      responses: { '204': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' }, '412': { $ref: '#/components/responses/No' } }
";

/// What is wrong with a service that tells when things were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Untimely {
    Nothing,
    AlwaysUnchanged,
    NeverUnchanged,
    ChangesAreLost,
    NothingMayGo,
    MadeWithAnotherTag,
}

const CHANGED: &str = "Wed, 21 Oct 2015 07:28:00 GMT";

fn page(pages: &Store, wrong: Untimely, request: &Request) -> Answer {
    let Some(id) = request.below("/pages") else {
        let id = pages.uuid();
        let tag = if wrong == Untimely::MadeWithAnotherTag { "\"0\"" } else { "\"1\"" };
        return pages.make(request, id.into()).with("etag", tag);
    };
    if pages.get(&id).is_none() {
        return Answer::error(404);
    }
    let since = request.header("if-modified-since");
    let unmodified = request.header("if-unmodified-since");
    let is_changed = unmodified.iter().any(|it| *it != CHANGED);
    match request.method.as_str() {
        "GET" => {
            let is_same = match wrong {
                Untimely::AlwaysUnchanged => !since.is_empty(),
                Untimely::NeverUnchanged => false,
                _ => since == [CHANGED],
            };
            let answer = if is_same { Answer::empty(304) } else { pages.item(request, &id) };
            answer.with("last-modified", CHANGED).with("etag", "\"1\"")
        }
        "DELETE" if is_changed && wrong != Untimely::ChangesAreLost => Answer::error(412),
        "DELETE" if !unmodified.is_empty() && wrong == Untimely::NothingMayGo => Answer::error(412),
        "DELETE" => pages.item(request, &id),
        _ => Answer::error(405).with("allow", "GET, DELETE"),
    }
}

#[tokio::test]
async fn conditions_on_times_are_kept() {
    for (wrong, check) in [
        (Untimely::Nothing, ""),
        (Untimely::AlwaysUnchanged, "get:304:condition-kept"),
        (Untimely::NeverUnchanged, "get:200:condition-kept"),
        (Untimely::ChangesAreLost, "drop:204:condition-kept"),
        (Untimely::NothingMayGo, "drop:412:condition-kept"),
        (Untimely::MadeWithAnotherTag, "tag-is-current"),
    ] {
        let pages = Store::default();
        let service = Service::start(move |request| page(&pages, wrong, request)).await;
        let run = Suite::of(PAGES).run(&service.url).await;
        let causes = run.report["causes"].to_string();
        match check {
            "" => assert_eq!((run.faults(), run.code), (vec![], Some(0)), "{}", run.told),
            check => assert!(causes.contains(check), "{wrong:?} is not found: {causes}"),
        }
        if check.is_empty() {
            assert!(!causes.contains("condition-kept"), "{causes}");
        }
    }
}
