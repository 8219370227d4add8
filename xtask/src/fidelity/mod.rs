//! `cargo xtask fidelity`: what a schema admits comes back from its generated type, what it doesn't is refused.
//!
//! ```text
//! Contract ──codegen──▶ crate, tests/fidelity ─┐
//!          ──draw─────▶ values.jsonl ──────────┴─ cargo test ──▶ Figures
//! ```

mod draw;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use anstream::{eprintln, println};
use anyhow::{Context as _, bail};
use clap::Args;
use codegen::emit::fidelity;
use codegen::ir::Api;
use codegen::{Options, lower};
use serde::{Deserialize, Serialize};
use spec::{Contract, FileSystem, Finding};

use crate::workspace::{cargo_in, krate, place};
use crate::{corpus, exit};

/// Our own documents, from the top of the repository.
const OWN: [&str; 3] = ["spec/workspace.yaml", "codegen/tests/features", "codegen/tests/fidelity"];

/// Documents of others that are small and have much in them.
const OTHERS: [&str; 3] = ["museum.yaml", "realworld.yaml", "firecracker.json"];

/// What runs the test of a crate, behind `cargo`. Without what it serves and calls, and without what debuggers need, it
/// compiles in half the time.
pub(crate) const TEST: [&str; 9] = [
    "--config",
    "profile.dev.debug=false",
    "test",
    "--quiet",
    "--no-default-features",
    "--test",
    "fidelity",
    "--",
    "--nocapture",
];

/// What compiles the dependencies of a test, behind `cargo`.
pub(crate) const BUILD: [&str; 4] =
    ["--config", "profile.dev.debug=false", "build", "--no-default-features"];

/// Send values of each schema of a document through its generated type
///
/// Values are drawn from the schemas, judged by `jsonschema`, and must come back equal as JSON; values that break
/// one constraint must be refused. Without documents: a sample of our own, and of others' where they are there.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The documents
    documents: Vec<PathBuf>,
}

/// What a fidelity test found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Figures {
    /// Types that values went through.
    pub(crate) types: usize,
    /// Schemas that have a type, but of which no valid value could be made.
    pub(crate) without_values: usize,
    /// Values that were to come back.
    pub(crate) values: usize,
    /// Values that were to be refused.
    pub(crate) violations: usize,
    /// Values that did not, where the generator had told so by a finding.
    pub(crate) excused: usize,
    /// The same by the finding's code.
    pub(crate) excuses: std::collections::BTreeMap<String, usize>,
    /// Values that did not, and nobody had told.
    pub(crate) mismatches: usize,
}

/// Tests each document, and tells how it went.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    fidelity_of(arguments).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        exit::unable()
    })
}

fn fidelity_of(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let documents = match arguments.documents.as_slice() {
        [] => sample()?,
        named => named.to_vec(),
    };
    let folder = crate::root().join("target/fidelity");
    let mut mismatches = 0;
    for document in documents {
        let started = Instant::now();
        let name = document.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let reading = spec::read(&document, &FileSystem);
        let Some(contract) = reading.contract else {
            eprintln!("{}", reading.findings.render());
            bail!("{} could not be read", document.display());
        };
        let lowered = lower::lower(&contract, &options());
        if let Some(reason) = nothing_to_test(&contract, &lowered.0) {
            println!("{name}: nothing to test: {reason}");
            continue;
        }
        let workspace = folder.join(&name);
        place(&codegen::generate(&contract, &options()).files, &workspace)?;
        let without_values = add_lowered(&contract, &lowered, &krate(&workspace))
            .with_context(|| format!("{} can't be written", workspace.display()))?;
        let drawn = started.elapsed();
        let (figures, said) = test(&workspace, &folder.join("target"))?;
        let figures = Figures { without_values, ..figures };
        for line in said.lines().filter(|line| line.starts_with("mismatch: ")) {
            println!("{name}: {line}");
        }
        println!("{}", line(&name, &figures, [drawn, started.elapsed() - drawn]));
        mismatches += figures.mismatches;
    }
    Ok(if mismatches == 0 { exit::OK } else { exit::FAILED })
}

/// Why a crate has no type that values could go through: there may be schemas, but Rust has types for them.
fn nothing_to_test(contract: &Contract, api: &Api) -> Option<String> {
    if api.schemas.iter().any(|(_, ty)| fidelity::name(api, ty).is_some()) {
        return None;
    }
    Some(match contract.schemas.len() {
        0 => "there is no schema".to_owned(),
        1 => "of the one schema no type is made: it is of a type of Rust, or any value".to_owned(),
        count => format!(
            "of the {count} schemas no type is made: each is of a type of Rust, or any value"
        ),
    })
}

fn line(name: &str, figures: &Figures, took: [Duration; 2]) -> String {
    let [drawn, tested] = took.map(|took| took.as_secs_f64());
    let Figures { types, without_values, values, violations, excused, mismatches, excuses } =
        figures;
    let codes: Vec<_> = excuses.iter().map(|(code, count)| format!("{code} {count}")).collect();
    format!(
        "{name}: {types} types ({without_values} without values), {values} values, {violations} violations, \
         {mismatches} mismatches, {excused} excused [{}], drawn in {drawn:.1} s, tested in {tested:.1} s",
        codes.join(", "),
    )
}

/// Our own documents, and small ones of others where there are some.
fn sample() -> anyhow::Result<Vec<PathBuf>> {
    let root = crate::root();
    let mut documents = Vec::new();
    for path in OWN.map(|own| root.join(own)) {
        if !path.is_dir() {
            documents.push(path);
            continue;
        }
        let entries = std::fs::read_dir(&path).with_context(|| path.display().to_string())?;
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        documents
            .extend(paths.into_iter().filter(|path| path.extension().is_some_and(|e| e == "yaml")));
    }
    let others = OTHERS.map(|name| root.join(corpus::FOLDER).join(name));
    documents.extend(others.into_iter().filter(|path| path.is_file()));
    documents.sort();
    Ok(documents)
}

fn options() -> Options {
    Options { spec: "a document".to_owned(), ..Options::default() }
}

/// Adds the test and its values to the crate of a contract, and says of how many schemas no value could be made.
///
/// # Errors
/// Where something can't be written.
pub(crate) fn add(contract: &Contract, folder: &Path) -> anyhow::Result<usize> {
    add_lowered(contract, &lower::lower(contract, &options()), folder)
}

fn add_lowered(
    contract: &Contract,
    (api, findings): &(Api, Vec<Finding>),
    folder: &Path,
) -> anyhow::Result<usize> {
    for file in fidelity::emit(api) {
        let path = folder.join(file.path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, file.contents)?;
    }
    let mut values = BufWriter::new(File::create(folder.join(fidelity::VALUES))?);
    let without_values = draw::draw(contract, api, findings, &mut values)?;
    std::io::Write::flush(&mut values)?;
    Ok(without_values)
}

/// What the last test in a target folder found; `None` where none has run since this was last asked.
pub(crate) fn take_figures(target: &Path) -> Option<Figures> {
    let path = target.join("tmp/fidelity.json");
    let text = std::fs::read(&path).ok()?;
    std::fs::remove_file(&path).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Compiles and runs the test of the crate in a workspace: what it found, and what it said.
fn test(workspace: &Path, target: &Path) -> anyhow::Result<(Figures, String)> {
    // Those of another crate, should its run have been interrupted.
    take_figures(target);
    let output = cargo_in(workspace, target, &TEST)
        .stdin(Stdio::null())
        .output()
        .context("cargo could not be started")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match take_figures(target) {
        Some(figures) => Ok((figures, said)),
        None => bail!("the test did not run:\n{said}"),
    }
}
