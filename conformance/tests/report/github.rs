//! Annotations: what GitHub shows of them, at places that it knows, and nothing that a target could command.

use std::path::Path;

use conformance::report;

use super::support::{World, case};
use super::{CONTRACT, HOSTILE, report_of};

#[test]
fn a_failure_stands_at_its_place_in_the_contract() {
    let text = report::github(&report_of("{}"), None);
    let error = text.lines().find(|line| line.starts_with("::error ")).expect("an error");
    assert!(error.contains(",file=things.yaml,line=6,col="), "{error}");
    assert!(error.contains("replay: --case 'listThings:200:a'"), "{error}");
    assert!(error.contains("%0Agot: {}"), "{error}");
    assert_eq!(text.lines().filter(|line| line.starts_with("::notice ")).count(), 1, "{text}");
    let here = std::env::current_dir().expect("a folder");
    let root = here.parent().expect("a parent");
    let folder = here.file_name().and_then(|name| name.to_str()).expect("a name");
    let text = report::github(&report_of("{}"), Some(root));
    assert!(text.contains(&format!(",file={folder}/things.yaml,line=")), "{text}");
    let text = report::github(&report_of("{}"), Some(Path::new("/elsewhere")));
    assert!(text.contains(",file=things.yaml,line="), "{text}");
}

#[test]
fn what_a_target_sends_commands_nothing() {
    let hostile = format!("{HOSTILE}\n::error::stop\r\n::stop-commands::x %0A");
    let text = report::github(&report_of(&hostile), None);
    for line in text.lines() {
        let is_own = ["::error title=", "::warning title=", "::notice title="];
        assert!(is_own.iter().any(|own| line.starts_with(own)), "{line}");
        assert!(!line.contains('\r'));
    }
    assert!(text.contains("%250A"), "what looks like an escape is none");
}

#[test]
fn no_more_are_written_than_are_shown() {
    let run = (100..125).map(|status| {
        let id = format!("listThings:200:{status}");
        case(&id).step("listThings", status + 400).fails("no-server-error").seen_again(1, 1)
    });
    let text = report::github(&World::new(CONTRACT).report(run.collect()), None);
    let errors: Vec<_> = text.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 10, "{text}");
    assert!(errors[9].contains("16 more kinds"), "{}", errors[9]);
}

#[test]
fn a_run_that_ends_without_a_failure_is_told_as_well() {
    let run = vec![case("listThings:200:plain").step("listThings", 200)];
    let text = report::github(&World::new(CONTRACT).report(run), None);
    assert!(!text.contains("::error"), "{text}");
    assert!(
        text.contains("::notice title=Things &amp") || text.contains("::notice title=Things &")
    );
    let mut world = World::new(CONTRACT);
    world.interrupted = true;
    let text = report::github(&world.report(vec![]), None);
    assert!(text.contains("::error") && text.contains("interrupted"), "{text}");
}
