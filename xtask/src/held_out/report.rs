//! `conformance/held-out.md`.

use std::collections::BTreeMap;

use super::contract::{Fault, HeldOut};
use super::results::{Results, Store, Verdict};
use crate::services::table;

const HEAD: &str = "# The suite on contracts that it was not developed against

Written by `cargo xtask held-out`. Each contract with its service was written by somebody who had not seen the suite, together
with faults that each break one promise of the contract. The first figures that a contract gave stand in the CHANGELOG;
what is missed here is what the suite learns from next.

";

/// What is kept of these contracts.
pub(super) fn markdown(contracts: &[HeldOut], store: &Store) -> String {
    let kept: Vec<_> = contracts
        .iter()
        .filter_map(|contract| store.get(&contract.name).map(|results| (contract, results)))
        .collect();
    let heads = [
        "contract", "measured", "cells", "reached", "alarms", "faults", "found", "remarked",
        "missed",
    ];
    let rows: Vec<_> =
        kept.iter().map(|(contract, results)| row(&contract.name, results)).collect();
    let mut text = HEAD.to_owned();
    text.push_str(&table::markdown(&heads, &rows));
    for (contract, results) in &kept {
        // A service that lists no faults was told of when it was measured.
        text.push_str(&not_found(contract, results, &contract.faults().unwrap_or_default()));
    }
    text
}

fn row(name: &str, results: &Results) -> Vec<String> {
    let counts = [
        results.cells,
        results.reached,
        results.alarms.len(),
        results.verdicts.len(),
        results.count(Verdict::Found),
        results.count(Verdict::Remarked),
        results.count(Verdict::Missed),
    ];
    let mut row = vec![name.to_owned(), results.date.clone()];
    row.extend(counts.map(|count| count.to_string()));
    row
}

/// The faults that did not fail a run, by operation.
fn not_found(contract: &HeldOut, results: &Results, faults: &[Fault]) -> String {
    let mut by_operation: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fault in faults {
        let remark = match results.verdicts.get(&fault.id) {
            Some(Verdict::Missed) => "",
            Some(Verdict::Remarked) => " (remarked on)",
            Some(Verdict::Found) | None => continue,
        };
        by_operation.entry(&fault.operation).or_default().push(format!("{}{remark}", fault.what));
    }
    let heads = ["operation", "not found"];
    let rows = by_operation.iter().flat_map(|(operation, faults)| {
        faults.iter().map(move |fault| vec![format!("`{operation}`"), fault.clone()])
    });
    let rows: Vec<_> = rows.collect();
    format!("\n## {}\n\n{}", contract.name, table::markdown(&heads, &rows))
}
