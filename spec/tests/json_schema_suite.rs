//! The JSON Schema Test Suite (draft 2020-12) through the model: each group's schema is a component of a 3.1 document,
//! read here and judged by a validator as this crate hands it on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spec::normal::{Conjunction, Normalizer};
use spec::{Contract, Direction, FileSystem, Memory, References, Source};

/// How many tests of a file come out otherwise, and why.
const OTHERWISE: &[(&str, usize, &str)] = &[
    ("defs", 2, "they refer to the metaschema, of which there is no copy"),
    ("dynamicRef", 11, "a remote reference relative to an `$id` is not followed"),
    ("enum", 6, "an empty `enum` is passed over, with a finding"),
    ("ref", 2, "they refer to the metaschema, of which there is no copy"),
    ("refRemote", 13, "a remote reference relative to an `$id` is not followed"),
    ("vocabulary", 1, "there is but the one vocabulary"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/suites/json-schema")
}

/// The document in memory, everything else from files.
struct Around(Memory);

impl Source for Around {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.read(path).or_else(|_| FileSystem.read(path))
    }
}

/// A document whose component is the schema. In the suite, references are relative to the schema, so it is given an
/// `$id` where it has none.
fn contract(schema: &Value) -> Result<Contract, String> {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.entry("$id").or_insert_with(|| "http://localhost:1234/draft2020-12/root".into());
    }
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/S"}}});
    let responses = json!({"200": {"description": "ok", "content": content}});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": {"/s": {"get": {"operationId": "s", "responses": responses}}},
        "components": {"schemas": {"S": schema}},
    });
    let source = Around(Memory::one("s.json", &document.to_string()));
    let references = References::default().with("http://localhost:1234/", folder().join("remotes"));
    let reading = spec::read_with(Path::new("s.json"), &source, &references);
    reading.contract.ok_or_else(|| reading.findings.render())
}

/// The tests of a group that come out otherwise than they should.
fn wrong(group: &Value) -> Vec<String> {
    let tests = group["tests"].as_array().expect("a group has tests");
    let contract = match contract(&group["schema"]) {
        Ok(contract) => contract,
        Err(findings) => return tests.iter().map(|_| findings.clone()).collect(),
    };
    let document =
        spec::json_schema(&contract, contract.components["S"], Direction::Response).document;
    let validator = match jsonschema::options().build(&document) {
        Ok(validator) => validator,
        Err(error) => return tests.iter().map(|_| error.to_string()).collect(),
    };
    let is_wrong = |test: &&Value| validator.is_valid(&test["data"]) != test["valid"];
    let wrong = tests.iter().filter(is_wrong);
    wrong.map(|test| format!("{}: {}", group["description"], test["description"])).collect()
}

/// The tests of a group that the normal form of its schema judges otherwise than the schema.
fn differing(group: &Value) -> Vec<String> {
    let Ok(contract) = contract(&group["schema"]) else { return Vec::new() };
    let id = contract.components["S"];
    let document = spec::json_schema(&contract, id, Direction::Response).document;
    let normal = Normalizer::new(&contract).json_schema(Conjunction::One(id), Direction::Response);
    let Ok(validator) = jsonschema::options().build(&document) else { return Vec::new() };
    let name = |test: &Value| format!("{}: {}", group["description"], test["description"]);
    let tests = group["tests"].as_array().expect("a group has tests").iter();
    let Ok(judge) = jsonschema::options().build(&normal) else { return tests.map(name).collect() };
    let differs =
        |test: &&Value| validator.is_valid(&test["data"]) != judge.is_valid(&test["data"]);
    tests.filter(differs).map(name).collect()
}

fn groups(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("can be read");
    serde_json::from_str(&text).expect("is JSON")
}

#[test]
fn normal_forms_judge_the_suite_as_its_schemas_do() {
    let Ok(entries) = fs::read_dir(folder()) else {
        eprintln!("SKIPPED: no JSON Schema Test Suite at {}", folder().display());
        return;
    };
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let paths = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let differing: Vec<_> =
        paths.flat_map(|path| groups(&path)).flat_map(|g| differing(&g)).collect();
    assert_eq!(differing, Vec::<String>::new());
}

#[test]
fn the_suite_is_judged_as_it_says() {
    let Ok(entries) = fs::read_dir(folder()) else {
        eprintln!("SKIPPED: no JSON Schema Test Suite at {}", folder().display());
        return;
    };
    let mut failures = BTreeMap::new();
    let (mut all, mut passed) = (0, 0);
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    for path in paths.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let groups = groups(&path);
        let wrong: Vec<_> = groups.iter().flat_map(wrong).collect();
        let tests: usize =
            groups.iter().map(|one| one["tests"].as_array().map_or(0, Vec::len)).sum();
        println!("{name}: {} of {tests}", tests - wrong.len());
        all += tests;
        passed += tests - wrong.len();
        if !wrong.is_empty() {
            failures.insert(name, wrong);
        }
    }
    println!("{passed} of {all} tests of the suite pass; others: {failures:#?}");
    let found: Vec<_> = failures.iter().map(|(name, wrong)| (name.as_str(), wrong.len())).collect();
    let expected: Vec<_> = OTHERWISE.iter().map(|(name, count, _)| (*name, *count)).collect();
    assert_eq!(found, expected);
}
