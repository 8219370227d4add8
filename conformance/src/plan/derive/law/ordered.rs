//! A list comes in the order that it says.

use spec::model::{JsonType, Operation};
use spec::resources::{Comparison, List, Order, SortKey};

use super::super::read_back::creation_times;
use super::listed::{Size, WALK, all_items, item_member, leads, make_several, make_with, walk};
use crate::case::{
    Case, Criterion, Derivation, Isolation, Operand, Relation, RelationKind, Template,
};
use crate::expression::Expression;
use crate::fresh::{Alphabet, Fresh, TextShape};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::{Merged, Sample};

/// Things that are made, to see their order.
const MADE: usize = 4;

/// Of a list that has no pages; of one that has, the walk through them tells. And of any, by things that surely aren't made in the
/// order that the list has.
pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    let all = [plain(planner, operation, list), unlike(planner, operation, list)];
    all.into_iter().flatten().collect()
}

fn plain(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    (leads(list).is_none() && list.is_whole).then_some(())?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    let made = make_several(&mut draft, planner, list, MADE)?;
    judged(draft, planner, (operation, list), &made, "order-is-kept")
}

/// `None` where the order isn't that of a member that a request can set.
fn unlike(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    list.is_whole.then_some(())?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    let mut made = Vec::new();
    let key = list.order.as_ref()?.keys.first()?;
    for number in 0..unlike_ones(list) {
        made.push(make_unlike(&mut draft, planner, list, (key, number))?);
    }
    judged(draft, planner, (operation, list), &made, "order-is-kept:unlike")
}

/// The last one is equal to the first, which may be refused: it is made where something tells how equals stand.
fn unlike_ones(list: &List<'_>) -> usize {
    let tells_of_equals = list.order.as_ref().is_some_and(|order| order.keys.len() > 1);
    if tells_of_equals { MADE } else { MADE - 1 }
}

fn judged(
    mut draft: Draft<'_>,
    planner: &Planner<'_>,
    (operation, list): (&Operation, &List<'_>),
    made: &[String],
    detail: &str,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let order = order(planner, list, made)?;
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    draft.last_step()?.criteria.push(Criterion::Relation(order));
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: detail.to_owned(),
        summary: "a list comes in the order that it says".to_owned(),
        origin: operation.origin.clone(),
    });
    // What others change meanwhile may come on a page that is not its own.
    if leads(list).is_some() {
        case.isolation = Isolation::Alone;
    }
    Some(case)
}

/// Makes the next of several things, with another value of what they come in the order of than the one before it, and not in that
/// order: by numbers, by what texts begin with, or by days. The first and the last of a few are equal in it.
pub(super) fn make_unlike(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    (key, number): (&SortKey, usize),
) -> Option<String> {
    let member = item_member(planner, list, &key.member)?;
    let value = value_out_of_order(planner, list.maker, (key, &member), number)?;
    make_with(draft, planner, list, &[(key.member.as_str(), value)])
}

/// A value of what things are in the order of, for the next of several.
pub(super) fn value_out_of_order(
    planner: &Planner<'_>,
    maker: &Operation,
    (key, own): (&SortKey, &Merged<'_>),
    number: usize,
) -> Option<Sample> {
    const NUMBERS: [i64; 3] = [20, 100, 9];
    const LETTERS: [&str; 3] = ["m", "t", "c"];
    // Where letter case makes no difference, capitals don't come first.
    const IN_ANY_CASE: [&str; 3] = ["m", "T", "c"];
    let letters = if key.comparison == Comparison::AnyCase { IN_ANY_CASE } else { LETTERS };
    let place = number % NUMBERS.len();
    match (own.types().contains(JsonType::String), own.format()) {
        (true, None) => Some(beginning_with(letters[place])),
        (true, Some("date")) => {
            Some(Sample::Value(planner.day(maker, &key.member, NUMBERS[place])?))
        }
        (true, Some(_)) => None,
        (false, _) => Some(Sample::Value(NUMBERS[place].into())),
    }
}

/// A fresh text that begins so.
pub(super) fn beginning_with(before: &str) -> Sample {
    const LENGTH: u64 = 12;
    let (before, after) = (before.to_owned(), String::new());
    let alphabet = Alphabet::Plain;
    Sample::Fresh(Fresh::Text(TextShape { before, length: LENGTH, alphabet, after }))
}

/// The order that is promised. What was made at one time by several clients may come in any order, whatever moments it
/// bears; what this suite made one after the other may not. Of what it didn't make, these moments are all that is known.
pub(super) fn order(planner: &Planner<'_>, list: &List<'_>, made: &[String]) -> Option<Relation> {
    let of_making = |descending: bool| {
        (!made.is_empty()).then_some(())?;
        let ids = made.iter().map(|step| Template::Expression(Expression::output(step, "id")));
        let mut ids: Vec<_> = ids.collect();
        if descending {
            ids.reverse();
        }
        let these = Operand::Template(Template::array(ids));
        Some(RelationKind::InOrder { got: all_items(list, WALK, true), these })
    };
    let Some(Order { keys }) = &list.order else {
        let descending = list.by_creation?;
        let kind = of_making(descending).or_else(|| of_moments(list, descending))?;
        return Some(Relation::new(
            "order-is-kept",
            "items come in the order of their making",
            kind,
        ));
    };
    let first = keys.first()?;
    let creation = list
        .maker
        .answer_schema()
        .is_some_and(|answer| creation_times(planner, answer).contains(&first.member));
    // Of those of one moment, another member may decide, and nothing tells how long such a moment is.
    let by_making = creation && keys.len() == 1;
    let kind = if by_making { of_making(first.descending)? } else { in_order_of(list, keys) };
    let message = format!("items come in the order of `{}`", first.member);
    Some(Relation::new("order-is-kept", message, kind))
}

/// The order of making as the items tell it themselves.
fn of_moments(list: &List<'_>, descending: bool) -> Option<RelationKind> {
    let member = list.made_at.clone()?;
    Some(in_order_of(list, &[SortKey::new(member, descending, Comparison::Open)]))
}

/// That the items of the walk come in the order of these members.
pub(super) fn in_order_of<'k>(
    list: &List<'_>,
    keys: impl IntoIterator<Item = &'k SortKey>,
) -> RelationKind {
    RelationKind::Sorted { items: all_items(list, WALK, false), keys: certain(keys) }
}

/// The keys as far as they tell what comes first: what a server notes down itself it may tell more coarsely than it goes by, so
/// nothing is asked of what is equal in that.
pub(super) fn certain<'k>(keys: impl IntoIterator<Item = &'k SortKey>) -> Vec<SortKey> {
    const OWN: [&str; 4] = ["creat", "updat", "modif", "chang"];
    let is_own = |key: &SortKey| OWN.iter().any(|word| key.member.to_lowercase().contains(word));
    let mut all = Vec::new();
    for key in keys {
        all.push(key.clone());
        if is_own(key) {
            break;
        }
    }
    all
}
