use std::collections::HashMap;

use super::*;
use crate::Memory;

fn position(text: &str, pointer: &str) -> (usize, usize) {
    let position = PositionIndex::build(text).nearest(pointer).expect("has a position");
    (position.line, position.column)
}

fn load(path: &Path, source: &Memory) -> Result<Document, Findings> {
    super::load(path, source, &References::default())
}

#[test]
fn members_stand_at_their_key_and_items_where_they_begin() {
    let yaml = "a:\n  b/c:\n    - x\n    - y: 1\n";
    assert_eq!(position(yaml, "/a/b~1c"), (2, 3));
    assert_eq!(position(yaml, "/a/b~1c/1"), (4, 7));
    assert_eq!(position(yaml, "/a/b~1c/1/y"), (4, 7));
    let json = "{\"a\": {\n  \"b/c\": [\"x\", {\"y\": 1}]}}";
    assert_eq!(position(json, "/a/b~1c"), (2, 3));
    assert_eq!(position(json, "/a/b~1c/1"), (2, 16));
    assert_eq!(position(json, "/a/b~1c/1/y"), (2, 17));
}

#[test]
fn an_absent_node_stands_at_its_nearest_ancestor() {
    assert_eq!(position("a:\n  b: 1\n", "/a/b/c/d"), (2, 3));
    assert_eq!(position("a:\n  b: 1\n", "/z"), (1, 1));
}

#[test]
fn json_walk_agrees_with_yaml_events_on_escapes_and_scalars() {
    let json = "{\n \"a\\\"b\": [1, -2.5e3, null, true],\n \"c\": {\"é\": \"\\\\\", \"d\": []}\n}";
    let mut yaml = PositionIndex::default();
    yaml.walk_yaml(json);
    let ours = PositionIndex::build(json);
    for pointer in ["", "/a\"b", "/a\"b/1", "/a\"b/3", "/c", "/c/é", "/c/d"] {
        assert_eq!(ours.nearest(pointer), yaml.nearest(pointer), "{pointer}");
    }
}

#[test]
fn files_are_found_relative_to_the_file_that_names_them() {
    let files = HashMap::from([
        (PathBuf::from("api/root.yaml"), b"a: {$ref: './parts/one.yml#/x'}".to_vec()),
        (PathBuf::from("api/parts/one.yml"), b"x: {$ref: ../two.json}".to_vec()),
        (PathBuf::from("api/two.json"), b"{}".to_vec()),
    ]);
    let document = load(Path::new("api/root.yaml"), &Memory(files)).expect("loads");
    let one = document.file(FileId::ROOT, "parts/one.yml").expect("is read");
    assert_eq!(document.file(one, "../two.json").expect("is read"), FileId(2));
    assert!(document.file(one, "three.json").is_err());
}

#[test]
fn a_syntax_error_has_its_position() {
    let source = Memory::one("a.yaml", "a: 1\nb: [\n");
    let findings = load(Path::new("a.yaml"), &source).expect_err("is refused");
    assert!(findings.render().contains("a.yaml:3:1"), "{}", findings.render());
    let source = Memory::one("a.json", "{\n  \"a\": }");
    let findings = load(Path::new("a.json"), &source).expect_err("is refused");
    assert!(findings.render().contains("a.json:2:8"), "{}", findings.render());
}

#[test]
fn yaml_keys_become_text_and_merges_are_applied() {
    let yaml = "base: &b {x: 1}\nuse: {<<: *b, 200: y}\n";
    let value = text::parse(Path::new("a.yaml"), yaml).expect("parses");
    assert_eq!(value.0["use"], serde_json::json!({"x": 1, "200": "y"}));
}

#[test]
fn no_number_is_too_large_to_be_read() {
    let text = "a: 18446744073709551615\nb: 123456789012345678901234567890\nc: -99999999999999999999\n\
                d: {e: !own 5}\nf: &x {g: 1}\nh: {<<: *x}\n";
    let document = load(Path::new("a.yaml"), &Memory::one("a.yaml", text)).expect("loads");
    let expected = serde_json::json!({
        "a": u64::MAX, "b": 123_456_789_012_345_678_901_234_567_890_f64, "c": -99_999_999_999_999_999_999_f64,
        "d": {"e": 5}, "f": {"g": 1}, "h": {"g": 1},
    });
    assert_eq!(document.files.first(), Some(&expected));
}

/// YAML 1.2.2 §3.2.1.1 wants keys to be unique: a finding, as in JSON, and no reason to read nothing at all.
#[test]
fn a_key_that_is_there_twice_is_told_where_it_is_read() {
    let text = "a: 1\nb: {c: {d: 1, d: 2}, c: 3}\n200: x\na: 2\n'200': y\n";
    let document = load(Path::new("a.yaml"), &Memory::one("a.yaml", text)).expect("loads");
    let expected = serde_json::json!({"a": 2, "b": {"c": 3}, "200": "y"});
    assert_eq!(document.files.first(), Some(&expected));
    let repeated = document.repeated.iter().map(|at| document.sources.describe(at));
    let places = ["a.yaml:2:22", "a.yaml:4:1", "a.yaml:5:1"];
    assert_eq!(repeated.collect::<Vec<_>>(), places);
}
