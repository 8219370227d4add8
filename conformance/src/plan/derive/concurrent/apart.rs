//! What is made several times at once are several things, each with an id of its own.

use spec::model::{Method, Operation, Status};

use super::super::{CALL, told, valid_call, was_answered};
use super::{RACERS, ids_of, race, success_or};
use crate::case::{Case, Criterion, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "ids-differ";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    (operation.method == Method::Post && planner.may_leave(operation)).then_some(())?;
    let id: Expression = planner.resources.id_told(operation)?.into();
    let (status, _) = planner.success(operation)?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    // What names the same thing may have to be alone with it.
    (!request.names_made() && draft.taken(operation, &request).is_empty()).then_some(())?;
    let Status::Code(made) = status else { return None };
    let own = (1..=RACERS).map(|n| {
        let prefix = format!("racer_{n}");
        draft.request_of_its_own(operation, &path, Extent::Minimal, &prefix).ok()
    });
    let own = own.collect::<Option<Vec<_>>>()?;
    // Where there is nothing to tell them apart by, they may be one and the same.
    own.iter().all(|one| one.body.is_some()).then_some(())?;
    // There may be no room for so many, whatever that is of.
    let refusals = [400, 403, 404, 409, 422, 429].map(Status::Code);
    let expected = success_or(planner, operation, &refusals, CODE, promise::level(CODE))?;
    let racers = race(&mut draft, operation, own, &expected);
    let ids = ids_of(&mut draft, &racers, &id);
    let message = "what is made at the same time has ids of its own";
    let distinct = Relation::new(CODE, message, RelationKind::Distinct(ids));
    let criteria = vec![Criterion::Status(expected), Criterion::Relation(distinct)];
    draft.push(operation, CALL, request, criteria);
    let answered = |racer: &String| was_answered(CODE, racer, made, "each of them is made");
    draft.last_step()?.premises.extend(racers.iter().map(answered));
    Some(told(draft, operation, status, (CODE, message)))
}
