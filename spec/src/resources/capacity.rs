//! Room that a thing has for what names it, and with which status more is refused: "a berth without a free place gives 409",
//! "a ticket type has too few tickets remaining", "the promo code has been used as often as it may be".

use super::Resources;
use super::passage::statements;
use super::prose::{has, mentions, sentences};
use super::told::{plain, statuses};
use super::unfit::nouns;
use crate::Direction;
use crate::model::{JsonType, Operation, Status};
use crate::names::words;
use crate::only::only;
use crate::outline::Outline;

/// How much room a thing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capacity {
    /// The number of its body that tells.
    pub member: String,
    /// With which status what is too much is refused.
    pub status: u16,
}

/// How it is said that there is no room left.
const FULL: [&str; 19] = [
    "is full",
    "are full",
    "sold out",
    "no free ",
    "without a free ",
    "no places",
    "no place left",
    "no seats",
    "no spots",
    "too few ",
    "not enough ",
    "fully booked",
    "none left",
    "no more room",
    "as often as it may be",
    "capacity",
    "used up",
    "no more than its `",
    "at most its `",
];

/// The room that what `maker` makes has for what an operation makes.
pub(super) fn of(
    resources: &Resources<'_>,
    operation: &Operation,
    maker: &Operation,
) -> Option<Capacity> {
    let things = maker.path.last_literal().map(nouns).unwrap_or_default();
    let status = refused(operation, &things)?;
    let body = Outline::of(resources.contract, &[maker.body_schema()?]);
    let sent: Vec<&str> = body.sent(Direction::Request).collect();
    let own = operation.path.last_literal().map(words).unwrap_or_default();
    let numbers = sent.into_iter().filter(|name| {
        is_room(name, &own) && body.member(name).is_some_and(|one| one.is(JsonType::Integer))
    });
    Some(Capacity { member: only(numbers)?.to_owned(), status })
}

/// With which status an operation is said to be refused where one of these things has no room left.
fn refused(operation: &Operation, things: &[String]) -> Option<u16> {
    let documents = |code: &u16| operation.documents(*code);
    let is_said =
        |piece: &str| has(piece, &FULL) && things.iter().any(|thing| mentions(piece, thing));
    let of_answer = [409, 422, 400].into_iter().find(|code| {
        let answer = operation.responses.get(&Status::Code(*code));
        answer.is_some_and(|answer| plain(&answer.description).split([';', '.', ',']).any(is_said))
    });
    of_answer.or_else(|| {
        let said = plain(operation.told.as_deref()?);
        let told = sentences(&said).find(|sentence| sentence.split(',').any(is_said))?;
        statuses(told).find(documents)
    })
}

/// Whether a number is called like how much there is room for: of a thing by itself, and not of each of what names it. What is
/// made is called so: `max_chargers` of chargers.
fn is_room(name: &str, own: &[String]) -> bool {
    const ROOM: [&str; 6] = ["capacity", "quota", "places", "seats", "spots", "slots"];
    const MOST: [&str; 9] = [
        "uses",
        "participants",
        "attendees",
        "bookings",
        "people",
        "redemptions",
        "members",
        "students",
        "guests",
    ];
    let all = words(name);
    let is = |those: &[&str]| all.last().is_some_and(|word| those.contains(&word.as_str()));
    let is_most = all.first().is_some_and(|word| matches!(word.as_str(), "max" | "maximum"));
    let is_of_own = || !own.is_empty() && all.get(1..).is_some_and(|rest| rest == own);
    is(&ROOM) || is_most && (is(&MOST) || is_of_own())
}

/// Whether a change of what `maker` makes is said to be refused where less room would be left than is taken: "the quota would fall
/// below what is sold".
pub(super) fn keeps_what_is_taken(operation: &Operation, member: &str) -> Option<u16> {
    const BELOW: [&str; 5] =
        ["below ", "less than ", "lower than ", "smaller than ", "fewer than "];
    let is_said = |piece: &str| has(piece, &BELOW) && mentions(piece, member);
    let of_answer = [409, 422, 400].into_iter().find(|code| {
        let answer = operation.responses.get(&Status::Code(*code));
        answer.is_some_and(|one| plain(&one.description).split([';', '.', ',']).any(is_said))
    });
    of_answer.or_else(|| {
        let said = statements(operation.told.as_deref()?);
        let told = said.iter().find(|sentence| sentence.split(',').any(is_said))?;
        let documented = |code: &u16| operation.documents(*code);
        only(statuses(told).filter(documented))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_room_is_told_by_its_name() {
        for name in ["capacity", "quota", "maxUses", "max_participants", "free_places"] {
            assert!(is_room(name, &[]), "{name}");
        }
        for name in ["max_per_order", "price", "maxLengthCm", "uses", "seat_count"] {
            assert!(!is_room(name, &[]), "{name}");
        }
        assert!(is_room("max_chargers", &["chargers".to_owned()]));
    }
}
