//! A thing that is shown with an entity tag has another one whenever it is shown otherwise (RFC 9110 §8.8.1): also after what is done
//! to its parts, or elsewhere. The tags of two looks at one thing are compared in every case; here are the looks.

use indexmap::IndexMap;
use spec::model::{Method, Operation};

use super::super::{CALL, told, valid_call};
use crate::case::Case;
use crate::plan::Planner;
use crate::sample::Extent;

const CODE: &str = "tag-tells-apart";
/// The steps that look before and after.
const LOOK: &str = "look";
const READ: &str = "read";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if operation.method.is_safe() || operation.method == Method::Delete {
        return None;
    }
    let complete = valid_call(planner, operation, Extent::Complete);
    let call = complete.or_else(|_| valid_call(planner, operation, Extent::Minimal));
    let (mut draft, request, _) = call.ok()?;
    let mut made: IndexMap<&str, (String, &Operation)> = IndexMap::new();
    for step in &draft.steps {
        let Ok(maker) = planner.operation(&step.operation_id) else { continue };
        let reader = planner.resources.shown_by(maker).find(|reader| is_tagged(reader));
        // What is done to the thing itself is looked at by others.
        let reader = reader.filter(|one| one.path.shape() != operation.path.shape());
        if let Some(reader) = reader {
            made.entry(reader.id.as_str()).or_insert_with(|| (step.id.clone(), reader));
        }
    }
    let (status, _) = planner.success(operation).filter(|_| !made.is_empty())?;
    for (number, (step, reader)) in made.values().enumerate() {
        draft.look_at(reader, (step, &format!("{LOOK}_{number}")), Vec::new())?;
    }
    draft.push(operation, CALL, request, Vec::new());
    for (number, (step, reader)) in made.values().enumerate() {
        draft.look_at(reader, (step, &format!("{READ}_{number}")), Vec::new())?;
    }
    Some(told(draft, operation, status, (CODE, "what is shown otherwise has another entity tag")))
}

/// Whether a GET documents that it answers with an entity tag.
fn is_tagged(reader: &Operation) -> bool {
    let mut headers = reader.successes().flat_map(|response| response.headers.keys());
    headers.any(|name| name.eq_ignore_ascii_case("etag"))
}
