//! One text → the items or members that its style has put into it.

use std::borrow::Cow;

use super::{Fault, Form, Raw, Style};

/// Members in the order of their first mention; one that comes again becomes a list. `None` where there are none.
///
/// # Errors
/// That of the first pair that has one.
pub fn gather<'a>(
    pairs: impl Iterator<Item = Result<(Cow<'a, str>, Cow<'a, str>), Fault>>,
) -> Result<Option<Raw<'a>>, Fault> {
    let mut members: Vec<(Cow<'a, str>, Raw<'a>)> = Vec::new();
    for pair in pairs {
        let (name, value) = pair?;
        let Some((_, known)) = members.iter_mut().find(|(known, _)| *known == name) else {
            members.push((name, Raw::Text(value)));
            continue;
        };
        match known {
            Raw::Text(first) => *known = Raw::List(vec![std::mem::take(first), value]),
            Raw::List(items) => items.push(value),
            Raw::Json(_) | Raw::Members(_) => return Err(Fault::Repeated),
        }
    }
    Ok((!members.is_empty()).then_some(Raw::Members(members)))
}

/// How what stands between the delimiters becomes text.
pub type Decode = for<'a> fn(&'a str) -> Result<Cow<'a, str>, Fault>;

/// Takes one text apart: the delimiters of the style as sent, what is between them decoded.
///
/// # Errors
/// Where the text isn't written in its style, or can't be decoded.
pub fn take_apart(text: &str, form: Form, decode: Decode) -> Result<Raw<'_>, Fault> {
    match form {
        Form::Text(_) | Form::Spread(_) => Ok(Raw::Text(decode(text)?)),
        Form::Json | Form::JsonItems => Ok(Raw::Json(decode(text)?)),
        Form::TextOrJson => Ok(Raw::text_or_json(decode(text)?)),
        Form::List(style, _) => {
            if text.is_empty() {
                return Ok(Raw::List(Vec::new()));
            }
            let items = split(text, style).into_iter().map(decode);
            Ok(Raw::List(items.collect::<Result<_, _>>()?))
        }
        Form::Object(style, explode) => {
            let items = split(text, style);
            let pairs: Vec<(&str, &str)> = if explode {
                items
                    .iter()
                    .map(|item| item.split_once('=').ok_or(Fault::Style))
                    .collect::<Result<_, _>>()?
            } else {
                let pairs = items.chunks(2).map(|pair| match pair {
                    [name, value] => Ok((*name, *value)),
                    _ => Err(Fault::Style),
                });
                pairs.collect::<Result<_, _>>()?
            };
            let decoded =
                pairs.into_iter().map(|(name, value)| Ok((decode(name)?, decode(value)?)));
            Ok(gather(decoded)?.unwrap_or(Raw::Members(Vec::new())))
        }
    }
}

/// Takes a header field apart, whose fields of one name have been joined. Empty items of a list are none (RFC 9110 §5.6.1.2).
///
/// # Errors
/// Those of [`take_apart`].
pub fn take_field_apart(text: &str, form: Form) -> Result<Raw<'_>, Fault> {
    let mut raw = take_apart(text, form, plain)?;
    if let Raw::List(items) = &mut raw {
        items.retain(|item| !item.is_empty());
    }
    Ok(raw)
}

fn split(text: &str, style: Style) -> Vec<&str> {
    match style {
        Style::SpaceDelimited => {
            text.split("%20").flat_map(|part| part.split(['+', ' '])).collect()
        }
        Style::PipeDelimited => text
            .split("%7C")
            .flat_map(|part| part.split("%7c"))
            .flat_map(|part| part.split('|'))
            .collect(),
        _ => text.split(',').collect(),
    }
}

/// Text that is not encoded at all, as in header fields.
///
/// # Errors
/// Never; so that it is a [`Decode`].
pub fn plain(text: &str) -> Result<Cow<'_, str>, Fault> {
    Ok(Cow::Borrowed(text.trim()))
}
