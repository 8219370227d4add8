//! Cases from the contract: one module a derivation. Each looks at one operation and gives what it finds there.

mod accept;
mod body;
mod change;
mod choice;
mod compared;
mod concurrent;
mod condition;
mod conflict;
mod entitled;
mod fault;
mod file;
mod file_size;
mod floor;
mod forced;
mod foreign;
mod full;
mod happy;
mod idempotency;
mod key;
mod lacking;
mod law;
mod length;
mod location;
mod media;
mod method;
mod named_twice;
mod odd;
mod offsets;
mod order;
mod overlap;
mod parameter;
mod part_limit;
mod patch;
mod period;
mod query_kept;
mod query_string;
mod quota;
mod rate;
mod read_back;
mod refused;
mod refused_value;
mod repeated;
mod replace;
mod rights;
mod rows;
mod schemes;
mod second;
mod security;
mod stale;
mod told_limit;
mod uneven;
mod unfit;
mod unknown_id;
mod unknown_reference;
mod users;
mod variant;
mod weaker;

use serde_json::Value;
use spec::Origin;
use spec::model::{Method, Operation, Status};
use spec::pointer::escape;

use super::Planner;
use super::draft::{ANSWER, About, Call, Draft, Path, Reason, STATUS};
use super::sender::Side;
use crate::case::{
    Case, Credentials, Criterion, Derivation, Expected, Operand, Relation, RelationKind, Request,
};
use crate::expression::{Condition, Expression};
use crate::promise;
use crate::sample::Extent;
pub(super) use condition::is_required as condition_is_required;
pub(super) use law::is_sorted;
pub(super) use unknown_id::fresh as unknown_id;

/// Every case of an operation that follows from the contract.
pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(happy::cases(planner, operation));
    cases.extend(rights::cases(planner, operation));
    cases.extend(entitled::cases(planner, operation));
    cases.extend(security::cases(planner, operation));
    cases.extend(schemes::cases(planner, operation));
    cases.extend(unknown_id::cases(planner, operation));
    cases.extend(unknown_reference::cases(planner, operation));
    cases.extend(unfit::cases(planner, operation));
    cases.extend(lacking::cases(planner, operation));
    cases.extend(foreign::cases(planner, operation));
    cases.extend(told_limit::cases(planner, operation));
    cases.extend(compared::cases(planner, operation));
    cases.extend(floor::cases(planner, operation));
    cases.extend(full::cases(planner, operation));
    cases.extend(period::cases(planner, operation));
    cases.extend(length::cases(planner, operation));
    cases.extend(choice::cases(planner, operation));
    cases.extend(second::cases(planner, operation));
    cases.extend(refused_value::cases(planner, operation));
    cases.extend(repeated::cases(planner, operation));
    cases.extend(named_twice::case(planner, operation));
    cases.extend(parameter::cases(planner, operation));
    cases.extend(query_string::cases(planner, operation));
    cases.extend(query_kept::cases(planner, operation));
    cases.extend(stale::case(planner, operation));
    cases.extend(odd::cases(planner, operation));
    cases.extend(offsets::case(planner, operation));
    cases.extend(body::cases(planner, operation));
    cases.extend(read_back::unsent(planner, operation));
    cases.extend(method::cases(planner, operation));
    cases.extend(file::cases(planner, operation));
    cases.extend(file_size::cases(planner, operation));
    cases.extend(rows::cases(planner, operation));
    cases.extend(replace::cases(planner, operation));
    cases.extend(accept::cases(planner, operation));
    cases.extend(condition::cases(planner, operation));
    cases.extend(conflict::cases(planner, operation));
    cases.extend(key::cases(planner, operation));
    cases.extend(overlap::cases(planner, operation));
    cases.extend(forced::case(planner, operation));
    cases.extend(concurrent::cases(planner, operation));
    cases.extend(idempotency::cases(planner, operation));
    cases.extend(patch::cases(planner, operation));
    cases.extend(location::case(planner, operation));
    cases.extend(media::cases(planner, operation));
    cases.extend(quota::case(planner, operation));
    cases.extend(part_limit::case(planner, operation));
    cases.extend(rate::case(planner, operation));
    cases.extend(fault::cases(planner, operation));
    cases.extend(order::cases(planner, operation));
    cases.extend(law::cases(planner, operation));
    cases.extend(uneven::cases(planner, operation));
    let of_others = cases.iter().find(|case: &&Case| case.cell.operation_id != operation.id);
    // Who asks for the cases of one operation has only these derived.
    debug_assert!(of_others.is_none(), "{:?}", of_others.map(|case| &case.id));
    cases
}

/// The id of the step that provokes the cell.
const CALL: &str = "call";

/// A draft with a valid request to the operation, not yet sent.
fn valid_call<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    extent: Extent,
) -> Result<(Draft<'p>, Request, Path), Reason> {
    let key = (operation.id.clone(), extent);
    let known = planner.calls.borrow().get(&key).cloned();
    let call = known.unwrap_or_else(|| {
        let call = valid_call_of(planner, operation, extent, planner.side_of(operation));
        planner.calls.borrow_mut().insert(key, call.clone());
        call
    })?;
    Ok((Draft::from_parts(planner, call.parts), call.request, call.path))
}

/// Such drafts with the least that has to be sent, and with all that may be.
fn valid_calls<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> impl Iterator<Item = (Draft<'p>, Request, Path)> {
    let extents = [Extent::Minimal, Extent::Complete].into_iter();
    extents.filter_map(move |extent| valid_call(planner, operation, extent).ok())
}

/// The same as one of the credentials, with what it needs made by those of its tenant.
fn valid_call_as<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    extent: Extent,
    name: &str,
) -> Result<(Draft<'p>, Request, Path), Reason> {
    let side = planner.side_with(name);
    let (draft, mut request, path) = if side == planner.side_of(operation) {
        valid_call(planner, operation, extent)?
    } else {
        let call = valid_call_of(planner, operation, extent, side)?;
        (Draft::from_parts(planner, call.parts), call.request, call.path)
    };
    request.credentials = Credentials::As(name.to_owned());
    Ok((draft, request, path))
}

fn valid_call_of(
    planner: &Planner<'_>,
    operation: &Operation,
    extent: Extent,
    side: Side,
) -> Result<Call, Reason> {
    let draft = Draft::for_call_of(planner, operation, side);
    let (mut draft, request, path) = call_as_it_is(draft, operation, extent)?;
    draft.bring_named(operation, &request);
    Ok(Call { parts: draft.into_parts(), request, path })
}

/// A request that is valid but for the states that what it names has as soon as it is made.
fn call_as_it_is<'p>(
    mut draft: Draft<'p>,
    operation: &Operation,
    extent: Extent,
) -> Result<(Draft<'p>, Request, Path), Reason> {
    let planner = draft.planner();
    let path = draft.path(operation, &Path::new())?;
    put_first(&mut draft, planner, operation, &path);
    bring_first(&mut draft, planner, operation, &path);
    let request = draft.request(operation, &path, extent)?;
    Ok((draft, request, path))
}

/// Within a thing of the case's own, `PUT /items/{id}/image` makes what a GET or a DELETE of the same path finds.
fn put_first(draft: &mut Draft<'_>, planner: &Planner<'_>, operation: &Operation, path: &Path) {
    let finds =
        matches!(operation.method, Method::Get | Method::Delete) && operation.documents(404);
    let put = planner.on_path(operation, Method::Put);
    let put = put.filter(|_| finds && operation.path.is_part());
    let (Some(put), false) = (put, draft.steps.is_empty()) else { return };
    let before = draft.clone();
    match draft.request(put, path, Extent::Minimal) {
        Ok(request) => draft.push(put, "put", request, planner.succeeds(put)),
        Err(_) => *draft = before,
    }
}

/// What an operation acts on is brought into a state in which it isn't refused. Where nothing tells which, the state of
/// what was just made may be another one.
fn bring_first(draft: &mut Draft<'_>, planner: &Planner<'_>, operation: &Operation, path: &Path) {
    let has_made = !draft.steps.is_empty();
    let is_known = has_made && draft.bring_around(operation, path);
    draft.make_needed_parts(operation);
    let acts = operation.method == Method::Post && !planner.resources.makes(operation);
    let is_refused = operation.documents(409);
    if has_made && acts && is_refused && !is_known {
        draft.depends_on_state(operation);
    }
}

/// That a step was answered with this.
fn was_answered(law: &'static str, step: &str, status: u16, message: &str) -> Relation {
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::output(step, STATUS)),
        expected: Operand::constant(status),
    };
    Relation::new(law, message, kind)
}

/// That something is one of some statuses; `None` where none of them is a single one.
fn is_one_of(got: &Expression, statuses: &[Status]) -> Option<Condition> {
    let is = statuses.iter().filter_map(|one| match one {
        Status::Code(code) => Some(Condition::equal(got.clone(), *code)),
        _ => None,
    });
    is.reduce(Condition::or)
}

/// A law about a status, which stands where the status does.
fn told(
    draft: Draft<'_>,
    operation: &Operation,
    status: Status,
    (detail, summary): (&str, &str),
) -> Case {
    let response = operation.responses.get(&status);
    let origin = response.map_or(&operation.origin, |response| &response.origin);
    draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: detail.to_owned(),
        summary: summary.to_owned(),
        origin: origin.clone(),
    })
}

/// A call with something about it that changes nothing: by the promise of this code it succeeds all the same. `change`
/// puts it there, if it can.
fn tolerated(
    planner: &Planner<'_>,
    operation: &Operation,
    [code, detail, summary]: [&'static str; 3],
    origin: &Origin,
    change: impl FnOnce(&mut Request) -> Option<()>,
) -> Option<Case> {
    let (status, any_of) = planner.success(operation)?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    change(&mut request)?;
    let expected = Expected { any_of, code, level: promise::level(code) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Boundary,
        detail: detail.to_owned(),
        summary: summary.to_owned(),
        origin: origin.clone(),
    }))
}

/// That what a step has looked at has a member of this value.
fn is_so(law: &'static str, look: &str, (member, value): (&str, &Value)) -> Relation {
    let (step, name) = (look.to_owned(), ANSWER.to_owned());
    let pointer = format!("/{}", escape(member));
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::Output { step, name, pointer }),
        expected: Operand::constant(value.clone()),
    };
    Relation::new(law, format!("`{member}` is {value}"), kind)
}
