//! Known failures: what fails no run, what does again, and what every format says of them.

use std::path::Path;

use conformance::judge::Verdict;
use conformance::profile::read_text;
use conformance::report::{self, KnownState, Outcome, Report};

use super::CONTRACT;
use super::support::{World, case};

/// A report of a run in which `listThings` answered 500 and `createThing` is well, with these entries.
fn report_with(entries: &str, broken: bool) -> Report {
    let mut world = World::new(CONTRACT);
    let profile = read_text(Path::new("profile.toml"), entries, |_| None);
    world.known = profile.expect("a sound profile").known;
    let list = case("listThings:200:plain").step("listThings", if broken { 500 } else { 200 });
    let list = if broken { list.fails("no-server-error").seen_again(1, 1) } else { list };
    world.report(vec![list, case("createThing:201:plain").step("createThing", 201)])
}

const ENTRY: &str = "[[known]]\ncause = \"listThings:500:*\"\nreason = \"the store is slow\"\nuntil = 2030-12-31\nlink = \"https://issues.example/7\"\n";

#[test]
fn a_known_failure_fails_no_run_and_is_told_apart() {
    let report = report_with(ENTRY, true);
    assert_eq!(report.outcome(), Outcome::KnownFailures);
    assert_eq!((report.summary.failed, report.summary.known), (1, 1));
    let cell = report.cells.iter().find(|cell| cell.known).expect("a known cell");
    assert_eq!((cell.name().as_str(), cell.verdict), ("listThings:200", Verdict::Failed));
    assert!(report.cases[0].known && !report.cases[1].known);
    assert_eq!(report.known[0].state, KnownState::Failing);
    assert_eq!(report.known[0].causes, [report.causes[0].cause.clone()]);
    let told = "known until 2030-12-31: the store is slow";
    let terminal = report::terminal(&report);
    assert!(terminal.contains(told) && terminal.contains("https://issues.example/7"), "{terminal}");
    assert!(terminal.contains("1 failed, as known"), "{terminal}");
    assert!(!terminal.contains("--case 'listThings:200:plain'"), "no failure: {terminal}");
    let markdown = report::markdown(&report);
    assert!(markdown.contains("### Known failures") && !markdown.contains("### Failures"));
    let html = report::html(&report);
    assert!(html.contains(told) && html.contains("href=\"https://issues.example/7\""));
    let junit = report::junit(&report);
    assert!(junit.contains("failures=\"0\"") && junit.contains("<skipped message=\"known failure"));
}

#[test]
fn all_that_an_entry_names_has_to_fit() {
    let entry = |named: &str| ENTRY.replace("cause = \"listThings:500:*\"", named);
    for (named, expected) in [
        ("cell = \"listThings\"", Outcome::KnownFailures),
        ("cell = \"GET /things:200\"", Outcome::KnownFailures),
        ("cell = \"listThings:401\"", Outcome::DoesNotConform),
        ("cell = \"listThings\"\ncheck = \"no-server-error\"", Outcome::KnownFailures),
        ("cell = \"listThings\"\ncheck = \"body-schema\"", Outcome::DoesNotConform),
        ("cause = \"listThings:503:*\"", Outcome::DoesNotConform),
    ] {
        assert_eq!(report_with(&entry(named), true).outcome(), expected, "{named}");
    }
}

#[test]
fn one_whose_day_is_over_fails_again() {
    for (until, expected) in
        [("2030-06-15", Outcome::KnownFailures), ("2030-06-14", Outcome::DoesNotConform)]
    {
        let report = report_with(&ENTRY.replace("2030-12-31", until), true);
        assert_eq!(report.outcome(), expected, "{until}");
    }
    let report = report_with(&ENTRY.replace("2030-12-31", "2030-06-14"), true);
    assert_eq!(report.known[0].state, KnownState::Expired);
    let terminal = report::terminal(&report);
    assert!(terminal.contains("until 2030-06-14, which is over: the store is slow"), "{terminal}");
    assert!(report::junit(&report).contains("failures=\"1\""));
}

#[test]
fn one_that_passes_again_is_told_loudly() {
    let report = report_with(ENTRY, false);
    assert_eq!(report.outcome(), Outcome::Conforms);
    assert_eq!(report.known[0].state, KnownState::Fixed);
    for text in [report::terminal(&report), report::markdown(&report), report::html(&report)] {
        assert!(text.contains("it passes again, so that the entry can go"), "{text}");
    }
}

#[test]
fn one_of_what_was_not_judged_is_not_taken_for_fixed() {
    let mut world = World::new(CONTRACT);
    let profile = read_text(Path::new("profile.toml"), ENTRY, |_| None);
    world.known = profile.expect("a sound profile").known;
    let report = world.report(vec![case("createThing:201:plain").step("createThing", 201)]);
    assert_eq!(report.known[0].state, KnownState::NotJudged);
    world.selection.only = vec!["listThings".to_owned()];
    let run = vec![case("listThings:200:plain").step("listThings", 200)];
    assert_eq!(world.report(run).known[0].state, KnownState::NotJudged);
}

#[test]
fn a_new_failure_beside_a_known_one_fails_the_run() {
    let mut world = World::new(CONTRACT);
    let profile = read_text(Path::new("profile.toml"), ENTRY, |_| None);
    world.known = profile.expect("a sound profile").known;
    let known = case("listThings:200:plain").step("listThings", 500).fails("no-server-error");
    let new = case("listThings:200:other").step("listThings", 200).fails("body-schema");
    let report = world.report(vec![known.seen_again(1, 1), new.seen_again(1, 1)]);
    assert_eq!(report.outcome(), Outcome::DoesNotConform);
    assert_eq!((report.summary.failed, report.summary.known), (1, 0));
    let reason = report.cells[0].reason.as_deref().unwrap_or_default();
    assert!(reason.contains("body-schema is broken"), "the new one comes first: {reason}");
}
