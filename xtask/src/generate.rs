//! `cargo xtask generate`: the crate that a contract becomes.

use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anstream::eprintln;
use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use codegen::output::{self, Difference};
use codegen::settings::{self, Settings};
use codegen::{Generated, GeneratedFile, Options};
use spec::{Contract, FileSystem, Finding, Findings, Severity};

use crate::exit;

/// The contract of this repository, from its top, and the crate that is written from it.
const CONTRACT: (&str, &str) = ("spec/workspace.yaml", "generated");

/// Write the crate of a contract: types, server traits and router, client
///
/// Without flags, writes `generated` from `spec/workspace.yaml`. Exits 0, or 1 if files are stale (--check) or
/// something could not be said in Rust (--strict), or 2 if the document can't be read or the crate not written.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write nothing: name each stale, missing and surplus file, and exit 1 if there is one
    #[arg(long)]
    check: bool,

    /// Write nothing: tell what would be written, and what would be left out and why
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,

    /// Write nothing and exit 1 if there is a warning or an error about the document
    #[arg(long)]
    strict: bool,

    /// The document to read [default: spec/workspace.yaml]
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,

    /// The folder to write the crate to [default: generated]
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,

    /// What you want otherwise: names, formats, a part of the operations [default: `api.generate.toml` beside
    /// `api.yaml`, where there is one]
    #[arg(long, value_name = "FILE", requires = "spec")]
    settings: Option<PathBuf>,
}

/// Generates, tells what there is to tell, and how it went.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match generate(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            exit::unable()
        }
    }
}

fn generate(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (spec, out) = match (&arguments.spec, &arguments.out) {
        (Some(spec), Some(out)) => (spec.clone(), out.clone()),
        _ => (crate::root().join(CONTRACT.0), crate::root().join(CONTRACT.1)),
    };
    let started = Instant::now();
    let shown = shown(&spec);
    let reading = spec::read(&spec, &FileSystem);
    let mut findings = reading.findings;
    let Some(contract) = reading.contract else {
        tell(&findings);
        bail!("{shown} could not be read");
    };
    let settings = settings(arguments.settings.as_deref(), &spec, &contract)?;
    let Generated { files, findings: lost } =
        codegen::generate(&contract, &Options { spec: shown, settings });
    findings.list.extend(lost);
    tell(&findings);
    for one in contract.left_out.iter().chain(&contract.callbacks_left_out) {
        eprintln!("warning: {one}");
    }
    if arguments.strict && findings.list.iter().any(is_serious) {
        eprintln!("nothing was written: there are findings, and --strict takes none");
        return Ok(exit::FAILED);
    }
    finish(arguments, &files, &out, started)
}

/// Compares what was generated with the folder, or writes it there.
fn finish(
    arguments: &Arguments,
    files: &[GeneratedFile],
    out: &Path,
    started: Instant,
) -> anyhow::Result<ExitCode> {
    let writes = !arguments.check && !arguments.dry_run;
    let differences = if writes { output::write(files, out) } else { output::compare(files, out) };
    let differences =
        differences.with_context(|| format!("{} is not as it should be", out.display()))?;
    if arguments.check && !differences.is_empty() {
        tell_stale(&differences, arguments);
        return Ok(exit::FAILED);
    }
    if arguments.dry_run {
        for Difference { kind, path, .. } in &differences {
            eprintln!("{}: {path}", kind.as_str());
        }
    }
    let changed = match (differences.len(), arguments.dry_run) {
        (0, _) => "all up to date".to_owned(),
        (count, true) => format!("{count} would change"),
        (count, false) => format!("{count} changed"),
    };
    let count = files.len();
    let here = std::env::current_dir().unwrap_or_default();
    let out = out.strip_prefix(&here).unwrap_or(out).display();
    eprintln!("{out}: {count} files, {changed} ({} ms)", started.elapsed().as_millis());
    Ok(exit::OK)
}

/// What the user wants otherwise: in the file that was named, else in the one beside the document.
fn settings(named: Option<&Path>, spec: &Path, contract: &Contract) -> anyhow::Result<Settings> {
    let beside = spec.with_extension("generate.toml");
    let path = match named {
        Some(path) => path,
        None if beside.is_file() => &beside,
        None => return Ok(Settings::default()),
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the settings {} can't be read", path.display()))?;
    settings::read(path, &text, contract).map_err(|problems| {
        for problem in &problems {
            eprintln!("{problem}");
        }
        anyhow!("{} asks for what can't be", path.display())
    })
}

fn is_serious(finding: &Finding) -> bool {
    finding.severity > Severity::Note
}

fn tell(findings: &Findings) {
    if !findings.list.is_empty() {
        eprintln!("{}", findings.render());
    }
}

fn tell_stale(differences: &[Difference], arguments: &Arguments) {
    for difference in differences {
        eprintln!("{}: {}", difference.kind.as_str(), difference.path);
        for line in difference.diff.lines() {
            eprintln!("    {line}");
        }
    }
    let command = match (&arguments.spec, &arguments.out) {
        (Some(spec), Some(out)) => {
            format!("cargo xtask generate --spec {} --out {}", spec.display(), out.display())
        }
        _ => "cargo xtask generate".to_owned(),
    };
    eprintln!("run `{command}`");
}

/// The document as the header of each file names it: never by a path that only this machine has.
fn shown(spec: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let root = crate::root();
    let relative = spec.strip_prefix(&root).or_else(|_| spec.strip_prefix(&here)).unwrap_or(spec);
    let is_local = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_) | Component::CurDir));
    let path =
        if is_local { relative } else { Path::new(relative.file_name().unwrap_or_default()) };
    let parts: Vec<_> = path
        .components()
        .filter(|component| matches!(component, Component::Normal(_)))
        .map(|component| component.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
