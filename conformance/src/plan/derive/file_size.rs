//! Files that are larger than they may be, or empty, or aren't what they are declared as, where an operation tells: refused. And
//! the largest that may be: taken.

use spec::model::{Operation, Status};
use spec::resources::SizeLimit;

use super::law::{file_in, with_file};
use super::refused::Refused;
use super::{CALL, valid_call};
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::{self, About};
use crate::sample::Extent;

/// What is larger isn't sent: the limit may as well not be kept for a reason that the run would be.
const MOST: u64 = 8 << 20;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let limit = planner.resources.size_limit(operation).filter(|limit| limit.bytes < MOST);
    let cases = [
        limit.and_then(|limit| too_large(planner, operation, limit)),
        limit.and_then(|limit| largest(planner, operation, limit)),
        other_content(planner, operation),
        empty(planner, operation),
    ];
    cases.into_iter().flatten().collect()
}

/// A file of more bytes than it may have: the valid one, made longer.
fn too_large(planner: &Planner<'_>, operation: &Operation, limit: SizeLimit) -> Option<Case> {
    let status = Status::Code(limit.status);
    let response = operation.responses.get(&status)?;
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let (_, mut file) = file_in(request.body.as_ref()?)?;
    let more = if limit.is_exact { 1 } else { limit.bytes / 10 };
    file.resize(usize::try_from(limit.bytes + more).ok()?, b'\n');
    let request = with_file(request, file)?;
    let refused = Refused::of(operation, (status, vec![status]), Derivation::Violation);
    let summary = format!("a file of more than {} bytes is refused", limit.bytes);
    let detail = "body:too-large".to_owned();
    Some(refused.case(draft, request, detail, summary, response.origin.clone()))
}

/// A file of as many bytes as it may have.
fn largest(planner: &Planner<'_>, operation: &Operation, limit: SizeLimit) -> Option<Case> {
    let (status, _) = planner.success(operation).filter(|_| limit.is_exact)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let (media_type, _) = file_in(request.body.as_ref()?)?;
    let file = draft::of_size(&media_type, usize::try_from(limit.bytes).ok()?)?;
    let request = with_file(request, file)?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Boundary,
        detail: "body:largest".to_owned(),
        summary: format!("a file of {} bytes is taken", limit.bytes),
        origin: operation.origin.clone(),
    }))
}

/// A file without a byte in it.
fn empty(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let codes = planner.resources.refused_empty(operation);
    let summary = |_: &str| Some("a file without a byte in it is refused".to_owned());
    other_bytes(planner, operation, &codes, (b"", "body:empty-file"), summary)
}

/// A file that isn't what it is declared as.
fn other_content(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let codes = planner.resources.refused_content(operation);
    let summary = |media_type: &str| {
        // Any bytes are a text.
        let kinds = ["image/", "application/pdf", "audio/", "video/"];
        let is_told_apart = kinds.iter().any(|kind| media_type.starts_with(kind));
        is_told_apart.then(|| format!("a file that is no {media_type} is refused"))
    };
    other_bytes(planner, operation, &codes, (b"conformance", "body:other-content"), summary)
}

/// A file with other bytes than it has, where a description says with which statuses that is refused. `summary` tells of a
/// media type what is wrong with them, if anything is.
fn other_bytes(
    planner: &Planner<'_>,
    operation: &Operation,
    codes: &[u16],
    (bytes, detail): (&[u8], &str),
    summary: impl Fn(&str) -> Option<String>,
) -> Option<Case> {
    let refused = Refused::by(planner, operation, Derivation::Violation, &[codes])
        .filter(|_| !codes.is_empty())?;
    let (draft, request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let (media_type, _) = file_in(request.body.as_ref()?)?;
    let summary = summary(&media_type)?;
    let request = with_file(request, bytes.to_vec())?;
    Some(refused.case(draft, request, detail.to_owned(), summary, operation.origin.clone()))
}
