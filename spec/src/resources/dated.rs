//! Members that a thing has in some of its states, as descriptions say: "When it was paid, and null before", "When the issue became
//! `done` or `wont_do`; null while it is neither", "Null until it is stopped"; or as their names do: `paid_at`, of what is `paid`.
//!
//! What is said in other words is not heard, and neither are words that aren't states.

use std::fmt;

use super::formula::{Object, objects};
use super::{Resources, prose};
use crate::model::Operation;
use crate::names::{fold, words};

/// A member of an answer that is there in some states of the thing, or isn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The array of the answer whose items are the things; `None`: the answer is the thing.
    pub list: Option<String>,
    /// The member, which may be null.
    pub member: String,
    /// The member that shows the state.
    pub by: String,
    /// The states in which it is there.
    pub set: Vec<String>,
    /// Those in which it is null.
    pub unset: Vec<String>,
    /// Whether a description says so, and not its name alone.
    pub is_told: bool,
}

impl fmt::Display for Dated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { list, member, by, set, unset, .. } = self;
        if let Some(list) = list {
            write!(f, "of each of `{list}`, ")?;
        }
        write!(f, "`{member}` is ")?;
        let states = |states: &[String]| {
            let states: Vec<String> = states.iter().map(|state| format!("`{state}`")).collect();
            states.join(" or ")
        };
        if !set.is_empty() {
            write!(f, "there while `{by}` is {}", states(set))?;
        }
        if !set.is_empty() && !unset.is_empty() {
            write!(f, ", and ")?;
        }
        if !unset.is_empty() {
            write!(f, "null while it is {}", states(unset))?;
        }
        Ok(())
    }
}

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Dated> {
    let Some(schema) = operation.answer_schema() else { return Vec::new() };
    let all = &resources.contract.operations;
    let told: Vec<&str> = all.iter().filter_map(|one| one.told.as_deref()).collect();
    let objects = objects(resources, schema);
    objects.iter().flat_map(|object| in_object(object, &told)).collect()
}

fn in_object(object: &Object<'_>, told: &[&str]) -> Vec<Dated> {
    let names = object.outline.members().into_keys();
    let members: Vec<_> =
        names.filter_map(|name| Some((name, object.outline.member(name)?))).collect();
    let signs: Vec<(&str, Vec<String>)> = members
        .iter()
        .map(|(name, member)| (*name, member.texts()))
        .filter(|(_, states)| states.len() > 1)
        .collect();
    if signs.is_empty() {
        return Vec::new();
    }
    let nullable = members.iter().filter(|(_, member)| member.admits_null());
    let dated = nullable.flat_map(|(name, _)| {
        let said = object.outline.description(&[(*name).to_owned()]);
        let found = signs.iter().filter(|(by, _)| by != name).filter_map(|(by, states)| {
            let (set, unset, is_told) = states_of(name, said, states, told)?;
            let (list, member) = (object.list.clone(), (*name).to_owned());
            Some(Dated { list, member, by: (*by).to_owned(), set, unset, is_told })
        });
        // Of several members with such values, none is known to be the one that is meant.
        let found: Vec<Dated> = found.collect();
        if found.len() == 1 { found } else { Vec::new() }
    });
    dated.collect()
}

/// In which states a member is there, in which it is null, and whether that is said.
fn states_of(
    name: &str,
    said: Option<&str>,
    states: &[String],
    told: &[&str],
) -> Option<(Vec<String>, Vec<String>, bool)> {
    let (set, unset) = said.map(|text| parse(text, states)).unwrap_or_default();
    if !set.is_empty() || !unset.is_empty() {
        return Some((set, unset, true));
    }
    let state = states.iter().find(|state| is_called_after(name, state))?;
    let is_set = [format!("`{name}` is set"), format!("sets `{name}`")];
    let is_told = told.iter().any(|text| {
        let text = prose::on_one_line(text);
        is_set.iter().any(|saying| text.contains(saying))
    });
    Some((vec![state.clone()], Vec::new(), is_told))
}

/// Whether a member is called after a state, as when something came to it: `paid_at`.
fn is_called_after(name: &str, state: &str) -> bool {
    match words(name).split_last() {
        Some((last, before)) if ["at", "on"].contains(&last.as_str()) => {
            !before.is_empty() && fold(&before.join("_")) == fold(state)
        }
        _ => false,
    }
}

/// The states in which something is there, and those in which it is null, as far as a text says.
fn parse(text: &str, states: &[String]) -> (Vec<String>, Vec<String>) {
    const CAME: [&str; 6] = [" was ", " became ", " becomes ", " is ", " has been ", " were "];
    let text = prose::on_one_line(&text.to_lowercase()).replace('`', "");
    let (mut set, mut unset) = (Vec::new(), Vec::new());
    for clause in text.split([';', '.', ',']) {
        let clause = clause.trim();
        let clause = clause.strip_prefix("and ").unwrap_or(clause);
        let behind = |start: &str| {
            let rest = clause.strip_prefix(start)?;
            CAME.iter().filter_map(|verb| rest.split_once(verb)).min_by_key(|(who, _)| who.len())
        };
        if let Some((_, came)) = behind("when ") {
            set.extend(named(came, states).unwrap_or_default());
        } else if let Some((_, came)) = behind("null until ") {
            set.extend(named(came, states).unwrap_or_default());
        } else if let Some((_, is)) = behind("null while ").or_else(|| behind("null as long as ")) {
            match named(is, states) {
                Some(these) => {
                    // As long as it is one, and no longer.
                    if clause.starts_with("null as long as ") && set.is_empty() {
                        set.extend(
                            others(states, &these).into_iter().filter(|one| !is_undone(one)),
                        );
                    }
                    unset.extend(these);
                }
                None if is == "neither" && !set.is_empty() => unset.extend(others(states, &set)),
                None => {}
            }
        } else if ["null while it isn't", "null as long as it isn't"].contains(&clause)
            && !set.is_empty()
        {
            unset.extend(others(states, &set));
        }
    }
    (set, unset)
}

/// Whether a state may come of any other one, with nothing of what comes of those between.
fn is_undone(state: &str) -> bool {
    const UNDONE: [&str; 8] =
        ["cancel", "withdr", "expire", "void", "delet", "abandon", "archiv", "laps"];
    UNDONE.iter().any(|one| state.to_lowercase().starts_with(one))
}

fn others(states: &[String], than: &[String]) -> Vec<String> {
    states.iter().filter(|state| !than.contains(state)).cloned().collect()
}

/// The states that a text is a list of; `None` where it says anything else.
fn named(text: &str, states: &[String]) -> Option<Vec<String>> {
    let text = text.strip_prefix("last ").or(text.strip_prefix("first ")).unwrap_or(text);
    let alternatives = text.split(" or ").map(|one| one.trim().trim_start_matches("either "));
    alternatives.map(|one| states.iter().find(|state| fold(state) == fold(one)).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn states_are_read_from_what_is_said() {
        let orders = states(&["on_hold", "paid", "refunded"]);
        let issues = states(&["open", "done", "wont_do"]);
        let undone = states(&["open", "done", "cancelled"]);
        for (text, all, set, unset) in [
            ("When it was paid, and null before.", &orders, &["paid"][..], &[][..]),
            ("When it was last refunded; null before.", &orders, &["refunded"], &[]),
            (
                "When the issue became `done` or `wont_do`; null while it is neither.",
                &issues,
                &["done", "wont_do"],
                &["open"],
            ),
            ("`null` until `status` is `done`", &issues, &["done"], &[]),
            (
                "When it was paid; null as long as it isn't.",
                &orders,
                &["paid"],
                &["on_hold", "refunded"],
            ),
            ("Null as long as the order is on hold", &orders, &["paid", "refunded"], &["on_hold"]),
            ("Null while the order is on hold", &orders, &[], &["on_hold"]),
            ("Null as long as it is open", &undone, &["done"], &["open"]),
            ("Null until it is checked.", &orders, &[], &[]),
            ("When it was paid in full.", &orders, &[], &[]),
            ("Null for those that are paid in cash.", &orders, &[], &[]),
        ] {
            assert_eq!(parse(text, all), (states(set), states(unset)), "{text}");
        }
    }

    #[test]
    fn names_of_moments_are_those_of_states() {
        for (name, state, is_it) in [
            ("paid_at", "paid", true),
            ("checkedInAt", "checked_in", true),
            ("cancelled_on", "CANCELLED", true),
            ("paid_by", "paid", false),
            ("at", "at", false),
            ("created_at", "open", false),
        ] {
            assert_eq!(is_called_after(name, state), is_it, "{name} of {state}");
        }
    }
}
