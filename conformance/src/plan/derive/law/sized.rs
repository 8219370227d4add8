//! What takes a file tells how many bytes it has, and what their SHA-256 is, where the answer has a member for that: by its name,
//! or by its description.

use serde_json::Value;
use spec::model::{JsonType, Method, Operation, SchemaId};
use spec::names::{fold, words};
use spec::pointer::escape;

use super::super::CALL;
use super::bytes;
use crate::case::{Case, Content, Criterion, Derivation, Operand, Relation, RelationKind, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::checksum::{Form, form_told};
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};
use crate::sample::{Choice, Merged};

const CODE: &str = "size-is-told";
const DIGEST: &str = "digest-is-told";

/// What an answer tells of a file.
struct Told {
    /// The members with the number of its bytes, each with how sure that is.
    sizes: Vec<(String, Level)>,
    /// Those with its SHA-256, each with how that is written.
    digests: Vec<(String, Form)>,
}

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(answer) = operation.answer_schema() else { return Vec::new() };
    let told = Told { sizes: sizes(planner, answer), digests: digests(planner, answer) };
    let is_none = told.sizes.is_empty() && told.digests.is_empty();
    if is_none || !matches!(operation.method, Method::Post | Method::Put) {
        return Vec::new();
    }
    let calls = bytes::calls(planner, operation).into_iter();
    calls
        .filter_map(|(draft, request, _)| case(planner, operation, (draft, request), &told))
        .collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (mut draft, request): (Draft<'_>, Request),
    told: &Told,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let body = request.body.as_ref()?;
    let (media_type, file) = bytes::file_in(body)?;
    // What comes back as it went was kept as it is.
    let reader = bytes::reader(planner, operation, &media_type);
    let is_kept = reader.is_some_and(|reader| bytes::is_told(operation, reader));
    let form = matches!(body.content, Content::Multipart(_));
    let law = if told.sizes.is_empty() { DIGEST } else { CODE };
    let criteria = planner.succeeds(operation).into_iter().chain(told.criteria(&file, is_kept));
    draft.push(operation, CALL, request, criteria.collect());
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: if form { format!("{law}:form") } else { law.to_owned() },
        summary: "what takes a file tells what it has got".to_owned(),
        origin: operation.origin.clone(),
    }))
}

impl Told {
    /// That an answer tells of this file; `is_kept`: it is known to be stored as it is.
    fn criteria(&self, file: &[u8], is_kept: bool) -> impl Iterator<Item = Criterion> {
        let level = move |code| if is_kept { Level::Must } else { promise::level(code) };
        let equal = |name: &str, expected: Value| RelationKind::Equal {
            got: Operand::expression(Expression::response_body(format!("/{}", escape(name)))),
            expected: Operand::constant(expected),
        };
        let sizes = self.sizes.iter().map(move |(name, said)| {
            let message = format!("`{name}` is how many bytes the file has");
            let kind = equal(name, file.len().into());
            Relation::new(CODE, message, kind).at(level(CODE).max(*said))
        });
        let digests = self.digests.iter().map(move |(name, form)| {
            let message = format!("`{name}` is the SHA-256 of the file");
            Relation::new(DIGEST, message, equal(name, form.write(file).into())).at(level(DIGEST))
        });
        sizes.chain(digests).map(Criterion::Relation)
    }
}

/// The members that every answer has and that are the SHA-256 of a file, each with how that is written.
fn digests(planner: &Planner<'_>, answer: SchemaId) -> Vec<(String, Form)> {
    let (choice, direction) = (Choice::default(), spec::Direction::Response);
    let merged = Merged::toward(planner.contract, &[answer], choice, direction);
    let required = merged.required();
    let declared = merged.declared().into_iter().filter(|(name, _)| required.contains(name));
    declared
        .filter_map(|(name, ids)| Some((name.to_owned(), form_told(planner, name, &ids)?)))
        .collect()
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
