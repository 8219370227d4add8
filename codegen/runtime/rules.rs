//! The rules that values keep beyond being of their type: JSON Schema's validation keywords.

use super::pattern::Pattern;
use super::text_format::TextFormat;
use super::validation::{Code, Report};

/// What the values in one place must keep. A rule speaks only of values that it makes sense for.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    min_length: Option<usize>,
    max_length: Option<usize>,
    pattern: Option<&'static Pattern>,
    format: Option<TextFormat>,
    minimum: Option<Bound>,
    maximum: Option<Bound>,
    multiple_of: Option<Number>,
    min_items: Option<usize>,
    max_items: Option<usize>,
    unique_items: bool,
    min_properties: Option<usize>,
    max_properties: Option<usize>,
    items: Option<&'static Rules>,
    also: Option<&'static Rules>,
}

/// No rules: what most members have, so it is written once.
pub const NONE: &Rules = &Rules::NONE;

/// A number of a contract.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// A whole number.
    Integer(i128),
    /// Any other.
    Float(f64),
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    value: Number,
    exclusive: bool,
}

/// A method for each format: tables name them without importing anything.
macro_rules! formats {
    ($($name:ident: $format:ident,)+) => {$(
        #[doc = concat!("The text must be of the format [`", stringify!($format), "`](TextFormat).")]
        #[must_use]
        pub const fn $name(self) -> Self {
            Self { format: Some(TextFormat::$format), ..self }
        }
    )+};
}

impl Rules {
    /// No rules.
    pub const NONE: Self = Self {
        min_length: None,
        max_length: None,
        pattern: None,
        format: None,
        minimum: None,
        maximum: None,
        multiple_of: None,
        min_items: None,
        max_items: None,
        unique_items: false,
        min_properties: None,
        max_properties: None,
        items: None,
        also: None,
    };

    /// Code points, at least.
    #[must_use]
    pub const fn min_length(self, length: usize) -> Self {
        Self { min_length: Some(length), ..self }
    }

    /// Code points, at most.
    #[must_use]
    pub const fn max_length(self, length: usize) -> Self {
        Self { max_length: Some(length), ..self }
    }

    /// What must match somewhere in the text.
    #[must_use]
    pub const fn pattern(self, pattern: &'static Pattern) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    formats! {
        email: Email,
        idn_email: IdnEmail,
        hostname: Hostname,
        ipv4: Ipv4,
        ipv6: Ipv6,
        iri: Iri,
        time: Time,
        duration: Duration,
        base64: Base64,
        base64_url: Base64Url,
        base32: Base32,
        base16: Base16,
    }

    /// The least number.
    #[must_use]
    pub const fn minimum(self, value: i128) -> Self {
        self.least(Number::Integer(value), false)
    }

    /// The least number.
    #[must_use]
    pub const fn minimum_float(self, value: f64) -> Self {
        self.least(Number::Float(value), false)
    }

    /// The number that all are greater than.
    #[must_use]
    pub const fn above(self, value: i128) -> Self {
        self.least(Number::Integer(value), true)
    }

    /// The number that all are greater than.
    #[must_use]
    pub const fn above_float(self, value: f64) -> Self {
        self.least(Number::Float(value), true)
    }

    /// The greatest number.
    #[must_use]
    pub const fn maximum(self, value: i128) -> Self {
        self.greatest(Number::Integer(value), false)
    }

    /// The greatest number.
    #[must_use]
    pub const fn maximum_float(self, value: f64) -> Self {
        self.greatest(Number::Float(value), false)
    }

    /// The number that all are less than.
    #[must_use]
    pub const fn below(self, value: i128) -> Self {
        self.greatest(Number::Integer(value), true)
    }

    /// The number that all are less than.
    #[must_use]
    pub const fn below_float(self, value: f64) -> Self {
        self.greatest(Number::Float(value), true)
    }

    const fn least(self, value: Number, exclusive: bool) -> Self {
        Self { minimum: Some(Bound { value, exclusive }), ..self }
    }

    const fn greatest(self, value: Number, exclusive: bool) -> Self {
        Self { maximum: Some(Bound { value, exclusive }), ..self }
    }

    /// What a number is a multiple of.
    #[must_use]
    pub const fn multiple_of(self, value: i128) -> Self {
        Self { multiple_of: Some(Number::Integer(value)), ..self }
    }

    /// What a number is a multiple of.
    #[must_use]
    pub const fn multiple_of_float(self, value: f64) -> Self {
        Self { multiple_of: Some(Number::Float(value)), ..self }
    }

    /// Items, at least.
    #[must_use]
    pub const fn min_items(self, count: usize) -> Self {
        Self { min_items: Some(count), ..self }
    }

    /// Items, at most.
    #[must_use]
    pub const fn max_items(self, count: usize) -> Self {
        Self { max_items: Some(count), ..self }
    }

    /// No two items are equal.
    #[must_use]
    pub const fn unique_items(self) -> Self {
        Self { unique_items: true, ..self }
    }

    /// Members, at least.
    #[must_use]
    pub const fn min_properties(self, count: usize) -> Self {
        Self { min_properties: Some(count), ..self }
    }

    /// Members, at most.
    #[must_use]
    pub const fn max_properties(self, count: usize) -> Self {
        Self { max_properties: Some(count), ..self }
    }

    /// What each item of an array, or each value of a map, keeps.
    #[must_use]
    pub const fn items(self, rules: &'static Self) -> Self {
        Self { items: Some(rules), ..self }
    }

    /// What a text keeps as well: a rule that is among these already can be said again.
    #[must_use]
    pub const fn also(self, rules: &'static Self) -> Self {
        Self { also: Some(rules), ..self }
    }

    /// The rules of an item, or of a value of a map.
    #[must_use]
    pub fn of_items(&self) -> &Self {
        self.items.unwrap_or(&Self::NONE)
    }

    /// Whether equal items are a violation.
    #[must_use]
    pub fn wants_unique_items(&self) -> bool {
        self.unique_items
    }

    /// Looks at a text.
    pub fn check_text(&self, text: &str, report: &mut Report) {
        if !report.is_strict() {
            return;
        }
        if self.min_length.is_some() || self.max_length.is_some() {
            self.check_length(text, report);
        }
        if let Some(pattern) = self.pattern
            && !pattern.matches(text)
        {
            let message = format!("must match the pattern {}", pattern.written());
            report.add(Code::PatternMismatch, message);
        }
        if let Some(format) = self.format.filter(|format| !format.is_of(text)) {
            report.add(Code::InvalidFormat, format.expected());
        }
        if let Some(also) = self.also {
            also.check_text(text, report);
        }
    }

    fn check_length(&self, text: &str, report: &mut Report) {
        let length = text.chars().count();
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            let message = format!("must have at least {}", counted(least, "character"));
            report.add(Code::TooShort, message);
        }
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            let message = format!("must have at most {}", counted(most, "character"));
            report.add(Code::TooLong, message);
        }
    }

    /// Looks at a number.
    pub fn check_number(&self, number: Number, report: &mut Report) {
        if !report.is_strict() {
            return;
        }
        if let Some(bound) = self.minimum
            && !(number.greater_than(bound.value) || number.equals(bound.value) && !bound.exclusive)
        {
            let words = if bound.exclusive { "greater than" } else { "at least" };
            report.add(Code::TooSmall, format!("must be {words} {}", bound.value));
        }
        if let Some(bound) = self.maximum
            && !(bound.value.greater_than(number) || number.equals(bound.value) && !bound.exclusive)
        {
            let words = if bound.exclusive { "less than" } else { "at most" };
            report.add(Code::TooLarge, format!("must be {words} {}", bound.value));
        }
        if let Some(step) = self.multiple_of.filter(|step| !number.is_multiple_of(*step)) {
            report.add(Code::NotMultiple, format!("must be a multiple of {step}"));
        }
    }

    /// Looks at the number of items.
    pub fn check_items(&self, count: usize, report: &mut Report) {
        if !report.is_strict() {
            return;
        }
        if let Some(least) = self.min_items.filter(|least| count < *least) {
            let message = format!("must have at least {}", counted(least, "item"));
            report.add(Code::TooFewItems, message);
        }
        if let Some(most) = self.max_items.filter(|most| count > *most) {
            let message = format!("must have at most {}", counted(most, "item"));
            report.add(Code::TooManyItems, message);
        }
    }

    /// Looks at the number of members.
    pub fn check_members(&self, count: usize, report: &mut Report) {
        if !report.is_strict() {
            return;
        }
        if let Some(least) = self.min_properties.filter(|least| count < *least) {
            let message = format!("must have at least {}", counted(least, "member"));
            report.add(Code::TooFewMembers, message);
        }
        if let Some(most) = self.max_properties.filter(|most| count > *most) {
            let message = format!("must have at most {}", counted(most, "member"));
            report.add(Code::TooManyMembers, message);
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[expect(clippy::cast_precision_loss, reason = "whole numbers are compared as such")]
impl Number {
    fn as_f64(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// A whole number as an integer: no digit of it is lost where it is compared with one.
    #[expect(clippy::cast_possible_truncation, reason = "the value is whole and within 128 bits")]
    fn exact(self) -> Self {
        match self {
            Self::Float(value) if value.fract() == 0.0 && value.abs() < 1e38 => {
                Self::Integer(value as i128)
            }
            other => other,
        }
    }

    fn greater_than(self, other: Self) -> bool {
        match (self.exact(), other.exact()) {
            (Self::Integer(this), Self::Integer(other)) => this > other,
            _ => self.as_f64() > other.as_f64(),
        }
    }

    #[expect(clippy::float_cmp, reason = "a bound is the number itself, not one near it")]
    fn equals(self, other: Self) -> bool {
        match (self.exact(), other.exact()) {
            (Self::Integer(this), Self::Integer(other)) => this == other,
            _ => self.as_f64() == other.as_f64(),
        }
    }

    fn is_multiple_of(self, step: Self) -> bool {
        match (self.exact(), step.exact()) {
            (_, Self::Integer(0)) => true,
            (Self::Integer(this), Self::Integer(step)) => this % step == 0,
            _ => {
                // 0.3 is a multiple of 0.1, which binary fractions alone would deny.
                let quotient = self.as_f64() / step.as_f64();
                !quotient.is_finite()
                    || (quotient - quotient.round()).abs() <= quotient.abs() * 1e-12
            }
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
        }
    }
}
