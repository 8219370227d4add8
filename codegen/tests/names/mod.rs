//! A document in which everything is called as something that generated code declares, imports or is made of.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value, json};

/// Where code is that generated code consists of, and what goes before and after it.
const SOURCES: [&str; 3] = ["runtime", "tests/media/src", "../generated/src"];

/// What is put behind the names of operations: an operation `Configuration` has an `Error`, too.
const SUFFIXES: [&str; 7] =
    ["Parameters", "Parts", "Body", "Response", "Success", "Failure", "Error"];

/// Crates that have a name in every file, beside those that sources name.
const CRATES: [&str; 4] = ["alloc", "proc_macro", "test", "reqwest"];

/// The document: each name is a schema, a response, a security scheme, a tag, an operation, a parameter, a header field
/// and a member.
pub(crate) fn document() -> Value {
    let names: Vec<String> = names().into_iter().collect();
    let mut paths = Map::new();
    for (at, name) in names.iter().enumerate() {
        paths.insert(format!("/at{at}/{{{name}}}"), json!({"post": operation(name)}));
    }
    let named = |value: fn(&str) -> Value| -> Map<String, Value> {
        names.iter().map(|name| (name.clone(), value(name))).collect()
    };
    let members = named(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let mut schemas = named(schema);
    schemas.insert("all members".to_owned(), json!({"type": "object", "properties": members}));
    schemas.insert("all values".to_owned(), json!({"type": "string", "enum": names}));
    let alternatives: Vec<&Value> = members.values().take(200).collect();
    schemas.insert("all alternatives".to_owned(), json!({"anyOf": alternatives}));
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Names that generated code uses", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": named(response),
            "securitySchemes": named(|_| json!({"type": "http", "scheme": "bearer"})),
        },
    })
}

fn operation(name: &str) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{name}")});
    let content = json!({"application/json": {"schema": schema}});
    let parameter = |location: &str| json!({"name": name, "in": location, "required": location == "path", "schema": {"type": "string"}});
    json!({
        "operationId": name,
        "tags": [name],
        "security": [{name: []}],
        "parameters": [parameter("path"), parameter("query"), parameter("header")],
        "requestBody": {"required": true, "content": content},
        "responses": {
            "200": {"description": "done", "content": content},
            "404": {"$ref": format!("#/components/responses/{name}")},
        },
    })
}

/// Of several kinds: what a type is decides how it is written.
fn schema(name: &str) -> Value {
    match name.len() % 4 {
        0 => json!({"type": "string", "minLength": 1}),
        1 => json!({"type": "string", "enum": [name, "another"]}),
        // Another in requests than in answers.
        2 => {
            let members = json!({name: {"type": "string", "readOnly": true}});
            json!({"type": "object", "required": [name], "properties": members})
        }
        _ => {
            let members = json!({name: {"type": "string"}, "optional": {"type": "string"}});
            json!({"type": "object", "required": [name], "properties": members})
        }
    }
}

fn response(name: &str) -> Value {
    json!({
        "description": name,
        "headers": {name: {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"type": "string"}}},
    })
}

/// Every name that stands in those sources and isn't of their contracts, and what an operation must be called to have a
/// type of that name.
fn names() -> BTreeSet<String> {
    let mut found = Found::default();
    for folder in SOURCES {
        found.collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    }
    let Found { mut names, contracts } = found;
    names.retain(|name| !contracts.contains(name));
    names.extend(CRATES.into_iter().map(str::to_owned));
    assert!(names.contains("Unanswerable") && names.contains("axum") && names.len() > 300);
    let stems = |name: &String| -> Vec<String> {
        let stem = |suffix: &&str| name.strip_suffix(suffix).filter(|stem| stem.len() > 1);
        SUFFIXES.iter().filter_map(stem).map(str::to_owned).collect()
    };
    let stems: Vec<String> = names.iter().flat_map(stems).collect();
    names.extend(stems);
    names
}

/// What is found in sources.
#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    /// The types that generated code has of a contract: it declares them, but not in a file that is there anyhow.
    contracts: BTreeSet<String>,
}

impl Found {
    fn collect(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.ends_with("unit") || path.ends_with("tests");
            if path.is_dir() && !is_test {
                self.collect(&path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                self.read(&path);
            }
        }
    }

    fn read(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).unwrap();
        let is_there_anyhow = path.ends_with("mod.rs") || path.ends_with("lib.rs");
        // What is in a macro stands where the macro is used.
        let is_whole = is_there_anyhow || text.contains("#[macro_export]");
        if text.starts_with("// @generated") && !is_there_anyhow {
            let lines = text.lines().map(str::trim_start);
            let declared = lines.filter_map(|line| {
                let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
                let declares = |word: &str| ["struct", "enum", "trait", "type"].contains(&word);
                words.by_ref().find(|word| declares(word)).and(words.next())
            });
            self.contracts.extend(declared.map(str::to_owned));
        }
        self.identifiers(text.parse().unwrap(), is_whole);
    }

    /// Types, and where all is wanted also modules, functions and variables.
    fn identifiers(&mut self, tokens: TokenStream, all: bool) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.identifiers(group.stream(), all),
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    if all || name.starts_with(|first: char| first.is_ascii_uppercase()) {
                        self.names.insert(name);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}
