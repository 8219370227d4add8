//! How many cases each operation has, and of which kinds: what a plan of a thousand cases comes to.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::case::{Case, Derivation};
use crate::report::words::{number, one_line};

/// The longest id that others are aligned with.
const WIDTH: usize = 40;

/// A line for each operation.
pub(super) fn overview(cases: &[Case]) -> String {
    let mut operations: IndexMap<&str, BTreeMap<Derivation, usize>> = IndexMap::new();
    for case in cases {
        let kinds = operations.entry(&case.cell.operation_id).or_default();
        *kinds.entry(case.source).or_default() += 1;
    }
    if operations.is_empty() {
        return String::new();
    }
    let length = |id: &&str| id.chars().count();
    let width = operations.keys().map(length).max().unwrap_or_default().min(WIDTH);
    let mut text = "\ncases of each operation:\n".to_owned();
    for (id, kinds) in &operations {
        let all = number(kinds.values().sum());
        let kinds: Vec<_> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let _ = writeln!(text, "  {:width$}  {all:>5}  {}", one_line(id), kinds.join(", "));
    }
    text
}
