//! Regular expressions, compiled when they are first needed.

use std::sync::OnceLock;

use regex::Regex;

/// The pattern of a contract.
#[derive(Debug)]
pub struct Pattern {
    written: &'static str,
    regex: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern as the contract writes it, and as the `regex` crate does.
    #[must_use]
    pub const fn new(written: &'static str, regex: &'static str) -> Self {
        Self { written, regex, compiled: OnceLock::new() }
    }

    /// As the contract writes it.
    #[must_use]
    pub fn written(&self) -> &'static str {
        self.written
    }

    /// Whether it matches somewhere in the text.
    ///
    /// The generator has compiled each pattern; should one fail here all the same, it refuses nothing.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(self.regex).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}
