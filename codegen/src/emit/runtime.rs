//! The runtime of a crate: the features of `codegen/runtime` that its contract has a use for, and the copy under
//! `src/runtime` of a crate that doesn't depend on it.
//!
//! A copy says the same as the crate with these features: what they leave out is left out of it, and `crate::…` is
//! `crate::runtime::…`. So generated code is written in one way for both.

use std::str::Lines;

use super::file::SourceFile;
use super::operations::parts_of;
use crate::ir::{Api, ContentKind, Direction, Operation};
use crate::settings::Runtime;

/// The package.
pub const PACKAGE: &str = "contract-runtime";

macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../runtime/", $path)))),*]
    };
}

/// Every file of the runtime, but for its tests and manifest.
const SOURCES: &[(&str, &str)] = sources![
    "charset.rs",
    "client.rs",
    "client/call.rs",
    "client/core.rs",
    "client/credentials.rs",
    "client/destination.rs",
    "client/error.rs",
    "client/exchange.rs",
    "client/items.rs",
    "client/other_methods.rs",
    "client/pages.rs",
    "client/parts.rs",
    "client/received.rs",
    "client/request.rs",
    "client/retry.rs",
    "client/trace.rs",
    "client/transport.rs",
    "constants.rs",
    "containers.rs",
    "deep.rs",
    "enums.rs",
    "field.rs",
    "formats.rs",
    "items.rs",
    "items/event.rs",
    "items/framed.rs",
    "items/split.rs",
    "json.rs",
    "lib.rs",
    "media.rs",
    "multipart.rs",
    "newtype.rs",
    "object.rs",
    "pattern.rs",
    "rules.rs",
    "schema.rs",
    "schema/evaluate.rs",
    "schema/literal.rs",
    "server.rs",
    "server/answer.rs",
    "server/body.rs",
    "server/context.rs",
    "server/credentials.rs",
    "server/document.rs",
    "server/fallback.rs",
    "server/input.rs",
    "server/items.rs",
    "server/parts.rs",
    "server/parts/head.rs",
    "server/parts/split.rs",
    "server/parts/spool.rs",
    "server/path.rs",
    "server/refusal.rs",
    "server/route.rs",
    "server/route/other_methods.rs",
    "server/serve.rs",
    "status.rs",
    "stream.rs",
    "tables.rs",
    "text.rs",
    "text/cookie.rs",
    "text/deep.rs",
    "text/query.rs",
    "text/read.rs",
    "text/set_cookie.rs",
    "text/split.rs",
    "text/write.rs",
    "text_format.rs",
    "union.rs",
    "uri.rs",
    "validation.rs",
];

/// A feature of the runtime that only some contracts need; those that a crate passes on to whoever uses it (`server`,
/// `client`, …) are none of them.
struct Feature {
    name: &'static str,
    is_needed: fn(&Api) -> bool,
}

/// What a server of parts needs beside `multipart`: a client does not.
pub const MULTIPART_SERVER: &str = "multipart-server";

const MULTIPART: &str = "multipart";

const FEATURES: [Feature; 8] = [
    Feature { name: "deep", is_needed: |api| api.is_deep },
    Feature { name: "destinations", is_needed: has_destinations },
    Feature { name: "items", is_needed: |api| api.operations.iter().any(has_items) },
    Feature { name: MULTIPART, is_needed: is_of_parts },
    Feature { name: MULTIPART_SERVER, is_needed: is_of_parts },
    Feature { name: "other-methods", is_needed: has_other_methods },
    Feature { name: "pages", is_needed: |api| api.operations.iter().any(has_pages) },
    Feature { name: "schema", is_needed: has_keywords },
];

/// The features that a contract needs.
pub fn features(api: &Api) -> Vec<&'static str> {
    let needed = FEATURES.iter().filter(|feature| (feature.is_needed)(api));
    needed.map(|feature| feature.name).collect()
}

fn is_of_parts(api: &Api) -> bool {
    api.operations.iter().any(has_parts)
}

/// Whether an operation has a method that axum has no filter for.
fn has_other_methods(api: &Api) -> bool {
    api.operations.iter().any(|one| one.filter().is_none())
}

/// Whether a type has something asked of it that it doesn't say.
fn has_keywords(api: &Api) -> bool {
    let of_parts = |operation| parts_of(operation).any(|parts| !parts.together.is_empty());
    api.types.iter().any(|item| !item.schema.is_empty()) || api.operations.iter().any(of_parts)
}

/// Whether it can be told of a callback where it goes.
fn has_destinations(api: &Api) -> bool {
    let sent = api.operations_in(Direction::FromApi).filter_map(|(_, one)| one.sent.as_ref());
    let mut callbacks = sent.filter_map(|sent| sent.callback.as_ref());
    callbacks.any(|callback| callback.destination.is_some())
}

/// Whether a body of an operation is items, one after the other.
fn has_items(operation: &Operation) -> bool {
    let given = operation.body.iter().flat_map(|body| &body.contents);
    let answered = operation.responses.variants.iter().flat_map(|variant| &variant.contents);
    given.chain(answered).any(|content| matches!(content.kind, ContentKind::Items(..)))
}

/// Whether an operation answers page by page.
pub(super) fn has_pages(operation: &Operation) -> bool {
    operation.paging.is_some()
}

/// Whether the body of an operation is parts of their own names.
pub(super) fn has_parts(operation: &Operation) -> bool {
    parts_of(operation).next().is_some()
}

/// The files under `src/runtime`, if the crate is to have some.
pub fn emit(api: &Api) -> Vec<SourceFile> {
    match api.package.runtime {
        Runtime::Vendored => copy(&features(api)),
        Runtime::Crate(_) => Vec::new(),
    }
}

/// A copy of what these features have.
fn copy(features: &[&str]) -> Vec<SourceFile> {
    let mut left_out = Vec::new();
    let mut files = Vec::new();
    for (path, text) in SOURCES {
        let resolved = resolve(text, features);
        let folder = path.trim_end_matches(".rs").trim_end_matches("lib");
        let space = if folder.is_empty() { "" } else { "/" };
        left_out.extend(resolved.left_out.iter().map(|module| format!("{folder}{space}{module}")));
        files.push((if *path == "lib.rs" { "mod.rs" } else { path }, resolved.text));
    }
    let is_left_out = |path: &str| {
        let mut rests = left_out.iter().filter_map(|module| path.strip_prefix(&**module));
        rests.any(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    files.retain(|(path, _)| !is_left_out(path));
    let files = files.into_iter().map(|(path, text)| {
        // The crate's root is a module here.
        let text = text.replace("crate::", "crate::runtime::");
        SourceFile::text(format!("src/runtime/{path}"), &[], text)
    });
    files.collect()
}

/// A source whose conditions are decided.
struct Resolved<'t> {
    text: String,
    /// The modules that it would declare under a condition that doesn't hold.
    left_out: Vec<&'t str>,
}

/// Decides which features there are. What is exported is the own of whoever has the copy.
fn resolve<'t>(text: &'t str, features: &[&str]) -> Resolved<'t> {
    let mut resolved = Resolved { text: String::with_capacity(text.len()), left_out: Vec::new() };
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        match holds(line, features) {
            Some(true) => {}
            Some(false) => resolved.left_out.extend(pass_over(&mut lines)),
            None if line == "#[macro_export]" => {}
            None => resolved.text.extend([line, "\n"]),
        }
    }
    resolved
}

/// Whether a condition holds, if this is one that is decided here.
fn holds(line: &str, features: &[&str]) -> Option<bool> {
    let condition = line.strip_prefix("#[cfg(")?.strip_suffix(")]")?;
    if condition == "test" {
        return Some(false);
    }
    let negated = condition.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')'));
    let feature = negated.unwrap_or(condition).strip_prefix("feature = \"")?.strip_suffix('"')?;
    let is_ours = FEATURES.iter().any(|known| known.name == feature);
    is_ours.then(|| features.contains(&feature) != negated.is_some())
}

/// Passes over an item, formatted as rustfmt does; gives the module that it declares, if it does.
fn pass_over<'t>(lines: &mut Lines<'t>) -> Option<&'t str> {
    let mut lines = lines.skip_while(|line| line.starts_with(['#', '/']));
    let first = lines.next()?;
    let mut last = first;
    while !(last.ends_with(';') && !last.starts_with(' ') || last == "}") {
        last = lines.next()?;
    }
    let declared = first.strip_prefix("pub ").unwrap_or(first);
    declared.strip_prefix("mod ")?.strip_suffix(';')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn runtime() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime")
    }

    fn files(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                files(&entry.path(), &format!("{prefix}{name}/"), found);
            } else if name.ends_with(".rs") {
                found.push(format!("{prefix}{name}"));
            }
        }
    }

    #[test]
    fn conditions_are_decided_but_those_of_the_crate() {
        let text = "\
#[cfg(feature = \"client\")]
mod client;
#[cfg(feature = \"pages\")]
/// Pages; and more.
#[allow(unused)]
pub mod pages;
#[cfg(not(feature = \"pages\"))]
macro_rules! paged {
    () => {
        a;
    };
}
pub use a::B;
";
        let with = resolve(text, &["pages"]);
        let kept = "#[cfg(feature = \"client\")]\nmod client;\n/// Pages; and more.\n\
            #[allow(unused)]\npub mod pages;\npub use a::B;\n";
        assert_eq!((&*with.text, with.left_out.len()), (kept, 0));
        let without = resolve(text, &["items"]);
        assert!(without.text.ends_with(
            "mod client;\nmacro_rules! paged {\n    () => {\n        a;\n    };\n}\npub use a::B;\n"
        ));
        assert_eq!(without.left_out, ["pages"]);
    }

    #[test]
    fn what_a_feature_has_is_copied_with_it_alone() {
        let paths = |features: &[&str]| -> Vec<String> {
            let files = copy(features).into_iter();
            files.map(|file| file.path["src/runtime/".len()..].to_owned()).collect()
        };
        let least = paths(&[]);
        assert!(least.iter().any(|path| path == "client/call.rs"));
        for Feature { name, .. } in &FEATURES {
            let more = paths(&[name]);
            assert!(more.len() > least.len(), "{name} has files of its own");
            assert!(least.iter().all(|path| more.contains(path)), "{name}");
        }
        let all: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
        assert_eq!(paths(&all).len(), SOURCES.len());
        for file in copy(&all) {
            assert!(!FEATURES.iter().any(|it| file.text.contains(&format!("{:?})]", it.name))));
        }
    }

    #[test]
    fn features_are_those_of_the_runtime() {
        let manifest = std::fs::read_to_string(runtime().join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some(PACKAGE));
        let declared = manifest["features"].as_table().unwrap().keys().map(String::as_str);
        let passed_on = ["default", "server", "client", "rustls", "tracing", "charsets"];
        let mut declared: Vec<&str> = declared.filter(|name| !passed_on.contains(name)).collect();
        declared.sort_unstable();
        let ours: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
        assert_eq!(declared, ours);
    }

    #[test]
    fn no_file_of_the_runtime_is_forgotten() {
        let mut found = Vec::new();
        files(&runtime(), "", &mut found);
        found.retain(|path| !path.starts_with("unit/") && !path.starts_with("tests/"));
        found.sort();
        let mut listed: Vec<&str> = SOURCES.iter().map(|(path, _)| *path).collect();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }
}
