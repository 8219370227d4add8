//! Where the links of a page lead (RFC 8288): to the page before, to the first one and to the last one. `next` is what a
//! walk goes by.

use spec::model::Operation;
use spec::paging::Step as Leads;
use spec::resources::List;

use super::listed::{AGAIN, Size, WALK, all_items, check, leads, make, undisturbed, walk};
use crate::case::{
    Case, Collected, Criterion, Derivation, Isolation, Next, Operand, Relation, RelationKind,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

const LEADS: &str = "link-leads-there";
const NONE_BEFORE: &str = "first-has-no-previous";
/// Items that are made: there are three pages at least.
const MADE: usize = 6;
/// Items a page.
const SIZE: i64 = 2;

/// Ways from the first page, by one link after the other.
const BACK: (&str, &[&str]) = ("back", &["next", "prev"]);
const TO_THE_FIRST: (&str, &[&str]) = ("to_the_first", &["next", "first"]);
const TO_THE_LAST: (&str, &[&str]) = ("to_the_last", &["last"]);
/// The same on pages of one item, which always come out even.
const TO_THE_LAST_ITEM: &str = "to_the_last_item";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    if !matches!(leads(list), Some(Leads::Link)) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    for _ in 0..MADE {
        make(&mut draft, planner, list, Extent::Minimal)?;
    }
    walk(&mut draft, planner, operation, list, WALK, Size::Of(SIZE))?;
    for (step, relations) in [BACK, TO_THE_FIRST, TO_THE_LAST] {
        walk(&mut draft, planner, operation, list, step, Size::Of(SIZE))?;
        draft.last_step()?.repeat.as_mut()?.next = Next::Links { relations };
    }
    walk(&mut draft, planner, operation, list, TO_THE_LAST_ITEM, Size::Of(1))?;
    draft.last_step()?.repeat.as_mut()?.next = Next::Links { relations: TO_THE_LAST.1 };
    walk(&mut draft, planner, operation, list, AGAIN, Size::Of(SIZE))?;
    // A page without such a link says nothing: then nothing is found where it would lead.
    let leads_back = |(step, relations): (&str, &[&str])| {
        let [.., relation] = relations else { return None };
        let kind = RelationKind::Includes { got: page(list, step, 0), all: page(list, step, 2) };
        Some(leads_there(format!("from the second page `{relation}` leads to the first"), kind))
    };
    let last = RelationKind::EndsWith {
        got: all_items(list, WALK, true),
        these: page(list, TO_THE_LAST.0, 1),
    };
    let mut criteria: Vec<Criterion> =
        [BACK, TO_THE_FIRST].into_iter().filter_map(leads_back).collect();
    criteria.push(leads_there("`last` leads to the last page".to_owned(), last));
    criteria.push(leads_there("the last page has something".to_owned(), has_something()));
    // A link that forgets how long pages are leads to another one.
    let there = [(BACK.0, 2), (TO_THE_FIRST.0, 2), (TO_THE_LAST.0, 1)];
    criteria.extend(there.into_iter().filter(|_| list.limit.is_some()).map(|(step, number)| {
        let (items, most) = (page(list, step, number), Operand::constant(SIZE));
        let message = "a link leads to a page of the same length".to_owned();
        leads_there(message, RelationKind::CountAtMost { items, most })
    }));
    // Where pages aren't counted, what comes newly may stand before the first one.
    if list.counted.is_some() {
        for relation in ["prev", "previous"] {
            let message = "the first page names none before it";
            let kind = RelationKind::Unlinked(relation);
            criteria.push(Criterion::Relation(Relation::new(NONE_BEFORE, message, kind)));
        }
    }
    check(&mut draft, planner, operation, criteria)?;
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: LEADS.to_owned(),
        summary: "links lead to the pages that they name".to_owned(),
        origin: operation.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(list, WALK, AGAIN);
    Some(case)
}

fn leads_there(message: String, kind: RelationKind) -> Criterion {
    Criterion::Relation(Relation::new(LEADS, message, kind))
}

/// That the last page, where a link leads to it, isn't empty.
fn has_something() -> RelationKind {
    let from = Expression::output(TO_THE_LAST_ITEM, "pages");
    let got = Operand::Collected(Collected { from, path: vec![Some("1".to_owned())] });
    RelationKind::Excludes { got, none: Operand::constant(serde_json::json!([[]])) }
}

/// The ids on a page of those that a step went to; none where it didn't come so far.
fn page(list: &List<'_>, step: &str, number: usize) -> Operand {
    let mut path = vec![Some(number.to_string()), None];
    path.extend(list.id.iter().cloned().map(Some));
    Operand::Collected(Collected { from: Expression::output(step, "pages"), path })
}
