//! Documents × stages, on several threads, with a progress bar.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anstream::eprintln;
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::compile::Builder;
use super::documents::Document;
use super::results::{Outcome, Record, Store};
use super::stages::{Stage, Subject};

/// How a folder of documents is worked through.
pub(super) struct Work {
    /// Where results are kept.
    pub(super) store: Store,
    /// How many documents at a time.
    pub(super) jobs: Option<NonZero<usize>>,
    /// What each document goes through.
    pub(super) stages: &'static [Stage],
    /// Whether what is kept is done again.
    pub(super) fresh: bool,
}

/// What the workers share.
struct Shared<'a> {
    work: &'a Work,
    queue: Mutex<VecDeque<Document>>,
    done: Mutex<Vec<Record>>,
    toolchain: String,
    progress: ProgressBar,
    /// Ctrl-C, or a worker that can't go on.
    stop: Arc<AtomicBool>,
}

impl Work {
    /// Puts each document through the stages. `None` where it was interrupted.
    ///
    /// # Errors
    /// What kept a stage from being done, for whatever document.
    pub(super) fn run(&self, documents: Vec<Document>) -> anyhow::Result<Option<Vec<Record>>> {
        let jobs = self.jobs.map_or(1, NonZero::get).min(documents.len());
        let stop = Arc::new(AtomicBool::new(false));
        let interrupted = Arc::new(AtomicBool::new(false));
        let flags = (Arc::clone(&stop), Arc::clone(&interrupted));
        // The compilers of a terminal's foreground get the signal, too.
        ctrlc::set_handler(move || {
            flags.1.store(true, Ordering::SeqCst);
            flags.0.store(true, Ordering::SeqCst);
        })
        .context("Ctrl-C can't be caught")?;
        let shared = Shared {
            work: self,
            progress: progress(documents.len()),
            // The largest first, or one worker would be busy with it long after the others are done.
            queue: Mutex::new(documents.into_iter().rev().collect()),
            done: Mutex::default(),
            toolchain: toolchain()?,
            stop,
        };
        thread::scope(|scope| {
            let shared = &shared;
            let workers: Vec<_> =
                (0..jobs).map(|number| scope.spawn(move || shared.worker(number))).collect();
            let results = workers.into_iter().map(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            results.collect::<anyhow::Result<()>>()
        })?;
        shared.progress.finish_and_clear();
        if interrupted.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let mut records = shared.done.into_inner().unwrap_or_else(PoisonError::into_inner);
        records.sort_by(|a, b| (a.facts.bytes, &a.facts.name).cmp(&(b.facts.bytes, &b.facts.name)));
        Ok(Some(records))
    }
}

impl Shared<'_> {
    fn worker(&self, number: usize) -> anyhow::Result<()> {
        let mut builder = Builder::new(self.work.store.target(number));
        while let Some(document) = self.next() {
            let tried = self.try_document(&document, &mut builder);
            let tried = tried.with_context(|| format!("`{}`", document.name));
            match tried {
                Ok(Some(record)) => self.finish(record),
                Ok(None) => break,
                Err(error) => {
                    self.stop.store(true, Ordering::SeqCst);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<Document> {
        if self.stop.load(Ordering::SeqCst) {
            return None;
        }
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Puts a document through the stages, up to the one that fails. `None` where it was interrupted.
    fn try_document(
        &self,
        document: &Document,
        builder: &mut Builder,
    ) -> anyhow::Result<Option<Record>> {
        let store = &self.work.store;
        let kept = store.load(&document.name).filter(|_| !self.work.fresh).unwrap_or_default();
        let workspace = store.workspace(&document.name);
        let mut subject = Subject::new(document, builder, workspace, &self.toolchain);
        let mut record = Record::default();
        for stage in self.work.stages {
            let is_same = subject.digest.as_ref() == Some(&kept.digest);
            let known = kept.outcomes.get(stage.name).filter(|known| is_same && known.passed);
            let outcome = match known {
                Some(known) => {
                    subject.facts.fidelity.clone_from(&kept.facts.fidelity);
                    known.clone()
                }
                None => {
                    self.progress.set_message(format!("{}: {}", document.name, stage.name));
                    guarded(stage, &mut subject)?
                }
            };
            if self.stop.load(Ordering::SeqCst) {
                return Ok(None);
            }
            let passed = outcome.passed;
            record.outcomes.insert(stage.name.to_owned(), outcome);
            record.facts = subject.facts.clone();
            record.digest = subject.digest.clone().unwrap_or_default();
            if known.is_none() && !record.digest.is_empty() {
                store.save(&record)?;
            }
            if !passed {
                break;
            }
        }
        Ok(Some(record))
    }

    fn finish(&self, record: Record) {
        let name = &record.facts.name;
        if let Some((stage, outcome)) = record.failed() {
            self.say(&format!("{name}: {stage} failed\n{}", shortened(&outcome.said)));
        } else if self.progress.is_hidden() {
            self.say(&format!("{name}: passed"));
        }
        self.progress.inc(1);
        self.done.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }

    fn say(&self, text: &str) {
        self.progress.suspend(|| eprintln!("{text}"));
    }
}

/// Does a stage; a panic in it is a failure of the document, as anything else.
fn guarded(stage: &Stage, subject: &mut Subject) -> anyhow::Result<Outcome> {
    match catch_unwind(AssertUnwindSafe(|| (stage.run)(subject))) {
        Ok(outcome) => outcome,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
            Ok(Outcome::failed(format!("panicked: {text}")))
        }
    }
}

/// The first lines of what was said; all of it stands in the results.
fn shortened(said: &str) -> String {
    const SHOWN: usize = 40;
    let lines: Vec<&str> = said.lines().take(SHOWN).collect();
    let more = if said.lines().nth(SHOWN).is_some() { "\n…" } else { "" };
    lines.join("\n") + more
}

fn progress(documents: usize) -> ProgressBar {
    let template = "{bar:30} {pos}/{len} {elapsed} {msg}";
    let style = ProgressStyle::with_template(template);
    let bar = ProgressBar::new(documents as u64);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// The compiler, as it names itself.
fn toolchain() -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().context("rustc could not be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
