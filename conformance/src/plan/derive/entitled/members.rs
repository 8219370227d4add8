//! A member that some may not send is refused to them, each by itself, in a request that they may make else; and so is a value.
//!
//! Who is of which role, no contract tells: a caller is taken for one of those after whom it is called in the profile.

use spec::model::Operation;
use spec::resources::{MemberRoles, ValueRoles};

use super::super::refused::Refused;
use super::super::valid_call_as;
use super::{FORBIDDEN, is_almighty};
use crate::case::{Case, Derivation, Template};
use crate::plan::Planner;
use crate::sample::{Choice, Extent, Merged};

/// So many members are tried with each role.
const MOST: usize = 6;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !operation.responses.contains_key(&FORBIDDEN) {
        return Vec::new();
    }
    let one_of = |who: &str| {
        let mut callers = planner.callers_of_side(operation).map(|(name, _)| name);
        callers.find(|name| planner.is_of_role(name, who) && !is_almighty(name))
    };
    let values = planner.resources.value_roles(operation);
    let refused = values.iter();
    let refused = refused.filter_map(|told| of_value(planner, operation, one_of(&told.who)?, told));
    let told = planner.resources.member_roles(operation);
    let cases = told.iter().flat_map(|MemberRoles { who, members }| {
        let (name, values) = (one_of(who), &values);
        let own = members
            .iter()
            .take(MOST)
            .filter_map(move |member| case(planner, operation, name?, (member, members, values)));
        own.collect::<Vec<_>>()
    });
    cases.chain(refused).collect()
}

/// A value that is refused to who may send others.
fn of_value(
    planner: &Planner<'_>,
    operation: &Operation,
    name: &str,
    ValueRoles { member, value, .. }: &ValueRoles,
) -> Option<Case> {
    let (mut draft, request, _) = valid_call_as(planner, operation, Extent::Minimal, name).ok()?;
    let request = request.with_member(member, Template::Value(value.as_str().into()))?;
    draft.let_take_part(name, operation, false);
    let refused = Refused::by(planner, operation, Derivation::Rights, &[&[403]])?;
    let refused = refused.or_not_seen(&draft, &request).unless_oneself(planner, name);
    let summary = format!("`{name}` may not send `{member}` as `{value}`");
    let detail = format!("{name}:body.{member}:{value}");
    Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    name: &str,
    (member, all, values): (&str, &[String], &[ValueRoles]),
) -> Option<Case> {
    let (mut draft, mut request, _) =
        valid_call_as(planner, operation, Extent::Complete, name).ok()?;
    request.members().find(|(one, _)| *one == member)?;
    let schema = planner.media_type(operation)?.schema?;
    let required = Merged::of(planner.contract, &[schema], Choice::default()).required();
    let body = &mut request.body.as_mut()?.content;
    // What else they may not say would be what it is refused for.
    let values = values.iter().filter(|told| planner.is_of_role(name, &told.who));
    let others = all.iter().chain(values.map(|told| &told.member));
    // Without what is required it isn't valid.
    let others = others.filter(|one| *one != member && !required.contains(one.as_str()));
    for other in others {
        body.remove_member(other);
    }
    draft.let_take_part(name, operation, false);
    let refused = Refused::by(planner, operation, Derivation::Rights, &[&[403]])?;
    let refused = refused.or_not_seen(&draft, &request).unless_oneself(planner, name);
    let summary = format!("`{name}` may not send `{member}`");
    let detail = format!("{name}:body.{member}");
    Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
}
