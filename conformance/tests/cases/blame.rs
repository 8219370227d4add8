//! 1x: what fails is told once, of what it is about, and only where somebody promised it.

use serde_json::Value;

use crate::met::Met;
use crate::suite::{Run, list};

/// The Python services of 10 and 11 close the connection where a member is of another type: a fault, but of that kind
/// alone.
#[track_caller]
fn check_only_crashes(run: &Run, operation: &str) {
    assert_eq!(run.faults(), [format!("{operation}:closed-early:answered")], "{}", run.told);
    let told = run.causes("should").concat() + &run.causes("note").concat();
    assert!(!told.contains("written-is-answered"), "{told}");
}

#[tokio::test]
async fn sets_are_sets_and_ids_are_the_servers_own() {
    let Some(met) = Met::start("10-sets-and-server-made-ids") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(1, &["makeRule:201 skipped: nothing in the contract removes it again"]);
    assert_eq!(run.requests(), 0);
    let run = met.suite().profile("creates = [\"makeRule\"]\n").run(&met.url()).await;
    check_only_crashes(&run, "makeRule");
    let is_answered = |step: &Value| step["response"]["status"] == 201;
    let answered = list(&run.report["cases"]).flat_map(|case| list(&case["steps"]));
    assert!(answered.filter(|step| is_answered(step)).count() > 10, "it was tested");
}

#[tokio::test]
async fn a_post_that_asks_has_written_nothing() {
    let Some(met) = Met::start("11-post-that-writes-nothing") else { return };
    let run = met.suite().run(&met.url()).await;
    check_only_crashes(&run, "searchPost");
    let cells = run.cells();
    assert!(cells[0].starts_with("searchPost:200 failed"), "{cells:?}");
    assert_eq!(cells[1..], ["searchGet:200 passed"]);
    let both = list(&run.report["cases"]).filter(|case| {
        let mut ids = list(&case["steps"]).map(|step| step["operation_id"].as_str());
        let first = ids.next();
        ids.any(|id| Some(id) != first)
    });
    assert_eq!(both.count(), 0, "no search is read back by another");
}

#[tokio::test]
async fn what_there_was_no_time_for_is_skipped() {
    let Some(met) = Met::start("13-out-of-time-counts-as-failed") else { return };
    let run = met.suite().flags(&["--max-time", "1.5"]).run(&met.url()).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    let cells = run.cells();
    let count = |words: &str| cells.iter().filter(|cell| cell.contains(words)).count();
    assert_eq!(count(" failed"), 0, "{cells:?}");
    assert!(count(" skipped: the time for the whole run (`--max-time`) was over") > 9, "{cells:?}");
    assert!(run.report["ended"].as_str().is_some_and(|why| why.contains("--max-time")));
    assert!(run.told.contains("--max-time"), "{}", run.told);
}

#[tokio::test]
async fn a_target_that_went_down_is_asked_nothing_more_and_suspects_are_named() {
    let Some(met) = Met::start("14-target-goes-down") else { return };
    let run = met.suite().run(&met.url()).await;
    assert_eq!(run.code, Some(1), "{}", run.told);
    let ended = run.report["ended"].as_str().expect("it ended early");
    assert!(ended.contains("the target went down"), "{ended}");
    let suspects: Vec<_> = ended.lines().filter(|line| line.starts_with("  ")).collect();
    assert!(suspects.len() <= 8, "{ended}");
    assert!(suspects.iter().any(|one| one.contains("GET /a9/%")), "{ended}");
    let cells = run.cells();
    let failed: Vec<_> = cells.iter().filter(|cell| cell.contains(" failed")).collect();
    assert!(failed.iter().all(|cell| cell.starts_with("get9:")), "{failed:?}");
    for cell in &cells[24..] {
        assert!(cell.ends_with(" skipped: the target went down"), "{cell}");
    }
    assert!(run.requests() < 250, "{}", run.requests());
}

#[tokio::test]
async fn a_busy_target_is_asked_again_before_it_counts() {
    let Some(met) = Met::start("15-busy-is-not-a-fault") else { return };
    let suite = met.suite().profile("creates = [\"*\"]\n").flags(&["--workers", "8"]);
    let run = suite.run(&met.url()).await;
    let cells = [0, 1, 2, 3].map(|n| [201, 422].map(|status| format!("w{n}:{status} passed")));
    let cells: Vec<_> = cells.iter().flatten().map(String::as_str).collect();
    run.check(0, &cells);
}

#[tokio::test]
async fn another_media_type_may_be_taken_where_415_is_not_documented() {
    let Some(met) = Met::start("17-other-json-media-type") else { return };
    let run = met.suite().profile("creates = [\"make\"]\n").run(&met.url()).await;
    run.check(0, &["make:201 passed", "make:422 passed"]);
    assert_eq!(run.causes("note"), ["make:201:media-type-refused:violation"]);
}
