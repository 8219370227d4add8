//! `cargo xtask corpus`: real documents become crates that the compiler and clippy have nothing to say about.
//!
//! ```text
//! folder ──documents──▶ Document ──stages──▶ Record ──results──▶ target/corpus ──report──▶ table, JSON, Markdown
//! ```
//!
//! Documents go side by side, each in a workspace of its own that shares this repository's `Cargo.lock`; each of the
//! workers has one target folder, so that dependencies are compiled once a worker. What passed is kept, with a digest
//! of all that it came from, and isn't done again until that changes: a run that was interrupted goes on where it was.

mod allowed;
mod compile;
pub(crate) mod documents;
mod report;
mod results;
mod stages;
mod work;

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::eprintln;
use anyhow::{Context as _, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::exit;
use allowed::Allowed;
use documents::Document;
use report::Report;
use results::Store;
use stages::STAGES;
use work::Work;

/// The documents, from the top of this repository: beside it, and no part of it.
pub(crate) const FOLDER: &str = "../shared/corpus";

/// The last result for them.
const MARKDOWN: &str = "codegen/corpus.md";

/// What is known to fail.
const ALLOWED: &str = "codegen/corpus-allowed.toml";

/// Generate, check and lint a crate from every document of a folder
///
/// A document is a JSON or YAML file, or a folder whose top has the one file that the others are referred to from.
/// Failures that are known stand in `codegen/corpus-allowed.toml`, each with a reason; one that is no longer needed
/// fails too. What passed is kept in `target/corpus` until the document, the generator or the toolchain changes.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0    every document passes every stage, or is known not to; or there is no such folder, and none was named
  1    a stage failed that is not known to, or a known failure is none any more
  2    a mistake in the flags or the list of known failures, or something that can't be read or written
  130  interrupted; what was finished is kept")]
pub(crate) struct Arguments {
    /// The folder of documents [default: ../shared/corpus]
    folder: Option<PathBuf>,

    /// Only documents of these names
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,

    /// Only documents of at most so many kilobytes
    #[arg(long, value_name = "KB")]
    max_size: Option<u64>,

    /// How many documents at a time [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,

    /// Stop behind this stage
    #[arg(long, value_name = "STAGE", value_parser = PossibleValuesParser::new(STAGES.iter().map(|stage| stage.name)))]
    until: Option<String>,

    /// Do everything again, whatever is kept
    #[arg(long)]
    fresh: bool,

    /// Write the result as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Write the result to codegen/corpus.md, too: for all documents of the default folder
    #[arg(long, conflicts_with_all = ["folder", "only", "max_size", "until"])]
    write: bool,
}

/// Runs the documents through the stages and shows what came of them.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    corpus(arguments).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        exit::unable()
    })
}

fn corpus(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = crate::root();
    let folder = arguments.folder.clone().unwrap_or_else(|| root.join(FOLDER));
    if arguments.folder.is_none() && !folder.is_dir() {
        eprintln!("skipped: there are no documents in {FOLDER} beside this repository");
        return Ok(exit::OK);
    }
    let allowed = Allowed::read(&root.join(ALLOWED))?;
    let documents = chosen(arguments, documents::find(&folder)?)?;
    let work = Work {
        store: Store::new(&root.join("target/corpus"))?,
        jobs: arguments.jobs.or_else(|| std::thread::available_parallelism().ok()),
        stages: stages::until(arguments.until.as_deref()),
        fresh: arguments.fresh,
    };
    let Some(records) = work.run(documents)? else {
        eprintln!("interrupted; what was finished is kept, and a second run goes on from there");
        return Ok(exit::interrupted());
    };
    let report = Report::new(records, &allowed);
    anstream::print!("{}", report.terminal());
    if let Some(path) = &arguments.json {
        write(path, &report.json()?)?;
    }
    if arguments.write {
        write(&root.join(MARKDOWN), &report.markdown())?;
    }
    Ok(if report.is_green() { exit::OK } else { exit::FAILED })
}

/// The documents that the flags leave.
fn chosen(arguments: &Arguments, mut documents: Vec<Document>) -> anyhow::Result<Vec<Document>> {
    for name in &arguments.only {
        if !documents.iter().any(|document| document.name == *name) {
            bail!("there is no document `{name}`");
        }
    }
    let limit = arguments.max_size.map_or(u64::MAX, |kilobytes| kilobytes.saturating_mul(1000));
    documents.retain(|document| {
        let is_named = arguments.only.is_empty() || arguments.only.contains(&document.name);
        is_named && document.bytes <= limit
    });
    if documents.is_empty() {
        bail!("the flags leave no document");
    }
    Ok(documents)
}

/// Writes a file as a whole or not at all.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let place = || format!("{} can't be written", path.display());
    let mut file =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).with_context(place)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).with_context(place)?;
    make_readable(&file).with_context(place)?;
    file.persist(path).with_context(place)?;
    Ok(())
}

/// Temporary files are their owner's alone; what is written is for everybody, as any other file.
fn make_readable(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}
