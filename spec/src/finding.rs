//! What reading, linting or generating has to say about a document.

use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::{Origin, Sources};

/// One thing that is wrong, was lost, or deserves a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable, kebab-case, never reused: `dangling-reference`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is the matter: a lower-case fragment that fits behind `error: `.
    pub message: String,
    /// Where.
    pub at: Origin,
    /// Other places that belong to it.
    pub also: Vec<Origin>,
    /// The way out.
    pub help: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing: something is passed over on purpose.
    Note,
    /// The document says something that is not carried over, or hardly what was meant.
    Warning,
    /// The document is wrong here.
    Error,
}

impl Severity {
    /// In lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Finding {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, at: Origin, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, at, message.into())
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, at: Origin, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, at, message.into())
    }

    /// A note.
    #[must_use]
    pub fn note(code: &'static str, at: Origin, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, at, message.into())
    }

    fn new(severity: Severity, code: &'static str, at: Origin, message: String) -> Self {
        Self { code, severity, message, at, also: Vec::new(), help: None }
    }

    /// With a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that belongs to it.
    #[must_use]
    pub fn also(mut self, origin: Origin) -> Self {
        self.also.push(origin);
        self
    }

    /// As a user sees it: code and message, place, other places, the way out.
    #[must_use]
    pub fn render(&self, sources: &Sources) -> String {
        render(&[self], sources)
    }
}

/// Findings that say the same, with the places of all.
fn render(alike: &[&Finding], sources: &Sources) -> String {
    let Some(first) = alike.first() else { return String::new() };
    let mut text = format!("{}[{}]: {}\n", first.severity.as_str(), first.code, first.message);
    for finding in alike {
        let _ =
            writeln!(text, "  --> {}  (#{})", sources.describe(&finding.at), finding.at.pointer);
    }
    for origin in &first.also {
        let _ = writeln!(text, "  also: {}  (#{})", sources.describe(origin), origin.pointer);
    }
    if let Some(help) = &first.help {
        let _ = writeln!(text, "  help: {help}");
    }
    text
}

/// Findings, with the files that they speak of.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The findings, in the order they were met.
    pub list: Vec<Finding>,
    /// The files.
    pub sources: Sources,
}

impl Findings {
    /// Whether any is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// All of them as a user sees them, a blank line between two. What holds of many places is said once.
    #[must_use]
    pub fn render(&self) -> String {
        let mut said: IndexMap<_, Vec<&Finding>> = IndexMap::new();
        for (index, finding) in self.list.iter().enumerate() {
            let Finding { code, severity, message, help, .. } = finding;
            // What has other places beside its own stands alone.
            let alone = (!finding.also.is_empty()).then_some(index);
            said.entry((code, severity, message, help, alone)).or_default().push(finding);
        }
        let rendered: Vec<_> = said.values().map(|alike| render(alike, &self.sources)).collect();
        rendered.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn at(pointer: &str) -> Origin {
        Origin { file: FileId::ROOT, pointer: pointer.to_owned() }
    }

    #[test]
    fn what_holds_of_many_places_is_said_once() {
        let alike = |pointer| Finding::warning("odd", at(pointer), "is odd").help("don't");
        let list = vec![
            alike("/a"),
            Finding::note("odd", at("/b"), "is odd"),
            alike("/c"),
            alike("/d").also(at("/e")),
        ];
        let text = Findings { list, sources: Sources::default() }.render();
        let places: Vec<Vec<&str>> = text
            .split("\n\n")
            .map(|group| group.lines().filter_map(|line| line.split("(#").nth(1)).collect())
            .collect();
        assert_eq!(places, [vec!["/a)", "/c)"], vec!["/b)"], vec!["/d)", "/e)"]], "{text}");
    }
}
