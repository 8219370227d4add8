//! Every document of the shared corpus resolves, and every finding has a position.

use std::fs;
use std::path::{Path, PathBuf};

use spec::FileSystem;

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.push(folder.join("digitalocean-multi/DigitalOcean-public.v2.yaml"));
    let wanted = |path: &PathBuf| {
        path.is_file() && path.extension().is_some_and(|end| end == "json" || end == "yaml")
    };
    paths.retain(wanted);
    paths.sort();
    paths
}

#[test]
fn every_document_of_the_corpus_resolves() {
    for path in documents() {
        let reading = spec::read(&path, &FileSystem);
        let contract = reading.contract.unwrap_or_else(|| {
            panic!("{} gives no contract:\n{}", path.display(), reading.findings.render())
        });
        assert!(!contract.operations.is_empty(), "{} has no operation", path.display());
        for finding in &reading.findings.list {
            let position = reading.findings.sources.position(&finding.at);
            assert!(position.is_some(), "{}: {finding:?} has no position", path.display());
        }
    }
}
