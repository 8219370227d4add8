//! What was written is read back: the answer of a write and the next read repeat the members that were sent.
//!
//! An update whose schema requires nothing is a partial one: what it doesn't name stays.

mod defaults;
mod shared;
mod unsent;

use spec::model::{Method, Operation, RuntimeExpression, SchemaId, Status};
use spec::names::fold;
use spec::pointer::escape;

use super::CALL;
use crate::case::{Content, Criterion, Operand, Relation, RelationKind, Request};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path, STATUS};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

use defaults::defaults;
use shared::{Likeness, lost, members_of};
pub(in crate::plan::derive) use shared::{Shared, repeated, sent_members};
pub(in crate::plan::derive) use unsent::{cases as unsent, was_taken};

/// The id of the step that reads.
const READ: &str = "read";

/// What was sent, as an output of the writing step.
const SENT: &str = "sent";

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
    relations.extend(created_then(planner, answer, &step));
    Some(step)
}

/// That an update's answer tells the moment of creation that the answer of a step before it told, of the same schema.
pub(super) fn keeps_creation(
    planner: &Planner<'_>,
    operation: &Operation,
    step: &str,
) -> Vec<Criterion> {
    let answer = operation.answer_schema();
    let all = answer.map(|answer| created_then(planner, answer, step)).unwrap_or_default();
    all.into_iter().map(Criterion::Relation).collect()
}

fn created_then(planner: &Planner<'_>, answer: SchemaId, step: &str) -> Vec<Relation> {
    let relation = |name: String| {
        let pointer = format!("/{}", escape(&name));
        let (step, name) = (step.to_owned(), ANSWER.to_owned());
        let expected = Expression::Output { step, name, pointer: pointer.clone() };
        let shared = Shared {
            pointer,
            sent: String::new(),
            likeness: Likeness::SameTime,
            level: Level::Must,
            has_form: false,
            is_null: false,
            is_empty: false,
        };
        repeated("creation-time-is-fixed", "never changes", &shared, expected)
    };
    creation_times(planner, answer).into_iter().map(relation).collect()
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
    // Where the write may be refused as well, nothing was written then.
    let may_be_refused = draft.step(CALL).is_some_and(|call| call.may_be_refused());
    draft.push(reader, READ, read, criteria);
    if let Some(premise) = was_written(planner, operation).filter(|_| may_be_refused) {
        draft.status_of(CALL);
        draft.last_step().into_iter().for_each(|step| step.premises.push(premise.clone()));
    }
}

/// That the write was answered with a success.
fn was_written(planner: &Planner<'_>, operation: &Operation) -> Option<Relation> {
    let (_, any_of) = planner.success(operation)?;
    let codes = any_of.iter().filter_map(|status| match status {
        Status::Code(code) => Some(*code),
        Status::Range(_) | Status::Default => None,
    });
    let status = Expression::output(CALL, STATUS);
    let was = codes.map(|code| Condition::equal(status.clone(), code)).reduce(Condition::or)?;
    let message = "it was written";
    Some(Relation::new("written-is-read-back", message, RelationKind::Holds(was)))
}

/// Adds a read of what was written where the answer of the write shows nothing.
fn read_unanswered(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    request: &Request,
) {
    let here = planner.on_path(operation, Method::Get).filter(|_| operation.method != Method::Post);
    let Some(reader) = here.or_else(|| planner.resources.shown_by(operation).next()) else {
        return;
    };
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
    let reader = here.or_else(|| planner.resources.shown_by(operation).find(same))?;
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
    // What is read within a thing may be about something else.
    let parameter = reader.path.item_parameter()?;
    let maker = draft.step(&step)?.operation_id.clone();
    let makers = planner.resources.makers(reader, parameter);
    let maker = makers.iter().find(|one| one.operation_id == maker)?;
    // Where the client chose the id, no answer need repeat it.
    let RuntimeExpression::ResponseBody(_) = &maker.id else { return None };
    let got = Operand::expression(maker.id.clone().into());
    let expected = Operand::expression(Expression::output(step, parameter));
    let message = "the answer is about what the path names";
    let kind = RelationKind::Equal { got, expected };
    Some(Criterion::Relation(Relation::new("read-is-what-was-asked-for", message, kind)))
}
