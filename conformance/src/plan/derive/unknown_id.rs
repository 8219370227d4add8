//! Well-formed ids that nothing has: one parameter of the path at a time, the others naming what is there, or nothing
//! either where nothing tells what they name.

use spec::model::{JsonType, Location as In, Operation, Parameter};

use super::refused::Refused;
use crate::case::{Case, Derivation};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Choice, Extent, Merged, Sample};
use spec::resources::may_create;

/// What tells the greatest ids from others.
const GREATEST: &str = ":greatest";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    // What makes the thing that its path names finds nothing missing.
    let chosen = operation.path.item_parameter().filter(|name| {
        planner.resources.chooses(operation) && planner.named_elsewhere(operation, name).is_empty()
    });
    let parameters = operation
        .parameters
        .iter()
        .filter(|one| one.location == In::Path && Some(one.name.as_str()) != chosen);
    let mut cases = Vec::new();
    for parameter in parameters {
        let Some(refused) = asked(planner, operation, parameter) else { continue };
        for (detail, fresh) in unknown(planner, parameter) {
            let mut draft = Draft::new(planner);
            let provided = draft.unknown(&parameter.name, fresh);
            let given = Path::from([(parameter.name.clone(), provided)]);
            let Some(path) = path(&mut draft, planner, operation, given) else { continue };
            let Ok(request) = draft.request(operation, &path, Extent::Minimal) else { continue };
            // Some languages can't tell the greatest from its neighbours, so that it may be no id to them.
            let refused =
                if detail == GREATEST { refused.clone().or_invalid() } else { refused.clone() };
            let detail = format!("path.{}{detail}", parameter.name);
            let summary = format!("`{}` names nothing", parameter.name);
            cases.push(refused.case(draft, request, detail, summary, parameter.origin.clone()));
        }
    }
    cases
}

/// A 404, or the success of a PUT that makes what its path names.
fn asked<'o>(
    planner: &Planner<'_>,
    operation: &'o Operation,
    parameter: &Parameter,
) -> Option<Refused<'o>> {
    let refused = Refused::by(planner, operation, Derivation::UnknownId, &[&[404]])?.or_forbidden();
    let refused = if is_open(planner, parameter) { refused.or_invalid() } else { refused };
    let creates = may_create(operation)
        && operation.path.item_parameter() == Some(&parameter.name)
        && planner.named_elsewhere(operation, &parameter.name).is_empty();
    let vanishes = operation.method == spec::model::Method::Delete && !operation.documents(404);
    // RFC 9110 §9.2.2: DELETE is idempotent, so that a success for what isn't there is as right.
    let refused = if creates || vanishes { refused.or_success(planner) } else { refused };
    Some(refused.weighing(Some("unknown-is-not-found")))
}

/// Whether any text may be an id, by the document: that those made up for the occasion are none, only the server knows.
fn is_open(planner: &Planner<'_>, parameter: &Parameter) -> bool {
    let Some(schema) = parameter.schema() else { return true };
    let merged = Merged::of(planner.contract, &[schema], Choice::default());
    merged.types().contains(JsonType::String)
        && merged.format().is_none()
        && merged.patterns().is_empty()
        && merged.enumeration().is_none()
}

/// The other parameters: what is there, or else nothing either.
pub(super) fn path(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    mut given: Path,
) -> Option<Path> {
    if let Ok(path) = draft.path(operation, &given) {
        return Some(path);
    }
    for parameter in operation.parameters.iter().filter(|one| one.location == In::Path) {
        if !given.contains_key(&parameter.name) {
            let provided = draft.unknown(&parameter.name, fresh(planner, parameter)?);
            given.insert(parameter.name.clone(), provided);
        }
    }
    draft.path(operation, &given).ok()
}

/// The shape of an id that nothing has.
pub(in crate::plan) fn fresh(planner: &Planner<'_>, parameter: &Parameter) -> Option<Fresh> {
    let schema = parameter.schema()?;
    let admits = |fresh: &Fresh| planner.sampler.admits(schema, &Sample::Fresh(fresh.clone()));
    let integer = |minimum: i64, maximum: i64| Fresh::Integer { minimum, maximum };
    let shapes = [Fresh::Uuid, integer(1_000_000_000, 2_000_000_000), integer(10_000, 32_000)];
    shapes.into_iter().find(admits).or_else(|| {
        let made = planner.sampler.valid(schema, Extent::Minimal, &Default::default())?;
        match made.0 {
            Sample::Fresh(fresh) => Some(fresh),
            _ => None,
        }
    })
}

/// Shapes of ids that nothing has, each with what tells it from the others.
fn unknown(planner: &Planner<'_>, parameter: &Parameter) -> Vec<(&'static str, Fresh)> {
    let Some(schema) = parameter.schema() else { return Vec::new() };
    let mut shapes: Vec<_> =
        fresh(planner, parameter).into_iter().map(|fresh| ("", fresh)).collect();
    let types = planner.contract.schema(schema).types;
    let greatest = Fresh::Integer { minimum: i64::MAX - 1_000_000_000, maximum: i64::MAX };
    let is_long = planner.contract.schema(schema).format.as_deref() == Some("int64");
    if is_long && planner.sampler.admits(schema, &Sample::Fresh(greatest.clone())) {
        shapes.push((GREATEST, greatest));
    }
    if types.contains(JsonType::String) {
        for variant in planner.sampler.boundaries(schema, &crate::sample::Fixed::new()) {
            let plain = variant.detail.is_empty();
            match (variant.keyword, variant.sample) {
                ("min-length", Sample::Fresh(fresh)) if plain => shapes.push((":shortest", fresh)),
                ("max-length", Sample::Fresh(fresh)) if plain => shapes.push((":longest", fresh)),
                _ => {}
            }
        }
    }
    shapes
}
