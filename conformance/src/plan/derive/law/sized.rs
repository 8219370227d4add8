//! What takes a file tells how many bytes it has, where the answer has a member for that: by its name, or by its description.

use spec::model::{JsonType, Method, Operation, SchemaId};
use spec::names::{fold, words};
use spec::pointer::escape;

use super::super::CALL;
use super::bytes;
use crate::case::{Case, Content, Criterion, Derivation, Operand, Relation, RelationKind, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};
use crate::sample::{Choice, Merged};

const CODE: &str = "size-is-told";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(answer) = operation.answer_schema() else { return Vec::new() };
    let sizes = sizes(planner, answer);
    if sizes.is_empty() || !matches!(operation.method, Method::Post | Method::Put) {
        return Vec::new();
    }
    let calls = bytes::calls(planner, operation).into_iter();
    calls
        .filter_map(|(draft, request, _)| case(planner, operation, draft, request, &sizes))
        .collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    mut draft: Draft<'_>,
    request: Request,
    sizes: &[(String, Level)],
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let body = request.body.as_ref()?;
    let (media_type, file) = bytes::file_in(body)?;
    // What comes back as it went was kept as it is.
    let reader = bytes::reader(planner, operation, &media_type);
    let is_told = reader.is_some_and(|reader| bytes::is_told(operation, reader));
    let level = if is_told { Level::Must } else { promise::level(CODE) };
    let form = matches!(body.content, Content::Multipart(_));
    let told = sizes.iter().map(|(name, said)| {
        let kind = RelationKind::Equal {
            got: Operand::expression(Expression::response_body(format!("/{}", escape(name)))),
            expected: Operand::constant(file.len()),
        };
        let message = format!("`{name}` is how many bytes the file has");
        Criterion::Relation(Relation::new(CODE, message, kind).at(level.max(*said)))
    });
    let criteria = planner.succeeds(operation).into_iter().chain(told).collect();
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: if form { format!("{CODE}:form") } else { CODE.to_owned() },
        summary: "what takes a file tells how many bytes it has".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// The integers that every answer has and that are a number of bytes.
fn sizes(planner: &Planner<'_>, answer: SchemaId) -> Vec<(String, Level)> {
    const NAMES: [&str; 7] =
        ["filesize", "sizebytes", "sizeinbytes", "bytesize", "bytes", "contentlength", "numbytes"];
    let (choice, direction) = (Choice::default(), spec::Direction::Response);
    let merged = Merged::toward(planner.contract, &[answer], choice, direction);
    let required = merged.required();
    // A `size` may be that of a shirt.
    let is_described = |ids: &[SchemaId]| {
        let schemas = ids.iter().map(|id| planner.contract.schema(*id));
        let mut described = schemas.filter_map(|schema| schema.description.as_deref());
        described
            .any(|text| words(text).iter().any(|word| matches!(word.as_str(), "byte" | "bytes")))
    };
    let level = |name: &str, ids: &[SchemaId]| {
        let name = fold(name);
        if is_described(ids) && matches!(name.as_str(), "size" | "length") {
            return Some(Level::Must);
        }
        NAMES.contains(&name.as_str()).then(|| promise::level(CODE))
    };
    let is_integer = |ids: &[SchemaId]| {
        let member = Merged::of(planner.contract, ids, Choice::default());
        member.types().single() == Some(JsonType::Integer)
    };
    let declared = merged.declared().into_iter();
    declared
        .filter(|(name, ids)| required.contains(name) && is_integer(ids))
        .filter_map(|(name, ids)| Some((name.to_owned(), level(name, &ids)?)))
        .collect()
}
