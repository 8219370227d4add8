//! The other things that an operation may do something to: how they are called, and where they show.

use serde_json::Value;

use super::super::lifecycle::{Lifecycle, Sign, words_of_state};
use super::super::unfit::nouns;
use super::super::{Resources, is_creation, shapes_around};
use super::{Brought, Consequence, ShownBy, Trigger};
use crate::Direction;
use crate::model::{JsonType, Method, Operation};
use crate::names::{fold, singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// All things that an operation may do something to, beside that which it is about.
pub(super) struct Things<'r, 'a> {
    resources: &'r Resources<'a>,
    pub(super) all: Vec<Thing<'a>>,
    /// What everything is called.
    called: Vec<String>,
}

/// A thing.
pub(super) struct Thing<'a> {
    shown: ShownBy<'a>,
    called: Vec<String>,
    pub(super) states: Option<States>,
}

/// The states of a thing.
pub(super) struct States {
    pub(super) member: String,
    pub(super) all: Vec<String>,
    /// Those that something leads on from, as far as that is known.
    pub(super) going_on: Vec<String>,
    /// What the member is in each, as far as that is one value.
    values: Vec<Option<Value>>,
}

impl States {
    fn of(life: &Lifecycle<'_>) -> Self {
        let goes_on = |state: &&String| life.moves.iter().any(|one| one.from.contains(*state));
        let value = |state: &String| match life.sign(state) {
            Sign::Is(value) => Some(value),
            Sign::Set | Sign::Unset => None,
        };
        Self {
            member: life.member.clone(),
            all: life.states.clone(),
            going_on: life.states.iter().filter(goes_on).cloned().collect(),
            values: life.states.iter().map(value).collect(),
        }
    }

    /// Those of what shows in something else, of which nothing tells what leads where.
    fn spoken(thing: &Outline<'_>) -> Option<Self> {
        let (member, all) = words_of_state(thing)?;
        let values = all.iter().map(|state| Some(state.as_str().into())).collect();
        Some(Self { member, all, going_on: Vec::new(), values })
    }

    /// What the member is in a state.
    pub(super) fn value(&self, state: &str) -> Option<Value> {
        let place = self.all.iter().position(|one| one == state)?;
        self.values.get(place)?.clone()
    }
}

impl<'r, 'a> Things<'r, 'a> {
    pub(super) fn of(resources: &'r Resources<'a>, operation: &Operation) -> Self {
        let operations = || resources.contract.operations.iter();
        let items = operations().filter_map(|reader| item(resources, operation, reader));
        let mut all: Vec<Thing<'a>> = items.collect();
        // What nothing shows by itself may show in a list, or in what it was made within.
        let listed = operations().filter_map(|list| listed(resources, list));
        all.extend(listed);
        all.extend(members(resources, operation));
        let called = operations().filter_map(|one| one.path.last_literal());
        Self { resources, all, called: called.flat_map(nouns).collect() }
    }

    /// Whether anything is called so.
    pub(super) fn knows(&self, word: &str) -> bool {
        singulars(word).iter().any(|one| self.called.contains(one))
    }

    /// What shows of a thing.
    pub(super) fn outline(&self, thing: &Thing<'a>) -> Option<Outline<'a>> {
        outline(self.resources, thing.shown)
    }

    /// Whether a thing always shows a whole number of this name.
    pub(super) fn has_number(&self, thing: &Thing<'a>, member: &str) -> bool {
        // Of what shows in something else, it isn't known which of several is meant.
        let ShownBy::Item(_) = thing.shown else { return false };
        let Some(answer) = self.outline(thing) else { return false };
        let is_shown = answer.required(Direction::Response).any(|name| name == member);
        is_shown && answer.member(member).is_some_and(|one| one.is(JsonType::Integer))
    }
}

impl<'a> Thing<'a> {
    /// Whether it is called so, in the singular or the plural.
    pub(super) fn is_called(&self, word: &str) -> bool {
        singulars(word).iter().any(|one| self.called.contains(one))
    }

    /// Whether it is called so in the singular.
    pub(super) fn is_one(&self, word: &str) -> bool {
        let is_other = |one: &String| one != word && self.called.contains(one);
        self.called.iter().any(|called| called == word) && !singulars(word).iter().any(is_other)
    }

    /// Whether a subject is this thing: the last noun before it says more of it.
    pub(super) fn is_subject(&self, subject: &str) -> bool {
        let subject = subject.to_lowercase();
        let ends = [" that ", " which ", " who ", " of ", " in "];
        let end = ends.iter().filter_map(|end| subject.find(end)).min();
        let head = words(subject.get(..end.unwrap_or(subject.len())).unwrap_or_default());
        let Some((last, before)) = head.split_last() else { return false };
        let is_pair = |one: &String| {
            before.last().is_some_and(|before| self.called.contains(&format!("{before} {one}")))
        };
        singulars(last).iter().any(|one| self.called.contains(one) || is_pair(one))
    }

    /// What becomes of it, whenever that is.
    pub(super) fn brought(
        &self,
        from: Vec<String>,
        change: Consequence,
        with: Option<(String, Value)>,
    ) -> Brought<'a> {
        Brought { shown: self.shown, on: Trigger::Always, from, change, with }
    }
}

fn outline<'a>(resources: &Resources<'a>, shown: ShownBy<'a>) -> Option<Outline<'a>> {
    let contract = resources.contract;
    let answer = |one: &Operation| Some(Outline::of(contract, &[one.answer_schema()?]));
    match shown {
        ShownBy::Item(reader) => answer(reader),
        ShownBy::List(list) => Some(Outline::of(contract, &resources.list(list)?.item)),
        ShownBy::Member { reader, name, .. } => answer(reader)?.member(name),
    }
}

/// What a GET shows by itself.
fn item<'a>(
    resources: &Resources<'a>,
    operation: &Operation,
    reader: &'a Operation,
) -> Option<Thing<'a>> {
    // What the operation is about, other laws are of.
    let is_own = operation.path.shape() == reader.path.shape();
    let is_item = reader.method == Method::Get && reader.path.item_parameter().is_some();
    (is_item && !is_own).then_some(())?;
    let life = resources.lifecycle(reader).filter(|life| life.reader().is_some());
    // What it moves itself, it is about.
    let is_moved = life.is_some_and(|life| life.moves_of(operation).next().is_some());
    let called = nouns(reader.path.last_literal()?);
    let states = life.map(States::of);
    (!is_moved).then_some(Thing { shown: ShownBy::Item(reader), called, states })
}

/// What only a list shows.
fn listed<'a>(resources: &Resources<'a>, operation: &'a Operation) -> Option<Thing<'a>> {
    let is_list = operation.method == Method::Get && operation.path.item_parameter().is_none();
    let list = is_list.then(|| resources.list(operation)).flatten()?;
    // What shows some states alone may show it no more.
    let has_id = !list.id.is_empty() && list.is_whole && list.only_state.is_none();
    (has_id && resources.shown_by(list.maker).next().is_none()).then_some(())?;
    let states = States::spoken(&Outline::of(resources.contract, &list.item))?;
    let called = nouns(operation.path.last_literal()?);
    Some(Thing { shown: ShownBy::List(operation), called, states: Some(states) })
}

/// What only shows as a member of what an operation is about.
fn members<'a>(resources: &Resources<'a>, operation: &Operation) -> Vec<Thing<'a>> {
    let around = shapes_around(operation);
    let mut readers = around.filter_map(|thing| resources.at(&thing, Method::Get));
    let reader = readers.find(|one| one.path.item_parameter().is_some());
    let answer = reader.and_then(|reader| outline(resources, ShownBy::Item(reader)));
    let Some((reader, answer)) = reader.zip(answer) else { return Vec::new() };
    let things = answer.members().into_keys().filter_map(|name| {
        let states = States::spoken(&answer.member(name)?)?;
        let within = reader.path.shape();
        let is_maker = |one: &&Operation| {
            let parts =
                one.path.shape().strip_prefix(&within).is_some_and(|it| it.starts_with('/'));
            let called = one.path.last_segment().map(singulars).unwrap_or_default();
            parts && is_creation(one) && called.contains(&fold(name))
        };
        let maker = only(resources.contract.operations.iter().filter(is_maker))?;
        resources.shown_by(maker).next().is_none().then_some(())?;
        let shown = ShownBy::Member { reader, name, maker };
        Some(Thing { shown, called: vec![words(name).join(" ")], states: Some(states) })
    });
    things.collect()
}
