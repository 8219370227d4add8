//! What isn't there for a caller, as its own path says, can't be named in a body by that caller. With credentials of several tenants,
//! it is asked without that look.

use spec::model::{Method, Operation, Status};

use super::super::refused::Refused;
use super::hidden::{is_hidden, look};
use crate::case::{Case, Credentials, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise::Level;
use crate::sample::{Extent, Location, Segment};

const CODE: &str = "hidden-stays-hidden";
/// Callers, and places of a body, that are tried.
const MOST: usize = 3;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let takes = matches!(operation.method, Method::Post | Method::Put | Method::Patch);
    if !takes || planner.tenants().len() > 1 || planner.context.credentials.len() < 2 {
        return Vec::new();
    }
    // What of several can't be named, the answer tells in its place.
    if planner.resources.tells_of_each(operation) {
        return Vec::new();
    }
    let places = Draft::for_call(planner, operation).references_of(operation);
    let callers = planner.context.credentials.iter().filter(|(_, one)| one.calls(operation));
    let callers: Vec<&str> = callers.map(|(name, _)| name.as_str()).collect();
    let cases = places.iter().take(MOST).flat_map(|place| {
        let cases = callers.iter().filter_map(|name| case(planner, operation, place, name));
        cases.take(MOST).collect::<Vec<_>>()
    });
    cases.collect()
}

/// A body of one caller that names what another one has made, and else what the caller has made.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    place: &Location,
    name: &str,
) -> Option<Case> {
    let media_type = planner.media_type(operation)?;
    let schema = media_type.schema?;
    let groups: &[&[u16]] = &[&[422, 400], &[404, 409, 403]];
    let refused = Refused::by(planner, operation, Derivation::Law, groups)?;
    let level = if is_told(planner, operation, place) { Level::Must } else { Level::Should };
    // What isn't there may be refused as anything that is unknown.
    let refused = refused.or_any(CODE).or_documented(&[403, 404, 409]).plainly();
    let refused = refused.weighing(Some(CODE)).at_most(level);
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let sample = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    let theirs = draft.refer(operation, schema, sample, None).sample.at(place)?.clone();
    let made = theirs.known_by()?.step()?.to_owned();
    draft.step(&made).filter(|step| !step.request.method.is_safe())?;
    let (reader, there) = shown(&mut draft, &made)?;
    draft.strangers(&[operation, reader]).contains(&name).then_some(())?;
    let stranger = Credentials::As(name.to_owned());
    look(&mut draft, reader, &there, &stranger)?;
    draft.act_for(planner.side_of(operation));
    let before = draft.steps.len();
    let mut request = draft.request_naming(operation, media_type, (place, theirs))?;
    request.credentials = stranger.clone();
    let caller = planner.context.credentials.get(name)?;
    for index in before..draft.steps.len() {
        let may_call = planner.operation(&draft.steps.get(index)?.operation_id);
        if may_call.is_ok_and(|one| caller.calls(one)) {
            draft.step_at(index)?.request.credentials = stranger.clone();
        }
    }
    // What else it takes need not be the caller's to make.
    draft.may_be_refused(name);
    refused.send(&mut draft, request);
    draft.last_step()?.premises.push(is_hidden());
    draft.removed_by(name, |_| true);
    draft.may_run().then_some(())?;
    let summary = format!("`{place}` can't name what isn't there for the caller");
    let detail = format!("{CODE}:body.{place}:{name}");
    Some(refused.finish(draft, detail, summary, media_type.origin.clone()))
}

/// The GET of what a step has made, or of what that lies in, with its path.
fn shown<'p>(draft: &mut Draft<'p>, made: &str) -> Option<(&'p Operation, Path)> {
    let planner = draft.planner();
    let step = draft.step(made)?.clone();
    let maker = planner.operation(&step.operation_id).ok()?;
    let missing = Status::Code(404);
    let mut readers = planner.resources.shown_by(maker);
    if let Some(reader) = readers.find(|reader| reader.responses.contains_key(&missing)) {
        let there = draft.path_to(reader, made)?;
        return Some((reader, there));
    }
    let (_, around) = step.request.path_parameters.last()?;
    let around = around.expressions().next()?.step()?.to_owned();
    shown(draft, &around)
}

/// Whether the contract says that what isn't there is refused.
fn is_told(planner: &Planner<'_>, operation: &Operation, place: &Location) -> bool {
    let member = place.0.iter().rev().find_map(|segment| match segment {
        Segment::Member(name) => Some(name.as_str()),
        Segment::Item(_) => None,
    });
    !planner.resources.unknown_is(operation, member.unwrap_or_default()).is_empty()
        || !planner.resources.unknown_anywhere_is(operation).is_empty()
}
