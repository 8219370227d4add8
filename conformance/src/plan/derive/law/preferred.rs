//! Of the media types that an answer may have, the one comes that the request would rather have (RFC 9110 §12.5.1),
//! wherever it stands among those that it admits. Not asked of files that come back as they were sent: each has the media
//! type that it came with.

use spec::model::{MediaType, Method, Operation};

use super::super::accept::accepting;
use super::super::{CALL, valid_call};
use crate::case::{Case, Criterion, Derivation, Relation, RelationKind};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::promise::{self, Level};
use crate::sample::Extent;
use spec::resources::says_preferred;

const CODE: &str = "accept-decides";
/// Media types that are asked for, at most.
const MOST: usize = 4;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let response = operation.successes().next().filter(|_| operation.method == Method::Get);
    let Some(response) = response else { return Vec::new() };
    let offered = response.content.values().filter(|one| !one.name.contains('*'));
    let offered: Vec<&MediaType> = offered.take(MOST).collect();
    if is_kept(planner, operation, &offered) {
        return Vec::new();
    }
    let pairs = offered.iter().enumerate().filter_map(|(n, wanted)| {
        let other = offered.iter().cycle().nth(n + 1)?;
        (other.name != wanted.name).then_some((*wanted, *other))
    });
    pairs.filter_map(|(wanted, other)| case(planner, operation, wanted, other)).collect()
}

/// Whether what makes or writes what an operation reads takes the very media types that it answers with, none of them JSON.
fn is_kept(planner: &Planner<'_>, operation: &Operation, offered: &[&MediaType]) -> bool {
    let makers = operation.path.item_parameter();
    let makers = makers.map_or(&[][..], |name| planner.resources.makers(operation, name));
    let makers = makers.iter().filter_map(|one| planner.operation(&one.operation_id).ok());
    let writers = makers.chain(planner.on_path(operation, Method::Put));
    let mut bodies = writers.filter_map(|one| one.body.as_ref());
    bodies.any(|body| {
        let takes = |one: &&MediaType| body.content.contains_key(&one.name);
        offered.iter().all(|one| takes(one) && !one.is_json())
    })
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    wanted: &MediaType,
    other: &MediaType,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let request = accepting(request, &format!("{};q=0.1, {}", other.name, wanted.name));
    let kind = RelationKind::MediaType(wanted.name.clone());
    let message = "the answer is of the media type that the request prefers";
    let response = operation.successes().next().map(|one| one.description.as_str());
    let said = [response, operation.told.as_deref()];
    let is_said = said.into_iter().flatten().any(says_preferred);
    let level = if is_said { Level::Must } else { promise::level(CODE) };
    let relation = Relation::new(CODE, message, kind).at(level);
    let mut criteria = planner.succeeds(operation);
    criteria.push(Criterion::Relation(relation));
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{}", wanted.name),
        summary: format!("{} is answered to whoever would rather have it", wanted.name),
        origin: wanted.origin.clone(),
    }))
}
