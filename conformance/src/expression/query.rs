//! What is asked of one value in another language than that of expressions: regular expressions, JSONPath, JSON
//! pointers (Arazzo 1.1 §4.6.11 to §4.6.13), and paths, as no document can.

use std::fmt;
use std::str::FromStr;

use jsonpath_rust::JsonPath;
use jsonpath_rust::parser::parse_json_path;
use percent_encoding::percent_decode_str;
use regex::Regex;
use serde_json::Value;
use spec::model::ANY_SEGMENT;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, UtcOffset};

use super::{Context, Expression, ExpressionError, Unresolved, value_text};

/// A language in which something is asked of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// A regular expression, which has to match somewhere in the text of the value.
    Regex,
    /// JSONPath (RFC 9535).
    JsonPath,
    /// A JSON pointer (RFC 6901).
    JsonPointer,
    /// The shape of a path (`/pets/{}`), which the path of a URL has to end with: what its last segment is.
    PathShape,
    /// A number of seconds: the moment that is so much later.
    SecondsLater,
    /// An offset from UTC (`+05:30`): the same moment, written at that.
    AtOffset,
}

impl Language {
    /// Why a text is none of the language, if so.
    #[must_use]
    pub fn wrong(self, text: &str) -> Option<String> {
        match self {
            Self::Regex => Regex::new(text).err().map(|error| error.to_string()),
            Self::JsonPath => parse_json_path(text).err().map(|error| error.to_string()),
            Self::JsonPointer => (!text.is_empty() && !text.starts_with('/'))
                .then(|| "a JSON pointer is empty or begins with `/`".to_owned()),
            Self::PathShape | Self::SecondsLater | Self::AtOffset => None,
        }
    }

    /// What a text of the language finds in a value.
    fn find(self, text: &str, value: &Value) -> Vec<Value> {
        match self {
            Self::Regex => {
                let whole = value_text(value).unwrap_or_else(|| value.to_string());
                let found = Regex::new(text).is_ok_and(|regex| regex.is_match(&whole));
                found.then(|| Value::from(whole)).into_iter().collect()
            }
            Self::JsonPath => value.query(text).unwrap_or_default().into_iter().cloned().collect(),
            Self::JsonPointer => value.pointer(text).cloned().into_iter().collect(),
            Self::PathShape => {
                let last = value.as_str().and_then(|url| last_segment(url, text));
                last.map(Value::from).into_iter().collect()
            }
            Self::SecondsLater => seconds_later(value, text).into_iter().collect(),
            Self::AtOffset => moment_at(value, text).into_iter().collect(),
        }
    }
}

/// The moment, or the day, that is so many seconds later.
pub(crate) fn seconds_later(moment: &Value, seconds: &str) -> Option<Value> {
    let seconds = Duration::seconds(seconds.parse().ok()?);
    let day = time::macros::format_description!("[year]-[month]-[day]");
    if let Some(date) = moment.as_str().and_then(|text| Date::parse(text, day).ok()) {
        let later = date.checked_add(seconds)?;
        return later.format(day).ok().map(Value::from);
    }
    let later = super::moment(moment)?.checked_add(seconds)?;
    later.format(&Rfc3339).ok().map(Value::from)
}

/// The same moment (RFC 3339), written at an offset from UTC: `+05:30`.
pub(crate) fn moment_at(moment: &Value, offset: &str) -> Option<Value> {
    let format = time::macros::format_description!("[offset_hour sign:mandatory]:[offset_minute]");
    let offset = UtcOffset::parse(offset, format).ok()?;
    let moved = super::moment(moment)?.checked_to_offset(offset)?;
    moved.format(&Rfc3339).ok().map(Value::from)
}

/// The last segment of a URL's path, if the path ends as a shape does.
fn last_segment(url: &str, shape: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    let mut segments = path.rsplit('/');
    let mut wanted = shape.trim_matches('/').rsplit('/');
    let last = segments.next().filter(|last| !last.is_empty())?;
    wanted.next()?;
    let is_alike = wanted.all(|wanted| match segments.next() {
        Some(segment) => wanted == ANY_SEGMENT || wanted == segment,
        None => false,
    });
    is_alike.then(|| percent_decode_str(last).decode_utf8_lossy().into_owned())
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Regex => "regular expression",
            Self::JsonPath => "JSONPath",
            Self::JsonPointer => "JSON pointer",
            Self::PathShape => "path",
            Self::SecondsLater => "seconds later:",
            Self::AtOffset => "at the offset",
        })
    }
}

/// A text with expressions in braces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(pub Vec<Piece>);

/// A part of a [`Pattern`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// As it stands.
    Literal(String),
    /// The value of an expression.
    Hole(Expression),
}

impl Pattern {
    /// The text, where it has no holes.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with its holes filled: what has no form as text by its JSON.
    fn fill(&self, context: &Context<'_>) -> Result<String, Unresolved> {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => filled.push_str(text),
                Piece::Hole(expression) => {
                    let value = expression.value(context)?;
                    filled.push_str(&value_text(&value).unwrap_or_else(|| value.to_string()));
                }
            }
        }
        Ok(filled)
    }

    fn holes(&self) -> impl Iterator<Item = &Expression> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole(expression) => Some(expression),
            Piece::Literal(_) => None,
        })
    }

    fn holes_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        self.0.iter_mut().filter_map(|piece| match piece {
            Piece::Hole(expression) => Some(expression),
            Piece::Literal(_) => None,
        })
    }
}

impl FromStr for Pattern {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{$") {
            let Some((inner, after)) = behind.split_once('}') else { break };
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.to_owned()));
            }
            pieces.push(Piece::Hole(format!("${inner}").parse()?));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Ok(Self(pieces))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(text) => f.write_str(text),
            Piece::Hole(expression) => write!(f, "{{{expression}}}"),
        })
    }
}

/// A condition on one value: it holds where the pattern finds something in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Query {
    /// The value.
    pub context: Expression,
    /// What is asked.
    pub pattern: Pattern,
    /// The language of the pattern.
    pub language: Language,
}

impl Query {
    /// Whether it holds. Of null nothing does, nor does what is none of its language.
    ///
    /// # Errors
    /// The first expression that has no value here.
    pub(super) fn holds(&self, context: &Context<'_>) -> Result<bool, Unresolved> {
        let (value, text) = (self.context.value(context)?, self.pattern.fill(context)?);
        Ok(!value.is_null() && !self.language.find(&text, &value).is_empty())
    }

    pub(super) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        [&self.context].into_iter().chain(self.pattern.holes())
    }

    pub(super) fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        [&mut self.context].into_iter().chain(self.pattern.holes_mut())
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} finds {} in {}", self.language, self.pattern, self.context)
    }
}

/// A value that is picked out of another one: a selector.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selection {
    /// The other one.
    pub context: Expression,
    /// What is picked.
    pub selector: String,
    /// The language of the selector.
    pub language: Language,
}

impl Selection {
    /// What is picked: one value as it is, several as an array.
    pub(super) fn value(&self, context: &Context<'_>) -> Result<Value, Unresolved> {
        let mut found = self.language.find(&self.selector, &self.context.value(context)?);
        match found.len() {
            0 => Err(Unresolved {
                expression: self.to_string(),
                reason: "the selector finds nothing",
            }),
            1 => Ok(found.swap_remove(0)),
            _ => Ok(Value::Array(found)),
        }
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of {}", self.language, self.selector, self.context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_moved() {
        let moment = Value::from("2041-12-31T23:30:00Z");
        assert_eq!(seconds_later(&moment, "1800"), Some("2042-01-01T00:00:00Z".into()));
        assert_eq!(seconds_later(&moment, "-60"), Some("2041-12-31T23:29:00Z".into()));
        assert_eq!(seconds_later(&moment, "soon"), None);
    }

    #[test]
    fn the_last_segment_of_a_path_of_this_shape() {
        let shape = "/pets/{}/photos/{}";
        let found = |url| last_segment(url, shape);
        assert_eq!(found("/api/pets/1/photos/a%20b").as_deref(), Some("a b"));
        assert_eq!(found("https://a.example/pets/1/photos/2/?x=/3#4").as_deref(), Some("2"));
        for other in ["/pets/1/photos", "/pets/1/photos/", "photos/2", "", "/"] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
