//! Source text → a generated file: header, module docs.

use crate::ir::Api;
use crate::{GeneratedFile, MARK};

/// A Rust source file before it has its header.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the crate's root: `src/server/mod.rs`.
    pub path: String,
    /// What the module is, for `//!`; one string a line.
    pub docs: Vec<String>,
    /// What stands below the docs, formatted as it should be.
    pub text: String,
}

impl SourceFile {
    /// A file of text.
    #[must_use]
    pub fn text(path: impl Into<String>, docs: &[&str], text: String) -> Self {
        let docs = docs.iter().map(|line| (*line).to_owned()).collect();
        Self { path: path.into(), docs, text }
    }

    /// The file as it is written.
    #[must_use]
    pub fn finish(self, api: &Api) -> GeneratedFile {
        let mut contents = header("//", api);
        for line in &self.docs {
            contents.push_str(if line.is_empty() { "//!" } else { "//! " });
            contents.push_str(line);
            contents.push('\n');
        }
        if !self.docs.is_empty() {
            contents.push('\n');
        }
        contents.push_str(&self.text);
        contents.truncate(contents.trim_end().len());
        contents.push('\n');
        GeneratedFile { path: self.path, contents }
    }
}

/// The first line of a file, and an empty one.
#[must_use]
pub fn header(comment: &str, api: &Api) -> String {
    // A path is shown on one line whatever it contains.
    let spec = api.package.spec.replace(char::is_control, " ");
    format!("{comment} {MARK} from {spec}. Do not edit.\n\n")
}
