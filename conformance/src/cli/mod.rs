//! The command line: flags in, exit code out, and in between the one path from documents to reports.
//!
//! ```text
//! flags + Defaults ──prepare──▶ contract, plan, profile, URL ──execute──▶ Report ──▶ terminal, files, Exit
//! ```
//!
//! [`run`] is all that `conformance run` does, and what others build their own command on: they flatten [`RunFlags`]
//! into their arguments and say in [`Defaults`] what stands in for flags that aren't given.

mod base_path;
mod clean;
mod conclude;
mod execute;
mod explain;
mod flags;
mod head;
mod init;
mod known;
mod merge;
mod overrides;
mod perform;
mod plan;
mod prepare;
mod progress;
mod reach;
mod rehearse;
mod select;
mod since;
mod targets;

pub use flags::{EXIT_CODES, HeaderField, RunFlags};
pub use init::InitFlags;
pub use targets::NamedUrl;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::exit::Exit;

/// What stands in for flags that aren't given.
#[derive(Default)]
pub struct Defaults<'a> {
    /// For `--spec`.
    pub spec: Option<PathBuf>,
    /// For `--workflows`.
    pub workflows: Option<PathBuf>,
    /// For `--profile`.
    pub profile: Option<PathBuf>,
    /// Starts a target where neither a flag nor the profile names one.
    pub launch: Option<&'a Launch>,
}

/// Starts a target, or says why it couldn't.
pub type Launch = dyn Fn() -> Result<Box<dyn Launched>, String>;

/// A target that was started for one run, and ends when this is dropped.
pub trait Launched {
    /// Where it listens.
    fn url(&self) -> &str;
}

/// The arguments of the binary `conformance`.
#[derive(Debug, Parser)]
#[command(name = "conformance", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replays every documented status of a contract against a target
    #[command(after_help = EXIT_CODES)]
    Run(Box<RunFlags>),

    /// Writes a first profile, from a document and, where there is one, the target
    #[command(after_help = init::EXIT_CODES)]
    Init(InitFlags),

    /// Shows every request that a run would send, and what it would leave out and why, without sending any
    Plan(Box<PlanFlags>),

    /// Removes what earlier runs made and could not remove again, by their journals
    #[command(after_help = CLEAN_EXIT_CODES)]
    Clean(Box<CleanFlags>),

    /// Makes one report of those of all shards, and exits as a run of all would have
    #[command(after_help = merge::EXIT_CODES)]
    Merge(MergeFlags),

    /// Prints the failures of a report as entries of a profile, so that only new ones fail a run from now on
    #[command(after_help = known::EXIT_CODES)]
    Known(KnownFlags),

    /// Prints the JSON Schema of the JSON report
    Schema,

    /// Tells what a check tests, how much it weighs and by whose word
    Explain {
        /// The check's code, as in reports; without it, all are listed
        code: Option<String>,
    },
}

/// The binary: parses arguments, and runs.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let matched = command().try_get_matches_from(arguments);
    match matched.and_then(|matches: ArgMatches| Arguments::from_arg_matches(&matches)) {
        Ok(Arguments { command }) => perform(command, &Defaults::default()),
        Err(error) => {
            // Nobody is left to tell when even this can't be printed.
            let _ = error.print();
            if error.use_stderr() { Exit::Mistake } else { Exit::Conforms }
        }
    }
}

/// Flags of a run that do nothing in `plan`, and in `clean`. They are taken all the same, so that a line can be tried
/// with another command, but no help lists them.
const IDLE_IN_PLAN: [&str; 13] = [
    "url",
    "base_path",
    "header",
    "report",
    "differences",
    "require_all",
    "fail_on_fixed",
    "fail_fast",
    "workers",
    "rate",
    "timeout",
    "max_time",
    "journal",
];
const IDLE_IN_CLEAN: [&str; 16] = [
    "report",
    "differences",
    "require_all",
    "fail_on_fixed",
    "fail_fast",
    "workers",
    "rate",
    "max_time",
    "read_only",
    "exclude",
    "allow",
    "creates",
    "only",
    "case",
    "since",
    "shard",
];

/// The commands and flags of the binary, for whoever documents or checks them.
#[must_use]
pub fn command() -> clap::Command {
    let hide = |command: clap::Command, names: &[&'static str]| {
        names.iter().fold(command, |command, name| command.mut_arg(name, |flag| flag.hide(true)))
    };
    Arguments::command()
        .mut_subcommand("plan", |plan| hide(plan, &IDLE_IN_PLAN))
        .mut_subcommand("clean", |clean| hide(clean, &IDLE_IN_CLEAN))
}

fn perform(command: Command, defaults: &Defaults<'_>) -> Exit {
    match command {
        Command::Run(flags) => run(&flags, defaults),
        Command::Init(flags) => init::init(&flags),
        Command::Plan(flags) => plan::plan(&flags, defaults),
        Command::Clean(flags) => clean::clean(&flags, defaults),
        Command::Merge(flags) => merge::merge(&flags),
        Command::Known(flags) => known::known(&flags),
        Command::Schema => {
            // A closed pipe is the reader's choice.
            let _ = anstream::stdout().write_all(crate::report::PUBLISHED.as_bytes());
            Exit::Conforms
        }
        Command::Explain { code } => explain::explain(code.as_deref()),
    }
}

/// The flags of `plan`: those of a run, of which the ones that only a target needs have no effect and aren't listed.
#[derive(Debug, Clone, Args)]
pub struct PlanFlags {
    /// What would be run.
    #[command(flatten)]
    pub run: RunFlags,

    /// Print the plan as JSON: every case with its requests
    #[arg(long)]
    pub json: bool,
}

/// The flags of `clean`.
#[derive(Debug, Clone, Args)]
pub struct CleanFlags {
    /// The contract, the profile and the target; `--journal` names one journal instead of all of the target's.
    #[command(flatten)]
    pub run: RunFlags,
}

/// The flags of `known`.
#[derive(Debug, Clone, Args)]
pub struct KnownFlags {
    /// The JSON report, `run --report json=…`
    #[arg(value_name = "REPORT")]
    pub from: PathBuf,

    /// The last day (UTC) that they are taken as known, such as 2030-12-31
    #[arg(long, value_name = "DAY", value_parser = known::day)]
    pub until: time::Date,

    /// Why they are there
    #[arg(long, value_name = "TEXT")]
    pub reason: String,

    /// Where more is said of them
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,
}

/// The flags of `merge`.
#[derive(Debug, Clone, Args)]
pub struct MergeFlags {
    /// The JSON reports of all shards, `run --shard K/N --report json=…`
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,

    /// Write a report of the whole (json, junit, html, markdown, har or github) to a file, or to standard output (`-`);
    /// may be given several times. On GitHub Actions, annotations (github) are printed unasked
    #[arg(long, value_name = "FORMAT=PATH")]
    pub report: Vec<crate::report::Target>,

    /// Let a skipped cell fail the whole
    #[arg(long)]
    pub require_all: bool,

    /// Let a known failure that passes again fail the whole
    #[arg(long)]
    pub fail_on_fixed: bool,
}

const CLEAN_EXIT_CODES: &str = "Exit codes:
  0  nothing is left
  1  something could not be removed
  2  a mistake in the contract, the profile, the flags or a journal";

/// Runs the suite as the flags say, prints what came of it, and writes the reports.
#[must_use]
pub fn run(flags: &RunFlags, defaults: &Defaults<'_>) -> Exit {
    match prepare::prepare(flags, defaults) {
        Ok(targets) => execute::execute(flags, &targets),
        Err(mistake) => {
            anstream::eprintln!("{}", mistake.trim_end());
            Exit::Mistake
        }
    }
}
