//! A value and a schema: what the value breaks, and which of its parts the schema has looked at.

use std::collections::HashSet;

use serde_json::{Map, Value};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::literal::{has_equal, number};
use super::{Format, Keyword, Schema};
use crate::json::{Json, wrong_type};
use crate::pattern::Pattern;
use crate::rules::Rules;
use crate::union::Kind;
use crate::uri::Uri;
use crate::validation::{Code, Report, Strictness};

/// The parts of a value that keywords have looked at: what `unevaluatedItems` and `unevaluatedProperties` leave alone
/// (JSON Schema core, §11).
#[derive(Debug, Default)]
pub(super) struct Seen<'v> {
    members: HashSet<&'v str>,
    /// The first so many items.
    prefix: usize,
    /// Items behind those.
    items: HashSet<usize>,
}

impl Seen<'_> {
    fn merge(&mut self, other: Self) {
        self.members.extend(other.members);
        self.prefix = self.prefix.max(other.prefix);
        self.items.extend(other.items);
    }
}

/// How often each part of a value is looked at, on average, before that is too often: alternatives that contain themselves
/// can be tried without end.
const LOOKS: usize = 1000;

/// Notes what a value breaks of a schema.
pub fn judge(schema: Schema, value: &Value, report: &mut Report) {
    let mut work = LOOKS.saturating_mul(parts(value));
    evaluate(schema, value, report, &mut work);
    if work == 0 {
        report.add(Code::Unexpected, "is too intricate to be looked at");
    }
}

/// How many values there are in a value, itself included.
fn parts(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(parts).sum(),
        Value::Object(members) => members.values().map(parts).sum(),
        _ => 0,
    }
}

/// Notes what a value breaks of a schema, as long as there is work left to do.
fn evaluate<'v>(
    schema: Schema,
    value: &'v Value,
    report: &mut Report,
    work: &mut usize,
) -> Seen<'v> {
    let mut seen = Seen::default();
    for keyword in schema {
        *work = work.saturating_sub(1);
        if *work == 0 {
            break;
        }
        match value {
            Value::Array(items) => of_items(keyword, schema, items, report, (&mut seen, work)),
            Value::Object(members) => {
                of_members(keyword, schema, members, report, (&mut seen, work))
            }
            Value::String(text) => of_text(keyword, text, report),
            Value::Number(it) => {
                if let Keyword::Rules(rules) = keyword {
                    rules.check_number(number(it), report);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
        of_any(keyword, value, report, (&mut seen, work));
    }
    seen
}

/// Whether a value fits, and what was looked at then.
fn try_one<'v>(schema: Schema, value: &'v Value, work: &mut usize) -> Option<Seen<'v>> {
    let mut attempt = Report::new(Strictness::Strict);
    let seen = evaluate(schema, value, &mut attempt, work);
    attempt.is_empty().then_some(seen)
}

/// The keywords that speak of values of any type.
fn of_any<'v>(
    keyword: &Keyword,
    value: &'v Value,
    report: &mut Report,
    (seen, work): (&mut Seen<'v>, &mut usize),
) {
    match keyword {
        Keyword::Never => report.add(Code::Unexpected, "is not allowed"),
        Keyword::Type(kinds) if !kinds.iter().any(|kind| is_of(*kind, value)) => {
            let names: Vec<&str> = kinds.iter().copied().map(name_of).collect();
            wrong_type::<()>(&names.join(" or "), report);
        }
        Keyword::Enum(listed) if !listed.iter().any(|literal| literal.is(value)) => {
            let known: Vec<String> = listed.iter().map(ToString::to_string).collect();
            let message = match known.as_slice() {
                [only] => format!("must be {only}"),
                all => format!("must be one of: {}", all.join(", ")),
            };
            report.add(Code::NotListed, message);
        }
        Keyword::Ref(schema) => seen.merge(evaluate(schema, value, report, work)),
        Keyword::AllOf(schemas) => {
            for schema in *schemas {
                seen.merge(evaluate(schema, value, report, work));
            }
        }
        Keyword::AnyOf(schemas) if fitting(schemas, value, seen, work) == 0 => {
            report.add(Code::NoAlternative, "must fit one of the alternatives");
        }
        Keyword::OneOf(schemas) => match fitting(schemas, value, seen, work) {
            1 => {}
            0 => report.add(Code::NoAlternative, "must fit one of the alternatives"),
            _ => report.add(Code::NoAlternative, "must fit only one of the alternatives"),
        },
        Keyword::Not(schema) if try_one(schema, value, work).is_some() => {
            report.add(Code::Unexpected, "must not be what the contract excludes");
        }
        Keyword::DependentSchemas(dependents) => {
            let is_there = |name: &str| value.get(name).is_some();
            for (_, schema) in dependents.iter().filter(|(name, _)| is_there(name)) {
                seen.merge(evaluate(schema, value, report, work));
            }
        }
        Keyword::If(condition, consequence, alternative) => {
            let schema = match try_one(condition, value, work) {
                Some(found) => {
                    seen.merge(found);
                    consequence
                }
                None => alternative,
            };
            seen.merge(evaluate(schema, value, report, work));
        }
        _ => {}
    }
}

/// How many of the schemas a value fits.
fn fitting<'v>(
    schemas: &[Schema],
    value: &'v Value,
    seen: &mut Seen<'v>,
    work: &mut usize,
) -> usize {
    let fitting = schemas.iter().filter_map(|schema| try_one(schema, value, work));
    fitting.map(|found| seen.merge(found)).count()
}

fn of_text(keyword: &Keyword, text: &str, report: &mut Report) {
    match keyword {
        Keyword::Rules(rules) => rules.check_text(text, report),
        Keyword::Format(Format::Uuid) => read::<Uuid>(text, report),
        Keyword::Format(Format::DateTime) => read::<OffsetDateTime>(text, report),
        Keyword::Format(Format::Date) => read::<Date>(text, report),
        Keyword::Format(Format::Uri) => read::<Uri>(text, report),
        _ => {}
    }
}

/// Notes where a text can't be read as a type.
fn read<T: Json>(text: &str, report: &mut Report) {
    let input = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text);
    // What is malformed is told to the report; a text is never malformed as JSON.
    let _: Result<Option<T>, _> = T::read(input, &Rules::NONE, report);
}

fn of_items<'v>(
    keyword: &Keyword,
    schema: Schema,
    items: &'v [Value],
    report: &mut Report,
    (seen, work): (&mut Seen<'v>, &mut usize),
) {
    match keyword {
        Keyword::Rules(rules) => {
            rules.check_items(items.len(), report);
            if rules.wants_unique_items() && has_equal(items) {
                report.add(Code::DuplicateItems, "must not have two equal items");
            }
        }
        Keyword::PrefixItems(schemas) => {
            for (index, (schema, item)) in schemas.iter().zip(items).enumerate() {
                report.within(index, |report| evaluate(schema, item, report, work));
            }
            seen.prefix = seen.prefix.max(schemas.len());
        }
        Keyword::Items(rest) => {
            let prefix = schema.iter().find_map(|keyword| match keyword {
                Keyword::PrefixItems(schemas) => Some(schemas.len()),
                _ => None,
            });
            for (index, item) in items.iter().enumerate().skip(prefix.unwrap_or_default()) {
                report.within(index, |report| evaluate(rest, item, report, work));
            }
            seen.prefix = items.len();
        }
        Keyword::Contains(schema, least, most) => {
            let fits = |(_, item): &(usize, &'v Value)| try_one(schema, item, work).is_some();
            let found: Vec<usize> =
                items.iter().enumerate().filter(fits).map(|(index, _)| index).collect();
            check_found(found.len(), *least, *most, report);
            seen.items.extend(found);
        }
        Keyword::UnevaluatedItems(rest) => {
            for (index, item) in items.iter().enumerate().skip(seen.prefix) {
                if !seen.items.contains(&index) {
                    report.within(index, |report| evaluate(rest, item, report, work));
                }
            }
            seen.prefix = items.len();
        }
        _ => {}
    }
}

/// Whether as many items are what the contract asks for as there must be.
fn check_found(found: usize, least: usize, most: Option<usize>, report: &mut Report) {
    if found < least {
        let message = format!("must contain at least {least} of the items that it is for");
        report.add(Code::TooFewItems, message);
    }
    if let Some(most) = most.filter(|most| found > *most) {
        let message = format!("must contain at most {most} of the items that it is for");
        report.add(Code::TooManyItems, message);
    }
}

fn of_members<'v>(
    keyword: &Keyword,
    schema: Schema,
    members: &'v Map<String, Value>,
    report: &mut Report,
    (seen, work): (&mut Seen<'v>, &mut usize),
) {
    match keyword {
        Keyword::Rules(rules) => rules.check_members(members.len(), report),
        Keyword::Required(names) => require(names, members, report, "is required"),
        Keyword::Properties(known) => {
            for (name, schema) in *known {
                if let Some((name, value)) = members.get_key_value(*name) {
                    look(name, schema, value, report, (seen, work));
                }
            }
        }
        Keyword::PatternProperties(known) => {
            for (pattern, schema) in *known {
                for (name, value) in members.iter().filter(|(name, _)| pattern.matches(name)) {
                    look(name, schema, value, report, (seen, work));
                }
            }
        }
        Keyword::AdditionalProperties(others) => {
            for (name, value) in members.iter().filter(|(name, _)| !is_named(schema, name)) {
                look(name, others, value, report, (seen, work));
            }
        }
        Keyword::UnevaluatedProperties(others) => {
            let left = members.iter().filter(|(name, _)| !seen.members.contains(name.as_str()));
            for (name, value) in left.collect::<Vec<_>>() {
                look(name, others, value, report, (seen, work));
            }
        }
        Keyword::PropertyNames(schema) => {
            for name in members.keys() {
                check_name(name, schema, report, work);
            }
        }
        Keyword::DependentRequired(dependents) => {
            for (name, needed) in dependents.iter().filter(|(name, _)| members.contains_key(*name))
            {
                require(needed, members, report, &format!("is required where `{name}` is"));
            }
        }
        _ => {}
    }
}

/// Looks at a member.
fn look<'v>(
    name: &'v str,
    schema: Schema,
    value: &'v Value,
    report: &mut Report,
    (seen, work): (&mut Seen<'v>, &mut usize),
) {
    seen.members.insert(name);
    if !schema.is_empty() {
        report.within(name.to_owned(), |report| evaluate(schema, value, report, work));
    }
}

/// Whether a schema names a member, or has a pattern for it.
fn is_named(schema: Schema, name: &str) -> bool {
    let matches = |(pattern, _): &(&Pattern, Schema)| pattern.matches(name);
    schema.iter().any(|keyword| match keyword {
        Keyword::Properties(known) => known.iter().any(|(known, _)| *known == name),
        Keyword::PatternProperties(known) => known.iter().any(matches),
        _ => false,
    })
}

fn require(names: &[&'static str], members: &Map<String, Value>, report: &mut Report, why: &str) {
    for name in names.iter().filter(|name| !members.contains_key(**name)) {
        report.within(*name, |report| report.add(Code::Missing, why.to_owned()));
    }
}

/// Looks at the name of a member.
fn check_name(name: &str, schema: Schema, report: &mut Report, work: &mut usize) {
    let mut judged = Report::new(Strictness::Strict);
    evaluate(schema, &Value::from(name), &mut judged, work);
    for violation in judged.into_violations() {
        let message = format!("has a name that {}", violation.message);
        report.within(name.to_owned(), |report| report.add(violation.code, message));
    }
}

fn is_of(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::Boolean => value.is_boolean(),
        // JSON Schema validation, §6.1.1: 1.0 is an integer.
        Kind::Integer => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|it| it.fract() == 0.0)
        }
        Kind::Number => value.is_number(),
        Kind::String => value.is_string(),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
    }
}

fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}
