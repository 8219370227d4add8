//! Two targets side by side: of each case the first difference between what they answered.
//!
//! Ids, times and other data differ from target to target. What is compared is what a client would have to know: whether
//! there was an answer, its status, its media type, the members of a JSON body and their types, and what failed of it.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use spec::model::Status;

use super::model::{CaseReport, CellReport, Report, ResponseReport, StatusKey, StepReport};
use super::words::{one_line, some};
use crate::judge::{Verdict, essence};

/// How many kinds of differences, and how many cells, are printed.
const SHOWN: usize = 30;

/// What differs between two targets.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What both are called.
    pub targets: [String; 2],
    /// How many cases both were asked.
    pub cases: usize,
    /// How many of them differ.
    pub different: usize,
    /// The cells with two verdicts, in the contract's order.
    pub cells: Vec<CellDifference>,
    /// What differs, each kind once, the most frequent first.
    pub differences: Vec<Difference>,
}

/// A cell that two targets have two verdicts of.
#[derive(Debug, Clone, Serialize)]
pub struct CellDifference {
    /// The operation.
    pub operation_id: String,
    /// The documented status.
    pub status: StatusKey,
    /// The verdicts.
    pub verdicts: [Verdict; 2],
}

/// One kind of difference: the first of a case, and of all that differ alike.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// The operation that was asked.
    pub operation_id: String,
    /// What differs: `status`, `media type`, `type of /items/0/id`, `member /name`, `checks`, `answer`.
    pub what: String,
    /// What each has.
    pub got: [String; 2],
    /// How many cases differ so.
    pub cases: usize,
    /// The first of them.
    pub example: String,
    /// The step of that case.
    pub step: String,
    /// Its request to the first target: `GET http://…`.
    pub request: String,
}

/// Compares what two targets answered to the same cases.
#[must_use]
pub fn compare(left: (&str, &Report), right: (&str, &Report)) -> Comparison {
    let ((left_name, left), (right_name, right)) = (left, right);
    let by_id: IndexMap<&str, &CaseReport> =
        right.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let pairs = left.cases.iter().filter_map(|case| Some((case, *by_id.get(case.id.as_str())?)));
    let pairs: Vec<_> = pairs.filter(|(a, b)| !a.steps.is_empty() || !b.steps.is_empty()).collect();
    let mut kinds: IndexMap<(String, String, [String; 2]), Difference> = IndexMap::new();
    let mut different = 0;
    for difference in pairs.iter().filter_map(|(a, b)| first_difference(a, b)) {
        different += 1;
        let Difference { operation_id, what, got, .. } = &difference;
        let key = (operation_id.clone(), what.clone(), got.clone());
        kinds.entry(key).and_modify(|present| present.cases += 1).or_insert(difference);
    }
    let mut differences: Vec<_> = kinds.into_values().collect();
    differences.sort_by_key(|one| std::cmp::Reverse(one.cases));
    Comparison {
        targets: [left_name.to_owned(), right_name.to_owned()],
        cases: pairs.len(),
        different,
        cells: cells(left, right),
        differences,
    }
}

fn cells(left: &Report, right: &Report) -> Vec<CellDifference> {
    let by_name: IndexMap<(&str, Status), &CellReport> = right
        .cells
        .iter()
        .map(|cell| ((cell.operation_id.as_str(), cell.status.0), cell))
        .collect();
    let difference = |cell: &CellReport| {
        let other = by_name.get(&(cell.operation_id.as_str(), cell.status.0))?;
        (other.verdict != cell.verdict).then(|| CellDifference {
            operation_id: cell.operation_id.clone(),
            status: cell.status,
            verdicts: [cell.verdict, other.verdict],
        })
    };
    left.cells.iter().filter_map(difference).collect()
}

/// The first step of a case that was answered in two ways. What only undoes something, and pages behind the first, depend
/// on what else is there.
fn first_difference(left: &CaseReport, right: &CaseReport) -> Option<Difference> {
    let is_own = |step: &&StepReport| !step.cleanup && !step.id.ends_with(']');
    let [left_steps, right_steps] =
        [left, right].map(|case| case.steps.iter().filter(is_own).collect::<Vec<_>>());
    let told = |step: &StepReport, what: String, got: [String; 2]| Difference {
        operation_id: step.operation_id.clone(),
        what,
        got,
        cases: 1,
        example: left.id.clone(),
        step: step.id.clone(),
        request: format!("{} {}", step.request.method, step.request.url),
    };
    let found = left_steps
        .iter()
        .zip(&right_steps)
        .find_map(|(a, b)| step_difference(a, b).map(|(what, got)| told(a, what, got)));
    // Where all that both sent was answered alike, one may still have sent more.
    found.or_else(|| {
        let (a, b) = (left_steps.len(), right_steps.len());
        let more = left_steps.get(b).or_else(|| right_steps.get(a))?;
        let count = |steps: usize| some(steps, "request");
        Some(told(more, "number of requests".to_owned(), [count(a), count(b)]))
    })
}

type Differs = (String, [String; 2]);

fn step_difference(a: &StepReport, b: &StepReport) -> Option<Differs> {
    let (left, right) = match (&a.response, &b.response) {
        (Some(left), Some(right)) => (left, right),
        (None, None) => return None,
        _ => return Some(("answer".to_owned(), [answer(a), answer(b)])),
    };
    if left.status != right.status {
        return Some(("status".to_owned(), [left.status.to_string(), right.status.to_string()]));
    }
    let (one, other) = (media_type(left), media_type(right));
    if one != other {
        return Some(("media type".to_owned(), [one, other]));
    }
    body_difference(left, right).or_else(|| {
        let (one, other) = (failed(a), failed(b));
        (one != other).then(|| ("checks".to_owned(), [one, other]))
    })
}

fn answer(step: &StepReport) -> String {
    let status = step.response.as_ref().map(|response| response.status.to_string());
    status.or_else(|| step.error.clone()).unwrap_or_else(|| "none".to_owned())
}

fn media_type(response: &ResponseReport) -> String {
    let field = response.headers.get("content-type");
    field.map_or_else(|| "none".to_owned(), |value| essence(value).to_ascii_lowercase())
}

/// What failed of an answer, as far as it is promised.
fn failed(step: &StepReport) -> String {
    let failed = step.checks.iter().filter(|check| check.verdict == Verdict::Failed);
    let ids: Vec<&str> = failed.map(|check| &*check.id).collect();
    if ids.is_empty() { "all passed".to_owned() } else { format!("failed {}", ids.join(", ")) }
}

fn body_difference(left: &ResponseReport, right: &ResponseReport) -> Option<Differs> {
    // Of a body that was cut, nobody knows the rest.
    let whole = |one: &ResponseReport| one.body.len() >= one.body_length;
    if !whole(left) || !whole(right) {
        return None;
    }
    let read = |one: &ResponseReport| serde_json::from_str::<Value>(&one.body).ok();
    shape_difference(&read(left)?, &read(right)?, "")
}

/// The first place where two values aren't of one shape: of arrays the first items stand for all.
fn shape_difference(left: &Value, right: &Value, pointer: &str) -> Option<Differs> {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let inner = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                match (a.get(name), b.get(name)) {
                    (Some(left), Some(right)) => shape_difference(left, right, &inner),
                    (left, right) => {
                        let there = |value: Option<&Value>| {
                            if value.is_some() { "there" } else { "absent" }.to_owned()
                        };
                        Some((format!("member {inner}"), [there(left), there(right)]))
                    }
                }
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            shape_difference(a.first()?, b.first()?, &format!("{pointer}/0"))
        }
        _ => {
            let (one, other) = (type_of(left), type_of(right));
            let place = if pointer.is_empty() { "the body" } else { pointer };
            (one != other).then(|| (format!("type of {place}"), [one, other].map(str::to_owned)))
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A comparison for a terminal.
#[must_use]
pub fn differences(comparison: &Comparison) -> String {
    let Comparison { targets: [a, b], cases, different, cells, differences } = comparison;
    let kinds = some(differences.len(), "kind");
    let mut text = match different {
        0 => format!("\n{a} and {b} answer all of {} alike\n", some(*cases, "case")),
        _ => format!("\n{a} and {b} differ in {different} of {}: {kinds}\n", some(*cases, "case")),
    };
    for one in cells.iter().take(SHOWN) {
        let name = format!("{}:{}", one.operation_id, one.status);
        let [left, right] = one.verdicts.map(Verdict::as_str);
        let _ = writeln!(text, "  {name}: {a} {left}, {b} {right}");
    }
    for one in differences.iter().take(SHOWN) {
        let Difference { operation_id, what, got: [left, right], example, step, request, .. } = one;
        let line = format!("≠ {operation_id}: {what}: {left} at {a}, {right} at {b}");
        let _ = writeln!(text, "{} ({})", one_line(&line), some(one.cases, "case"));
        let _ = writeln!(
            text,
            "  {}",
            one_line(&format!("first in {example}, step {step}: {request}"))
        );
    }
    let more = (cells.len().saturating_sub(SHOWN)) + differences.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(text, "… and {more} more: see --differences FILE");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check([left, right]: &[Value; 2], expected: Option<(&str, [&str; 2])>) {
        let found = shape_difference(left, right, "");
        let expected = expected.map(|(what, got)| (what.to_owned(), got.map(str::to_owned)));
        assert_eq!(found, expected, "{left} {right}");
    }

    #[test]
    fn shapes_differ_by_members_and_types_and_not_by_data() {
        check(&[json!({"a": 1, "b": [1, 2]}), json!({"b": [3], "a": 2.5})], None);
        check(&[json!({"a": []}), json!({"a": [1]})], None);
        check(&[json!({"a": 1}), json!({})], Some(("member /a", ["there", "absent"])));
        check(&[json!({}), json!({"a/b": 1})], Some(("member /a~1b", ["absent", "there"])));
        let differs = Some(("type of /a/0/b", ["null", "string"]));
        check(&[json!({"a": [{"b": null}]}), json!({"a": [{"b": "c"}]})], differs);
        check(&[json!([]), json!({})], Some(("type of the body", ["array", "object"])));
    }
}
