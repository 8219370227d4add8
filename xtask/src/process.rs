//! Child processes that end: within their time, on Ctrl-C, and with whatever they started themselves.
//!
//! Each child leads a process group of its own, which is signalled as a whole: a package's start script often is a
//! shell around an interpreter around the service.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Ctrl-C, or the end of the session.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How often a child is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a child has after SIGTERM.
const GRACE: Duration = Duration::from_secs(10);

/// Catches Ctrl-C and SIGTERM: whoever waits for a child then stops and ends it.
///
/// # Errors
/// Where the signals can't be caught.
pub(crate) fn catch_signals() -> anyhow::Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .context("Ctrl-C can't be caught")
}

pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// How a command ended, and all that it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) success: bool,
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
}

/// Runs a command to its end.
///
/// # Errors
/// Where it can't be started, takes longer than `at_most`, or was interrupted.
pub(crate) fn run(command: &mut Command, at_most: Duration) -> anyhow::Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut log = tempfile::tempfile().context("no temporary file")?;
    let mut group = Group::start(command, &log)?;
    let until = Instant::now() + at_most;
    let status = loop {
        if let Some(status) = group.child.try_wait()? {
            break status;
        }
        if is_interrupted() {
            bail!("interrupted");
        }
        if Instant::now() > until {
            bail!("`{name}` takes longer than {} s", at_most.as_secs());
        }
        std::thread::sleep(PAUSE);
    };
    let mut output = Vec::new();
    log.rewind()?;
    log.read_to_end(&mut output)?;
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(Ended { success: status.success(), code: status.code(), output })
}

/// A running child with all that it started; ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
}

impl Group {
    /// Starts a command whose words go to a log.
    ///
    /// # Errors
    /// Where it can't be started.
    fn start(command: &mut Command, log: &File) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
        let child = command.process_group(0).spawn();
        Ok(Self { child: child.with_context(|| format!("`{name}` can't be started"))? })
    }

    /// Starts a service and waits until `is_ready`.
    ///
    /// # Errors
    /// Where it can't be started, ends by itself, or isn't ready within `at_most`.
    pub(crate) fn service(
        command: &mut Command,
        log: &Path,
        at_most: Duration,
        is_ready: impl Fn() -> bool,
    ) -> anyhow::Result<Self> {
        let file =
            File::create(log).with_context(|| format!("{} can't be written", log.display()))?;
        let mut group = Self::start(command, &file)?;
        let until = Instant::now() + at_most;
        while !is_ready() {
            if is_interrupted() {
                bail!("interrupted");
            }
            if let Some(status) = group.child.try_wait()? {
                bail!("it ended by itself, {status}: {}", last_words(log));
            }
            if Instant::now() > until {
                bail!("it isn't ready within {} s: {}", at_most.as_secs(), last_words(log));
            }
            std::thread::sleep(PAUSE * 4);
        }
        Ok(group)
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            // A group that is gone needs no signal.
            let _ = killpg(Pid::from_raw(id), signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::SIGTERM);
        let until = Instant::now() + GRACE;
        while self.is_alive() && Instant::now() < until {
            std::thread::sleep(PAUSE);
        }
        // The leader may be gone and its children not.
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

fn last_words(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_default();
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_says_is_kept() {
        let mut command = Command::new("sh");
        let ended =
            run(command.args(["-c", "echo out; echo err >&2; exit 3"]), Duration::from_secs(10));
        let ended = ended.expect("it ends");
        assert_eq!((ended.code, ended.output.as_str()), (Some(3), "out\nerr\n"));
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        let mut command = Command::new("sh");
        let began = Instant::now();
        let error = run(command.args(["-c", "sleep 60 & wait"]), Duration::from_millis(100));
        assert!(error.expect_err("too long").to_string().contains("takes longer"));
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}
