//! Pages add up: no item twice, none missing, none too many on a page, and what is said of the whole is true.

use spec::model::Operation;
use spec::paging::Step as Leads;
use spec::resources::List;

use super::listed::{
    AGAIN, Size, WALK, all_items, check, delete, figure, leads, leads_on, make, make_several,
    pointer, total, total_is, undisturbed, walk,
};
use super::ordered;
use crate::case::{
    Case, Collected, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Template,
};
use crate::expression::{Condition, Expression};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

/// Items that are made and stay: three full pages, so that one behind the first may turn out too long; by the other size
/// the last page isn't full.
const MADE: usize = 6;
/// Items a page.
pub(super) const SIZE: i64 = 2;
/// Items a page of the other walk.
pub(super) const OTHER_SIZE: i64 = 4;
/// The same of both walks, where there are only a few things.
const FEW: [i64; 2] = [1, 2];
/// A walk by pages of another size.
pub(super) const OTHER: &str = "walk_other";

/// `None` where the list has no pages, or nothing can be made to fill them.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    leads(list)?;
    let (status, _) = planner.success(operation)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    let mut made = make_several(&mut draft, planner, list, MADE + 1)?;
    let [size, other] = if made.len() > MADE { [SIZE, OTHER_SIZE] } else { FEW };
    // One in their midst is deleted, if something does that: it must neither be there nor be counted.
    let mut deleted = None;
    if planner.can_remove(list.maker) && made.len() > MADE {
        let one = made.remove(1);
        delete(&mut draft, planner, list, &one)?;
        deleted = Some(one);
    }
    walk(&mut draft, planner, operation, list, WALK, Size::Of(size))?;
    let step = draft.last_step()?;
    step.criteria.extend(on_each_page(planner, operation, list, WALK, size));
    walk(&mut draft, planner, operation, list, OTHER, Size::Of(other))?;
    let step = draft.last_step()?;
    step.criteria.extend(on_each_page(planner, operation, list, OTHER, other));
    walk(&mut draft, planner, operation, list, AGAIN, Size::Of(size))?;
    check(&mut draft, planner, operation, of_the_whole(planner, list, &made, deleted.as_deref()))?;
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "pages-add-up".to_owned(),
        summary: "pages have every item once, and say so".to_owned(),
        origin: operation.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(list, WALK, AGAIN);
    Some(case)
}

/// Things that are made, at most, to see where a page of the default length ends.
const MOST: i64 = 60;
/// The step that asks for a page of the default length by name.
const GIVEN: &str = "given";

/// What is not given has its default: with more items than a page of that length holds, both requests find the same.
pub(super) fn default_size(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
) -> Option<Case> {
    let parameter = list.limit?;
    let merged = Merged::of(planner.contract, &[parameter.schema()?], Choice::default());
    let default = merged.default()?.as_i64().filter(|default| (1..MOST).contains(default))?;
    let (status, _) = planner.success(operation)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    for _ in 0..=default {
        make(&mut draft, planner, list, Extent::Minimal)?;
    }
    for step in [GIVEN, AGAIN] {
        walk(&mut draft, planner, operation, list, step, Size::Of(default))?;
        draft.last_step()?.repeat = None;
    }
    let items = list.items.iter().cloned().map(Some);
    let path = items.chain([None]).chain(list.id.iter().cloned().map(Some)).collect();
    let got = Operand::Collected(Collected { from: Expression::response_body(""), path });
    let ids = |step: &str| {
        let path = [None].into_iter().chain(list.id.iter().cloned().map(Some)).collect();
        Operand::Collected(Collected { from: Expression::output(step, "pages"), path })
    };
    let message = format!("without `{}`, a page is as with its default", parameter.name);
    let kind = RelationKind::Equal { got, expected: ids(GIVEN) };
    let same = Criterion::Relation(relation("absent-is-default", &message, kind));
    check(&mut draft, planner, operation, vec![same])?;
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("absent-is-default:query.{}", parameter.name),
        summary: format!("without `{}`, a page has the default length", parameter.name),
        origin: parameter.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    case.undisturbed = vec![relation(
        "pages-are-stable",
        "the same page twice has the same items",
        RelationKind::Equal { got: ids(AGAIN), expected: ids(GIVEN) },
    )];
    Some(case)
}

fn relation(law: &'static str, message: &str, kind: RelationKind) -> Relation {
    Relation::new(law, message, kind)
}

pub(super) fn on_each_page(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    walk: &str,
    size: i64,
) -> Vec<Criterion> {
    let path = list.items.iter().cloned().map(Some).chain([None]).collect();
    let page = Operand::Collected(Collected { from: Expression::response_body(""), path });
    // Items without ids may well be alike.
    let distinct = (!list.id.is_empty()).then(|| {
        relation(
            "no-item-twice",
            "no item is on two pages, or twice on one",
            RelationKind::Distinct(all_items(list, walk, true)),
        )
    });
    let mut relations: Vec<Relation> = distinct.into_iter().collect();
    if list.limit.is_some() {
        relations.push(relation(
            "limit-is-kept",
            "a page has no more items than were asked for",
            RelationKind::CountAtMost { items: page, most: Operand::constant(size) },
        ));
    }
    relations.extend(of_the_flag(planner, operation, list, walk));
    relations.into_iter().map(Criterion::Relation).collect()
}

/// What must be true of the member that tells whether there is more.
fn of_the_flag(
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    walk: &str,
) -> Vec<Relation> {
    let Some(leads) = leads(list) else { return Vec::new() };
    let Some(has_more) = &list.has_more else {
        // A link to a next page says by itself that there is one: whoever counts pages knows.
        let level = promise::level("more-is-true");
        let level = if list.counted.is_some() { Level::Must } else { level };
        return match leads {
            Leads::Link | Leads::Url { .. } => vec![more_is_true(walk).at(level)],
            Leads::Cursor { .. } | Leads::Count { .. } => Vec::new(),
        };
    };
    let answer = operation.answer_schema();
    let is_required = |name: &String| {
        let answer = answer.map(|id| Merged::of(planner.contract, &[id], Choice::default()));
        answer.is_some_and(|answer| answer.required().contains(name.as_str()))
    };
    let mut relations = Vec::new();
    // A cursor that is only good where the flag says so is there where it doesn't, too.
    if let Leads::Cursor { by_last_item: false, next, more: None, .. } = leads {
        let flag =
            |truth: bool| Condition::equal(Expression::response_body(pointer([has_more])), truth);
        let another = leads_on(&Expression::response_body(pointer(next)));
        let is_always_there = matches!(&next[..], [only] if is_required(only));
        // Of what isn't there nothing can be asked.
        let agree = match is_always_there {
            false => flag(false).or(another),
            true => flag(true).and(another.clone()).or(flag(false).and(another.negated())),
        };
        relations.push(relation(
            "has-more-agrees",
            "the answer says that there is more exactly when it leads to a next page",
            RelationKind::Holds(agree),
        ));
    }
    // Who counts, or asks behind the last item, ends at an empty page unless the flag ends it before.
    let ends_by_flag = match leads {
        Leads::Cursor { by_last_item: false, .. } | Leads::Link | Leads::Url { .. } => true,
        Leads::Cursor { more, .. } => more.as_ref().is_some_and(is_required),
        Leads::Count { .. } => is_required(has_more),
    };
    if ends_by_flag {
        relations.push(more_is_true(walk));
    }
    relations
}

/// There is something to list, so that no page is empty but one that was announced for nothing.
pub(super) fn more_is_true(walk: &str) -> Relation {
    let pages = Collected { from: Expression::output(walk, "pages"), path: vec![None] };
    relation(
        "more-is-true",
        "where the answer says that there is more, there is",
        RelationKind::Excludes {
            got: Operand::Collected(pages),
            none: Operand::constant(serde_json::json!([[]])),
        },
    )
}

/// That what is said to be of all pages is the same on each, and on pages of another size.
fn of_all_pages(list: &List<'_>) -> Vec<Relation> {
    let is_paged = leads(list).is_some();
    let figures = list.figures.iter().enumerate().filter(|_| is_paged);
    figures
        .map(|(number, names)| {
            let message = format!("`{}` is of all pages", names.join("."));
            let kind = RelationKind::Equal {
                got: figure(OTHER, number, 0),
                expected: figure(WALK, number, 0),
            };
            relation("figure-is-of-all-pages", &message, kind)
        })
        .collect()
}

pub(super) fn of_the_whole(
    planner: &Planner<'_>,
    list: &List<'_>,
    made: &[String],
    deleted: Option<&str>,
) -> Vec<Criterion> {
    let mut relations = Vec::new();
    if !made.is_empty() {
        let ids = made.iter().map(|step| Template::Expression(Expression::output(step, "id")));
        let all = Operand::Template(Template::array(ids.collect()));
        relations.push(relation(
            "no-item-missing",
            "every item that was made is on some page",
            RelationKind::Includes { got: all_items(list, WALK, true), all },
        ));
    }
    relations.push(relation(
        "page-size-does-not-matter",
        "pages of another size have the same items in the same order",
        RelationKind::Equal {
            got: all_items(list, OTHER, true),
            expected: all_items(list, WALK, true),
        },
    ));
    relations.extend(deleted.map(|deleted| {
        relation(
            "deleted-is-not-listed",
            "what was deleted is on no page",
            RelationKind::Excludes {
                got: all_items(list, WALK, true),
                none: Operand::expression(Expression::output(deleted, "id")),
            },
        )
    }));
    relations.extend(ordered::order(planner, list, made));
    if list.total.is_some() {
        // Said on each page: it must be true on the first as on the last.
        // Of what is there already, there may be no second page.
        let is_there = |(page, _): &(usize, &str)| *page == 0 || !made.is_empty();
        for (page, which) in [(0, "first"), (1, "second")].into_iter().filter(is_there) {
            let message =
                format!("the total on the {which} page is the number of items on all pages");
            let kind = RelationKind::Count {
                items: all_items(list, WALK, true),
                expected: total(list, WALK, page),
            };
            relations.push(total_is(list, &message, kind));
        }
    }
    relations.extend(of_all_pages(list));
    let default = list.limit.and_then(|parameter| parameter.schema()).and_then(|schema| {
        Merged::of(planner.contract, &[schema], Choice::default()).default().cloned()
    });
    if let Some(default) = default {
        let path = list.items.iter().cloned().map(Some).chain([None]).collect();
        let items = Operand::Collected(Collected { from: Expression::response_body(""), path });
        relations.push(relation(
            "default-limit-is-kept",
            "a page has no more items than the default says",
            RelationKind::CountAtMost { items, most: Operand::constant(default) },
        ));
    }
    relations.into_iter().map(Criterion::Relation).collect()
}
