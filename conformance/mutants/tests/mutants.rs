//! The suite finds faults: every mutant is found, and the sound server is accused of nothing.

use std::path::Path;
use std::sync::Mutex;

use mutants::depot::DepotApi;
use mutants::workspace::Workspace;
use mutants::{Plan, Subject as _, Suite, Trial, Until, failures, hold, line};

#[test]
fn every_mutant_is_found_and_the_sound_server_is_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suite =
        Suite::read(&root, &Workspace::FILES).expect("contract, workflows and profile can be read");
    let mutants = Workspace::mutants();
    let plan = Plan { workers: 2, sound: 3, until: Until::FirstFailure };
    let wrong = Mutex::new(Vec::new());
    let trials = Mutex::new(0);
    hold::<Workspace>(&suite, &mutants, plan, |trial| {
        *trials.lock().unwrap() += 1;
        if !trial.is_right() {
            wrong.lock().unwrap().push(told(&trial));
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "the suite is wrong about:\n{}", wrong.join("\n"));
    assert_eq!(trials.into_inner().unwrap(), mutants.len() + plan.sound);
}

/// What the suite doesn't reach there is skipped; what it reaches, it judges rightly.
#[test]
fn the_sound_depot_is_accused_of_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suite = Suite::read(&root, &DepotApi::FILES).expect("contract and profile can be read");
    let plan = Plan { workers: 2, sound: 2, until: Until::End };
    let wrong = Mutex::new(Vec::new());
    hold::<DepotApi>(&suite, &[], plan, |trial| {
        if trial.run.as_ref().is_ok_and(|run| !run.failures.is_empty()) || trial.run.is_err() {
            wrong.lock().unwrap().push(told(&trial));
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "the suite is wrong about:\n{}", wrong.join("\n"));
}

fn told<M>(trial: &Trial<M>) -> String {
    let details = trial.run.as_ref().map(failures).unwrap_or_default();
    format!("{}\n{details}", line(trial))
}
