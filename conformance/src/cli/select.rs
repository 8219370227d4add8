//! `--only`, `--case`, `--since` and `--shard`: the part of a plan that is wanted.

use indexmap::IndexSet;
use spec::Contract;

use super::RunFlags;
use super::since::select_since;
use crate::case::Cell;
use crate::plan::Plan;
use crate::profile::near_pattern;
use crate::report::{SelectionReport, ShardReport};
use crate::selection::{Pattern, Selector};
use crate::shard::{Shard, fingerprint};

/// The operations of which something is wanted, by id; `None` where all of them are.
///
/// # Errors
/// What is selected but isn't there.
pub(super) fn wanted(
    flags: &RunFlags,
    contract: &Contract,
) -> Result<Option<IndexSet<String>>, String> {
    if let Some(case) = &flags.case {
        // Ids of operations may contain colons themselves.
        let begins = |id: &str| case.strip_prefix(id).is_some_and(|rest| rest.starts_with(':'));
        let ids = contract.operations.iter().map(|operation| &operation.id);
        return Ok(Some(ids.filter(|id| begins(id)).cloned().collect()));
    }
    if flags.only.is_empty() {
        return Ok(None);
    }
    let mut wanted = IndexSet::new();
    for selector in &flags.only {
        wanted.extend(operations(selector, contract)?.into_iter().map(str::to_owned));
    }
    Ok(Some(wanted))
}

/// The selected part of a plan, and what was selected; all of it where nothing is.
///
/// # Errors
/// What is selected but isn't there.
pub(super) fn select(
    mut plan: Plan,
    flags: &RunFlags,
    contract: &Contract,
) -> Result<(Plan, SelectionReport), String> {
    let mut selection = SelectionReport::default();
    if let Some(id) = &flags.case {
        plan.cases.retain(|case| case.id == *id);
        // A set-up or a tear-down is performed anyway; then nothing else is.
        let around = plan.routines.around().find(|case| case.id == *id);
        let Some(case) = plan.cases.first().or(around) else { return Err(unknown_case(id)) };
        let cell = case.cell.clone();
        keep(&mut plan, |one| *one == cell);
        selection.case = Some(id.clone());
    } else if !flags.only.is_empty() {
        let mut wanted = IndexSet::new();
        for selector in &flags.only {
            wanted.extend(cells(selector, &plan, contract)?);
        }
        keep(&mut plan, |cell| wanted.contains(cell));
        selection.only = flags.only.iter().map(ToString::to_string).collect();
    }
    if let Some(path) = &flags.since {
        selection.since = Some(select_since(&mut plan, path)?);
    }
    if let Some(shard) = flags.shard {
        let (fingerprint, all) = (fingerprint(&plan), plan.cases.len());
        shard.select(&mut plan);
        let Shard { index, count } = shard;
        let cases_left_out = all - plan.cases.len();
        selection.shard = Some(ShardReport { index, count, plan: fingerprint, cases_left_out });
    }
    Ok((plan, selection))
}

fn unknown_case(id: &str) -> String {
    format!("there is no case `{id}`\n  help: the ids stand in the JSON report, `cases[].id`")
}

fn keep(plan: &mut Plan, wanted: impl Fn(&Cell) -> bool) {
    plan.cells.retain(&wanted);
    plan.cases.retain(|case| wanted(&case.cell) || case.also.iter().any(&wanted));
    plan.unprovoked.retain(|one| wanted(&one.cell));
    let cells = &plan.cells;
    plan.left_out.retain(|one| cells.iter().any(|cell| cell.operation_id == one.id));
}

/// The cells that a selector means; at least one.
fn cells(selector: &Selector, plan: &Plan, contract: &Contract) -> Result<Vec<Cell>, String> {
    let meant = operations(selector, contract)?;
    let own = plan.cells.iter().filter(|cell| meant.contains(&cell.operation_id.as_str()));
    let admitted = own.clone().filter(|cell| selector.status.is_none_or(|one| one == cell.status));
    let admitted: Vec<_> = admitted.cloned().collect();
    if !admitted.is_empty() {
        return Ok(admitted);
    }
    let mut statuses: Vec<_> = own.map(|cell| cell.status.to_string()).collect();
    statuses.sort();
    statuses.dedup();
    Err(format!(
        "`{}` doesn't document the status that --only names\n  help: it documents {}",
        selector.operation,
        statuses.join(", ")
    ))
}

/// The operation of this id; where there is none, those that the pattern means.
fn operations<'c>(selector: &Selector, contract: &'c Contract) -> Result<Vec<&'c str>, String> {
    let written = &selector.operation;
    if let Some(operation) = contract.operation(written) {
        return Ok(vec![&operation.id]);
    }
    let pattern: Pattern = written.parse().map_err(|error| format!("--only: {error}"))?;
    let meant = contract.operations.iter().filter(|operation| pattern.matches(operation));
    let meant: Vec<_> = meant.map(|operation| operation.id.as_str()).collect();
    if !meant.is_empty() {
        return Ok(meant);
    }
    if let Some((operation, status)) = written.rsplit_once(':')
        && contract.operation(operation).is_some()
    {
        let expected = "expected a number, `4XX` or `default`";
        return Err(format!("--only names `{status}`, which is no status\n  help: {expected}"));
    }
    Err(unknown("--only", written, contract))
}

/// A pattern of a flag that no operation is.
pub(super) fn unknown(flag: &str, written: &str, contract: &Contract) -> String {
    let help = near_pattern(contract, written);
    format!("{flag} names `{written}`, which the contract doesn't have\n  help: {help}")
}
