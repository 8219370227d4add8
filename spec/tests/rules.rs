//! The table of changes, row by row: for each rule two edits of the contract, one on either side of the line.
//!
//! `rules/*.yaml` lists the edits as text to replace, so that the documents are read as a person would have written
//! them. `old` is applied to the old document, `fires` and `spares` each to a new one; all start from
//! `spec/workspace.yaml`. Snapshots give places by pointer: line numbers would move with every comment there.

#![expect(clippy::unwrap_used, reason = "what can't be read fails the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use spec::compare::{Change, compare, rules};
use spec::{Contract, Memory, Origin};

/// A pair of edits, and the rules that stand between them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    rules: Vec<String>,
    #[serde(default)]
    old: Vec<Edit>,
    fires: Vec<Edit>,
    spares: Vec<Edit>,
}

/// Text to replace: the first `from` behind the first `at`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    #[serde(default)]
    at: String,
    from: String,
    to: String,
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn contract_text() -> String {
    std::fs::read_to_string(here().join("workspace.yaml")).unwrap()
}

fn cases() -> Vec<Case> {
    let mut files: Vec<_> = std::fs::read_dir(here().join("tests/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: &PathBuf| -> Vec<Case> {
        let text = std::fs::read_to_string(path).unwrap();
        serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    files.iter().flat_map(read).collect()
}

#[track_caller]
fn edited(case: &str, edits: &[Edit]) -> Contract {
    let mut text = contract_text();
    for Edit { at, from, to } in edits {
        let behind = text.find(at).unwrap_or_else(|| panic!("{case}: no {at:?}"));
        let place = text[behind..].find(from).unwrap_or_else(|| panic!("{case}: no {from:?}"));
        text.replace_range(behind + place..behind + place + from.len(), to);
    }
    read(case, &text)
}

#[track_caller]
fn read(case: &str, text: &str) -> Contract {
    let reading = spec::read(Path::new("workspace.yaml"), &Memory::one("workspace.yaml", text));
    // An operation that is gone leaves links behind.
    let slips = reading.findings.list.iter().filter(|finding| {
        finding.severity == spec::Severity::Error && finding.code != "dangling-link"
    });
    assert_eq!(slips.count(), 0, "{case}: {}", reading.findings.render());
    reading.contract.unwrap()
}

fn tell(changes: &[Change]) -> String {
    let place = |origin: &Option<Origin>| match origin {
        Some(origin) => format!("#{}", origin.pointer),
        None => "nowhere".to_owned(),
    };
    let tell = |change: &Change| {
        format!(
            "  {} {}: {}\n    in {}\n    old {}\n    new {}\n",
            change.rule.severity,
            change.rule.code,
            change.message,
            change.operations.join(", "),
            place(&change.old),
            place(&change.new),
        )
    };
    if changes.is_empty() { "  nothing\n".to_owned() } else { changes.iter().map(tell).collect() }
}

#[test]
fn each_rule_fires_on_one_side_of_the_line_only() {
    let mut wrong = String::new();
    for case in cases() {
        let name = case.name.as_str();
        let old = edited(name, &case.old);
        let fired = compare(&old, &edited(name, &case.fires));
        let spared = compare(&old, &edited(name, &case.spares));
        for rule in &case.rules {
            let has = |changes: &[Change]| changes.iter().any(|c| c.rule.code == rule);
            if !has(&fired) {
                wrong += &format!("{name} does not fire {rule}\n{}", tell(&fired));
            }
            if has(&spared) {
                wrong += &format!("{name} does not spare {rule}\n{}", tell(&spared));
            }
        }
        let told = format!("fires\n{}spares\n{}", tell(&fired), tell(&spared));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots/rules" }, {
            insta::assert_snapshot!(name, told);
        });
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_rule_has_its_two_edits() {
    let cases = cases();
    let tested: BTreeSet<_> =
        cases.iter().flat_map(|case| &case.rules).map(String::as_str).collect();
    let known: BTreeSet<_> = rules().iter().map(|rule| rule.code).collect();
    let untested: Vec<_> = known.difference(&tested).collect();
    let unknown: Vec<_> = tested.difference(&known).collect();
    assert!(untested.is_empty(), "rules without edits in tests/rules: {untested:#?}");
    assert!(unknown.is_empty(), "edits for rules that aren't in the table: {unknown:#?}");
}

#[test]
fn codes_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.code), "{} twice", rule.code);
        let kebab = rule.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(kebab, "{} is not kebab-case", rule.code);
        assert!(!rule.reason.is_empty() && !rule.reason.ends_with('.'), "{}", rule.reason);
    }
}
