//! Paths as they stand in URLs (RFC 3986): what is literal in a template goes over the wire percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use spec::model::PathPart;

/// All but what `pchar` lets stand for itself (RFC 3986 §3.3); and a query, which has a finding of its own, stays one.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'?');

/// A literal as a URL has it. What is encoded in the template stays so, its digits in the usual letter case.
pub(super) fn encoded(literal: &str) -> String {
    let mut text = String::new();
    for (at, rest) in literal.split('%').enumerate() {
        let digits = rest.get(..2).filter(|two| two.bytes().all(|sign| sign.is_ascii_hexdigit()));
        let rest = match digits.filter(|_| at > 0) {
            Some(digits) => {
                text.extend(["%", &digits.to_ascii_uppercase()]);
                &rest[2..]
            }
            None => {
                text.push_str(if at > 0 { "%25" } else { "" });
                rest
            }
        };
        text.extend(utf8_percent_encode(rest, ENCODED));
    }
    text
}

/// The text before, between and behind the parameters of a segment, encoded.
pub(super) fn literals(segment: &[PathPart]) -> Vec<String> {
    let mut literals = vec![String::new()];
    for part in segment {
        match part {
            PathPart::Literal(text) => {
                if let Some(last) = literals.last_mut() {
                    last.push_str(&encoded(text));
                }
            }
            PathPart::Parameter(_) => literals.push(String::new()),
        }
    }
    literals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_cannot_have_is_encoded_once() {
        for (literal, expected) in [
            ("größe", "gr%C3%B6%C3%9Fe"),
            ("my files", "my%20files"),
            ("caf%c3%a9", "caf%C3%A9"),
            ("100%", "100%25"),
            ("%%4", "%25%254"),
            ("%é", "%25%C3%A9"),
            ("a#c?d=e", "a%23c?d=e"),
            (":a*b@c;d=e,f", ":a*b@c;d=e,f"),
            ("", ""),
        ] {
            assert_eq!(encoded(literal), expected, "{literal}");
        }
    }
}
