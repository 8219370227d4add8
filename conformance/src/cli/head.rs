//! What a run says before it begins: what it will make, and what it will leave out.

use std::fmt::Write as _;

use indexmap::{IndexMap, IndexSet};

use crate::case::{Case, Step, Text};
use crate::expression::Expression;
use crate::plan::{LeftOut, Plan, Routines};
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
    let made = Made::of(plan);
    for (what, made) in [
        ("makes and removes again", made.removed),
        ("makes within that", made.within),
        ("makes and can't remove", made.kept),
    ] {
        if !made.is_empty() {
            let _ = writeln!(text, "{what}: {}", list(&made));
        }
    }
    if !plan.left_out.is_empty() {
        let names: Vec<_> = plan.left_out.iter().map(|one| one.id.as_str()).collect();
        let what = some(names.len(), "operation");
        let _ = writeln!(text, "leaves out {what}: {}", named(&names));
    }
    text
}

/// How often each operation is asked to make something.
#[derive(Default)]
struct Made<'p> {
    /// What the run removes again.
    removed: IndexMap<&'p str, usize>,
    /// What goes with what the run removes.
    within: IndexMap<&'p str, usize>,
    kept: IndexMap<&'p str, usize>,
}

impl<'p> Made<'p> {
    fn of(plan: &'p Plan) -> Self {
        let mut made = Self::default();
        for case in plan.routines.around().chain(&plan.cases) {
            for step in &case.steps {
                let count = if is_undone(case, &step.id) {
                    &mut made.removed
                } else if !plan.makers.contains(&step.operation_id) || step.request.method.is_safe()
                {
                    continue;
                } else if lies_in_undone(case, step) {
                    &mut made.within
                } else {
                    &mut made.kept
                };
                *count.entry(step.operation_id.as_str()).or_default() += 1;
            }
        }
        made
    }
}

fn is_undone(case: &Case, step: &str) -> bool {
    case.cleanup.iter().any(|cleanup| cleanup.after == step && !cleanup.puts_back)
}

/// Whether the path of a request leads into something that the case makes and removes.
fn lies_in_undone(case: &Case, step: &Step) -> bool {
    let mut expressions = step.request.path_parameters.values().flat_map(Text::expressions);
    expressions.any(|expression| match expression {
        Expression::Output { step, .. } => is_undone(case, step),
        _ => false,
    })
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
