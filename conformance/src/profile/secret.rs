//! Text that nothing shows.

use std::fmt;

/// Shorter texts turn up by chance, so that they can't be looked for.
const SEARCHABLE: usize = 4;

/// A text that `Debug` and messages don't show; whoever sends it asks for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is long enough to be told from other text.
    #[must_use]
    pub fn is_searchable(&self) -> bool {
        self.0.len() >= SEARCHABLE
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
