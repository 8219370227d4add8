//! A thing has as many parts as its description says that it may have, and not one more.

use spec::model::{Operation, Status};
use spec::resources::PartLimit;

use super::law::{file_in, with_file};
use super::{CALL, told, was_answered};
use crate::case::{Case, Criterion, Expected, Relation, Request};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, of_size};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "part-limit-kept";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let PartLimit { count, status } = planner.resources.part_limit(operation)?;
    let (success, any_of) = planner.success(operation)?;
    let Status::Code(made) = success else { return None };
    let (mut draft, path) = Draft::begun(planner, operation)?;
    draft.bring_around(operation, &path);
    // Of what the run didn't make, others may have made parts.
    draft.steps.last()?;
    let steps: Vec<String> = (1..=count).map(|n| format!("part_{n}")).collect();
    for (n, step) in steps.iter().enumerate() {
        let request = part(&mut draft, operation, &path, (step, n))?;
        let before = made_before(steps.get(..n)?, made);
        draft.push(operation, step, request, planner.succeeds(operation));
        draft.status_of(step);
        // Whoever made the thing may have made a part with it, and two parts may be too much alike.
        let expected = Expected { any_of: any_of.clone(), code: CODE, level: Level::Should };
        let last = draft.last_step()?;
        last.criteria = vec![Criterion::Status(expected)];
        last.premises.extend(before);
    }
    let request = part(&mut draft, operation, &path, (CALL, count))?;
    let level = promise::level(CODE);
    let expected = Expected { any_of: vec![Status::Code(status)], code: CODE, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.last_step()?.premises.extend(made_before(&steps, made));
    let summary = format!("of more than {count} in one thing, one is refused");
    Some(told(draft, operation, Status::Code(status), (CODE, &summary)))
}

fn made_before(steps: &[String], made: u16) -> Vec<Relation> {
    let answered = |step: &String| was_answered(CODE, step, made, "each before it is made");
    steps.iter().map(answered).collect()
}

/// A request for a part that is like none before it; of files, each has a size of its own.
fn part(
    draft: &mut Draft<'_>,
    operation: &Operation,
    path: &Path,
    (step, n): (&str, usize),
) -> Option<Request> {
    /// How many bytes more each file has than the one before it.
    const MORE: usize = 64;
    let request = draft.request_of_its_own(operation, path, Extent::Minimal, step).ok()?;
    let Some((media_type, file)) = request.body.as_ref().and_then(file_in) else {
        return Some(request);
    };
    let size = file.len() + MORE * n;
    let larger = of_size(&media_type, size).filter(|_| n > 0);
    match larger {
        Some(file) => with_file(request, file),
        None => Some(request),
    }
}
