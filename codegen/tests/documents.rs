//! Documents that once tripped the generator or what it writes, and those of `features`: all of them become crates that
//! the compiler and clippy have nothing to say about.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

mod reading;

use std::fs;
use std::path::Path;
use std::process::Command;

use reading::{assert_snapshot, documents, generated};

/// One workspace for all of them, so that cargo is asked once, and dependencies are compiled once.
const MANIFEST: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";

#[test]
fn odd_documents_become_crates_without_warnings() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    let crates = workspace.join("crates");
    let _ = fs::remove_dir_all(&crates);
    let documents = [documents("documents"), documents("features")].concat();
    assert!(documents.len() > 10);
    for document in documents {
        let folder = crates.join(document.file_stem().unwrap());
        for file in generated(&document).1.files {
            let path = folder.join(file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file.contents).unwrap();
        }
    }
    fs::write(workspace.join("Cargo.toml"), MANIFEST).unwrap();
    let versions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(versions, workspace.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--quiet", "--workspace", "--keep-going", "--", "--deny", "warnings"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_is_wrong_in_a_document_is_told_and_the_rest_is_generated() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/broken.yaml");
    let (contract, generated, mut findings) = generated(&path);
    for finding in &generated.findings {
        findings.push_str(&finding.render(&contract.sources));
    }
    assert_snapshot("documents", "broken", &findings);
    let ids: Vec<&str> =
        contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert!(ids.contains(&"undeclared") && ids.contains(&"dangling"), "{ids:?}");
}
