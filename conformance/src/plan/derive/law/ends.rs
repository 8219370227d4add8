//! The last page leads nowhere, also where it is full: with one item a page, each page is.

use spec::model::Operation;
use spec::paging::Step as Leads;
use spec::resources::List;

use super::listed::{AGAIN, Size, WALK, check, leads, make_next, undisturbed, walk};
use super::pages::more_is_true;
use crate::case::{Case, Criterion, Derivation, Isolation};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::Level;
use crate::sample::Extent;

pub(super) const DETAIL: &str = "more-is-true:full";
pub(super) const SUMMARY: &str = "a last page that is full leads nowhere";
/// The walk through pages of one item each.
const ONE_BY_ONE: &str = "walk_one_by_one";
/// Things that are made to be walked through.
const MADE: usize = 2;
/// Pages that are walked through, at most: in a long list the end isn't reached, and nothing is seen.
const PAGES: usize = 40;

/// Of a list within something that is made for the purpose. What a list has that others fill as well, it is too long for.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    planner.may_make(list.maker).then_some(())?;
    operation.path.parameters().next()?;
    let mut draft = Draft::new(planner);
    for _ in 0..MADE {
        make_next(&mut draft, planner, list, Extent::Minimal)?;
    }
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    walk_to_the_end(&mut draft, planner, operation, list)?;
    walk(&mut draft, planner, operation, list, AGAIN, Size::Largest)?;
    check(&mut draft, planner, operation, Vec::new())?;
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: DETAIL.to_owned(),
        summary: SUMMARY.to_owned(),
        origin: operation.origin.clone(),
    });
    // What others remove meanwhile may be what was announced.
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(list, WALK, AGAIN);
    Some(case)
}

/// Walks one by one; no page is empty but one that was announced for nothing.
pub(super) fn walk_to_the_end(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
) -> Option<()> {
    let leads = leads(list)?;
    matches!(leads, Leads::Cursor { by_last_item: false, .. } | Leads::Link | Leads::Url { .. })
        .then_some(())?;
    list.limit?;
    walk(draft, planner, operation, list, ONE_BY_ONE, Size::Of(1))?;
    let is_told = list.ends_where_told || list.has_more.is_some() || list.counted.is_some();
    // Elsewhere a server may find out by the next page only.
    let level = if is_told { Level::Must } else { Level::Note };
    let step = draft.last_step()?;
    step.repeat.as_mut()?.at_most = PAGES;
    step.criteria.push(Criterion::Relation(more_is_true(ONE_BY_ONE).at(level)));
    Some(())
}
