//! Items come in the order that was asked for: numbers as numbers, and what is equal as is said of it.

use serde_json::Value;
use spec::model::JsonType;
use spec::names::words;
use spec::resources::{Comparison, List, Sort};

use super::super::listed::{
    AGAIN, WALK, all_items, all_members, leads, make_with, output, undisturbed, update,
};
use super::super::ordered::{beginning_with, in_order_of};
use super::{Named, Subject, answered};
use crate::case::{Case, Isolation, Operand, Relation, RelationKind, Template, Text};
use crate::plan::draft::Draft;
use crate::sample::{Choice, Merged, Sample};

const CODE: &str = "sorted-as-asked";
/// The walk that asks for the default by name.
const GIVEN: &str = "walk_given";
/// Numbers whose order as text is another one, else just three, of which the first are taken that a thing may have; the one in the
/// middle or at an end is made first.
const NUMBERS: [[i64; 3]; 5] =
    [[100, 9, 10], [10_000, 999, 1_000], [1_000_000, 99_999, 100_000], [20, 30, 10], [2, 3, 1]];
/// What texts begin with that stand in another order where letter case doesn't matter.
const CODE_POINTS: [&str; 3] = ["b", "B", "a"];
/// What texts begin with that stand in another order where it does.
const ANY_CASE: [&str; 3] = ["b", "C", "a"];
/// What texts begin with that stand in one order in every language.
const LETTERS: [&str; 3] = ["b", "c", "a"];

/// Things that differ in a member, in the order of it.
pub(super) fn case(subject: &Subject<'_>, sort: &Sort<'_>) -> Option<Case> {
    let is_text = is_text(subject.member(&sort.key.member).as_ref());
    let comparison = if is_text { sort.key.comparison } else { Comparison::Open };
    let (mut draft, in_order) = match differing(subject, sort, comparison) {
        Some((draft, in_order)) => (draft, Some(in_order)),
        None => (of_any(subject, sort)?, None),
    };
    let asked = [(sort.parameter, Text::literal(sort.value.clone()))];
    subject.walk(&mut draft, &asked)?;
    let of_all = as_asked(subject.list, sort);
    let message = of_all.message.clone();
    let mut relations = vec![of_all];
    // Of a list that is longer than its first page, those need not be there.
    if let Some(in_order) = in_order.filter(|_| subject.list.is_whole) {
        let these = Operand::Template(Template::array(in_order));
        let got = all_items(subject.list, WALK, true);
        relations.push(Relation::new(CODE, message, RelationKind::InOrder { got, these }));
    }
    let named = Named { law: CODE, parameter: sort.parameter, detail: &sort.value };
    finish(subject, draft, &named, relations)
}

/// The case. What others make meanwhile moves what stands behind it to a later page, where it may come twice.
fn finish(
    subject: &Subject<'_>,
    draft: Draft<'_>,
    named: &Named<'_>,
    relations: Vec<Relation>,
) -> Option<Case> {
    let mut case = subject.finish(draft, named, relations)?;
    if leads(subject.list).is_some() {
        case.isolation = Isolation::Alone;
    }
    Some(case)
}

/// Things that are equal in the member come in the order of what is said, or asked, to decide then; they are made in another one,
/// as far as that may be chosen.
pub(super) fn of_equals(subject: &Subject<'_>, sort: &Sort<'_>) -> Option<Case> {
    let decisive = sort.keys().nth(1)?;
    // What no two things may share, no two are equal in.
    let keys = subject.planner.resources.keys(subject.list.maker, &[&sort.key.member]);
    keys.is_empty().then_some(())?;
    let is_number = |member: &str| subject.is_number(member);
    let firsts: Vec<Sample> = match is_number(&sort.key.member) {
        true => NUMBERS.iter().map(|numbers| Sample::Value(numbers[1].into())).collect(),
        false => vec![Sample::Value(shared(subject, &sort.key.member)?)],
    };
    let of_letters = || LETTERS.map(beginning_with);
    let decisions: Vec<[Sample; 3]> = match is_number(&decisive.member) {
        true => NUMBERS.iter().map(|all| all.map(|one| Sample::Value(one.into()))).collect(),
        false => vec![of_letters()],
    };
    let make_all = |first: &Sample, decision: Option<&[Sample; 3]>| {
        let mut draft = Draft::new(subject.planner);
        for place in 0..LETTERS.len() {
            let mut members = vec![(sort.key.member.as_str(), first.clone())];
            members.extend(decision.map(|all| (decisive.member.as_str(), all[place].clone())));
            make_with(&mut draft, subject.planner, subject.list, &members)?;
        }
        Some(draft)
    };
    let chosen = || {
        let mut each =
            firsts.iter().flat_map(|first| decisions.iter().map(move |all| (first, all)));
        each.find_map(|(first, all)| make_all(first, Some(all)))
    };
    let mut draft = chosen().or_else(|| firsts.iter().find_map(|first| make_all(first, None)))?;
    subject.walk(&mut draft, &[(sort.parameter, Text::literal(sort.value.clone()))])?;
    let detail = format!("{}:equal", sort.value);
    let named = Named { law: CODE, parameter: sort.parameter, detail: &detail };
    finish(subject, draft, &named, vec![as_asked(subject.list, sort)])
}

/// A value that several things may have: a text, or a day.
fn shared(subject: &Subject<'_>, member: &str) -> Option<Value> {
    match subject.member(member)?.format() {
        None => Some("equals".into()),
        Some("date") => subject.planner.day(subject.list.maker, member, 0),
        Some(_) => None,
    }
}

/// That all items of the walk come in the order that is asked for.
pub(in super::super) fn as_asked(list: &List<'_>, sort: &Sort<'_>) -> Relation {
    let message = format!("items come in the order of `{}`", sort.key.member);
    Relation::new(CODE, message, in_order_of(list, sort.keys()))
}

/// What was changed last comes last, or first, where things are sorted by when that was: the first of two was changed behind the
/// making of the other.
pub(super) fn of_changed(subject: &Subject<'_>, sort: &Sort<'_>) -> Option<Case> {
    const CHANGED: [&str; 3] = ["updated", "modified", "changed"];
    let Subject { planner, list, .. } = *subject;
    let member = sort.key.member.as_str();
    let is_of_change = words(member).iter().any(|word| CHANGED.contains(&word.as_str()));
    let is_moment = subject.member(member)?.format() == Some("date-time");
    (is_of_change && is_moment && list.is_whole).then_some(())?;
    let mut draft = Draft::new(planner);
    let mut made = || make_with(&mut draft, planner, list, &[]);
    let (changed, other) = (made()?, made()?);
    let change = update(&mut draft, planner, list, &changed)?;
    for step in [&other, &change] {
        draft.answer_of(step);
    }
    subject.walk(&mut draft, &[(sort.parameter, Text::literal(sort.value.clone()))])?;
    let at = |step: &str| Operand::expression(answered(step, member));
    let kind = RelationKind::Differ { got: at(&change), from: at(&other) };
    let apart = Relation::new(CODE, "one was changed at another moment", kind);
    // A change that changes nothing may leave it as it is.
    let kind = RelationKind::AtLeast {
        items: Operand::Template(Template::array(vec![Template::Expression(answered(
            &change, member,
        ))])),
        bound: at(&other),
    };
    let behind = Relation::new(CODE, "it was changed after the other one was made", kind);
    draft.last_step()?.premises.extend([apart, behind]);
    let mut these = vec![output(&other, "id", ""), output(&changed, "id", "")];
    if sort.key.descending {
        these.reverse();
    }
    let got = all_items(list, WALK, true);
    let these = Operand::Template(Template::array(these));
    let message = format!("what was changed last is at that end of the order of `{member}`");
    let relation = Relation::new(CODE, message, RelationKind::InOrder { got, these });
    let detail = format!("{}:changed", sort.value);
    let named = Named { law: CODE, parameter: sort.parameter, detail: &detail };
    finish(subject, draft, &named, vec![relation])
}

/// Without the parameter, items come as they do with its default.
pub(super) fn unasked(subject: &Subject<'_>, sorts: &[Sort<'_>]) -> Option<Case> {
    let parameter = sorts.first()?.parameter;
    let schema = Merged::of(subject.planner.contract, &[parameter.schema()?], Choice::default());
    let default = match schema.default() {
        Some(Value::Array(all)) if all.len() == 1 => all.first()?.as_str()?,
        Some(one) => one.as_str()?,
        None => subject.planner.resources.told_default(parameter)?,
    };
    let sort = sorts.iter().find(|sort| sort.value == default)?;
    let mut draft = match differing(subject, sort, Comparison::Open) {
        Some((draft, _)) => draft,
        None => of_any(subject, sort)?,
    };
    subject.walk(&mut draft, &[])?;
    let asked = [(parameter, Text::literal(sort.value.clone()))];
    subject.walk_as(&mut draft, GIVEN, &asked)?;
    subject.walk_as(&mut draft, AGAIN, &[])?;
    let kind = RelationKind::Equal {
        got: all_members(subject.list, WALK, &sort.key.member),
        expected: all_members(subject.list, GIVEN, &sort.key.member),
    };
    let message = format!("without `{}`, items come as with its default", parameter.name);
    let same = Relation::new("absent-is-default", message, kind);
    let named = Named { law: "absent-is-default", parameter, detail: "" };
    let mut case = subject.finish(draft, &named, vec![same])?;
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(subject.list, WALK, AGAIN);
    Some(case)
}

type Made<'p> = (Draft<'p>, Vec<Template>);

/// Things that are made in another order than the one that is asked for, as far as numbers or texts may be chosen.
fn differing<'p>(
    subject: &Subject<'p>,
    sort: &Sort<'_>,
    comparison: Comparison,
) -> Option<Made<'p>> {
    let numbers = NUMBERS.iter().filter(|_| subject.is_number(&sort.key.member));
    let mut made = numbers.filter_map(|numbers| of_numbers(subject, sort, *numbers));
    let beginnings = match comparison {
        Comparison::CodePoints => CODE_POINTS,
        Comparison::AnyCase => ANY_CASE,
        Comparison::Open => LETTERS,
    };
    let texts = || {
        is_text(subject.member(&sort.key.member).as_ref())
            .then(|| of_texts(subject, sort, beginnings))
            .flatten()
    };
    made.next().or_else(|| of_ranks(subject, sort)).or_else(texts)
}

/// Things of several values whose order is told, and their ids in the order that is asked for.
fn of_ranks<'p>(subject: &Subject<'p>, sort: &Sort<'_>) -> Option<Made<'p>> {
    /// Where the things stand that are made first, of so many values.
    const PLACES: [&[usize]; 3] = [&[1, 0], &[1, 2, 0], &[1, 3, 0, 2]];
    let ranks = &sort.key.ranks;
    let places = PLACES.get(ranks.len().checked_sub(2)?.min(PLACES.len() - 1))?;
    let equal = sort.ties_by_making.map(|_| places[0]);
    let places: Vec<usize> = places.iter().copied().chain(equal).collect();
    let values = places.iter().map(|place| Sample::Value(ranks[*place].as_str().into()));
    let (draft, ids) = make_all(subject, sort, values)?;
    Some((draft, in_order(sort, places, ids)))
}

/// Ids in the order that is asked for; what is equal, in that of its making, as that is told.
fn in_order<T: Ord>(sort: &Sort<'_>, values: Vec<T>, ids: Vec<Template>) -> Vec<Template> {
    let mut all: Vec<(T, Template)> = values.into_iter().zip(ids).collect();
    if sort.ties_by_making == Some(true) {
        all.reverse();
    }
    // Both sorts are stable.
    match sort.key.descending {
        true => all.sort_by(|(one, _), (other, _)| other.cmp(one)),
        false => all.sort_by(|(one, _), (other, _)| one.cmp(other)),
    }
    all.into_iter().map(|(_, id)| id).collect()
}

/// Things with these numbers, and their ids in the order that is asked for. Where it is said how equals stand, two are.
fn of_numbers<'p>(subject: &Subject<'p>, sort: &Sort<'_>, numbers: [i64; 3]) -> Option<Made<'p>> {
    let equal = sort.ties_by_making.map(|_| numbers[1]);
    let numbers: Vec<i64> = numbers.into_iter().chain(equal).collect();
    let values = numbers.iter().map(|number| Sample::Value((*number).into()));
    let (draft, ids) = make_all(subject, sort, values)?;
    Some((draft, in_order(sort, numbers, ids)))
}

/// Things whose texts begin with these letters.
fn of_texts<'p>(
    subject: &Subject<'p>,
    sort: &Sort<'_>,
    beginnings: [&'static str; 3],
) -> Option<Made<'p>> {
    let (draft, ids) = make_all(subject, sort, beginnings.into_iter().map(beginning_with))?;
    let mut all: Vec<(&str, Template)> = beginnings.into_iter().zip(ids).collect();
    all.sort_by_key(|(beginning, _)| match sort.key.comparison {
        Comparison::AnyCase => beginning.to_lowercase(),
        Comparison::CodePoints | Comparison::Open => (*beginning).to_owned(),
    });
    if sort.key.descending {
        all.reverse();
    }
    Some((draft, all.into_iter().map(|(_, id)| id).collect()))
}

/// Three things, whatever they have.
fn of_any<'p>(subject: &Subject<'p>, sort: &Sort<'_>) -> Option<Draft<'p>> {
    let mut draft = Draft::new(subject.planner);
    subject.member(&sort.key.member)?;
    for _ in 0..3 {
        make_with(&mut draft, subject.planner, subject.list, &[])?;
    }
    Some(draft)
}

fn make_all<'p>(
    subject: &Subject<'p>,
    sort: &Sort<'_>,
    values: impl Iterator<Item = Sample>,
) -> Option<(Draft<'p>, Vec<Template>)> {
    let mut draft = Draft::new(subject.planner);
    let mut ids = Vec::new();
    for value in values {
        let members = [(sort.key.member.as_str(), value)];
        let made = make_with(&mut draft, subject.planner, subject.list, &members)?;
        ids.push(output(&made, "id", ""));
    }
    Some((draft, ids))
}

/// Whether a member is text whose order depends on the language.
fn is_text(member: Option<&Merged<'_>>) -> bool {
    member.is_none_or(|member| {
        let is_moment = matches!(member.format(), Some("date-time" | "date"));
        member.types().contains(JsonType::String) && !is_moment
    })
}
