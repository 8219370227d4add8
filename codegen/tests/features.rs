//! What each feature of a contract becomes, against snapshots: `features/*.yaml` shows types, parameters and findings,
//! `exchanges/*.yaml` both sides of operations.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

mod reading;

use std::path::Path;

use codegen::GeneratedFile;
use reading::{assert_snapshot, documents, generated};

/// What is shown of an exchange, in this order.
const SIDES: [&str; 6] = [
    "src/operations/",
    "src/responses.rs",
    "src/server/",
    "src/client/",
    "src/receiver/",
    "src/sender/",
];

/// The types and operations of a document, and the findings.
fn types_and_findings(path: &Path) -> String {
    let (contract, generated, findings) = generated(path);
    assert_eq!(findings, "", "{} itself is as it should be", path.display());
    let is_shown = |file: &&GeneratedFile| {
        file.path.starts_with("src/types/") && file.path != "src/types/mod.rs"
            || file.path.starts_with("src/operations/") && file.path != "src/operations/mod.rs"
    };
    for file in generated.files.iter().filter(|file| file.path.ends_with(".rs")) {
        assert_rust(file);
    }
    let mut text: String = generated.files.iter().filter(is_shown).map(shown).collect();
    for finding in &generated.findings {
        text.push_str(&finding.render(&contract.sources));
    }
    text
}

/// The traits and steps of the server, and the methods and exchanges of the client.
fn sides(path: &Path) -> String {
    let (_, generated, _) = generated(path);
    let of =
        |side: &'static str| generated.files.iter().filter(move |file| file.path.starts_with(side));
    let files: Vec<_> = SIDES.into_iter().flat_map(of).collect();
    files.iter().for_each(|file| assert_rust(file));
    files.into_iter().map(shown).collect()
}

/// A file below a line with its path, without its header.
fn shown(file: &GeneratedFile) -> String {
    let body = file.contents.lines().skip(2).collect::<Vec<_>>().join("\n");
    format!("===== {}\n{body}\n\n", file.path)
}

fn assert_rust(file: &GeneratedFile) {
    if let Err(error) = syn::parse_file(&file.contents) {
        panic!("{} is no Rust: {error}", file.path);
    }
}

fn assert_written(folder: &str, show: fn(&Path) -> String) {
    for document in documents(folder) {
        let name = document.file_stem().unwrap().to_string_lossy();
        assert_snapshot(folder, &name, &show(&document));
    }
}

#[test]
fn features_are_written_as_they_should_be() {
    assert_written("features", types_and_findings);
}

#[test]
fn operations_are_written_as_they_should_be() {
    assert_written("exchanges", sides);
}
