//! Limits that no schema has and descriptions tell: a moment that has to lie ahead, a bound that must not lie before another
//! one, and a number that may not be above what it is taken from.

use spec::model::{JsonType, Location as In, Operation, Parameter, SchemaId};
use spec::resources::{lies_ahead, says_not_before};

use super::refused::Refused;
use super::valid_call;
use crate::case::{Case, Derivation, Text};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Choice, Extent, Location, Merged, Sample};

const CODE: &str = "told-limit-kept";
/// More than there is of anything that a suite makes.
const TOO_MUCH: i64 = 2_000_000_000;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases: Vec<Case> = past(planner, operation);
    cases.extend(too_much(planner, operation));
    cases.extend(operation.parameters.iter().filter_map(|end| reversed(planner, operation, end)));
    cases
}

/// Moments that are over, of members that are said to lie ahead.
fn past(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let schema = planner.media_type(operation).and_then(|one| one.schema);
    let Some(schema) = schema else { return Vec::new() };
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let cases = body.properties().into_iter().filter_map(|(name, ids)| {
        let mut said =
            ids.iter().filter_map(|id| planner.contract.schema(*id).description.as_deref());
        said.any(lies_ahead).then_some(())?;
        let over = match Merged::of(planner.contract, &ids, Choice::default()).format()? {
            "date-time" => Sample::Fresh(Fresh::Moment { ahead: false }),
            "date" => Sample::Value("2001-02-03".into()),
            _ => return None,
        };
        let refused = refused(planner, operation, &[&[422, 400]])?;
        with(planner, operation, &refused, (name, over), "past")
    });
    cases.collect()
}

/// A number that is above what it is said to be taken from.
fn too_much(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let told = planner.resources.told_bound(operation)?;
    let refused = refused(planner, operation, &[&told.statuses])?;
    let value = Sample::Value(TOO_MUCH.into());
    with(planner, operation, &refused, (&told.member, value), "above")
}

fn refused<'o>(
    planner: &Planner<'_>,
    operation: &'o Operation,
    codes: &[&[u16]],
) -> Option<Refused<'o>> {
    let refused = Refused::by(planner, operation, Derivation::Violation, codes)?;
    Some(refused.promised(CODE))
}

/// A valid body but for a member.
fn with(
    planner: &Planner<'_>,
    operation: &Operation,
    refused: &Refused<'_>,
    (name, value): (&str, Sample),
    detail: &str,
) -> Option<Case> {
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let sample = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    let place = Location::default().member(name);
    let sample = sample.with(&place, value)?;
    // What the schema rules out is another case.
    let schema = media_type.schema?;
    planner.sampler.admits(schema, &sample).then_some(())?;
    let referred = draft.refer(operation, schema, sample, Some(&place));
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(draft.written(media_type, referred.sample).ok()?);
    let summary = format!("`{name}` is beyond the limit that its description tells");
    let detail = format!("body.{name}:{detail}");
    Some(refused.case(draft, request, detail, summary, media_type.origin.clone()))
}

/// A bound that lies before the one that it is said not to lie before.
fn reversed(planner: &Planner<'_>, operation: &Operation, end: &Parameter) -> Option<Case> {
    let said = end.description.as_deref().filter(|_| end.location == In::Query)?;
    let mut others = operation.parameters.iter();
    let begin = others.find(|one| {
        one.location == In::Query && one.name != end.name && says_not_before(said, &one.name)
    })?;
    let ([low, _], [_, high]) =
        (values(planner, end.schema()?)?, values(planner, begin.schema()?)?);
    let refused = Refused::by(planner, operation, Derivation::Violation, &[&[422, 400]])?;
    let refused = refused.promised(CODE);
    let (draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    for (parameter, value) in [(begin, high), (end, low)] {
        request.ask(&parameter.name, Text::literal(value));
    }
    let detail = format!("query.{}:before.{}", end.name, begin.name);
    let summary = format!("`{}` lies before `{}`", end.name, begin.name);
    Some(refused.case(draft, request, detail, summary, end.origin.clone()))
}

/// Two values of a schema, the lower one first.
fn values(planner: &Planner<'_>, schema: SchemaId) -> Option<[&'static str; 2]> {
    let merged = Merged::of(planner.contract, &[schema], Choice::default());
    let is_number = [JsonType::Integer, JsonType::Number]
        .into_iter()
        .any(|ty| merged.types().single() == Some(ty));
    let values = match merged.format() {
        Some("date-time") => ["2031-01-01T00:00:00Z", "2031-06-01T00:00:00Z"],
        Some("date") => ["2031-01-01", "2031-06-01"],
        _ if is_number => ["2", "20"],
        _ => return None,
    };
    let admits = |text: &&str| {
        let value = text.parse::<i64>().map_or_else(|_| (*text).into(), serde_json::Value::from);
        planner.sampler.admits_value(schema, &value)
    };
    values.iter().all(admits).then_some(values)
}
