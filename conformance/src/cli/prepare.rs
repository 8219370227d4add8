//! From flags to everything that a run needs. Every mistake is a text for people, with its place.

use std::path::Path;

use spec::{Contract, FileSystem, Findings, Severity, Sources};

use super::select::select;
use super::{Defaults, Launched, RunFlags};
use crate::arazzo::{self, Workflows};
use crate::plan::{LeftOut, Plan, plan};
use crate::profile::{self, Problem, Profile};
use crate::report::Target;
use crate::transport::Base;

/// What a run needs.
pub(super) struct Prepared {
    pub(super) contract: Contract,
    pub(super) plan: Plan,
    pub(super) profile: Profile,
    /// The files that the workflows were read from.
    pub(super) workflows: Option<Sources>,
    pub(super) url: String,
    pub(super) base: Base,
    /// Keeps a target running that was started for this run.
    _launched: Option<Box<dyn Launched>>,
}

pub(super) fn prepare(flags: &RunFlags, defaults: &Defaults<'_>) -> Result<Prepared, String> {
    let path = flags.spec.as_deref().or(defaults.spec.as_deref());
    let contract = contract(path.ok_or("error: no contract: name one with --spec FILE")?)?;
    let path = flags.workflows.as_deref().or(defaults.workflows.as_deref());
    let workflows = path.map(|path| workflows(path, &contract)).transpose()?;
    let path = flags.profile.as_deref().or(defaults.profile.as_deref());
    let profile = path.map(|path| read_profile(path, &contract)).transpose()?.unwrap_or_default();
    for target in &flags.report {
        check_target(target)?;
    }
    let (list, sources) = workflows.unzip();
    let plan = plan(&contract, list.as_ref(), &profile.plan_context());
    for one in &plan.left_out {
        let LeftOut { workflow_id, reason } = one;
        anstream::eprintln!("warning: the workflow `{workflow_id}` is left out: {reason}");
    }
    let plan = select(plan, flags).map_err(|mistake| format!("error: {mistake}"))?;

    // Last of all, since it may build and start something.
    let (url, launched) = url(flags, defaults, &profile)?;
    let base = Base::parse(&url).map_err(|mistake| format!("error: {mistake}"))?;
    let url = url.trim_end_matches('/').to_owned();
    Ok(Prepared { contract, plan, profile, workflows: sources, url, base, _launched: launched })
}

fn contract(path: &Path) -> Result<Contract, String> {
    let reading = spec::read(path, &FileSystem);
    let errors = errors(&reading.findings);
    let contract = reading.contract.filter(|c| errors.is_empty() || !c.operations.is_empty());
    let Some(contract) = contract else { return Err(errors) };
    // An operation that isn't tested must not pass for one that was.
    if !errors.is_empty() {
        anstream::eprintln!("{errors}");
    }
    for one in &contract.left_out {
        anstream::eprintln!("warning: {one}");
    }
    Ok(contract)
}

fn workflows(path: &Path, contract: &Contract) -> Result<(Workflows, Sources), String> {
    let reading = arazzo::read(path, &FileSystem, contract);
    match reading.workflows {
        Some(workflows) if !reading.findings.has_errors() => {
            // A workflow that isn't run must not pass for one that was.
            for finding in &reading.findings.list {
                anstream::eprintln!("{}", finding.render(&reading.findings.sources));
            }
            Ok((workflows, reading.findings.sources))
        }
        _ => Err(errors(&reading.findings)),
    }
}

/// The errors alone: what else there is to say is for `generate` and `review`.
fn errors(findings: &Findings) -> String {
    let errors = findings.list.iter().filter(|finding| finding.severity == Severity::Error);
    let rendered: Vec<_> = errors.map(|finding| finding.render(&findings.sources)).collect();
    rendered.join("\n")
}

fn read_profile(path: &Path, contract: &Contract) -> Result<Profile, String> {
    let told = |problems: Vec<Problem>| {
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        told.join("\n\n")
    };
    let profile = profile::read(path).map_err(told)?;
    let problems = profile.check_against(contract);
    if problems.is_empty() { Ok(profile) } else { Err(told(problems)) }
}

/// What a report is written to has to be known to be wrong before the run, not after it.
fn check_target(target: &Target) -> Result<(), String> {
    let wrong = |why: String| format!("error: can't write {}: {why}", target.path.display());
    if target.path.is_dir() {
        return Err(wrong("it is a folder".to_owned()));
    }
    match target.path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|error| wrong(error.to_string())),
        None => Err(wrong("it is no file".to_owned())),
    }
}

type Url = (String, Option<Box<dyn Launched>>);

fn url(flags: &RunFlags, defaults: &Defaults<'_>, profile: &Profile) -> Result<Url, String> {
    if let Some(url) = flags.url.as_ref().or(profile.url.as_ref()) {
        return Ok((url.clone(), None));
    }
    let Some(launch) = defaults.launch else {
        let help = "name it with --url URL, or as `url` in the profile";
        return Err(format!("error: no target\n  help: {help}"));
    };
    let launched = launch().map_err(|error| format!("error: can't start a target: {error}"))?;
    Ok((launched.url().to_owned(), Some(launched)))
}
