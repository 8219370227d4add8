//! Bodies of every media type that an operation takes beside the one that its other cases have.

use spec::model::{MediaType, Operation};

use super::CALL;
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path, names_something};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let own = planner.media_type(operation).map(|one| one.name.as_str());
    let content = operation.body.iter().flat_map(|body| body.content.values());
    let others = content.filter(|one| Some(one.name.as_str()) != own);
    others.filter_map(|media_type| case(planner, operation, media_type)).collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, media_type: &MediaType) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let body = draft.body_as(operation, media_type, &path)?;
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(body);
    if request.body.as_ref().is_some_and(names_something) {
        draft.makes_up(operation);
    }
    draft.push(operation, CALL, request, planner.succeeds(operation));
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Boundary,
        detail: format!("media-type:{}", media_type.name),
        summary: format!("a body of {} is accepted", media_type.name),
        origin: media_type.origin.clone(),
    }))
}
