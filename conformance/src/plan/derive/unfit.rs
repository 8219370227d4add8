//! Requests that name what is in a state for which they are said to be refused: an order of an inactive product, a copy of an
//! archived title that is lent.
//!
//! Each thing that the request needs is made as for one that succeeds, and brought into the state right before it.

use std::collections::BTreeSet;

use spec::model::{Operation, Status};
use spec::resources::Unfit;

use super::{CALL, call_as_it_is, is_so, told, valid_call};
use crate::case::{Case, Criterion, Expected};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::Level;
use crate::sample::Extent;

const CODE: &str = "unfit-reference-refused";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let (mut cases, mut known) = (Vec::new(), BTreeSet::new());
    // What isn't required may be what is refused.
    for extent in [Extent::Minimal, Extent::Complete] {
        let Ok((draft, _, _)) = valid_call(planner, operation, extent) else { continue };
        let made = draft.steps.iter().filter(|step| !step.request.method.is_safe());
        let made: Vec<_> = made.map(|step| (step.id.clone(), step.operation_id.clone())).collect();
        for (step, maker) in made {
            let Ok(maker) = planner.operation(&maker) else { continue };
            if !planner.may_make(maker) || !planner.resources.makes(maker) {
                continue;
            }
            for unfit in planner.resources.unfit(operation, maker) {
                let key = (maker.id.clone(), unfit.member.clone(), unfit.value.to_string());
                if known.contains(&key) || is_about(planner, operation, maker, &unfit) {
                    continue;
                }
                if let Some(case) = refused(planner, operation, extent, (&step, maker, &unfit)) {
                    known.insert(key);
                    cases.push(case);
                }
            }
        }
    }
    cases
}

/// Whether `maker` makes the very thing that the operation is about: its states are tried elsewhere, and what is said of them may
/// be said of some callers. And of what it lies within, where its states are known.
fn is_about(
    planner: &Planner<'_>,
    operation: &Operation,
    maker: &Operation,
    unfit: &Unfit,
) -> bool {
    let item = operation.path.item_parameter();
    let makers = item.map(|item| planner.resources.makers(operation, item)).unwrap_or_default();
    let is_known = |reader: &Operation| {
        let lives = planner.resources.lifecycles(operation).into_iter();
        let mut own = lives.filter(|life| life.reader().is_some_and(|one| one.id == reader.id));
        own.any(|life| life.member == unfit.member && !life.refused_in(operation).is_empty())
    };
    makers.iter().any(|one| one.operation_id == maker.id)
        || planner.resources.shown_by(maker).any(is_known)
}

fn refused(
    planner: &Planner<'_>,
    operation: &Operation,
    extent: Extent,
    (made, maker, unfit): (&str, &Operation, &Unfit),
) -> Option<Case> {
    let side = planner.side_of(operation);
    let (mut draft, request, _) =
        call_as_it_is(Draft::for_call_of(planner, operation, side), operation, extent).ok()?;
    let Unfit { member, value, status } = unfit;
    let status = Status::Code(*status);
    // Rules of who makes a thing are about what the body names, not about what the thing was made with.
    let names_it = || request.expressions().iter().any(|one| one.step() == Some(made));
    (!operation.goes_by_others || names_it()).then_some(())?;
    let look = draft.set_member(made, (member, value))?;
    draft.keep_states();
    let expected = Expected { any_of: vec![status], code: CODE, level: Level::Must };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    draft.last_step()?.premises.push(is_so(CODE, &look, (member, value)));
    (!draft.has_made_up(operation)).then_some(())?;
    let detail = match value.as_str() {
        Some(word) => format!("{CODE}:{}:{member}:{word}", maker.id),
        None => format!("{CODE}:{}:{member}", maker.id),
    };
    let summary = format!("what it names has `{member}` {value}");
    Some(told(draft, operation, status, (&detail, &summary)))
}
