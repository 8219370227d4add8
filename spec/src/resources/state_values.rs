//! What a body may name in which state of the thing that it is about, as a table says:
//!
//! | the lease is | kinds that can be charged |
//! | --- | --- |
//! | `active` | `rent`, `repair` |
//! | `ended` | `repair` |

use super::Resources;
use super::prose::quoted;
use super::table::tables;
use crate::model::Operation;
use crate::only::only;
use crate::outline::Outline;

/// The values of a member of a body with which an operation is refused (409) in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateValues {
    /// An operation whose path names the thing last.
    pub about: String,
    /// The state.
    pub state: String,
    /// The member of the body.
    pub member: String,
    /// The values that aren't taken.
    pub refused: Vec<String>,
}

/// Those of an operation; none of states in which nothing at all is taken.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<StateValues> {
    let (Some(said), Some(schema)) = (operation.told.as_deref(), operation.body_schema()) else {
        return Vec::new();
    };
    if !operation.documents(409) {
        return Vec::new();
    }
    let body = Outline::of(resources.contract, &[schema]);
    let tables = tables(said);
    let lives = resources.lifecycles(operation);
    let all = lives.iter().flat_map(|life| {
        tables.iter().filter_map(|table| Some((table.column_of(&life.states)?, table))).flat_map(
            |((at, states), table)| {
                let rows = table.rows.iter().zip(states).filter_map(|(row, state)| {
                    let cells = row.iter().enumerate().filter(|(cell, _)| *cell != at);
                    let named: Vec<&str> = cells.flat_map(|(_, cell)| quoted(cell)).collect();
                    // States beside states are moves from one to another.
                    let is_state = |one: &&str| life.states.iter().any(|state| state == one);
                    (!named.iter().all(is_state)).then_some(())?;
                    let (member, refused) = others(&body, &named)?;
                    let (about, state) = (life.about.id.clone(), state.clone());
                    Some(StateValues { about, state, member, refused })
                });
                rows.collect::<Vec<_>>()
            },
        )
    });
    all.collect()
}

/// The one member of a body that all of these are values of, with its other values.
fn others(body: &Outline<'_>, named: &[&str]) -> Option<(String, Vec<String>)> {
    named.first()?;
    let members = body.members().into_keys().filter_map(|name| {
        let mut values = body.member(name)?.texts();
        let is_one = |one: &&str| values.iter().any(|value| value == *one);
        named.iter().all(is_one).then(|| {
            values.retain(|value| !named.contains(&value.as_str()));
            (name.to_owned(), values)
        })
    });
    only(members).filter(|(_, others)| !others.is_empty())
}
