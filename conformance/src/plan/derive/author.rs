//! What somebody has made is changed by nobody else, where the description says that only who made it may.
//!
//! Two credentials may be those of one person: that they aren't shows where a thing tells who made it.

use spec::model::{Method, Operation, Status};
use spec::names::fold;
use spec::pointer::escape;

use super::law::another;
use super::{CALL, told};
use crate::case::{Case, Credentials, Criterion, Expected, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "author-alone";
const FORBIDDEN: Status = Status::Code(403);
/// The step in which the other one makes something.
const OTHER: &str = "other";
/// The steps that look who made what.
const LOOKS: [&str; 2] = ["look", "look_other"];
/// What members are called that tell who made a thing.
const AUTHORS: [&str; 10] = [
    "author",
    "authorid",
    "createdby",
    "creator",
    "creatorid",
    "madeby",
    "owner",
    "ownerid",
    "userid",
    "writtenby",
];

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch | Method::Delete) {
        return None;
    }
    let is_told = planner.resources.says_author_alone(operation);
    operation.responses.get(&FORBIDDEN).filter(|_| is_told)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let maker = draft.maker_of(operation)?;
    let (author, other) = two(planner, operation, maker)?;
    draft.made_by(author);
    another(&mut draft, planner, (operation, &path), (OTHER, Extent::Minimal))?;
    draft.last_step()?.request.credentials = Credentials::As(other.to_owned());
    let told_by = tells(planner, operation);
    if let Some((reader, _)) = &told_by {
        let [look, look_other] = LOOKS;
        let theirs = draft.path_to(reader, OTHER)?;
        for (step, path) in [(look, &path), (look_other, &theirs)] {
            let request = draft.bare_request(reader, path).ok()?;
            draft.push(reader, step, request, planner.succeeds(reader));
            draft.answer_of(step);
        }
    }
    let mut request = draft.request(operation, &path, Extent::Complete).ok()?;
    request.credentials = Credentials::As(other.to_owned());
    let level = if told_by.is_some() { promise::level(CODE) } else { Level::Should };
    let expected = Expected { any_of: vec![FORBIDDEN], code: CODE, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    if let Some((_, name)) = &told_by {
        draft.last_step()?.premises.push(differ(name));
    }
    let summary = "what somebody has made is changed by nobody else";
    Some(told(draft, operation, FORBIDDEN, (CODE, summary)))
}

/// Two credentials of one side that may make such things and change them.
fn two<'p>(
    planner: &'p Planner<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Option<(&'p str, &'p str)> {
    let side = planner.side_of(operation);
    let mut all = planner.context.credentials.iter().filter(|(name, caller)| {
        let may = |one: &Operation| caller.may_call(one) && caller.fits(one);
        may(operation) && may(maker) && planner.side_with(name) == side
    });
    let (author, other) = (all.next()?, all.next()?);
    Some((author.0.as_str(), other.0.as_str()))
}

/// The GET of a thing, and the member by which it tells who made it.
fn tells<'p>(planner: &Planner<'p>, operation: &Operation) -> Option<(&'p Operation, String)> {
    let reader = planner.on_path(operation, Method::Get)?;
    let (choice, direction) = (Choice::default(), spec::Direction::Response);
    let shown = Merged::toward(planner.contract, &[reader.answer_schema()?], choice, direction);
    let required = shown.required();
    let name = required.iter().find(|name| AUTHORS.contains(&fold(name).as_str()))?;
    Some((reader, (*name).to_owned()))
}

/// That two things were made by two.
fn differ(name: &str) -> Relation {
    let [own, theirs] = LOOKS.map(|step| {
        let pointer = format!("/{}", escape(name));
        Operand::expression(Expression::output(step, ANSWER).at(&pointer))
    });
    let kind = RelationKind::Differ { got: theirs, from: own };
    Relation::new(CODE, format!("two credentials differ in `{name}` of what they make"), kind)
}
