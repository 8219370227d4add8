//! One service, both tools: started anew for each, so that neither finds what the other left.

use std::path::{Path, PathBuf};

use anstream::eprintln;
use anyhow::{Context as _, anyhow};

use super::failure::Tool;
use super::launch::{Running, Subject};
use super::results::{Left, Measured, Ours, Peer};
use super::{ours, peer};

/// What services are measured with.
pub(super) struct Tools {
    /// Our suite.
    pub(super) suite: PathBuf,
    /// Schemathesis, unless it is left out.
    pub(super) peer: Option<PathBuf>,
    /// Where documents, logs and reports go.
    pub(super) runs: PathBuf,
    /// Whether data folders stay.
    pub(super) keep: bool,
}

/// A tool's run on a service.
struct Visit<'a> {
    tools: &'a Tools,
    subject: &'a Subject<'a>,
    folder: PathBuf,
    troubles: Vec<String>,
}

impl Tools {
    /// Measures a service; what can't be measured is told in the result.
    pub(super) fn measure(&self, subject: &Subject<'_>) -> Measured {
        let folder = self.runs.join(subject.name.replace('/', "-"));
        let mut visit = Visit { tools: self, subject, folder, troubles: Vec::new() };
        let ours = visit.ours();
        let ours = visit.noted("our suite", ours);
        let peer = match (&self.peer, &ours) {
            (Some(program), Some(_)) => {
                let peer = visit.peer(program);
                visit.noted("Schemathesis", peer)
            }
            _ => None,
        };
        let date = time::OffsetDateTime::now_utc().date().to_string();
        Measured { name: subject.name.clone(), date, ours, peer, troubles: visit.troubles }
    }
}

impl Visit<'_> {
    fn ours(&mut self) -> anyhow::Result<Ours> {
        let mut running = self.start(Tool::Suite)?;
        let document = running.document(self.subject, &self.folder)?;
        let profile = self.folder.join("profile.toml");
        let table = running.placeholders.expand_table(&self.subject.file.profile);
        std::fs::write(&profile, toml::to_string(&table)?)?;
        let report = self.folder.join("ours.json");
        let limits = self.subject.file.limits;
        eprintln!("  our suite, {} s at most", limits.seconds);
        let before = running.counts(self.subject)?;
        let url = self.url(&running);
        let mut found = ours::run(&self.tools.suite, &url, &document, &profile, &report, limits)?;
        eprintln!(
            "  {} of {} cells reached, {} failed, {:.1} s",
            found.reached, found.documented, found.failed, found.seconds
        );
        found.left = self.left(&mut running, &before, "our suite");
        Ok(found)
    }

    fn peer(&mut self, program: &Path) -> anyhow::Result<Peer> {
        let mut running = self.start(Tool::Schemathesis)?;
        let document = running.document(self.subject, &self.folder)?;
        let events = self.folder.join("schemathesis.ndjson");
        let more = self.subject.file.schemathesis.iter();
        let more: Vec<_> = more.map(|text| running.placeholders.expand(text)).collect();
        let limits = self.subject.file.limits;
        eprintln!("  Schemathesis, {} s at most", limits.seconds);
        let before = running.counts(self.subject)?;
        let url = self.url(&running);
        let headers = &running.client.headers;
        let mut found = peer::run(program, &url, &document, &events, headers, &more, limits)?;
        eprintln!("  {} failures, {:.1} s", found.failures.len(), found.seconds);
        found.left = self.left(&mut running, &before, "Schemathesis");
        Ok(found)
    }

    fn start(&self, tool: Tool) -> anyhow::Result<Running> {
        std::fs::create_dir_all(&self.folder)
            .with_context(|| format!("{} can't be made", self.folder.display()))?;
        let log = self.folder.join(match tool {
            Tool::Suite => "service.log",
            Tool::Schemathesis => "service-schemathesis.log",
        });
        self.subject.start(&log, self.tools.keep)
    }

    /// What the document's paths are below.
    fn url(&self, running: &Running) -> String {
        format!("{}{}", running.client.url, self.subject.file.document.base)
    }

    /// What a run left behind; that the service ended on the way is trouble worth telling.
    fn left(&mut self, running: &mut Running, before: &[u64], tool: &str) -> Vec<Left> {
        if !running.is_alive() {
            let ended = Err::<(), _>(anyhow!("the service ended during the run"));
            self.noted(tool, ended);
            return Vec::new();
        }
        let after = running.counts(self.subject);
        let Some(after) = self.noted(tool, after) else { return Vec::new() };
        let lists = self.subject.file.leftovers.iter().zip(before.iter().zip(after));
        let left = lists.map(|(list, (before, after))| Left {
            what: list.what.clone(),
            before: *before,
            after,
        });
        left.collect()
    }

    /// The value, or a note of what went wrong.
    fn noted<T>(&mut self, tool: &str, result: anyhow::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                eprintln!("  {tool}: {error:#}");
                self.troubles.push(format!("{tool}: {error:#}"));
                None
            }
        }
    }
}
