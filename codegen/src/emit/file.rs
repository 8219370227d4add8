//! Source text and tokens → a generated file: header, module docs, formatting.

use proc_macro2::TokenStream;
use syn::Item;

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
    /// Items, to be formatted.
    Tokens(TokenStream),
    /// Text that is formatted as it should be.
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
            Body::Tokens(tokens) => contents.push_str(&format_items(tokens)),
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

/// Formats items, with an empty line between them.
#[must_use]
pub fn format_items(tokens: TokenStream) -> String {
    // Emitters give whole items; were one to fail at that, its tokens are still the best text there is.
    let written = tokens.clone();
    let Ok(file) = syn::parse2::<syn::File>(tokens) else { return written.to_string() };
    let mut text = String::new();
    let mut previous: Option<Item> = None;
    for item in file.items {
        if previous.as_ref().is_some_and(|previous| !belong_together(previous, &item)) {
            text.push('\n');
        }
        let spaced = matches!(item, Item::Impl(_) | Item::Trait(_) | Item::Mod(_));
        let one = syn::File {
            shebang: None,
            attrs: Vec::new(),
            items: vec![item.clone()],
            frontmatter: None,
        };
        let formatted = prettyplease::unparse(&one);
        text.push_str(&if spaced { space_members(&formatted) } else { formatted });
        previous = Some(item);
    }
    text
}

fn belong_together(this: &Item, next: &Item) -> bool {
    match (this, next) {
        (Item::Use(this), Item::Use(next)) => {
            std::mem::discriminant(&this.vis) == std::mem::discriminant(&next.vis)
        }
        (Item::Mod(this), Item::Mod(next)) => {
            this.content.is_none() && next.content.is_none() && next.attrs.is_empty()
        }
        _ => false,
    }
}

/// Puts an empty line between the members of an `impl` or `trait`.
fn space_members(text: &str) -> String {
    let mut spaced = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let Some(next) = lines.peek() else { break };
        let begins = next.starts_with("    ") && !next.starts_with("     ");
        let is_documented = next.starts_with("    ///") || next.starts_with("    #[");
        let is_doc = line.trim_start().starts_with("///");
        if begins && (line == "    }" || line.ends_with(';') && is_documented && !is_doc) {
            spaced.push('\n');
        }
    }
    spaced
}
