//! What a violation of the contract is, and how violations are gathered.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::text::Form;

/// How many violations are kept of one value: a client that makes more mistakes fixes these first, and nobody can
/// make a server write a megabyte of complaints.
const KEPT: usize = 64;

/// How often each part of a value is looked at, on average, to find out which alternatives it is of.
const TRIES: usize = 256;

/// One way in which a value violates the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, from the outside in.
    pub location: Vec<Segment>,
    /// What is wrong, for programs.
    pub code: Code,
    /// What is wrong, for people: `must have at most 60 characters`.
    pub message: Cow<'static, str>,
}

impl Violation {
    /// The JSON pointer (RFC 6901) of the location.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.location {
            pointer.push('/');
            match segment {
                Segment::Name(name) => {
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"))
                }
                Segment::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.location.is_empty() {
            return f.write_str(&self.message);
        }
        for (depth, segment) in self.location.iter().enumerate() {
            match segment {
                Segment::Name(name) if depth == 0 => f.write_str(name)?,
                Segment::Name(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, " {}", self.message)
    }
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// The member of this name.
    Name(Cow<'static, str>),
    /// The item at this index, from 0.
    Index(usize),
}

impl From<&'static str> for Segment {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl From<String> for Segment {
    fn from(name: String) -> Self {
        Self::Name(Cow::Owned(name))
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The kinds of violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// Something required isn't there.
    Missing,
    /// Something that may not be there is.
    Unexpected,
    /// The value is of another type.
    WrongType,
    /// The text is not what the format asks for.
    InvalidFormat,
    /// The value is none of those listed.
    NotListed,
    /// The value fits none of the alternatives.
    NoAlternative,
    /// The text is too short.
    TooShort,
    /// The text is too long.
    TooLong,
    /// The text doesn't match the pattern.
    PatternMismatch,
    /// The number is too small.
    TooSmall,
    /// The number is too large.
    TooLarge,
    /// The number is not a multiple.
    NotMultiple,
    /// There are too few items.
    TooFewItems,
    /// There are too many items.
    TooManyItems,
    /// Two items are equal.
    DuplicateItems,
    /// There are too few members.
    TooFewMembers,
    /// There are too many members.
    TooManyMembers,
    /// Something is given more than once.
    Repeated,
}

impl Code {
    /// In snake case: `string_too_long`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::WrongType => "wrong_type",
            Self::InvalidFormat => "invalid_format",
            Self::NotListed => "not_listed",
            Self::NoAlternative => "no_alternative",
            Self::TooShort => "string_too_short",
            Self::TooLong => "string_too_long",
            Self::PatternMismatch => "pattern_mismatch",
            Self::TooSmall => "number_too_small",
            Self::TooLarge => "number_too_large",
            Self::NotMultiple => "not_a_multiple",
            Self::TooFewItems => "too_few_items",
            Self::TooManyItems => "too_many_items",
            Self::DuplicateItems => "duplicate_items",
            Self::TooFewMembers => "too_few_members",
            Self::TooManyMembers => "too_many_members",
            Self::Repeated => "repeated",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How closely a value is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Types, rules and listed values: for what a server is sent.
    Strict,
    /// Types alone: for what a client is sent, which is better read than refused.
    Lenient,
}

/// What was found wrong with a value so far, and where in the value we are.
#[derive(Debug, Clone)]
pub struct Report {
    path: Vec<Segment>,
    violations: Vec<Violation>,
    strictness: Strictness,
    is_text: bool,
    json: Option<JsonMembers>,
    passed_over: usize,
    /// Whether nobody asks what is wrong, only whether something is.
    is_attempt: bool,
    /// What may still be spent on trying alternatives within the value that we are at.
    work: Option<usize>,
}

/// The members that are JSON, of an object that isn't; and how many steps lead to that object.
type JsonMembers = (usize, &'static [(&'static str, Form)]);

impl Report {
    /// Nothing found yet.
    #[must_use]
    pub fn new(strictness: Strictness) -> Self {
        Self {
            path: Vec::new(),
            violations: Vec::new(),
            strictness,
            is_text: false,
            json: None,
            passed_over: 0,
            is_attempt: false,
            work: None,
        }
    }

    /// Nothing found yet in a value that is written as plain text (a parameter), where `5` and `true` are strings.
    #[must_use]
    pub fn of_text(strictness: Strictness) -> Self {
        Self { is_text: true, ..Self::new(strictness) }
    }

    /// Whether rules are looked at.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.strictness == Strictness::Strict
    }

    /// Whether the value that we are at is written as plain text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.is_text && !self.is_in_json()
    }

    /// Looks at an object that is written as text, but for the members whose form is JSON: there a number is a number again.
    pub fn with_json<R>(
        &mut self,
        members: &'static [(&'static str, Form)],
        visit: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = self.json.replace((self.path.len(), members));
        let result = visit(self);
        self.json = outer;
        result
    }

    fn is_in_json(&self) -> bool {
        let Some((depth, members)) = self.json else { return false };
        let Some(Segment::Name(at)) = self.path.get(depth) else { return false };
        members.iter().any(|(name, form)| at == name && form.is_json())
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// Counts members that nobody reads.
    pub fn pass_over(&mut self, members: usize) {
        self.passed_over += members;
    }

    /// How many members nobody read.
    #[must_use]
    pub fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// Steps into a member or item, and out again.
    pub fn within<R>(
        &mut self,
        segment: impl Into<Segment>,
        visit: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.path.push(segment.into());
        let result = visit(self);
        self.path.pop();
        result
    }

    /// Notes a violation of the value that we are at.
    pub fn add(&mut self, code: Code, message: impl Into<Cow<'static, str>>) {
        if self.violations.len() < KEPT {
            let location = self.path.clone();
            self.violations.push(Violation { location, code, message: message.into() });
        }
    }

    /// Notes violations that were found in a report of the same value.
    pub fn append(&mut self, violations: Vec<Violation>) {
        let room = KEPT.saturating_sub(self.violations.len());
        self.violations.extend(violations.into_iter().take(room).map(|mut violation| {
            violation.location.splice(0..0, self.path.iter().cloned());
            violation
        }));
    }

    /// A report of its own for the value that we are at, to try whether it fits.
    #[must_use]
    pub fn fork(&self, strictness: Strictness) -> Self {
        let left = |(depth, members): JsonMembers| {
            depth.checked_sub(self.path.len()).map(|depth| (depth, members))
        };
        let Self { is_attempt, work, .. } = *self;
        let (is_text, json) = (self.is_text(), self.json.and_then(left));
        Self { is_text, json, is_attempt, work, ..Self::new(strictness) }
    }

    /// The same, where nobody asks what is wrong.
    pub(super) fn attempt(&self, strictness: Strictness) -> Self {
        Self { is_attempt: true, ..self.fork(strictness) }
    }

    /// Whether this is an attempt that has failed: what is left of the value needn't be looked at.
    pub(super) fn has_failed(&self) -> bool {
        self.is_attempt && !self.is_empty()
    }

    /// Looks at a value whose alternatives are tried, and those of values within it. What that may cost grows with the
    /// size of the whole, however often alternatives contain one another.
    pub(super) fn trying<R>(&mut self, value: &Value, look: impl FnOnce(&mut Self) -> R) -> R {
        if self.work.is_some() {
            return look(self);
        }
        self.work = Some(TRIES * size(value));
        let result = look(self);
        self.work = None;
        result
    }

    /// Spends what it takes to look at a value once more; `false` where nothing is left.
    pub(super) fn spend(&mut self, value: &Value) -> bool {
        let left = self.work.unwrap_or_default().checked_sub(size(value));
        self.work = Some(left.unwrap_or_default());
        left.is_some()
    }

    /// Counts what was spent in a report of the same value.
    pub(super) fn count(&mut self, other: &Self) {
        self.work = other.work;
    }

    /// What was found.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// What was found.
    #[must_use]
    pub fn into_violations(self) -> Vec<Violation> {
        self.violations
    }
}

/// How many values there are in one, itself among them.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 1,
        Value::Object(members) => members.values().map(size).sum::<usize>() + 1,
        _ => 1,
    }
}
