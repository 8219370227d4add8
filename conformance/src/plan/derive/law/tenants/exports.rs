//! In exports: answers that are texts of all there is, of whatever media type.
//!
//! What an export has in it, nothing tells but its path, so that the owner asks for it first: where the thing isn't in its
//! own export, nothing is asked of that of the other one.

use spec::model::{Method, Operation, PathPart};

use super::super::super::CALL;
use super::super::unique;
use super::{Tenants, unmentioned};
use crate::case::{Case, Operand, Relation, RelationKind};
use crate::plan::draft::Path;
use crate::sample::Extent;

const CODE: &str = "strangers-list-nothing";

pub(super) fn cases(tenants: Tenants<'_>, operation: &Operation) -> Vec<Case> {
    let planner = tenants.planner;
    let is_export = operation.method == Method::Get
        && operation.path.parameters().next().is_none()
        && operation.successes().any(|response| response.content.keys().any(|name| is_text(name)))
        && planner.resources.list(operation).is_none();
    if !is_export {
        return Vec::new();
    }
    let makers = planner.contract.operations.iter().filter(|maker| {
        maker.method == Method::Post && planner.can_remove(maker) && shares_a_word(operation, maker)
    });
    let mut cases = makers.filter_map(|maker| case(tenants, operation, maker));
    cases.next().into_iter().collect()
}

/// Whether a text of what is there stands in such content as it is.
fn is_text(media_type: &str) -> bool {
    const LINES: [&str; 5] = ["ndjson", "jsonl", "json-seq", "xml", "yaml"];
    let name = media_type.split(';').next().unwrap_or_default().trim();
    name.starts_with("text/") || LINES.iter().any(|kind| name.ends_with(kind))
}

/// Whether the collection that a maker adds to is called as a segment of the path.
fn shares_a_word(operation: &Operation, maker: &Operation) -> bool {
    let word = |segment: &Vec<PathPart>| match segment.as_slice() {
        [PathPart::Literal(text)] if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let Some(collection) = maker.path.last_segment() else { return false };
    let mut words = operation.path.segments.iter().filter_map(word);
    // `/items.csv` is of items, too.
    words.any(|one| one.split('.').next() == Some(collection))
}

fn case(tenants: Tenants<'_>, operation: &Operation, maker: &Operation) -> Option<Case> {
    let planner = tenants.planner;
    let mut draft = tenants.draft(operation);
    let makers_path = draft.path(maker, &Path::new()).ok()?;
    let before = draft.inputs.clone();
    let request = draft.request(maker, &makers_path, Extent::Complete).ok()?;
    let made = draft.free_step_id("make");
    let request = draft.rename_inputs(request, &before, &made);
    draft.push(maker, &made, request, planner.succeeds(maker));
    let text = unique::text_of(planner, &draft, &made)?;
    let own = draft.bare_request(operation, &Path::new()).ok()?;
    draft.push(operation, "own", own, planner.succeeds(operation));
    draft.act_for(tenants.stranger());
    let request = draft.bare_request(operation, &Path::new()).ok()?;
    let mut criteria = planner.succeeds(operation);
    criteria.push(unmentioned(CODE, text.clone()));
    draft.push(operation, CALL, request, criteria);
    let there = RelationKind::Mentions { text: Operand::expression(text), is_there: true };
    let message = "the owner's export has what it made";
    draft.last_step()?.premises.push(Relation::new(CODE, message, there));
    let summary = "what another tenant has made is in no export".to_owned();
    tenants.finish(draft, operation, CODE.to_owned(), summary)
}
