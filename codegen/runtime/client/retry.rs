//! Whether a request is sent again, and when.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, StatusCode};
use time::{Date, Month, Time};

/// How often a request is sent again that had no luck.
///
/// Only what is idempotent (RFC 9110 §9.2.2: `GET`, `HEAD`, `OPTIONS`, `TRACE`, `PUT`, `DELETE`) is sent again, and only
/// where there was no connection, where it broke, or where the answer is 429, 502, 503 or 504. A request whose body is
/// a stream is sent once. Before each repetition there is a pause: what `Retry-After` asks for (RFC 9110 §10.2.3, a
/// number or a date), else one that doubles each time, and of which the second half is chance. An answer that asks
/// for more patience than there is, or than the call has time left, is handed over as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    times: u32,
    pause: Duration,
    longest: Duration,
    patience: Duration,
}

impl Retry {
    /// Not at all: how a client begins.
    #[must_use]
    pub fn never() -> Self {
        Self::times(0)
    }

    /// At most so many times. The first pause is 200 ms, the longest 10 s, and a server may ask for 60 s.
    #[must_use]
    pub fn times(times: u32) -> Self {
        Self {
            times,
            pause: Duration::from_millis(200),
            longest: Duration::from_secs(10),
            patience: Duration::from_secs(60),
        }
    }

    /// The same, with pauses between these two.
    #[must_use]
    pub fn with_pauses(self, first: Duration, longest: Duration) -> Self {
        Self { pause: first, longest, ..self }
    }

    /// The same, doing what `Retry-After` asks for up to this long.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Whether a request of this method may ever be sent again.
    pub(super) fn covers(&self, method: &Method) -> bool {
        self.times > 0 && method.is_idempotent()
    }

    /// How long to wait before the request is sent again that has been sent again so many times; `None`: it isn't.
    pub(super) fn pause(&self, repeated: u32, asked: Option<Duration>) -> Option<Duration> {
        if repeated >= self.times {
            return None;
        }
        match asked {
            Some(asked) => (asked <= self.patience).then_some(asked),
            None => {
                let doubled =
                    self.pause.saturating_mul(1_u32.checked_shl(repeated).unwrap_or(u32::MAX));
                let half = doubled.min(self.longest) / 2;
                Some(half + half.mul_f64(chance()))
            }
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::never()
    }
}

/// Whether an answer of this status may be another one soon.
pub(super) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// What `Retry-After` asks for, if it is there and says something.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    read_retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// How long a `Retry-After` of this text asks to wait: seconds, or a date. `now` is counted from 1970.
#[must_use]
pub fn read_retry_after(text: &str, now: Duration) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let at = Duration::from_secs(u64::try_from(http_date(text, now)?).unwrap_or(0));
    Some(at.saturating_sub(now))
}

/// A date in any of the three forms of RFC 9110 §5.6.7, as seconds since 1970.
fn http_date(text: &str, now: Duration) -> Option<i64> {
    let words: Vec<&str> =
        text.split([' ', ',', '-']).filter(|word| !word.is_empty() && *word != "GMT").collect();
    let (day, month, year, time) = match words.as_slice() {
        // `Sun Nov  6 08:49:37 1994` is how C's `asctime` writes it.
        [_, month, day, time, year] if time.contains(':') => (day, month, year, time),
        [_, day, month, year, time] => (day, month, year, time),
        _ => return None,
    };
    let number = year.parse::<i32>().ok()?;
    let year = if year.len() == 2 { century(number, now) } else { number };
    let date = Date::from_calendar_date(year, self::month(month)?, day.parse().ok()?).ok()?;
    let mut parts = time.splitn(3, ':').map(|part| part.parse::<u8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let time = Time::from_hms(hour, minute, second.min(59)).ok()?;
    Some(date.with_time(time).assume_utc().unix_timestamp())
}

/// Two digits mean the last year that ends so and is at most 50 years ahead.
fn century(year: i32, now: Duration) -> i32 {
    let this_year = 1970 + i32::try_from(now.as_secs() / 31_556_952).unwrap_or_default();
    let next = this_year - this_year.rem_euclid(100) + 100 + year;
    (0..3).map(|back| next - 100 * back).find(|year| *year <= this_year + 50).unwrap_or(next)
}

fn month(name: &str) -> Option<Month> {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    Month::try_from(u8::try_from(at + 1).ok()?).ok()
}

/// Something between 0 and 1: each hasher of the standard library has a key of its own.
fn chance() -> f64 {
    f64::from(RandomState::new().hash_one(0_u8) as u32) / f64::from(u32::MAX)
}
