//! Filters admit what fits and nothing else, each by itself and two at once; the total counts what they admit.

use serde_json::Value;
use spec::names::{fold, tells_maker};
use spec::resources::{Filter, FilterKind};

use super::super::super::second::second_of;
use super::super::listed::{Size, WALK, all_members, leads, make_with};
use super::both::walk_both;
use super::{Named, Subject, answered, sent};
use crate::case::{Case, Credentials, Criterion, Operand, Relation, RelationKind, Template, Text};
use crate::expression::{Expression, value_text};
use crate::plan::draft::Draft;
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Fixed, Merged, Sample};

const CODE: &str = "filter-is-kept";
/// Bounds, of which the first is taken that a thing can have. The one behind the bound is as near as can be, else farther.
const BOUNDS: [(i64, i64); 6] = [(20, 1), (20, 10), (200, 1), (2, 1), (2_000, 1), (200_000, 1)];

pub(super) fn cases(subject: &Subject<'_>) -> Vec<Case> {
    // One value is asked for at a time, as an array of it where several may be.
    let takes_one = |filter: &&Filter<'_>| {
        let schema = filter.parameter.schema();
        schema.is_some_and(|id| {
            Merged::of(subject.planner.contract, &[id], Choice::default()).min_items() <= 1
        })
    };
    // One that the suite makes has an array of no values, or of ones that nobody else has.
    let is_single =
        |filter: &&Filter<'_>| !matches!(filter.kind, FilterKind::Has | FilterKind::HasAll);
    // What is made for a list of things in one state isn't in the one that it was answered in.
    let is_moved = |filter: &&Filter<'_>| {
        subject.list.only_state.as_ref().is_some_and(|only| only.member == filter.member)
    };
    let filters = subject.list.filters.iter().filter(|filter| !is_moved(filter));
    let filters: Vec<_> = filters.filter(takes_one).filter(is_single).collect();
    let arrays = subject.list.filters.iter().filter(|filter| filter.kind == FilterKind::Has);
    let arrays = arrays.filter(|filter| !filter.several);
    let mut cases: Vec<Case> = arrays.filter_map(|filter| has(subject, filter)).collect();
    let of_several = subject.list.filters.iter().filter(|filter| filter.several);
    cases.extend(of_several.filter_map(|filter| has_several(subject, filter)));
    for filter in &filters {
        cases.extend(admitted(subject, filter));
        cases.extend(any_of(subject, filter));
        cases.extend(match filter.kind {
            FilterKind::Equal => kept_out(subject, filter),
            _ => BOUNDS
                .iter()
                .find_map(|bound| beyond(subject, filter, *bound))
                .or_else(|| apart(subject, filter)),
        });
    }
    // Each beside one other: of many, most pairs tell nothing new.
    for filter in &filters {
        let mut others =
            filters.iter().filter(|other| other.parameter.name != filter.parameter.name);
        cases.extend(others.find_map(|other| together(subject, other, filter)));
    }
    cases
}

/// With the value of something that was made: that is there, and nothing that has another value.
fn admitted(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let made = make_with(&mut draft, subject.planner, subject.list, &[])?;
    draft.answer_of(&made);
    let value = answered(&made, &filter.member);
    admits(subject, filter, &draft, &made)?;
    let name = &filter.parameter.name;
    let items = all_members(subject.list, WALK, &filter.member);
    let bound = || Operand::expression(value.clone());
    let kind = match filter.kind {
        FilterKind::Equal => RelationKind::Includes {
            got: Operand::Template(Template::array(vec![Template::Expression(value.clone())])),
            all: items,
        },
        FilterKind::AtMost => RelationKind::AtMost { items, bound: bound() },
        FilterKind::AtLeast => RelationKind::AtLeast { items, bound: bound() },
        // What is made lies at the bound, and so without.
        FilterKind::Below | FilterKind::Above | FilterKind::Has | FilterKind::HasAll => {
            return None;
        }
    };
    let level = if is_plain_text(subject, filter, &draft, &made) {
        promise::level(CODE).min(Level::Should)
    } else {
        promise::level(CODE)
    };
    let each = Relation::new(CODE, format!("`{name}` admits each item"), kind).at(level);
    let all = vec![each.clone(), found(subject, format!("what `{name}` admits is there"), &made)];
    let asked = [(filter.parameter, Text::expression(value))];
    // Few things name the same one: on pages of one item each it shows whether what leads on asks for the same.
    let is_led_on = leads(subject.list).is_some();
    let names_one = is_led_on && referred(&draft, &made, &filter.member).is_some();
    if names_one && make_with(&mut draft, subject.planner, subject.list, &[]).is_some() {
        subject.walk_sized(&mut draft, super::WALK, &asked, Size::Of(1))?;
        // Where what leads on forgets what was asked for, there may be no end of pages.
        draft.last_step()?.criteria.push(Criterion::Relation(each));
    } else {
        subject.walk(&mut draft, &asked)?;
    }
    subject.finish(draft, &Named { law: CODE, parameter: filter.parameter, detail: "" }, all)
}

/// With the second of the values that something has: that is there. With one that it hasn't, it isn't.
fn has(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Case> {
    let schema = *filter.value.first()?;
    let mut draft = Draft::new(subject.planner);
    let value = || {
        subject.planner.sampler.chosen(schema, Extent::Complete, Choice::default(), &Fixed::new())
    };
    let both = Sample::Array(vec![value()?, value()?]);
    let members = [(filter.member.as_str(), both)];
    let made = make_with(&mut draft, subject.planner, subject.list, &members)?;
    let other = make_with(&mut draft, subject.planner, subject.list, &members)?;
    draft.answer_of(&made);
    let place = |index: usize| answered(&made, &filter.member).at(&format!("/{index}"));
    let asked = [(filter.parameter, Text::expression(place(1)))];
    subject.walk(&mut draft, &asked)?;
    let differ = RelationKind::Differ {
        got: Operand::expression(place(1)),
        from: Operand::expression(place(0)),
    };
    let message = format!("two values of `{}` differ", filter.member);
    draft.last_step()?.premises.push(Relation::new(CODE, message, differ));
    let message =
        format!("what has the value of `{}` among others is there", filter.parameter.name);
    let all = vec![found(subject, message, &made), not_found(subject, filter, &other)];
    let named = Named { law: CODE, parameter: filter.parameter, detail: "second" };
    subject.finish_counted(draft, &named, &asked, all)
}

/// With two of the few values that arrays are of: what has both is there, and what has one of them only where one is enough.
fn has_several(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Case> {
    let is_of_all = match filter.kind {
        FilterKind::HasAll => true,
        FilterKind::Has => false,
        _ => return None,
    };
    let values = few(subject, filter)?;
    let [one, .., other] = values.as_slice() else { return None };
    let array = |all: &[&Value]| {
        Sample::Array(all.iter().map(|one| Sample::Value((*one).clone())).collect())
    };
    let mut draft = Draft::new(subject.planner);
    let mut make = |all: &[&Value]| {
        let members = [(filter.member.as_str(), array(all))];
        make_with(&mut draft, subject.planner, subject.list, &members)
    };
    let (both, single) = (make(&[one, other])?, make(&[one])?);
    let texts = [Text::literal(value_text(one)?), Text::literal(value_text(other)?)];
    walk_both(subject, &mut draft, filter, texts)?;
    let name = &filter.parameter.name;
    let all = vec![
        found(subject, format!("what has both values of `{name}` is there"), &both),
        match is_of_all {
            true => not_found(subject, filter, &single),
            false => found(subject, format!("what has one value of `{name}` is there"), &single),
        },
    ];
    let named = Named { law: CODE, parameter: filter.parameter, detail: "several" };
    subject.finish(draft, &named, all)
}

/// Whether a value is a text that others may contain: a filter may look for a part of a text.
fn is_plain_text(
    subject: &Subject<'_>,
    filter: &Filter<'_>,
    draft: &Draft<'_>,
    made: &str,
) -> bool {
    let is_text =
        matches!(sent(draft, made, &filter.member), Some(Template::Value(Value::String(_))));
    is_text && few(subject, filter).is_none()
}

/// With a value that something has not: it is not there.
fn kept_out(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let made = make_with(&mut draft, subject.planner, subject.list, &[])?;
    draft.answer_of(&made);
    admits(subject, filter, &draft, &made)?;
    let value = match another_of_few(subject, filter, &draft, &made) {
        Some(other) => other,
        None => {
            let other = make_unlike(subject, &mut draft, filter, &made, &[])?;
            Text::expression(answered(&other, &filter.member))
        }
    };
    let asked = [(filter.parameter, value.clone())];
    subject.walk(&mut draft, &asked)?;
    // Two things may be made alike, and what the server makes may be the very value.
    let own = answered(&made, &filter.member);
    let theirs = match value.expressions().next() {
        Some(theirs) => Operand::expression(theirs.clone()),
        None => Operand::Template(Template::Text(value.clone())),
    };
    draft.last_step()?.premises.push(differ(filter, theirs, own));
    let all = vec![not_found(subject, filter, &made)];
    let named = Named { law: CODE, parameter: filter.parameter, detail: "other" };
    subject.finish_counted(draft, &named, &asked, all)
}

/// With the values of two things, where several may be asked for: both are there.
fn any_of(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Case> {
    if !filter.several {
        return None;
    }
    let mut draft = Draft::new(subject.planner);
    let (made, other, texts) = match way(subject, filter)? {
        Way::Values(values) => {
            let Sample::Value(second) = &values.beyond else { return None };
            let second = Text::literal(value_text(second)?);
            let mut made = |value: Sample| {
                let members = [(filter.member.as_str(), value)];
                make_with(&mut draft, subject.planner, subject.list, &members)
            };
            (made(values.within)?, made(values.beyond.clone())?, [values.asked, second])
        }
        Way::AsMade => {
            let made = make_with(&mut draft, subject.planner, subject.list, &[])?;
            draft.answer_of(&made);
            admits(subject, filter, &draft, &made)?;
            let other = make_another(subject, &mut draft, filter, &made, &[])?;
            let text = |step: &str| Text::expression(answered(step, &filter.member));
            let texts = [text(&made), text(&other)];
            (made, other, texts)
        }
    };
    walk_both(subject, &mut draft, filter, texts)?;
    let name = &filter.parameter.name;
    let all = [&made, &other].map(|made| {
        found(subject, format!("what has one of several values of `{name}` is there"), made)
    });
    let named = Named { law: CODE, parameter: filter.parameter, detail: "several" };
    subject.finish(draft, &named, all.into())
}

/// With a bound that something is beyond: it is not there, but what lies just within is.
fn beyond(subject: &Subject<'_>, filter: &Filter<'_>, bound: (i64, i64)) -> Option<Case> {
    let Values { asked, within, beyond } = bounded(subject, filter, bound)?;
    let mut draft = Draft::new(subject.planner);
    let made = |draft: &mut Draft<'_>, number: Sample| {
        let members = [(filter.member.as_str(), number)];
        make_with(draft, subject.planner, subject.list, &members)
    };
    let (within, beyond) = (made(&mut draft, within)?, made(&mut draft, beyond)?);
    let asked = [(filter.parameter, asked)];
    subject.walk(&mut draft, &asked)?;
    let name = &filter.parameter.name;
    let all = vec![
        found(subject, format!("what lies within `{name}` is there"), &within),
        not_found(subject, filter, &beyond),
    ];
    let named = Named { law: CODE, parameter: filter.parameter, detail: "beyond" };
    subject.finish_counted(draft, &named, &asked, all)
}

/// With the moment of one of two things, made hours apart: the other one is beyond, and it is there itself unless the bound
/// says otherwise.
fn apart(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Case> {
    (format_of(subject, filter)? == "date-time").then_some(())?;
    let mut draft = Draft::new(subject.planner);
    let mut made = || {
        let made = make_with(&mut draft, subject.planner, subject.list, &[])?;
        draft.answer_of(&made);
        Some(made)
    };
    let (earlier, later) = (made()?, made()?);
    let (edge, beyond) = match filter.kind {
        FilterKind::AtLeast | FilterKind::Above => (&later, &earlier),
        FilterKind::AtMost | FilterKind::Below => (&earlier, &later),
        FilterKind::Equal | FilterKind::Has | FilterKind::HasAll => return None,
    };
    let value = |step: &str| answered(step, &filter.member);
    let asked = [(filter.parameter, Text::expression(value(edge)))];
    subject.walk(&mut draft, &asked)?;
    let in_order = RelationKind::AtLeast {
        items: Operand::Template(Template::array(vec![Template::Expression(value(&later))])),
        bound: Operand::expression(value(&earlier)),
    };
    let in_order = Relation::new(CODE, "one lies behind the other".to_owned(), in_order);
    let premises = [in_order, differ(filter, Operand::expression(value(&later)), value(&earlier))];
    draft.last_step()?.premises.extend(premises);
    let at_the_edge = match filter.kind {
        FilterKind::AtLeast | FilterKind::AtMost => {
            let message = format!("what lies at the bound of `{}` is there", filter.parameter.name);
            found(subject, message, edge)
        }
        _ => not_found(subject, filter, edge),
    };
    let all = vec![at_the_edge, not_found(subject, filter, beyond)];
    let named = Named { law: CODE, parameter: filter.parameter, detail: "apart" };
    subject.finish_counted(draft, &named, &asked, all)
}

/// How the values of a filter are written.
fn format_of<'s>(subject: &Subject<'s>, filter: &Filter<'_>) -> Option<&'s str> {
    Merged::of(subject.planner.contract, &filter.value, Choice::default()).format()
}

/// Beside another filter that admits two things, one keeps out the thing that it doesn't admit.
fn together(subject: &Subject<'_>, beside: &Filter<'_>, filter: &Filter<'_>) -> Option<Case> {
    let mut draft = Draft::new(subject.planner);
    let (shared, apart) = (way(subject, beside), way(subject, filter)?);
    let mut own = Vec::new();
    let mut others = Vec::new();
    if let Some(Way::Values(values)) = &shared {
        own.push((beside.member.as_str(), values.within.clone()));
        others.push((beside.member.as_str(), values.within.clone()));
    }
    if let Way::Values(values) = &apart {
        own.push((filter.member.as_str(), values.within.clone()));
        others.push((filter.member.as_str(), values.beyond.clone()));
    }
    let made = make_with(&mut draft, subject.planner, subject.list, &own)?;
    draft.answer_of(&made);
    let asked_beside = match shared? {
        Way::Values(values) => values.asked,
        // Only what both name is the same for both.
        Way::AsMade => {
            referred(&draft, &made, &beside.member)?;
            Text::expression(answered(&made, &beside.member))
        }
    };
    let (other, asked) = match apart {
        Way::Values(values) => {
            let other = make_with(&mut draft, subject.planner, subject.list, &others)?;
            draft.answer_of(&other);
            (other, values.asked)
        }
        Way::AsMade => {
            admits(subject, filter, &draft, &made)?;
            let other = make_unlike(subject, &mut draft, filter, &made, &others)?;
            (other, Text::expression(answered(&made, &filter.member)))
        }
    };
    let query = [(beside.parameter, asked_beside), (filter.parameter, asked)];
    subject.walk(&mut draft, &query)?;
    let value = |step: &str, filter: &Filter<'_>| answered(step, &filter.member);
    let same = RelationKind::Equal {
        got: Operand::expression(value(&other, beside)),
        expected: Operand::expression(value(&made, beside)),
    };
    let same = Relation::new(CODE, format!("two things agree in `{}`", beside.member), same);
    let premises =
        [differ(filter, Operand::expression(value(&other, filter)), value(&made, filter)), same];
    draft.last_step()?.premises.extend(premises);
    let name = format!("`{}` and `{}`", beside.parameter.name, filter.parameter.name);
    let all = vec![
        found(subject, format!("what {name} admit is there"), &made),
        not_found(subject, filter, &other),
    ];
    let detail = format!("beside.{}", beside.parameter.name);
    let named = Named { law: CODE, parameter: filter.parameter, detail: &detail };
    subject.finish_counted(draft, &named, &query, all)
}

/// How two things are made of which a filter admits only one.
enum Way {
    /// By values that they are made with, and what is asked for.
    Values(Box<Values>),
    /// They differ as they are made: by fresh values, or by what they name.
    AsMade,
}

fn way(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Way> {
    if filter.kind != FilterKind::Equal {
        let fits = |number: &Sample| {
            let mut draft = Draft::new(subject.planner);
            let members = [(filter.member.as_str(), number.clone())];
            make_with(&mut draft, subject.planner, subject.list, &members).is_some()
        };
        let mut all = BOUNDS.iter().filter_map(|bound| bounded(subject, filter, *bound));
        let values = all.find(|one| fits(&one.within) && fits(&one.beyond))?;
        return Some(Way::Values(values.into()));
    }
    let Some(values) = few(subject, filter) else { return Some(Way::AsMade) };
    let [within, beyond, ..] = values.as_slice() else { return None };
    let asked = Text::literal(value_text(within)?);
    let (within, beyond) = (Sample::Value(within.clone()), Sample::Value(beyond.clone()));
    Some(Way::Values(Values { asked, within, beyond }.into()))
}

/// What is asked for, a value that it admits, and one that it doesn't.
struct Values {
    asked: Text,
    within: Sample,
    beyond: Sample,
}

fn bounded(
    subject: &Subject<'_>,
    filter: &Filter<'_>,
    (bound, step): (i64, i64),
) -> Option<Values> {
    let value = |number: i64| match format_of(subject, filter) {
        Some("date") => subject.planner.day(subject.list.maker, &filter.member, number),
        Some("date-time") => None,
        _ => Some(Value::from(number)),
    };
    let asked = value(bound).filter(|bound| takes(subject, filter, bound))?;
    let (within, beyond) = match filter.kind {
        FilterKind::Equal | FilterKind::Has | FilterKind::HasAll => return None,
        FilterKind::AtMost => (bound, bound + step),
        FilterKind::AtLeast => (bound, bound - step),
        FilterKind::Below => (bound - step, bound),
        FilterKind::Above => (bound + step, bound),
    };
    Some(Values {
        asked: Text::literal(value_text(&asked)?),
        within: Sample::Value(value(within)?),
        beyond: Sample::Value(value(beyond)?),
    })
}

/// The few values that a parameter may have.
fn few(subject: &Subject<'_>, filter: &Filter<'_>) -> Option<Vec<Value>> {
    let merged = Merged::of(subject.planner.contract, &filter.value, Choice::default());
    let values = merged.enumeration()?.into_iter().filter(|value| !value.is_null());
    Some(values.cloned().collect())
}

/// Another one of the few values that a parameter may have.
fn another_of_few(
    subject: &Subject<'_>,
    filter: &Filter<'_>,
    draft: &Draft<'_>,
    made: &str,
) -> Option<Text> {
    let few = few(subject, filter)?;
    let other = match sent(draft, made, &filter.member) {
        Some(Template::Value(own)) => few.into_iter().find(|value| *value != own)?,
        Some(_) => return None,
        // What is new is likelier to be the first of all values than the last one.
        None => few.into_iter().next_back()?,
    };
    Some(Text::literal(value_text(&other)?))
}

/// Makes another thing, which names something else where the member names what was made for the first one: what a list shows
/// next, or what is made anew, also where the thing lies in it and shows that by itself.
fn make_another(
    subject: &Subject<'_>,
    draft: &mut Draft<'_>,
    filter: &Filter<'_>,
    made: &str,
    members: &[(&str, Sample)],
) -> Option<String> {
    let named = referred(draft, made, &filter.member);
    if let Some(named) = &named {
        // What the list itself lies in is the same for both.
        if lies_in(draft, made, named)? {
            return None;
        }
        draft.let_go(named);
    } else if let Some(around) = shown_around(subject, draft, made, &filter.member) {
        draft.let_go_with_all_of(&around);
    }
    let other = make_with(draft, subject.planner, subject.list, members)?;
    draft.answer_of(&other);
    if let Some(own) = sent(draft, &other, &filter.member)
        && let Some(second) = second_of(draft, subject.planner, &own)
    {
        let request = &mut draft.last_step()?.request;
        *request = request.clone().with_member(&filter.member, Template::Expression(second))?;
        return Some(other);
    }
    let is_same = named.is_some() && referred(draft, &other, &filter.member) == named;
    (!is_same).then_some(other)
}

/// The same, made by somebody else where the member tells who made a thing.
fn make_unlike(
    subject: &Subject<'_>,
    draft: &mut Draft<'_>,
    filter: &Filter<'_>,
    made: &str,
    members: &[(&str, Sample)],
) -> Option<String> {
    let member = &filter.member;
    let is_told = tells_maker(member)
        && sent(draft, made, member).is_none()
        && shown_around(subject, draft, made, member).is_none();
    let other = make_another(subject, draft, filter, made, members)?;
    if is_told {
        let (maker, by) = (subject.list.maker, &draft.step(made)?.request.credentials);
        let name = subject.planner.somebody_else(maker, by)?.to_owned();
        draft.last_step()?.request.credentials = Credentials::As(name.clone());
        draft.let_take_part(&name, maker, false);
    }
    Some(other)
}

/// The step that made what a thing is made in, where a member of the thing is called like the parameter that names that; none
/// where the list lies in something, too: it has what lies in that alone.
fn shown_around(
    subject: &Subject<'_>,
    draft: &Draft<'_>,
    made: &str,
    member: &str,
) -> Option<String> {
    let is_everybodys = subject.operation.path.parameters().next().is_none();
    let request = is_everybodys.then(|| draft.step(made))?.map(|step| &step.request)?;
    let (_, text) = request.path_parameters.iter().find(|(name, _)| fold(name) == fold(member))?;
    text.expressions().find_map(Expression::step).map(str::to_owned)
}

/// The step that made what a member names.
fn referred(draft: &Draft<'_>, made: &str, member: &str) -> Option<String> {
    match sent(draft, made, member)? {
        Template::Expression(Expression::Output { step, .. }) => Some(step),
        _ => None,
    }
}

/// Whether a thing is made within what another step has made, as its path says.
fn lies_in(draft: &Draft<'_>, made: &str, around: &str) -> Option<bool> {
    let request = &draft.step(made)?.request;
    let is_it = |one: &Expression| one.step() == Some(around);
    Some(request.path_parameters.values().flat_map(|text| text.expressions()).any(is_it))
}

/// Whether the parameter takes what the thing is made with, as far as that is known.
fn admits(subject: &Subject<'_>, filter: &Filter<'_>, draft: &Draft<'_>, made: &str) -> Option<()> {
    match sent(draft, made, &filter.member) {
        Some(Template::Value(value)) => takes(subject, filter, &value).then_some(()),
        // Of what the server makes, and of what is fresh, only a list of values could say otherwise.
        _ => few(subject, filter).is_none_or(|few| has_few(subject, filter, &few)).then_some(()),
    }
}

/// Whether the member of an item is one of the values that the parameter may have.
fn has_few(subject: &Subject<'_>, filter: &Filter<'_>, few: &[Value]) -> bool {
    let member = subject.member(&filter.member);
    let own = member.as_ref().and_then(Merged::enumeration);
    own.is_some_and(|own| own.into_iter().all(|value| few.contains(value)))
}

/// Whether a value is one that the parameter may have, or one of several.
fn takes(subject: &Subject<'_>, filter: &Filter<'_>, value: &Value) -> bool {
    filter.value.iter().all(|id| subject.planner.sampler.admits_value(*id, value))
}

fn found(subject: &Subject<'_>, message: String, made: &str) -> Relation {
    Relation::new(CODE, message, subject.has(super::WALK, made))
}

fn not_found(subject: &Subject<'_>, filter: &Filter<'_>, made: &str) -> Relation {
    let message = format!("what `{}` doesn't admit is not there", filter.parameter.name);
    Relation::new(CODE, message, subject.lacks(super::WALK, made))
}

fn differ(filter: &Filter<'_>, got: Operand, from: Expression) -> Relation {
    let kind = RelationKind::Differ { got, from: Operand::expression(from) };
    Relation::new(CODE, format!("two things differ in `{}`", filter.member), kind)
}
