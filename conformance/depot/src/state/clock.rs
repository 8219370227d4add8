//! Ids and times.

use time::OffsetDateTime;

/// Makes ids that ascend, and times of which each is later than the one before.
#[derive(Debug, Clone)]
pub struct Clock {
    last_id: i64,
    last_time: OffsetDateTime,
}

impl Default for Clock {
    fn default() -> Self {
        Self { last_id: 0, last_time: OffsetDateTime::UNIX_EPOCH }
    }
}

impl Clock {
    /// An id that nothing has had before.
    pub fn id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// Now, in whole microseconds, and later than ever before.
    pub fn now(&mut self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc();
        let now = now.replace_microsecond(now.microsecond()).unwrap_or(now);
        let next = self.last_time + time::Duration::MICROSECOND;
        self.last_time = now.max(next);
        self.last_time
    }
}
