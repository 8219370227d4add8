//! How long the period of a body may be, as descriptions say: "the booking has more than 28 days", "takes at least 15 minutes
//! and at most 8 hours".

use super::passage::statements;
use super::period;
use super::prose::{has, ungrouped};
use super::told::refusals;
use crate::model::{Contract, Operation};
use crate::outline::Outline;

/// What is said of how long a period may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    /// The member that it begins with.
    pub begin: String,
    /// The member that it ends with.
    pub end: String,
    /// Whether this is the most that it may be, else the least.
    pub is_most: bool,
    /// How many units.
    pub count: i64,
    /// Seconds of a unit.
    pub unit: i64,
    /// Whether a day that it begins and ends on is one day of its length; `None`: nothing is said, and it doesn't matter for
    /// what is no day.
    pub both_ends: Option<bool>,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub(super) fn of(contract: &Contract, operation: &Operation) -> Vec<Length> {
    let Some((begin, end)) = period::bounds(contract, operation) else { return Vec::new() };
    let body = operation.body_schema().map(|id| Outline::of(contract, &[id]));
    let format = body.and_then(|body| body.member(&begin)?.spelling().map(str::to_owned));
    let is_day = format.as_deref() == Some("date");
    let own = operation.told.as_deref().into_iter();
    let texts: Vec<&str> = own.chain(refusals(operation, [400, 409, 422])).collect();
    let info = contract.info.description.as_deref().unwrap_or_default();
    let both_ends = is_day.then(|| says_both_ends(&texts.join(" ")) || says_both_ends(info));
    let said = texts.iter().flat_map(|text| statements(text)).collect::<Vec<_>>();
    let pieces =
        said.iter().flat_map(|one| one.split([',', ';'])).flat_map(|one| one.split(" and "));
    let mut lengths: Vec<Length> = Vec::new();
    for (is_most, count, unit) in pieces.filter_map(bound) {
        if is_day && unit != DAY || lengths.iter().any(|known| known.is_most == is_most) {
            continue;
        }
        let (begin, end) = (begin.clone(), end.clone());
        lengths.push(Length { begin, end, is_most, count, unit, both_ends });
    }
    lengths
}

fn says_both_ends(text: &str) -> bool {
    const BOTH: [&str; 6] = [
        "both ends",
        "first and last",
        "first and the last day",
        "first and last day",
        "end included",
        "inclusive",
    ];
    has(text, &BOTH)
}

/// What a piece says of a length: whether it is the most, how many units, and the seconds of one.
fn bound(piece: &str) -> Option<(bool, i64, i64)> {
    /// What is said of the most, and of the least.
    const MOST: [&str; 5] = ["more than ", "at most ", "longer than ", "no longer than ", "up to "];
    const LEAST: [&str; 3] = ["at least ", "less than ", "shorter than "];
    /// What something of a length does.
    const DOES: [&str; 16] = [
        "have", "has", "having", "last", "lasts", "lasting", "take", "takes", "taking", "span",
        "spans", "cover", "covers", "be", "is", "or",
    ];
    /// Then it is a moment that lies so far from another one.
    const FROM: [&str; 9] =
        ["after", "ahead", "from", "before", "in", "ago", "later", "old", "earlier"];
    let text = ungrouped(&piece.to_lowercase());
    let text = text.split(['(', ')']).next()?.trim();
    let sayings = MOST.iter().map(|one| (true, *one)).chain(LEAST.iter().map(|one| (false, *one)));
    let (is_most, (before, behind)) = sayings
        .filter_map(|(is_most, one)| Some((is_most, text.split_once(one)?)))
        .min_by_key(|(_, (before, _))| before.len())?;
    let does = before.split_whitespace().next_back().is_none_or(|word| DOES.contains(&word));
    let mut words = behind.split_whitespace();
    let count: i64 = words.next()?.parse().ok().filter(|count| *count > 0)?;
    let unit = match words.next()?.trim_end_matches('.').trim_end_matches('s') {
        "minute" => MINUTE,
        "hour" => HOUR,
        "day" => DAY,
        "week" => 7 * DAY,
        _ => return None,
    };
    let is_from = words.next().is_some_and(|word| FROM.contains(&word.trim_end_matches('.')));
    let is_moment = before.contains('`') || text.contains("refund");
    (does && !is_from && !is_moment).then_some((is_most, count, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_from_distances() {
        for (piece, heard) in [
            (" or more than 180 days", Some((true, 180, DAY))),
            ("the booking has more than 28 days", Some((true, 28, DAY))),
            (" lasts longer than 90 days (counting first and last)", Some((true, 90, DAY))),
            ("to take at least 15 minutes", Some((false, 15, MINUTE))),
            ("at most 8 hours (400).", Some((true, 8, HOUR))),
            ("`startDay` is before today or more than 730 days after it", None),
            ("but at most 30 days ahead (400).", None),
            ("nor more than 7 days in the past", None),
            ("more than 3 boats", None),
            ("the window begins more than 2 hours", None),
        ] {
            assert_eq!(bound(piece), heard, "{piece}");
        }
    }
}
