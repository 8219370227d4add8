//! Who has a role within a thing is refused what that role may not do, where an operation says so: somebody else gets the role from who
//! made the thing.

use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::Grant;

use super::super::second::with_member;
use super::super::{CALL, told, valid_call};
use super::{FORBIDDEN, MISSING};
use crate::case::{Case, Credentials, Criterion, Expected, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Path, Provided};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "role-is-refused";
/// The step in which somebody else makes a thing of their own, whose answer tells by what they go.
const OWN: &str = "own";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let grants = planner.resources.grants().iter();
    let cases = grants.flat_map(|grant| {
        let roles = planner.resources.roles_without_right(operation, &grant.roles);
        roles
            .into_iter()
            .filter_map(|role| case(planner, operation, grant, role))
            .collect::<Vec<_>>()
    });
    cases.collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    grant: &Grant<'_>,
    role: &str,
) -> Option<Case> {
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.steps.iter().find(|step| step.operation_id == grant.maker.id)?;
    let own = draft.credentials(grant.maker);
    let other = planner.context.credentials.iter().find(|(name, caller)| {
        own != Credentials::As((*name).clone())
            && planner.side_with(name) == planner.side_of(operation)
            && [grant.maker, operation].into_iter().all(|one| caller.calls(one))
    });
    let (name, _) = other?;
    let other = Credentials::As(name.clone());
    // It is who the thing's answer says to be the first with a role.
    grant.maker.path.parameters().next().is_none().then_some(())?;
    let mut makes =
        draft.request_of_its_own(grant.maker, &Path::new(), Extent::Minimal, OWN).ok()?;
    makes.credentials = other.clone();
    draft.push(grant.maker, OWN, makes, planner.succeeds(grant.maker));
    draft.removed_by(name, |step| step == OWN);
    let [array, goes_by] = grant.first.each_ref().map(|one| escape(one));
    let user = Expression::response_body(format!("/{array}/0/{goes_by}"));
    draft.output(OWN, "user", &user);
    let stand_in = planner.stand_in(grant.operation, &grant.parameter);
    let expression = Expression::output(OWN, "user");
    let given = Path::from([(grant.parameter.clone(), Provided { expression, stand_in })]);
    let path = draft.path(grant.operation, &given).ok()?;
    let granting = draft.request(grant.operation, &path, Extent::Minimal).ok()?;
    let granting = with_member(granting, &grant.member, Template::Value(role.into()))?;
    draft.push(grant.operation, "grant", granting, planner.succeeds(grant.operation));
    request.credentials = other;
    // The role may not even see it.
    let is_hidden = operation.responses.contains_key(&MISSING)
        && !planner.resources.says_absent_to_all(operation);
    let any_of = [FORBIDDEN].into_iter().chain(is_hidden.then_some(MISSING)).collect();
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("who is no more than `{role}` is refused");
    let detail = format!("{CODE}:{role}");
    Some(told(draft, operation, FORBIDDEN, (&detail, &summary)))
}
