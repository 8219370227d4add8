//! `cargo xtask held-out`: what the suite finds on contracts that it was not developed against.
//!
//! ```text
//! conformance/held-out/*/ ──start, once a fault──▶ service ──suite──▶ results ──▶ conformance/held-out.md
//! ```
//!
//! No part of CI: it takes a run of the suite for each of some hundred faults.

mod contract;
mod report;
mod results;
mod service;
mod trial;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::{eprintln, println};
use anyhow::{Context as _, bail};
use clap::Args;

use crate::cargo::{Build, build};
use crate::exit;
use crate::process;
use contract::HeldOut;
use results::{Results, Store};
use trial::Trials;

/// The contracts, from the top of this repository.
const FOLDER: &str = "conformance/held-out";

/// The last result.
const MARKDOWN: &str = "conformance/held-out.md";

/// Measure the suite on contracts that it was not developed against
///
/// Each folder of `conformance/held-out` is a contract with its service and the faults that the service can be started
/// with, written by somebody who had not seen the suite. The sound service must not be accused of anything; of the
/// faults as many as possible must be found. Results are kept in target/held-out, and conformance/held-out.md is
/// written from all that is kept. Needs `python3`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0    everything was measured, and no sound service was accused
  1    a sound service was accused of something
  2    something could not be measured: a service did not start, a name that there isn't
  130  interrupted; what was finished is kept")]
pub(crate) struct Arguments {
    /// Only contracts of these names
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,

    /// Only these faults
    #[arg(long, value_name = "ID", num_args = 1..)]
    faults: Vec<String>,

    /// Only faults that were not found the last time
    #[arg(long)]
    missed: bool,

    /// Only the sound services
    #[arg(long, conflicts_with_all = ["faults", "missed"])]
    sound_only: bool,

    /// How often the sound service is tried
    #[arg(long, value_name = "N", default_value_t = 2)]
    sound: usize,

    /// Services tried at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,

    /// A built suite, instead of one that is built from this repository
    #[arg(long, value_name = "FILE")]
    suite: Option<PathBuf>,
}

/// Measures the contracts and writes the report.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    held_out(arguments).unwrap_or_else(|error| {
        if process::is_interrupted() {
            eprintln!("interrupted; what was finished is kept");
            return exit::interrupted();
        }
        eprintln!("error: {error:#}");
        exit::unable()
    })
}

fn held_out(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = crate::root();
    let contracts = chosen(HeldOut::read_all(&root.join(FOLDER))?, &arguments.only)?;
    let store = Store::new(root.join("target/held-out"))?;
    process::catch_signals()?;
    let suite = match &arguments.suite {
        Some(suite) => std::path::absolute(suite)?,
        None => build("conformance", Build::Release)?,
    };
    let mut is_sound = true;
    for contract in &contracts {
        let results = measure(arguments, &suite, contract, &store)?;
        println!("{}", results.summary(&contract.name));
        is_sound &= results.alarms.is_empty();
    }
    let all = HeldOut::read_all(&root.join(FOLDER))?;
    std::fs::write(root.join(MARKDOWN), report::markdown(&all, &store))
        .with_context(|| format!("{MARKDOWN} can't be written"))?;
    println!("written: {MARKDOWN}");
    Ok(if is_sound { exit::OK } else { exit::FAILED })
}

fn chosen(all: Vec<HeldOut>, names: &[String]) -> anyhow::Result<Vec<HeldOut>> {
    for name in names {
        if !all.iter().any(|contract| contract.name == *name) {
            let known: Vec<_> = all.iter().map(|contract| contract.name.as_str()).collect();
            bail!("there is no contract `{name}`; there are {}", known.join(", "));
        }
    }
    Ok(all.into_iter().filter(|it| names.is_empty() || names.contains(&it.name)).collect())
}

/// The sound service, then each fault; kept after each, so that an interruption loses nothing.
fn measure(
    arguments: &Arguments,
    suite: &Path,
    contract: &HeldOut,
    store: &Store,
) -> anyhow::Result<Results> {
    let faults = contract.faults()?;
    for id in &arguments.faults {
        if arguments.only.len() == 1 && !faults.iter().any(|fault| fault.id == *id) {
            bail!("`{}` has no fault `{id}`", contract.name);
        }
    }
    let before = store.get(&contract.name).unwrap_or_default();
    let wanted = faults.iter().filter(|fault| {
        !arguments.sound_only
            && (arguments.faults.is_empty() || arguments.faults.contains(&fault.id))
            && !(arguments.missed && before.is_found(&fault.id))
    });
    let trials = Trials { suite, contract, workers: arguments.workers.max(1) };
    let mut results = trials.sound(arguments.sound.max(1))?;
    results.verdicts = before.verdicts.clone();
    results.verdicts.retain(|id, _| faults.iter().any(|fault| fault.id == *id));
    results.alarms.iter().for_each(|alarm| println!("  alarm: {alarm}"));
    trials.each(&wanted.collect::<Vec<_>>(), &mut results, |results| {
        store.keep(&contract.name, results)
    })?;
    store.keep(&contract.name, &results)?;
    Ok(results)
}
