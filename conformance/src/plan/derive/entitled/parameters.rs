//! A parameter of a query that only some may send is refused to those who may send the rest.

use serde_json::Value;
use spec::model::{Operation, Status};
use spec::resources::ParameterRoles;

use super::super::refused::Refused;
use super::super::{CALL, told, valid_call, valid_call_as};
use super::is_almighty;
use super::moves::others;
use crate::case::{Case, Credentials, Criterion, Derivation, Expected, Text};
use crate::expression::value_text;
use crate::plan::Planner;
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const UNKNOWN: Status = Status::Code(401);
/// So many others are tried.
const MOST: usize = 3;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.resources.parameter_roles(operation);
    let cases = told.iter().flat_map(|one| {
        let refused = others(planner, operation, &one.who).into_iter().take(MOST);
        let refused = refused.filter_map(|name| case(planner, operation, one, name));
        let unknown = one.is_for_known.then(|| unknown(planner, operation, one)).flatten();
        refused.chain(unknown).collect::<Vec<_>>()
    });
    cases.collect()
}

/// A value that asks for something else than its absence does.
fn value(planner: &Planner<'_>, told: &ParameterRoles<'_>) -> Option<Text> {
    let merged = Merged::of(planner.contract, &[told.parameter.schema()?], Choice::default());
    let default = merged.default();
    let few = merged.enumeration().into_iter().flatten().cloned();
    let is_switch = merged.types().single() == Some(spec::model::JsonType::Boolean);
    let is_meant = |value: &Value| {
        told.values.is_empty() || told.values.iter().any(|one| value == one.as_str())
    };
    let mut values = few.chain(is_switch.then_some(Value::Bool(true))).filter(is_meant);
    let value = values.find(|value| Some(value) != default)?;
    Some(Text::literal(value_text(&value)?))
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    told: &ParameterRoles<'_>,
    name: &str,
) -> Option<Case> {
    let (draft, mut request, _) = valid_call_as(planner, operation, Extent::Minimal, name).ok()?;
    request.ask(&told.parameter.name, value(planner, told)?);
    let level = if is_almighty(name) { Level::Should } else { Level::Must };
    let refused = Refused::by(planner, operation, Derivation::Rights, &[&[403]])?;
    let refused = refused.or_not_seen(&draft, &request).at_most(level);
    let parameter = told.parameter;
    let summary = format!("`{name}` may not ask with `{}`", parameter.name);
    let detail = format!("{name}:query.{}", parameter.name);
    Some(refused.case(draft, request, detail, summary, parameter.origin.clone()))
}

/// Who shows no credentials, of what else anybody may ask for.
fn unknown(planner: &Planner<'_>, operation: &Operation, one: &ParameterRoles<'_>) -> Option<Case> {
    const CODE: &str = "status-expected";
    operation.responses.get(&UNKNOWN).filter(|_| operation.is_public())?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.credentials = Credentials::None;
    request.ask(&one.parameter.name, value(planner, one)?);
    let expected = Expected { any_of: vec![UNKNOWN], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let detail = format!("{CODE}:query.{}:nobody", one.parameter.name);
    let summary = format!("nobody may ask with `{}` without credentials", one.parameter.name);
    Some(told(draft, operation, UNKNOWN, (&detail, &summary)))
}
