//! What is made several times at once are several things, each with an id of its own.

use spec::model::{Method, Operation, RuntimeExpression, Status};
use spec::pointer::{escape, unescape};

use super::super::{CALL, told, valid_call, was_answered};
use super::{RACERS, ids_of, outputs_of, race, success_or};
use crate::case::{Case, Criterion, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged, Segment};

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
    // What is answered may be the thing that something was added to.
    let others = path.values().map(|around| {
        let none = Operand::expression(around.expression.clone());
        let kind = RelationKind::Excludes { got: ids.clone(), none };
        Relation::new(CODE, "what is answered is not what it lies in", kind)
    });
    let others: Vec<Relation> = others.collect();
    let distinct = Relation::new(CODE, message, RelationKind::Distinct(ids));
    let mut criteria = vec![Criterion::Status(expected), Criterion::Relation(distinct)];
    for place in given_once(planner, operation) {
        let name = place.rsplit('/').next().unwrap_or_default();
        let all = outputs_of(&mut draft, &racers, (name, &Expression::response_body(&*place)));
        let message = format!("`{name}` is given once");
        let distinct = Relation::new(CODE, message, RelationKind::Distinct(all)).at(Level::Must);
        criteria.push(Criterion::Relation(distinct));
    }
    draft.push(operation, CALL, request, criteria);
    let answered = |racer: &String| was_answered(CODE, racer, made, "each of them is made");
    let premises = racers.iter().map(answered).chain(others);
    draft.last_step()?.premises.extend(premises);
    Some(told(draft, operation, status, (CODE, message)))
}

/// Where the answer has the members of what is made that no request writes, and that are said to be given once: beside the id.
fn given_once(planner: &Planner<'_>, operation: &Operation) -> Vec<String> {
    let id = planner.resources.id_told(operation);
    let Some(RuntimeExpression::ResponseBody(id)) = id else { return Vec::new() };
    let Some((around, id)) = id.rsplit_once('/') else { return Vec::new() };
    let way = around.split('/').skip(1).map(|name| Segment::Member(unescape(name).into_owned()));
    let Some(answer) = operation.answer_schema() else { return Vec::new() };
    let made = planner.places.schemas(answer, &way.collect::<Vec<_>>());
    let shown = Merged::of(planner.contract, &made, Choice::default()).declared();
    let sent = operation
        .body_schema()
        .map(|schema| Merged::of(planner.contract, &[schema], Choice::default()).declared());
    let is_own =
        |name: &&str| *name != id && sent.as_ref().is_none_or(|sent| !sent.contains_key(*name));
    let own = shown.into_keys().filter(is_own);
    let told = own.filter(|name| planner.resources.says_given_once(operation, name));
    told.map(|name| format!("{around}/{}", escape(name))).collect()
}
