//! Real documents: each becomes a crate whose every file is Rust, and the same crate twice.
//!
//! They lie beside the repository and are no part of it; where they are missing this test says so, and passes.

use std::path::{Path, PathBuf};

use codegen::{Generated, Options, generate};

/// Enough for a test; `cargo xtask corpus` is to look at all of them.
const LARGEST: u64 = 300_000;

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: there are no documents in {}", folder.display());
        return Vec::new();
    };
    let mut documents: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json" || end == "yaml"))
        .filter(|path| path.metadata().is_ok_and(|data| data.len() <= LARGEST))
        .collect();
    documents.sort();
    documents
}

fn generated(path: &Path) -> Generated {
    let reading = spec::read(path, &spec::FileSystem);
    let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
    generate(&contract, &Options { spec: "document".to_owned(), ..Options::default() })
}

#[test]
fn real_documents_become_rust() {
    for path in documents() {
        let first = generated(&path);
        for file in first.files.iter().filter(|file| file.path.ends_with(".rs")) {
            if let Err(error) = syn::parse_file(&file.contents) {
                panic!("{}: {} is no Rust: {error}", path.display(), file.path);
            }
        }
        let second = generated(&path);
        assert!(first.files == second.files, "{} comes out differently", path.display());
    }
}
