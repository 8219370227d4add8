//! A value that is said to be refused always is, and the thing that it was sent for stays in its state.

use serde_json::json;
use spec::model::{Operation, Status};
use spec::pointer::escape;
use spec::resources::RefusedValue;

use super::{CALL, law, told, valid_calls};
use crate::case::{Case, Criterion, Expected, Operand, Relation, RelationKind, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::ANSWER;
use crate::promise;
use crate::sample::{Extent, Location, Sample};

const CODE: &str = "told-value-refused";
const UNCHANGED: &str = "refused-changes-nothing";
/// The steps that look at the thing, before and after.
const LOOK: &str = "look";
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let all = planner.resources.refused_values(operation).into_iter();
    all.filter_map(|told| case(planner, operation, &told)).collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, refused: &RefusedValue) -> Option<Case> {
    let RefusedValue { member, value, status, keeps_state } = refused;
    let status = Status::Code(*status);
    let has_member = |request: &Request| request.members().any(|(name, _)| name == member);
    let mut calls = valid_calls(planner, operation);
    let (mut draft, request, path) = calls.find(|(_, request, _)| has_member(request))?;
    let media_type = planner.media_type(operation)?;
    let body = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
    let body = body.with(&Location::default().member(member), Sample::Value(json!(value)))?;
    planner.sampler.admits(media_type.schema?, &body).then_some(())?;
    let life = planner.resources.lifecycle(operation).filter(|_| *keeps_state);
    let life = life.filter(|life| life.reader().is_some());
    if let Some(life) = life {
        law::read_state(&mut draft, planner, life, (operation, &path), LOOK, Vec::new())?;
        draft.answer_of(LOOK);
    }
    let wrong = request.with_member(member, Template::Value(json!(value)))?;
    let expected = Expected { any_of: vec![status], code: CODE, level: promise::level(CODE) };
    draft.push(operation, CALL, wrong, vec![Criterion::Status(expected)]);
    if let Some(life) = life {
        let pointer = format!("/{}", escape(&life.member));
        let kind = RelationKind::Equal {
            got: Operand::expression(Expression::response_body(pointer.clone())),
            expected: Operand::expression(Expression::output(LOOK, ANSWER).at(&pointer)),
        };
        let message = format!("`{}` stays as it was where it was refused", life.member);
        let unchanged = vec![Criterion::Relation(Relation::new(UNCHANGED, message, kind))];
        law::read_state(&mut draft, planner, life, (operation, &path), READ, unchanged)?;
    }
    let detail = format!("{CODE}:body.{member}:{value}");
    let summary = format!("`{value}` as `{member}` is refused, and changes nothing");
    Some(told(draft, operation, status, (&detail, &summary)))
}
