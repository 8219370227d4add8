//! Where the links of a page lead, those of its header fields (RFC 8288) and those of its body: to the next page, to the page
//! before, to the first one and to the last one.

use spec::model::Operation;
use spec::paging::{self, Step as Leads};
use spec::resources::List;

use super::listed::{
    AGAIN, Size, WALK, all_items, check, leads, leads_on, make_next, pointer, undisturbed, walk,
};
use super::pages::more_is_true;
use crate::case::{
    Case, Collected, Criterion, Derivation, Isolation, Next, Operand, Relation, RelationKind,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

pub(super) const LEADS: &str = "link-leads-there";
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
/// The walk by links, where another one counts or goes by cursors.
pub(super) const LINKED: &str = "walk_linked";

/// The links of a list's pages.
#[derive(Clone, Copy)]
enum Links<'l> {
    /// In the header field `Link`.
    Header,
    /// In members of the body.
    Members(&'l paging::Links),
}

impl<'l> Links<'l> {
    fn of(list: &'l List<'_>) -> Option<Self> {
        let has_members = list.links.next.is_some() && leads(list).is_some();
        match leads(list) {
            Some(Leads::Link) => Some(Self::Header),
            _ => has_members.then_some(Self::Members(&list.links)),
        }
    }

    /// From the first page by one link after the other; `None` where there are no such links.
    fn by(self, relations: &'static [&'static str]) -> Option<Next> {
        match self {
            Self::Header => Some(Next::Links { relations }),
            Self::Members(links) => {
                let at = relations.iter().map(|relation| url(links, relation));
                Some(Next::Urls { at: at.collect::<Option<_>>()? })
            }
        }
    }

    /// That a page names none before it.
    fn none_before(self) -> Vec<RelationKind> {
        match self {
            Self::Header => ["prev", "previous"].map(RelationKind::Unlinked).into(),
            Self::Members(links) => {
                let previous = url(links, "prev").into_iter();
                previous.map(|at| RelationKind::Holds(leads_on(&at).negated())).collect()
            }
        }
    }
}

/// How the links of a list lead on, where it isn't walked by these anyway.
pub(super) fn onward(list: &List<'_>) -> Option<Next> {
    let is_walked_by_them = matches!(leads(list), None | Some(Leads::Link | Leads::Url { .. }));
    let next = url(&list.links, "next").filter(|_| !is_walked_by_them)?;
    Some(Next::Url { at: next })
}

/// Where a page has the URL of another one.
fn url(links: &paging::Links, relation: &str) -> Option<Expression> {
    let names = match relation {
        "next" => &links.next,
        "prev" => &links.previous,
        "first" => &links.first,
        _ => &links.last,
    };
    Some(Expression::response_body(pointer(names.as_ref()?)))
}

pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let links = Links::of(list)?;
    let (status, _) = planner.success(operation)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    for _ in 0..MADE {
        make_next(&mut draft, planner, list, Extent::Minimal)?;
    }
    walk(&mut draft, planner, operation, list, WALK, Size::Of(SIZE))?;
    let mut go = |step, next: Option<Next>, size| -> Option<bool> {
        let Some(next) = next else { return Some(false) };
        walk(&mut draft, planner, operation, list, step, Size::Of(size))?;
        draft.last_step()?.repeat.as_mut()?.next = next;
        Some(true)
    };
    let mut gone = Vec::new();
    for (step, relations) in [BACK, TO_THE_FIRST, TO_THE_LAST] {
        if go(step, links.by(relations), SIZE)? {
            gone.push(step);
        }
    }
    go(TO_THE_LAST_ITEM, links.by(TO_THE_LAST.1), 1)?;
    if go(LINKED, onward(list), SIZE)? {
        let step = draft.last_step()?;
        step.criteria.push(Criterion::Relation(more_is_true(LINKED)));
    }
    walk(&mut draft, planner, operation, list, AGAIN, Size::Of(SIZE))?;
    // A page without such a link says nothing: then nothing is found where it would lead.
    let leads_back = |(step, relations): (&str, &[&str])| {
        let [.., relation] = relations else { return None };
        let kind = RelationKind::Includes { got: page(list, step, 0), all: page(list, step, 2) };
        gone.contains(&step).then(|| {
            leads_there(format!("from the second page `{relation}` leads to the first"), kind)
        })
    };
    let mut criteria: Vec<Criterion> =
        [BACK, TO_THE_FIRST].into_iter().filter_map(leads_back).collect();
    if gone.contains(&TO_THE_LAST.0) {
        let last = RelationKind::EndsWith {
            got: all_items(list, WALK, true),
            these: page(list, TO_THE_LAST.0, 1),
        };
        criteria.push(leads_there("`last` leads to the last page".to_owned(), last));
        criteria.push(leads_there("the last page has something".to_owned(), has_something()));
    }
    criteria.extend(onward(list).map(|_| Criterion::Relation(all_linked(list))));
    let is_of_header = matches!(links, Links::Header);
    let told = |relation: &str| is_of_header && list.told_links.contains(&relation);
    let told = [(BACK, 2, "prev"), (TO_THE_FIRST, 2, "first"), (TO_THE_LAST, 1, "last")]
        .into_iter()
        .filter(|((step, _), _, relation)| gone.contains(step) && told(relation));
    criteria.extend(told.map(|((step, _), number, relation)| {
        let (got, from) = (page(list, step, number), Operand::constant(serde_json::json!([])));
        let message = format!("`{relation}` is among the links, as the document says");
        leads_there(message, RelationKind::Differ { got, from })
    }));
    // A link that forgets how long pages are leads to another one.
    let there = [(BACK.0, 2), (TO_THE_FIRST.0, 2), (TO_THE_LAST.0, 1)].into_iter();
    let there = there.filter(|(step, _)| list.limit.is_some() && gone.contains(step));
    criteria.extend(there.map(|(step, number)| {
        let (items, most) = (page(list, step, number), Operand::constant(SIZE));
        let message = "a link leads to a page of the same length".to_owned();
        leads_there(message, RelationKind::CountAtMost { items, most })
    }));
    // Where pages aren't counted, what comes newly may stand before the first one.
    if list.counted.is_some() {
        let message = "the first page names none before it";
        let none = links.none_before().into_iter();
        criteria.extend(
            none.map(|kind| Criterion::Relation(Relation::new(NONE_BEFORE, message, kind))),
        );
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

/// That the walk by links found what the other one did.
pub(super) fn all_linked(list: &List<'_>) -> Relation {
    let kind = RelationKind::Equal {
        got: all_items(list, LINKED, true),
        expected: all_items(list, WALK, true),
    };
    Relation::new(LEADS, "by the links all pages are found", kind)
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
