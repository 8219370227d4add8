//! What reading, linting or generating has to say about a document.

use std::fmt::Write as _;

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
        let mut text = format!("{}[{}]: {}\n", self.severity.as_str(), self.code, self.message);
        let _ = writeln!(text, "  --> {}  (#{})", sources.describe(&self.at), self.at.pointer);
        for origin in &self.also {
            let _ = writeln!(text, "  also: {}  (#{})", sources.describe(origin), origin.pointer);
        }
        if let Some(help) = &self.help {
            let _ = writeln!(text, "  help: {help}");
        }
        text
    }
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

    /// All of them as a user sees them, a blank line between two.
    #[must_use]
    pub fn render(&self) -> String {
        let rendered: Vec<_> =
            self.list.iter().map(|finding| finding.render(&self.sources)).collect();
        rendered.join("\n")
    }
}
