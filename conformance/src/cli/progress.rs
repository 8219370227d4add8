//! The progress bar: on a terminal only, and on standard error, beside what may be piped.

use std::cell::Cell;

use indicatif::{ProgressBar, ProgressStyle};

use crate::judge::Verdict;
use crate::run::CaseOutcome;

pub(super) struct Progress {
    bar: ProgressBar,
    failed: Cell<usize>,
}

impl Progress {
    pub(super) fn new(cases: usize) -> Self {
        // Drawn to standard error, and not at all where that is no terminal.
        let bar = ProgressBar::new(cases as u64);
        let template = "{bar:40} {pos}/{len} cases {elapsed} {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        Self { bar, failed: Cell::new(0) }
    }

    pub(super) fn done(&self, outcome: &CaseOutcome) {
        if outcome.verdict == Verdict::Failed {
            self.failed.set(self.failed.get() + 1);
            self.bar.set_message(format!("{} failed", self.failed.get()));
        }
        self.bar.inc(1);
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
