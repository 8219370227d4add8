//! Members of a body that some may not send, as the operation says, though they may call it: "reporters must not set `assignee` or
//! `estimate` (403)", "dockhands only `berth` and `notes` (403 for any other member)", or the row of a table that says the latter.

use super::passage::statements;
use super::prose::{on_one_line, quoted};
use super::told::statuses;
use crate::Direction;
use crate::model::{Contract, Operation};
use crate::names::words;
use crate::outline::Outline;

/// Who may not send some members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRoles {
    /// What they are called, in small letters and without blanks: `hiringmanager`, `reporters`.
    pub who: String,
    /// The members.
    pub members: Vec<String>,
}

const FORBIDDEN: u16 = 403;
/// How it is said that some may not do something.
pub(super) const MAY_NOT: [&str; 6] =
    [" may not ", " must not ", " cannot ", " can't ", " can not ", " are not allowed to "];
/// What they may not do with a member.
const SEND: [&str; 8] = ["send ", "set ", "change ", "give ", "use ", "write ", "edit ", "touch "];

/// Those of an operation.
pub(super) fn of(contract: &Contract, operation: &Operation) -> Vec<MemberRoles> {
    let schema = operation.body_schema();
    let is_documented = operation.documents(FORBIDDEN);
    let Some(schema) = schema.filter(|_| is_documented) else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let members: Vec<&str> = body.sent(Direction::Request).collect();
    let said = statements(operation.told.as_deref().unwrap_or_default());
    let told = said.iter().map(|one| on_one_line(one));
    told.filter(|one| statuses(one).any(|status| status == FORBIDDEN))
        .filter_map(|one| heard(&one, &members))
        .collect()
}

fn heard(statement: &str, members: &[&str]) -> Option<MemberRoles> {
    let one = tabled(statement, members).or_else(|| denied(statement, members));
    one.or_else(|| only_allowed(statement, members)).or_else(|| who_sends(statement, members))
}

/// "Only the board may send a `note`, a warden who sends one gets 403."
fn who_sends(statement: &str, members: &[&str]) -> Option<MemberRoles> {
    let (before, _) = statement.split_once(" who sends ")?;
    let (only, who) = before.rsplit_once(',')?;
    let is_of_one = only.trim_start().to_lowercase().starts_with("only ");
    let named: Vec<String> =
        quoted(only).filter(|one| members.contains(one)).map(str::to_owned).collect();
    (is_of_one && !named.is_empty()).then_some(())?;
    Some(MemberRoles { who: role(who)?, members: named })
}

/// `| clerk of the shop | `notes` only (403 with anything else) |`
fn tabled(row: &str, members: &[&str]) -> Option<MemberRoles> {
    let mut cells = row.trim().strip_prefix('|')?.split('|').map(str::trim);
    let (who, what) = (cells.next()?, cells.next()?);
    what.contains(" only").then_some(())?;
    // Who isn't the one of that thing is refused as well.
    allowing(who.split(" of ").next()?, what, members)
}

/// "A hiring manager may not send `status` or `level`, not even the present one, and gets 403."
fn denied(statement: &str, members: &[&str]) -> Option<MemberRoles> {
    let (before, behind) = MAY_NOT.iter().find_map(|not| statement.split_once(not))?;
    let what = SEND.iter().find_map(|send| behind.strip_prefix(send))?;
    let end = what.find(['(', ',', ';']).unwrap_or(what.len());
    // "`a`, `b` or `c`" goes on behind a comma.
    let list = what.split(['(', ';']).next().unwrap_or_default();
    let is_list = list.split(',').skip(1).all(|piece| piece.trim_start().starts_with('`'));
    let listed = if is_list { list } else { what.get(..end)? };
    let named = named(listed, members)?;
    (!named.is_empty()).then_some(())?;
    Some(MemberRoles { who: role(before)?, members: named })
}

/// "Managers may change everything, dockhands only `berth` and `notes` (403 for any other member)."
fn only_allowed(statement: &str, members: &[&str]) -> Option<MemberRoles> {
    const ONLY: [&str; 3] = [" only `", " may only change `", " may only send `"];
    let (before, behind) = ONLY.iter().find_map(|only| statement.split_once(only))?;
    let clause = before.rsplit([',', ';', ':']).next().unwrap_or(before);
    allowing(clause, &format!("`{behind}"), members)
}

/// Those who may send what a text names before its end, and nothing else.
fn allowing(who: &str, text: &str, members: &[&str]) -> Option<MemberRoles> {
    let allowed = named(text.split(['(', ';']).next().unwrap_or_default(), members)?;
    let others = members.iter().filter(|one| !allowed.iter().any(|name| name == *one));
    let others: Vec<String> = others.map(|one| (*one).to_owned()).collect();
    (!allowed.is_empty() && !others.is_empty()).then_some(())?;
    Some(MemberRoles { who: role(who)?, members: others })
}

/// The members that a text lists; `None` where it says more than their names: "`price` of what is sold".
fn named(text: &str, members: &[&str]) -> Option<Vec<String>> {
    const BESIDE: [&str; 4] = ["or", "and", "nor", "only"];
    let beside = text.split('`').step_by(2).flat_map(words);
    let is_plain = beside.into_iter().all(|word| BESIDE.contains(&word.as_str()));
    let all = quoted(text).filter(|one| members.contains(one)).map(str::to_owned);
    is_plain.then(|| all.collect())
}

/// Who a clause is about, where it is no more than that: "a hiring manager", "and reporters".
pub(super) fn role(clause: &str) -> Option<String> {
    const BESIDE: [&str; 10] =
        ["a", "an", "the", "and", "but", "or", "any", "so", "therefore", "thus"];
    let mut spoken = words(clause);
    spoken.retain(|word| !BESIDE.contains(&word.as_str()));
    (1..=3).contains(&spoken.len()).then(|| spoken.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(statement: &str) -> Option<(String, String)> {
        let told = heard(statement, &["title", "status", "owner", "notes"])?;
        Some((told.who, told.members.join(" ")))
    }

    #[test]
    fn who_may_not_send_what_is_heard() {
        for (statement, who, members) in [
            (
                "Reporters must not set `status`, `owner` or `notes` (403",
                "reporters",
                "status owner notes",
            ),
            (
                "A hiring manager may not send `status` or `owner`, not even with the present value of `notes`, and gets 403",
                "hiringmanager",
                "status owner",
            ),
            (
                "Managers may change everything, dockhands only `title` and `notes` (403 for any other member)",
                "dockhands",
                "status owner",
            ),
            (
                "| clerk of the shop | `notes` only (403 with anything else) |",
                "clerk",
                "title status owner",
            ),
            ("But guests can't change `title` (403)", "guests", "title"),
            ("Only the board may send `notes`, a warden who sends one gets 403", "warden", "notes"),
        ] {
            assert_eq!(told(statement), Some((who.to_owned(), members.to_owned())), "{statement}");
        }
        for other in [
            "Who is not an admin of the whole project may not send `title` (403)",
            "Reporters may not send more than one (403)",
            "Guests may not see `title` (403)",
            "403 for guests",
            "Clerks may not set `status` to `approved` (403)",
            "Clerks may not change `title` of a published item (403)",
            "| author | `title` only while it is a draft (403) |",
        ] {
            assert_eq!(told(other), None, "{other}");
        }
    }
}
