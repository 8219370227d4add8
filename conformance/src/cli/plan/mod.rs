//! `conformance plan`: every request that a run would send, without sending any.

mod line;
mod overview;

use std::fmt::Write as _;
use std::io::Write as _;

use super::head;
use super::prepare::{Planned, Unset, planned};
use super::{Defaults, PlanFlags};
use crate::case::{Case, Cleanup};
use crate::exit::Exit;
use crate::plan::{Plan, Routine, Routines};
use crate::report::Redactor;
use crate::report::words::{one_line, some};
use line::line;

/// Prints the plan.
pub(super) fn plan(flags: &PlanFlags, defaults: &Defaults<'_>) -> Exit {
    let Planned { plan, profile, .. } = match planned(&flags.run, defaults, Unset::StandIn) {
        Ok(planned) => planned,
        Err(mistake) => {
            anstream::eprintln!("{}", mistake.trim_end());
            return Exit::Mistake;
        }
    };
    let text = if flags.json { json(&plan) } else { text(&plan) };
    // Values from the environment may stand in it.
    let text = Redactor::new(&profile).text(&text).into_owned();
    // A closed pipe is the reader's choice.
    let _ = anstream::stdout().write_all(text.as_bytes());
    Exit::Conforms
}

fn json(plan: &Plan) -> String {
    serde_json::to_string_pretty(plan).unwrap_or_default() + "\n"
}

fn text(plan: &Plan) -> String {
    let mut text = head::head(plan) + &overview::overview(&plan.cases);
    let Routines { setup, sources, teardown, .. } = &plan.routines;
    for (what, routines) in [("set-up", setup), ("whenever it is needed", sources)] {
        text.extend(routines.iter().map(|one| routine(what, one)));
    }
    for case in &plan.cases {
        let _ = write!(text, "\n{}\n{}", one_line(&case.id), requests(case));
    }
    text.extend(teardown.iter().map(|one| routine("tear-down", one)));
    if !plan.left_out.is_empty() {
        let _ = write!(text, "\nleft out:\n{}", head::by_reason(&plan.left_out));
    }
    let number: usize = plan.cases.iter().map(|case| case.steps.len() + case.cleanup.len()).sum();
    let _ = writeln!(
        text,
        "\n{}, up to {}; nothing was sent",
        some(plan.cases.len(), "case"),
        some(number, "request")
    );
    text
}

fn routine(what: &str, routine: &Routine) -> String {
    let Routine { workflow, case, outputs, .. } = routine;
    let gives: Vec<_> = outputs.keys().map(String::as_str).collect();
    let gives = match gives.is_empty() {
        true => String::new(),
        false => format!("  gives {}\n", gives.join(", ")),
    };
    format!("\n{what}: workflow {workflow}\n{}{gives}", requests(case))
}

/// What a case is about, and what it sends.
fn requests(case: &Case) -> String {
    let mut text = format!("  {}\n", one_line(&case.summary));
    for step in &case.steps {
        let _ = writeln!(text, "  {}", line(step));
    }
    for Cleanup { step, after, .. } in &case.cleanup {
        let _ = writeln!(text, "  {}, if `{after}` made something", line(step));
    }
    text
}
