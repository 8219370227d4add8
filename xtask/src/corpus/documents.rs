//! A folder → the documents in it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// A document to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// What it is called: its file's or folder's name, without ending.
    pub(crate) name: String,
    /// The file to read first.
    pub(crate) root: PathBuf,
    /// How large it is, with all files of its folder if it has one.
    pub(crate) bytes: u64,
}

/// The documents of a folder, small ones first.
///
/// # Errors
/// Where a file or folder can't be read, or two documents have one name.
pub(crate) fn find(folder: &Path) -> anyhow::Result<Vec<Document>> {
    let mut documents = Vec::new();
    for path in entries(folder)? {
        let root = if path.is_dir() { root_of(&path)? } else { Some(path.clone()) };
        let Some(root) = root.filter(|root| is_document(root)) else { continue };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        documents.push(Document { name, root, bytes: size(&path)? });
    }
    documents.sort_by(|a, b| (a.bytes, &a.name).cmp(&(b.bytes, &b.name)));
    let mut names: Vec<&str> = documents.iter().map(|document| document.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        bail!("two documents in {} are called `{}`", folder.display(), pair[0]);
    }
    Ok(documents)
}

/// The one file at the top of a folder that says which OpenAPI it is written in.
fn root_of(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let mut roots = Vec::new();
    for path in entries(folder)?.into_iter().filter(|path| is_document(path)) {
        let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
        let text = String::from_utf8_lossy(&text);
        let names_version = |line: &str| {
            line.starts_with("openapi:") || line.trim_start().starts_with("\"openapi\"")
        };
        if text.lines().any(names_version) {
            roots.push(path);
        }
    }
    if roots.len() > 1 {
        bail!("{} has several documents at its top", folder.display());
    }
    Ok(roots.pop())
}

fn is_document(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    path.is_file() && matches!(ending, Some("json" | "yaml" | "yml"))
}

/// The bytes of a file, or of all files below a folder.
fn size(path: &Path) -> anyhow::Result<u64> {
    if !path.is_dir() {
        return Ok(path.metadata().with_context(|| path.display().to_string())?.len());
    }
    entries(path)?.iter().map(|entry| size(entry)).sum()
}

/// What is in a folder, by name; hidden things and links are passed over.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let place = || format!("{} can't be read", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(place)? {
        let entry = entry.with_context(place)?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && !entry.file_type().with_context(place)?.is_symlink() {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_documents() {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        put("README.md", "openapi: 3.0.3");
        put("pets.yaml", "openapi: 3.0.3");
        put("many/parts.yaml", "type: object");
        put("many/all.json", "{\n  \"openapi\": \"3.1.0\"\n}");
        put("many/deep/more.yaml", "openapi: 3.0.3");
        put("nothing/here.txt", "");
        let found = find(folder.path()).unwrap();
        let named: Vec<_> = found.iter().map(|d| (d.name.as_str(), d.bytes)).collect();
        assert_eq!(named, [("pets", 14), ("many", 50)]);
        assert!(found[1].root.ends_with("many/all.json"));

        put("pets.json", "{}");
        assert!(find(folder.path()).unwrap_err().to_string().contains("`pets`"));
    }
}
