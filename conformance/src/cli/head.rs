//! What a run says before it begins: what it will make, and what it will leave out.

use std::fmt::Write as _;

use indexmap::{IndexMap, IndexSet};

use crate::plan::{LeftOut, Plan, Routines, may_write};
use crate::report::words::some;

/// Operations named in one line, at most.
const NAMED: usize = 6;

/// The lines; empty where there is nothing to say.
pub(super) fn head(plan: &Plan) -> String {
    let mut text = String::new();
    let Routines { setup, sources, teardown, .. } = &plan.routines;
    for (what, routines) in [
        ("sets up by", setup),
        ("gets tokens and header fields by", sources),
        ("tears down by", teardown),
    ] {
        let ids: IndexSet<&str> = routines.iter().map(|one| one.workflow.as_str()).collect();
        if !ids.is_empty() {
            let ids: Vec<_> = ids.into_iter().collect();
            let _ = writeln!(text, "{what} {}: {}", plural(ids.len(), "workflow"), named(&ids));
        }
    }
    let (removed, kept) = made(plan);
    if !removed.is_empty() {
        let _ = writeln!(text, "makes and removes again: {}", list(&removed));
    }
    if !kept.is_empty() {
        let _ = writeln!(text, "makes and can't remove: {}", list(&kept));
    }
    if !plan.left_out.is_empty() {
        let names: Vec<_> = plan.left_out.iter().map(|one| one.id.as_str()).collect();
        let what = some(names.len(), "operation");
        let _ = writeln!(text, "leaves out {what}: {}", named(&names));
    }
    text
}

/// How often each operation is asked to make something: what is removed again, and what isn't.
fn made(plan: &Plan) -> (IndexMap<&str, usize>, IndexMap<&str, usize>) {
    let (mut removed, mut kept) = (IndexMap::new(), IndexMap::new());
    for case in plan.routines.around().chain(&plan.cases) {
        for step in &case.steps {
            let is_undone = case.cleanup.iter().any(|cleanup| cleanup.after == step.id);
            if is_undone {
                *removed.entry(step.operation_id.as_str()).or_default() += 1;
            } else if plan.makers.contains(&step.operation_id) && may_write(step.request.method) {
                *kept.entry(step.operation_id.as_str()).or_default() += 1;
            }
        }
    }
    (removed, kept)
}

fn plural(number: usize, what: &str) -> String {
    if number == 1 { what.to_owned() } else { format!("{what}s") }
}

fn list(made: &IndexMap<&str, usize>) -> String {
    let items: Vec<_> = made.iter().map(|(id, count)| format!("{count} by {id}")).collect();
    let items: Vec<_> = items.iter().map(String::as_str).collect();
    format!("up to {}", named(&items))
}

fn named(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The reasons for leaving operations out, each with those that it holds for.
pub(super) fn by_reason(left_out: &[LeftOut]) -> String {
    let mut text = String::new();
    for LeftOut { id, reason } in left_out {
        let _ = writeln!(text, "  {id}: {reason}");
    }
    text
}
