//! A cursor that no page has is refused, and one of another query, where its description says so.

use spec::model::Operation;
use spec::paging::Step as Leads;
use spec::pointer::escape;
use spec::resources::{List, Sort};

use super::super::refused::Refused;
use super::super::{unknown_id, valid_call};
use super::listed::{Size, leads, make_next, walk};
use crate::case::{Case, Derivation, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::{Extent, Sample};

/// The output with what leads on.
const CURSOR: &str = "cursor";
/// The step with the first page of the other query.
const FIRST: &str = "first";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    [unknown(planner, operation, list), foreign(planner, operation, list)]
        .into_iter()
        .flatten()
        .collect()
}

/// The cursor of a page in one order, where another order is asked for.
fn foreign(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let Leads::Cursor { parameter, by_last_item: false, next, .. } = leads(list)? else {
        return None;
    };
    list.refuses_foreign_cursors.then_some(())?;
    // What a cursor says fits both, so that only whoever looks for it finds out.
    let [one, other] = list.sorts.iter().enumerate().find_map(|(n, one)| {
        let others = list.sorts.get(n + 1..)?;
        let is_alike = |other: &&Sort<'_>| {
            other.key.member == one.key.member && other.parameter.name == one.parameter.name
        };
        Some([one, others.iter().find(is_alike)?])
    })?;
    let parameter = operation.parameters.iter().find(|one| one.name == *parameter)?;
    let groups: &[&[u16]] = &[&[400, 422], &[404, 410]];
    let refused = Refused::by(planner, operation, Derivation::Law, groups)?;
    let mut draft = Draft::new(planner);
    for _ in 0..2 {
        make_next(&mut draft, planner, list, Extent::Minimal)?;
    }
    walk(&mut draft, planner, operation, list, FIRST, Size::Of(1))?;
    let cursor: String = next.iter().map(|name| format!("/{}", escape(name))).collect();
    let step = draft.last_step()?;
    step.repeat = None;
    step.request.ask(&one.parameter.name, Text::literal(one.value.clone()));
    step.outputs.insert(CURSOR.to_owned(), Expression::response_body(cursor));
    let mut request = step.request.clone();
    request.query.retain(|pair| pair.name != one.parameter.name);
    request.ask(&other.parameter.name, Text::literal(other.value.clone()));
    request.ask(&parameter.name, Text::expression(Expression::output(FIRST, CURSOR)));
    Some(refused.case(
        draft,
        request,
        format!("query.{}:of-another-query", parameter.name),
        format!("`{}` is of a page of another query", parameter.name),
        parameter.origin.clone(),
    ))
}

fn unknown(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let Leads::Cursor { parameter, .. } = leads(list)? else { return None };
    let parameter = operation.parameters.iter().find(|one| one.name == *parameter)?;
    if !list.refuses_unknown_cursors {
        return None;
    }
    let groups: &[&[u16]] = &[&[400, 422], &[404, 410]];
    let refused = Refused::by(planner, operation, Derivation::Violation, groups)?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Minimal).ok()?;
    request.query.retain(|pair| pair.name != parameter.name);
    let made_up = Sample::Fresh(unknown_id(planner, parameter)?);
    draft.set(&mut request, parameter, &made_up).ok()?;
    Some(refused.case(
        draft,
        request,
        format!("query.{}:unknown", parameter.name),
        format!("`{}` is of no page", parameter.name),
        parameter.origin.clone(),
    ))
}
