//! An action does to its thing what its description says: it takes one from a number, sets a moment, keeps what was sent. Where
//! nothing is left to take from, it is refused.

use std::sync::Arc;

use spec::model::{JsonType, Operation, Status};
use spec::names::words;
use spec::pointer::escape;
use spec::resources::{Effect, Effects};

use super::super::{CALL, told, valid_call};
use crate::case::{Case, Content, Criterion, Expected, Operand, Relation, RelationKind, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path, same_path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Location, Merged, Sample};

const CODE: &str = "action-does";
const USED_UP: &str = "used-up-is-refused";
const LOOK: &str = "look";
const SENT: &str = "sent";
const READ: &str = "read";
/// How many are left before: with one of them nobody could tell one from all.
const LEFT: [i64; 3] = [3, 2, 1];
const CONFLICT: Status = Status::Code(409);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    // A PATCH changes; what has effects is a POST.
    let Some(effects) = planner.resources.effects(operation) else {
        return changes(planner, operation).into_iter().collect();
    };
    let does = does(planner, operation, &effects);
    let used_up = used_up(planner, operation, &effects);
    does.into_iter().chain(used_up).collect()
}

/// A change sets the moment that tells when something was last changed.
fn changes(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let moments = planner.resources.set_by_change(operation);
    let (status, _) = planner.success(operation).filter(|_| !moments.is_empty())?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let set = moments.into_iter().map(|one| relation(&Effect::Sets(one), Expression::request_body));
    let criteria = planner.succeeds(operation).into_iter().chain(set).collect();
    draft.push(operation, CALL, request, criteria);
    Some(told(draft, operation, status, (CODE, "a change tells when it was made")))
}

fn does(planner: &Planner<'_>, operation: &Operation, effects: &Effects<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    // Where it takes from something, there has to be some of that.
    let some_left = LEFT.into_iter().find_map(|count| left(planner, operation, count));
    let (mut draft, request, path) = match some_left {
        Some((mut draft, path)) => {
            let request = draft.request(operation, &path, Extent::Minimal).ok()?;
            (draft, request, path)
        }
        None => {
            let (mut draft, request, path) =
                valid_call(planner, operation, Extent::Minimal).ok()?;
            draft.steps.last()?;
            look(&mut draft, planner, effects, (operation, &path), LOOK, Vec::new())?;
            (draft, request, path)
        }
    };
    let answered = effects.all.iter().map(|effect| relation(effect, Expression::request_body));
    let mut criteria = planner.succeeds(operation);
    if operation.answer_schema() == effects.reader.answer_schema() {
        criteria.extend(answered);
    }
    let sent = |pointer: String| Expression::output(CALL, SENT).at(&pointer);
    let relations = effects.all.iter().map(|effect| relation(effect, sent)).collect();
    draft.push(operation, CALL, request, criteria);
    draft.output(CALL, SENT, &Expression::request_body(""));
    look(&mut draft, planner, effects, (operation, &path), READ, relations)?;
    Some(told(draft, operation, status, (CODE, "it does what its description says")))
}

/// Looks at the thing.
fn look(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    effects: &Effects<'_>,
    about: (&Operation, &Path),
    id: &str,
    more: Vec<Criterion>,
) -> Option<()> {
    let reader = effects.reader;
    let request = draft.bare_request(reader, &same_path(reader, about)?).ok()?;
    draft.push(reader, id, request, planner.succeeds(reader).into_iter().chain(more).collect());
    draft.answer_of(id);
    Some(())
}

/// That an effect shows; `body` is where a member of what was sent is found.
fn relation(effect: &Effect, body: impl Fn(String) -> Expression) -> Criterion {
    let at = |name: &str| format!("/{}", escape(name));
    let got = |name: &str| Operand::expression(Expression::response_body(at(name)));
    let (message, kind) = match effect {
        Effect::Counts(member, by) => {
            let than = Operand::expression(Expression::output(LOOK, ANSWER).at(&at(member)));
            let (got, by) = (got(member), Operand::constant(*by));
            let kind = RelationKind::More { got, than, by };
            (format!("`{member}` has gone up or down by one, as is said"), kind)
        }
        Effect::Sets(member) => {
            let from = Operand::constant(serde_json::Value::Null);
            (format!("`{member}` is set"), RelationKind::Differ { got: got(member), from })
        }
        Effect::Takes { sent, member } => {
            let expected = Operand::expression(body(at(sent)));
            let kind = RelationKind::Equal { got: got(member), expected };
            (format!("`{member}` is what was sent as `{sent}`"), kind)
        }
    };
    Criterion::Relation(Relation::new(CODE, message, kind))
}

/// With one left it works once, and once more it is refused and leaves nothing less than nothing.
fn used_up(planner: &Planner<'_>, operation: &Operation, effects: &Effects<'_>) -> Option<Case> {
    let member = taken_from(effects)?;
    let (mut draft, path) = one_left(planner, operation)?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    draft.push(operation, "first", request.clone(), planner.succeeds(operation));
    let said = operation.told.as_deref().unwrap_or_default();
    let level = if said.contains("409") { promise::level(USED_UP) } else { Level::Should };
    let expected = Expected { any_of: vec![CONFLICT], code: USED_UP, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let mut none = vec![Criterion::Relation(is(member, 0))];
    none.extend(effects.at_none.as_ref().map(becomes));
    look(&mut draft, planner, effects, (operation, &path), READ, none)?;
    let summary = "where nothing is left it is refused";
    Some(told(draft, operation, CONFLICT, (USED_UP, summary)))
}

/// That a member is what it is said to become with the last one.
fn becomes((member, value): &(String, String)) -> Criterion {
    let got = Operand::expression(Expression::response_body(format!("/{}", escape(member))));
    let kind = RelationKind::Equal { got, expected: Operand::constant(value.as_str()) };
    let message = format!("`{member}` is `{value}`, as nothing is left");
    Criterion::Relation(Relation::new(CODE, message, kind))
}

/// The number that an action takes from.
fn taken_from<'e>(effects: &'e Effects<'_>) -> Option<&'e String> {
    effects.all.iter().find_map(|effect| match effect {
        Effect::Counts(member, -1) => Some(member),
        _ => None,
    })
}

/// Something that an action can be done to once, as it has one left of what the action takes.
pub(in crate::plan) fn one_left<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> Option<(Draft<'p>, Path)> {
    left(planner, operation, 1)
}

/// The same so many times.
fn left<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    count: i64,
) -> Option<(Draft<'p>, Path)> {
    let effects = planner.resources.effects(operation)?;
    operation.responses.get(&CONFLICT).filter(|_| effects.is_refused_at_none)?;
    let member = taken_from(&effects)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    make_some(&mut draft, planner, member, count)?;
    look(&mut draft, planner, &effects, (operation, &path), LOOK, Vec::new())?;
    draft.last_step()?.premises.push(is(member, count));
    Some((draft, path))
}

fn is(member: &str, count: i64) -> Relation {
    let got = Operand::expression(Expression::response_body(format!("/{}", escape(member))));
    let kind = RelationKind::Equal { got, expected: Operand::constant(count) };
    Relation::new(CODE, format!("`{member}` is {count}"), kind)
}

/// Gives the thing that was made last so many of what the action takes: by the numbers of its body that are called alike.
fn make_some(draft: &mut Draft<'_>, planner: &Planner<'_>, member: &str, count: i64) -> Option<()> {
    let step = draft.steps.last()?;
    let maker = planner.operation(&step.operation_id).ok()?;
    let schema = planner.media_type(maker)?.schema?;
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let kin = |name: &&&str| words(name).first() == words(member).first();
    let properties = body.properties();
    let is_number = |name: &&&str| {
        let ids = properties.get(**name).map(Vec::as_slice).unwrap_or_default();
        Merged::of(planner.contract, ids, Choice::default()).types().contains(JsonType::Integer)
    };
    let name = properties.keys().filter(kin).find(is_number)?;
    let place = Location::default().member(name);
    let fixed = crate::sample::Fixed::from([(place.clone(), Sample::Value(count.into()))]);
    let (valid, _) = planner.sampler.valid(schema, Extent::Complete, &fixed)?;
    valid.at(&place).filter(|one| **one == Sample::Value(count.into()))?;
    let content = &mut draft.last_step()?.request.body.as_mut()?.content;
    let Content::Json(Template::Object(members)) = content else { return None };
    Arc::make_mut(members).insert((*name).to_owned(), Template::Value(count.into()));
    Some(())
}
