//! Documents that once tripped the generator or what it writes, and those of the snapshots: all of them become crates
//! that the compiler and clippy have nothing to say about, whether they carry their runtime or depend on it.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

mod deep;
mod names;
mod reading;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use codegen::settings::{Runtime, Settings};
use reading::{assert_snapshot, documents, generated, generated_as};

/// One workspace for all of them, so that cargo is asked once, and dependencies are compiled once.
const MANIFEST: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";

#[test]
fn odd_documents_become_crates_without_warnings() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    let crates = workspace.join("crates");
    let _ = fs::remove_dir_all(&crates);
    let mut count = 0;
    for folder in ["documents", "features", "exchanges"] {
        let documents = documents(folder);
        assert!(!documents.is_empty(), "{folder}");
        for document in &documents {
            let stem = document.file_stem().unwrap().to_string_lossy();
            let name = format!("{folder}-{stem}");
            write_crate(document, Settings::default(), &crates, &name);
            write_crate(document, by_path(), &crates, &format!("{name}-by-path"));
        }
        count += documents.len();
    }
    assert!(count > 10);
    for (name, document) in [("names", names::document()), ("deep", deep::document())] {
        let path = workspace.join(format!("{name}.json"));
        fs::write(&path, document.to_string()).unwrap();
        write_crate(&path, Settings::default(), &crates, name);
    }
    deep::write_user(&crates);
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

/// Whoever imports all of two modules means one thing by each name.
#[test]
fn no_name_is_that_of_two_types() {
    const MODULES: [&str; 6] = ["types", "operations", "client", "server", "receiver", "sender"];
    let mut twice = Vec::new();
    for document in ["documents", "features", "exchanges"].into_iter().flat_map(documents) {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for file in generated(&document).1.files {
            let is_in = |module: &&&str| file.path.starts_with(&format!("src/{module}/"));
            let Some(module) = MODULES.iter().find(is_in) else { continue };
            for name in declared(&file.contents) {
                let other = seen.insert(name.to_owned(), module).filter(|other| other != module);
                // What every client and server has, whatever the contract says.
                if other.is_some() && !["Call", "Client", "Service"].contains(&name) {
                    twice.push(format!("{}: {name} in {other:?} and {module}", document.display()));
                }
            }
        }
    }
    assert_eq!(twice, [""; 0]);
}

/// The types and traits that a module declares.
fn declared(code: &str) -> impl Iterator<Item = &str> {
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
    code.lines().filter_map(move |line| {
        let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
        rest.split(|one: char| !one.is_alphanumeric() && one != '_').next()
    })
}

/// Whoever has these depends on the runtime.
fn by_path() -> Settings {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let path = path.to_str().unwrap().to_owned();
    let runtime = Runtime::Crate([("path".to_owned(), path)].into());
    Settings { runtime, ..Settings::default() }
}

/// Writes the crate of a document, under a name of its own: titles are alike.
fn write_crate(document: &Path, settings: Settings, crates: &Path, name: &str) {
    for file in generated_as(document, settings).1.files {
        let path = crates.join(name).join(&file.path);
        let contents = match file.path.as_str() {
            "Cargo.toml" => named(&file.contents, name),
            _ => file.contents,
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
}

/// A manifest with another name of the package.
fn named(manifest: &str, name: &str) -> String {
    let is_name = |line: &&str| line.starts_with("name = ");
    let old = manifest.lines().find(is_name).expect("a package has a name");
    manifest.replacen(old, &format!("name = \"{name}\""), 1)
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
    assert!(ids.contains(&"surplus") && ids.contains(&"optional"), "{ids:?}");
    let left_out: Vec<_> =
        contract.left_out.iter().filter_map(|one| one.operation_id.as_deref()).collect();
    assert!(left_out.contains(&"undeclared") && left_out.contains(&"dangling"), "{left_out:?}");
}
