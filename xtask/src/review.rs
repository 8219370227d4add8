//! `cargo xtask review`: what a change of the contract does to those who rely on it.

mod coverage;
mod git;
mod sampling;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use spec::compare::{Severity, compare_with};
use spec::lint::lint;
use spec::review::Review;
use spec::validate::BothWays;
use spec::{Contract, FileSystem, Finding, Source};

use crate::exit;
use git::Revision;
use sampling::Suite;

/// The contract of this repository, from its top.
const CONTRACT: &str = "spec/workspace.yaml";

/// Its workflows.
const WORKFLOWS: &str = "spec/workspace.arazzo.yaml";

/// Judge what has changed in the contract, and lint it as it is now
///
/// Findings are breaking, dangerous or compatible; those of lint, too: an error counts as breaking, a warning as
/// dangerous, a note as compatible. Exits 0, or 1 if there is a finding that --fail-on names, or 2 if a document
/// can't be read.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("before").required(true))]
pub(crate) struct Arguments {
    /// Compare with the document as it was in this git revision (nothing is checked out)
    #[arg(long, value_name = "REV", group = "before")]
    base: Option<String>,

    /// Compare with this document
    #[arg(long, value_name = "FILE", group = "before")]
    old: Option<PathBuf>,

    /// The document to review [default: spec/workspace.yaml]
    #[arg(long, value_name = "FILE")]
    new: Option<PathBuf>,

    /// The workflows (Arazzo) that the conformance suite runs beside the contract [default:
    /// spec/workspace.arazzo.yaml, where it speaks of operations of the document]
    #[arg(long, value_name = "FILE")]
    workflows: Option<PathBuf>,

    /// How to write the report to standard output
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,

    /// The least severity that fails the review
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Breaking)]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people, with colours where they are wanted (NO_COLOR is heeded)
    Terminal,
    /// For a pull request comment
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// Breaking findings
    Breaking,
    /// Breaking and dangerous findings
    Dangerous,
    /// Any finding
    Any,
    /// Nothing: only a document that can't be read
    None,
}

impl FailOn {
    fn is_met_by(self, worst: Option<Severity>) -> bool {
        let least = match self {
            Self::Breaking => Severity::Breaking,
            Self::Dangerous => Severity::Dangerous,
            Self::Any => Severity::Compatible,
            Self::None => return false,
        };
        worst >= Some(least)
    }
}

/// Reviews, prints the report and tells how it went.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let outcome = review(arguments).and_then(|review| {
        print(&review, arguments.format).context("can't write the report")?;
        Ok(arguments.fail_on.is_met_by(review.worst()))
    });
    match outcome {
        Ok(false) => exit::OK,
        Ok(true) => exit::FAILED,
        Err(error) => {
            anstream::eprintln!("\x1b[1;31merror\x1b[0m: {error:#}");
            exit::unable()
        }
    }
}

fn review(arguments: &Arguments) -> anyhow::Result<Review> {
    let place = Place::of(arguments.new.as_deref())?;
    let (old, old_findings) = match (&arguments.base, &arguments.old) {
        (Some(base), _) => read("old", &place.path, &Revision::open(&place.directory, base)?)?,
        (None, Some(file)) => read("old", file, &FileSystem)?,
        (None, None) => bail!("give --base or --old"),
    };
    let (new, mut findings) = read("new", &place.path, &Under(&place.directory))?;
    let errors = old_findings.iter().filter(|f| f.severity == spec::Severity::Error).count();
    if errors > 0 {
        anstream::eprintln!(
            "\x1b[1;33mwarning\x1b[0m: the old document has {errors} errors; what they hide can't be compared"
        );
    }
    findings.extend(lint(&new, &BothWays::new(&new)));
    findings.extend(uncovered(&new, arguments.workflows.as_deref())?);
    let revision = arguments.base.as_deref();
    Ok(Review::new((&old, revision), &new, compare_with(&old, &new, &Suite), &findings))
}

/// The cells that no case provokes, as far as there are workflows for the contract.
fn uncovered(contract: &Contract, workflows: Option<&Path>) -> anyhow::Result<Vec<Finding>> {
    match workflows {
        Some(file) => match coverage::lint(contract, file, &FileSystem) {
            Ok(findings) => Ok(findings),
            Err(reasons) => bail!("the workflows can't be read\n\n{}", reasons.trim_end()),
        },
        // Those of this repository need not fit, nor be there.
        None => Ok(coverage::lint(contract, Path::new(WORKFLOWS), &Under(&crate::root()))
            .unwrap_or_default()),
    }
}

/// Where the new document is, by a path that is short in reports.
struct Place {
    directory: PathBuf,
    path: PathBuf,
}

impl Place {
    fn of(file: Option<&Path>) -> anyhow::Result<Self> {
        match file {
            Some(file) => {
                let directory = std::env::current_dir().context("there is no current directory")?;
                Ok(Self { directory, path: file.to_owned() })
            }
            None => Ok(Self { directory: crate::root(), path: PathBuf::from(CONTRACT) }),
        }
    }
}

/// The files as seen from a directory.
struct Under<'a>(&'a Path);

impl Source for Under<'_> {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path))
    }
}

fn read(which: &str, path: &Path, source: &dyn Source) -> anyhow::Result<(Contract, Vec<Finding>)> {
    let reading = spec::read(path, source);
    match reading.contract {
        Some(contract) => {
            for one in contract.left_out.iter().chain(&contract.callbacks_left_out) {
                anstream::eprintln!("\x1b[1;33mwarning\x1b[0m: in the {which} document {one}");
            }
            Ok((contract, reading.findings.list))
        }
        None => {
            bail!("the {which} document can't be read\n\n{}", reading.findings.render().trim_end())
        }
    }
}

fn print(review: &Review, format: Format) -> std::io::Result<()> {
    match format {
        Format::Terminal => {
            let text = review.render(spec::review::Format::Terminal);
            anstream::stdout().write_all(text.as_bytes())
        }
        Format::Markdown => {
            let text = review.render(spec::review::Format::Markdown);
            std::io::stdout().write_all(text.as_bytes())
        }
        Format::Json => {
            let text = review.render(spec::review::Format::Json);
            std::io::stdout().write_all(text.as_bytes())
        }
    }
}
