//! Who may do something for themselves alone is refused for somebody else: "drivers only for themselves (403)". That somebody is made
//! by another caller, as this one couldn't, and so is nobody whom they may be.

use spec::model::{Operation, Status};
use spec::names::named_thing;

use super::super::{CALL, told, valid_calls};
use super::FORBIDDEN;
use crate::case::{Case, Credentials, Criterion, Expected, Request};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise;

const CODE: &str = "for-oneself-alone";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !operation.responses.contains_key(&FORBIDDEN) {
        return Vec::new();
    }
    let who = planner.resources.for_themselves_alone(operation);
    let all = planner.context.credentials.iter();
    let callers = all.filter(|(_, caller)| caller.calls(operation));
    let cases = callers.filter_map(|(name, _)| {
        let role = who.iter().find(|role| planner.is_of_role(name, role))?;
        case(planner, operation, name, role)
    });
    cases.collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, name: &str, role: &str) -> Option<Case> {
    let names_another =
        |draft: &Draft<'_>, request: &Request| names_another(planner, draft, request, (name, role));
    let mut calls = valid_calls(planner, operation);
    let (mut draft, mut request, _) =
        calls.find(|(draft, request, _)| names_another(draft, request))?;
    request.credentials = Credentials::As(name.to_owned());
    // What else they may not name, or don't see, may be looked at before.
    let refusals = [403, 404, 409, 422, 400].map(Status::Code).into_iter();
    let any_of = refusals.filter(|one| operation.responses.contains_key(one)).collect();
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("`{name}` does it for nobody else");
    Some(told(draft, operation, FORBIDDEN, (&format!("{CODE}:{name}"), &summary)))
}

/// Whether a body names one of a role whom a credential could not have made.
fn names_another(
    planner: &Planner<'_>,
    draft: &Draft<'_>,
    request: &Request,
    (name, role): (&str, &str),
) -> bool {
    let Some(caller) = planner.context.credentials.get(name) else { return false };
    let is_role = |member: &str| named_thing(member) == role;
    let mut members = request.members();
    members.any(|(member, value)| is_role(member) && draft.is_of_others(value, caller))
}
