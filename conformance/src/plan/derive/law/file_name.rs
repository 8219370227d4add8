//! A file is downloaded under the name that it was uploaded under, where the description of `Content-Disposition` says so
//! (RFC 6266 §4.3).

use spec::model::{Method, Operation};
use spec::names::fold;
use spec::resources::says_file_name_is_kept;

use super::super::CALL;
use super::bytes;
use crate::case::{Case, Criterion, Derivation, Relation, RelationKind, Request, TextPart};
use crate::expression::{Condition, Expression, Language, Pattern, Piece, Query};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};

const CODE: &str = "file-name-is-kept";
const HEADER: &str = "Content-Disposition";
/// The step that uploads.
const UPLOAD: &str = "upload";

/// Those of a GET that says so: of what other operations have sent to be there.
pub(super) fn cases(planner: &Planner<'_>, reader: &Operation) -> Vec<Case> {
    if reader.method != Method::Get || !is_told(reader) {
        return Vec::new();
    }
    let senders = bytes::senders(planner, reader).filter(|one| one.method == Method::Post);
    let all = senders.flat_map(|sender| {
        let calls = bytes::calls(planner, sender).into_iter();
        calls.filter_map(|(draft, request, _)| case(planner, sender, draft, request))
    });
    all.filter(|case| case.cell.operation_id == reader.id).collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    mut draft: Draft<'_>,
    request: Request,
) -> Option<Case> {
    let (media_type, _) = bytes::file_in(request.body.as_ref()?)?;
    let reader = bytes::reader(planner, operation, &media_type)?;
    let (status, _) = planner.success(reader)?;
    is_told(reader).then_some(())?;
    let name = name(&request)?;
    draft.push(operation, UPLOAD, request, planner.succeeds(operation));
    let path = draft.path_to(reader, UPLOAD)?;
    let read = draft.bare_request(reader, &path).ok()?;
    let condition = Condition::Query(Box::new(Query {
        context: Expression::response_header(HEADER),
        pattern: Pattern(vec![Piece::Literal(regex::escape(&name))]),
        language: Language::Regex,
    }));
    let message = format!("`{HEADER}` has the name of the file, `{name}`");
    let relation = Relation::new(CODE, message, RelationKind::Holds(condition));
    let mut criteria = planner.succeeds(reader);
    criteria.push(Criterion::Relation(relation));
    draft.push(reader, CALL, read, criteria);
    Some(draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "a file is downloaded under the name that it was uploaded under".to_owned(),
        origin: reader.origin.clone(),
    }))
}

fn is_told(reader: &Operation) -> bool {
    let mut headers = reader.successes().flat_map(|response| &response.headers);
    headers.any(|(name, header)| {
        name.eq_ignore_ascii_case(HEADER)
            && header.description.as_deref().is_some_and(says_file_name_is_kept)
    })
}

/// The name of the file, as the query of an upload says it: letters, digits and what needs no escape in a header field.
fn name(request: &Request) -> Option<String> {
    const NAMES: [&str; 3] = ["filename", "name", "originalname"];
    let pair = request.query.iter().find(|pair| NAMES.contains(&fold(&pair.name).as_str()))?;
    let parts = pair.value.0.iter().map(|part| match part {
        TextPart::Literal(text) => Some(text.as_str()),
        _ => None,
    });
    let name: String = parts.collect::<Option<Vec<_>>>()?.concat();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (!name.is_empty() && name.chars().all(is_plain)).then_some(name)
}
