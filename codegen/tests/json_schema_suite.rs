//! The JSON Schema Test Suite (draft 2020-12) through generated types behind a generated server: one document with an
//! operation for each group, whose body is the group's schema; what its tests call valid is answered 204, all else 422.
//!
//! The suite lies beside the repository and is no part of it; where it is missing this test says so, and passes. It prints
//! how many tests are judged right; those that are not stand in [`OTHERWISE`], each with the reason.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::{Options, generate};
use serde_json::{Value, json};
use spec::{FileSystem, Memory, References, Source};

/// The tests that come out otherwise, by how their names begin, and why.
const OTHERWISE: &[(&str, &[&str])] = &[
    (
        "a schema without `type` that speaks of values of one type alone is taken to be of that type (`implied-type`)",
        &[
            "additionalProperties: additionalProperties being false does not allow other properties: ignores",
            "exclusiveMaximum: exclusiveMaximum validation: ignores",
            "exclusiveMinimum: exclusiveMinimum validation: ignores",
            "items: a schema given for items: ignores",
            "items: a schema given for items: JavaScript pseudo-array is valid",
            "maxLength: maxLength validation: ignores",
            "maximum: maximum validation: ignores",
            "minLength: minLength validation: ignores",
            "minimum: minimum validation: ignores",
            "minimum: minimum validation with signed integer: ignores",
            "multipleOf: by int: ignores",
            "pattern: pattern validation: ignores",
            "patternProperties: patternProperties validates properties matching a regex: ignores",
            "prefixItems: a schema given for prefixItems: JavaScript pseudo-array is valid",
            "properties: object properties validation: ignores",
            "properties: properties whose names are Javascript object property names: ignores",
            "ref: root pointer ref: match",
            "ref: root pointer ref: recursive match",
            "ref: simple URN base URI with $ref via the URN: valid under the URN IDed schema",
            "required: required validation: ignores",
            "required: required properties whose names are Javascript object property names: ignores",
        ],
    ),
    (
        "where nothing tells alternatives apart, one that fits several isn't refused (`overlapping-alternatives`)",
        &[
            "oneOf: oneOf: both oneOf valid",
            "oneOf: oneOf with base schema: both oneOf valid",
            "oneOf: oneOf with boolean schemas, all true: any value is invalid",
            "oneOf: oneOf with empty schema: both valid - invalid",
            "oneOf: oneOf with required: both valid - invalid",
        ],
    ),
    (
        "a remote reference relative to an `$id` is not followed, and there is no copy of the metaschema",
        &[
            "defs: validate definition against metaschema",
            "dynamicRef: strict-tree schema, guards against misspelled properties",
            "dynamicRef: tests for implementation dynamic anchor and reference link",
            "dynamicRef: $ref and $dynamicAnchor are independent of order",
            "ref: remote ref, containing refs itself",
            "refRemote: base URI change",
            "refRemote: root ref in remote ref",
            "refRemote: remote ref with ref to defs",
            "refRemote: retrieved nested refs resolve relative to their URI not $id",
        ],
    ),
    ("an empty `enum` is passed over, with a finding", &["enum: empty enum"]),
    (
        "there is but the one vocabulary",
        &[
            "vocabulary: schema that uses custom metaschema with with no validation vocabulary: no validation: invalid",
        ],
    ),
];

/// A test of the suite.
struct Test {
    /// `contains: contains keyword validation: array with item matching schema (5) is valid`
    name: String,
    /// The index of the group among all.
    group: usize,
    data: String,
    is_valid: bool,
}

/// The groups of some files.
#[derive(Default)]
struct Suite {
    /// The schemas, each with the file that it is of.
    schemas: Vec<(String, Value)>,
    tests: Vec<Test>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/suites/json-schema")
}

impl Suite {
    /// `None` where there is no suite.
    fn read() -> Option<Self> {
        let Ok(entries) = fs::read_dir(folder()) else {
            eprintln!("SKIPPED: no JSON Schema Test Suite at {}", folder().display());
            return None;
        };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
        paths.sort();
        let mut suite = Self::default();
        for path in paths {
            let file = path.file_stem().unwrap().to_string_lossy().into_owned();
            let groups: Vec<Value> =
                serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            groups.iter().for_each(|group| suite.add(&file, group));
        }
        Some(suite)
    }

    fn add(&mut self, file: &str, group: &Value) {
        let index = self.schemas.len();
        let mut schema = group["schema"].clone();
        // In the suite, references are relative to the schema.
        if let Some(members) = schema.as_object_mut() {
            let id = format!("http://localhost:1234/draft2020-12/group{index}");
            members.entry("$id").or_insert_with(|| id.into());
        }
        self.schemas.push((file.to_owned(), schema));
        for test in group["tests"].as_array().unwrap() {
            let texts = [&group["description"], &test["description"]];
            let [group, name] = texts.map(|text| text.as_str().unwrap());
            self.tests.push(Test {
                name: format!("{file}: {group}: {name}"),
                group: index,
                data: test["data"].to_string(),
                is_valid: test["valid"].as_bool().unwrap(),
            });
        }
    }

    /// A document with an operation for each of these groups.
    fn document(&self, groups: &BTreeSet<usize>) -> Value {
        let mut paths = serde_json::Map::new();
        let mut schemas = serde_json::Map::new();
        for index in groups {
            let (file, schema) = &self.schemas[*index];
            let content = json!({"application/json": {
                "schema": {"$ref": format!("#/components/schemas/S{index}")}
            }});
            let operation = json!({
                "operationId": format!("g{index}"),
                "tags": [file],
                "requestBody": {"required": true, "content": content},
                "responses": {"204": {"description": "valid"}, "422": {"description": "invalid"}},
            });
            paths.insert(format!("/g{index}"), json!({"put": operation}));
            schemas.insert(format!("S{index}"), schema.clone());
        }
        json!({
            "openapi": "3.1.0", "info": {"title": "Suite", "version": "1"},
            "paths": paths, "components": {"schemas": schemas},
        })
    }
}

/// The document in memory, everything else from files.
struct Around(Memory);

impl Source for Around {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.read(path).or_else(|_| FileSystem.read(path))
    }
}

fn read(document: &Value) -> Option<spec::Contract> {
    let source = Around(Memory::one("suite.json", &document.to_string()));
    let references = References::default().with("http://localhost:1234/", folder().join("remotes"));
    spec::read_with(Path::new("suite.json"), &source, &references).contract
}

/// What the server answers to each test of the groups that can be read: whether it is valid.
fn judged(suite: &Suite) -> BTreeMap<usize, bool> {
    let is_read = |index: &usize| {
        let contract = read(&suite.document(&BTreeSet::from([*index])));
        contract.is_some_and(|contract| contract.operations.len() == 1)
    };
    let groups: BTreeSet<usize> = (0..suite.schemas.len()).filter(is_read).collect();
    let contract = read(&suite.document(&groups)).expect("what can be read alone can be together");
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("suite");
    let _ = fs::remove_dir_all(workspace.join("crates"));
    let options = Options { spec: "suite.json".to_owned(), ..Options::default() };
    let files = generate(&contract, &options).files;
    for file in &files {
        write(&workspace.join("crates/suite").join(&file.path), &file.contents);
    }
    let sources = files.iter().filter(|file| is_traits(&file.path)).map(|file| &*file.contents);
    write(&workspace.join("crates/judge/src/main.rs"), &judge(sources));
    write(&workspace.join("crates/judge/Cargo.toml"), JUDGE_MANIFEST);
    write(
        &workspace.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    let versions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(versions, workspace.join("Cargo.lock")).unwrap();
    let served: BTreeSet<&str> =
        contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    let sent: Vec<(usize, &Test)> = suite.tests.iter().enumerate().collect();
    let sent: Vec<_> = sent
        .into_iter()
        .filter(|(_, test)| served.contains(&*format!("g{}", test.group)))
        .collect();
    let lines: String =
        sent.iter().map(|(_, test)| format!("/g{} {}\n", test.group, test.data)).collect();
    write(&workspace.join("sent.txt"), &lines);
    let statuses = run(&workspace);
    let statuses: Vec<&str> = statuses.lines().collect();
    assert_eq!(statuses.len(), sent.len(), "every test is answered");
    let verdict = |status: &str| match status {
        "204" => true,
        "422" => false,
        other => panic!("answered {other}"),
    };
    sent.iter().zip(statuses).map(|((at, _), status)| (*at, verdict(status))).collect()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Whether a file of the crate declares the traits of a tag.
fn is_traits(path: &str) -> bool {
    let file = path.strip_prefix("src/server/");
    file.is_some_and(|file| file != "mod.rs" && !file.contains('/'))
}

const JUDGE_MANIFEST: &str = r#"[package]
name = "judge"
edition = "2024"

[dependencies]
axum = { version = "0.8", default-features = false }
serde_json = "1"
suite = { path = "../suite", default-features = false, features = ["server"] }
tokio = { version = "1", features = ["rt"] }
tower = { version = "0.5", features = ["util"] }
"#;

/// A program that sends each line to a server whose operations all answer 204, and prints the statuses.
fn judge<'s>(sources: impl Iterator<Item = &'s str>) -> String {
    let mut text = String::from(JUDGE);
    for source in sources {
        for item in syn::parse_file(source).unwrap().items {
            if let syn::Item::Trait(declared) = item {
                write_implementation(&declared, &mut text);
            }
        }
    }
    text
}

const JUDGE: &str = r#"
#![allow(unused_imports)]
use std::{collections::BTreeMap, sync::Arc};
use axum::{body::Body, http::Request};
use serde_json::{Map, Value};
use suite::{runtime::*, server::*, types::*};
use tower::ServiceExt as _;

struct Judge;

impl Service for Judge {}

fn main() {
    let router = router(&Arc::new(Judge), Options::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for line in std::fs::read_to_string("sent.txt").unwrap().lines() {
        let (path, body) = line.split_once(' ').unwrap();
        let request = Request::put(path).header("content-type", "application/json");
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = runtime.block_on(router.clone().oneshot(request)).unwrap();
        println!("{}", response.status().as_u16());
    }
}
"#;

/// The methods of a trait that have no body: the operations.
fn write_implementation(declared: &syn::ItemTrait, text: &mut String) {
    writeln!(text, "\nimpl {} for Judge {{", declared.ident).unwrap();
    for item in &declared.items {
        let syn::TraitItem::Fn(method) = item else { continue };
        if method.default.is_some() {
            continue;
        }
        let types: Vec<String> = method
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(argument) => Some(tokens(&argument.ty)),
                syn::FnArg::Receiver(_) => None,
            })
            .collect();
        let name = &method.sig.ident;
        let response = format!("G{}Response", name.to_string().trim_start_matches('g'));
        let arguments: String = types.iter().map(|ty| format!(", _: {ty}")).collect();
        writeln!(
            text,
            "    async fn {name}(&self{arguments}) -> {response} {{ {response}::NoContent }}"
        )
        .unwrap();
    }
    text.push_str("}\n");
}

fn tokens(ty: &syn::Type) -> String {
    use quote::ToTokens as _;
    ty.to_token_stream().to_string()
}

fn run(workspace: &Path) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "judge"])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_suite_is_judged_as_it_says() {
    let Some(suite) = Suite::read() else { return };
    let judged = judged(&suite);
    let is_right = |(at, test): &(usize, &Test)| judged.get(at) == Some(&test.is_valid);
    let (right, wrong): (Vec<_>, Vec<_>) = suite.tests.iter().enumerate().partition(is_right);
    println!("{} of {} tests of the suite are judged right", right.len(), suite.tests.len());
    let expected: Vec<&str> = OTHERWISE.iter().flat_map(|(_, names)| *names).copied().collect();
    let is_expected = |name: &str| expected.iter().any(|start| name.starts_with(start));
    let wrong: Vec<_> = wrong.iter().map(|(_, test)| test.name.as_str()).collect();
    let unexpected: Vec<_> = wrong.iter().filter(|name| !is_expected(name)).collect();
    assert!(unexpected.is_empty(), "judged otherwise than the suite says: {unexpected:#?}");
    let mut right = right.iter().map(|(_, test)| test.name.as_str());
    let better: Vec<_> = right.by_ref().filter(|name| is_expected(name)).collect();
    assert!(better.is_empty(), "judged right by now: {better:#?}");
    let is_needed = |start: &&&str| wrong.iter().any(|name| name.starts_with(**start));
    let needless: Vec<_> = expected.iter().filter(|start| !is_needed(start)).collect();
    assert!(needless.is_empty(), "there is no such test: {needless:#?}");
}
