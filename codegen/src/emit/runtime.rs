//! `src/runtime`: real source files of `codegen/runtime`, as they are.

use super::file::SourceFile;

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
    "client/error.rs",
    "client/exchange.rs",
    "client/pages.rs",
    "client/parts.rs",
    "client/received.rs",
    "client/request.rs",
    "client/retry.rs",
    "client/trace.rs",
    "client/transport.rs",
    "containers.rs",
    "enums.rs",
    "field.rs",
    "formats.rs",
    "json.rs",
    "media.rs",
    "mod.rs",
    "multipart.rs",
    "newtype.rs",
    "object.rs",
    "pattern.rs",
    "rules.rs",
    "server.rs",
    "server/answer.rs",
    "server/body.rs",
    "server/context.rs",
    "server/credentials.rs",
    "server/document.rs",
    "server/fallback.rs",
    "server/input.rs",
    "server/parts.rs",
    "server/path.rs",
    "server/refusal.rs",
    "server/route.rs",
    "server/serve.rs",
    "status.rs",
    "stream.rs",
    "stream/event.rs",
    "stream/framed.rs",
    "stream/items.rs",
    "stream/split.rs",
    "tables.rs",
    "text.rs",
    "text/query.rs",
    "text/read.rs",
    "text/split.rs",
    "text/write.rs",
    "text_format.rs",
    "union.rs",
    "uri.rs",
    "validation.rs",
];

/// The files under `src/runtime`.
pub fn emit() -> impl Iterator<Item = SourceFile> {
    SOURCES.iter().map(|(path, text)| SourceFile {
        path: format!("src/runtime/{path}"),
        docs: Vec::new(),
        text: (*text).into(),
    })
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
    fn no_file_of_the_runtime_is_left_out() {
        let mut found = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime"), "", &mut found);
        found.retain(|path| path != "lib.rs" && !path.starts_with("unit/"));
        found.sort();
        let mut listed: Vec<&str> = SOURCES.iter().map(|(path, _)| *path).collect();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }
}
