//! `conformance clean`: removes what earlier runs made and could not remove again, by their journals.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::execute::journals_of;
use super::prepare::{Prepared, prepare};
use super::targets::path_for;
use super::{CleanFlags, Defaults};
use crate::exit::Exit;
use crate::judge::Judge;
use crate::report::words::some;
use crate::run::{Entry, Journal, Options, Runner, Stop, remove};
use crate::transport::{Http, Limits};

/// Removes what is left.
pub(super) fn clean(flags: &CleanFlags, defaults: &Defaults<'_>) -> Exit {
    let targets = match prepare(&flags.run, defaults) {
        Ok(targets) => targets,
        Err(mistake) => {
            anstream::eprintln!("{}", mistake.trim_end());
            return Exit::Mistake;
        }
    };
    let exits: Vec<Exit> = targets.iter().map(|prepared| clean_one(flags, prepared)).collect();
    let worst = exits.into_iter().max_by_key(|exit| exit.code());
    worst.unwrap_or(Exit::Conforms)
}

fn clean_one(flags: &CleanFlags, prepared: &Prepared) -> Exit {
    let journals = match journals(flags, prepared) {
        Ok(journals) => journals,
        Err(mistake) => {
            anstream::eprintln!("error: {mistake}");
            return Exit::Mistake;
        }
    };
    if journals.is_empty() {
        anstream::eprintln!("no journal of a run against {} is left: nothing to do", prepared.url);
        return Exit::Conforms;
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: can't start: {error}");
            return Exit::Mistake;
        }
    };
    let mut left = 0;
    for (path, entries) in journals {
        let kept = runtime.block_on(remove_all(prepared, &entries, flags.run.timeout));
        if kept == 0
            && let Err(error) = std::fs::remove_file(&path)
        {
            anstream::eprintln!("warning: {} can't be removed: {error}", path.display());
        }
        left += kept;
    }
    if left == 0 { Exit::Conforms } else { Exit::DoesNotConform }
}

type Left = Vec<(PathBuf, Vec<Entry>)>;

fn journals(flags: &CleanFlags, prepared: &Prepared) -> Result<Left, String> {
    let paths = match &flags.run.journal {
        Some(path) => vec![path_for(path, &prepared.name)],
        None => files(&journals_of(&prepared.url)),
    };
    let read = |path: PathBuf| {
        let entries = Journal::read(&path);
        let entries = entries.map_err(|error| format!("can't read {}: {error}", path.display()))?;
        Ok((path, entries))
    };
    paths.into_iter().map(read).collect()
}

/// The journals of a folder; there are none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    paths.sort();
    paths
}

/// Performs the workflows that give the tokens of credentials; the tokens are kept by the profile.
async fn log_in(prepared: &Prepared, http: &Http, timeout: Duration) {
    let sources = &prepared.plan.routines.sources;
    let Ok(judge) = Judge::new(&prepared.contract) else { return };
    if sources.is_empty() {
        return;
    }
    let (stop, options) = (Stop::default(), options(prepared, timeout));
    let runner = Runner::new(&judge, &prepared.profile, http, &stop, options);
    runner.with_sources(sources).log_in().await;
}

fn options(prepared: &Prepared, timeout: Duration) -> Options {
    let deadline = Instant::now() + timeout * 10;
    Options { workers: 1, timeout, deadline, url: prepared.url.clone(), seed: 0 }
}

/// Removes the newest first, as it may lie within an older one; how many are left. What is in use by another thing is
/// tried again once that is gone.
async fn remove_all(prepared: &Prepared, entries: &[Entry], timeout: Duration) -> usize {
    let network = prepared.profile.network();
    let http = Http::over(network, prepared.base.clone(), Limits::default());
    log_in(prepared, &http, timeout).await;
    let mut left: Vec<&Entry> = entries.iter().rev().collect();
    for is_last in [false, true] {
        let mut still = Vec::new();
        for entry in left {
            let told = format!("{} {}", entry.method, entry.target);
            match remove(entry, &prepared.contract, &prepared.profile, &http, timeout).await {
                Ok(status) => anstream::eprintln!("removed: {told} → {status}"),
                Err(reason) => {
                    if is_last {
                        anstream::eprintln!("left: {told}: {reason}");
                    }
                    still.push(entry);
                }
            }
        }
        left = still;
    }
    let left = left.len();
    anstream::eprintln!("{} removed, {left} left", some(entries.len() - left, "thing"));
    left
}
