//! What no two things may have the same within one thing, or of one caller, is free within another thing and to another caller, where
//! the description says how far it goes.

use spec::model::{Operation, Status};
use spec::resources::Scope;

use super::super::{CALL, told, was_answered};
use super::another;
use crate::case::{Case, Credentials, Criterion, Request};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::Extent;

const CODE: &str = "free-elsewhere";
/// The step that makes the first of the two, and the one that makes what the other one lies in.
const FIRST: &str = "first";
const OTHER: &str = "other";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let scope = planner.resources.scope(operation)?;
    let (status, _) = planner.success(operation)?;
    planner.may_make(operation).then_some(())?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let request = draft.request_of_its_own(operation, &path, Extent::Minimal, FIRST).ok()?;
    draft.push(operation, FIRST, request.clone(), planner.succeeds(operation));
    let same = match &scope {
        Scope::Thing(parameter) => {
            let mut there = path;
            let around = there.get_mut(parameter)?;
            let known = around.expression.clone();
            around.expression =
                another::alike(&mut draft, planner, &known, (OTHER, Extent::Minimal))?;
            // What it names lies in the first thing.
            (!request.names_made()).then_some(())?;
            Request { body: request.body, ..draft.bare_request(operation, &there).ok()? }
        }
        Scope::Caller => {
            let other = (*draft.strangers(&[operation]).first()?).to_owned();
            Request { credentials: Credentials::As(other), ..request }
        }
    };
    let mut criteria = planner.succeeds(operation);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    draft.push(operation, CALL, same, criteria);
    draft.status_of(FIRST);
    let step = draft.last_step()?;
    // The first one was made just so: no other conflict stands in the way.
    let conflict = Status::Code(409);
    for criterion in &mut step.criteria {
        if let Criterion::Status(expected) = criterion {
            expected.any_of.retain(|status| *status != conflict);
        }
    }
    if let Status::Code(code) = status {
        step.premises.push(was_answered(CODE, FIRST, code, "the first one is made"));
    }
    if let Credentials::As(name) = step.request.credentials.clone() {
        draft.removed_by(&name, |step| step == CALL);
    }
    let summary = "what is taken in one place, or by one caller, is free elsewhere";
    Some(told(draft, operation, status, (CODE, summary)))
}
