//! Trials as lines for people.

use std::fmt::Write as _;

use crate::suite::Run;
use crate::trial::Trial;

/// One trial on one line: verdict, time, group, id, and what found it or why it is missed.
pub fn line<M>(trial: &Trial<M>) -> String {
    let verdict = match (trial.is_right(), trial.mutant) {
        (true, Some(_)) => "found",
        (true, None) => "clean",
        (false, Some(_)) => "MISSED",
        (false, None) => "ACCUSED",
    };
    let (group, id) = match trial.mutant {
        Some(mutant) => (mutant.group.to_string(), mutant.id),
        None => (String::new(), "the sound server"),
    };
    let seconds = trial.run.as_ref().map_or(0.0, |run| run.elapsed.as_secs_f64());
    let mut line = format!("{verdict:<8}{seconds:>5.1} s  {group:<12} {id:<40} ");
    match &trial.run {
        Ok(run) => line.push_str(&told(trial, run)),
        Err(error) => line.push_str(error),
    }
    line
}

fn told<M>(trial: &Trial<M>, run: &Run) -> String {
    if let Some(failure) = run.failures.first() {
        let check = failure.check.unwrap_or("no check");
        return format!("{} by {check}", failure.case);
    }
    if let Some(mutant) = trial.mutant {
        return format!("the contract promises: {}", mutant.promise);
    }
    run.skipped.first().map_or_else(|| format!("{} requests", run.requests), Clone::clone)
}

/// Everything that failed in a trial, a line each.
pub fn failures(run: &Run) -> String {
    run.failures.iter().fold(String::new(), |mut lines, failure| {
        let check = failure.check.unwrap_or("no check");
        // Writing to a string can't fail.
        let _ = writeln!(lines, "        {} by {check}: {}", failure.case, failure.message);
        lines
    })
}

/// How many of how many.
pub fn summary<M>(trials: &[Trial<M>]) -> String {
    let of = |mutants: bool| trials.iter().filter(move |it| it.mutant.is_some() == mutants);
    let right = |mutants| of(mutants).filter(|it| it.is_right()).count();
    format!(
        "{} of {} mutants found; the sound server clean in {} of {} runs",
        right(true),
        of(true).count(),
        right(false),
        of(false).count()
    )
}
