//! Members of what was sent that the answer has as well: they have the same name at the same place, and the answer's schema
//! admits values of the kind that was sent.

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{JsonType, Method, Operation, SchemaId};
use spec::names::is_own_id;
use spec::pointer::{escape, keys, unescape};

use crate::case::{Collected, Operand, Relation, RelationKind, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::promise::{self, Level};
use crate::sample::{Choice, Merged};

/// A member that a write and its answer share.
pub(in crate::plan::derive) struct Shared {
    /// The JSON pointer into the answer.
    pub(in crate::plan::derive) pointer: String,
    /// The JSON pointer into the body that was sent: the same, but for patches.
    pub(in crate::plan::derive) sent: String,
    pub(super) likeness: Likeness,
    /// How much it weighs that it comes back: less, where servers bring values into a form of their own.
    pub(super) level: Level,
    /// Whether it is of a format that servers bring into a form of their own, but don't go by, as they do by URLs.
    pub(super) has_form: bool,
    /// Whether `null` was sent.
    pub(super) is_null: bool,
    /// Whether an array without items was sent, which many answers leave out.
    pub(super) is_empty: bool,
}

impl Shared {
    /// Whether the answer has the very value that was sent, and not another spelling of it; an array in whatever order.
    pub(in crate::plan::derive) fn is_literal(&self) -> bool {
        let is_same = matches!(self.likeness, Likeness::Equal | Likeness::AllItems);
        is_same && self.level == Level::Must
    }
}

/// How two values of a property are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    Equal,
    SameTime,
    SameItems,
    /// An array with all of the items, whatever their order.
    AllItems,
    /// The same as another one, but for the order: told apart, as many servers take an array for a set.
    InOrder,
}

/// That a member of the answer is what it has to be.
pub(in crate::plan::derive) fn repeated(
    law: &'static str,
    what: &str,
    shared: &Shared,
    expected: Expression,
) -> Relation {
    let message = format!("`{}` {what}", shared.pointer.trim_start_matches('/'));
    let got = Operand::expression(Expression::response_body(shared.pointer.clone()));
    let expected = Operand::expression(expected);
    let kind = match shared.likeness {
        Likeness::Equal => RelationKind::Equal { got, expected },
        Likeness::SameTime => RelationKind::SameTime { got, expected },
        Likeness::SameItems => RelationKind::SameItems { got, expected },
        Likeness::AllItems => RelationKind::Includes { got, all: expected },
        Likeness::InOrder => RelationKind::Equal { got, expected },
    };
    let law = if shared.likeness == Likeness::InOrder { "written-in-order" } else { law };
    Relation::new(law, message, kind).at(promise::level(law).min(shared.level))
}

/// That what comes back in a form of its own comes back at all.
pub(super) fn lost(shared: &Shared) -> Option<Relation> {
    if !shared.has_form || shared.is_null || shared.is_empty {
        return None;
    }
    let path = keys(&shared.pointer).map(Some).collect();
    // An answer that leaves it out shows less of the thing.
    let got = Operand::Collected(Collected { from: Expression::response_body(""), path });
    let kind = RelationKind::Excludes { got, none: Operand::constant(Value::Null) };
    let message = format!("`{}` is not lost", shared.pointer.trim_start_matches('/'));
    Some(Relation::new("written-is-answered", message, kind))
}

/// The members of a request's body that its answer repeats.
pub(in crate::plan::derive) fn sent_members(
    planner: &Planner<'_>,
    request: &Request,
    answer: SchemaId,
) -> Vec<Shared> {
    let mut shared = Vec::new();
    if let Some(template) = request.body.as_ref().and_then(|body| body.content.members()) {
        match &template {
            Template::Array(operations) => {
                for (n, operation) in operations.iter().enumerate() {
                    collect_patched(planner, (n, operation), answer, &mut shared);
                }
            }
            template => collect_sent(planner, template, &[answer], "", &mut shared),
        }
    }
    shared.retain(|one| !is_rewritten(planner, request, &one.sent));
    let patterns = patterns_of_body(planner, request);
    let patterns_shown = declared(planner, &[answer]);
    shared.retain(|one| {
        let name = unescape(one.pointer.trim_start_matches('/')).into_owned();
        let sent = patterns.get(name.as_str());
        sent.is_none_or(|sent| {
            let shown = patterns_shown.get(name.as_str()).map(|ids| patterns_at(planner, ids));
            // What is answered has a form that not all have which may be sent: `Early-Bird` is kept as `EARLY-BIRD`.
            shown.is_none_or(|shown| shown.is_empty() || shown == *sent)
        })
    });
    // Who makes something without having to name a property often means by `null` that it isn't named.
    let is_made = request.method == Method::Post;
    for one in shared.iter_mut() {
        if one.is_empty || (one.is_null && is_made) {
            one.level = one.level.min(Level::Should);
        }
    }
    shared
}

/// Whether a server is said to keep a text in one letter case, whatever was sent.
fn is_rewritten(planner: &Planner<'_>, request: &Request, pointer: &str) -> bool {
    let name = unescape(pointer.trim_start_matches('/'));
    operation_of(planner, request)
        .is_some_and(|operation| planner.resources.rewritten(operation, &name).in_one_case)
}

/// The operation that a request is of.
fn operation_of<'p>(planner: &'p Planner<'_>, request: &Request) -> Option<&'p Operation> {
    let mut operations = planner.contract.operations.iter();
    operations.find(|one| one.method == request.method && one.path.text == request.path)
}

/// The patterns of the members of a body.
fn patterns_of_body<'p>(
    planner: &'p Planner<'_>,
    request: &Request,
) -> IndexMap<&'p str, Vec<&'p str>> {
    let body = operation_of(planner, request).and_then(Operation::body_schema);
    let Some(body) = body else { return IndexMap::new() };
    let members = declared(planner, &[body]).into_iter();
    members.map(|(name, ids)| (name, patterns_at(planner, &ids))).collect()
}

fn patterns_at<'p>(planner: &'p Planner<'_>, ids: &[SchemaId]) -> Vec<&'p str> {
    let merged = Merged::of(planner.contract, ids, Choice::default());
    merged.patterns().iter().map(|one| one.value).collect()
}

/// What an operation of a JSON patch gives a member (RFC 6902 §4.1 and §4.3).
fn collect_patched(
    planner: &Planner<'_>,
    (n, operation): (usize, &Template),
    answer: SchemaId,
    shared: &mut Vec<Shared>,
) {
    let text = |name: &str| match operation.member(name) {
        Some(Template::Value(Value::String(text))) => Some(text.as_str()),
        _ => None,
    };
    let gives = matches!(text("op"), Some("add" | "replace"));
    let member = text("path").and_then(|path| path.strip_prefix('/'));
    let member = member.filter(|name| gives && !name.contains('/'));
    let (Some(member), Some(value)) = (member, operation.member("value")) else { return };
    let (name, before) = (unescape(member).into_owned(), shared.len());
    let object = Template::object(IndexMap::from([(name, value.clone())]));
    collect_sent(planner, &object, &[answer], "", shared);
    let own = format!("/{member}");
    for one in &mut shared[before..] {
        let within = one.pointer.strip_prefix(&own).unwrap_or_default();
        one.sent = format!("/{n}/value{within}");
    }
}

fn collect_sent(
    planner: &Planner<'_>,
    template: &Template,
    answer: &[SchemaId],
    pointer: &str,
    shared: &mut Vec<Shared>,
) {
    let members = declared(planner, answer);
    for (name, member) in members_of(template) {
        let Some(ids) = members.get(name.as_str()) else { continue };
        let pointer = format!("{pointer}/{}", escape(&name));
        let inner = Merged::of(planner.contract, ids, Choice::default());
        // Ids are the server's to make, whoever names them.
        if inner.parts.iter().any(|(_, schema)| schema.write_only) || is_own_id(&name) {
            continue;
        }
        if let Some(items) = objects_of(planner, &member, &inner) {
            // One by one, as each may have an id of its own. In a set, nothing tells which is which.
            for (n, item) in items.iter().enumerate().filter(|_| !inner.unique_items()) {
                collect_sent(planner, item, &inner.item(n), &format!("{pointer}/{n}"), shared);
            }
            continue;
        }
        let sent = type_of(&member);
        let mut push = |likeness, level| {
            let is_null = sent == JsonType::Null;
            let is_empty = match &member {
                Template::Array(items) => items.is_empty(),
                Template::Value(Value::Array(items)) => items.is_empty(),
                _ => false,
            };
            let (pointer, sent) = (pointer.clone(), pointer.clone());
            let has_form = level < Level::Must && !inner.format().is_some_and(is_of_urls);
            shared.push(Shared { pointer, sent, likeness, level, has_form, is_null, is_empty });
        };
        match sent {
            JsonType::Object if !inner.declared().is_empty() => {
                collect_sent(planner, &member, ids, &pointer, shared);
            }
            // An object that nothing describes may get members of the server's own.
            JsonType::Object if members_of(&member).is_empty() => {}
            // Each may be made something else of: of texts, objects that have them.
            JsonType::Array if !are_of_kind(planner, &member, &inner) => {}
            JsonType::Array if inner.types().contains(sent) && !inner.unique_items() => {
                push(Likeness::AllItems, level(&inner));
                if !has_own_order(&inner) {
                    push(Likeness::InOrder, level(&inner));
                }
            }
            _ if inner.types().contains(sent) || is_reference(&member, &inner) => {
                push(likeness(&inner), level(&inner));
            }
            _ => {}
        }
    }
}

/// The members of what is answered, those included that only some of its alternatives have.
fn declared<'p>(planner: &Planner<'p>, answer: &[SchemaId]) -> IndexMap<&'p str, Vec<SchemaId>> {
    let of = |choice| Merged::of(planner.contract, answer, choice);
    let first = of(Choice::default());
    let mut members = first.declared();
    for choice in (1..first.alternatives()).map(Choice) {
        for (name, ids) in of(choice).declared() {
            members.entry(name).or_insert(ids);
        }
    }
    members
}

/// The items of an array of objects whose members the answer's schema knows.
pub(super) fn objects_of(
    planner: &Planner<'_>,
    array: &Template,
    answer: &Merged<'_>,
) -> Option<Vec<Template>> {
    let items = match array {
        Template::Array(items) => items.to_vec(),
        Template::Value(Value::Array(items)) => {
            items.iter().cloned().map(Template::Value).collect()
        }
        _ => return None,
    };
    let is_known = |n: usize| {
        let item = Merged::of(planner.contract, &answer.item(n), Choice::default());
        !item.declared().is_empty()
    };
    let mut all = items.iter().enumerate();
    let are_objects = all.all(|(n, item)| !members_of(item).is_empty() && is_known(n));
    // Which is which can't be told by their places.
    (are_objects && !items.is_empty() && (items.len() == 1 || !has_own_order(answer)))
        .then_some(items)
}

/// Whether the items of an array are of a kind that those of the answer are.
fn are_of_kind(planner: &Planner<'_>, array: &Template, answer: &Merged<'_>) -> bool {
    let kinds: Vec<JsonType> = match array {
        Template::Array(items) => items.iter().map(type_of).collect(),
        Template::Value(Value::Array(items)) => {
            items.iter().map(|one| type_of(&Template::Value(one.clone()))).collect()
        }
        _ => Vec::new(),
    };
    kinds.into_iter().enumerate().all(|(n, kind)| {
        let item = Merged::of(planner.contract, &answer.item(n), Choice::default());
        // The id of something that was made before may be a number.
        let is_reference = kind == JsonType::String && item.types().contains(JsonType::Integer);
        item.types().contains(kind) || is_reference
    })
}

/// Whether an array is said to come in an order of its own: "in the order of the week, however they were sent".
fn has_own_order(array: &Merged<'_>) -> bool {
    const SAYINGS: [&str; 7] = [
        "in the order of",
        "sorted",
        "ordered by",
        "however they were sent",
        "alphabetical",
        "ascending",
        "descending",
    ];
    let mut said = array.parts.iter().filter_map(|(_, schema)| schema.description.as_deref());
    said.any(|text| SAYINGS.iter().any(|one| text.to_lowercase().contains(one)))
}

/// Whether a member repeats the id of something that was made before, which is a number.
fn is_reference(member: &Template, answer: &Merged<'_>) -> bool {
    matches!(member, Template::Expression(Expression::Output { .. }))
        && answer.types().contains(JsonType::Integer)
}

pub(super) fn likeness(merged: &Merged<'_>) -> Likeness {
    if merged.format() == Some("date-time") {
        Likeness::SameTime
    } else if merged.unique_items() {
        Likeness::SameItems
    } else {
        Likeness::Equal
    }
}

/// What such a text leads to may have to be looked at before it is shown.
fn is_of_urls(format: &str) -> bool {
    format.starts_with("uri") || format.starts_with("iri") || format.starts_with("url")
}

/// Texts of a format are often brought into one form: URLs, addresses, durations.
fn level(merged: &Merged<'_>) -> Level {
    match merged.format() {
        None | Some("uuid" | "date" | "date-time" | "byte" | "password") => Level::Must,
        Some(_) if merged.types().contains(JsonType::String) => Level::Should,
        Some(_) => Level::Must,
    }
}

pub(super) fn members_of(template: &Template) -> Vec<(String, Template)> {
    match template {
        Template::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), member.clone())).collect()
        }
        Template::Value(Value::Object(members)) => members
            .iter()
            .map(|(name, value)| (name.clone(), Template::Value(value.clone())))
            .collect(),
        Template::Value(_) | Template::Expression(_) | Template::Text(_) | Template::Array(_) => {
            Vec::new()
        }
    }
}

/// The type of what a template gives; fresh values and known ones are strings wherever it matters.
pub(super) fn type_of(template: &Template) -> JsonType {
    match template {
        Template::Value(Value::Null) => JsonType::Null,
        Template::Value(Value::Bool(_)) => JsonType::Boolean,
        Template::Value(Value::Number(number)) if number.is_f64() => JsonType::Number,
        Template::Value(Value::Number(_)) => JsonType::Integer,
        Template::Value(Value::Array(_)) | Template::Array(_) => JsonType::Array,
        Template::Value(Value::Object(_)) | Template::Object(_) => JsonType::Object,
        Template::Value(Value::String(_)) | Template::Expression(_) | Template::Text(_) => {
            JsonType::String
        }
    }
}
