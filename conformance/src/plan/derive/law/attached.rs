//! A member that tells whether a thing has something is true once that was put there, and false when it was taken away.

use serde_json::Value;
use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::Attached;

use super::super::{CALL, valid_call};
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, same_path};
use crate::sample::Extent;

const CODE: &str = "told-of-what-it-has";

/// Those of what shows the thing: of all that is put there.
pub(super) fn cases(planner: &Planner<'_>, reader: &Operation) -> Vec<Case> {
    let own = planner.attached().filter(|(_, attached)| attached.reader.id == reader.id);
    let cases =
        own.filter_map(|(put, attached)| case(planner, planner.operation(put).ok()?, attached));
    cases.collect()
}

fn case(planner: &Planner<'_>, operation: &Operation, attached: &Attached<'_>) -> Option<Case> {
    let reader = attached.reader;
    let (status, _) = planner.success(reader)?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    // Of what the run didn't make, others may write.
    draft.maker_of(reader)?;
    let things = same_path(reader, (operation, &path))?;
    let tells = |truth: bool| {
        let member = Expression::response_body(format!("/{}", escape(&attached.member)));
        let has = if truth { "has it" } else { "has none" };
        let message = format!("`{}` says that the thing {has}", attached.member);
        let kind = match attached.is_null_without {
            true => {
                let is_null = Condition::equal(member, Value::Null);
                RelationKind::Holds(if truth { is_null.negated() } else { is_null })
            }
            false => {
                let (got, expected) = (Operand::expression(member), Operand::constant(truth));
                RelationKind::Equal { got, expected }
            }
        };
        Criterion::Relation(Relation::new(CODE, message, kind))
    };
    draft.push(operation, "put", request, planner.succeeds(operation));
    let look = |draft: &mut Draft<'_>, id: &str, truth: bool| {
        let read = draft.bare_request(reader, &things).ok()?;
        let criteria = planner.succeeds(reader).into_iter().chain([tells(truth)]).collect();
        draft.push(reader, id, read, criteria);
        Some(())
    };
    let remover = attached.remover.filter(|remover| planner.success(remover).is_some());
    match remover {
        Some(remover) => {
            look(&mut draft, "look", true)?;
            let removal = draft.request(remover, &path, Extent::Minimal).ok()?;
            draft.push(remover, "remove", removal, planner.succeeds(remover));
            look(&mut draft, CALL, false)?;
        }
        None => look(&mut draft, CALL, true)?,
    }
    Some(draft.finish(About {
        cell: (reader, status),
        source: Derivation::Law,
        detail: format!("{CODE}:{}", attached.member),
        summary: format!("`{}` follows `{}`", attached.member, operation.id),
        origin: operation.origin.clone(),
    }))
}
