//! Bodies of every media type that an operation takes beside the one that its other cases have; and files that come
//! back as they went.

use spec::model::{MediaType, Method, Operation};

use super::{CALL, valid_call};
use crate::case::{
    Body, Case, Content, Criterion, Derivation, PartContent, Relation, RelationKind,
};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::sample::Extent;

const CODE: &str = "bytes-come-back";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases: Vec<Case> = main(planner, operation).into_iter().collect();
    let own = planner.media_type(operation).map(|one| one.name.as_str());
    let content = operation.body.iter().flat_map(|body| body.content.values());
    let others = content.filter(|one| Some(one.name.as_str()) != own);
    cases.extend(others.filter_map(|media_type| other(planner, operation, media_type)));
    cases
}

/// A file in the body that all other cases have, or in a part of it.
fn main(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Complete).ok()?;
    let file = file_of(request.body.as_ref()?)?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    comes_back(&mut draft, planner, operation, &path, file)?;
    finish(planner, draft, operation, CODE.to_owned(), "a file comes back as it went")
}

/// A body of another media type is accepted as well.
fn other(planner: &Planner<'_>, operation: &Operation, media_type: &MediaType) -> Option<Case> {
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let body = draft.body_as(operation, media_type, &path)?;
    let file = file_of(&body);
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(body);
    draft.push(operation, CALL, request, planner.succeeds(operation));
    if let Some(file) = file {
        comes_back(&mut draft, planner, operation, &path, file);
    }
    let summary = format!("a body of {} is accepted", media_type.name);
    finish(planner, draft, operation, format!("media-type:{}", media_type.name), &summary)
}

/// Type and bytes of the only file in a body.
fn file_of(body: &Body) -> Option<(String, Vec<u8>)> {
    match &body.content {
        Content::Bytes(bytes) => Some((body.content_type.clone()?, bytes.clone())),
        Content::Multipart(parts) => {
            let files = parts.iter().filter_map(|part| match &part.content {
                PartContent::Bytes(bytes) => Some((part.content_type.clone()?, bytes.clone())),
                _ => None,
            });
            let mut files = files.collect::<Vec<_>>().into_iter();
            files.next().filter(|_| files.next().is_none())
        }
        _ => None,
    }
}

/// Reads the file where one of its type is shown: on the same path, or where what was made is.
fn comes_back(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    path: &Path,
    (media_type, bytes): (String, Vec<u8>),
) -> Option<()> {
    let shows = |reader: &&Operation| {
        let mut content = reader.successes().flat_map(|response| response.content.keys());
        reader.method == Method::Get && content.any(|own| own.eq_ignore_ascii_case(&media_type))
    };
    let here = planner.on_path(operation, Method::Get).filter(shows);
    let read = match here {
        Some(reader) => (reader, draft.bare_request(reader, path).ok()?),
        None => {
            let mut fed = planner.resources.made_by(&operation.id);
            let reader = fed.find_map(|(reader, parameter, _)| {
                let names_it = reader.path.item_parameter() == Some(parameter);
                (names_it && shows(&reader)).then_some(reader)
            })?;
            let path = draft.path(reader, &Path::new()).ok()?;
            (reader, draft.bare_request(reader, &path).ok()?)
        }
    };
    let (reader, mut read) = read;
    read.headers.retain(|pair| !pair.name.eq_ignore_ascii_case("accept"));
    let accept = crate::case::Text::literal(media_type);
    read.headers.push(crate::case::Pair { name: "Accept".to_owned(), value: accept });
    let same = RelationKind::Bytes(bytes);
    let same = Relation::new(CODE, "the file comes back as it went", same);
    let criteria = planner.succeeds(reader).into_iter().chain([Criterion::Relation(same)]);
    draft.push(reader, "read", read, criteria.collect());
    Some(())
}

fn finish(
    planner: &Planner<'_>,
    draft: Draft<'_>,
    operation: &Operation,
    detail: String,
    summary: &str,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let origin = operation.body.as_ref().map_or(&operation.origin, |body| &body.origin).clone();
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Boundary,
        detail,
        summary: summary.to_owned(),
        origin,
    }))
}
