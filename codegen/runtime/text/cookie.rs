//! Cookies, of style `form` (percent-encoded) and of style `cookie` (as they are: OAS 3.2 §4.12.3, RFC 6265 §4.1.1).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::read::decode;
use super::split::{gather, plain, take_apart};
use super::write::{self, Pairs, Parts, Unwritable};
use super::{Fault, Form, Raw, Spread, Style};

/// The style of a form, and whether items and members are pairs of their own.
fn style(form: Form) -> Option<(Style, bool)> {
    match form {
        Form::Text(style) => Some((style, false)),
        Form::List(style, explode) | Form::Object(style, explode) => Some((style, explode)),
        Form::Spread(_) => Some((Style::Cookie, true)),
        Form::Json | Form::JsonItems | Form::TextOrJson => None,
    }
}

/// The value of a parameter among the pairs of a request. What comes twice is the first: clients put that of the longest
/// path there (RFC 6265 §5.4). `declared` are the names that an object which has spread its members doesn't own.
///
/// # Errors
/// Where it isn't written as it should be.
pub fn find<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    name: &str,
    form: Form,
    declared: &[&str],
) -> Result<Option<Raw<'a>>, Fault> {
    let mut own = pairs.filter(|(found, _)| match (form, style(form)) {
        (Form::Spread(Spread { own: Some(own), .. }), _) => own.contains(found),
        (Form::Object(..) | Form::Spread(_), Some((Style::Cookie, true))) => {
            !declared.contains(found)
        }
        (_, Some((Style::Cookie, _))) => *found == name,
        _ => decode(found).is_ok_and(|found| found == name),
    });
    match (form, style(form)) {
        (Form::List(..), Some((Style::Cookie, true))) => {
            let items: Vec<_> = own.map(|(_, value)| Cow::Borrowed(value)).collect();
            Ok((!items.is_empty()).then_some(Raw::List(items)))
        }
        (Form::Object(..) | Form::Spread(_), Some((Style::Cookie, true))) => {
            gather(own.map(|(name, value)| Ok((Cow::Borrowed(name), Cow::Borrowed(value)))))
        }
        (_, Some((Style::Cookie, _))) => {
            own.next().map(|(_, value)| take_apart(value, form, plain)).transpose()
        }
        _ => own.next().map(|(_, value)| take_apart(value, form, decode)).transpose(),
    }
}

/// A parameter as pairs with `; ` between them; null and empty lists are none.
///
/// # Errors
/// Where the value has no JSON form, or a cookie can't hold it as it is.
pub fn write<T: Serialize + ?Sized>(
    name: &str,
    form: Form,
    value: &T,
) -> Result<String, Unwritable> {
    let explode = match (form, style(form)) {
        (_, Some((Style::Cookie, explode))) => explode,
        // OAS 3.0.3 doesn't say how a cookie of style `form` spreads over several pairs, so it never does.
        (Form::List(..), _) => return escaped(name, Form::List(Style::Form, false), value),
        (Form::Object(..), _) => return escaped(name, Form::Object(Style::Form, false), value),
        _ => return escaped(name, form, value),
    };
    let own = |text| vec![(name.to_owned(), text)];
    let pairs = match write::take_apart(value)? {
        Parts::Nothing => Vec::new(),
        Parts::Text(text) => own(vec![text]),
        Parts::List(items) if explode => {
            items.into_iter().flat_map(|item| own(vec![item])).collect()
        }
        Parts::List(items) if items.is_empty() => Vec::new(),
        Parts::List(items) => {
            write::check_told(&items)?;
            own(items)
        }
        Parts::Members(members) if explode => members.into_iter().flat_map(spread).collect(),
        Parts::Members(members) => {
            let flat = members.into_iter().flat_map(|(name, value)| [name, write::plain(value)]);
            own(flat.collect())
        }
    };
    let pairs = pairs.iter().map(|(name, items)| {
        let is_held = is_token(name) && items.iter().all(|item| item.bytes().all(is_octet));
        let pair = is_held.then(|| format!("{name}={}", items.join(",")));
        pair.ok_or_else(|| Unwritable::new(format!("the cookie {name} can't have this value")))
    });
    Ok(pairs.collect::<Result<Vec<_>, _>>()?.join("; "))
}

/// A pair whose value is as it has been given: what a server has set it sees again so (RFC 6265 §5.4), escapes too.
///
/// # Errors
/// Where name or value would end before their end, or the field can't hold them.
pub fn as_given(name: &str, value: &str) -> Result<String, Unwritable> {
    let is_whole = value.trim() == value && !value.contains(|c: char| c == ';' || c.is_control());
    let pair = (is_token(name) && is_whole).then(|| format!("{name}={value}"));
    pair.ok_or_else(|| Unwritable::new(format!("the cookie {name} can't have this value")))
}

fn escaped<T: Serialize + ?Sized>(name: &str, form: Form, value: &T) -> Result<String, Unwritable> {
    let mut pair = Pairs::default();
    pair.add(name, form, false, value)?;
    Ok(pair.into_text())
}

/// A member as pairs of its own: one for each item, where it is a list.
fn spread((name, value): (String, Value)) -> Vec<(String, Vec<String>)> {
    let values = match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        value => vec![value],
    };
    values.into_iter().map(|value| (name.clone(), vec![write::plain(value)])).collect()
}

/// Whether this may be a cookie's name (RFC 9110 §5.6.2).
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether a cookie's value may have this in it (RFC 6265 §4.1.1).
fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}
