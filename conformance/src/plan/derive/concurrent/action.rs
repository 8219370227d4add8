//! An action that is done once, asked for several times at once: one does it.

use spec::model::{Operation, Status};

use super::super::law::one_left;
use super::super::{told, valid_call};
use super::{CONFLICT, RACERS, at_most_one, race, success_or};
use crate::case::Case;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "one-action-wins";

/// What moves a thing to another state, and is said to be refused there.
pub(super) fn by_state(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let life = planner.resources.lifecycle(operation)?;
    let own = life.moves_of(operation).next().filter(|own| own.by.is_none())?;
    let is_done_once = own.refused_else == Some(409) && !own.from.contains(&own.to);
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.steps.last().filter(|_| is_done_once)?;
    let requests = vec![request; RACERS];
    finish(planner, operation, draft, requests, "what is done once is done by one of several")
}

/// What takes the last one of something.
pub(super) fn by_number(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (mut draft, path) = one_left(planner, operation)?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let requests = vec![request; RACERS];
    finish(planner, operation, draft, requests, "what is left once is taken by one of several")
}

fn finish(
    planner: &Planner<'_>,
    operation: &Operation,
    mut draft: Draft<'_>,
    requests: Vec<crate::case::Request>,
    summary: &str,
) -> Option<Case> {
    let mut refusals = vec![CONFLICT];
    // A body may be refused for what no schema says.
    refusals.extend(planner.refuses_for_sense(operation).then_some(Status::Code(422)));
    let expected = success_or(planner, operation, &refusals, CODE, promise::level(CODE))?;
    let racers = race(&mut draft, operation, requests, &expected);
    let (success, _) = planner.success(operation)?;
    at_most_one(&mut draft, &racers, success, &expected, "one of several at once succeeds");
    Some(told(draft, operation, CONFLICT, (CODE, summary)))
}
