//! Credentials as they stand in a request. Whether they are good is for the implementor to say.

use http::header::{AUTHORIZATION, COOKIE};

use super::{Context, Reason};
use crate::text::query::Query;

/// The token of `Authorization: Bearer …`.
///
/// # Errors
/// [`Reason::MissingCredentials`] where there is no such header, [`Reason::InvalidCredentials`] where it has no token.
pub fn bearer(context: &Context) -> Result<String, Reason> {
    authorization(context, "bearer")
}

/// Name and password of `Authorization: Basic …` (RFC 7617).
///
/// # Errors
/// [`Reason::MissingCredentials`] where there is no such header, [`Reason::InvalidCredentials`] where it can't be read.
pub fn basic(context: &Context) -> Result<(String, String), Reason> {
    let encoded = authorization(context, "basic")?;
    let decoded = decode_base64(encoded.as_bytes()).ok_or(Reason::InvalidCredentials)?;
    let text = String::from_utf8(decoded).map_err(|_| Reason::InvalidCredentials)?;
    let (name, password) = text.split_once(':').ok_or(Reason::InvalidCredentials)?;
    Ok((name.to_owned(), password.to_owned()))
}

/// What follows the scheme in the `Authorization` header; the scheme in any letter case (RFC 9110 §11.1).
///
/// # Errors
/// [`Reason::MissingCredentials`] where there is no such header, [`Reason::InvalidCredentials`] where nothing follows.
pub fn authorization(context: &Context, scheme: &str) -> Result<String, Reason> {
    let mut values = context.headers().get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Reason::MissingCredentials)?;
    if values.next().is_some() {
        return Err(Reason::InvalidCredentials);
    }
    let value = value.to_str().map_err(|_| Reason::InvalidCredentials)?;
    let (name, rest) = value.split_once(' ').unwrap_or((value, ""));
    if !name.eq_ignore_ascii_case(scheme) {
        return Err(Reason::MissingCredentials);
    }
    let rest = rest.trim();
    if rest.is_empty() { Err(Reason::InvalidCredentials) } else { Ok(rest.to_owned()) }
}

/// An API key in a header field.
///
/// # Errors
/// [`Reason::MissingCredentials`] where there is none, [`Reason::InvalidCredentials`] where there are several or it is no text.
pub fn api_key_header(context: &Context, name: &str) -> Result<String, Reason> {
    let mut values = context.headers().get_all(name).iter();
    let value = values.next().ok_or(Reason::MissingCredentials)?;
    match (value.to_str(), values.next()) {
        (Ok(key), None) if !key.is_empty() => Ok(key.to_owned()),
        _ => Err(Reason::InvalidCredentials),
    }
}

/// An API key in the query.
///
/// # Errors
/// [`Reason::MissingCredentials`] where there is none, [`Reason::InvalidCredentials`] where there are several or it is no text.
pub fn api_key_query(context: &Context, name: &str) -> Result<String, Reason> {
    let query = Query::parse(context.uri().query().unwrap_or_default());
    let mut values = query.values(name);
    let value = values.next().ok_or(Reason::MissingCredentials)?;
    match (value, values.next()) {
        (Ok(key), None) if !key.is_empty() => Ok(key.into_owned()),
        _ => Err(Reason::InvalidCredentials),
    }
}

/// An API key in a cookie, as it was given: whether escapes in it are undone is for who knows what it is.
///
/// # Errors
/// [`Reason::MissingCredentials`] where there is none, [`Reason::InvalidCredentials`] where it is empty.
pub fn api_key_cookie(context: &Context, name: &str) -> Result<String, Reason> {
    let mut found = pairs(context).filter(|(found, _)| *found == name);
    let (_, value) = found.next().ok_or(Reason::MissingCredentials)?;
    if value.is_empty() { Err(Reason::InvalidCredentials) } else { Ok(value.to_owned()) }
}

/// Names and values of all cookies, as sent but for quotes around them.
pub(super) fn cookies(context: &Context) -> impl Iterator<Item = (&str, &str)> {
    pairs(context).map(|(name, value)| {
        (name, value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
    })
}

/// Names and values of all cookies, as sent. Those of others on the same site may hold any bytes: what is no text is none
/// of ours.
fn pairs(context: &Context) -> impl Iterator<Item = (&str, &str)> {
    let fields = context.headers().get_all(COOKIE).iter();
    let pairs = fields.flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
}

/// Base64 as RFC 4648 §4 has it, with or without padding.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1);
    if text.len() - end > 2 {
        return None;
    }
    let mut decoded = Vec::with_capacity(end / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in &text[..end] {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    // One character alone holds less than a byte.
    (count < 6).then_some(decoded)
}
