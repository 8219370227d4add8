//! What comes of a key later: that of a request which failed is free, where that is said, and that of one which succeeded is
//! answered as it was, whatever has become of the things meanwhile.

use spec::model::{Operation, Parameter, Status};
use spec::resources::Lifecycle;

use super::super::{CALL, is_one_of, valid_call};
use super::{AGAIN, FIRST, ID, draft, finish, keyed};
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, STATUS};
use crate::sample::{Choice, Extent, Merged};

const FREE: &str = "failed-key-is-free";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Vec<Case> {
    let is_free = planner.resources.says_failed_key_is_free(operation, key);
    let free = is_free.then(|| {
        let failures = [invalid, in_a_state];
        failures.into_iter().filter_map(|fails| fails(planner, operation, key))
    });
    let again = [around_it, of_it].into_iter().filter_map(|moves| moves(planner, operation, key));
    free.into_iter().flatten().chain(again).collect()
}

/// After a request whose body lacks something.
fn invalid(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let (mut draft, _) = draft(planner, operation)?;
    let request = keyed(&mut draft, planner, operation, key, "")?;
    let schema = planner.media_type(operation)?.schema?;
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let mut lacking = request.clone();
    let content = &mut lacking.body.as_mut()?.content;
    body.required().into_iter().find_map(|name| content.remove_member(name))?;
    let any_of = documented(operation, &[400, 422]);
    fails(&mut draft, operation, lacking, &any_of)?;
    free(draft, operation, (key, "invalid"), request, &any_of)
}

/// After one that is refused for the state of what it is about, which is then brought into another one.
fn in_a_state(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let any_of = documented(operation, &[409]);
    let mut lives = planner.resources.lifecycles(operation).into_iter();
    lives.find_map(|life| {
        let refused = life.refused_in(operation);
        let initial = life.initial.as_deref().filter(|one| refused.contains(one))?;
        let state = life.state_for(operation)?;
        let (mut draft, path) = Draft::brought_with_needs(planner, operation, life, initial)?;
        let request = keyed(&mut draft, planner, operation, key, "")?;
        fails(&mut draft, operation, request.clone(), &any_of)?;
        draft.bring((operation, &path), life, state)?;
        free(draft, operation, (key, "state"), request, &any_of)
    })
}

/// Those of these statuses that an operation documents.
fn documented(operation: &Operation, codes: &[u16]) -> Vec<Status> {
    let statuses = codes.iter().map(|code| Status::Code(*code));
    statuses.filter(|status| operation.responses.contains_key(status)).collect()
}

/// The request that fails. Whether it does is the matter of other cases.
fn fails(
    draft: &mut Draft<'_>,
    operation: &Operation,
    request: Request,
    any_of: &[Status],
) -> Option<()> {
    let (_, success) = draft.planner().success(operation)?;
    let all: Vec<Status> = any_of.iter().copied().chain(success).collect();
    draft.push(operation, FIRST, request, vec![Criterion::Status(all.into())]);
    draft.status_of(FIRST);
    Some(())
}

/// The request with the key of the one that failed.
fn free(
    mut draft: Draft<'_>,
    operation: &Operation,
    (key, detail): (&Parameter, &str),
    request: Request,
    any_of: &[Status],
) -> Option<Case> {
    let planner = draft.planner();
    let (status, _) = planner.success(operation)?;
    let mut criteria = planner.succeeds(operation);
    criteria.iter_mut().for_each(|one| one.weigh(FREE));
    // What no schema says may be what it is refused for, whatever its key.
    if planner.may_make_no_sense(operation, &request) {
        for status in documented(operation, &[422]) {
            criteria.iter_mut().for_each(|one| one.or_also(status));
        }
    }
    draft.push(operation, CALL, request, criteria);
    let failed = RelationKind::Holds(is_one_of(&Expression::output(FIRST, STATUS), any_of)?);
    let premise = Relation::new(FREE, "the first request fails", failed);
    draft.last_step()?.premises.push(premise);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{FREE}:{detail}"),
        summary: "the key of a request that failed is free".to_owned(),
        origin: key.origin.clone(),
    }))
}

/// Once more, after what it is about was brought into a state in which it is refused.
fn around_it(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    planner.resources.says_key_is_answered_later(operation, key).then_some(())?;
    let mut lives = planner.resources.lifecycles(operation).into_iter();
    lives.find_map(|life| {
        life.refused_in(operation).into_iter().find_map(|state| {
            let (mut draft, _, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
            let request = first(&mut draft, operation, key)?;
            draft.bring((operation, &path), life, state)?;
            again(draft, operation, (key, "state"), request)
        })
    })
}

/// Once more, after what it has made was brought into another state.
fn of_it(planner: &Planner<'_>, operation: &Operation, key: &Parameter) -> Option<Case> {
    let is_told = planner.resources.says_key_is_answered_later(operation, key)
        || planner.resources.says_first_answer_again(operation, key);
    is_told.then_some(())?;
    let readers = planner.resources.shown_by(operation);
    let lives: Vec<&Lifecycle<'_>> =
        readers.flat_map(|reader| planner.resources.lifecycles(reader)).collect();
    lives.into_iter().find_map(|life| {
        let mut states = life.reached().into_iter();
        states.find_map(|state| {
            (life.initial.as_deref() != Some(state)).then_some(())?;
            let (mut draft, _, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
            let request = first(&mut draft, operation, key)?;
            let made: Path = draft.path_of(life.about, FIRST)?;
            draft.bring((life.about, &made), life, state)?;
            again(draft, operation, (key, "moved"), request)
        })
    })
}

/// Sends the request with a key for the first time.
fn first(draft: &mut Draft<'_>, operation: &Operation, key: &Parameter) -> Option<Request> {
    let planner = draft.planner();
    let request = keyed(draft, planner, operation, key, "")?;
    draft.push(operation, FIRST, request.clone(), planner.succeeds(operation));
    draft.answer_of(FIRST);
    if let Some(id) = planner.resources.id_told(operation) {
        draft.output(FIRST, ID, &id.into());
    }
    Some(request)
}

/// Sends it again: it is answered with the same, or with what tells of the same thing.
fn again(
    draft: Draft<'_>,
    operation: &Operation,
    (key, detail): (&Parameter, &str),
    request: Request,
) -> Option<Case> {
    let planner = draft.planner();
    let (status, _) = planner.success(operation)?;
    let is_whole = planner.resources.says_first_answer_again(operation, key);
    let (got, name, message) = if is_whole {
        (Expression::response_body(""), ANSWER, "the first answer is given again")
    } else {
        let id = planner.resources.id_told(operation)?;
        (id.into(), ID, "what was made is told again, and nothing else")
    };
    let kind = RelationKind::Equal {
        got: Operand::expression(got),
        expected: Operand::expression(Expression::output(FIRST, name)),
    };
    let detail = format!("later:{detail}");
    let mut case = finish(draft, (operation, status), (request, kind, message), (key, &detail))?;
    let call = case.step_mut(CALL)?;
    call.criteria.iter_mut().for_each(|one| one.weigh(AGAIN));
    Some(case)
}
