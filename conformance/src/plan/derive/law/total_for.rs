//! The total that somebody is told is that of the items which they are shown: others' are no part of it.

use spec::model::Operation;
use spec::resources::List;

use super::listed::{
    AGAIN, Size, TOTAL, WALK, all_items, check, make, total, total_is, undisturbed, walk,
};
use crate::case::{Case, Criterion, Derivation, Isolation, RelationKind};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

/// So many others are asked, at most.
const MOST: usize = 3;

/// As each of the other credentials of the side that may call the list, with something in it that the first one has made.
pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    // What a list lies in need not be there for others.
    let is_within = operation.path.parameters().next().is_some();
    if is_within || list.total.is_none() || !list.is_whole || !planner.may_make(list.maker) {
        return Vec::new();
    }
    let Some(draft) = walked(planner, operation, list) else { return Vec::new() };
    let others = draft.strangers(&[operation]).into_iter().take(MOST);
    others.filter_map(|name| case(draft.clone(), operation, list, name)).collect()
}

/// Makes something, and walks the list twice.
fn walked<'p>(
    planner: &'p Planner<'p>,
    operation: &Operation,
    list: &List<'_>,
) -> Option<Draft<'p>> {
    let mut draft = Draft::new(planner);
    make(&mut draft, planner, list, Extent::Minimal)?;
    for step in [WALK, AGAIN] {
        walk(&mut draft, planner, operation, list, step, Size::Largest)?;
    }
    Some(draft)
}

fn case(mut draft: Draft<'_>, operation: &Operation, list: &List<'_>, name: &str) -> Option<Case> {
    let planner = draft.planner();
    let (status, _) = planner.success(operation)?;
    let kind =
        RelationKind::Count { items: all_items(list, WALK, true), expected: total(list, WALK, 0) };
    let message = "the total is the number of items that the caller is shown";
    let told = total_is(list, message, kind);
    check(&mut draft, planner, operation, vec![Criterion::Relation(told)])?;
    draft.asked_by(operation, name);
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{TOTAL}:for:{name}"),
        summary: format!("`{name}` is told the total of what `{name}` is shown"),
        origin: operation.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(list, WALK, AGAIN);
    Some(case)
}
