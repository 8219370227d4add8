//! The flags of `run`.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use super::targets::NamedUrl;
use crate::profile::{Secret, check_base_path, check_header_name, is_header_value};
use crate::report;
use crate::selection::{Pattern, Selector};
use crate::shard::Shard;

/// What the exit codes say, for a help text.
pub const EXIT_CODES: &str = "Exit codes:
  0    the target conforms, but for failures that the profile lists as known
  1    it does not, or nothing could be judged, or the run ended before its end (with --require-all also: a cell was
       skipped; with --fail-on-fixed: a known failure passes again)
  2    a mistake in the contract, the workflows, the profile or the flags
  3    the first connection to the target failed
  130  interrupted, after cleaning up and reporting";

/// The flags of a run.
#[derive(Debug, Clone, Args)]
pub struct RunFlags {
    /// The contract, an OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,

    /// Workflows that the contract alone can't tell, an Arazzo document; those that the profile names under
    /// `[workflows]`, in a credential or in a header field set up, tear down and log in, and are no cases
    #[arg(long, value_name = "FILE")]
    pub workflows: Option<PathBuf>,

    /// How to reach the target and who to be there, a TOML file
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,

    /// The target's URL, instead of the profile's; given several times, all are run against side by side, and what
    /// differs is told
    #[arg(long, value_name = "[NAME=]URL")]
    pub url: Vec<NamedUrl>,

    /// The path between the target's URL and the contract's, instead of that of the document's `servers`; "" for none
    #[arg(long, value_name = "PATH", value_parser = check_base_path)]
    pub base_path: Option<String>,

    /// A header field of every request, over the profile's; may be given several times
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<HeaderField>,

    /// Write a report (json, junit, html, markdown, har or github) to a file, or to standard output (`-`); may be given
    /// several times. On GitHub Actions, annotations (github) are printed unasked. Of several targets each has its own:
    /// its name stands for `{target}` in the path
    #[arg(long, value_name = "FORMAT=PATH")]
    pub report: Vec<report::Target>,

    /// Write what differs between the first target and each other one, as JSON
    #[arg(long, value_name = "FILE")]
    pub differences: Option<PathBuf>,

    /// Let a skipped cell fail the run; of shards, `merge` has this flag
    #[arg(long)]
    pub require_all: bool,

    /// Let a known failure that passes again fail the run, so that its entry in the profile goes
    #[arg(long)]
    pub fail_on_fixed: bool,

    /// Begin nothing more after the first failure that is seen again; known ones don't count
    #[arg(long)]
    pub fail_fast: bool,

    /// Refuse a document with an error, instead of testing what can be read of it
    #[arg(long)]
    pub strict: bool,

    /// How many cases run at a time, instead of the profile's number [default: 8]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub workers: Option<usize>,

    /// How many requests are sent a second, at most, instead of the profile's number [default: no limit]; a 429 is
    /// waited out by its Retry-After
    #[arg(long, value_name = "N", value_parser = positive)]
    pub rate: Option<f64>,

    /// How long one request may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,

    /// How long the run may take; cleaning up comes on top
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub max_time: Duration,

    /// Send nothing but safe methods (GET, HEAD, OPTIONS, TRACE)
    #[arg(long)]
    pub read_only: bool,

    /// Don't call these operations (id, `tag:NAME`, method, path; `*` for any text); may be given several times
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<Pattern>,

    /// Let these operations act on what the run didn't make; may be given several times
    #[arg(long, value_name = "PATTERN")]
    pub allow: Vec<Pattern>,

    /// Let these operations make what can't be removed again; may be given several times
    #[arg(long, value_name = "PATTERN")]
    pub creates: Vec<Pattern>,

    /// Only these operations, by id or pattern, or one cell of each; may be given several times
    #[arg(long, value_name = "OPERATION[:STATUS]")]
    pub only: Vec<Selector>,

    /// Where to note down what is made until it is removed again [default: a file of the run's own in the folder for
    /// temporary files]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,

    /// Only this case: replay what a report names
    #[arg(long, value_name = "ID", conflicts_with = "only")]
    pub case: Option<String>,

    /// Only the Kth of N parts of the cases; `conformance merge` makes one report of theirs
    #[arg(long, value_name = "K/N", conflicts_with_all = ["case", "require_all"])]
    pub shard: Option<Shard>,

    /// Only what failed in an earlier run, or was not judged there: its JSON report
    #[arg(long, value_name = "REPORT", conflicts_with = "case")]
    pub since: Option<PathBuf>,
}

/// `Name: value`. The value may be secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderField {
    /// The field's name.
    pub name: String,
    /// Its value.
    pub value: Secret,
}

impl FromStr for HeaderField {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').ok_or("expected `Name: value`")?;
        let (name, value) = (name.trim(), value.trim());
        check_header_name(name)?;
        if !is_header_value(value) {
            return Err(
                "the value can't be written in HTTP: keep to visible ASCII and blanks".into()
            );
        }
        Ok(Self { name: name.to_owned(), value: Secret::new(value) })
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=1000) => Ok(number),
        _ => Err("expected a whole number from 1 to 1000".to_owned()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1e6 => Ok(number),
        _ => Err("expected a number above 0".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.001..=1e6).contains(&number) => Ok(Duration::from_secs_f64(number)),
        _ => Err("expected seconds, a number above 0".to_owned()),
    }
}
