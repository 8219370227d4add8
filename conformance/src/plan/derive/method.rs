//! Methods that a path doesn't document: refused where a 405 is documented, and no failure of the server anywhere.
//!
//! A server may have more methods than its document tells. So a probe never asks for anything: it goes to what this case
//! made or to what isn't there, and where a path names no single thing, it is a PUT or PATCH with a body that can't be
//! read, never a POST or a DELETE.

use spec::model::{Method, Operation};

use super::refused::Refused;
use crate::case::{Body, Case, Content, Derivation, Request};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};

/// HEAD and OPTIONS are answered by many servers on their own; TRACE by few.
const PROBED: [Method; 5] = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

/// Those that nearly always have a body, so that one that can't be read keeps them from doing anything.
const WITH_BODY: [Method; 2] = [Method::Put, Method::Patch];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let documented = operation.documents(405);
    let missing: Vec<Method> = undocumented(planner, operation).collect();
    let is_item = operation.path.item_parameter().is_some();
    // Whoever may write there by a documented method may do it by another, too, whatever the body.
    let is_quiet = is_item || operation.method.is_safe();
    let is_probed = documented || (is_quiet && planner.is_first_on_path(operation));
    if !is_probed {
        return Vec::new();
    }
    let Some(refused) = Refused::by(planner, operation, Derivation::Method, &[&[405]]) else {
        return Vec::new();
    };
    let refused = if documented { refused } else { refused.unasked() };
    let methods: Vec<Method> = match (documented, is_item) {
        (true, true) => missing,
        _ => WITH_BODY.into_iter().filter(|method| missing.contains(method)).take(1).collect(),
    };
    let probes = methods.into_iter().filter_map(|method| {
        let (draft, mut request) = nothing_to_change(planner, operation, documented)?;
        request.method = method;
        if !(documented && is_item) {
            let content_type = Some("application/json".to_owned());
            request.body = Some(Body { content_type, content: Content::Bytes(b"{".to_vec()) });
        }
        let summary = format!("{method} is not a method of this path");
        let detail = method.as_key().to_owned();
        Some(refused.case(draft, request, detail, summary, operation.origin.clone()))
    });
    probes.collect()
}

/// A request to what isn't there; to a thing of the case's own, where a refusal is promised.
fn nothing_to_change<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    promised: bool,
) -> Option<(Draft<'p>, Request)> {
    let mut draft = Draft::new(planner);
    let mut given = Path::new();
    if let Some(last) = operation.path.parameters().last() {
        let made = promised.then(|| draft.clone().made_path(operation)).flatten();
        if let Some((made, _)) = made {
            draft = made;
            let path = draft.path(operation, &Path::new()).ok()?;
            let request = draft.bare_request(operation, &path).ok()?;
            return Some((draft, request));
        }
        let parameter = operation.parameter(spec::model::Location::Path, last)?;
        let nothing = draft.unknown(last, super::unknown_id::fresh(planner, parameter)?);
        given.insert(last.to_owned(), nothing);
    }
    let path = super::unknown_id::path(&mut draft, planner, operation, given)?;
    let request = draft.bare_request(operation, &path).ok()?;
    Some((draft, request))
}

/// The methods that a path doesn't have.
pub(super) fn undocumented<'p>(
    planner: &'p Planner<'_>,
    operation: &'p Operation,
) -> impl Iterator<Item = Method> + 'p {
    PROBED.into_iter().filter(|method| planner.on_path(operation, *method).is_none())
}
