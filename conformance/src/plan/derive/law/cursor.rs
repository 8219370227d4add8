//! A cursor that no page has is refused, where its description says so.

use spec::model::Operation;
use spec::paging::Step as Leads;
use spec::resources::List;

use super::super::refused::Refused;
use super::super::{unknown_id, valid_call};
use super::listed::leads;
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::sample::{Extent, Sample};

pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
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
