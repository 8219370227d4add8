//! What a run made and has not removed yet, on disk: so that it can be removed however the run ended.
//!
//! One JSON object a line, appended before anything else happens. There are no secrets in it: a request is kept by its
//! method and path, a credential by its name. The file comes with the first thing that is made, and goes when nothing
//! is left.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How something that was made is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The operation that removes it.
    pub operation_id: String,
    /// Its method.
    pub method: String,
    /// Path behind the target's URL, percent-encoded.
    pub target: String,
    /// The name of the credential that may; `None`: nobody is asked for.
    pub credential: Option<String>,
    /// The JSON that goes with it, if any, and its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<(String, Value)>,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// Something was made.
    Made(Entry),
    /// It was removed again.
    Removed(Entry),
}

/// The journal of one run.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    /// How often each is there.
    left: IndexMap<String, (Entry, usize)>,
    broken: Option<String>,
}

impl Journal {
    /// A journal at this place; nothing is written yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::default() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What an earlier run left, by its journal.
    ///
    /// # Errors
    /// When the file can't be read, or isn't a journal.
    pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
        let text = std::fs::read_to_string(path)?;
        let mut left: Vec<Entry> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            // The last line may be cut off: then nothing had been made by it yet.
            let is_last = number + 1 == text.lines().count() && !text.ends_with('\n');
            match serde_json::from_str(line) {
                Ok(Line::Made(entry)) => left.push(entry),
                Ok(Line::Removed(entry)) => {
                    if let Some(index) = left.iter().position(|one| *one == entry) {
                        left.remove(index);
                    }
                }
                Err(_) if is_last => {}
                Err(error) => {
                    let what = format!("line {}: {error}", number + 1);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                }
            }
        }
        Ok(left)
    }

    /// Notes down that something was made.
    pub(super) fn made(&self, entry: Entry) {
        let mut state = self.state();
        state.left.entry(entry.key()).or_insert_with(|| (entry.clone(), 0)).1 += 1;
        self.write(&mut state, &Line::Made(entry));
    }

    /// Notes down that it is gone.
    pub(super) fn removed(&self, entry: Entry) {
        let mut state = self.state();
        let is_last = match state.left.get_mut(&entry.key()) {
            Some((_, count)) => {
                *count = count.saturating_sub(1);
                *count == 0
            }
            None => return,
        };
        if is_last {
            state.left.swap_remove(&entry.key());
        }
        self.write(&mut state, &Line::Removed(entry));
    }

    /// What was made and is not known to be gone.
    #[must_use]
    pub fn left(&self) -> Vec<Entry> {
        self.state().left.values().map(|(entry, _)| entry.clone()).collect()
    }

    /// Why it could not be written, if so.
    #[must_use]
    pub fn broken(&self) -> Option<String> {
        self.state().broken.clone()
    }

    /// Takes the file away if nothing is left.
    pub fn close(&self) {
        let mut state = self.state();
        if state.left.is_empty() && state.file.take().is_some() {
            // What is empty does no harm where it stays.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, state: &mut State, line: &Line) {
        let written = self.try_write(state, line);
        if let Err(error) = written {
            state.broken.get_or_insert_with(|| error.to_string());
        }
    }

    fn try_write(&self, state: &mut State, line: &Line) -> io::Result<()> {
        if state.file.is_none() {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            state.file = Some(OpenOptions::new().create(true).append(true).open(&self.path)?);
        }
        let Some(file) = &mut state.file else { return Ok(()) };
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        file.write_all(text.as_bytes())
    }
}

impl Entry {
    fn key(&self) -> String {
        format!("{} {} {:?}", self.method, self.target, self.credential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(target: &str) -> Entry {
        Entry {
            body: None,
            operation_id: "deletePet".to_owned(),
            method: "DELETE".to_owned(),
            target: target.to_owned(),
            credential: Some("admin".to_owned()),
        }
    }

    #[test]
    fn what_is_left_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::new(folder.path().join("runs").join("one.jsonl"));
        journal.made(entry("/pets/1"));
        journal.made(entry("/pets/2"));
        journal.removed(entry("/pets/1"));
        assert_eq!(journal.broken(), None);
        assert_eq!(Journal::read(journal.path()).expect("a journal"), [entry("/pets/2")]);
        journal.close();
        assert!(journal.path().exists(), "something is left");
        journal.removed(entry("/pets/2"));
        journal.close();
        assert!(!journal.path().exists());
    }

    #[test]
    fn a_line_that_was_cut_off_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("one.jsonl");
        let line = serde_json::to_string(&Line::Made(entry("/pets/1"))).expect("JSON");
        std::fs::write(&path, format!("{line}\n{{\"made\": {{\"oper")).expect("written");
        assert_eq!(Journal::read(&path).expect("a journal"), [entry("/pets/1")]);
        std::fs::write(&path, "nonsense\n").expect("written");
        assert!(Journal::read(&path).is_err());
    }
}
