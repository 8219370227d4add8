//! What the query of a write says of the thing is answered: the `caption` of a picture that is sent as bytes.

use spec::model::{JsonType, Location, Method, Operation, Parameter};
use spec::names::fold;
use spec::pointer::escape;

use super::{CALL, valid_call};
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "written-is-answered";
/// What is said.
const SAID: &str = "conformance caption";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !matches!(operation.method, Method::Post | Method::Put | Method::Patch) {
        return Vec::new();
    }
    let asked = operation.parameters.iter().filter(|one| one.location == Location::Query);
    asked.filter_map(|one| case(planner, operation, one)).collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, parameter: &Parameter) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let answer = Merged::of(planner.contract, &[operation.answer_schema()?], Choice::default());
    let shown = answer.declared();
    let (name, ids) = shown.iter().find(|(name, _)| fold(name) == fold(&parameter.name))?;
    let is_text = |ids: &[spec::model::SchemaId]| {
        let merged = Merged::of(planner.contract, ids, Choice::default());
        merged.types().contains(JsonType::String)
            && merged.format().is_none()
            && merged.enumeration().is_none()
    };
    let schema = parameter.schema()?;
    let is_alike = is_text(ids) && is_text(&[schema]);
    (is_alike && planner.sampler.admits_value(schema, &SAID.into())).then_some(())?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.ask(&parameter.name, Text::literal(SAID));
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::response_body(format!("/{}", escape(name)))),
        expected: Operand::constant(SAID),
    };
    let message = format!("`{name}` is answered as the query has it");
    let mut criteria = planner.succeeds(operation);
    criteria.push(Criterion::Relation(Relation::new(CODE, message.clone(), kind)));
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{CODE}:query.{}", parameter.name),
        summary: message,
        origin: parameter.origin.clone(),
    }))
}
