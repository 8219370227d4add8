//! Source text and tokens → a generated file: header, module docs, layout.

use proc_macro2::TokenStream;

use super::layout;
use crate::ir::Api;
use crate::{GeneratedFile, MARK};

/// A Rust source file before it has its header.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the crate's root: `src/server/mod.rs`.
    pub path: String,
    /// What the module is, for `//!`; one string a line.
    pub docs: Vec<String>,
    /// What stands below the docs.
    pub body: Body,
}

/// What stands in a file.
#[derive(Debug, Clone)]
pub enum Body {
    /// Items, to be laid out.
    Tokens(TokenStream),
    /// Text that is laid out as it should be.
    Text(String),
}

impl SourceFile {
    /// A file of tokens.
    #[must_use]
    pub fn tokens(path: impl Into<String>, docs: &[&str], tokens: TokenStream) -> Self {
        let docs = docs.iter().map(|line| (*line).to_owned()).collect();
        Self { path: path.into(), docs, body: Body::Tokens(tokens) }
    }

    /// A file of text.
    #[must_use]
    pub fn text(path: impl Into<String>, docs: &[&str], text: String) -> Self {
        let docs = docs.iter().map(|line| (*line).to_owned()).collect();
        Self { path: path.into(), docs, body: Body::Text(text) }
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
        match self.body {
            Body::Tokens(tokens) => contents.push_str(&layout::items(tokens)),
            Body::Text(text) => contents.push_str(&text),
        }
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
