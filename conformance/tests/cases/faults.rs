//! 3x: faults that nobody documented an answer for are found all the same.

use crate::met::Met;
use crate::service::{Answer, Service};
use crate::suite::{Run, Suite};

#[tokio::test]
async fn an_undocumented_404_is_asked_for() {
    let Some(met) = Met::start("30-undocumented-404-is-never-asked-for") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        1,
        &[
            "get:200 failed: get answers 404, a status that is not documented",
            "get:422 failed: the target failed on a request that doesn't ask for it",
        ],
    );
    assert_eq!(run.faults(), ["get:500:no-server-error", "get:404:status-documented"]);
}

#[tokio::test]
async fn bad_requests_are_sent_where_no_refusal_is_documented() {
    let Some(met) = Met::start("31-no-refusal-documented-no-bad-request-sent") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(1, &["search:200 failed: the target failed on a request that doesn't ask for it"]);
    assert_eq!(run.faults(), ["search:500:no-server-error"]);
}

#[tokio::test]
async fn a_method_that_is_not_documented_is_tried() {
    let Some(met) = Met::start("32-methods-that-are-not-documented") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(1, &["tag:200 failed: the target failed on a request that doesn't ask for it"]);
    assert_eq!(run.faults(), ["tag:500:no-server-error"]);
    let tried: Vec<_> =
        run.exchanges().filter(|(_, request, _)| !request.starts_with("GET")).collect();
    assert_eq!(tried, [("tag", "PUT /tag".to_owned(), 500)]);
}

const TWO: &str = "
paths:
  /orgs/{org}/things/{id}:
    get:
      operationId: get
      parameters:
        - { name: org, in: path, required: true, schema: { type: string } }
        - { name: id, in: path, required: true, schema: { type: TYPE } }
      responses: { '200': { $ref: '#/components/responses/Thing' }, '422': { $ref: '#/components/responses/No' } }
";

#[tokio::test]
async fn undocumented_answers_are_found_whatever_names_nothing() {
    for kind in ["string, format: uuid", "integer"] {
        let service = Service::start(move |request| {
            let path = request.below("/orgs").unwrap_or_default();
            let id = path.rsplit('/').next().unwrap_or_default();
            let is_integer = id.parse::<i64>().is_ok();
            let is_right =
                if kind == "integer" { is_integer } else { id.len() == 36 && id.contains('4') };
            if is_right { Answer::error(404) } else { Answer::error(500) }
        })
        .await;
        let run = Suite::of(&TWO.replace("TYPE", kind)).run(&service.url).await;
        assert_eq!(run.code, Some(1), "{kind}: {}", run.told);
        let mut faults = run.faults();
        faults.sort_unstable();
        assert_eq!(faults, ["get:404:status-documented", "get:500:no-server-error"], "{kind}");
    }
}

#[tokio::test]
async fn bad_queries_are_sent_where_no_refusal_is_documented() {
    let paths = "
paths:
  /items:
    get:
      operationId: list
      parameters: [{ name: page, in: query, schema: { type: integer } }]
      responses: { '200': { $ref: '#/components/responses/Done' } }
";
    let service = Service::start(|request| {
        let pages = request.query("page");
        let is_right = pages.iter().all(|page| page.parse::<f64>().is_ok());
        if is_right { Answer::empty(200) } else { Answer::error(500) }
    })
    .await;
    let run = Suite::of(paths).run(&service.url).await;
    run.check(1, &["list:200 failed: the target failed on a request that doesn't ask for it"]);
    assert_eq!(run.faults(), ["list:500:no-server-error"]);
}

const TAGS: &str = "
paths:
  /tags:
    get: { operationId: list, responses: { '200': { $ref: '#/components/responses/Done' } } }
  /tags/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get: { operationId: get, responses: { '200': { $ref: '#/components/responses/Done' }, '404': { $ref: '#/components/responses/No' } } }
";

/// Answers what the document doesn't have with this.
async fn tags(undocumented: fn() -> Answer) -> (Run, Service) {
    let service =
        Service::start(move |request| match (request.method.as_str(), request.below("/tags")) {
            ("GET", Some(id)) if id != "red" => Answer::error(404),
            ("GET", _) => Answer::empty(200),
            _ => undocumented(),
        })
        .await;
    let run = Suite::of(TAGS).profile("[inputs]\nid = \"red\"\n").run(&service.url).await;
    (run, service)
}

#[tokio::test]
async fn a_method_that_is_not_documented_may_be_refused_in_any_proper_way() {
    for answer in [
        || Answer::error(405).with("allow", "GET"),
        || Answer::error(501),
        || Answer::error(404),
        || Answer::error(401).with("www-authenticate", "Bearer"),
        || Answer::error(403),
    ] {
        let (run, service) = tags(answer).await;
        run.check(0, &["list:200 passed", "get:200 passed", "get:404 passed"]);
        let writes = service.asked_to_write();
        assert!(writes.iter().any(|one| one == "PUT /tags"), "{writes:?}");
        let is_harmless = |one: &String| one.starts_with("PUT /tags") && one != "PUT /tags/red";
        assert!(writes.iter().all(is_harmless), "{writes:?}");
    }
}

#[tokio::test]
async fn a_405_without_allow_is_a_fault() {
    let (run, _) = tags(|| Answer::error(405)).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    let faults = run.faults();
    assert!(!faults.is_empty() && faults.iter().all(|one| one.contains("405:")), "{faults:?}");
    assert!(run.told.contains("Allow"), "{}", run.told);
}
