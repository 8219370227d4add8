//! A thing that is shown with an entity tag has another one whenever it is shown otherwise (RFC 9110 §8.8.1): also after what is done
//! to its parts, or elsewhere. The tags of two looks at one thing are compared in every case; here are the looks.

use spec::model::{Method, Operation};

use super::super::{CALL, told, valid_call};
use crate::case::Case;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::Extent;

const CODE: &str = "tag-tells-apart";
/// The steps that look before and after.
const LOOK: &str = "look";
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if operation.method.is_safe() || operation.method == Method::Delete {
        return Vec::new();
    }
    let call = || {
        let complete = valid_call(planner, operation, Extent::Complete);
        complete.or_else(|_| valid_call(planner, operation, Extent::Minimal)).ok()
    };
    let Some((draft, ..)) = call() else { return Vec::new() };
    let made = draft.steps.iter().filter_map(|step| {
        let maker = planner.operation(&step.operation_id).ok()?;
        let reader = planner.resources.shown_by(maker).find(|reader| is_tagged(reader))?;
        // What is done to the thing itself is looked at by others.
        (reader.path.shape() != operation.path.shape()).then(|| (step.id.clone(), reader))
    });
    let made: Vec<(String, &Operation)> = made.collect();
    let cases = made.into_iter().filter_map(|(step, reader)| {
        let (mut draft, request, _) = call()?;
        look(&mut draft, reader, (&step, LOOK))?;
        draft.push(operation, CALL, request, Vec::new());
        look(&mut draft, reader, (&step, READ))?;
        let (status, _) = planner.success(operation)?;
        let detail = format!("{CODE}:{}", reader.id);
        let summary = "what is shown otherwise has another entity tag";
        Some(told(draft, operation, status, (&detail, summary)))
    });
    cases.collect()
}

fn look(draft: &mut Draft<'_>, reader: &Operation, (step, id): (&str, &str)) -> Option<()> {
    let path = draft.path_to(reader, step)?;
    let request = draft.bare_request(reader, &path).ok()?;
    let criteria = draft.planner().succeeds(reader);
    draft.push(reader, id, request, criteria);
    Some(())
}

/// Whether a GET documents that it answers with an entity tag.
fn is_tagged(reader: &Operation) -> bool {
    let mut headers = reader.successes().flat_map(|response| response.headers.keys());
    headers.any(|name| name.eq_ignore_ascii_case("etag"))
}
