//! Days of the calendar, as RFC 3339 §5.6 writes them.

use serde_json::Value;
use time::format_description::well_known::Iso8601;
use time::macros::date;
use time::{Date, Duration};

/// The day of a date or a date-time.
pub(super) fn read(text: &str) -> Option<Date> {
    const LENGTH: usize = "2025-01-02".len();
    let (date, rest) = text.split_at_checked(LENGTH)?;
    let date = Date::parse(date, &Iso8601::DATE).ok()?;
    (rest.is_empty() || rest.starts_with('T')).then_some(date)
}

pub(super) fn written(date: Date) -> String {
    let (year, month, day) = date.to_calendar_date();
    format!("{year:04}-{:02}-{day:02}", u8::from(month))
}

/// The day of a number, of those before and behind it too: long ago, or far ahead.
pub(super) fn numbered(number: i64, is_ahead: bool) -> Option<Value> {
    let first = if is_ahead { date!(2098 - 02 - 01) } else { date!(2001 - 02 - 01) };
    first.checked_add(Duration::days(number)).map(|date| written(date).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for text in ["2024-02-29", "2024-02-29T10:00:00Z"] {
            assert_eq!(read(text).map(written).as_deref(), Some("2024-02-29"), "{text}");
        }
        for text in ["2023-02-29", "2024-02", "2024-02-29x", "", "2024-02-2ä"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(numbered(-1, false), Some("2001-01-31".into()));
        assert_eq!(numbered(20, true), Some("2098-02-21".into()));
    }
}
