//! How often an operation may be called, where it says so in words beside the status: "Each user may search 40 times within any 10
//! seconds. A search beyond that is 429".

use super::passage::passages;
use super::prose::{on_one_line, ungrouped};
use crate::model::{Operation, Status};

/// What is asked too often is answered with: RFC 6585 §4.
const TOO_MANY: Status = Status::Code(429);
/// More requests than these nobody sends at once for the sake of a test.
const MOST: u64 = 60;
/// A limit of a shorter time can't be reached for sure, and of a longer one too many would have to wait for the end.
const SECONDS: std::ops::RangeInclusive<u64> = 5..=60;

/// So many calls in so many seconds, and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The calls.
    pub calls: u64,
    /// The seconds.
    pub seconds: u64,
}

/// The rate of an operation, where it is one that can be reached.
pub(super) fn of(operation: &Operation) -> Option<Rate> {
    operation.responses.get(&TOO_MANY)?;
    let told = passages(operation.told.as_deref()?);
    let told = told.iter().filter(|one| one.text.contains("429"));
    told.filter_map(|one| stated(&one.text)).next()
}

fn stated(text: &str) -> Option<Rate> {
    const WITHIN: [&str; 7] = ["within", "per", "in", "every", "each", "a", "during"];
    let text = ungrouped(&on_one_line(text)).to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |at: Option<usize>| words.get(at?)?.parse::<u64>().ok();
    let rates = words.iter().enumerate().filter_map(|(at, unit)| {
        let unit = match *unit {
            "second" | "seconds" => 1,
            "minute" | "minutes" => 60,
            _ => return None,
        };
        let span = number(at.checked_sub(1));
        let before = at.checked_sub(if span.is_some() { 2 } else { 1 })?;
        // "Within any 10 seconds", "per minute".
        let within = (before.checked_sub(2)?..=before).rev();
        let mut within = within.filter(|at| words.get(*at).is_some_and(|one| WITHIN.contains(one)));
        let within = within.next()?;
        let calls = (within.saturating_sub(4)..within).rev();
        let calls = calls.filter_map(|at| number(Some(at))).find(|number| *number != 429)?;
        Some(Rate { calls, seconds: span.unwrap_or(1) * unit })
    });
    let mut rates =
        rates.filter(|one| (1..=MOST).contains(&one.calls) && SECONDS.contains(&one.seconds));
    let rate = rates.next()?;
    rates.next().is_none().then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_calls_within_a_time() {
        let rate = |calls, seconds| Some(Rate { calls, seconds });
        for (said, told) in [
            (
                "Each user may search 40 times within any 10 seconds. One beyond is 429.",
                rate(40, 10),
            ),
            (
                "A person may make 5 suggestions within any 60 seconds; one more is a 429.",
                rate(5, 60),
            ),
            ("At most 30 calls per minute, then 429.", rate(30, 60)),
            ("Limited to 20 requests every 30 seconds (429).", rate(20, 30)),
            ("At most 3 calls per second (429).", None),
            ("At most 1,000 calls per minute (429).", None),
            ("A run takes 10 seconds. Another one meanwhile is a 429.", None),
            ("At most 30 keys (429).", None),
        ] {
            assert_eq!(stated(said), told, "{said}");
        }
    }
}
