//! What each feature of operations becomes on both sides: `exchanges/*.yaml` against snapshots.
//!
//! A snapshot shows the traits and steps of the server and the methods and exchanges of the client.

use std::path::Path;

use codegen::{Options, generate};

/// What is shown, in this order.
const SHOWN: [&str; 4] = ["src/operations/", "src/responses.rs", "src/server/", "src/client/"];

fn rendered(name: &str, text: &str) -> String {
    let reading = spec::read(Path::new(name), &spec::Memory::one(name, text));
    let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
    let generated = generate(&contract, &Options { spec: name.to_owned(), ..Options::default() });
    let mut shown = String::new();
    for prefix in SHOWN {
        for file in generated.files.iter().filter(|file| file.path.starts_with(prefix)) {
            if let Err(error) = syn::parse_file(&file.contents) {
                panic!("{name}: {} is no Rust: {error}", file.path);
            }
            let body = file.contents.lines().skip(2).collect::<Vec<_>>().join("\n");
            shown.push_str(&format!("===== {}\n{body}\n\n", file.path));
        }
    }
    shown
}

#[test]
fn operations_are_written_as_they_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges");
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
            snapshot_path => "exchanges",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.trim_end_matches(".yaml"), rendered(&name, &text));
        });
    }
}
