//! Value → text: what a client puts into paths, queries, header fields and cookies.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::{Form, Style};

/// Everything but what RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reserved characters stay, but for those that would end the value: `#`, `&` and `+`.
const RESERVED_STAYS: &AsciiSet = &ESCAPED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Why a value can't be written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable(String);

impl Unwritable {
    pub(super) fn new(message: String) -> Self {
        Self(message)
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwritable {}

/// A value taken apart for a style: null is nothing at all.
pub(super) enum Parts {
    Nothing,
    Text(String),
    List(Vec<String>),
    Members(Vec<(String, Value)>),
}

pub(super) fn take_apart<T: Serialize + ?Sized>(value: &T) -> Result<Parts, Unwritable> {
    let value = serde_json::to_value(value).map_err(|error| Unwritable(error.to_string()))?;
    Ok(match value {
        Value::Null => Parts::Nothing,
        Value::Array(items) => Parts::List(items.into_iter().map(plain).collect()),
        Value::Object(members) => Parts::Members(members.into_iter().collect()),
        scalar => Parts::Text(plain(scalar)),
    })
}

/// A single value without quotes; what is deeper than that stays JSON.
pub(super) fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Unwritable> {
    serde_json::to_string(value).map_err(|error| Unwritable(error.to_string()))
}

/// Each item of a list as JSON.
fn json_items<T: Serialize + ?Sized>(value: &T) -> Result<Vec<String>, Unwritable> {
    let items = serde_json::to_value(value).map_err(|error| Unwritable(error.to_string()))?;
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(items.iter().map(Value::to_string).collect())
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A value as the texts of parts: one, or one for each item of a list; none for null.
///
/// # Errors
/// Where the value has no JSON form.
pub fn texts<T: Serialize + ?Sized>(value: &T, form: Form) -> Result<Vec<String>, Unwritable> {
    match form {
        Form::Json => return json(value).map(|text| vec![text]),
        Form::JsonItems => return json_items(value),
        Form::Text(_) | Form::List(..) | Form::Object(..) => {}
        Form::Spread(_) | Form::TextOrJson => {}
    }
    Ok(match take_apart(value)? {
        Parts::Nothing => Vec::new(),
        Parts::Text(text) => vec![text],
        Parts::List(items) => items,
        Parts::Members(members) => vec![Value::Object(members.into_iter().collect()).to_string()],
    })
}

/// A single value as the text of a body; null is empty.
///
/// # Errors
/// Where the value has no JSON form.
pub fn value<T: Serialize + ?Sized>(value: &T) -> Result<String, Unwritable> {
    let value = serde_json::to_value(value).map_err(|error| Unwritable(error.to_string()))?;
    Ok(if value.is_null() { String::new() } else { plain(value) })
}

/// The value of a header field, in the style `simple`; `None` for null.
///
/// # Errors
/// Where the value has no JSON form, or where a part of it would be read as several, since nothing is encoded there.
pub fn header<T: Serialize + ?Sized>(value: &T, form: Form) -> Result<Option<String>, Unwritable> {
    let explode = match form {
        Form::Json | Form::JsonItems => return json(value).map(Some),
        Form::Text(_) | Form::Spread(_) | Form::TextOrJson => false,
        Form::List(_, explode) | Form::Object(_, explode) => explode,
    };
    Ok(match take_apart(value)? {
        Parts::Nothing => None,
        Parts::Text(text) => Some(text),
        Parts::List(items) => {
            check_parts(&items, ',')?;
            if items.iter().any(|item| item.trim().is_empty()) {
                let message = "a part is empty, and empty parts of a header field are none";
                return Err(Unwritable(message.to_owned()));
            }
            Some(items.join(","))
        }
        Parts::Members(members) => {
            check_members(&members, ',')?;
            if explode && members.iter().any(|(name, _)| name.contains('=')) {
                return Err(divided('='));
            }
            Some(flat(members, if explode { "=" } else { "," }, ",", |t| t))
        }
    })
}

/// An object as HTML forms have it: `a=1&b=2`, but for the members that have a form of their own.
///
/// # Errors
/// Where the value has no JSON form.
pub fn form<T: Serialize + ?Sized>(
    value: &T,
    members: &'static [(&'static str, Form)],
) -> Result<String, Unwritable> {
    let mut pairs = Pairs::default();
    pairs.spread(value, members, false)?;
    Ok(pairs.into_text())
}

/// A path parameter, percent-encoded.
///
/// # Errors
/// Where the value has no text: it is null, empty, or `.` or `..`, which no URL can say. Or where it would be read as
/// something else: dots divide the parts of an exploded `label`, and percent-encoded ones are the same (RFC 3986 §6.2.2.2).
pub fn path<T: Serialize + ?Sized>(
    name: &str,
    form: Form,
    value: &T,
) -> Result<String, Unwritable> {
    let (style, explode) = match form {
        Form::Json | Form::JsonItems => return Ok(escape(&json(value)?)),
        Form::Text(style) => (style, false),
        Form::List(style, explode) | Form::Object(style, explode) => (style, explode),
        Form::Spread(_) | Form::TextOrJson => (Style::Simple, true),
    };
    let parts = take_apart(value)?;
    if let Parts::List(items) = &parts
        && !explode
    {
        check_told(items)?;
    }
    let text = match style {
        Style::Label if explode && has_dots(&parts) => {
            let message = format!(
                "the path parameter {name} has a part with a dot, and dots divide its parts"
            );
            return Err(Unwritable(message));
        }
        Style::Label => label(parts, explode),
        Style::Matrix => matrix(name, parts, explode),
        _ => simple(parts, explode),
    };
    match text.as_str() {
        "" => Err(Unwritable(format!("the path parameter {name} is empty"))),
        "." | ".." => Err(Unwritable(format!("the path parameter {name} is {text:?}"))),
        _ => Ok(text),
    }
}

/// That no part of several has what divides them.
fn check_parts(parts: &[String], delimiter: char) -> Result<(), Unwritable> {
    match parts.iter().any(|part| part.contains(delimiter)) {
        true => Err(divided(delimiter)),
        false => Ok(()),
    }
}

fn check_members(members: &[(String, Value)], delimiter: char) -> Result<(), Unwritable> {
    let parts = members.iter().flat_map(|(name, value)| [name.clone(), plain(value.clone())]);
    check_parts(&parts.collect::<Vec<_>>(), delimiter)
}

/// That a list is told from one of nothing, where its items are one text.
pub(super) fn check_told(items: &[String]) -> Result<(), Unwritable> {
    match items {
        [only] if only.is_empty() => {
            Err(Unwritable("a list of one empty text is written like one of nothing".to_owned()))
        }
        _ => Ok(()),
    }
}

/// That no name of a `deepObject` has the brackets that stand around names: encoded, they are no others.
fn check_names(members: &[(String, Value)]) -> Result<(), Unwritable> {
    members.iter().try_for_each(|(name, value)| check_name(name, value))
}

fn check_name(name: &str, value: &Value) -> Result<(), Unwritable> {
    if let Some(bracket) = name.chars().find(|c| matches!(c, '[' | ']')) {
        return Err(divided(bracket));
    }
    let members = value.as_object().into_iter().flatten();
    members.into_iter().try_for_each(|(name, value)| check_name(name, value))
}

fn divided(delimiter: char) -> Unwritable {
    Unwritable(format!("a part has {delimiter:?}, which divides the parts of such a value"))
}

fn simple(parts: Parts, explode: bool) -> String {
    match parts {
        Parts::Nothing => String::new(),
        Parts::Text(text) => escape(&text),
        Parts::List(items) => joined(&items, ","),
        Parts::Members(members) => {
            flat(members, if explode { "=" } else { "," }, ",", |text| escape(&text))
        }
    }
}

/// Whether one of several parts has a dot.
fn has_dots(parts: &Parts) -> bool {
    match parts {
        Parts::Nothing | Parts::Text(_) => false,
        Parts::List(items) => items.iter().any(|item| item.contains('.')),
        Parts::Members(members) => members
            .iter()
            .any(|(name, value)| name.contains('.') || plain(value.clone()).contains('.')),
    }
}

fn label(parts: Parts, explode: bool) -> String {
    let separator = if explode { "." } else { "," };
    match parts {
        Parts::Nothing => String::new(),
        Parts::Text(text) => format!(".{}", escape(&text)),
        Parts::List(items) => format!(".{}", joined(&items, separator)),
        Parts::Members(members) => {
            let between = if explode { "=" } else { "," };
            format!(".{}", flat(members, between, separator, |text| escape(&text)))
        }
    }
}

fn matrix(name: &str, parts: Parts, explode: bool) -> String {
    match parts {
        Parts::Nothing => String::new(),
        Parts::Text(text) => format!(";{name}={}", escape(&text)),
        Parts::List(items) if explode => {
            items.iter().map(|item| format!(";{name}={}", escape(item))).collect()
        }
        Parts::List(items) => format!(";{name}={}", joined(&items, ",")),
        Parts::Members(members) if explode => {
            format!(";{}", flat(members, "=", ";", |text| escape(&text)))
        }
        Parts::Members(members) => {
            format!(";{name}={}", flat(members, ",", ",", |text| escape(&text)))
        }
    }
}

fn joined(items: &[String], separator: &str) -> String {
    items.iter().map(|item| escape(item)).collect::<Vec<_>>().join(separator)
}

fn flat(
    members: Vec<(String, Value)>,
    between: &str,
    separator: &str,
    escape: impl Fn(String) -> String,
) -> String {
    let pair = |(name, value): (String, Value)| {
        format!("{}{between}{}", escape(name), escape(plain(value)))
    };
    members.into_iter().map(pair).collect::<Vec<_>>().join(separator)
}

/// What divides the parts of these styles is percent-encoded itself, so that one within a part can't be told from it (OAS
/// 3.1.1, appendix E.3).
fn check_encoded(
    style: Style,
    check: impl Fn(char) -> Result<(), Unwritable>,
) -> Result<(), Unwritable> {
    match style {
        Style::SpaceDelimited => check(' '),
        Style::PipeDelimited => check('|'),
        _ => Ok(()),
    }
}

/// A query or form in the making: `a=1&b=2`.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    text: String,
}

impl Pairs {
    /// The text, without a leading `?`.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// Makes a text all of it; null makes it nothing.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn replace<T: Serialize + ?Sized>(
        &mut self,
        form: Form,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.text = texts(value, form)?.iter().map(|text| escape(text)).collect();
        Ok(())
    }

    /// Adds a parameter; null and empty lists add nothing.
    ///
    /// # Errors
    /// Where the value has no JSON form, or where a part of it would be read as several.
    pub fn add<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        form: Form,
        allow_reserved: bool,
        value: &T,
    ) -> Result<(), Unwritable> {
        let set = if allow_reserved { RESERVED_STAYS } else { ESCAPED };
        let (style, explode) = match form {
            Form::Json => {
                self.push(name, &json(value)?, set);
                return Ok(());
            }
            Form::JsonItems => {
                json_items(value)?.iter().for_each(|item| self.push(name, item, set));
                return Ok(());
            }
            Form::Spread(spread) => return self.spread(value, spread.members, allow_reserved),
            Form::TextOrJson => return self.text_or_json(name, value, set),
            Form::Text(style) => (style, true),
            Form::List(style, explode) | Form::Object(style, explode) => (style, explode),
        };
        match take_apart(value)? {
            Parts::Nothing => {}
            Parts::Text(text) => self.push(name, &text, set),
            Parts::List(items) if explode => {
                items.iter().for_each(|item| self.push(name, item, set));
            }
            Parts::List(items) => {
                check_encoded(style, |delimiter| check_parts(&items, delimiter))?;
                check_told(&items)?;
                self.push_list(name, &items, style, set);
            }
            Parts::Members(members) => {
                if style == Style::DeepObject {
                    check_names(&members)?;
                } else if !explode {
                    check_encoded(style, |delimiter| check_members(&members, delimiter))?;
                }
                self.push_members(name, members, style, explode, set);
            }
        }
        Ok(())
    }

    fn text_or_json<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
        set: &'static AsciiSet,
    ) -> Result<(), Unwritable> {
        let value = serde_json::to_value(value).map_err(|error| Unwritable(error.to_string()))?;
        if !value.is_null() {
            self.push(name, &plain(value), set);
        }
        Ok(())
    }

    /// Adds the members of an object, each in its form.
    fn spread<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        forms: &'static [(&'static str, Form)],
        allow_reserved: bool,
    ) -> Result<(), Unwritable> {
        let Parts::Members(members) = take_apart(value)? else { return Ok(()) };
        for (name, value) in members {
            match forms.iter().find(|(formed, _)| *formed == name) {
                Some((_, form)) => self.add(&name, *form, allow_reserved, &value)?,
                None => {
                    let set = if allow_reserved { RESERVED_STAYS } else { ESCAPED };
                    self.push_members("", vec![(name, value)], Style::Form, true, set);
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, name: &str, value: &str, set: &'static AsciiSet) {
        self.push_encoded(name, &utf8_percent_encode(value, set).to_string());
    }

    fn push_encoded(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(&escape(name));
        self.text.push('=');
        self.text.push_str(value);
    }

    fn push_list(&mut self, name: &str, items: &[String], style: Style, set: &'static AsciiSet) {
        if items.is_empty() {
            return;
        }
        let separator = match style {
            Style::SpaceDelimited => "%20",
            Style::PipeDelimited => "%7C",
            _ => ",",
        };
        let encode = |item: &String| {
            // A separator within an item is always escaped, or the item would fall apart.
            let text = utf8_percent_encode(item, set).to_string();
            text.replace(',', "%2C")
        };
        let text = items.iter().map(encode).collect::<Vec<_>>().join(separator);
        self.push_encoded(name, &text);
    }

    fn push_members(
        &mut self,
        name: &str,
        members: Vec<(String, Value)>,
        style: Style,
        explode: bool,
        set: &'static AsciiSet,
    ) {
        if style == Style::DeepObject {
            for (member, value) in members {
                self.push_deep(&format!("{name}[{member}]"), value, set);
            }
        } else if explode {
            for (member, value) in members {
                match value {
                    Value::Null => {}
                    Value::Array(items) => {
                        items.into_iter().for_each(|item| self.push(&member, &plain(item), set));
                    }
                    value => self.push(&member, &plain(value), set),
                }
            }
        } else if !members.is_empty() {
            let separator = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            let text = flat(members, separator, separator, |text| escape(&text));
            self.push_encoded(name, &text);
        }
    }

    fn push_deep(&mut self, name: &str, value: Value, set: &'static AsciiSet) {
        match value {
            Value::Null => {}
            Value::Array(items) => {
                items.into_iter().for_each(|item| self.push(name, &plain(item), set));
            }
            Value::Object(members) => {
                for (member, value) in members {
                    self.push_deep(&format!("{name}[{member}]"), value, set);
                }
            }
            value => self.push(name, &plain(value), set),
        }
    }
}
