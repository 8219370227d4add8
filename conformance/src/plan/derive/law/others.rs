//! An update or a deletion is of one thing: another one of its kind is there afterwards, as it was.

use spec::model::{Method, Operation};

use super::super::CALL;
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, Provided};
use crate::promise::Level;
use crate::sample::Extent;

const CODE: &str = "others-stay";
/// The step that makes the other one.
const OTHER: &str = "other";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !matches!(operation.method, Method::Put | Method::Patch | Method::Delete) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let reader = planner.on_path(operation, Method::Get)?;
    let item = operation.path.item_parameter()?;
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    let made = draft.steps.last()?.operation_id.clone();
    let makers = planner.resources.makers(reader, reader.path.item_parameter()?);
    let by = makers.iter().find(|maker| maker.operation_id == made)?;
    let maker = planner.operation(&made).ok().filter(|maker| maker.method == Method::Post)?;
    // The other one is part of the same thing, and made after it.
    let given: Path = path.iter().filter(|(name, _)| *name != item).map(owned).collect();
    let makers_path = draft.path(maker, &given).ok()?;
    let before = draft.inputs.clone();
    let other = draft.request(maker, &makers_path, Extent::Complete).ok()?;
    let other = draft.rename_inputs(other, &before, OTHER);
    draft.push(maker, OTHER, other, planner.succeeds(maker));
    draft.answer_of(OTHER);
    draft.output(OTHER, "id", &by.id.clone().into());
    let request = draft.request(operation, &path, Extent::Complete).ok()?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    let others = other_path(planner, reader, &path, item)?;
    let read = draft.bare_request(reader, &others).ok()?;
    let mut criteria = planner.succeeds(reader);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    if maker.answer_schema().is_some() && maker.answer_schema() == reader.answer_schema() {
        let same = RelationKind::Equal {
            got: Operand::expression(Expression::response_body("")),
            expected: Operand::expression(Expression::output(OTHER, ANSWER)),
        };
        let message = "another one of its kind is as it was";
        // A place in an order, or a share of a whole, may be a member.
        criteria.push(Criterion::Relation(Relation::new(CODE, message, same).at(Level::Should)));
    }
    draft.push(reader, "read", read, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "another one of its kind is left alone".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// The path that the other one is read at.
fn other_path(planner: &Planner<'_>, reader: &Operation, path: &Path, item: &str) -> Option<Path> {
    let mut others: Path = path.iter().map(owned).collect();
    let name = reader.path.item_parameter()?;
    let expression = Expression::output(OTHER, "id");
    let stand_in = planner.stand_in(reader, name);
    others.shift_remove(item);
    others.insert(name.to_owned(), Provided { expression, stand_in });
    Some(others)
}

fn owned((name, provided): (&String, &Provided)) -> (String, Provided) {
    (name.clone(), provided.clone())
}
