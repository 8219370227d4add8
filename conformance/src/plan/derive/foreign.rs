//! Bodies that name what lies in another thing than what the operation is about, where that is said to be refused: an issue of one
//! project with the milestone of another.

use spec::model::{Method, Operation};

use super::refused::Refused;
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Extent, Location, Sample};

const CODE: &str = "foreign-reference-refused";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !matches!(operation.method, Method::Post | Method::Put | Method::Patch) {
        return Vec::new();
    }
    let places = Draft::for_call(planner, operation).references_of(operation);
    places.iter().filter_map(|place| case(planner, operation, place)).collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, place: &Location) -> Option<Case> {
    let media_type = planner.media_type(operation)?;
    let schema = media_type.schema?;
    let groups: &[&[u16]] = &[&[422, 400], &[404, 409, 403]];
    let refused = Refused::by(planner, operation, Derivation::Law, groups)?;
    let refused = refused.or_any(CODE).or_invalid().plainly().weighing(Some(CODE));
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let sample = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    let theirs = draft.refer(operation, schema, sample, None).sample.at(place)?.clone();
    let (around, [things, arounds]) = within(planner, &draft, &theirs)?;
    planner.resources.says_of_same(operation, &things, &arounds).then_some(())?;
    let maker = draft.step(&around)?.operation_id.clone();
    let before = draft.steps.len();
    draft.let_go_with_all_of(&around);
    draft.path(operation, &Path::new()).ok()?;
    // What the operation is about has to lie in another one now.
    draft.steps[before..].iter().find(|step| step.operation_id == maker)?;
    let request = draft.request_naming(operation, media_type, (place, theirs))?;
    refused.send(&mut draft, request);
    let detail = format!("{CODE}:body.{place}");
    let summary = format!("`{place}` can't name what lies in another one of the {arounds}");
    Some(refused.finish(draft, detail, summary, media_type.origin.clone()))
}

/// The step that made what the thing lies in that a value names; and what paths call such things, and what they lie in.
fn within(
    planner: &Planner<'_>,
    draft: &Draft<'_>,
    value: &Sample,
) -> Option<(String, [String; 2])> {
    let made = draft.step(value.known_by()?.step()?)?;
    let maker = planner.operation(&made.operation_id).ok()?;
    let parameter = maker.path.parameters().last()?;
    let around = made.request.path_parameters.get(parameter)?.expressions().next()?.step()?;
    let mut literals = maker.path.literals();
    let things = literals.next_back()?;
    let arounds = literals.next_back()?;
    Some((around.to_owned(), [things.to_owned(), arounds.to_owned()]))
}
