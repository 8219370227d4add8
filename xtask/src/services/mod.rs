//! `cargo xtask services`: real services by other teams, replayed from their own documents by our suite and a peer.
//!
//! ```text
//! conformance/services/*.toml ──install──▶ target/services ──measure──▶ results ──judgements──▶ conformance/services.md
//! ```
//!
//! No part of CI: packages come over a network, and a service may change under us only by a version in its file.
//! Everything listens on 127.0.0.1, has data of its own in a temporary folder, and is gone when the command ends.

mod compare;
pub(crate) mod failure;
mod file;
mod http;
mod launch;
mod measure;
pub(crate) mod ours;
mod peer;
mod report;
pub(crate) mod results;
pub(crate) mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::{eprintln, println};
use anyhow::{Context as _, bail};
use clap::Args;

use crate::cargo::{Build, build};
use crate::corpus::{FOLDER, documents};
use crate::exit;
use crate::packages::{Install, Installation};
use crate::process;
use compare::Entry;
pub(crate) use file::Limits;
use file::ServiceFile;
use launch::Subject;
use measure::Tools;
use report::Report;
use results::Store;

/// The service files, from the top of this repository.
const FILES: &str = "conformance/services";

/// The last result.
const MARKDOWN: &str = "conformance/services.md";

/// Run our suite and Schemathesis on real services, and compare what they find
///
/// Each file of `conformance/services` is one service: its packages, how to start it, where its OpenAPI document is, our
/// profile for it, and what people found on examining failures. Services are installed once, into the cache, from PyPI
/// and npm; this needs `python3`, `node` and `npm`. Results are kept beside them, and conformance/services.md is written
/// from all that is kept.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0    every service was measured, and every failure of our suite has a judgement
  1    a failure of our suite has none: it is `not examined` in conformance/services.md
  2    something could not be measured: no registry was reached, a service did not start, a mistake in a file
  130  interrupted; what was finished is kept")]
pub(crate) struct Arguments {
    /// Only services of these names
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,

    /// Leave Schemathesis out; what is kept of it stays
    #[arg(long)]
    skip_peer: bool,

    /// Run nothing: write the report from what is kept, with the judgements of today
    #[arg(long, conflicts_with = "skip_peer")]
    report_only: bool,

    /// Where packages, runs and results are kept [default: target/services]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,

    /// Keep the services' data folders
    #[arg(long)]
    keep: bool,

    /// List the services and do nothing else
    #[arg(long)]
    list: bool,
}

/// Measures the services and writes the report.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    services(arguments).unwrap_or_else(|error| {
        if process::is_interrupted() {
            eprintln!("interrupted; what was finished is kept");
            return exit::interrupted();
        }
        eprintln!("error: {error:#}");
        exit::unable()
    })
}

fn services(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = crate::root();
    let files = file::read_all(&root.join(FILES))?;
    for name in &arguments.only {
        if !files.iter().any(|file| file.name == *name) {
            bail!("there is no service `{name}`; --list tells which there are");
        }
    }
    if arguments.list {
        files.iter().for_each(|file| println!("{:16} {}", file.name, file.about));
        return Ok(exit::OK);
    }
    let cache = arguments.cache.clone().unwrap_or_else(|| root.join("target/services"));
    let cache = std::path::absolute(cache)?;
    let store = Store::new(cache.join("results"))?;
    let mut is_whole = true;
    if !arguments.report_only {
        process::catch_signals()?;
        let wanted = files
            .iter()
            .filter(|file| arguments.only.is_empty() || arguments.only.contains(&file.name));
        is_whole = measure_all(arguments, wanted, &cache, &store)?;
    }
    let report = report(&files, &store);
    std::fs::write(root.join(MARKDOWN), report.markdown())
        .with_context(|| format!("{MARKDOWN} can't be written"))?;
    println!("{}", report.reach());
    println!("written: {MARKDOWN}");
    for judgement in report.unneeded() {
        eprintln!("no longer needed: {judgement}");
    }
    Ok(match (is_whole, report.not_examined()) {
        (false, _) => {
            eprintln!("something could not be measured; what it was stands above");
            exit::unable()
        }
        (true, 0) => exit::OK,
        (true, failures) => {
            eprintln!("{failures} failures of our suite are not examined");
            exit::FAILED
        }
    })
}

/// Measures each service. Whether all of it could be.
fn measure_all<'a>(
    arguments: &Arguments,
    files: impl Iterator<Item = &'a ServiceFile>,
    cache: &Path,
    store: &Store,
) -> anyhow::Result<bool> {
    let tools = Tools {
        suite: build("conformance", Build::Release)?,
        peer: if arguments.skip_peer { None } else { Some(install_peer(cache)?) },
        runs: cache.join("runs"),
        keep: arguments.keep,
    };
    let (mut installed, mut is_whole) = (0, true);
    let mut refused = Vec::new();
    for file in files {
        eprintln!("{}", file.name);
        let installation =
            match Installation::make(&cache.join("packages").join(&file.name), &file.install) {
                Ok(installation) => installation,
                Err(error) if process::is_interrupted() => return Err(error),
                Err(error) => {
                    eprintln!("  {error:#}");
                    refused.push(file.name.as_str());
                    continue;
                }
            };
        installed += 1;
        for subject in subjects(file, &installation)? {
            is_whole &= measure(&tools, &subject, store)?;
        }
    }
    match (installed, refused.as_slice()) {
        (_, []) => Ok(is_whole),
        (0, _) => bail!("nothing could be installed: is any registry reached from here?"),
        (_, names) => {
            eprintln!("not installed: {}", names.join(", "));
            Ok(false)
        }
    }
}

fn measure(tools: &Tools, subject: &Subject<'_>, store: &Store) -> anyhow::Result<bool> {
    if subject.name != subject.file.name {
        eprintln!("{}", subject.name);
    }
    let mut measured = tools.measure(subject);
    if process::is_interrupted() {
        bail!("interrupted");
    }
    if tools.peer.is_none() {
        measured.peer = store.get(&subject.name).and_then(|kept| kept.peer);
    }
    let is_whole = measured.ours.is_some() && (tools.peer.is_none() || measured.peer.is_some());
    store.keep(&measured)?;
    Ok(is_whole)
}

fn install_peer(cache: &Path) -> anyhow::Result<PathBuf> {
    eprintln!("{}", peer::PACKAGE);
    let packages = [Install { from: peer::REGISTRY, packages: vec![peer::PACKAGE.to_owned()] }];
    let installation = Installation::make(&cache.join("packages/schemathesis"), &packages)
        .context(
            "is any registry reached from here? Schemathesis can be left out by --skip-peer",
        )?;
    installation.find("bin/schemathesis").context("its package has no program `schemathesis`")
}

/// What there is to measure of a service: itself, or each document that it is to serve.
fn subjects<'a>(
    file: &'a ServiceFile,
    installation: &'a Installation,
) -> anyhow::Result<Vec<Subject<'a>>> {
    let one = |name: String, corpus| Subject { name, file, installation, corpus };
    if file.document.corpus.is_empty() {
        return Ok(vec![one(file.name.clone(), None)]);
    }
    let folder = crate::root().join(FOLDER);
    if !folder.is_dir() {
        eprintln!("  skipped: there are no documents in {FOLDER} beside this repository");
        return Ok(Vec::new());
    }
    let documents = documents::find(&folder)?;
    let subjects = file.document.corpus.iter().map(|name| {
        let document = documents.iter().find(|document| document.name == *name);
        let document = document.with_context(|| format!("{FOLDER} has no document `{name}`"))?;
        Ok(one(format!("{}/{name}", file.name), Some(std::path::absolute(&document.root)?)))
    });
    subjects.collect()
}

/// What is kept of these services, in their order.
fn report<'a>(files: &'a [ServiceFile], store: &Store) -> Report<'a> {
    let mut report = Report { entries: Vec::new(), missing: Vec::new() };
    for file in files {
        let names = match file.document.corpus.as_slice() {
            [] => vec![file.name.clone()],
            documents => documents.iter().map(|name| format!("{}/{name}", file.name)).collect(),
        };
        for name in names {
            let Some(mut measured) = store.get(&name) else {
                report.missing.push(name);
                continue;
            };
            if let Some(peer) = &mut measured.peer {
                peer.failures = peer::roots(&peer.failures);
            }
            report.entries.push(Entry { file, measured });
        }
    }
    report
}
