//! `--only` and `--case`: the part of a plan that is wanted.

use super::RunFlags;
use super::flags::Selector;
use crate::case::Cell;
use crate::plan::Plan;
use crate::profile::closest;

/// The selected part of a plan; all of it where nothing is selected.
///
/// # Errors
/// What is selected but isn't there.
pub(super) fn select(mut plan: Plan, flags: &RunFlags) -> Result<Plan, String> {
    if let Some(id) = &flags.case {
        plan.cases.retain(|case| case.id == *id);
        let Some(case) = plan.cases.first() else { return Err(unknown_case(id)) };
        let cell = case.cell.clone();
        keep(&mut plan, |one| *one == cell);
    } else if !flags.only.is_empty() {
        for selector in &flags.only {
            check(selector, &plan)?;
        }
        keep(&mut plan, |cell| flags.only.iter().any(|selector| selector.admits(cell)));
    }
    Ok(plan)
}

fn unknown_case(id: &str) -> String {
    format!("there is no case `{id}`\n  help: the ids stand in the JSON report, `cases[].id`")
}

fn keep(plan: &mut Plan, wanted: impl Fn(&Cell) -> bool) {
    plan.cells.retain(&wanted);
    plan.cases.retain(|case| wanted(&case.cell) || case.also.iter().any(&wanted));
    plan.unprovoked.retain(|one| wanted(&one.cell));
}

fn check(selector: &Selector, plan: &Plan) -> Result<(), String> {
    if plan.cells.iter().any(|cell| selector.admits(cell)) {
        return Ok(());
    }
    let own: Vec<_> =
        plan.cells.iter().filter(|cell| cell.operation_id == selector.operation_id).collect();
    if !own.is_empty() {
        let statuses: Vec<_> = own.iter().map(|cell| cell.status.to_string()).collect();
        return Err(format!(
            "`{}` doesn't document the status that --only names\n  help: it documents {}",
            selector.operation_id,
            statuses.join(", ")
        ));
    }
    if let Some((operation_id, status)) = selector.operation_id.rsplit_once(':')
        && plan.cells.iter().any(|cell| cell.operation_id == operation_id)
    {
        let expected = "expected a number, `4XX` or `default`";
        return Err(format!("--only names `{status}`, which is no status\n  help: {expected}"));
    }
    let mut known: Vec<_> = plan.cells.iter().map(|cell| cell.operation_id.as_str()).collect();
    known.dedup();
    let help = match closest(&selector.operation_id, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("operations: {}", known.join(", ")),
    };
    let unknown = &selector.operation_id;
    Err(format!("--only names `{unknown}`, which the contract doesn't have\n  help: {help}"))
}

impl Selector {
    fn admits(&self, cell: &Cell) -> bool {
        cell.operation_id == self.operation_id
            && self.status.is_none_or(|status| status == cell.status)
    }
}
