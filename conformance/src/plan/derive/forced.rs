//! What is kept from being removed by what it has is removed all the same by a switch, where the description says so:
//! `DELETE /halls/{id}?force=true`. What it has goes with it, where that is said.

use spec::model::{Method, Operation};

use super::CALL;
use super::users::users;
use crate::case::{Case, Criterion, Derivation, Expected};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise;
use crate::sample::Sample;

const CODE: &str = "parts-go-with-it";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if operation.method != Method::Delete {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    // Without having made it, it may not be deleted.
    let made = draft.steps.last()?.id.clone();
    let (user, mut draft, switch) = users(planner, &draft, &made).find_map(|(user, draft)| {
        Some((user, draft, planner.resources.switch(operation, user)?))
    })?;
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.query.retain(|pair| pair.name != switch.name);
    draft.set(&mut request, switch, &Sample::Value(true.into())).ok()?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    let reader = planner.resources.shown_by(user).next();
    if let Some(reader) = reader.filter(|reader| planner.resources.cascades(operation, reader))
        && let Some((_, any_of)) = planner.refusal(reader, &[&[404, 410]])
    {
        let there = draft.path_to(reader, "use")?;
        let read = draft.bare_request(reader, &there).ok()?;
        let gone = Expected { any_of, code: CODE, level: promise::level(CODE) };
        draft.push(reader, "read", read, vec![Criterion::Status(gone)]);
    }
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("removed-with-its-parts:{}", switch.name),
        summary: format!("by `{}`, a thing is removed with what it has", switch.name),
        origin: switch.origin.clone(),
    }))
}
