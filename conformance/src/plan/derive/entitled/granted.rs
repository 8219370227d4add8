//! Who has a role within a thing is refused what that role may not do, where an operation says so: somebody else gets the role from who
//! made the thing.

use spec::model::{Method, Operation, Status};
use spec::pointer::escape;
use spec::resources::{Grant, Grantee};

use super::super::{CALL, told, valid_call};
use super::{FORBIDDEN, MISSING};
use crate::case::{Case, Credentials, Criterion, Expected, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, Provided};
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "role-is-refused";
const LAST: &str = "last-of-role-stays";
const CONFLICT: Status = Status::Code(409);

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let grants = planner.resources.grants().iter();
    let cases = grants.flat_map(|grant| {
        let roles = planner.resources.roles_without_right(operation, &grant.roles);
        let refused = roles.into_iter().filter_map(|role| case(planner, operation, grant, role));
        refused.chain(of_the_last(planner, operation, grant)).collect::<Vec<_>>()
    });
    cases.collect()
}

/// Who made a thing is the only one with a role there, and can't lose it.
fn of_the_last(planner: &Planner<'_>, operation: &Operation, grant: &Grant<'_>) -> Option<Case> {
    let kept = planner.resources.role_kept_by_one(operation, &grant.roles)?;
    let is_put = operation.id == grant.operation.id;
    let is_removal = operation.method == Method::Delete
        && operation.path.shape() == grant.operation.path.shape();
    (is_put || is_removal).then_some(())?;
    let item = operation.path.item_parameter()?;
    let Grantee::First(first) = &grant.grantee else { return None };
    let mut draft = Draft::for_call(planner, operation);
    let made = draft.make(&grant.maker.id, 0).ok()?;
    let [array, goes_by] = first.each_ref().map(|one| escape(one));
    draft.output(&made, "first", &Expression::response_body(format!("/{array}/0/{goes_by}")));
    let stand_in = planner.stand_in(operation, item);
    let expression = Expression::output(&made, "first");
    let given = Path::from([(item.to_owned(), Provided { expression, stand_in })]);
    let path = draft.path(operation, &given).ok()?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    if is_put {
        let other = grant.roles.iter().find(|role| role.as_str() != kept)?;
        request = request.with_member(&grant.member, Template::Value(other.as_str().into()))?;
    }
    let expected = Expected { any_of: vec![CONFLICT], code: LAST, level: promise::level(LAST) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let summary = format!("the last `{kept}` stays one");
    Some(told(draft, operation, CONFLICT, (LAST, &summary)))
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    grant: &Grant<'_>,
    role: &str,
) -> Option<Case> {
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.steps.iter().find(|step| step.operation_id == grant.maker.id)?;
    let tells = grant.told_by();
    let name = *draft.strangers(&[operation, tells]).first()?;
    draft.take_part(name, grant, role)?;
    request.credentials = Credentials::As(name.to_owned());
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
