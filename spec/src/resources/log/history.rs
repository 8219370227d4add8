//! The states that a thing has been in, as a member of the thing.

use super::super::Resources;
use super::super::prose::{has, order_of_creation};
use super::Log;
use super::entry::{MOMENTS, actor, members};
use crate::Direction;
use crate::model::{JsonType, Operation};
use crate::names::fold;
use crate::outline::Outline;

/// The history that a thing shows with itself.
pub(super) fn of<'a>(resources: &Resources<'a>, reader: &'a Operation) -> Option<Log<'a>> {
    reader.path.item_parameter()?;
    let lives = resources.lifecycles(reader);
    let life = lives.iter().find(|life| life.shown_by.id == reader.id)?;
    let thing = Outline::of(resources.contract, &[reader.answer_schema()?]);
    thing.required(Direction::Response).find_map(|name| {
        let member = thing.member(name).filter(|member| member.is(JsonType::Array))?;
        let (_, item) = member.list(None)?;
        let entry = Outline::of(resources.contract, &item);
        let required: Vec<&str> = entry.required(Direction::Response).collect();
        let at = required.iter().find(|name| MOMENTS.contains(&fold(name).as_str()))?;
        let is_state = |name: &&&str| {
            let is_called =
                fold(name) == fold(&life.member) || matches!(**name, "to" | "state" | "status");
            is_called
                && entry.member(name).is_some_and(|one| has_states(&one.texts(), &life.states))
        };
        let state = required.iter().find(is_state)?;
        let said = thing.description(&[name.to_owned()]).unwrap_or_default();
        Some(Log {
            reader,
            entries: Some(name.to_owned()),
            action: (*state).to_owned(),
            at: (*at).to_owned(),
            actor: actor(&required),
            members: members(&entry, &required),
            by_id: None,
            by_kind: None,
            newest_first: order_of_creation(said),
            is_told: says_all(said),
            has_one_each: says_all(said),
            of_one: Some(reader.path.shape()),
            is_history: true,
            has_several: false,
            actions: life.states.clone(),
            unlogged: Vec::new(),
        })
    })
}

fn has_states(texts: &[String], states: &[String]) -> bool {
    texts.len() > 2 && states.iter().all(|state| texts.contains(state))
}

/// "Every status that the order had", "The stages that it has gone through", "the transitions so far".
fn says_all(said: &str) -> bool {
    has(said, &["every ", "each ", "all ", "so far", "gone through", "has been in", "has had"])
}
