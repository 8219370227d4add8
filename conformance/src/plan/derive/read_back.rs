//! What was written is read back: the answer of a write and the next read repeat the members that were sent.
//!
//! A member of the request's body and a member of the answer are the same thing when they have the same name at the
//! same place and the answer's schema admits values of the kind that was sent. An update whose schema requires
//! nothing is a partial one: what it doesn't name stays.

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{JsonType, Method, Operation, RuntimeExpression, SchemaId};
use spec::names::fold;
use spec::pointer::{escape, unescape};

use super::CALL;
use crate::case::{
    Collected, Content, Criterion, Operand, Relation, RelationKind, Request, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

/// The id of the step that reads.
const READ: &str = "read";
/// What was sent, as an output of the writing step.
const SENT: &str = "sent";

/// A member that a write and its answer share.
pub(super) struct Shared {
    /// The JSON pointer into the answer.
    pub(super) pointer: String,
    /// The JSON pointer into the body that was sent: the same, but for patches.
    pub(super) sent: String,
    likeness: Likeness,
    /// How much it weighs that it comes back: less, where servers bring values into a form of their own.
    level: Level,
    /// Whether it is of a format that servers bring into a form of their own, but don't go by, as they do by URLs.
    has_form: bool,
    /// Whether `null` was sent.
    is_null: bool,
    /// Whether an array without items was sent, which many answers leave out.
    is_empty: bool,
}

impl Shared {
    /// Whether the answer has the very value that was sent, and not another spelling of it; an array in whatever order.
    pub(super) fn is_literal(&self) -> bool {
        let is_same = matches!(self.likeness, Likeness::Equal | Likeness::AllItems);
        is_same && self.level == Level::Must
    }
}

/// How two values of a property are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Equal,
    SameTime,
    SameItems,
    /// An array with all of the items, whatever their order.
    AllItems,
    /// The same as another one, but for the order: told apart, as many servers take an array for a set.
    InOrder,
}

/// Adds what the write's own answer must repeat, and a read of the same thing.
pub(super) fn follow(draft: &mut Draft<'_>, planner: &Planner<'_>, operation: &Operation) {
    let Some(call) = draft.steps.last().filter(|step| step.id == CALL) else { return };
    if call.request.method.is_safe() || !writes(planner, operation) {
        return;
    }
    let request = call.request.clone();
    let Some(answer) = operation.answer_schema() else {
        if operation.method == Method::Delete {
            return;
        }
        return read_unanswered(draft, planner, operation, &request);
    };
    let sent = sent_members(planner, &request, answer);
    let mut relations: Vec<Relation> = sent
        .iter()
        .map(|shared| {
            let expected = Expression::request_body(shared.sent.clone());
            repeated("written-is-answered", "is answered as it was sent", shared, expected)
        })
        .collect();
    relations.extend(sent.iter().filter_map(lost));
    relations.extend(defaults(planner, operation, &request, answer));
    let unnamed = unnamed_members(planner, operation, &request, answer);
    let made = kept(draft, planner, operation, answer, unnamed, &mut relations);
    let Some(call) = draft.last_step() else { return };
    call.criteria.extend(relations.into_iter().map(Criterion::Relation));
    call.outputs.insert(SENT.to_owned(), Expression::request_body(""));
    read(draft, planner, operation, answer, &request, &sent, made);
}

/// Whether an operation writes something that can be read back. A POST that only asks, or acts, does not.
pub(super) fn writes(planner: &Planner<'_>, operation: &Operation) -> bool {
    operation.method != Method::Post || planner.resources.makes(operation)
}

/// That a member of the answer is what it has to be.
pub(super) fn repeated(
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
fn lost(shared: &Shared) -> Option<Relation> {
    if !shared.has_form || shared.is_null || shared.is_empty {
        return None;
    }
    let tokens = shared.pointer.split('/').skip(1);
    let path = tokens.map(|token| Some(unescape(token).into_owned())).collect();
    // An answer that leaves it out shows less of the thing.
    let got = Operand::Collected(Collected { from: Expression::response_body(""), path });
    let kind = RelationKind::Excludes { got, none: Operand::constant(Value::Null) };
    let message = format!("`{}` is not lost", shared.pointer.trim_start_matches('/'));
    Some(Relation::new("written-is-answered", message, kind))
}

/// The members of a request's body that its answer repeats.
pub(super) fn sent_members(
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
    // Who makes something without having to name a property often means by `null` that it isn't named.
    let is_made = request.method == Method::Post;
    for one in shared.iter_mut() {
        if one.is_empty || (one.is_null && is_made) {
            one.level = one.level.min(Level::Should);
        }
    }
    shared
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
        if inner.parts.iter().any(|(_, schema)| schema.write_only) || is_id(&name) {
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
            JsonType::Array if inner.types().contains(sent) && !inner.unique_items() => {
                push(Likeness::AllItems, level(&inner));
                push(Likeness::InOrder, level(&inner));
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
fn objects_of(
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
    (are_objects && !items.is_empty()).then_some(items)
}

/// Whether a member repeats the id of something that was made before, which is a number.
fn is_reference(member: &Template, answer: &Merged<'_>) -> bool {
    matches!(member, Template::Expression(Expression::Output { .. }))
        && answer.types().contains(JsonType::Integer)
}

/// Whether a property is by its name the id of the object that has it.
fn is_id(name: &str) -> bool {
    matches!(fold(name).as_str(), "id" | "uuid" | "guid")
}

fn likeness(merged: &Merged<'_>) -> Likeness {
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

fn members_of(template: &Template) -> Vec<(String, Template)> {
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
fn type_of(template: &Template) -> JsonType {
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

/// OAS 3.0.3 §4.7.24: `default` is what an absent member means to whoever receives the body.
fn defaults(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
    answer: SchemaId,
) -> Vec<Relation> {
    let partial = is_partial(planner, operation);
    let Some(schema) = planner.media_type(operation).and_then(|media_type| media_type.schema)
    else {
        return Vec::new();
    };
    let Some(sent) = request.body.as_ref().map(|body| match &body.content {
        Content::Json(template) => members_of(template),
        _ => Vec::new(),
    }) else {
        return Vec::new();
    };
    let answered = Merged::of(planner.contract, &[answer], Choice::default());
    let answered = answered.declared();
    let Some(body) = sent_branch(planner, schema, &sent) else { return Vec::new() };
    let mut relations = Vec::new();
    if !partial {
        for (name, member) in &sent {
            let (Some(ids), Some(shown)) =
                (body.properties().get(name.as_str()).cloned(), answered.get(name.as_str()))
            else {
                continue;
            };
            let pointer = format!("/{}", escape(name));
            inner_defaults(planner, (member, &ids), shown, &pointer, &mut relations);
        }
    }
    for (name, ids) in body.properties() {
        let is_absent = sent.iter().all(|(other, _)| other != name);
        let default = Merged::of(planner.contract, &ids, Choice::default()).default().cloned();
        if let Some(default) = default
            && is_absent
            && !partial
            && answered.contains_key(name)
        {
            let got = Operand::expression(Expression::response_body(format!("/{name}")));
            let expected = Operand::constant(default);
            relations.push(Relation {
                law: "default-applies",
                level: promise::level("default-applies"),
                message: format!("`{name}` has its default, as it was not sent"),
                kind: RelationKind::Equal { got, expected },
            });
        }
    }
    relations
}

/// The same of an object within a body, where the answer shows it.
fn inner_defaults(
    planner: &Planner<'_>,
    (sent, ids): (&Template, &[SchemaId]),
    answered: &[SchemaId],
    pointer: &str,
    relations: &mut Vec<Relation>,
) {
    let (body, shown) = (
        Merged::of(planner.contract, ids, Choice::default()),
        Merged::of(planner.contract, answered, Choice::default()),
    );
    let own = members_of(sent);
    // Which of several kinds of objects it is, only its members tell.
    if type_of(sent) != JsonType::Object || own.is_empty() || body.alternatives() > 1 {
        return;
    }
    let shown = shown.declared();
    for (name, ids) in body.properties() {
        let Some(shown) = shown.get(name) else { continue };
        let pointer = format!("{pointer}/{}", escape(name));
        if let Some((_, member)) = own.iter().find(|(other, _)| other == name) {
            inner_defaults(planner, (member, &ids), shown, &pointer, relations);
            continue;
        }
        let default = Merged::of(planner.contract, &ids, Choice::default()).default().cloned();
        if let Some(default) = default {
            let message = format!(
                "`{}` has its default, as it was not sent",
                pointer.trim_start_matches('/')
            );
            let got = Operand::expression(Expression::response_body(pointer));
            let kind = RelationKind::Equal { got, expected: Operand::constant(default) };
            relations.push(Relation::new("default-applies", message, kind));
        }
    }
}

/// What the body of a request is by its schema, in the branch that admits what was sent: members of other branches have no
/// default in it.
fn sent_branch<'p>(
    planner: &Planner<'p>,
    schema: SchemaId,
    sent: &[(String, Template)],
) -> Option<Merged<'p>> {
    let branches = Merged::of(planner.contract, &[schema], Choice::default()).alternatives();
    let mut choices = (0..branches.max(1)).map(Choice);
    choices.find_map(|choice| {
        let body = Merged::of(planner.contract, &[schema], choice);
        let properties = body.properties();
        let is_admitted =
            |(name, member): &(String, Template)| match (properties.get(name.as_str()), member) {
                (Some(ids), Template::Value(value)) => {
                    ids.iter().all(|id| planner.sampler.admits_value(*id, value))
                }
                _ => true,
            };
        sent.iter().all(is_admitted).then_some(body)
    })
}

/// Whether an update leaves alone what its body doesn't name.
pub(super) fn is_partial(planner: &Planner<'_>, operation: &Operation) -> bool {
    match operation.method {
        Method::Patch => true,
        Method::Put => {
            let schema = planner.media_type(operation).and_then(|media_type| media_type.schema);
            schema.is_some_and(|schema| {
                let merged = Merged::of(planner.contract, &[schema], Choice::default());
                merged.required().is_empty() && merged.min_properties() == 0
            })
        }
        _ => false,
    }
}

/// Members that the update could have named and its answer has.
fn unnamed_members(
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
    answer: SchemaId,
) -> Vec<String> {
    let schema = planner.media_type(operation).and_then(|media_type| media_type.schema);
    let (Some(schema), true) = (schema, is_partial(planner, operation)) else { return Vec::new() };
    let Some(Content::Json(template)) = request.body.as_ref().map(|body| &body.content) else {
        return Vec::new();
    };
    let named = members_of(template);
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let answered = Merged::of(planner.contract, &[answer], Choice::default());
    let answered = answered.declared();
    let is_unnamed = |name: &&str| named.iter().all(|(other, _)| other != *name);
    let properties = body.properties().into_keys();
    let unnamed = properties.filter(|name| is_unnamed(name) && answered.contains_key(name));
    unnamed.map(str::to_owned).collect()
}

/// What stays as it was when the thing was made, where the maker's answer has the same schema. Also that it keeps the
/// moment of its creation. Gives the making step, if there is one.
fn kept(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    answer: SchemaId,
    unnamed: Vec<String>,
    relations: &mut Vec<Relation>,
) -> Option<String> {
    let last = operation.path.parameters().last()?;
    let maker = draft.steps.iter().find(|step| {
        let makers = planner.resources.makers(operation, last);
        makers.iter().any(|maker| maker.operation_id == step.operation_id)
    })?;
    let step = maker.id.clone();
    let maker = planner.contract.operation(&maker.operation_id)?;
    if maker.answer_schema() != Some(answer) || operation.method == Method::Post {
        return Some(step);
    }
    draft.answer_of(&step);
    let before = |pointer: &str| Expression::Output {
        step: step.clone(),
        name: ANSWER.to_owned(),
        pointer: pointer.to_owned(),
    };
    let level = promise::level("absent-stays");
    let level = if operation.method == Method::Patch { level } else { level.min(Level::Should) };
    for name in unnamed {
        let pointer = format!("/{}", escape(&name));
        let kind = RelationKind::Stays {
            before: Operand::expression(before(&pointer)),
            got: Operand::expression(Expression::response_body(pointer)),
        };
        let message = format!("`{name}` stays, as the update didn't name it");
        relations.push(Relation::new("absent-stays", message, kind).at(level));
    }
    for name in creation_times(planner, answer) {
        let pointer = format!("/{}", escape(&name));
        let likeness = Likeness::SameTime;
        let shared = Shared {
            pointer,
            sent: String::new(),
            likeness,
            level: Level::Must,
            has_form: false,
            is_null: false,
            is_empty: false,
        };
        let expected = before(&shared.pointer);
        relations.push(repeated("creation-time-is-fixed", "never changes", &shared, expected));
    }
    Some(step)
}

/// Members that by their name and format are the moment of creation.
pub(super) fn creation_times(planner: &Planner<'_>, answer: SchemaId) -> Vec<String> {
    /// What APIs call it, without regard to how words are joined.
    const NAMES: [&str; 9] = [
        "createdat",
        "created",
        "createdon",
        "creationtime",
        "createdtime",
        "datecreated",
        "addedat",
        "addedon",
        "dateadded",
    ];
    let merged = Merged::of(planner.contract, &[answer], Choice::default());
    let is_time = |ids: &[SchemaId]| {
        Merged::of(planner.contract, ids, Choice::default()).format() == Some("date-time")
    };
    merged
        .declared()
        .into_iter()
        .filter(|(name, ids)| NAMES.contains(&fold(name).as_str()) && is_time(ids))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Adds a read of what was written.
fn read(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    answer: SchemaId,
    request: &Request,
    sent: &[Shared],
    made: Option<String>,
) {
    let Some((reader, path)) = reader(draft, planner, operation, answer) else { return };
    let Ok(mut read) = draft.request(reader, &path, Extent::Minimal) else { return };
    if reader.path.shape() == operation.path.shape() {
        read.path_parameters.clone_from(&request.path_parameters);
    }
    let mut criteria = planner.succeeds(reader);
    let step = if operation.method == Method::Post { Some(CALL.to_owned()) } else { made };
    criteria.extend(same_thing(draft, planner, reader, step));
    criteria.extend(sent.iter().map(|shared| {
        let expected = Expression::Output {
            step: CALL.to_owned(),
            name: SENT.to_owned(),
            pointer: shared.sent.clone(),
        };
        Criterion::Relation(repeated(
            "written-is-read-back",
            "is read back as it was sent",
            shared,
            expected,
        ))
    }));
    draft.push(reader, READ, read, criteria);
}

/// Adds a read of what was written where the answer of the write shows nothing.
fn read_unanswered(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
) {
    let here = planner.on_path(operation, Method::Get).filter(|_| operation.method != Method::Post);
    let Some(reader) = here.or_else(|| planner.shown_by(operation).next()) else { return };
    let Some(answer) = reader.answer_schema() else { return };
    let sent = sent_members(planner, request, answer);
    let Some(call) = draft.last_step() else { return };
    call.outputs.insert(SENT.to_owned(), Expression::request_body(""));
    let defaults = defaults(planner, operation, request, answer);
    let before = draft.steps.len();
    read(draft, planner, operation, answer, request, &sent, None);
    // What has defaults shows them when it is read.
    if draft.steps.len() > before
        && let Some(read) = draft.last_step()
    {
        read.criteria.extend(defaults.into_iter().map(Criterion::Relation));
    }
}

/// The operation that reads what another one wrote, in the same shape: a GET on the same path, else one that is fed
/// by what was made.
fn reader<'p>(
    draft: &mut Draft<'_>,
    planner: &Planner<'p>,
    operation: &Operation,
    answer: SchemaId,
) -> Option<(&'p Operation, Path)> {
    let same = |reader: &&Operation| {
        reader.method == Method::Get && reader.answer_schema() == Some(answer)
    };
    let here = planner.on_path(operation, Method::Get).filter(same);
    let reader = here.or_else(|| planner.shown_by(operation).find(same))?;
    let path = draft.path(reader, &Path::new()).ok()?;
    Some((reader, path))
}

/// That the id which was read is the one that was made.
pub(super) fn same_thing(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    reader: &Operation,
    made: Option<String>,
) -> Option<Criterion> {
    let step = made?;
    let parameter = reader.path.parameters().last()?;
    let maker = draft.step(&step)?.operation_id.clone();
    let makers = planner.resources.makers(reader, parameter);
    let maker = makers.iter().find(|one| one.operation_id == maker)?;
    // Where the client chose the id, no answer need repeat it.
    let RuntimeExpression::ResponseBody(_) = &maker.id else { return None };
    let got = Operand::expression(maker.id.clone().into());
    let expected = Operand::expression(Expression::output(step, parameter));
    Some(Criterion::Relation(Relation {
        law: "read-is-what-was-asked-for",
        level: promise::level("read-is-what-was-asked-for"),
        message: "the answer is about what the path names".to_owned(),
        kind: RelationKind::Equal { got, expected },
    }))
}
