//! `cargo xtask peers`: generated code on one side of each exchange, a tool of others on the other.
//!
//! ```text
//! exchanges.json ──client──▶ server ──what it has seen──▶ compare ──judgements.toml──▶ codegen/peers.md
//! ```
//!
//! No part of CI: packages come over a network. Everything listens on 127.0.0.1 and is gone when the command ends.

mod compare;
mod peer;
mod report;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anstream::{eprintln, println};
use anyhow::{Context as _, bail};
use clap::Args;

use crate::cargo::{Build, build};
use crate::listening::Listening;
use crate::packages::Installation;
use crate::{exit, process};
use compare::{Answer, Exchange, Judgement, Outcome};
use peer::{Peer, Role};

/// The files of this command, from the top of the repository.
const FILES: &str = "codegen/peers";

/// The last result.
const MARKDOWN: &str = "codegen/peers.md";

/// How long a client may take for all exchanges.
const AT_MOST: Duration = Duration::from_secs(120);

/// Set generated code against servers and clients of others, and compare what was sent with what was seen
///
/// Each TOML file of `codegen/peers/tools` is one peer: its packages, and how to run it. Packages are installed
/// once, into the cache, from PyPI and npm; this needs `python3`, `node`, `npm` and `curl`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0    every disagreement has a judgement
  1    a disagreement has none: it is `not examined` in codegen/peers.md
  2    something could not be run: no registry was reached, a peer did not start, a mistake in a file
  130  interrupted")]
pub(crate) struct Arguments {
    /// Only peers of these names; codegen/peers.md stays as it is, and what was found is printed
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,

    /// Where packages are kept [default: target/peers]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

/// Runs the peers and writes the report.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    peers(arguments).unwrap_or_else(|error| {
        if process::is_interrupted() {
            return exit::interrupted();
        }
        eprintln!("error: {error:#}");
        exit::unable()
    })
}

fn peers(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let files = crate::root().join(FILES);
    let all = peer::read_all(&files)?;
    if let Some(name) = arguments.only.iter().find(|name| all.iter().all(|it| it.name != **name)) {
        bail!("there is no peer `{name}`");
    }
    let cache = arguments.cache.clone().unwrap_or_else(|| crate::root().join("target/peers"));
    let bench = Bench {
        ours: build("peers", Build::Dev)?,
        exchanges: compare::exchanges(&files.join("exchanges.json"))?,
        cache: std::path::absolute(cache)?,
        files,
    };
    process::catch_signals()?;
    let judgements = compare::judgements(&bench.files.join("judgements.toml"))?;
    let mut outcomes = Vec::new();
    let wanted = |peer: &&Peer| arguments.only.is_empty() || arguments.only.contains(&peer.name);
    for peer in all.iter().filter(wanted) {
        eprintln!("{}", peer.name);
        let answers = bench.run(peer).with_context(|| peer.name.clone())?;
        outcomes.push(bench.judge(peer, answers, &judgements));
    }
    let markdown = report::markdown(&outcomes);
    if arguments.only.is_empty() {
        std::fs::write(crate::root().join(MARKDOWN), markdown)?;
        println!("written: {MARKDOWN}");
    } else {
        println!("{markdown}");
    }
    let open = outcomes.iter().map(Outcome::not_examined).sum::<usize>();
    if open > 0 {
        eprintln!("{open} disagreements are not examined");
        return Ok(exit::FAILED);
    }
    Ok(exit::OK)
}

/// What all peers are run with.
struct Bench {
    ours: PathBuf,
    exchanges: Vec<Exchange>,
    cache: PathBuf,
    files: PathBuf,
}

impl Bench {
    /// Sends all exchanges between the peer and generated code: an answer for each.
    fn run(&self, peer: &Peer) -> anyhow::Result<Vec<Answer>> {
        let folder = self.cache.join("packages").join(&peer.name);
        let installation = Installation::make(&folder, &peer.install)?;
        let list = self.cache.join("exchanges.json");
        std::fs::write(&list, serde_json::to_string(&self.exchanges)?)?;
        let theirs = peer.command(&self.files, &installation)?;
        let ours = Command::new(&self.ours);
        match peer.role {
            Role::Server => {
                let server = Listening::start(theirs)?;
                self.call(ours, &["call", &server.url], &list)
            }
            Role::Client => {
                let mut serve = ours;
                serve.arg("serve");
                let server = Listening::start(serve)?;
                self.call(theirs, &[&server.url], &list)
            }
        }
    }

    fn call(
        &self,
        mut client: Command,
        words: &[&str],
        list: &Path,
    ) -> anyhow::Result<Vec<Answer>> {
        let ended = process::run(client.args(words).arg(list), AT_MOST)?;
        let lines = ended.output.lines().filter_map(|line| serde_json::from_str(line).ok());
        let answers: Vec<Answer> = lines.collect();
        if answers.len() != self.exchanges.len() {
            let last: Vec<_> = ended.output.lines().rev().take(4).collect();
            bail!("{} answers of {}: {}", answers.len(), self.exchanges.len(), last.join(" / "));
        }
        Ok(answers)
    }

    fn judge<'a>(
        &'a self,
        peer: &Peer,
        answers: Vec<Answer>,
        judgements: &'a [Judgement],
    ) -> Outcome<'a> {
        Outcome::new(&peer.name, self.exchanges.iter().zip(answers), judgements)
    }
}
