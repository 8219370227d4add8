//! What bodies say: nothing can be made, or changed so, that names what another tenant has made, and a text that one has taken is free
//! for the other.

use spec::model::{Method, Operation};

use super::super::super::CALL;
use super::super::super::refused::Refused;
use super::{Tenants, is_fair};
use crate::case::{Case, Derivation};
use crate::expression::Expression;
use crate::plan::draft::Path;
use crate::sample::{Extent, Location};

const NAMED: &str = "strangers-refer-to-nothing";
const TAKEN: &str = "strangers-may-say-the-same";

pub(super) fn cases(tenants: Tenants<'_>, operation: &Operation) -> Vec<Case> {
    if !matches!(operation.method, Method::Post | Method::Put | Method::Patch) {
        return Vec::new();
    }
    // What of several a stranger can't name, the answer tells in its place.
    let is_one = !tenants.planner.resources.tells_of_each(operation);
    let named = tenants.draft(operation).references_of(operation).into_iter().filter(|_| is_one);
    let named = named.filter_map(|place| refers(tenants, operation, &place));
    named.chain(says_the_same(tenants, operation)).collect()
}

/// A body that names what another tenant has made, and else what the tenant has made itself.
fn refers(tenants: Tenants<'_>, operation: &Operation, place: &Location) -> Option<Case> {
    let planner = tenants.planner;
    let media_type = planner.media_type(operation)?;
    let schema = media_type.schema?;
    let groups: &[&[u16]] = &[&[422, 400], &[404, 409, 403]];
    let refused = Refused::by(planner, operation, Derivation::Law, groups)?;
    let refused = refused.or_any(NAMED).or_forbidden().weighing(Some(NAMED));
    let mut draft = tenants.draft(operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let sample = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    let theirs = draft.refer(operation, schema, sample, None).sample.at(place)?.clone();
    // It has to name what was made, and not what was made up.
    theirs.known_by()?;
    draft.act_for(tenants.stranger());
    let request = draft.request_naming(operation, media_type, (place, theirs))?;
    let name = place.to_string();
    refused.send(&mut draft, request);
    is_fair(&draft).then_some(())?;
    let detail = format!("{NAMED}:body.{name}");
    let summary = format!("`{name}` can't name what another tenant has made");
    Some(refused.finish(draft, detail, summary, media_type.origin.clone()))
}

/// Where two of one tenant conflict (409), those of two don't.
fn says_the_same(tenants: Tenants<'_>, operation: &Operation) -> Option<Case> {
    let planner = tenants.planner;
    let conflicts = operation.documents(409);
    if operation.method != Method::Post || !conflicts || !planner.resources.makes(operation) {
        return None;
    }
    let mut draft = tenants.draft(operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let first = draft.request(operation, &path, Extent::Minimal).ok()?;
    let is_own = |one: &&Expression| matches!(one, Expression::Input { .. });
    first.body.as_ref()?;
    first.expressions().iter().any(is_own).then_some(())?;
    draft.push(operation, "first", first, planner.succeeds(operation));
    draft.act_for(tenants.stranger());
    let path = draft.path(operation, &Path::new()).ok()?;
    // Its fresh values are called as those of the first request, and so are the same.
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let mut criteria = planner.succeeds(operation);
    criteria.iter_mut().for_each(|one| one.weigh(TAKEN));
    draft.push(operation, CALL, request, criteria);
    let summary = "what one tenant has taken is free for another".to_owned();
    tenants.finish(draft, operation, TAKEN.to_owned(), summary)
}
