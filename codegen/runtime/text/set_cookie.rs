//! The header field `Set-Cookie`, whose values can't be joined to one: dates in them have commas (RFC 9110 §5.3,
//! RFC 6265 §3). Each item of a list has a line of its own, as has each member of an object; so has each line of a text.

use std::borrow::Cow;

use serde::Serialize;

use super::split::gather;
use super::write::{Parts, Unwritable, json, plain, take_apart};
use super::{Fault, Form, Raw};

/// Whether this is the name of the field.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("set-cookie")
}

/// The lines of a value.
///
/// # Errors
/// Where it has no JSON form.
pub fn write<T: Serialize + ?Sized>(value: &T, form: Form) -> Result<Vec<String>, Unwritable> {
    if form.is_json() {
        return Ok(vec![json(value)?]);
    }
    Ok(match take_apart(value)? {
        Parts::Nothing => Vec::new(),
        Parts::Text(text) => text.lines().map(str::to_owned).collect(),
        Parts::List(items) => items,
        Parts::Members(members) => {
            members.into_iter().map(|(name, value)| format!("{name}={}", plain(value))).collect()
        }
    })
}

/// What lines say, of which there is one at least.
///
/// # Errors
/// Where one of an object isn't `name=value`.
pub fn read<'a>(lines: &[&'a str], form: Form) -> Result<Raw<'a>, Fault> {
    match form {
        Form::List(..) => Ok(Raw::List(lines.iter().copied().map(Cow::Borrowed).collect())),
        Form::Object(..) | Form::Spread(_) => {
            let pair = |line: &&'a str| {
                let (name, value) = line.split_once('=').ok_or(Fault::Style)?;
                Ok((Cow::Borrowed(name), Cow::Borrowed(value)))
            };
            Ok(gather(lines.iter().map(pair))?.unwrap_or(Raw::Members(Vec::new())))
        }
        Form::Json | Form::JsonItems => Ok(Raw::Json(lines.join("\n").into())),
        Form::Text(_) | Form::TextOrJson => Ok(Raw::Text(lines.join("\n").into())),
    }
}
