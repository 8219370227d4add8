//! A path taken apart, and the values in it as their style has them.

use crate::text::read::decode;
use crate::text::split::{gather, take_apart};
use crate::text::{Fault, Form, Raw, Style};

/// Where in a path a parameter stands.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// The segment, counted from the first slash.
    pub segment: usize,
    /// The text before, between and behind the parameters of the segment, percent-encoded; empty where the segment is
    /// one parameter.
    pub literals: &'static [&'static str],
    /// Which of the segment's parameters it is.
    pub index: usize,
}

impl Piece {
    /// A parameter that is a whole segment.
    #[must_use]
    pub const fn whole(segment: usize) -> Self {
        Self { segment, literals: &[], index: 0 }
    }

    pub(super) fn find<'p>(&self, path: &'p str) -> Option<&'p str> {
        let text = path.strip_prefix('/').unwrap_or(path).split('/').nth(self.segment)?;
        let (first, between, last) = match self.literals {
            [] => return Some(text),
            [only] => return is_same(text, only).then_some(text),
            [first, between @ .., last] => (first, between, last),
        };
        let mut text = text.strip_prefix(first)?.strip_suffix(last)?;
        // From the end, so that of `{name}.{format}` the name may have dots of its own.
        for (index, literal) in between.iter().enumerate().rev() {
            let (before, value) = text.rsplit_once(literal)?;
            if index + 1 == self.index {
                return Some(value);
            }
            text = before;
        }
        (self.index == 0).then_some(text)
    }
}

/// Whether two texts are the same to a URL: what is encoded may be so in several ways (RFC 3986 §6.2.2).
fn is_same(one: &str, other: &str) -> bool {
    one == other || decode(one).is_ok_and(|one| decode(other).is_ok_and(|other| one == other))
}

/// Takes the text of a path parameter apart.
pub(super) fn read<'p>(text: &'p str, name: &str, form: Form) -> Result<Raw<'p>, Fault> {
    match form {
        Form::Text(Style::Label) => Ok(Raw::Text(decode(label(text)?)?)),
        Form::Text(Style::Matrix) => Ok(Raw::Text(decode(matrix(text, name)?)?)),
        Form::List(Style::Label, explode) => {
            let separator = if explode { '.' } else { ',' };
            let items = label(text)?.split(separator).map(decode);
            Ok(Raw::List(items.collect::<Result<_, _>>()?))
        }
        Form::List(Style::Matrix, true) => {
            let items = pairs(text, ';')?.into_iter().map(|pair| decode(pair.1));
            Ok(Raw::List(items.collect::<Result<_, _>>()?))
        }
        Form::Object(style @ (Style::Label | Style::Matrix), true) => {
            let separator = if style == Style::Label { '.' } else { ';' };
            let members = pairs(text, separator)?.into_iter();
            let decoded = members.map(|(name, value)| Ok((decode(name)?, decode(value)?)));
            Ok(gather(decoded)?.unwrap_or(Raw::Members(Vec::new())))
        }
        Form::List(Style::Matrix, false) | Form::Object(Style::Matrix, false) => {
            take_apart(matrix(text, name)?, form, decode)
        }
        Form::Object(Style::Label, false) => take_apart(label(text)?, form, decode),
        _ => take_apart(text, form, decode),
    }
}

fn label(text: &str) -> Result<&str, Fault> {
    text.strip_prefix('.').ok_or(Fault::Style)
}

fn matrix<'p>(text: &'p str, name: &str) -> Result<&'p str, Fault> {
    let rest = text.strip_prefix(';').and_then(|rest| rest.strip_prefix(name));
    rest.and_then(|rest| rest.strip_prefix('=')).ok_or(Fault::Style)
}

/// `.a=1.b=2` or `;a=1;b=2`
fn pairs(text: &str, separator: char) -> Result<Vec<(&str, &str)>, Fault> {
    let rest = text.strip_prefix(separator).ok_or(Fault::Style)?;
    rest.split(separator).map(|pair| pair.split_once('=').ok_or(Fault::Style)).collect()
}
