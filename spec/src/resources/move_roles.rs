//! By whom each of several moves of a thing may be asked for: "* `packed`: from `paid`, by warehouse staff and admins", or the column
//! `who` of a table of moves.

use super::passage::passages;
use super::table::tables;
use crate::model::Operation;
use crate::names::words;

/// Who may ask for one move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveRoles {
    /// The state that it leads to, or the value by which a body asks for it.
    pub value: String,
    /// What each of those who may are called, in words: `[["warehouse", "staff"], ["admins"]]`.
    pub who: Vec<Vec<String>>,
}

/// Those of an operation.
pub(super) fn of(operation: &Operation) -> Vec<MoveRoles> {
    let said = operation.told.as_deref().unwrap_or_default();
    let mut all = tabled(said);
    all.extend(listed(said));
    all
}

fn listed(said: &str) -> Vec<MoveRoles> {
    const BY: &str = " by ";
    let items = passages(said).into_iter().filter_map(|passage| {
        let item = passage.text.strip_prefix(['*', '-', '+'])?.trim_start();
        let (value, rest) = item.strip_prefix('`')?.split_once('`')?;
        let told = rest.split(['.', ';']).next()?;
        let (_, by) = told.split_once(BY)?;
        // By one in one state and by another in another: who may in which, this doesn't tell.
        (!by.contains(BY)).then(|| MoveRoles { value: value.to_owned(), who: those(by) })
    });
    items.filter(|one| !one.who.is_empty()).collect()
}

fn tabled(said: &str) -> Vec<MoveRoles> {
    const WHO: [&str; 7] = ["who", "who may", "by", "by whom", "role", "roles", "allowed for"];
    const MOVE: [&str; 4] = ["action", "move", "transition", "to"];
    let tables = tables(said);
    let rows = tables.iter().filter_map(|table| {
        let (who, value) = (table.column(&WHO)?, table.column(&MOVE)?);
        Some(table.rows.iter().filter_map(move |row| {
            let value = row.get(value)?.trim_matches(['`', '*', ' ']).to_owned();
            let who = those(row.get(who)?);
            (!who.is_empty()).then_some(MoveRoles { value, who })
        }))
    });
    rows.flatten().collect()
}

/// "Warehouse staff, clerks and admins, with a `reason`": the roles, each in words. What follows a comma and begins like a
/// condition is none.
pub(super) fn those(text: &str) -> Vec<Vec<String>> {
    const ENDS: [&str; 9] =
        ["with", "without", "if", "when", "while", "from", "once", "unless", "to"];
    const ARTICLES: [&str; 5] = ["the", "a", "an", "any", "by"];
    let pieces = text.split(['(', ';', '.']).next().unwrap_or_default().split(',');
    let begins = |piece: &str| words(piece).into_iter().next().unwrap_or_default();
    let pieces = pieces.take_while(|piece| !ENDS.contains(&begins(piece).as_str()));
    let roles = pieces.flat_map(|piece| {
        let lower = piece.to_lowercase();
        let lower = lower.replace(" or ", " and ").replace('/', " and ");
        let lower = lower.strip_prefix("and ").map_or(lower.clone(), str::to_owned);
        lower.split(" and ").map(words).collect::<Vec<_>>()
    });
    let plain = roles.map(|role| {
        role.into_iter().filter(|word| !ARTICLES.contains(&word.as_str())).collect::<Vec<_>>()
    });
    plain.filter(|role| !role.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, Vec<String>)> {
        let mut all = tabled(text);
        all.extend(listed(text));
        let joined = |role: &Vec<String>| role.join(" ");
        all.iter().map(|one| (one.value.clone(), one.who.iter().map(joined).collect())).collect()
    }

    fn roles(value: &str, who: &[&str]) -> (String, Vec<String>) {
        (value.to_owned(), who.iter().map(|one| (*one).to_owned()).collect())
    }

    #[test]
    fn who_may_move_a_thing_is_heard() {
        let items = "Moves it:\n\n- `packed`: from `paid`, by warehouse staff and admins.\n- `returned`: from `sent`, by support\n  staff, clerks and the admins, with a `reason` (422).\n- `cancelled`: from `new` by the customer, from `paid` by admins.\n- `lost`: from `sent`.";
        let packed = roles("packed", &["warehouse staff", "admins"]);
        assert_eq!(
            told(items),
            [packed, roles("returned", &["support staff", "clerks", "admins"])]
        );
        let table = "| action | to | who |\n|---|---|---|\n| `close` | `closed` | admin, manager |\n| `start` | `busy` | the technician it's assigned to |";
        let told = told(table);
        assert_eq!(told[0], roles("close", &["admin", "manager"]));
        assert_eq!(told[1].0, "start");
    }
}
