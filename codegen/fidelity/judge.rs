//! Sends values through the types and judges what comes back.
//!
//! A value that its schema admits must be read, strictly and leniently, keep every rule, and be written as what was
//! read; one that breaks a constraint must be refused by reading strictly, and by `Deserialize` or `validate()`. The
//! values stand beside this file in `values.jsonl`, one a line; those in a place that the generator had a finding
//! about say so (`excuse`), and are counted apart. What came of all of them is `fidelity.json` in the target folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead as _, BufReader};

use serde_json::Value;

use crate::api::runtime::json::{from_slice, validate};
use crate::api::runtime::{Json, Wire};

/// The way through a type: JSON to JSON, or why not.
pub(crate) type Trip = fn(&[u8]) -> Passage;

const STRICT: &str = "read strictly";
const LENIENT: &str = "deserialized";

/// What came of a value.
pub(crate) struct Passage {
    /// As servers read requests.
    strict: Result<Vec<u8>, String>,
    /// As `Deserialize` reads, and `validate()` then judges.
    lenient: Result<Vec<u8>, String>,
}

/// Reads a value as a type, and writes it again.
pub(crate) fn trip<T: Json>(text: &[u8]) -> Passage {
    Passage {
        strict: from_slice::<T>(text)
            .map_err(|error| error.to_string())
            .and_then(|it| written(&it)),
        lenient: serde_json::from_slice::<Wire<T>>(text)
            .map_err(|error| error.to_string())
            .and_then(|Wire(it)| valid(it))
            .and_then(|it| written(&it)),
    }
}

fn valid<T: Json>(value: T) -> Result<T, String> {
    let violations: Vec<_> = validate(&value).iter().map(ToString::to_string).collect();
    if violations.is_empty() { Ok(value) } else { Err(violations.join("; ")) }
}

fn written<T: Json>(value: &T) -> Result<Vec<u8>, String> {
    serde_json::to_vec(&Wire(value)).map_err(|error| format!("can't be written: {error}"))
}

/// A line of `values.jsonl`.
struct Case<'c> {
    ty: &'c str,
    keyword: &'c str,
    at: &'c str,
    value: &'c Value,
    is_valid: bool,
    /// The value without what the schema doesn't speak of.
    spoken: Option<&'c Value>,
    excuse: Option<&'c str>,
}

impl<'c> Case<'c> {
    fn of(line: &'c Value) -> Option<Self> {
        Some(Self {
            ty: line["type"].as_str()?,
            keyword: line["keyword"].as_str()?,
            at: line["at"].as_str()?,
            value: line.get("value")?,
            is_valid: line["valid"].as_bool()?,
            spoken: line.get("spoken"),
            excuse: line["excuse"].as_str(),
        })
    }

    /// What is wrong with what came of the value.
    fn fault(&self, passage: &Passage) -> Option<String> {
        let ways = [(STRICT, &passage.strict), (LENIENT, &passage.lenient)];
        ways.into_iter().find_map(|(way, result)| match result {
            Ok(text) if !(self.is_valid || way == LENIENT && self.is_dropped(text)) => {
                Some(format!("is not refused when {way}"))
            }
            Err(reason) if self.is_valid => Some(format!("is refused when {way}: {reason}")),
            Ok(text) if self.is_valid => self.difference(text),
            Ok(_) | Err(_) => None,
        })
    }

    /// Lenient readers drop members that are not allowed, and what is left may be valid.
    fn is_dropped(&self, text: &[u8]) -> bool {
        let back: Result<Value, _> = serde_json::from_slice(text);
        back.is_ok_and(|back| is_part(&back, self.value) && !is_same(&back, self.value))
    }

    fn difference(&self, text: &[u8]) -> Option<String> {
        let back: Value = match serde_json::from_slice(text) {
            Ok(back) => back,
            Err(error) => return Some(format!("is written as what is no JSON: {error}")),
        };
        let is_back = is_same(&back, self.value);
        let is_back = is_back || self.spoken.is_some_and(|spoken| is_same(&back, spoken));
        (!is_back).then(|| format!("comes back as {back}"))
    }
}

/// What came of all values.
#[derive(Default)]
struct Tally {
    types: BTreeSet<String>,
    values: usize,
    violations: usize,
    excused: usize,
    /// How often each finding excused a value.
    excuses: BTreeMap<String, usize>,
    mismatches: usize,
}

impl Tally {
    fn add(&mut self, case: &Case<'_>, fault: Option<String>) {
        if !self.types.contains(case.ty) {
            self.types.insert(case.ty.to_owned());
        }
        *(if case.is_valid { &mut self.values } else { &mut self.violations }) += 1;
        let Some(fault) = fault else { return };
        match case.excuse {
            Some(excuse) => {
                self.excused += 1;
                *self.excuses.entry(excuse.to_owned()).or_default() += 1;
            }
            None => {
                self.mismatches += 1;
                let Case { ty, keyword, at, value, .. } = case;
                eprintln!("mismatch: {ty} {keyword} {at}: {value} {fault}");
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = serde_json::json!({
            "types": self.types.len(),
            "values": self.values,
            "violations": self.violations,
            "excused": self.excused,
            "excuses": self.excuses,
            "mismatches": self.mismatches,
        });
        tally.fmt(f)
    }
}

/// Sends every value of a file through its type.
///
/// # Panics
/// Where a value is not treated as its schema has it, or there is no such file.
pub(crate) fn judge(types: &[(&str, Trip)], path: &str) {
    let types: BTreeMap<&str, Trip> = types.iter().copied().collect();
    let mut tally = Tally::default();
    for line in BufReader::new(File::open(path).expect(path)).lines() {
        let line: Value = serde_json::from_str(&line.expect(path)).expect("a line is JSON");
        let case = Case::of(&line).expect("a line is a case");
        let trip = types.get(case.ty).unwrap_or_else(|| panic!("there is no type {}", case.ty));
        tally.add(&case, case.fault(&trip(case.value.to_string().as_bytes())));
    }
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/fidelity.json"), tally.to_string())
        .expect("the figures can be written");
    assert_eq!(tally.mismatches, 0, "values are not treated as their schemas have it");
}

/// Equal as JSON: numbers by value, moments and UUIDs by what they mean, however they are spelled.
pub(crate) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let is_there =
                |(name, value)| other.get(name).is_some_and(|found| is_same(value, found));
            one.len() == other.len() && one.iter().all(is_there)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
        }
        (Value::String(one), Value::String(other)) => {
            one == other || spelled(one).is_some_and(|text| spelled(other) == Some(text))
        }
        _ => one == other,
    }
}

/// Whether a value is another one without some of its members.
fn is_part(one: &Value, whole: &Value) -> bool {
    match (one, whole) {
        (Value::Object(one), Value::Object(whole)) => one
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|found| is_part(value, found))),
        (Value::Array(one), Value::Array(whole)) => {
            one.len() == whole.len()
                && one.iter().zip(whole).all(|(one, whole)| is_part(one, whole))
        }
        _ => is_same(one, whole),
    }
}

/// The one spelling of a UUID (RFC 9562 §4) or a date and time (RFC 3339 §5.6).
fn spelled(text: &str) -> Option<String> {
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if is_uuid {
        return Some(text.to_ascii_lowercase());
    }
    let text = text.to_ascii_uppercase();
    let (date, time) = text.split_once('T').filter(|(date, _)| date.len() == 10)?;
    let offset = time.find(['Z', '+', '-'])?;
    let (time, offset) = time.split_at(offset);
    let time =
        if time.contains('.') { time.trim_end_matches('0').trim_end_matches('.') } else { time };
    let offset = if offset == "+00:00" { "Z" } else { offset };
    Some(format!("{date}T{time}{offset}"))
}
