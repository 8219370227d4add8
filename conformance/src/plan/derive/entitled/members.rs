//! A member that some may not send is refused to them, each by itself, in a request that they may make else.
//!
//! Who is of which role, no contract tells: a caller is taken for one of those after whom it is called in the profile.

use spec::model::Operation;
use spec::resources::MemberRoles;

use super::super::refused::Refused;
use super::super::valid_call_as;
use super::{FORBIDDEN, is_almighty};
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::sample::{Choice, Extent, Merged};

/// So many members are tried with each role.
const MOST: usize = 6;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.resources.member_roles(operation);
    if told.is_empty() || !operation.responses.contains_key(&FORBIDDEN) {
        return Vec::new();
    }
    let cases = told.iter().flat_map(|MemberRoles { who, members }| {
        let mut callers = planner.callers_of_side(operation).map(|(name, _)| name);
        let is_one = |name: &&str| planner.is_of_role(name, who) && !is_almighty(name);
        let name = callers.find(is_one);
        let own = members
            .iter()
            .take(MOST)
            .filter_map(move |member| case(planner, operation, name?, (member, members)));
        own.collect::<Vec<_>>()
    });
    cases.collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    name: &str,
    (member, all): (&str, &[String]),
) -> Option<Case> {
    let (mut draft, mut request, _) =
        valid_call_as(planner, operation, Extent::Complete, name).ok()?;
    request.members().find(|(one, _)| *one == member)?;
    let schema = planner.media_type(operation)?.schema?;
    let required = Merged::of(planner.contract, &[schema], Choice::default()).required();
    let body = &mut request.body.as_mut()?.content;
    // Without what is required it isn't valid.
    let others = all.iter().filter(|one| *one != member && !required.contains(one.as_str()));
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
