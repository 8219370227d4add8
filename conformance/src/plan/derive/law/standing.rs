//! Lists that the suite may not fill, because nothing makes what they have or nothing would remove it again: by what is
//! there already, filters are kept, pages add up, totals are true, and items come in the order that is told or asked for.

mod filter;
mod search;
mod shown;

use spec::model::Operation;
use spec::resources::{List, Sort};

use super::super::valid_call;
use super::listed::{
    AGAIN, Size, TOTAL, WALK, check, has_something, item_member, leads, output, total_is,
    undisturbed, walk,
};
use super::{ends, links, numbered, ordered, pages, query};
use crate::case::{Case, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Text};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

/// Pages that are asked for at most: somebody else's list may be long, and is not to be read as a whole.
const PAGES: usize = 20;
/// The step that looks whether there is anything.
const LOOK: &str = "look";
/// The steps of which such things come as the list shows.
const FILL: &str = "fill";
/// The step that asks for the shortest page, and that for the longest.
const SHORT: &str = "short";
const LONG: &str = "long";

/// `list`: what the operation lists of things that something in the contract makes.
pub(super) fn cases(
    planner: &Planner<'_>,
    operation: &Operation,
    list: Option<&List<'_>>,
) -> Vec<Case> {
    let kept_up_elsewhere = planner.resources.standing_list(operation);
    let not_filled = list.filter(|list| !planner.may_make(list.maker));
    let Some(list) = kept_up_elsewhere.as_ref().or(not_filled) else { return Vec::new() };
    let start = filled(planner, operation).unwrap_or_else(|| Draft::new(planner));
    Subject { planner, operation, list, is_filled: false, start }.cases()
}

/// The same of a list that the suite does fill, before it has: what is there when a run begins is often of more kinds than what
/// the suite makes. Within what would have to be made first there is nothing.
pub(super) fn before(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if !planner.may_make(list.maker) || operation.path.parameters().next().is_some() {
        return Vec::new();
    }
    Subject { planner, operation, list, is_filled: true, start: Draft::new(planner) }.cases()
}

/// The draft with two things more that a list shows, where they come of an action that the run may do.
fn filled<'p>(planner: &'p Planner<'p>, operation: &Operation) -> Option<Draft<'p>> {
    planner.resources.fillers(operation).into_iter().find_map(|filler| {
        let (mut draft, request, path) = valid_call(planner, filler, Extent::Minimal).ok()?;
        draft.push(filler, FILL, request, planner.succeeds(filler));
        let last = path.get(filler.path.parameters().last()?)?;
        let Expression::Output { step, .. } = &last.expression else { return None };
        draft.let_go_with_all_of(step);
        let path = draft.ready_for(filler)?;
        let id = draft.free_step_id(FILL);
        let request = draft.request_of_its_own(filler, &path, Extent::Minimal, &id).ok()?;
        draft.push(filler, &id, request, planner.succeeds(filler));
        draft.may_run().then_some(draft)
    })
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    list: &'s List<'s>,
    /// Whether the suite fills the list later on.
    is_filled: bool,
    /// The draft in which there is something to list, as far as the run may see to that.
    start: Draft<'s>,
}

impl<'s> Subject<'s> {
    fn cases(&self) -> Vec<Case> {
        let mut cases = filter::cases(self);
        cases.extend(shown::cases(self));
        cases.extend(search::cases(self));
        let whole =
            [self.pages(), self.linked(), self.total(), self.counts(), self.ordered(), self.ends()];
        cases.extend(whole.into_iter().flatten());
        cases.extend(self.list.sorts.iter().filter_map(|sort| self.sorted(sort)));
        // Where others fill the list as well, what is found twice would not be the same.
        let is_shared = self.operation.path.parameters().next().is_none();
        for case in cases.iter_mut().filter(|one| is_shared && !one.undisturbed.is_empty()) {
            if case.isolation == Isolation::Writes {
                case.isolation = Isolation::Alone;
            }
        }
        cases
    }

    /// All of it in pages of two sizes, where what the suite makes doesn't tell more.
    fn pages(&self) -> Option<Case> {
        let Self { planner, operation, list, is_filled, .. } = *self;
        leads(list).and(list.limit).filter(|_| !is_filled)?;
        let mut draft = self.look()?;
        for (step, size) in [(WALK, pages::SIZE), (pages::OTHER, pages::OTHER_SIZE)] {
            self.walk(&mut draft, step, Size::Of(size))?;
            let criteria = pages::on_each_page(planner, operation, list, step, size);
            draft.last_step()?.criteria.extend(criteria);
        }
        self.walk(&mut draft, AGAIN, Size::Of(pages::SIZE))?;
        let whole = pages::of_the_whole(planner, list, &[], None);
        let mut case =
            self.finish(draft, "pages-add-up", "pages have every item once, and say so", whole)?;
        case.undisturbed = undisturbed(list, WALK, AGAIN);
        Some(case)
    }

    /// How many there are in all does not depend on how long a page is. That is seen of a long list as of a short one.
    fn total(&self) -> Option<Case> {
        let list = self.list;
        list.total.as_ref().and(leads(list)).and(list.limit)?;
        let mut draft = self.look()?;
        for (step, size) in [(SHORT, Size::Of(1)), (LONG, Size::Largest), (AGAIN, Size::Of(1))] {
            self.walk(&mut draft, step, size)?;
            draft.last_step()?.repeat = None;
        }
        let equal = |got: &str, expected: &str| RelationKind::Equal {
            got: Operand::Template(output(got, "totals", "")),
            expected: Operand::Template(output(expected, "totals", "")),
        };
        let message = "the total does not depend on how long a page is";
        let same = total_is(list, message, equal(SHORT, LONG));
        let detail = format!("{TOTAL}:page-size");
        let mut case = self.finish(draft, &detail, message, vec![Criterion::Relation(same)])?;
        let message = "the total is the same twice";
        case.undisturbed = vec![Relation::new("pages-are-stable", message, equal(AGAIN, SHORT))];
        Some(case)
    }

    /// By its links, where it is walked otherwise.
    fn linked(&self) -> Option<Case> {
        let list = self.list;
        list.limit.filter(|_| !self.is_filled)?;
        let next = links::onward(list)?;
        let mut draft = self.look()?;
        self.walk(&mut draft, WALK, Size::Of(pages::SIZE))?;
        self.walk(&mut draft, links::LINKED, Size::Of(pages::SIZE))?;
        let step = draft.last_step()?;
        step.repeat.as_mut()?.next = next;
        step.criteria.push(Criterion::Relation(pages::more_is_true(links::LINKED)));
        self.walk(&mut draft, AGAIN, Size::Of(pages::SIZE))?;
        let all = vec![Criterion::Relation(links::all_linked(list))];
        let mut case = self.finish(draft, links::LEADS, "links lead to all pages", all)?;
        case.undisturbed = undisturbed(list, WALK, AGAIN);
        Some(case)
    }

    /// By pages of one item each, the last of which is full.
    fn ends(&self) -> Option<Case> {
        let Self { planner, operation, list, .. } = *self;
        let mut draft = self.look()?;
        self.walk_few(&mut draft, WALK, Size::Largest)?;
        ends::walk_to_the_end(&mut draft, planner, operation, list)?;
        let step = draft.last_step()?;
        step.repeat.as_mut()?.at_most = PAGES;
        step.premises.push(Relation::new(
            "pages-add-up",
            "there is something to list",
            has_something(Expression::output(LOOK, "pages")),
        ));
        self.walk_few(&mut draft, AGAIN, Size::Largest)?;
        let mut case = self.finish(draft, ends::DETAIL, ends::SUMMARY, Vec::new())?;
        case.undisturbed = undisturbed(list, WALK, AGAIN);
        Some(case)
    }

    /// As many pages as an answer says, where what the suite makes doesn't tell more.
    fn counts(&self) -> Option<Case> {
        let Self { planner, operation, list, is_filled, .. } = *self;
        (!is_filled).then_some(())?;
        numbered::counts(planner, operation, list, || Some(self.start.clone()))
    }

    /// A list in the order that it says. Of one that has pages, the walk through them tells, where there is one.
    fn ordered(&self) -> Option<Case> {
        let Self { planner, list, .. } = *self;
        let is_walked = self.is_filled || leads(list).is_none();
        let order = ordered::order(planner, list, &[]).filter(|_| is_walked && list.is_whole)?;
        let mut draft = self.look()?;
        self.walk(&mut draft, WALK, Size::Largest)?;
        let summary = "a list comes in the order that it says";
        self.finish(draft, "order-is-kept", summary, vec![Criterion::Relation(order)])
    }

    /// All of it, in an order that is asked for.
    fn sorted(&self, sort: &Sort<'_>) -> Option<Case> {
        let Self { planner, list, .. } = *self;
        item_member(planner, list, &sort.key.member)?;
        (leads(list).is_some() || list.is_whole).then_some(())?;
        let mut draft = self.look()?;
        for step in [WALK, AGAIN] {
            self.walk(&mut draft, step, Size::Largest)?;
            let value = Text::literal(sort.value.clone());
            draft.last_step()?.request.ask(&sort.parameter.name, value);
        }
        let order = query::as_asked(list, sort);
        let detail = format!("{}:query.{}:{}", order.law, sort.parameter.name, sort.value);
        let summary = "items come in the order that was asked for";
        let mut case = self.finish(draft, &detail, summary, vec![Criterion::Relation(order)])?;
        case.undisturbed = undisturbed(list, WALK, AGAIN);
        Some(case)
    }

    /// A request for the list as it is.
    fn look(&self) -> Option<Draft<'s>> {
        let mut draft = self.start.clone();
        walk(&mut draft, self.planner, self.operation, self.list, LOOK, Size::Largest)?;
        draft.last_step()?.repeat = None;
        Some(draft)
    }

    /// A walk through a list that has something.
    fn walk(&self, draft: &mut Draft<'_>, id: &str, size: Size) -> Option<()> {
        self.walk_few(draft, id, size)?;
        let kind = has_something(Expression::output(LOOK, "pages"));
        draft.last_step()?.premises.push(Relation::new(
            "pages-add-up",
            "there is something to list",
            kind,
        ));
        Some(())
    }

    /// A walk that ends where a list is longer than it is polite to look.
    fn walk_few(&self, draft: &mut Draft<'_>, id: &str, size: Size) -> Option<()> {
        walk(draft, self.planner, self.operation, self.list, id, size)?;
        if let Some(repeat) = &mut draft.last_step()?.repeat {
            repeat.at_most = PAGES;
        }
        Some(())
    }

    fn finish(
        &self,
        mut draft: Draft<'_>,
        detail: &str,
        summary: &str,
        criteria: Vec<Criterion>,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        check(&mut draft, self.planner, self.operation, criteria)?;
        let when = if self.is_filled { ":before" } else { "" };
        let mut case = draft.finish(About {
            cell: (self.operation, status),
            source: Derivation::Law,
            detail: format!("{detail}{when}"),
            summary: summary.to_owned(),
            origin: self.operation.origin.clone(),
        });
        if case.isolation == Isolation::Reads {
            case.isolation = Isolation::First;
        }
        Some(case)
    }
}
