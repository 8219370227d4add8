//! Who is given a role within a thing has it, and another one once another one was given: what shows the roles shows the last. The first
//! time it is made, and then it is there, where statuses tell one from the other.

use std::sync::Arc;

use indexmap::IndexMap;
use spec::model::{Method, Operation, Status};
use spec::names::fold;
use spec::pointer::escape;
use spec::resources::{Grant, Grantee};

use super::super::law::{Size, WALK, all_items, walk};
use super::super::{CALL, told};
use super::ALMIGHTY;
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{Draft, GRANT, Path};
use crate::promise;
use crate::sample::{Choice, Merged};

const CODE: &str = "written-is-read-back";
const SAYS: &str = "put-says-what-it-did";
const MADE: Status = Status::Code(201);
const THERE: Status = Status::Code(200);

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let grant = planner.resources.grants().iter().find(|one| one.operation.id == operation.id)?;
    let (status, _) = planner.success(operation)?;
    // The highest one may be handed on rather than given, or have to stay somebody's.
    let kept = planner.resources.role_kept_by_one(operation, &grant.roles);
    let may_be_given =
        |role: &&String| Some(role.as_str()) != kept && !ALMIGHTY.contains(&fold(role).as_str());
    let roles: Vec<&String> = grant.roles.iter().filter(may_be_given).collect();
    let [first, .., last] = roles.as_slice() else { return None };
    let mut draft = Draft::for_call(planner, operation);
    draft.make(&grant.maker.id, 0).ok()?;
    let name = *draft.strangers(&[grant.told_by()]).first()?;
    draft.take_part(name, grant, first)?;
    let granted = draft.step(GRANT)?.request.clone();
    let (_, user) = granted.path_parameters.last()?;
    let user = Template::Expression(user.expressions().next()?.clone());
    let change = granted.with_member(&grant.member, Template::Value(last.as_str().into()))?;
    draft.push(operation, CALL, change, planner.succeeds(operation));
    if [MADE, THERE].iter().all(|one| operation.responses.contains_key(one)) {
        let successes = operation.successes().map(|response| response.status);
        let others: Vec<Status> = successes.filter(|one| *one != MADE).collect();
        for (step, any_of) in [(GRANT, vec![MADE]), (CALL, others)] {
            let expected = Expected { any_of, code: SAYS, level: promise::level(SAYS) };
            draft.step_mut(step)?.criteria.push(Criterion::Status(expected));
        }
    }
    let (items, by) = shown(planner, &mut draft, grant)?;
    let members =
        [(by.clone(), user), (grant.member.clone(), Template::Value(last.as_str().into()))];
    let record = Template::Object(Arc::new(IndexMap::from(members)));
    let records = Operand::Template(Template::array(vec![record]));
    let message = format!("who was given another `{}` has that", grant.member);
    let kind = RelationKind::Agree { records, items, by };
    draft.last_step()?.criteria.push(Criterion::Relation(Relation::new(CODE, message, kind)));
    let summary = "who is given another role has that from then on";
    Some(told(draft, operation, status, ("another-role-is-kept", summary)))
}

/// Reads who has which role: what that is answered with, and the member that tells who is meant.
fn shown(
    planner: &Planner<'_>,
    draft: &mut Draft<'_>,
    grant: &Grant<'_>,
) -> Option<(Operand, String)> {
    listed(planner, draft, grant).or_else(|| {
        let Grantee::First([array, by]) = &grant.grantee else { return None };
        let reader = planner.resources.shown_by(grant.maker).next()?;
        let path = draft.path(reader, &Path::new()).ok()?;
        let read = draft.bare_request(reader, &path).ok()?;
        draft.push(reader, "read", read, planner.succeeds(reader));
        let all = Expression::response_body(format!("/{}", escape(array)));
        Some((Operand::expression(all), by.clone()))
    })
}

/// By the list of those who have one.
fn listed(
    planner: &Planner<'_>,
    draft: &mut Draft<'_>,
    grant: &Grant<'_>,
) -> Option<(Operand, String)> {
    let shape = grant.operation.path.shape();
    let (collection, _) = shape.rsplit_once('/')?;
    let reader = planner.resources.at(collection, Method::Get)?;
    // Whoever may do everything may be shown as what they are everywhere.
    let said = reader.told.as_deref().unwrap_or_default().to_lowercase();
    (!["effective", "inherit"].iter().any(|word| said.contains(word))).then_some(())?;
    let own = planner.resources.list(reader);
    let list = own.or_else(|| planner.resources.standing_list(reader))?;
    let item = Merged::of(planner.contract, &list.item, Choice::default());
    let declared = item.declared();
    declared.contains_key(grant.member.as_str()).then_some(())?;
    let called = fold(&grant.parameter);
    let by = declared.keys().find(|name| fold(name) == called).map(|name| (*name).to_owned());
    let by = by.or_else(|| list.id.first().filter(|_| list.id.len() == 1).cloned())?;
    walk(draft, planner, reader, &list, WALK, Size::Largest)?;
    Some((all_items(&list, WALK, false), by))
}
