//! The cells of a contract that no case and no workflow of the conformance suite can provoke, whoever is asked.
//!
//! A profile is about one target, a contract about all: so the plan is made for a target that lets itself be tested
//! as well as any can. Where the workflows speak of none of the contract's operations, the contract isn't the one
//! that the suite is kept for, and nothing is said.

use std::path::Path;

use conformance::arazzo;
use conformance::case::Cell;
use conformance::plan::{PlanContext, Rights, Unprovoked, plan};
use conformance::profile::Permissions;
use conformance::selection::Patterns;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};
use spec::lint::{CELL_WITHOUT_CASE, WORKFLOW_MISFIT};
use spec::model::Location;
use spec::{Contract, Finding, Findings, Origin, Severity, Source};

/// What the plan of this contract and its workflows leaves out.
///
/// # Errors
/// The document of the workflows can't be read, for these reasons.
pub(crate) fn lint(
    contract: &Contract,
    workflows: &Path,
    source: &dyn Source,
) -> Result<Vec<Finding>, String> {
    let reading = arazzo::read(workflows, source, contract);
    let Some(workflows) = reading.workflows else { return Err(reading.findings.render()) };
    if workflows.list.is_empty() {
        return Ok(Vec::new());
    }
    let mut findings = misfits(&reading.findings);
    // What a path names may be given by a profile, or come from another operation: either will do.
    let unaided = plan(contract, Some(&workflows), &context(IndexMap::new())).unprovoked;
    let given = plan(contract, Some(&workflows), &context(inputs(contract))).unprovoked;
    let unaided: IndexSet<&Cell> = unaided.iter().map(|unprovoked| &unprovoked.cell).collect();
    let uncovered = given.iter().filter(|unprovoked| unaided.contains(&unprovoked.cell));
    findings.extend(uncovered.filter_map(|unprovoked| finding(contract, unprovoked)));
    Ok(findings)
}

/// What the workflows say that the contract doesn't bear out, each once, however many steps say it.
fn misfits(findings: &Findings) -> Vec<Finding> {
    let mut places: IndexMap<&str, Vec<&Origin>> = IndexMap::new();
    for finding in findings.list.iter().filter(|finding| finding.severity == Severity::Error) {
        places.entry(&finding.message).or_default().push(&finding.at);
    }
    let misfit = |(message, at): (&str, Vec<&Origin>)| {
        let first = findings.sources.describe(at[0]);
        let more = match at.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more places"),
        };
        WORKFLOW_MISFIT.finding(Origin::root(""), format!("{message} ({first}{more})"))
    };
    places.into_iter().map(misfit).collect()
}

fn finding(contract: &Contract, unprovoked: &Unprovoked) -> Option<Finding> {
    let Unprovoked { cell, reason } = unprovoked;
    let operation = contract.operation(&cell.operation_id)?;
    let at = operation.origin.child("responses").child(cell.status);
    let message =
        format!("no case provokes `{}` of `{}`: {reason}", cell.status, cell.operation_id);
    Some(CELL_WITHOUT_CASE.finding(at, message))
}

/// Somebody who may do all, somebody who may do nothing, failures of the server on request, and everything allowed.
fn context(inputs: IndexMap<String, Value>) -> PlanContext {
    let credentials = IndexMap::from([
        ("everything".to_owned(), Rights::All.into()),
        ("nothing".to_owned(), Rights::Only(IndexSet::new()).into()),
    ]);
    let permissions =
        Permissions { allow: Patterns::all(), creates: Patterns::all(), ..Permissions::default() };
    PlanContext { inputs, credentials, faults: true, permissions, ..PlanContext::default() }
}

/// A value for everything that a path names.
fn inputs(contract: &Contract) -> IndexMap<String, Value> {
    let parameters = contract.operations.iter().flat_map(|operation| &operation.parameters);
    parameters
        .filter(|parameter| parameter.location == Location::Path)
        .map(|parameter| {
            let example = parameter.examples.first().map(|example| example.value.clone());
            let schema = parameter.schema().map(|id| contract.schema(id));
            let listed = schema.and_then(|schema| schema.enumeration.as_ref()?.first().cloned());
            let any = || json!("11111111-1111-4111-8111-111111111111");
            (parameter.name.clone(), example.or(listed).unwrap_or_else(any))
        })
        .collect()
}
