//! Integers beyond 64 bits, which are doubles once they are read, as with most readers (RFC 8259 §6).

use std::fmt;

use serde_json::{Number, Value};

use super::{Document, pointer_of};
use crate::{FileId, Finding, Origin, Sources};

/// A warning for each integer of a document that is another one once it is read.
pub(crate) fn rounded(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, value) in (0..).map(FileId).zip(&document.files) {
        walk(value, &mut Vec::new(), &mut |way, number| {
            let steps: Vec<String> = way.iter().map(ToString::to_string).collect();
            let origin = Origin { file, pointer: pointer_of(steps.iter()) };
            findings.extend(rounding(number, origin, &document.sources));
        });
    }
    findings
}

/// A step of the way from the root: nothing is written down before something is found.
enum Step<'v> {
    Member(&'v str),
    Item(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => f.write_str(name),
            Self::Item(at) => at.fmt(f),
        }
    }
}

fn walk<'v>(value: &'v Value, way: &mut Vec<Step<'v>>, found: &mut impl FnMut(&[Step<'v>], f64)) {
    let mut within = |step, value| {
        way.push(step);
        walk(value, way, found);
        way.pop();
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| within(Step::Item(at), item));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| within(Step::Member(name), member));
        }
        Value::Number(number) => {
            if let Some(number) = beyond_64_bits(number) {
                found(way, number);
            }
        }
        _ => {}
    }
}

fn beyond_64_bits(number: &Number) -> Option<f64> {
    // 2^63, from which on a double is no integer of 64 bits with a sign.
    const FIRST: f64 = 9_223_372_036_854_775_808.0;
    number.as_f64().filter(|value| number.is_f64() && value.abs() >= FIRST)
}

/// None where it isn't written as an integer, or is that very one.
fn rounding(value: f64, origin: Origin, sources: &Sources) -> Option<Finding> {
    let position = sources.position(&origin)?;
    let line = sources.line(&origin, position.line)?;
    let digits = digits(&line[line.char_indices().nth(position.column - 1)?.0..])?;
    let read = format!("{:.0}", value.abs());
    if digits.trim_start_matches('0') == read {
        return None;
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let message = format!(
        "`{sign}{digits}` is read as {sign}{read}: beyond 64 bits integers are doubles, as with most readers (RFC 8259 §6)"
    );
    let help = "stay within 64 bits; where a double is meant, write it as one, such as `1e26`";
    Some(Finding::warning("rounded-integer", origin, message).help(help))
}

/// The digits of the integer that an item, or a member behind its key, is written as.
fn digits(text: &str) -> Option<&str> {
    let behind_key = text.split_once(':').map(|(_, value)| value);
    [Some(text), behind_key].into_iter().flatten().find_map(|text| {
        let text = text.trim_start().trim_start_matches(['-', '+']);
        let end = text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let is_whole = rest.is_empty() || rest.starts_with([' ', '\t', '\r', ',', ']', '}']);
        (is_whole && !digits.is_empty()).then_some(digits)
    })
}
