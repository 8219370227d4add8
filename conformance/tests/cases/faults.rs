//! 3x: faults that nobody documented an answer for are found all the same.

use crate::met::Met;

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
