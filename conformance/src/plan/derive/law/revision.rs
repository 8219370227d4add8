//! A number that is said to count the changes of a thing is one more after a change; after the same once more, it is what is said
//! of a change that changes nothing.

use spec::model::{Method, Operation};
use spec::pointer::escape;
use spec::resources::Revision;

use super::super::{CALL, told};
use super::touched;
use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft};
use crate::sample::Extent;

const CODE: &str = "changes-are-counted";
/// The steps that look before a change and after it, and the one that changes first.
const LOOK: &str = "look";
const READ: &str = "read";
const FIRST: &str = "first";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch) {
        return Vec::new();
    }
    let Some(reader) = planner.on_path(operation, Method::Get) else { return Vec::new() };
    let Some(revision) = planner.resources.revision(operation, reader) else { return Vec::new() };
    let change = (&revision, operation, reader);
    let same = revision.by_same.and_then(|by| case(planner, change, Some(by)));
    let each = || each(planner, change);
    case(planner, change, None).into_iter().chain(same).chain(each()).collect()
}

/// After a change of each member by itself, as the answers to the changes tell.
fn each(
    planner: &Planner<'_>,
    (revision, operation, reader): (&Revision, &Operation, &Operation),
) -> Option<Case> {
    /// Members, at most.
    const MOST: usize = 8;
    let is_told = operation.answer_schema() == reader.answer_schema();
    (operation.method == Method::Patch && is_told).then_some(())?;
    let (status, _) = planner.success(operation)?;
    let (mut draft, path) = touched::own(planner, operation)?;
    let update = draft.request_of_its_own(operation, &path, Extent::Complete, "update").ok()?;
    // What is new of each value changes something for sure.
    let is_new = |(_, value): &(&String, &Template)| {
        value.expressions().iter().any(|one| matches!(one, Expression::Input { .. }))
    };
    let names = update.members().filter(is_new).map(|(name, _)| name.clone());
    let names: Vec<String> = names.take(MOST).collect();
    (names.len() > 1).then_some(())?;
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, (reader, &read), LOOK, None);
    let mut before = LOOK.to_owned();
    for (n, name) in names.iter().enumerate() {
        let mut alone = update.clone();
        let others = update.members().map(|(one, _)| one).filter(|one| *one != name);
        for other in others {
            alone.body.as_mut()?.content.remove_member(other)?;
        }
        let step = if n + 1 == names.len() { CALL.to_owned() } else { format!("update_{name}") };
        let counted = counted_since(revision, &before, 1);
        let criteria = planner.succeeds(operation).into_iter().chain([counted]).collect();
        draft.push(operation, &step, alone, criteria);
        draft.answer_of(&step);
        before = step;
    }
    let summary = format!("`{}` is one more after a change of each member", revision.member);
    Some(told(draft, operation, status, (&format!("{CODE}:each"), &summary)))
}

/// After a change; or where it is said by how much, after the same once more.
fn case(
    planner: &Planner<'_>,
    (revision, operation, reader): (&Revision, &Operation, &Operation),
    by_same: Option<u8>,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, path, update) = touched::changing(planner, operation)?;
    if by_same.is_some() {
        draft.push(operation, FIRST, update.clone(), planner.succeeds(operation));
    }
    let read = draft.bare_request(reader, &path).ok()?;
    look(&mut draft, (reader, &read), LOOK, None);
    draft.push(operation, CALL, update, planner.succeeds(operation));
    look(&mut draft, (reader, &read), READ, Some(counted(revision, by_same.unwrap_or(1))));
    let (detail, summary) = match by_same {
        None => (CODE.to_owned(), format!("`{}` is one more after a change", revision.member)),
        Some(_) => (
            format!("{CODE}:same"),
            format!("`{}` is what is said of a change that changes nothing", revision.member),
        ),
    };
    Some(told(draft, operation, status, (&detail, &summary)))
}

fn look(
    draft: &mut Draft<'_>,
    (reader, read): (&Operation, &Request),
    step: &str,
    counted: Option<Criterion>,
) {
    let criteria = draft.planner().succeeds(reader).into_iter().chain(counted).collect();
    draft.push(reader, step, read.clone(), criteria);
    draft.answer_of(step);
}

/// That the number is so much more than when the thing was looked at.
pub(super) fn counted(revision: &Revision, by: u8) -> Criterion {
    counted_since(revision, LOOK, by)
}

/// That the number is so much more than a step's answer has told.
fn counted_since(revision: &Revision, before: &str, by: u8) -> Criterion {
    let pointer = format!("/{}", escape(&revision.member));
    let got = Operand::expression(Expression::response_body(pointer.clone()));
    let (step, name) = (before.to_owned(), ANSWER.to_owned());
    let than = Operand::expression(Expression::Output { step, name, pointer });
    let kind = RelationKind::More { got, than, by: Operand::constant(by) };
    let message = format!("`{}` counts the changes", revision.member);
    Criterion::Relation(Relation::new(CODE, message, kind))
}
