//! `conformance init`: a first profile, from a document and, where there is one, the target.
//!
//! ```text
//! contract ─┬─ credentials, questions, what a run would leave out ─┐
//! URL ──probe── base path, who is let in ──────────────────────────┴─▶ text ──▶ profile.toml
//! ```
//!
//! Promises: nothing but GET is sent (and a HEAD of `/` where TLS doesn't come about), and only to operations that a run would call unasked; no file is overwritten
//! unless asked; what is written can be read as a profile.

mod credentials;
mod probe;
mod text;
mod who;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use indexmap::IndexMap;
use spec::Contract;

use super::HeaderField;
use super::prepare::contract;
use crate::exit::Exit;
use crate::plan::{Plan, plan};
use crate::profile::{Problem, check_url, read_text};
use crate::transport::Unreachable;
use probe::Found;
use who::Who;

/// What the exit codes of `init` say.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0  the profile is written
  2  a mistake in the contract or the flags, or the file is there already
  3  the target can't be reached";

/// The flags of `init`.
#[derive(Debug, Clone, Args)]
pub struct InitFlags {
    /// The contract, an OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,

    /// The target's URL: it is asked what the document doesn't tell, by GET alone
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,

    /// A header field of every request to the target, such as a gateway's key; may be given several times. Credentials are
    /// taken from the environment variables that the profile will name, where they are set
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<HeaderField>,

    /// Where the profile goes; `-` for standard output
    #[arg(long, value_name = "FILE", default_value = "profile.toml")]
    pub out: PathBuf,

    /// Overwrite the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// Writes the profile.
pub(super) fn init(flags: &InitFlags) -> Exit {
    match written(flags) {
        Ok(()) => Exit::Conforms,
        Err(Failed::Mistake(mistake)) => {
            anstream::eprintln!("{}", mistake.trim_end());
            Exit::Mistake
        }
        Err(Failed::Unreachable(error)) => {
            anstream::eprintln!("error: can't reach the target: {error}");
            Exit::Unreachable
        }
    }
}

enum Failed {
    Mistake(String),
    Unreachable(Unreachable),
}

fn written(flags: &InitFlags) -> Result<(), Failed> {
    let mistake = |message: String| Failed::Mistake(format!("error: {message}"));
    let to_file = flags.out != Path::new("-");
    if to_file && flags.out.exists() && !flags.force {
        let help = "--force overwrites it, --out names another file";
        return Err(mistake(format!("{} is there already\n  help: {help}", flags.out.display())));
    }
    let contract = contract(&flags.spec, &IndexMap::new(), false).map_err(Failed::Mistake)?;
    let url = flags.url.as_deref().map(check_url).transpose().map_err(mistake)?;
    let plan = first_plan(&contract).map_err(Failed::Mistake)?;
    let found = match &url {
        Some(url) => {
            let who = Who::of(&contract, &flags.header).map_err(Failed::Mistake)?;
            Some(probe::probe(&contract, &plan, url, &who).map_err(Failed::Unreachable)?)
        }
        None => None,
    };
    let headers: Vec<_> = flags.header.iter().map(|field| field.name.as_str()).collect();
    let text = text::profile(&contract, &plan, url.as_deref(), found.as_ref(), &headers);
    if !to_file {
        // A closed pipe is the reader's choice.
        let _ = anstream::stdout().write_all(text.as_bytes());
        return Ok(());
    }
    let saved = std::fs::write(&flags.out, &text);
    saved.map_err(|error| mistake(format!("can't write {}: {error}", flags.out.display())))?;
    anstream::eprintln!("{}", next_steps(flags, &text));
    Ok(())
}

/// What a run would do with nothing but the credentials that the contract asks for.
fn first_plan(contract: &Contract) -> Result<Plan, String> {
    let text = credentials::tables(contract);
    let profile = read_text(Path::new("profile.toml"), &text, |_| Some("placeholder".to_owned()));
    let told = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect();
    let profile = profile.map_err(|problems| -> String { told(problems) })?;
    Ok(plan(contract, None, &profile.plan_context(contract)))
}

fn next_steps(flags: &InitFlags, text: &str) -> String {
    let questions = text.lines().filter(|line| line.ends_with('?')).count();
    let questions = match questions {
        0 => String::new(),
        1 => ": it has a question, in a comment".to_owned(),
        more => format!(": it has {more} questions, in comments"),
    };
    let (spec, out) = (flags.spec.display(), flags.out.display());
    format!(
        "{out} is written{questions}\n  next: conformance plan --spec {spec} --profile {out} shows what a run would do"
    )
}

#[cfg(test)]
mod tests;
