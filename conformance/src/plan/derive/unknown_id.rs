//! Well-formed ids that nothing has: one parameter of the path at a time, the others naming what is there.

use spec::model::{JsonType, Location as In, Operation, Parameter};

use super::Refused;
use crate::case::{Case, Credentials, Derivation, Fresh};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Extent, Sample};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(refused) = Refused::by(planner, operation, Derivation::UnknownId, &[&[404]]) else {
        return Vec::new();
    };
    if planner.credentials(operation) == Credentials::None && !operation.is_public() {
        return Vec::new();
    }
    let parameters = operation.parameters.iter().filter(|one| one.location == In::Path);
    let mut cases = Vec::new();
    for parameter in parameters {
        for (detail, fresh) in unknown(planner, parameter) {
            let mut draft = Draft::new(planner);
            let provided = draft.unknown(&parameter.name, fresh);
            let given = Path::from([(parameter.name.clone(), provided)]);
            let Ok(path) = draft.path(operation, &given) else { continue };
            let Ok(request) = draft.request(operation, &path, Extent::Minimal) else { continue };
            let detail = format!("path.{}{detail}", parameter.name);
            let summary = format!("`{}` names nothing", parameter.name);
            cases.push(refused.case(draft, request, detail, summary, parameter.origin.clone()));
        }
    }
    cases
}

/// Shapes of ids that nothing has, each with what tells it from the others.
fn unknown(planner: &Planner<'_>, parameter: &Parameter) -> Vec<(&'static str, Fresh)> {
    let Some(schema) = parameter.schema() else { return Vec::new() };
    let admits = |fresh: &Fresh| planner.sampler.admits(schema, &Sample::Fresh(fresh.clone()));
    let integer = Fresh::Integer { minimum: 1_000_000_000, maximum: 2_000_000_000 };
    let mut shapes: Vec<_> = [("", Fresh::Uuid), ("", integer)]
        .into_iter()
        .filter(|(_, fresh)| admits(fresh))
        .take(1)
        .collect();
    let types = planner.contract.schema(schema).types;
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
