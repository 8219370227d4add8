//! What somebody has made is changed by nobody else, where the description says that only who made it may.
//!
//! Two credentials may be those of one person: that they aren't shows where a thing tells who made it. Who doesn't see the
//! thing is no test of that: each pair is tried, and where the thing lies in something that has states, in one of those, too.

use spec::Direction;
use spec::model::{Method, Operation};
use spec::names::tells_maker;
use spec::pointer::escape;
use spec::resources::Lifecycle;

use super::super::law::another;
use super::super::{CALL, told};
use super::{FORBIDDEN, MISSING, pairs};
use crate::case::{Case, Credentials, Criterion, Expected, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "author-alone";
/// The step in which the other one makes something.
pub(super) const OTHER: &str = "other";
/// The steps that look who made what.
const LOOKS: [&str; 2] = ["look", "look_other"];

/// A state of what the thing lies in.
type Around<'l> = (&'l Lifecycle<'l>, &'l str);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let is_write = matches!(operation.method, Method::Put | Method::Patch | Method::Delete);
    if !is_write || !planner.resources.says_author_alone(operation) {
        return Vec::new();
    }
    let Some(maker) = maker(planner, operation) else { return Vec::new() };
    let around = states(planner, operation, maker).into_iter().map(Some);
    let states: Vec<Option<Around<'_>>> = [None].into_iter().chain(around).collect();
    let pairs = pairs(planner, operation, maker).into_iter();
    let pairs = pairs.flat_map(|pair| states.iter().map(move |state| (pair, *state)));
    pairs.filter_map(|(pair, state)| case(planner, operation, maker, pair, state)).collect()
}

/// What makes the thing.
fn maker<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<&'p Operation> {
    let item = operation.path.item_parameter()?;
    let maker = planner.resources.makers(operation, item).first()?;
    planner.operation(&maker.operation_id).ok()
}

/// Of what such things are made in, the nearest state that it isn't in at first, and in which neither they are refused nor the
/// operation.
fn states<'l>(
    planner: &'l Planner<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Vec<Around<'l>> {
    let lives = planner.resources.lifecycles(maker).into_iter();
    let nearest = lives.filter_map(|life| {
        let refused = [life.refused_in(operation), life.refused_in(maker)].concat();
        let states = life.states.iter().filter(|state| !refused.contains(&state.as_str()));
        let ways = states.filter_map(|state| Some((life.way_to(state)?.len(), state)));
        let (_, state) =
            ways.filter(|(length, _)| *length > 0).min_by_key(|(length, _)| *length)?;
        Some((life, state.as_str()))
    });
    nearest.collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    maker: &Operation,
    (author, other): (&str, &str),
    around: Option<Around<'_>>,
) -> Option<Case> {
    let mut draft = Draft::for_call(planner, operation);
    if let Some((life, state)) = around {
        let place = draft.path(maker, &Path::new()).ok()?;
        draft.bring((maker, &place), life, state)?;
    }
    let path = draft.path(operation, &Path::new()).ok()?;
    let own = draft.steps.iter().find(|step| step.operation_id == maker.id)?.id.clone();
    draft.made_by_member(author, maker);
    another(&mut draft, planner, (operation, &path), (OTHER, Extent::Minimal))?;
    draft.last_step()?.request.credentials = Credentials::As(other.to_owned());
    let told_by = look(&mut draft, planner, (operation, maker), (&own, &path));
    for name in [author, other] {
        draft.may_be_refused(name);
    }
    let mut request = draft.request(operation, &path, Extent::Complete).ok()?;
    request.credentials = Credentials::As(other.to_owned());
    let level = if told_by.is_some() { promise::level(CODE) } else { Level::Should };
    let is_hidden = operation.responses.contains_key(&MISSING)
        && !planner.resources.says_absent_to_all(operation);
    let any_of = [FORBIDDEN].into_iter().chain(is_hidden.then_some(MISSING)).collect();
    let expected = Expected { any_of, code: CODE, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.last_step()?.premises.extend(told_by);
    let summary = "what somebody has made is changed by nobody else";
    let detail = match around {
        Some((_, state)) => format!("{CODE}:{author}:{other}:{state}"),
        None => format!("{CODE}:{author}:{other}"),
    };
    Some(told(draft, operation, FORBIDDEN, (&detail, summary)))
}

/// That two things were made by two, as far as they tell: by the answers to those who made them, else by what reads them.
fn look(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    (operation, maker): (&Operation, &Operation),
    (own, path): (&str, &Path),
) -> Option<Relation> {
    if let Some(name) = tells(planner, maker) {
        [own, OTHER].iter().for_each(|step| draft.answer_of(step));
        return Some(differ(&name, [own, OTHER]));
    }
    let reader = planner.on_path(operation, Method::Get)?;
    let name = tells(planner, reader)?;
    let theirs = draft.path_to(reader, OTHER)?;
    for (step, path) in LOOKS.into_iter().zip([path, &theirs]) {
        let request = draft.bare_request(reader, path).ok()?;
        draft.push(reader, step, request, planner.succeeds(reader));
        draft.answer_of(step);
    }
    Some(differ(&name, LOOKS))
}

/// The member by which the answer of an operation tells who made the thing.
fn tells(planner: &Planner<'_>, operation: &Operation) -> Option<String> {
    let answer = operation.answer_schema()?;
    let shown = Merged::toward(planner.contract, &[answer], Choice::default(), Direction::Response);
    let required = shown.required();
    required.iter().find(|name| tells_maker(name)).map(|name| (*name).to_owned())
}

/// That two things were made by two.
pub(super) fn differ(name: &str, steps: [&str; 2]) -> Relation {
    let [own, theirs] = steps.map(|step| {
        let pointer = format!("/{}", escape(name));
        Operand::expression(Expression::output(step, ANSWER).at(&pointer))
    });
    let kind = RelationKind::Differ { got: theirs, from: own };
    Relation::new(CODE, format!("two credentials differ in `{name}` of what they make"), kind)
}
