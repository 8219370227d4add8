//! Values that are made anew each time: names that must be unique, ids that nothing has.
//!
//! A plan stays the same from run to run; what may not be the same twice is described here and made when a case
//! starts. Two values from one [`FreshSource`] differ wherever the described shape has room for it; values from
//! sources of different seeds differ with high probability.

pub mod pattern;
mod random;

pub use random::Random;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;
use spec::CheckDigit;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, Month};

/// The shape of a value that is made anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fresh {
    /// Text.
    Text(TextShape),
    /// A random UUID (RFC 9562, version 4) in lower case.
    Uuid,
    /// An integer of a range, both ends inside.
    Integer {
        /// The least.
        minimum: i64,
        /// The greatest.
        maximum: i64,
    },
    /// A date-time (RFC 3339) on the hour in UTC, hours away from any other one.
    Moment {
        /// Whether it lies ahead; else it is over.
        ahead: bool,
    },
    /// A date-time (RFC 3339) on the hour in UTC, hours away from any other one, within so many days from now; or its day.
    Soon {
        /// The days, at most.
        days: u64,
        /// Whether it is a date-time (RFC 3339).
        time: bool,
    },
    /// A day of a period of two days (UTC), ahead, or midnight of that day; of one of an hour, that midnight and the hour behind it.
    /// No two periods of a source touch.
    PeriodDay {
        /// Whether it is the second one, of the period that was drawn last.
        end: bool,
        /// Whether it is a date-time (RFC 3339).
        time: bool,
        /// Whether the period has an hour, instead of a day: of date-times.
        short: bool,
        /// Within how many days from today the period lies; `None`: no service minds how far ahead it is.
        within: Option<u64>,
    },
    /// A day so many days from today (UTC), or midnight of that day.
    Day {
        /// The days; less than none: it is over.
        offset: i64,
        /// Whether it is a date-time (RFC 3339).
        time: bool,
    },
    /// A month (`2024-09`) that is over.
    Month,
    /// Text that a regular expression matches.
    Pattern {
        /// The expression.
        pattern: String,
        /// Code points, at least.
        min_length: u64,
        /// Code points, at most.
        max_length: u64,
    },
    /// Text that each of several regular expressions matches.
    Patterns {
        /// The expressions.
        patterns: Vec<String>,
        /// Code points, at least.
        min_length: u64,
        /// Code points, at most.
        max_length: u64,
    },
    /// Another text with a check digit of its own.
    Checked {
        /// The text; as it is made where its form has no check digit.
        text: Box<Fresh>,
        /// How the digit follows from it.
        check: CheckDigit,
        /// Whether it is the right one.
        right: bool,
    },
}

impl Fresh {
    /// The value that stands for this one while nothing is sent: always the same.
    #[must_use]
    pub fn stand_in(&self) -> Value {
        match self {
            // Whatever day it is.
            Self::Soon { time: false, .. } => "2099-01-02".into(),
            Self::Soon { time: true, .. } => Self::Moment { ahead: true }.stand_in(),
            Self::Day { time: false, .. } => "2025-01-02".into(),
            Self::Day { time: true, .. } => "2025-01-02T00:00:00Z".into(),
            other => FreshSource::new(0).make(other),
        }
    }
}

/// Text with a part that differs each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextShape {
    /// What stands before the part that differs.
    pub before: String,
    /// The length of the part that differs, in code points.
    pub length: u64,
    /// What it is made of.
    pub alphabet: Alphabet,
    /// What stands behind it.
    pub after: String,
}

/// What the differing part of a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alphabet {
    /// `0` to `9` and `a` to `z`.
    Plain,
    /// Unified ideographs within the basic multilingual plane: one UTF-16 unit, three bytes of UTF-8 each. None has a
    /// canonical decomposition or letter case, so that nothing a target may do to text makes two of them equal.
    Basic,
    /// Unified ideographs of the supplementary plane: two UTF-16 units, four bytes of UTF-8 each.
    Supplementary,
}

impl Alphabet {
    const PLAIN: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

    fn size(self) -> u64 {
        match self {
            Self::Plain => Self::PLAIN.len() as u64,
            Self::Basic => 0x9fa5 - 0x4e00 + 1,
            Self::Supplementary => 0x2a6d6 - 0x20000 + 1,
        }
    }

    fn character(self, digit: u64) -> char {
        let code = match self {
            Self::Plain => u32::from(Self::PLAIN[(digit % self.size()) as usize]),
            Self::Basic => 0x4e00 + (digit % self.size()) as u32,
            Self::Supplementary => 0x20000 + (digit % self.size()) as u32,
        };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// Makes fresh values; shared by all workers of a run.
#[derive(Debug)]
pub struct FreshSource {
    seed: u64,
    made: AtomicU64,
    /// Of moments there are few that lie soon: each is drawn before one is drawn twice.
    moments: AtomicU64,
    periods: AtomicU64,
    /// Of short codes there are few: none is drawn twice while there are others.
    codes: Mutex<HashSet<String>>,
}

impl FreshSource {
    /// A source; give each run another seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let seed = Random::new(seed).next();
        Self {
            seed,
            made: AtomicU64::new(0),
            moments: AtomicU64::new(0),
            periods: AtomicU64::new(0),
            codes: Mutex::default(),
        }
    }

    /// A text that was not drawn before, if there seem to be others; of long ones there always are.
    fn unlike_others(&self, mut draw: impl FnMut() -> String) -> String {
        const TRIES: usize = 16;
        const SHORT: usize = 12;
        let mut drawn = draw();
        for _ in 0..TRIES {
            if drawn.len() > SHORT {
                break;
            }
            let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
            if codes.insert(drawn.clone()) {
                break;
            }
            drop(codes);
            drawn = draw();
        }
        drawn
    }

    /// A value of this shape that this source didn't make before, if the shape has room for another one.
    #[must_use]
    pub fn make(&self, fresh: &Fresh) -> Value {
        let serial = self.made.fetch_add(1, Ordering::Relaxed);
        let mut random = Random::new(self.seed ^ serial.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        match fresh {
            Fresh::Text(shape) => Value::String(self.text(shape, serial, &mut random)),
            Fresh::Uuid => Value::String(random.uuid()),
            Fresh::Integer { minimum, maximum } => {
                let room = maximum.wrapping_sub(*minimum) as u64;
                let offset = self.seed.wrapping_add(serial);
                let offset = room.checked_add(1).map_or(offset, |size| offset % size);
                Value::from(minimum.wrapping_add(offset as i64))
            }
            Fresh::Moment { ahead } => moment(self.next_moment(), *ahead).into(),
            Fresh::Soon { days, time } => soon(self.next_moment(), *days, *time).into(),
            Fresh::Day { offset, time } => day(*offset, *time).into(),
            Fresh::PeriodDay { end, time, short, within } => {
                let number = match end {
                    false => self.periods.fetch_add(1, Ordering::Relaxed),
                    true => self.periods.load(Ordering::Relaxed).saturating_sub(1),
                };
                let number = number.wrapping_add(self.seed >> 16);
                period_day(number, (*end, *time, *short), *within).into()
            }
            Fresh::Month => {
                let draw = || format!("{}-{:02}", 2001 + random.below(24), 1 + random.below(12));
                Value::String(self.unlike_others(draw))
            }
            Fresh::Pattern { pattern, min_length, max_length } => {
                let draw = || matching(pattern, *min_length, *max_length, &mut random);
                Value::String(self.unlike_others(draw))
            }
            Fresh::Patterns { patterns, min_length, max_length } => {
                let text = pattern::matching_all(patterns, *min_length, *max_length, &mut random);
                Value::String(text.unwrap_or_default())
            }
            Fresh::Checked { text, check, right } => {
                let made = self.make(text);
                let checked = made.as_str().and_then(|text| check.complete(text, *right));
                checked.map_or(made, Value::String)
            }
        }
    }

    fn next_moment(&self) -> u64 {
        self.seed.wrapping_add(self.moments.fetch_add(1, Ordering::Relaxed))
    }

    /// The last characters count from a place that the seed gives, so that no two are equal; those before are random.
    /// They count down, so that what is made first is not the first by name, too.
    fn text(&self, shape: &TextShape, serial: u64, random: &mut Random) -> String {
        let size = shape.alphabet.size();
        let mut counter = (self.seed >> 8).wrapping_sub(serial);
        let mut characters: Vec<char> = Vec::new();
        for place in 0..shape.length {
            let counts = place < 12 && size.checked_pow(place as u32).is_some();
            if counts {
                characters.push(shape.alphabet.character(counter % size));
                counter /= size;
            } else {
                characters.push(shape.alphabet.character(random.below(size)));
            }
        }
        let middle: String = characters.into_iter().rev().collect();
        format!("{}{middle}{}", shape.before, shape.after)
    }
}

/// The moment of a number, of those from tomorrow on that are well within so many days.
fn soon(number: u64, days: u64, time: bool) -> String {
    const SLOTS_A_DAY: u64 = 6;
    if !time {
        let offset = number % days.saturating_sub(2).max(1);
        return day(1 + i64::try_from(offset).unwrap_or_default(), false);
    }
    let slots = days.saturating_sub(2).max(1) * SLOTS_A_DAY;
    let hours = i64::try_from(number % slots * (24 / SLOTS_A_DAY)).unwrap_or_default();
    let tomorrow = time::OffsetDateTime::now_utc().date().next_day().unwrap_or(Date::MAX);
    let moment = tomorrow.midnight().assume_utc() + Duration::hours(hours);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// The day so many days from today, or its midnight.
fn day(offset: i64, time: bool) -> String {
    let today = time::OffsetDateTime::now_utc().date();
    written(today.checked_add(Duration::days(offset)).unwrap_or(today), time)
}

/// A day, or its midnight.
fn written(day: Date, time: bool) -> String {
    if time {
        day.midnight().assume_utc().format(&Rfc3339).unwrap_or_default()
    } else {
        day.to_string()
    }
}

/// A day of the period of a number, of the fifty years from 2040 on, or of so many days from tomorrow on.
fn period_day(number: u64, (end, time, short): (bool, bool, bool), within: Option<u64>) -> String {
    const DAYS_APART: u64 = 3;
    const FAR: Date = time::macros::date!(2040 - 01 - 01);
    let tomorrow = || time::OffsetDateTime::now_utc().date().next_day().unwrap_or(FAR);
    let (first, days) = within.map_or((FAR, 50 * 365), |days| (tomorrow(), days));
    let number = number % (days.saturating_sub(DAYS_APART) / DAYS_APART).max(1);
    let days = number * DAYS_APART + u64::from(end && !short);
    let day = first.checked_add(Duration::days(i64::try_from(days).unwrap_or_default()));
    let day = day.unwrap_or(first);
    if short && end {
        let hour = day.midnight().assume_utc() + Duration::HOUR;
        return hour.format(&Rfc3339).unwrap_or_default();
    }
    written(day, time)
}

/// The moment of a number, either of the fifty years from 2040 on or of the twenty from 2000 on.
fn moment(number: u64, ahead: bool) -> String {
    const HOURS_APART: u64 = 4;
    let (year, years) = if ahead { (2040, 50) } else { (2000, 20) };
    let slots = years * 365 * 24 / HOURS_APART;
    let hours = i64::try_from(number % slots * HOURS_APART).unwrap_or_default();
    let begin = Date::from_calendar_date(year, Month::January, 1).unwrap_or(Date::MIN);
    let moment = begin.midnight().assume_utc() + Duration::hours(hours);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// Text for an expression; with lookaround, which is left out when text is made, the first of several that matches.
fn matching(expression: &str, min: u64, max: u64, random: &mut Random) -> String {
    let text = matching_as_it_comes(expression, min, max, random);
    let Some(rest) = text.strip_prefix('0').filter(|rest| is_decimal(rest)) else { return text };
    // `0042.50` may come back as `42.50`: decimals begin with what counts, where they may.
    let schema = serde_json::json!({ "pattern": expression });
    let whole = Value::String(format!("1{rest}"));
    let is_valid =
        spec::validate::validator_for(&schema).is_ok_and(|validator| validator.is_valid(&whole));
    if is_valid { format!("1{rest}") } else { text }
}

/// Whether a text is digits, a point and digits.
fn is_decimal(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, part)| is_number(whole) && is_number(part))
}

fn matching_as_it_comes(expression: &str, min: u64, max: u64, random: &mut Random) -> String {
    const TRIES: usize = 64;
    let mut make = || pattern::matching(expression, min, max, random).unwrap_or_default();
    if !expression.contains("(?") {
        return make();
    }
    let schema = serde_json::json!({ "pattern": expression });
    let Ok(validator) = spec::validate::validator_for(&schema) else { return make() };
    let mut text = make();
    for _ in 0..TRIES {
        if validator.is_valid(&Value::String(text.clone())) {
            break;
        }
        text = make();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_begin_with_what_counts() {
        let mut random = Random::new(7);
        for _ in 0..200 {
            let text = matching(r"^[0-9]{1,7}\.[0-9]{3}$", 0, 99, &mut random);
            assert!(!text.starts_with('0') || text.starts_with("0."), "{text}");
        }
        assert_eq!(matching(r"^0[0]\.5$", 0, 9, &mut random), "00.5");
    }

    #[test]
    fn what_comes_soon_is_ahead_and_no_later_than_it_may() {
        let now = time::OffsetDateTime::now_utc();
        for number in [0, 1, 77, u64::MAX] {
            for days in [1, 3, 365] {
                let text = soon(number, days, true);
                let moment = time::OffsetDateTime::parse(&text, &Rfc3339).expect("a date-time");
                let most = i64::try_from(days.max(2)).expect("few");
                assert!(moment > now && moment <= now + Duration::days(most), "{text}");
            }
        }
        let moment = Fresh::Soon { days: 9, time: true }.stand_in();
        assert_eq!(moment, Fresh::Moment { ahead: true }.stand_in());
    }

    #[test]
    fn days_that_come_soon_are_ahead_and_within_their_limit() {
        let tomorrow = day(1, false);
        let last = day(9, false);
        for number in 0..20 {
            let drawn = soon(number, 9, false);
            assert!((tomorrow.as_str()..last.as_str()).contains(&drawn.as_str()), "{drawn}");
        }
        assert_ne!(soon(1, 9, false), soon(2, 9, false));
    }

    #[test]
    fn a_short_period_has_an_hour() {
        let source = FreshSource::new(7);
        let drawn =
            |end| source.make(&Fresh::PeriodDay { end, time: true, short: true, within: None });
        let (begin, end) = (drawn(false).to_string(), drawn(true).to_string());
        assert_eq!(begin.replace("T00:", "T01:"), end);
    }

    #[test]
    fn periods_do_not_touch() {
        let source = FreshSource::new(7);
        let mut before = String::new();
        for _ in 0..20 {
            let drawn = |end| {
                source.make(&Fresh::PeriodDay { end, time: false, short: false, within: None })
            };
            let (begin, end) = (drawn(false), drawn(true));
            let (begin, end) = (begin.as_str().expect("a day"), end.as_str().expect("a day"));
            assert!(before.as_str() < begin && begin < end, "{before}, {begin} to {end}");
            end.clone_into(&mut before);
        }
    }

    #[test]
    fn each_moment_that_lies_soon_is_drawn_before_one_is_drawn_twice() {
        let source = FreshSource::new(7);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..40 {
            // Other values are drawn between them.
            let _ = source.make(&Fresh::Uuid);
            assert!(seen.insert(source.make(&Fresh::Soon { days: 9, time: true }).to_string()));
        }
    }

    #[test]
    fn moments_are_hours_apart_and_ahead_or_over() {
        assert_eq!(moment(0, true), "2040-01-01T00:00:00Z");
        assert_eq!(moment(1, true), "2040-01-01T04:00:00Z");
        assert_eq!(moment(7, false), "2000-01-02T04:00:00Z");
        assert!(moment(u64::MAX, true) < moment(0, true).replace("2040", "2090"));
        assert!(moment(u64::MAX, false).as_str() < "2021");
    }
}
