//! `src/runtime`: real source files of `codegen/runtime`, as they are; those that a contract has no use for are left out.

use std::borrow::Cow;

use super::file::SourceFile;
use super::operations::parts_of;
use crate::ir::{Api, ContentKind, Direction, Operation};

macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../runtime/", $path)))),*]
    };
}

/// Every file of the runtime, but for what makes it a crate of its own.
const SOURCES: &[(&str, &str)] = sources![
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
    "enums.rs",
    "field.rs",
    "formats.rs",
    "items.rs",
    "items/event.rs",
    "items/framed.rs",
    "items/split.rs",
    "json.rs",
    "media.rs",
    "mod.rs",
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
    "text/query.rs",
    "text/read.rs",
    "text/split.rs",
    "text/write.rs",
    "text_format.rs",
    "union.rs",
    "uri.rs",
    "validation.rs",
];

/// What only some contracts need.
struct Spared {
    /// The module, wherever one of this name is declared.
    module: &'static str,
    /// Whether a contract needs it.
    is_needed: fn(&Api) -> bool,
}

const SPARED: [Spared; 7] = [
    Spared { module: "destination", is_needed: has_destinations },
    Spared { module: "items", is_needed: |api| api.operations.iter().any(has_items) },
    Spared { module: "multipart", is_needed: |api| api.operations.iter().any(has_parts) },
    Spared { module: "parts", is_needed: |api| api.operations.iter().any(has_parts) },
    Spared { module: "pages", is_needed: |api| api.operations.iter().any(has_pages) },
    Spared { module: "schema", is_needed: has_keywords },
    Spared {
        module: "other_methods",
        is_needed: |api| api.operations.iter().any(|one| one.filter().is_none()),
    },
];

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

/// The files under `src/runtime`.
pub fn emit(api: &Api) -> impl Iterator<Item = SourceFile> {
    let spared = SPARED.iter().filter(|spared| !(spared.is_needed)(api));
    let spared: Vec<&str> = spared.map(|spared| spared.module).collect();
    let sources = SOURCES.iter().filter({
        let spared = spared.clone();
        move |(path, _)| modules(path).all(|module| !spared.contains(&module))
    });
    sources.map(move |(path, text)| SourceFile {
        path: format!("src/runtime/{path}"),
        docs: Vec::new(),
        text: without(text, &spared),
    })
}

/// The modules that a file is in, the one that it is included: `client` and `pages`.
fn modules(path: &str) -> impl Iterator<Item = &str> {
    path.trim_end_matches(".rs").split('/')
}

/// A source that declares none of these modules, and invokes none of their macros on a line of its own.
fn without(text: &'static str, spared: &[&str]) -> Cow<'static, str> {
    let declares = |line: &str| {
        let invoked = line.trim_start().strip_prefix("$crate::runtime::");
        if let Some((module, _)) = invoked.and_then(|rest| rest.split_once("::")) {
            return spared.contains(&module);
        }
        let declared = line.strip_prefix("pub ").unwrap_or(line);
        let module = declared.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'));
        let used = declared.strip_prefix("use ").and_then(|rest| rest.split("::").next());
        module.or(used).is_some_and(|module| spared.contains(&module))
    };
    if !text.lines().any(declares) {
        return text.into();
    }
    text.lines().filter(|line| !declares(line)).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

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
    fn what_is_spared_is_declared_nowhere() {
        let text = "mod pages;\npub mod call;\npub use pages::{Items, Next};\nuse super::pages;\n";
        assert_eq!(without(text, &["pages"]), "pub mod call;\nuse super::pages;\n");
        assert!(matches!(without(text, &["parts"]), Cow::Borrowed(_)));
        let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n";
        let reading = spec::read(Path::new("a.yaml"), &spec::Memory::one("a.yaml", text));
        let (api, _) = crate::lower::lower(&reading.contract.unwrap(), &crate::Options::default());
        let files: Vec<SourceFile> = emit(&api).collect();
        assert!(files.iter().any(|file| file.path == "src/runtime/client/call.rs"));
        for Spared { module, .. } in SPARED {
            let mentions = |file: &&SourceFile| {
                file.path.contains(&format!("/{module}"))
                    || file.text.contains(&format!("{module}::"))
            };
            assert_eq!(files.iter().find(mentions).map(|file| &file.path), None, "{module}");
        }
    }

    #[test]
    fn no_file_of_the_runtime_is_forgotten() {
        let mut found = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime"), "", &mut found);
        found.retain(|path| {
            path != "lib.rs" && !path.starts_with("unit/") && !path.starts_with("tests/")
        });
        found.sort();
        let mut listed: Vec<&str> = SOURCES.iter().map(|(path, _)| *path).collect();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }
}
