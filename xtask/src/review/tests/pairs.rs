//! Pairs of contracts with the right answer to what has changed on the wire.

use std::fs;
use std::path::{Path, PathBuf};

use spec::compare::{Change, Severity, compare_with};
use spec::{Contract, FileSystem};

use super::super::sampling::Suite;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/review-pairs")
}

/// Name and right answer of each pair, from the table beside them.
fn pairs(table: &str) -> Vec<(String, String)> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = rows.filter_map(|row| {
        let mut cells = row.split('|').map(str::trim);
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    });
    rows.filter(|(name, _)| name != "pair" && !name.starts_with("---")).collect()
}

fn read(name: &str, side: &str) -> Contract {
    let reading = spec::read(&folder().join(format!("{name}.{side}.json")), &FileSystem);
    reading.contract.unwrap_or_else(|| panic!("{name}: {}", reading.findings.render()))
}

/// In the words of the table.
fn answer(changes: &[Change]) -> &'static str {
    match changes.iter().map(|change| change.severity).max() {
        None => "equal",
        Some(Severity::Compatible) => "compatible",
        Some(Severity::Dangerous) => "dangerous",
        Some(Severity::Breaking) => "breaking",
    }
}

fn is_right(found: &str, right: &str) -> bool {
    found == right || (right == "compatible" && found == "equal")
}

#[test]
fn each_pair_gets_the_right_answer() {
    let Ok(table) = fs::read_to_string(folder().join("README.md")) else {
        eprintln!("SKIPPED: no pairs at {}", folder().display());
        return;
    };
    let pairs = pairs(&table);
    let mut otherwise = Vec::new();
    for (name, right) in &pairs {
        let (old, new) = (read(name, "old"), read(name, "new"));
        let changes = compare_with(&old, &new, &Suite);
        let found = answer(&changes);
        // Whoever reads that something breaks wants to see what.
        let breaks = |change: &Change| change.severity == Severity::Breaking;
        let has_witness = changes.iter().any(|one| breaks(one) && one.witness.is_some());
        assert_eq!(has_witness, found == "breaking", "{name}: {changes:?}");
        if !is_right(found, right) {
            let codes: Vec<_> = changes.iter().map(|change| change.rule.code).collect();
            println!("{name} is {right}, found {found}: {codes:?}");
            otherwise.push((name.as_str(), found));
        }
    }
    assert_eq!(otherwise, []);
    assert_eq!(pairs.len(), 23);
}
