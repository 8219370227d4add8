//! The document that was asked for, and those that it takes workflows from: source descriptions of the type `arazzo`
//! (Arazzo 1.1, Source Description Object).

use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;
use spec::{FileId, Findings, Origin, RawDocuments, Source, Sources};

/// Documents that use each other's workflows.
pub(super) struct Documents {
    raw: RawDocuments,
    /// What stands before the ids of a document's workflows: the name that leads there from the first one, and a dot.
    prefixes: IndexMap<FileId, String>,
}

impl Documents {
    /// Reads a document and those around it.
    ///
    /// # Errors
    /// Why the first one can't be read.
    pub(super) fn read(path: &Path, source: &dyn Source) -> Result<Self, Findings> {
        let urls = |document: &Value| sources(document).map(|(_, url)| file_part(url)).collect();
        let raw = spec::read_raw(path, source, &urls)?;
        let mut prefixes = IndexMap::from([(FileId::ROOT, String::new())]);
        let mut next = 0;
        while let Some((file, prefix)) = prefixes.get_index(next) {
            let (file, prefix) = (*file, prefix.clone());
            for (name, url) in sources(raw.document(file)) {
                if let Ok(other) = raw.file(file, &file_part(url)) {
                    prefixes.entry(other).or_insert_with(|| format!("{prefix}{name}."));
                }
            }
            next += 1;
        }
        Ok(Self { raw, prefixes })
    }

    /// Each of them, the first one first.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        self.prefixes.keys().copied()
    }

    pub(super) fn document(&self, file: FileId) -> &Value {
        self.raw.document(file)
    }

    /// How a workflow of a document is called among those of all.
    pub(super) fn qualified(&self, file: FileId, id: &str) -> String {
        let prefix = self.prefixes.get(&file).map_or("", String::as_str);
        format!("{prefix}{id}")
    }

    /// The document that another one has a name for.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn named(&self, from: FileId, name: &str) -> Result<FileId, String> {
        let mut known = sources(self.document(from));
        let (_, url) = known
            .find(|(one, _)| *one == name)
            .ok_or_else(|| format!("no source description of workflows is called `{name}`"))?;
        self.raw.file(from, &file_part(url)).map_err(|why| format!("`{url}` {why}"))
    }

    pub(super) fn sources(&self) -> &Sources {
        self.raw.sources()
    }
}

/// The whole of a document as a place.
pub(super) fn whole(file: FileId) -> Origin {
    Origin { file, pointer: String::new() }
}

/// The names and URLs of the documents that one takes workflows from.
fn sources(document: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = document.get("sourceDescriptions").and_then(Value::as_array).into_iter().flatten();
    let of_workflows = |one: &&Value| one.get("type").and_then(Value::as_str) == Some("arazzo");
    all.filter(of_workflows).filter_map(|one| {
        let name = one.get("name")?.as_str()?;
        Some((name, one.get("url")?.as_str()?))
    })
}

/// A URL without its fragment: which file it is in.
fn file_part(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}
