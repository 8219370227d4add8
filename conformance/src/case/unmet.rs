//! Whether a criterion is met by what a case has seen.

use std::cmp::Ordering;

use serde_json::Value;
use spec::model::Status;

use super::selected::{self, Wanted};
use super::{
    Collected, Criterion, Operand, Relation, RelationKind, Template, Unmet, computed, dated,
    records, sorted,
};
use crate::expression::{
    Context, Expression, RuntimeExpression, Unresolved, header, json_equal, moment, order,
};
use crate::judge::essence;
use crate::link::target_of;

impl Criterion {
    /// What is wrong, if the criterion is not met. An expression that has no value here is not met either.
    #[must_use]
    pub fn unmet(&self, context: &Context<'_>) -> Option<Unmet> {
        match self {
            Self::Status(expected) => {
                let status = context.exchange.map(|exchange| exchange.status);
                let met =
                    status.is_some_and(|got| expected.any_of.iter().any(|one| one.admits(got)));
                let names: Vec<_> = expected.any_of.iter().map(ToString::to_string).collect();
                (!met).then(|| Unmet {
                    message: "the status is the one that this request asks for".to_owned(),
                    expected: names.join(" or "),
                    got: status.map_or("no answer".to_owned(), |status| status.to_string()),
                    pointer: None,
                })
            }
            Self::Condition(condition) => {
                let (met, got) = match condition.holds(context) {
                    Ok(met) => (met, "it does not hold".to_owned()),
                    Err(unresolved) => (false, unresolved.to_string()),
                };
                (!met).then(|| Unmet {
                    message: "the workflow's criterion holds".to_owned(),
                    expected: condition.to_string(),
                    got,
                    pointer: None,
                })
            }
            Self::Relation(relation) => relation.unmet(context),
        }
    }
}

impl Relation {
    /// What is wrong, if the relation does not hold. An expression that has no value here doesn't hold either, but for what need
    /// not be told.
    #[must_use]
    pub fn unmet(&self, context: &Context<'_>) -> Option<Unmet> {
        let (expected, got) = match self.kind.compare(context) {
            Ok(None) => return None,
            Ok(Some(difference)) => difference,
            Err(_) if self.if_told => return None,
            Err(unresolved) => ("a value".to_owned(), unresolved.to_string()),
        };
        Some(Unmet { message: self.message.clone(), expected, got, pointer: self.kind.pointer() })
    }
}

impl Criterion {
    /// What has no value here, of a relation that can't be told for that.
    pub(crate) fn unresolved(&self, context: &Context<'_>) -> Option<Unresolved> {
        match self {
            Self::Relation(relation) => relation.kind.compare(context).err(),
            Self::Status(_) | Self::Condition(_) => None,
        }
    }
}

/// Expected and got, both as text, of a relation that doesn't hold.
pub(super) type Difference = Option<(String, String)>;

/// A count that a header field gives is text.
fn counted(value: Value) -> Value {
    match value.as_str().and_then(|text| text.trim().parse::<u64>().ok()) {
        Some(count) => count.into(),
        None => value,
    }
}

/// More of some statuses than there may be.
fn too_many(
    statuses: &[Operand],
    status: Status,
    most: usize,
    context: &Context<'_>,
) -> Difference {
    let codes = statuses.iter().filter_map(|one| one.value(context).ok()?.as_u64());
    let codes: Vec<u16> = codes.filter_map(|code| u16::try_from(code).ok()).collect();
    let found = codes.iter().filter(|code| status.admits(**code)).count();
    let told: Vec<String> = codes.iter().map(u16::to_string).collect();
    (found > most).then(|| (format!("at most {most} with {status}"), told.join(", ")))
}

/// Whether two arrays are equal as sets.
fn have_same_items(got: &Value, expected: &Value) -> bool {
    let (Some(got), Some(expected)) = (got.as_array(), expected.as_array()) else {
        return json_equal(got, expected);
    };
    let within = |these: &[Value], those: &[Value]| {
        these.iter().all(|item| those.iter().any(|other| json_equal(item, other)))
    };
    within(got, expected) && within(expected, got)
}

/// The sum of two numbers: whole ones exactly, others as near as they are kept.
fn sum(one: &Value, other: &Value) -> Option<Value> {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return one.checked_add(other).map(Value::from);
    }
    Some(Value::from(one.as_f64()? + other.as_f64()?))
}

/// Whether a moment is told to the microsecond: no two exchanges one after the other fit into one.
pub(super) fn is_fine(moment: &Value) -> bool {
    const MICROSECONDS: usize = 6;
    fraction(moment).len() >= MICROSECONDS
}

/// Whether a moment is told to the millisecond, which the pause before a change is longer than. Whole seconds with three zeros
/// are none.
fn is_exact(moment: &Value) -> bool {
    const MILLISECONDS: usize = 3;
    let fraction = fraction(moment);
    fraction.len() >= MILLISECONDS && fraction.bytes().any(|digit| digit != b'0')
}

/// The digits of a moment behind its seconds.
fn fraction(moment: &Value) -> &str {
    let behind = moment.as_str().and_then(|text| text.split_once('.')).map_or("", |(_, rest)| rest);
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    behind.get(..digits).unwrap_or_default()
}

/// How some bytes differ from those that had to be.
fn different_bytes(got: &[u8], expected: &[u8]) -> Difference {
    if got.len() != expected.len() {
        return Some((format!("{} bytes", expected.len()), format!("{} bytes", got.len())));
    }
    let (place, (got, expected)) =
        got.iter().zip(expected).enumerate().find(|(_, (got, expected))| got != expected)?;
    let told = |byte| format!("byte {place} is {byte:#04x}");
    Some((told(expected), told(got)))
}

/// What is wrong where a text is in a content and shouldn't be, or isn't and should.
fn unmentioned(content: &str, text: &str, is_there: bool) -> Difference {
    let got = if content.contains(text) { "it is there" } else { "it isn't there" };
    let expected = if is_there { "with" } else { "without" };
    (content.contains(text) != is_there)
        .then(|| (format!("an answer {expected} `{text}`"), got.to_owned()))
}

impl RelationKind {
    fn compare(&self, context: &Context<'_>) -> Result<Difference, Unresolved> {
        match self {
            Self::Equal { got, expected } => {
                let (got, expected) = (got.value(context)?, expected.value(context)?);
                Ok(unless(json_equal(&got, &expected), show(&expected), &got))
            }
            Self::Stays { got, before } => {
                let (got, before) = (got.present(context), before.present(context));
                Ok(unless(json_equal(&got, &before), show(&before), &got))
            }
            Self::SameItems { got, expected } => {
                let (got, expected) = (got.value(context)?, expected.value(context)?);
                Ok(unless(have_same_items(&got, &expected), show(&expected), &got))
            }
            Self::Differ { got, from } => {
                let (got, from) = (got.value(context)?, from.value(context)?);
                Ok(unless(!json_equal(&got, &from), format!("anything but {}", show(&from)), &got))
            }
            Self::SameTime { got, expected } => {
                let (got, expected) = (got.value(context)?, expected.value(context)?);
                let same = json_equal(&got, &expected)
                    || moment(&got).is_some_and(|got| moment(&expected) == Some(got));
                Ok(unless(same, show(&expected), &got))
            }
            Self::Later { got, than } => {
                let (got, than) = (got.value(context)?, than.value(context)?);
                let later = moment(&got).zip(moment(&than)).is_some_and(|(got, than)| got > than);
                Ok(unless(later, format!("a moment later than {}", show(&than)), &got))
            }
            Self::Absent(value) => {
                let got = value.present(context);
                Ok(unless(got.is_null(), "nothing, or null".to_owned(), &got))
            }
            Self::StatusAtMost { statuses, status, most } => {
                Ok(too_many(statuses, *status, *most, context))
            }
            Self::StrongTag(tag) => {
                let got = tag.value(context)?;
                let is_strong = got.as_str().is_some_and(|tag| tag.starts_with('"'));
                Ok(unless(is_strong, "a strong entity tag".to_owned(), &got))
            }
            Self::MovedOn { got, from } => {
                let (got, from) = (got.value(context)?, from.value(context)?);
                let moments = moment(&got).zip(moment(&from));
                let has_moved = moments.is_some_and(|(now, before)| {
                    now > before || (now == before && !(is_exact(&got) || is_exact(&from)))
                });
                Ok(unless(has_moved, format!("a moment later than {}", show(&from)), &got))
            }
            Self::More { got, than, by } => {
                let (got, than, by) =
                    (got.value(context)?, than.value(context)?, by.value(context)?);
                let sum = sum(&than, &by);
                let is_sum = sum.as_ref().is_some_and(|sum| json_equal(&got, sum));
                let expected = sum.map_or_else(|| "a number".to_owned(), |sum| show(&sum));
                Ok(unless(is_sum, expected, &got))
            }
            Self::SameBytes(expected) => {
                let got = context.exchange.map(|exchange| exchange.response_content);
                Ok(different_bytes(got.unwrap_or_default(), expected))
            }
            Self::Mentions { text, is_there } => {
                let text = text.value(context)?;
                let text = text.as_str().unwrap_or_default();
                let content = context.exchange.map(|exchange| exchange.response_content);
                let content = String::from_utf8_lossy(content.unwrap_or_default());
                Ok(unmentioned(&content, text, *is_there))
            }
            Self::Holds(condition) => {
                let holds = condition.holds(context)?;
                let difference = || (condition.to_string(), "it does not hold".to_owned());
                Ok((!holds).then(difference))
            }
            Self::MediaType(expected) => {
                let headers =
                    context.exchange.map_or(&[][..], |exchange| exchange.response_headers);
                let got = header(headers, "content-type").unwrap_or_default();
                let is_it = essence(got) == essence(expected);
                Ok(unless(is_it, expected.clone(), &got.into()))
            }
            Self::Unlinked(relation) => {
                let headers = context.exchange.map(|exchange| exchange.response_headers);
                let target = headers.and_then(|headers| target_of(headers, relation));
                Ok(target.map(|target| (format!("no link of the relation `{relation}`"), target)))
            }
            Self::Computed(formula) => {
                let body = context.exchange.and_then(|exchange| exchange.response_body);
                Ok(body.and_then(|body| computed::wrong(body, formula)))
            }
            Self::Dated(told) => {
                let body = context.exchange.and_then(|exchange| exchange.response_body);
                Ok(body.and_then(|body| dated::wrong(body, told)))
            }
            Self::Distinct(_)
            | Self::Sorted { .. }
            | Self::InOrder { .. }
            | Self::Selects { .. }
            | Self::Includes { .. }
            | Self::Excludes { .. }
            | Self::Matches { .. }
            | Self::Count { .. }
            | Self::CountMore { .. }
            | Self::CountAtMost { .. }
            | Self::SameThings { .. }
            | Self::Agree { .. }
            | Self::BeginsWith { .. }
            | Self::EndsWith { .. }
            | Self::OneOfBoth { .. }
            | Self::AtMost { .. }
            | Self::AtLeast { .. } => self.compare_items(context),
        }
    }

    fn compare_items(&self, context: &Context<'_>) -> Result<Difference, Unresolved> {
        let has = |items: &[Value], item: &Value| items.iter().any(|one| json_equal(one, item));
        match self {
            Self::Distinct(items) => {
                let items = items.items(context)?;
                let twice = (1..items.len()).find(|&n| has(&items[..n], &items[n]));
                Ok(twice
                    .map(|n| ("no item twice".to_owned(), format!("{} twice", show(&items[n])))))
            }
            Self::Sorted { items, keys } => Ok(sorted::out_of_order(&items.items(context)?, keys)),
            Self::InOrder { got, these } => {
                let (got, these) = (got.items(context)?, these.items(context)?);
                let found: Vec<Value> = got.into_iter().filter(|item| has(&these, item)).collect();
                let met = json_equal(&Value::Array(found.clone()), &Value::Array(these.clone()));
                Ok(unless(met, show(&Value::Array(these)), &Value::Array(found)))
            }
            Self::Includes { got, all } => {
                let (got, all) = (got.items(context)?, all.items(context)?);
                let missing = all.iter().find(|item| !has(&got, item));
                Ok(missing.map(|item| (format!("{} among the items", show(item)), listed(&got))))
            }
            Self::Excludes { got, none } => {
                let (got, none) = (got.items(context)?, none.items(context)?);
                let found = none.iter().find(|item| has(&got, item));
                Ok(found.map(|item| (format!("no {} among the items", show(item)), listed(&got))))
            }
            Self::Selects { got, from, having } => {
                let filled = having.iter().map(|having| {
                    let any_of = having.any_of.iter().map(|one| one.fill(context));
                    Ok(Wanted { having, any_of: any_of.collect::<Result<_, _>>()? })
                });
                let wanted = filled.collect::<Result<Vec<_>, _>>()?;
                Ok(selected::wrong(&got.items(context)?, &from.items(context)?, &wanted))
            }
            Self::Matches { items, like } => {
                let (items, like) = (items.items(context)?, like.fill(context)?);
                let found = items.iter().any(|item| is_like(item, &like));
                let difference =
                    || (format!("an item like {}", show(&like)), nearest(&items, &like));
                Ok((!found).then(difference))
            }
            Self::Count { items, expected } => {
                let (items, expected) = (items.items(context)?, counted(expected.value(context)?));
                let count = Value::from(items.len());
                let met = json_equal(&count, &expected);
                Ok(unless(met, format!("{} items", show(&expected)), &count))
            }
            Self::AtMost { items, bound } => beyond(items, bound, Ordering::Greater, context),
            Self::AtLeast { items, bound } => beyond(items, bound, Ordering::Less, context),
            Self::CountMore { items, than, by } => {
                let (items, than) = (items.items(context)?, than.items(context)?);
                let expected = than.len() + by;
                let met = items.len() == expected;
                Ok(unless(met, format!("{expected} items"), &items.len().into()))
            }
            Self::CountAtMost { items, most } => {
                let (items, most) = (items.items(context)?, most.value(context)?);
                let met = most.as_u64().is_some_and(|most| items.len() as u64 <= most);
                Ok(unless(met, format!("at most {} items", show(&most)), &items.len().into()))
            }
            Self::SameThings { records, items, by } => {
                Ok(records::things(&records.items(context)?, &items.items(context)?, by))
            }
            Self::Agree { records, items, by } => {
                Ok(records::members(&records.items(context)?, &items.items(context)?, by))
            }
            Self::OneOfBoth { items, halves: [one, other] } => {
                let (one, other) = (one.items(context)?, other.items(context)?);
                let items = items.items(context)?;
                let missing = items.iter().find(|item| !has(&one, item) && !has(&other, item));
                let got = format!("{} and {}", listed(&one), listed(&other));
                Ok(missing.map(|item| (format!("{} in one of both", show(item)), got)))
            }
            Self::BeginsWith { got, these } => {
                let (got, these) = (got.items(context)?, these.items(context)?);
                let start = got.get(..these.len()).unwrap_or(got.as_slice());
                let (start, these) = (Value::Array(start.to_vec()), Value::Array(these));
                let expected = format!("{} at the beginning", show(&these));
                Ok(unless(json_equal(&start, &these), expected, &start))
            }
            Self::EndsWith { got, these } => {
                let (got, these) = (got.items(context)?, these.items(context)?);
                let end = got.len().checked_sub(these.len()).and_then(|from| got.get(from..));
                let end = Value::Array(end.unwrap_or(got.as_slice()).to_vec());
                let these = Value::Array(these);
                Ok(unless(json_equal(&end, &these), format!("{} at the end", show(&these)), &end))
            }
            Self::Equal { .. }
            | Self::Differ { .. }
            | Self::Stays { .. }
            | Self::SameTime { .. }
            | Self::SameItems { .. }
            | Self::Later { .. }
            | Self::MediaType(_)
            | Self::Unlinked(_)
            | Self::Absent(_)
            | Self::StatusAtMost { .. }
            | Self::StrongTag(_)
            | Self::MovedOn { .. }
            | Self::More { .. }
            | Self::SameBytes(_)
            | Self::Mentions { .. }
            | Self::Computed(_)
            | Self::Dated(_)
            | Self::Holds(_) => Ok(None),
        }
    }

    /// The place in the answer that the relation is about, where it is about one.
    fn pointer(&self) -> Option<String> {
        let got = match self {
            Self::Equal { got, .. }
            | Self::Differ { got, .. }
            | Self::Stays { got, .. }
            | Self::SameTime { got, .. }
            | Self::SameItems { got, .. }
            | Self::Later { got, .. }
            | Self::MovedOn { got, .. }
            | Self::More { got, .. }
            | Self::InOrder { got, .. }
            | Self::Includes { got, .. }
            | Self::Excludes { got, .. }
            | Self::Selects { got, .. }
            | Self::BeginsWith { got, .. }
            | Self::EndsWith { got, .. }
            | Self::Absent(got) => got,
            Self::Distinct(items)
            | Self::Sorted { items, .. }
            | Self::Matches { items, .. }
            | Self::Count { items, .. }
            | Self::CountMore { items, .. }
            | Self::CountAtMost { items, .. }
            | Self::OneOfBoth { items, .. }
            | Self::AtMost { items, .. }
            | Self::AtLeast { items, .. } => items,
            Self::StatusAtMost { .. }
            | Self::StrongTag(_)
            | Self::SameBytes(_)
            | Self::Mentions { .. }
            | Self::SameThings { .. }
            | Self::Agree { .. }
            | Self::MediaType(_)
            | Self::Unlinked(_)
            | Self::Computed(_)
            | Self::Dated(_)
            | Self::Holds(_) => return None,
        };
        let expression = match got {
            Operand::Template(Template::Expression(expression)) => expression,
            Operand::Collected(collected) => &collected.from,
            Operand::Template(_) => return None,
        };
        match expression {
            Expression::Exchange(RuntimeExpression::ResponseBody(pointer)) => Some(pointer.clone()),
            _ => None,
        }
    }
}

impl Operand {
    fn value(&self, context: &Context<'_>) -> Result<Value, Unresolved> {
        match self {
            Self::Template(template) => template.fill(context),
            Self::Collected(collected) => Ok(Value::Array(collected.items(context)?)),
        }
    }

    /// The value, or null where there is none.
    fn present(&self, context: &Context<'_>) -> Value {
        self.value(context).unwrap_or_default()
    }

    fn items(&self, context: &Context<'_>) -> Result<Vec<Value>, Unresolved> {
        Ok(match self.value(context)? {
            Value::Array(items) => items,
            one => vec![one],
        })
    }
}

impl Collected {
    fn items(&self, context: &Context<'_>) -> Result<Vec<Value>, Unresolved> {
        let mut values = vec![self.from.value(context)?];
        for token in &self.path {
            values = values.into_iter().flat_map(|value| follow(value, token.as_deref())).collect();
        }
        Ok(values)
    }
}

fn follow(value: Value, token: Option<&str>) -> Vec<Value> {
    match (value, token) {
        (Value::Array(items), None) => items,
        (Value::Array(mut items), Some(token)) => {
            let index = token.parse().ok().filter(|index| *index < items.len());
            index.map(|index: usize| items.swap_remove(index)).into_iter().collect()
        }
        (Value::Object(mut members), Some(token)) => {
            members.swap_remove(token).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a value has all members of another one.
fn is_like(value: &Value, like: &Value) -> bool {
    let Some(members) = like.as_object() else { return json_equal(value, like) };
    members
        .iter()
        .all(|(name, member)| value.get(name).is_some_and(|other| says_the_same(other, member)))
}

/// Equal as JSON, arrays in whatever order, or one moment in two spellings: a target may write a time in the list unlike
/// elsewhere (RFC 3339 has many ways).
pub(super) fn says_the_same(left: &Value, right: &Value) -> bool {
    have_same_items(left, right) || moment(left).zip(moment(right)).is_some_and(|(l, r)| l == r)
}

/// The item that shares the first member with what is looked for, else all of them.
fn nearest(items: &[Value], like: &Value) -> String {
    let first = like.as_object().and_then(|members| members.iter().next());
    let same = first.and_then(|(name, value)| {
        items.iter().find(|item| item.get(name).is_some_and(|other| json_equal(other, value)))
    });
    same.map_or_else(|| listed(items), show)
}

fn unless(met: bool, expected: String, got: &Value) -> Difference {
    (!met).then(|| (expected, show(got)))
}

/// The first item that lies on the wrong side of a bound.
fn beyond(
    items: &Operand,
    bound: &Operand,
    wrong: Ordering,
    context: &Context<'_>,
) -> Result<Difference, Unresolved> {
    let (items, bound) = (items.items(context)?, bound.value(context)?);
    let side = if wrong == Ordering::Greater { "at most" } else { "at least" };
    let found = items.iter().find(|item| order(item, &bound) == Some(wrong));
    Ok(found.map(|item| (format!("{side} {}", show(&bound)), show(item))))
}

/// A value as people can read it: short.
pub(super) fn show(value: &Value) -> String {
    const MOST: usize = 200;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn listed(items: &[Value]) -> String {
    format!("{} items: {}", items.len(), show(&Value::Array(items.to_vec())))
}
