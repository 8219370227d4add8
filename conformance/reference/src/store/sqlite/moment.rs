//! Moments as the database keeps them: microseconds since 1970 in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

use super::StoreError;

/// The clock's moment.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The clock's moment, or the first one after `previous` where the clock has not got beyond it.
pub(super) fn now_after(previous: i64) -> i64 {
    now().max(previous.saturating_add(1))
}

/// As a date and time.
pub(super) fn read(moment: i64) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(moment) * 1000)
        .map_err(|error| StoreError::Unreadable(format!("the moment {moment}: {error}")))
}

/// As the database keeps it; a moment that was read comes out as it went in.
pub(super) fn write(moment: OffsetDateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_was_written() {
        for moment in [0, 1, 999_999, 1_735_689_600_000_001, now()] {
            assert_eq!(write(read(moment).expect("in range")), moment);
        }
    }

    #[test]
    fn the_next_moment_is_later_even_when_the_clock_stands_or_steps_back() {
        let ahead = now() + 3_600_000_000;
        assert_eq!(now_after(ahead), ahead + 1);
        assert!(now_after(0) > 1);
    }

    #[test]
    fn a_moment_out_of_range_is_refused() {
        assert!(read(i64::MAX).is_err());
    }
}
