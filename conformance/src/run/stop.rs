use std::fmt;

use tokio::sync::watch;

/// Tells a run to come to its end: asked once, it begins nothing more but undoes what it made; asked twice, it drops
/// everything.
#[derive(Debug)]
pub struct Stop(watch::Sender<u8>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Stop {
    /// Asks, or asks again.
    pub fn ask(&self) {
        self.0.send_modify(|times| *times = times.saturating_add(1));
    }

    /// Whether it has been asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Whether it has been asked twice.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        *self.0.borrow() > 1
    }

    /// Waits until it is asked twice.
    pub(super) async fn at_once(&self) {
        // The sender is `self`, so the channel stays open.
        let _ = self.0.subscribe().wait_for(|times| *times > 1).await;
    }
}

/// Why a case could not go on, through no fault of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// Somebody interrupted the run.
    Interrupted,
    /// The run took too long.
    OutOfTime,
    /// The target doesn't answer any more.
    Down,
    /// A case failed, and the run is to end at its first failure.
    FailedFast,
}

impl Halt {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Interrupted => "the run was interrupted",
            Self::Down => "the target went down",
            Self::OutOfTime => "the time for the whole run (`--max-time`) was over",
            Self::FailedFast => "the run ended at its first failure (`--fail-fast`)",
        }
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
