//! A filter by a state follows a thing that is moved: it is found by the state that it is in, and no longer by the one that it
//! was made in.

use serde_json::Value;
use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::{Filter, FilterKind, Lifecycle};

use super::super::listed::{WALK, life_of, make_with};
use super::both::walk_both;
use super::{Named, Subject};
use crate::case::{Case, Operand, Relation, RelationKind, Text};
use crate::expression::Expression;
use crate::plan::draft::{ANSWER, Draft};

const CODE: &str = "filter-is-kept";
/// The step that looks at what was moved.
const LOOK: &str = "look";

pub(super) fn cases(subject: &Subject<'_>, filter: &Filter<'_>) -> Vec<Case> {
    let left_out = left_out(subject, filter);
    let Some(moved) = moved(subject, filter) else { return left_out.into_iter().collect() };
    let cases =
        [moved.case(&moved.to, true), moved.case(&moved.from, false), moved.either(), left_out];
    cases.into_iter().flatten().collect()
}

/// What is brought into a state that the list is said to leave out isn't there, where it isn't asked for.
fn left_out<'s>(subject: &'s Subject<'s>, filter: &Filter<'_>) -> Option<Case> {
    let planner = subject.planner;
    let (reader, life) = life_of(planner, subject.list, &filter.member)?;
    let is_left_out = |state: &&String| {
        planner.resources.says_left_out(subject.operation, state)
            && life.way_to(state).is_some_and(|way| !way.is_empty())
    };
    let state = life.states.iter().find(is_left_out)?;
    let mut draft = Draft::new(planner);
    let made = make_with(&mut draft, planner, subject.list, &[])?;
    let path = draft.path_of(reader, &made)?;
    draft.bring((reader, &path), life, state)?;
    subject.walk(&mut draft, &[])?;
    let message = format!("what is `{state}` is left out");
    let gone = Relation::new(CODE, message, subject.lacks(WALK, &made));
    let named = Named { law: CODE, parameter: filter.parameter, detail: "left-out" };
    subject.finish(draft, &named, vec![gone])
}

/// A thing that is made, and brought from one state to another; a filter takes both.
struct Moved<'s> {
    subject: &'s Subject<'s>,
    filter: &'s Filter<'s>,
    reader: &'s Operation,
    life: &'s Lifecycle<'s>,
    from: String,
    to: String,
}

fn moved<'s>(subject: &'s Subject<'s>, filter: &'s Filter<'s>) -> Option<Moved<'s>> {
    let planner = subject.planner;
    let is_plain = filter.kind == FilterKind::Equal && !filter.value.is_empty();
    is_plain.then_some(())?;
    let takes = |state: &str| {
        let value = Value::from(state);
        filter.value.iter().all(|schema| planner.sampler.admits_value(*schema, &value))
    };
    let (reader, life) = life_of(planner, subject.list, &filter.member)?;
    let from = life.initial.clone().filter(|state| takes(state))?;
    // What needs parts to be moved would have them made for another thing.
    let is_plain = |state: &&String| {
        let way = life.way_to(state).unwrap_or_default();
        let needs = |operation: &Operation| !planner.resources.needed_parts(operation).is_empty();
        !way.is_empty() && !way.iter().any(|one| needs(one.operation))
    };
    // What is made for a list of things in one state alone is in that.
    let only = subject.list.only_state.as_ref().map(|only| &only.state);
    let reached = life.states.iter().filter(|state| only.is_none_or(|only| only == *state));
    let reached = reached.filter(|state| takes(state)).filter(is_plain);
    let to = reached.min_by_key(|state| life.way_to(state).map_or(usize::MAX, |way| way.len()))?;
    Some(Moved { subject, filter, reader, life, from, to: to.clone() })
}

impl Moved<'_> {
    /// The thing, moved and looked at.
    fn begun(&self) -> Option<(Draft<'_>, String)> {
        let Self { subject, reader, life, .. } = self;
        let planner = subject.planner;
        let mut draft = Draft::new(planner);
        let made = make_with(&mut draft, planner, subject.list, &[])?;
        let path = draft.path_of(reader, &made)?;
        draft.bring((reader, &path), life, &self.to)?;
        if life.reader().is_some() {
            let look = draft.bare_request(reader, &path).ok()?;
            draft.push(reader, LOOK, look, planner.succeeds(reader));
        } else {
            // What nothing shows by itself, the answer to its last move shows.
            let last = planner.operation(&draft.last_step()?.operation_id).ok()?;
            (last.answer_schema() == life.shown_by.answer_schema()).then_some(())?;
            draft.last_step()?.id = LOOK.to_owned();
        }
        draft.answer_of(LOOK);
        Some((draft, made))
    }

    /// That the thing was moved.
    fn was_moved(&self) -> Relation {
        let (step, name) = (LOOK.to_owned(), ANSWER.to_owned());
        let pointer = format!("/{}", escape(&self.life.member));
        let shown = Expression::Output { step, name, pointer };
        let kind = RelationKind::Equal {
            got: Operand::expression(shown),
            expected: Operand::constant(self.to.as_str()),
        };
        Relation::new(CODE, format!("what was moved is `{}`", self.to), kind)
    }

    /// Asks for either of two states, where several may be asked for: what is in the one is there, and what is in the other.
    fn either(&self) -> Option<Case> {
        let Self { subject, filter, .. } = self;
        filter.several.then_some(())?;
        let (mut draft, moved) = self.begun()?;
        let other = make_with(&mut draft, subject.planner, subject.list, &[])?;
        let asked = [&self.to, &self.from].map(|state| Text::literal(state.as_str()));
        walk_both(subject, &mut draft, filter, asked)?;
        draft.last_step()?.premises.push(self.was_moved());
        let name = &filter.parameter.name;
        let all = [&moved, &other].map(|made| {
            let message = format!("what is in one of several states is found by `{name}`");
            Relation::new(CODE, message, subject.has(WALK, made))
        });
        let named = Named { law: CODE, parameter: filter.parameter, detail: "either" };
        subject.finish(draft, &named, all.into())
    }

    /// Asks for a state, by which the thing is found or isn't.
    fn case(&self, asked: &str, is_found: bool) -> Option<Case> {
        let Self { subject, filter, .. } = self;
        let (mut draft, made) = self.begun()?;
        subject.walk(&mut draft, &[(filter.parameter, Text::literal(asked))])?;
        draft.last_step()?.premises.push(self.was_moved());
        let name = &filter.parameter.name;
        let (message, kind, detail) = match is_found {
            true => {
                let message = format!("what is `{asked}` by now is found by `{name}`");
                (message, subject.has(WALK, &made), "moved")
            }
            false => {
                let message = format!("what is `{asked}` no longer isn't found by `{name}`");
                (message, subject.lacks(WALK, &made), "moved-on")
            }
        };
        let named = Named { law: CODE, parameter: filter.parameter, detail };
        subject.finish(draft, &named, vec![Relation::new(CODE, message, kind)])
    }
}
