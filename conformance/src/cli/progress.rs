//! How far a plan and a run are, on standard error, beside what may be piped: a bar on a terminal, and elsewhere a line now and
//! then, so that the log of a long run shows that it is alive.

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::judge::Verdict;
use crate::report::words::{number, some};
use crate::run::{CaseOutcome, Event};

/// How long nothing is said: a run that is over by then needs no progress.
const QUIET: Duration = Duration::from_secs(5);
/// How long a terminal shows nothing: most plans are there by then.
const HIDDEN: Duration = Duration::from_secs(1);
/// How long nothing is said in between once a run has taken a minute.
const PATIENT: Duration = Duration::from_secs(15);

pub(super) struct Progress {
    /// Drawn to standard error, and not at all where that is no terminal.
    bar: ProgressBar,
    lines: Option<Lines>,
    failed: Cell<usize>,
}

/// What is printed where there is no terminal.
struct Lines {
    started: Instant,
    last: Cell<Duration>,
}

impl Lines {
    fn unless_terminal() -> Option<Self> {
        let lines = Self { started: Instant::now(), last: Cell::new(Duration::ZERO) };
        (!std::io::stderr().is_terminal()).then_some(lines)
    }

    fn print_if_due(&self, line: impl FnOnce(Duration) -> String) {
        let elapsed = self.started.elapsed();
        if is_due(elapsed, self.last.get()) {
            self.last.set(elapsed);
            anstream::eprintln!("{}", line(elapsed));
        }
    }
}

/// How far a plan is.
pub(super) struct Planning {
    bar: ProgressBar,
    lines: Option<Lines>,
}

impl Planning {
    pub(super) fn new() -> Self {
        let bar = styled(0, "{bar:40} {pos}/{len} operations planned {elapsed}");
        Self { bar, lines: Lines::unless_terminal() }
    }

    /// Of so many of these operations the cases are known.
    pub(super) fn tell(&self, done: usize, all: usize) {
        if let Some(lines) = &self.lines {
            lines.print_if_due(|elapsed| {
                let (done, all) = (number(done), some(all, "operation"));
                format!("planning: {done}/{all}, {} s", elapsed.as_secs())
            });
        } else if self.bar.elapsed() >= HIDDEN {
            self.bar.set_length(all as u64);
            self.bar.set_position(done as u64);
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar of so many, which is drawn as soon as it is told of one.
fn styled(length: usize, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━━─"));
    }
    bar
}

impl Progress {
    pub(super) fn new(cases: usize) -> Self {
        let bar = styled(cases, "{bar:40} {pos}/{len} cases {elapsed} {msg}");
        Self { bar, lines: Lines::unless_terminal(), failed: Cell::new(0) }
    }

    pub(super) fn tell(&self, event: Event<'_>) {
        match event {
            Event::Done(outcome) => self.done(outcome),
            Event::SeesAgain { done, of } => self.sees_again(done, of),
        }
    }

    fn sees_again(&self, done: usize, of: usize) {
        let message = format!("seeing failures again, alone: {} of {}", number(done), number(of));
        self.bar.set_message(message.clone());
        self.print_if_due(|elapsed| format!("{message}, {} s", elapsed.as_secs()));
    }

    fn done(&self, outcome: &CaseOutcome) {
        if outcome.verdict == Verdict::Failed {
            self.failed.set(self.failed.get() + 1);
            self.bar.set_message(format!("{} failed", self.failed.get()));
        }
        self.bar.inc(1);
        self.print_if_due(|elapsed| {
            let done = usize::try_from(self.bar.position()).unwrap_or(usize::MAX);
            let all = self.bar.length().and_then(|all| usize::try_from(all).ok());
            line(done, all.unwrap_or(done), self.failed.get(), elapsed)
        });
    }

    fn print_if_due(&self, line: impl FnOnce(Duration) -> String) {
        if let Some(lines) = &self.lines {
            lines.print_if_due(line);
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Whether it is time for another line.
fn is_due(elapsed: Duration, last: Duration) -> bool {
    let pause = if last < Duration::from_secs(60) { QUIET } else { PATIENT };
    elapsed >= last + pause
}

/// `412/1,930 cases, 3 failed, 38 s`
fn line(done: usize, all: usize, failed: usize, elapsed: Duration) -> String {
    let failed = if failed > 0 { format!(", {} failed", number(failed)) } else { String::new() };
    format!("{}/{}{failed}, {} s", number(done), some(all, "case"), elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_every_few_seconds_and_not_at_once() {
        for (elapsed, last, due) in [
            (4, 0, false),
            (5, 0, true),
            (9, 5, false),
            (10, 5, true),
            (70, 61, false),
            (76, 61, true),
        ] {
            let seconds = Duration::from_secs;
            assert_eq!(is_due(seconds(elapsed), seconds(last)), due, "{elapsed} after {last}");
        }
    }

    #[test]
    fn a_line_says_how_far_it_is() {
        let elapsed = Duration::from_millis(38_900);
        assert_eq!(line(412, 1930, 3, elapsed), "412/1,930 cases, 3 failed, 38 s");
        assert_eq!(line(1, 1, 0, elapsed), "1/1 case, 38 s");
    }
}
