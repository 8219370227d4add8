//! Bytes → [`Document`]: reads the root file and every local file that a `$ref` in them names, as raw values.
//!
//! Nothing is interpreted here but YAML and JSON themselves: a `$ref` inside an example is followed too, and
//! a file that can't be read is only remembered, to be reported by whoever really refers to it.

mod json;
mod json_position;
mod position;
mod references;
mod repeated;
mod rounded;
mod text;
mod uri;
mod yaml;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

pub(crate) use position::PositionIndex;
pub use references::References;
pub(crate) use uri::join;

use crate::pointer::escape;
use crate::source::SourceFile;
use crate::{FileId, Finding, Findings, Origin, Position, Source, Sources};

/// The files of a contract as written.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) files: Vec<Value>,
    pub(crate) sources: Sources,
    /// Members that an object has more than once.
    pub(crate) repeated: Vec<Origin>,
    /// By normalised path: the file, or why it could not be read.
    by_path: HashMap<PathBuf, Result<FileId, Unreadable>>,
    paths: Vec<PathBuf>,
    names: Names,
}

/// How a reference names a file: by its path, by a URL of which there is a copy, or by what the file calls itself.
#[derive(Debug, Default)]
struct Names {
    references: References,
    /// What `$self` says, and where the document is that says so.
    own: HashMap<String, PathBuf>,
}

impl Names {
    /// The file that a reference means, seen from a file that may have a URI of its own.
    fn path(&self, from: &Path, base: Option<&str>, reference: &str) -> Option<PathBuf> {
        let Some(base) = base else {
            return self
                .own
                .get(reference)
                .cloned()
                .or_else(|| self.references.path(from, reference));
        };
        let url = join(base, reference);
        let named = self.own.get(&url).cloned().or_else(|| self.references.copy(&url));
        // Documents are kept in folders as they are to be published, so that a path leads to the same.
        named.or_else(|| self.references.path(from, reference))
    }
}

/// Why a remote document gives no value.
pub(crate) const REMOTE: &str = "leads out of the local files, and is not followed";

pub(crate) use rounded::rounded;

/// Why a file gives no value.
#[derive(Debug, Clone)]
pub(crate) struct Unreadable {
    pub(crate) message: String,
    pub(crate) position: Option<Position>,
}

impl Document {
    /// The file that the part of a `$ref` in front of `#` names, seen from `from`.
    pub(crate) fn file(&self, from: FileId, reference: &str) -> Result<FileId, Unreadable> {
        if reference.is_empty() {
            return Ok(from);
        }
        let from_path = self.paths.get(from.0 as usize).map_or(Path::new(""), PathBuf::as_path);
        let Some(path) = self.names.path(from_path, self.self_uri(from), reference) else {
            return Err(unreadable(REMOTE));
        };
        let known = self.by_path.get(&path).cloned();
        known.unwrap_or_else(|| Err(unreadable("is not a local file")))
    }
}

impl Document {
    /// What the file calls itself, from OAS 3.2 on.
    pub(crate) fn self_uri(&self, file: FileId) -> Option<&str> {
        uri::self_uri(self.files.get(file.0 as usize)?)
    }
}

fn unreadable(message: &str) -> Unreadable {
    Unreadable { message: message.to_owned(), position: None }
}

/// Reads the document at `path` and the files around it, remote ones where `references` has a place for them.
pub(crate) fn load(
    path: &Path,
    source: &dyn Source,
    references: &References,
) -> Result<Document, Findings> {
    load_named(path, source, references, &referenced_files)
}

/// Reads the document at `path` and the files that it names, in the way that documents of its kind name others.
pub(crate) fn load_named(
    path: &Path,
    source: &dyn Source,
    references: &References,
    named: &dyn Fn(&Value) -> Vec<String>,
) -> Result<Document, Findings> {
    let names = Names { references: references.clone(), ..Names::default() };
    let mut loader = Loader {
        source,
        values: Vec::new(),
        texts: Vec::new(),
        repeated: Vec::new(),
        by_path: HashMap::new(),
        names,
    };
    let root = normalise(path);
    if let Err(unreadable) = loader.add(root.clone()) {
        return Err(unreadable_root(&root, &loader, &unreadable));
    }
    let mut next = 0;
    while next < loader.values.len() {
        let from = loader.texts[next].0.clone();
        for reference in named(&loader.values[next]) {
            let base = uri::self_uri(&loader.values[next]);
            let Some(path) = loader.names.path(&from, base, &reference) else { continue };
            if !loader.by_path.contains_key(&path) {
                let outcome = loader.add(path.clone());
                loader.by_path.insert(path, outcome);
            }
        }
        next += 1;
    }
    Ok(loader.finish())
}

struct Loader<'s> {
    source: &'s dyn Source,
    values: Vec<Value>,
    texts: Vec<(PathBuf, String)>,
    repeated: Vec<Origin>,
    by_path: HashMap<PathBuf, Result<FileId, Unreadable>>,
    names: Names,
}

impl Loader<'_> {
    fn add(&mut self, path: PathBuf) -> Result<FileId, Unreadable> {
        let bytes = self.source.read(&path).map_err(|error| Unreadable {
            message: format!("can't be read: {error}"),
            position: None,
        })?;
        let text = String::from_utf8(bytes).map_err(|error| Unreadable {
            message: format!("is not UTF-8 (byte {})", error.utf8_error().valid_up_to()),
            position: None,
        })?;
        // A root that can't be parsed still shows its line, so its text is kept.
        let parsed = text::parse(&path, &text);
        let id = FileId(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        if parsed.is_ok() || self.texts.is_empty() {
            self.texts.push((path.clone(), text));
        }
        let (value, repeated) = parsed?;
        self.repeated.extend(repeated.into_iter().map(|pointer| Origin { file: id, pointer }));
        if let Some(uri) = uri::self_uri(&value) {
            self.names.own.entry(uri.to_owned()).or_insert_with(|| path.clone());
        }
        self.values.push(value);
        self.by_path.insert(path, Ok(id));
        Ok(id)
    }

    fn finish(self) -> Document {
        let paths = self.texts.iter().map(|(path, _)| path.clone()).collect();
        let (files, by_path, repeated) = (self.values, self.by_path, self.repeated);
        Document {
            files,
            sources: sources(self.texts),
            repeated,
            by_path,
            paths,
            names: self.names,
        }
    }
}

fn sources(texts: Vec<(PathBuf, String)>) -> Sources {
    let file = |(path, text)| SourceFile { path, text, index: OnceLock::new() };
    Sources::new(texts.into_iter().map(file).collect())
}

fn unreadable_root(path: &Path, loader: &Loader<'_>, unreadable: &Unreadable) -> Findings {
    let text = loader.texts.first().map_or_else(String::new, |(_, text)| text.clone());
    let index = OnceLock::new();
    if let Some(position) = unreadable.position {
        let _ = index.set(PositionIndex::only_root(position));
    }
    let file = SourceFile { path: path.to_path_buf(), text, index };
    let message = format!("{} {}", path.display(), unreadable.message);
    let finding = Finding::error("unreadable-document", Origin::root(""), message)
        .help("give the path of an OpenAPI 3.0, 3.1 or 3.2 document in YAML or JSON");
    Findings { list: vec![finding], sources: Sources::new(vec![file]) }
}

/// The file parts of every `$ref`.
fn referenced_files(root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut stack = vec![root];
    while let Some(value) = stack.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let file = reference.split('#').next().unwrap_or_default();
                    if !file.is_empty() {
                        found.push(file.to_owned());
                    }
                }
                found.extend(members.get("security").iter().flat_map(|list| schemes_by_uri(list)));
                stack.extend(members.values());
            }
            Value::Array(items) => stack.extend(items),
            _ => {}
        }
    }
    found
}

/// The file parts of the URIs that a list of security requirements names schemes by (OAS 3.2.0 §4.30).
fn schemes_by_uri(requirements: &Value) -> impl Iterator<Item = String> {
    let members = requirements.as_array().into_iter().flatten().filter_map(Value::as_object);
    let names = members.flat_map(|requirement| requirement.keys());
    let files = names.filter_map(|name| name.split_once('#').map(|(file, _)| file.to_owned()));
    files.filter(|file| !file.is_empty())
}

/// The pointer of a way that leads from the root to a place (RFC 6901 §3).
fn pointer_of<'w>(way: impl Iterator<Item = &'w String>) -> String {
    way.map(|step| format!("/{}", escape(step))).collect()
}

/// `a/./b/../c` → `a/c`, by spelling alone, so that one file has one path.
fn normalise(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(clean.components().next_back(), Some(Component::Normal(_))) =>
            {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// RFC 3986 §2.1; what isn't a valid escape stands for itself.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes[at] == b'%';
        let digits = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| escape) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests;
