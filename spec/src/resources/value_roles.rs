//! Values of a member that some may not send, though they may send others: "reporters cannot write comments for the team (403)" of a
//! `visibility` that is `all` or `team`, "clerks may not set `status` to `approved` (403)".

use super::member_roles::{MAY_NOT, role};
use super::passage::statements;
use super::prose::{on_one_line, quoted};
use super::told::statuses;
use crate::Direction;
use crate::model::{Contract, Operation};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// A value that some may not send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRoles {
    /// What they are called, in small letters and without blanks: `reporters`.
    pub who: String,
    /// The member.
    pub member: String,
    /// The value: a text.
    pub value: String,
}

const FORBIDDEN: u16 = 403;

/// Those of an operation.
pub(super) fn of(contract: &Contract, operation: &Operation) -> Vec<ValueRoles> {
    let schema = operation.body_schema();
    let is_documented = operation.documents(FORBIDDEN);
    let Some(schema) = schema.filter(|_| is_documented) else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let choices = body.sent(Direction::Request).filter_map(|name| {
        let values = body.member(name)?.texts();
        (values.len() > 1).then_some((name, values))
    });
    let choices: Vec<(&str, Vec<String>)> = choices.collect();
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let told = said.iter().map(|one| on_one_line(one));
    told.filter(|one| only(statuses(one)) == Some(FORBIDDEN))
        .filter_map(|one| heard(&one, &choices))
        .collect()
}

fn heard(statement: &str, choices: &[(&str, Vec<String>)]) -> Option<ValueRoles> {
    let (before, behind) = MAY_NOT.iter().find_map(|not| statement.split_once(not))?;
    let clause = before.rsplit([',', ';', ':']).next().unwrap_or(before);
    let who = role(clause)?;
    // What stands in code marks may have been told of before; a mere word has to be what they may not send.
    let spoken = words(behind.split('(').next().unwrap_or_default());
    let is_named = |value: &String| {
        let is_spoken = value.len() > 3 && spoken.contains(&value.to_lowercase());
        is_spoken || quoted(statement).any(|one| one == value)
    };
    let named = choices.iter().flat_map(|(member, values)| {
        values.iter().filter(|value| is_named(value)).map(move |value| (*member, value))
    });
    let (member, value) = only(named)?;
    // Of another thing in that state, this says something else.
    const OF_THING: [&str; 5] = [" of ", " that is ", " that are ", " that somebody ", " which "];
    let is_of_thing = OF_THING.iter().any(|word| behind.contains(word));
    (!is_of_thing).then(|| ValueRoles { who, member: member.to_owned(), value: value.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_send_a_value_is_heard() {
        let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let choices = [
            ("visibility", texts(&["all", "team"])),
            ("severity", texts(&["minor", "critical"])),
            ("status", texts(&["draft", "approved"])),
        ];
        for (statement, who, member, value) in [
            (
                "reporters cannot write comments for the team (403)",
                "reporters",
                "visibility",
                "team",
            ),
            (
                "A `critical` ticket takes it out of order, therefore drivers may not report that severity (403)",
                "drivers",
                "severity",
                "critical",
            ),
            ("Clerks may not set `status` to `approved` (403)", "clerks", "status", "approved"),
        ] {
            let told = heard(statement, &choices).expect(statement);
            assert_eq!(
                (told.who.as_str(), told.member.as_str(), told.value.as_str()),
                (who, member, value)
            );
        }
        for statement in [
            "reporters cannot write comments (403)",
            "Clerks may not change `status` of a `draft` (403)",
            "Clerks may not set `status` to `draft` or `approved` (403)",
            "Who is not of the team may not write (403)",
            "Clerks may not change what is `approved` and that somebody else wrote (403)",
        ] {
            assert_eq!(heard(statement, &choices), None, "{statement}");
        }
    }
}
