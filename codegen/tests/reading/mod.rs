//! The documents of a folder of tests, and what becomes of them.

use std::fs;
use std::path::{Path, PathBuf};

use codegen::settings::Settings;
use codegen::{Generated, Options, generate};
use spec::Contract;

/// The YAML documents of a folder below `tests`, by name.
pub(crate) fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect();
    documents.sort();
    assert!(!documents.is_empty());
    documents
}

/// The contract of a document, what is generated from it, and what reading it had to tell.
pub(crate) fn generated(path: &Path) -> (Contract, Generated, String) {
    generated_as(path, Settings::default())
}

/// The same, as these settings have it.
pub(crate) fn generated_as(path: &Path, settings: Settings) -> (Contract, Generated, String) {
    let text = fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let reading = spec::read(Path::new(&name), &spec::Memory::one(&name, &text));
    let findings = reading.findings.render();
    let contract = reading.contract.unwrap_or_else(|| panic!("{name}: {findings}"));
    let generated = generate(&contract, &Options { spec: name, settings });
    (contract, generated, findings)
}

/// Compares with the snapshot of this name, beside the documents.
pub(crate) fn assert_snapshot(folder: &str, name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    insta::with_settings!({
        snapshot_path => folder,
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}
