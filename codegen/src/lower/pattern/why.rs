//! Why a pattern isn't checked.

use std::fmt;

/// What is in the way of a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`
    LookAround,
    /// `\1`, `\k<name>`
    BackReference,
    /// `\B`, which would be between the bytes of a character.
    NoBoundary,
    /// Half of a surrogate pair: a text in UTF-8 has none.
    Surrogate,
    /// The automaton would be larger than this many bytes.
    TooLarge(usize),
    /// What ECMA 262 gives no meaning to.
    Meaningless(String),
    /// What `regex` says of it.
    Malformed(String),
}

impl Why {
    /// What `regex` says of a pattern that it can't compile.
    pub(super) fn of(error: &regex::Error) -> Self {
        match error {
            regex::Error::CompiledTooBig(limit) => Self::TooLarge(*limit),
            // The last line is the reason; those before it draw the place.
            other => {
                let text = other.to_string();
                let line = text.lines().last().unwrap_or_default().trim();
                Self::Malformed(line.trim_start_matches("error: ").to_owned())
            }
        }
    }

    /// What to do about it.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::LookAround | Self::BackReference | Self::NoBoundary => {
                "Rust's `regex` takes a time that grows with the text alone, and has none of these: say it without"
            }
            Self::Surrogate => "write the whole character: `\\u{1F600}`",
            Self::TooLarge(_) => "repeat less, or say the length with `maxLength`",
            Self::Meaningless(_) | Self::Malformed(_) => {
                "patterns are regular expressions of ECMA 262 (OAS 3.0.3 §4.7.24, JSON Schema validation §6.3.3)"
            }
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LookAround => f.write_str("it looks ahead or behind"),
            Self::BackReference => f.write_str("it refers back to what a group has matched"),
            Self::NoBoundary => f.write_str("it asks for what is no end of a word (`\\B`)"),
            Self::Surrogate => {
                f.write_str("it has half of a surrogate pair, which no text in UTF-8 has")
            }
            Self::TooLarge(limit) => write!(f, "compiled, it takes more than {} MiB", limit >> 20),
            Self::Meaningless(what) => write!(f, "`{what}` means nothing in ECMA 262"),
            Self::Malformed(why) => write!(f, "it is no regular expression: {why}"),
        }
    }
}
