//! An update or a deletion is of one thing: another one of its kind is there afterwards, as it was.

use spec::model::{Method, Operation};

use super::super::{CALL, read_back};
use super::another::another;
use crate::case::{
    Case, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Request,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path};
use crate::promise::Level;
use crate::sample::Extent;

const CODE: &str = "others-stay";
/// The step that makes the other one.
const OTHER: &str = "other";
/// The step that looks whether such things are found at all. Not at the other one, which may go on by being looked at.
const LOOK: &str = "look";
/// What an update has sent, as its output.
const SENT: &str = "sent";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch | Method::Delete) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let reader = planner.on_path(operation, Method::Get)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let maker = draft.maker_of(operation).filter(|maker| maker.method == Method::Post)?;
    // The other one is part of the same thing, and made after it; where its maker names it, it has a name of its own.
    another(&mut draft, planner, (operation, &path), (OTHER, Extent::Complete))?;
    draft.answer_of(OTHER);
    let others = draft.path_to(reader, OTHER)?;
    let read = draft.bare_request(reader, &others).ok()?;
    let look = draft.bare_request(reader, &path).ok()?;
    draft.push(reader, LOOK, look, planner.succeeds(reader));
    let request = draft.request(operation, &path, Extent::Complete).ok()?;
    let own = written(planner, reader, &request);
    draft.push(operation, CALL, request, planner.succeeds(operation));
    draft.output(CALL, SENT, &Expression::request_body(""));
    let mut criteria = planner.succeeds(reader);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    if maker.answer_schema().is_some() && maker.answer_schema() == reader.answer_schema() {
        let same = RelationKind::Equal {
            got: Operand::expression(Expression::response_body("")),
            expected: Operand::expression(Expression::output(OTHER, ANSWER)),
        };
        let message = "another one of its kind is as it was";
        // A place in an order, or a share of a whole, may be a member.
        criteria.push(Criterion::Relation(Relation::new(CODE, message, same).at(Level::Should)));
    }
    draft.push(reader, "read", read, criteria);
    // What was made last is likelier to be mistaken for it.
    if operation.method != Method::Delete && !own.is_empty() {
        let look = draft.bare_request(reader, &path).ok()?;
        let criteria = planner.succeeds(reader).into_iter().chain(own).collect();
        draft.push(reader, "read_own", look, criteria);
    }
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "another one of its kind is left alone".to_owned(),
        origin: operation.origin.clone(),
    });
    // Which other one is touched by mistake, only the service knows; in a crowd it would be that of another case.
    case.isolation = Isolation::Apart;
    Some(case)
}

/// That a reader shows what an update has sent.
fn written(planner: &Planner<'_>, reader: &Operation, update: &Request) -> Vec<Criterion> {
    let Some(answer) = reader.answer_schema() else { return Vec::new() };
    let sent = read_back::sent_members(planner, update, answer);
    let relations = sent.iter().map(|shared| {
        let (step, name) = (CALL.to_owned(), SENT.to_owned());
        let expected = Expression::Output { step, name, pointer: shared.sent.clone() };
        let what = "of what the path names is as the update sent it";
        Criterion::Relation(read_back::repeated(CODE, what, shared, expected))
    });
    relations.collect()
}
