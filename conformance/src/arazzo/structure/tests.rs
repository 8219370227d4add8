//! The official documents of Arazzo 1.1 and its examples: what is good is accepted, what is bad is refused.

use std::path::{Path, PathBuf};

use spec::{FileSystem, Severity};

use super::{check, version};

/// The documents of a folder of the suite; none, and said so, where it isn't there.
fn documents(folder: &str) -> Vec<PathBuf> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/suites/arazzo-1.1");
    let Ok(entries) = std::fs::read_dir(suite.join(folder)) else {
        eprintln!("SKIPPED: {} is not there", suite.join(folder).display());
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("readable").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some()).collect();
    paths.sort();
    paths
}

/// Everything that is wrong with a document, the worst first.
fn errors(path: &Path) -> Vec<String> {
    let alone = |_: &serde_json::Value| Vec::new();
    let documents = spec::read_raw(path, &FileSystem, &alone).expect("YAML");
    let (document, root) = (documents.document(spec::FileId::ROOT), spec::Origin::root(""));
    let findings = match version(document, &root) {
        Ok(minor) => check(document, &root, minor),
        Err(finding) => vec![*finding],
    };
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{}: {}", finding.at.pointer, finding.message)).collect()
}

#[test]
fn good_documents_are_accepted() {
    for path in documents("pass").into_iter().chain(documents("examples/1.0.0")) {
        if std::fs::read_to_string(&path).expect("readable").contains("arazzo:") {
            assert_eq!(errors(&path), [""; 0], "{}", path.display());
        }
    }
}

#[test]
fn bad_documents_are_refused() {
    for path in documents("fail") {
        assert!(!errors(&path).is_empty(), "{} is accepted", path.display());
    }
}
