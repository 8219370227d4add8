//! Bodies that name what is to be done, where a table tells from where that leads to where:
//!
//! | action | from | to |
//! | --- | --- | --- |
//! | `start` | `new`, `waiting` | `running` |
//! | `stop` | `running` | `done` |

use super::super::table::{Table, tables};
use super::transitions::mentioned;
use crate::only::only;
use crate::outline::Outline;

/// What is done, from which states it is, and to which one it leads.
pub(super) type Act = (String, Vec<String>, String);

/// The member of a body that names what is to be done, with all that a text tells of it.
pub(super) fn acts<'b>(
    body: &'b Outline<'_>,
    text: &str,
    states: &[String],
) -> Option<(&'b str, Vec<Act>)> {
    let tables = tables(text);
    let mut members = body.members().into_keys();
    members.find_map(|by| {
        let values = body.member(by)?.texts();
        tables.iter().find_map(|table| of_table(table, &values, states)).map(|acts| (by, acts))
    })
}

fn of_table(table: &Table<'_>, values: &[String], states: &[String]) -> Option<Vec<Act>> {
    const FROM: [&str; 6] =
        ["from", "from status", "from state", "allowed in", "possible in", "while"];
    const TO: [&str; 7] =
        ["to", "to status", "to state", "becomes", "leads to", "new status", "result"];
    let (from, to) = (table.column(&FROM)?, table.column(&TO)?);
    let (_, done) = table.column_of(values)?;
    let named = |cell: &str| -> Vec<String> {
        mentioned(cell, states).into_iter().map(|(_, state)| state.clone()).collect()
    };
    let acts = table.rows.iter().zip(done).filter_map(|(row, act)| {
        let to = only(named(row.get(to)?))?;
        let from = named(row.get(from)?);
        (!from.is_empty()).then(|| (act.clone(), from, to))
    });
    let acts: Vec<Act> = acts.collect();
    (!acts.is_empty()).then_some(acts)
}
