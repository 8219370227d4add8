//! `conformance plan`: every request that a run would send, without sending any.

mod line;
mod overview;

use std::fmt::Write as _;
use std::io::{self, BufWriter};

use super::head;
use super::prepare::{Planned, Unset, planned};
use super::{Defaults, PlanFlags};
use crate::case::{Case, Cleanup};
use crate::exit::Exit;
use crate::plan::{Plan, Routine, Routines};
use crate::report::words::{one_line, some};
use crate::report::{Redacting, Redactor};
use line::line;

/// Prints the plan.
pub(super) fn plan(flags: &PlanFlags, defaults: &Defaults<'_>) -> Exit {
    let Planned { plan, profile, selection, .. } =
        match planned(&flags.run, defaults, Unset::StandIn) {
            Ok(planned) => planned,
            Err(mistake) => {
                anstream::eprintln!("{}", mistake.trim_end());
                return Exit::Mistake;
            }
        };
    // Values from the environment may stand in it.
    let redactor = Redactor::new(&profile);
    let out = BufWriter::new(anstream::stdout().lock());
    let mut out = Redacting::new(&redactor, out);
    if let Some(selected) = selection.told() {
        anstream::eprintln!("note: {selected}");
    }
    // A closed pipe is the reader's choice.
    let _ = if flags.json { json(&plan, &mut out) } else { text(&plan, &mut out) };
    Exit::Conforms
}

/// A plan may be many times as long as the document: it is never held as text.
fn json(plan: &Plan, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, plan)?;
    writeln!(out)?;
    out.flush()
}

fn text(plan: &Plan, out: &mut impl io::Write) -> io::Result<()> {
    write!(out, "{}{}", head::head(plan), overview::overview(&plan.cases))?;
    let Routines { setup, sources, teardown, .. } = &plan.routines;
    for (what, routines) in [("set-up", setup), ("whenever it is needed", sources)] {
        routines.iter().try_for_each(|one| write!(out, "{}", routine(what, one)))?;
    }
    for case in &plan.cases {
        write!(out, "\n{}\n{}", one_line(&case.id), requests(case))?;
    }
    teardown.iter().try_for_each(|one| write!(out, "{}", routine("tear-down", one)))?;
    if !plan.left_out.is_empty() {
        write!(out, "\nleft out:\n{}", head::by_reason(&plan.left_out))?;
    }
    let number: usize = plan.cases.iter().map(|case| case.steps.len() + case.cleanup.len()).sum();
    writeln!(
        out,
        "\n{}, up to {}; nothing was sent",
        some(plan.cases.len(), "case"),
        some(number, "request")
    )?;
    out.flush()
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
    for Cleanup { step, after, puts_back, .. } in &case.cleanup {
        let what = if *puts_back { "changed" } else { "made" };
        let _ = writeln!(text, "  {}, if `{after}` {what} something", line(step));
    }
    text
}
