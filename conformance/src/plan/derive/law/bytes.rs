//! Files come back as they went, each of several its own.
//!
//! Asked where a GET of what an operation makes, or puts, answers with the media type of the file that was sent: by itself,
//! or as the one file of a form.

use spec::model::{Method, Operation};
use spec::resources::says_bytes_are_kept;

use super::super::{CALL, valid_call};
use crate::case::{
    Body, Case, Content, Criterion, Derivation, Part, PartContent, Relation, RelationKind, Request,
};
use crate::plan::Planner;
use crate::plan::draft::{self, About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::Extent;

const CODE: &str = "bytes-are-kept";
/// The step that sends the first file.
const FIRST: &str = "first";
/// The step that sends another one.
const SECOND: &str = "second";

/// Those of a GET: of what other operations have sent to be there.
pub(super) fn cases(planner: &Planner<'_>, reader: &Operation) -> Vec<Case> {
    let mut given = reader.successes().flat_map(|response| response.content.keys());
    if reader.method != Method::Get || !given.any(|range| !range.contains("json")) {
        return Vec::new();
    }
    let all = senders(planner, reader).flat_map(|sender| sent_by(planner, sender));
    all.filter(|case| case.cell.operation_id == reader.id).collect()
}

/// What may have sent the file that a GET answers with.
pub(super) fn senders<'p>(
    planner: &Planner<'p>,
    reader: &Operation,
) -> impl Iterator<Item = &'p Operation> {
    let senders = planner.contract.operations.iter();
    let senders = senders.filter(|one| matches!(one.method, Method::Post | Method::Put));
    let senders = senders.filter(|one| one.body.is_some());
    senders.filter(|sender| readers(planner, sender).any(|one| one.id == reader.id))
}

fn sent_by(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let calls = calls(planner, operation).into_iter();
    let mut cases: Vec<Case> = calls.filter_map(|call| case(planner, operation, call)).collect();
    cases.extend(of_each_type(planner, operation));
    cases
}

/// One file of each media type after the other: it comes back as of its own.
fn of_each_type(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    (operation.method == Method::Put).then_some(())?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let files = draft::files(planner, operation);
    let (first, others) = files.split_first()?;
    let reader = reader(planner, operation, first.content_type.as_deref()?)?;
    let (status, _) = planner.success(reader)?;
    let is_given = |body: &Body| {
        let mut ranges = reader.successes().flat_map(|response| response.content.keys());
        ranges.any(|range| Some(range.as_str()) == body.content_type.as_deref())
    };
    (!others.is_empty()).then_some(())?;
    for (number, body) in files.iter().filter(|body| is_given(body)).enumerate() {
        let (media_type, bytes) = file_in(body)?;
        let request = Request { body: Some(body.clone()), ..request.clone() };
        draft.push(operation, &format!("put_{}", number + 1), request, planner.succeeds(operation));
        let level = level(operation, reader, &media_type);
        let mut criteria = planner.succeeds(reader);
        let message = format!("`{media_type}` comes back as that");
        let same_type = RelationKind::MediaType(media_type);
        criteria.push(Criterion::Relation(Relation::new(CODE, message, same_type)));
        let message = "the file comes back as it was sent";
        let same = Relation::new(CODE, message, RelationKind::SameBytes(bytes)).at(level);
        criteria.push(Criterion::Relation(same));
        let read = draft.bare_request(reader, &path).ok()?;
        draft.push(reader, &format!("read_{}", number + 1), read, criteria);
    }
    Some(draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: format!("{CODE}:each-type"),
        summary: format!("what `{}` takes comes back as of its own media type", operation.id),
        origin: operation.origin.clone(),
    }))
}

/// Valid requests to an operation, one for each way in which it may take a file.
pub(super) fn calls<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
) -> Vec<(Draft<'p>, Request, Path)> {
    let Ok((draft, request, path)) = valid_call(planner, operation, Extent::Minimal) else {
        return Vec::new();
    };
    let own = request.body.clone();
    let raw = draft::file(planner, operation).filter(|file| own.as_ref() != Some(file));
    let bodies = [own, raw].into_iter().flatten();
    let calls = bodies.map(|body| {
        let request = Request { body: Some(body), ..request.clone() };
        (draft.clone(), request, path.clone())
    });
    calls.collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (mut draft, request, path): (Draft<'_>, Request, Path),
) -> Option<Case> {
    let body = request.body.as_ref()?;
    let (media_type, small) = file_in(body)?;
    let large = draft::larger(&media_type, planner.resources.size_limit(operation))?;
    let reader = reader(planner, operation, &media_type)?;
    let (status, _) = planner.success(reader)?;
    // What no two have the same of, each has of its own.
    let is_put = operation.method == Method::Put;
    let other = match body.content {
        _ if is_put => request.clone(),
        Content::Multipart(_) => {
            draft.request_of_its_own(operation, &path, Extent::Minimal, SECOND).ok()?
        }
        _ => {
            let other = draft.request_of_its_own(operation, &path, Extent::Minimal, SECOND).ok()?;
            Request { body: request.body.clone(), ..other }
        }
    };
    let other = with_file(other, large.clone())?;
    draft.push(operation, FIRST, request.clone(), planner.succeeds(operation));
    let kept = |bytes: Vec<u8>| {
        let level = level(operation, reader, &media_type);
        let message = "the file comes back as it was sent";
        let relation = Relation::new(CODE, message, RelationKind::SameBytes(bytes)).at(level);
        let mut criteria = planner.succeeds(reader);
        criteria.push(Criterion::Relation(relation));
        // It could be told by another one only where several are documented.
        if reader.successes().any(|response| response.content.len() > 1) {
            let kind = RelationKind::MediaType(media_type.clone());
            let message = "the file comes back as of the media type that it was sent as";
            criteria.push(Criterion::Relation(Relation::new(CODE, message, kind).at(level)));
        }
        criteria
    };
    let first = if is_put { path.clone() } else { draft.path_of(reader, FIRST)? };
    let read = draft.bare_request(reader, &first).ok()?;
    draft.push(reader, "read", read.clone(), kept(small));
    draft.push(operation, SECOND, other, planner.succeeds(operation));
    let second = if is_put { path } else { draft.path_of(reader, SECOND)? };
    let reads_second = draft.bare_request(reader, &second).ok()?;
    draft.push(reader, "read_second", reads_second, kept(large.clone()));
    // The other one didn't touch it, but a PUT has replaced it.
    let (last, bytes) = if is_put { (read, large) } else { (read, first_file(&draft)?) };
    draft.push(reader, CALL, last, kept(bytes));
    let form = matches!(&request.body.as_ref()?.content, Content::Multipart(_));
    Some(draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: if form { format!("{CODE}:form") } else { CODE.to_owned() },
        summary: format!("what `{}` takes as a file comes back as it went", operation.id),
        origin: operation.origin.clone(),
    }))
}

/// How firmly a file comes back as it went: pictures are often made anew, unless the document says otherwise.
fn level(operation: &Operation, reader: &Operation, media_type: &str) -> Level {
    let is_picture = media_type.starts_with("image/");
    let own = promise::level(CODE);
    if is_picture && !is_told(operation, reader) { own.min(Level::Should) } else { own }
}

/// Whether the document says that what an operation takes as a file is what another one gives.
pub(super) fn is_told(operation: &Operation, reader: &Operation) -> bool {
    let answers = reader.successes().map(|response| response.description.as_str());
    let own = [operation.told.as_deref(), reader.description.as_deref()];
    own.into_iter().flatten().chain(answers).any(says_bytes_are_kept)
}

/// The file that the first step sent.
fn first_file(draft: &Draft<'_>) -> Option<Vec<u8>> {
    let step = draft.step(FIRST)?;
    file_in(step.request.body.as_ref()?).map(|(_, bytes)| bytes)
}

/// The one file of a body, with its media type.
pub(in crate::plan::derive) fn file_in(body: &Body) -> Option<(String, Vec<u8>)> {
    match &body.content {
        Content::Bytes(bytes) => Some((body.content_type.clone()?, bytes.clone())),
        Content::Multipart(parts) => {
            let mut files = parts.iter().filter_map(|part| match &part.content {
                PartContent::File(bytes) => Some((part.content_type.clone()?, bytes.clone())),
                PartContent::Text(_) | PartContent::Json(_) => None,
            });
            files.next().filter(|_| files.next().is_none())
        }
        Content::Json(_)
        | Content::Members(_)
        | Content::Defective { .. }
        | Content::Form(_)
        | Content::Text(_) => None,
    }
}

/// The same request with another file in place of its own.
pub(in crate::plan::derive) fn with_file(mut request: Request, file: Vec<u8>) -> Option<Request> {
    match &mut request.body.as_mut()?.content {
        Content::Bytes(bytes) => *bytes = file,
        Content::Multipart(parts) => {
            let is_file = |part: &&mut Part| matches!(part.content, PartContent::File(_));
            parts.iter_mut().find(is_file)?.content = PartContent::File(file);
        }
        Content::Json(_)
        | Content::Members(_)
        | Content::Defective { .. }
        | Content::Form(_)
        | Content::Text(_) => {
            return None;
        }
    }
    Some(request)
}

/// The GET that answers with the file.
pub(super) fn reader<'p>(
    planner: &Planner<'p>,
    operation: &Operation,
    media_type: &str,
) -> Option<&'p Operation> {
    let gives = |reader: &&Operation| {
        let mut ranges = reader.successes().flat_map(|response| response.content.keys());
        ranges.any(|range| range.eq_ignore_ascii_case(media_type))
    };
    readers(planner, operation).find(gives)
}

/// The GETs of what an operation has sent.
fn readers<'p>(
    planner: &Planner<'p>,
    operation: &Operation,
) -> impl Iterator<Item = &'p Operation> {
    let is_put = operation.method == Method::Put;
    let beside = planner.on_path(operation, Method::Get).filter(|_| is_put);
    let maker = (!is_put).then_some(operation).into_iter();
    let made = maker.flat_map(|one| planner.resources.shown_by(one).chain(within(planner, one)));
    beside.into_iter().chain(made)
}

/// The GETs of one thing within what an operation makes: `/images/{id}/data`.
fn within<'p>(planner: &Planner<'p>, operation: &Operation) -> impl Iterator<Item = &'p Operation> {
    let fed = planner.resources.made_by(&operation.id);
    let shows = fed.filter(|(reader, parameter, _)| {
        reader.method == Method::Get
            && reader.path.item_parameter().is_none()
            && reader.path.parameters().last() == Some(*parameter)
    });
    shows.map(|(reader, ..)| reader)
}
