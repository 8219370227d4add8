//! What each feature of a contract becomes: `features/*.yaml` against snapshots of types, parameters and findings.

use std::path::Path;

use codegen::{GeneratedFile, Options, generate};

/// The types and operations of a document, and the findings.
fn rendered(name: &str, text: &str) -> String {
    let reading = spec::read(Path::new(name), &spec::Memory::one(name, text));
    let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
    assert_eq!(reading.findings.render(), "", "{name} itself is as it should be");
    let generated = generate(&contract, &Options { spec: name.to_owned(), ..Options::default() });
    let is_shown = |file: &&GeneratedFile| {
        file.path.starts_with("src/types/") && file.path != "src/types/mod.rs"
            || file.path.starts_with("src/operations/") && file.path != "src/operations/mod.rs"
    };
    let mut shown = String::new();
    for file in generated.files.iter().filter(is_shown) {
        let body = file.contents.lines().skip(2).collect::<Vec<_>>().join("\n");
        shown.push_str(&format!("===== {}\n{body}\n\n", file.path));
    }
    for finding in &generated.findings {
        shown.push_str(&finding.render(&contract.sources));
    }
    for file in generated.files.iter().filter(|file| file.path.ends_with(".rs")) {
        if let Err(error) = syn::parse_file(&file.contents) {
            panic!("{name}: {} is no Rust: {error}", file.path);
        }
    }
    shown
}

#[test]
fn features_are_written_as_they_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for name in names {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        insta::with_settings!({
            snapshot_path => "features",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.trim_end_matches(".yaml"), rendered(&name, &text));
        });
    }
}
