//! From flags to everything that a run needs. Every mistake is a text for people, with its place.

use std::path::{Path, PathBuf};

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use spec::{Contract, FileSystem, Findings, References, Severity, Sources};
use time::OffsetDateTime;

use super::base_path::based;
use super::overrides::override_profile;
use super::progress::Planning;
use super::rehearse::Senders;
use super::select::{select, wanted};
use super::targets::{Target as RunTarget, check_paths, path_for, targets};
use super::{Defaults, Launched, RunFlags};
use crate::arazzo::{self, Workflows};
use crate::case::Case;
use crate::plan::{LeftOut, Part, Plan, PlanContext, plan_part};
use crate::profile::{self, KnownWorkflow, Problem, Profile};
use crate::report::{KnownFailures, SelectionReport, Target};
use crate::tokens::Tokens;
use crate::transport::Base;

/// What a run against one target needs.
pub(super) struct Prepared {
    /// What the target is called.
    pub(super) name: String,
    pub(super) contract: Contract,
    pub(super) plan: Plan,
    pub(super) profile: Profile,
    pub(super) workflows: Option<Workflows>,
    /// The files that the workflows were read from.
    pub(super) sources: Option<Sources>,
    pub(super) url: String,
    pub(super) base: Base,
    pub(super) selection: SelectionReport,
    /// Keeps a target running that was started for this run.
    _launched: Option<Box<dyn Launched>>,
}

/// What is known before any target is.
#[derive(Clone)]
pub(super) struct Planned {
    pub(super) contract: Contract,
    pub(super) plan: Plan,
    pub(super) selection: SelectionReport,
    pub(super) profile: Profile,
    pub(super) workflows: Option<Workflows>,
    pub(super) sources: Option<Sources>,
}

/// What stands for an environment variable that isn't set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    /// Nothing: it is a mistake.
    Refused,
    /// A placeholder, since nothing is sent.
    StandIn,
}

/// What a run needs, for each of its targets.
pub(super) fn prepare(flags: &RunFlags, defaults: &Defaults<'_>) -> Result<Vec<Prepared>, String> {
    let planned = planned(flags, defaults, Unset::Refused)?;
    // Last of all, since it may build and start something.
    let targets = targets(flags, defaults, &planned.profile)?;
    check_paths(flags, targets.len())?;
    for (report, target) in
        flags.report.iter().flat_map(|one| targets.iter().map(move |t| (one, t)))
    {
        let report = Target { path: path_for(&report.path, &target.name), ..report.clone() };
        check_target(&report).map_err(|mistake| format!("error: {mistake}"))?;
    }
    if let Some(path) = &flags.differences {
        check_path(path).map_err(|mistake| format!("error: {mistake}"))?;
    }
    let (last, mut prepared) = (targets.len(), Vec::new());
    let mut planned = Some(planned);
    for (number, target) in (1..).zip(targets) {
        // A plan may be large: it is copied for as many targets as there are beside one.
        let own = if number == last { planned.take() } else { planned.clone() };
        prepared.extend(own.map(|own| own.against(target)).transpose()?);
    }
    Ok(prepared)
}

impl Planned {
    /// All that is needed for a run against a target.
    fn against(self, target: RunTarget) -> Result<Prepared, String> {
        let Self { contract, plan, selection, mut profile, workflows, sources } = self;
        let url = based(&target.url, profile.base_path.as_deref(), &contract);
        // What one target gives is nothing to another.
        profile.tokens = Tokens::default();
        profile.complete(&contract, &url).map_err(|problems| told(&problems))?;
        let base = Base::parse(&url).map_err(|mistake| format!("error: {mistake}"))?;
        Ok(Prepared {
            name: target.name,
            contract,
            plan,
            profile,
            workflows,
            sources,
            url,
            base,
            selection,
            _launched: target.launched,
        })
    }
}

/// Documents, profile and flags, as far as they go without a target.
pub(super) fn planned(
    flags: &RunFlags,
    defaults: &Defaults<'_>,
    unset: Unset,
) -> Result<Planned, String> {
    let path = flags.profile.as_deref().or(defaults.profile.as_deref());
    let profile = path.map(|path| match unset {
        Unset::Refused => profile::read(path),
        Unset::StandIn => with_stand_ins(path),
    });
    let profile = profile.transpose();
    let mut profile = profile.map_err(|problems| told(&problems))?.unwrap_or_default();
    let path = flags.spec.as_deref().or(defaults.spec.as_deref());
    let path = path.ok_or("error: no contract: name one with --spec FILE")?;
    let contract = contract(path, &profile.references, flags.strict)?;
    let problems = profile.check_against(&contract);
    if !problems.is_empty() {
        return Err(told(&problems));
    }
    let workflows = match (&flags.workflows, &defaults.workflows) {
        (Some(path), _) => Some(workflows(arazzo::read(path, &FileSystem, &contract))?),
        (None, Some(path)) => usual_workflows(path, &contract)?,
        (None, None) => None,
    };
    let (workflows, sources) = workflows.unzip();
    let problems = profile.check_workflows(&known(workflows.as_ref()));
    if !problems.is_empty() {
        return Err(told(&problems));
    }
    for problem in profile.unused(&contract, &input_names(workflows.as_ref())) {
        anstream::eprintln!("{}", warning(&problem));
    }
    override_profile(flags, &mut profile, &contract)
        .map_err(|mistake| format!("error: {mistake}"))?;
    let (plan, selection) =
        plan_of(flags, &contract, workflows.as_ref(), &profile.plan_context(&contract))?;
    let unrunnable = plan.routines.unrunnable.iter();
    let problems = unrunnable.filter_map(|one| profile.unrunnable_workflow(&one.id, &one.reason));
    let problems: Vec<_> = problems.collect();
    if !problems.is_empty() {
        return Err(told(&problems));
    }
    Ok(Planned { contract, plan, selection, profile, workflows, sources })
}

/// A profile with a placeholder for each variable that isn't set; a note says so.
fn with_stand_ins(path: &Path) -> Result<Profile, Vec<Problem>> {
    let unset = std::cell::RefCell::new(IndexSet::new());
    let profile = profile::read_from(path, |name| {
        let value = std::env::var(name).ok();
        value.or_else(|| {
            let mut unset = unset.borrow_mut();
            unset.insert(name.to_owned());
            // Plain enough for a header field, and told from every other.
            Some(format!("placeholder-{}", unset.get_index_of(name).unwrap_or_default() + 1))
        })
    })?;
    let names: Vec<_> = unset.into_inner().iter().map(|name| format!("`{name}`")).collect();
    if !names.is_empty() {
        let stands = if names.len() == 1 { "a placeholder stands" } else { "placeholders stand" };
        let names = names.join(", ");
        anstream::eprintln!("note: {stands} for what isn't set: {names}; a run needs it");
    }
    Ok(profile)
}

/// The selected part of what there is to do.
fn plan_of(
    flags: &RunFlags,
    contract: &Contract,
    workflows: Option<&Workflows>,
    context: &PlanContext,
) -> Result<(Plan, SelectionReport), String> {
    let told = |mistake: String| format!("error: {mistake}");
    let wanted = wanted(flags, contract).map_err(told)?;
    let progress = Planning::new();
    let part = Part { operations: wanted.as_ref(), tell: &|done, all| progress.tell(done, all) };
    let plan = plan_part(contract, workflows, context, &part);
    progress.finish();
    let (mut plan, selection) = select(plan, flags, contract).map_err(told)?;
    let unread = contract.left_out.iter().map(|one| LeftOut {
        id: one.operation_id.clone().unwrap_or_else(|| one.to_string()),
        reason: one.reason.clone(),
    });
    // What wasn't asked for isn't missed.
    if selection.is_whole() {
        plan.left_out.extend(unread);
    }
    Ok((plan, selection))
}

impl Prepared {
    /// The failures that the profile knows, today.
    pub(super) fn known_failures(&self) -> KnownFailures<'_> {
        let today = OffsetDateTime::now_utc().date();
        KnownFailures { contract: &self.contract, entries: &self.profile.known, today }
    }

    /// The plan once it is known what the set-ups gave: the values stand where there were stand-ins.
    pub(super) fn plan_with(
        &self,
        flags: &RunFlags,
        given: &IndexMap<String, Value>,
        senders: &Senders,
    ) -> Result<Plan, String> {
        let context = self.context_with(given, senders);
        let planned = plan_of(flags, &self.contract, self.workflows.as_ref(), &context);
        planned.map(|(plan, _)| plan)
    }

    /// All cases of some operations, whatever was selected.
    pub(super) fn rehearsal(
        &self,
        given: &IndexMap<String, Value>,
        senders: &Senders,
        operations: &IndexSet<String>,
    ) -> Vec<Case> {
        let context = self.context_with(given, senders);
        let part = Part { operations: Some(operations), tell: &|_, _| {} };
        plan_part(&self.contract, self.workflows.as_ref(), &context, &part).cases
    }

    fn context_with(&self, given: &IndexMap<String, Value>, senders: &Senders) -> PlanContext {
        let mut context = self.profile.plan_context(&self.contract);
        context.inputs.extend(given.clone());
        context.senders.clone_from(senders);
        context
    }
}

/// What a profile can name of workflows.
fn known(workflows: Option<&Workflows>) -> Vec<KnownWorkflow<'_>> {
    let Some(workflows) = workflows else { return Vec::new() };
    let list = workflows.list.iter().map(|workflow| KnownWorkflow {
        id: &workflow.id,
        inputs: workflow.inputs.keys().map(String::as_str).collect(),
        outputs: workflow.gives().into_keys().collect(),
        is_left_out: false,
    });
    let left_out = workflows.left_out.iter();
    let left_out =
        left_out.map(|id| KnownWorkflow { id, is_left_out: true, ..KnownWorkflow::default() });
    list.chain(left_out).collect()
}

pub(super) fn contract(
    path: &Path,
    references: &IndexMap<String, PathBuf>,
    strict: bool,
) -> Result<Contract, String> {
    let places = references.iter().map(|(url, place)| (url.clone(), place.clone()));
    let reading = spec::read_with(path, &FileSystem, &places.collect::<References>());
    let errors = errors(&reading.findings);
    if strict && !errors.is_empty() {
        return Err(errors);
    }
    let contract = reading.contract.filter(|c| errors.is_empty() || !c.operations.is_empty());
    let Some(contract) = contract else { return Err(errors) };
    // An operation that isn't tested must not pass for one that was.
    if !errors.is_empty() {
        anstream::eprintln!("{errors}");
    }
    Ok(contract)
}

fn workflows(reading: arazzo::Reading) -> Result<(Workflows, Sources), String> {
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

/// Workflows that nobody asked for; none where they speak of no operation of the contract, which may be another one than
/// usual.
fn usual_workflows(
    path: &Path,
    contract: &Contract,
) -> Result<Option<(Workflows, Sources)>, String> {
    let reading = arazzo::read(path, &FileSystem, contract);
    match &reading.workflows {
        Some(workflows) if workflows.list.is_empty() => Ok(None),
        _ => workflows(reading).map(Some),
    }
}

/// The errors alone: what else there is to say is for `generate` and `review`.
fn errors(findings: &Findings) -> String {
    let errors = findings.list.iter().filter(|finding| finding.severity == Severity::Error);
    let rendered: Vec<_> = errors.map(|finding| finding.render(&findings.sources)).collect();
    rendered.join("\n")
}

fn told(problems: &[Problem]) -> String {
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    told.join("\n\n")
}

/// The names of what workflows take.
fn input_names(workflows: Option<&Workflows>) -> IndexSet<String> {
    let list = workflows.iter().flat_map(|workflows| &workflows.list);
    list.flat_map(|workflow| workflow.inputs.keys().cloned()).collect()
}

/// A problem that doesn't keep the run from starting.
fn warning(problem: &Problem) -> String {
    problem.to_string().replacen("error:", "warning:", 1)
}

/// What a report is written to has to be known to be wrong before the run, not after it.
pub(super) fn check_target(target: &Target) -> Result<(), String> {
    if target.is_stdout() { Ok(()) } else { check_path(&target.path) }
}

/// Whether a file can be written there; its folder is made.
pub(super) fn check_path(path: &Path) -> Result<(), String> {
    let wrong = |why: String| format!("can't write {}: {why}", path.display());
    if path.is_dir() {
        return Err(wrong("it is a folder".to_owned()));
    }
    match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(|error| wrong(error.to_string())),
        None => Err(wrong("it is no file".to_owned())),
    }
}
