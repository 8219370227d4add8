//! Members that a thing has and nobody may send: a body that takes nothing undeclared doesn't take them either.
//!
//! A made-up member is what most servers refuse who look at all; `status` or `id` is what one of them may take over from
//! the body into what it keeps (OWASP API Security Top 10 of 2023, API3).

use spec::model::SchemaId;

use super::Subject;
use crate::case::{Case, Derivation};
use crate::plan::derive::refused::Refused;
use crate::plan::derive::valid_call;
use crate::sample::{Choice, Extent, Fixed, Location, Merged};

/// Members that are tried, at most.
const MOST: usize = 8;

pub(super) fn cases(subject: &Subject<'_>) -> Option<Vec<Case>> {
    let Subject { planner, operation, media_type } = *subject;
    let schema = media_type.schema.filter(|_| media_type.is_json())?;
    let refused = Refused::by(planner, operation, Derivation::Violation, &[&[422, 400]])?;
    let members = |schema| Merged::of(planner.contract, &[schema], Choice::default()).declared();
    let (answered, declared) = (members(operation.answer_schema()?), members(schema));
    let undeclared = answered.into_iter().filter(|(name, _)| !declared.contains_key(*name));
    let case = |(name, schemas): (&str, Vec<SchemaId>)| {
        let (mut draft, mut request, path) =
            valid_call(planner, operation, Extent::Complete).ok()?;
        let base = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
        let (value, _) =
            planner.sampler.valid(*schemas.first()?, Extent::Complete, &Fixed::new())?;
        let sample = base.with(&Location::default().member(name), value)?;
        if planner.sampler.admits(schema, &sample) || !planner.sampler.admits(schema, &base) {
            return None;
        }
        let (body, _) = subject.body(&mut draft, sample, Some(&Location::default()))?;
        request.body = Some(body);
        let detail = format!("body.additional-properties:{name}");
        let summary = format!("a body with `{name}`, which is the server's, is refused");
        let origin = planner.contract.schema(schema).origin.clone();
        Some(refused.case(draft, request, detail, summary, origin))
    };
    Some(undeclared.filter_map(case).take(MOST).collect())
}
