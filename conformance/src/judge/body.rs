//! Bodies.

use serde_json::Value;
use spec::model::Records;

use super::{Fault, Judged, Subject, shorten};

/// How many violations of one body are told.
const MOST: usize = 10;

/// The body as JSON, or why it is none.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8 from byte {} on", error.valid_up_to()))?;
    // RFC 8259 §8.2: a lone surrogate is within the grammar, though no text can have it.
    let mended = |error: serde_json::Error| salvage(bytes).ok_or_else(|| error.to_string());
    serde_json::from_str(text).or_else(mended)
}

/// What can still be read of a body that is nearly JSON: bytes that are no UTF-8 and escapes of lone surrogates become
/// U+FFFD. For what a target made to be found and deleted, whatever it echoes.
pub(super) fn salvage(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    let (mut mended, mut rest) = (String::new(), text.as_ref());
    while let Some(at) = rest.find('\\') {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_high = |code| (0xd800..0xdc00).contains(&code);
        let is_low = |code| (0xdc00..0xe000).contains(&code);
        let follows = rest.get(ESCAPE..).and_then(escaped);
        let (taken, put) = match escaped(rest) {
            Some(high) if is_high(high) && follows.is_some_and(is_low) => (2 * ESCAPE, None),
            Some(code) if is_high(code) || is_low(code) => (ESCAPE, Some("\\ufffd")),
            Some(_) => (ESCAPE, None),
            // A backslash escapes what is next to it, be it another one.
            None => (1 + rest[1..].chars().next().map_or(0, char::len_utf8), None),
        };
        mended.push_str(put.unwrap_or(&rest[..taken]));
        rest = &rest[taken..];
    }
    mended.push_str(rest);
    serde_json::from_str(&mended).ok()
}

/// The length of `\uXXXX`.
const ESCAPE: usize = 6;

/// The code unit that a text begins with, escaped (RFC 8259 §7).
fn escaped(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

pub(super) fn absent(subject: &Subject<'_>) -> Judged {
    let documented = subject.documented?;
    if !documented.content.is_empty() || subject.is_probe_beside() {
        return None;
    }
    let body = &subject.response.body;
    if body.is_empty() {
        return Some(Vec::new());
    }
    let fault = Fault::new("the answer has a body, though none is documented")
        .expected("no body")
        .got(shorten(&String::from_utf8_lossy(body)))
        .at(&documented.origin);
    Some(vec![fault])
}

pub(super) fn present(subject: &Subject<'_>) -> Judged {
    let documented = subject.documented?;
    if documented.content.is_empty() || !subject.may_have_body() || subject.is_probe_beside() {
        return None;
    }
    // No records at all are lines as well, and no events a stream of them; but a table has a first line to name its columns.
    let is_lines = subject.media_type.is_some_and(|one| {
        one.records() == Some(Records::Json) || one.name.starts_with("text/event-stream")
    });
    if !subject.response.body.is_empty() || is_lines {
        return Some(Vec::new());
    }
    let names: Vec<_> = documented.content.keys().map(String::as_str).collect();
    let fault = Fault::new("the answer has no body, though one is documented")
        .expected(format!("a body of {}", names.join(" or ")))
        .got("no body")
        .at(&documented.origin.child("content"));
    Some(vec![fault])
}

/// Content that is declared as JSON, by the answer and by the contract, is JSON.
pub(super) fn is_json(subject: &Subject<'_>) -> Judged {
    let media_type = subject.media_type?;
    if !is_declared_json(subject) || subject.response.body.is_empty() {
        return None;
    }
    let Err(reason) = subject.json() else { return Some(Vec::new()) };
    let fault = Fault::new(format!("the body is not JSON: {reason}"))
        .expected("JSON in UTF-8")
        .got(shorten(&String::from_utf8_lossy(&subject.response.body)))
        .at(&media_type.origin);
    Some(vec![fault])
}

/// JSON is held against its schema, and so is text whose schema is about a string.
pub(super) fn matches(subject: &Subject<'_>) -> Judged {
    if subject.is_probe_beside() {
        return None;
    }
    let media_type = subject.media_type?;
    let schema = media_type.schema?;
    let text;
    let value = if is_declared_json(subject) {
        subject.json().ok()?
    } else if super::schema::is_text(subject.judge.contract, media_type) {
        text = Value::from(std::str::from_utf8(&subject.response.body).ok()?);
        &text
    } else {
        return None;
    };
    let mut faults = subject.judge.schemas.faults(schema, value, MOST + 1);
    if faults.len() > MOST {
        faults.truncate(MOST);
        faults.push(Fault::new("and more violations of the schema"));
    }
    Some(faults)
}

/// RFC 9457 §3.1.2: the `status` of a problem is that of the answer.
pub(super) fn problem_status(subject: &Subject<'_>) -> Judged {
    let declared = subject.response.header("content-type").map(super::essence)?;
    if declared != "application/problem+json" {
        return None;
    }
    let told = subject.json().ok()?.get("status").filter(|told| told.is_number())?;
    if told.as_f64() == Some(f64::from(subject.status())) {
        return Some(Vec::new());
    }
    // A schema that lists the one status has told it already.
    let is_status = |fault: &Fault| fault.pointer.as_deref() == Some("/status");
    if matches(subject).is_some_and(|faults| faults.iter().any(is_status)) {
        return None;
    }
    let message = "`status` of a problem is the status of the answer (RFC 9457 §3.1.2)";
    let fault = Fault::new(message).expected(subject.status().to_string()).got(told.to_string());
    let fault = Fault { pointer: Some("/status".to_owned()), ..fault };
    Some(vec![match subject.documented {
        Some(documented) => fault.at(&documented.origin),
        None => fault.at(&subject.operation.origin),
    }])
}

fn is_declared_json(subject: &Subject<'_>) -> bool {
    let declared = subject.response.header("content-type").map(super::essence);
    declared.is_some_and(|essence| {
        essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_are_kept() {
        let read = |text: &str| salvage(text.as_bytes());
        let kept = read(r#"["\ud800", "\ud840\udc00", "\udc00\ud840", "\\ud800", "é\n"]"#);
        let expected =
            serde_json::json!(["\u{fffd}", "\u{20000}", "\u{fffd}\u{fffd}", "\\ud800", "é\n"]);
        assert_eq!(kept, Some(expected));
        for text in ["\\", "\\u", "\\ud8", "\"\\é", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
