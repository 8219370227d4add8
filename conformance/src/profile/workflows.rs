//! Workflows with a part of their own in a run: those that prepare it and clear up after it, and those that give the
//! token of a credential or the value of a header field.
//!
//! ```toml
//! [workflows]
//! setup = ["make-organization"]   # before the first case, in order; what they give are inputs, over those of [inputs]
//! teardown = ["say-goodbye"]      # after the last case, whatever became of the run
//!
//! [credentials.user]
//! workflow = { id = "sign-in", output = "token", inputs = { user = "me", password = { env = "PASSWORD" } } }
//! may = ["*"]
//!
//! [headers]
//! X-CSRF-Token = { workflow = "protect", output = "token" }
//! ```
//!
//! What a workflow gives are the outputs of its steps and, over those, its own. Tokens of one workflow with the same inputs
//! come from one performance of it.

use std::fmt;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use super::check::few;
use super::{Credential, CredentialKind, Place, Problem, Profile, closest};
use crate::context::{Roles, SourceRole};

/// Workflows that prepare a run and clear up after it, by id, with where the file says so.
#[derive(Debug, Clone, Default)]
pub struct WorkflowRoles {
    /// Before anything else.
    pub setup: IndexMap<String, Place>,
    /// After everything else.
    pub teardown: IndexMap<String, Place>,
}

/// Something that a workflow gives at run time.
#[derive(Clone)]
pub struct FromWorkflow {
    /// The `workflowId`.
    pub workflow: String,
    /// Which of the things that it gives.
    pub output: String,
    /// Inputs for it, over those of the profile: a user's name and password.
    pub inputs: IndexMap<String, Value>,
    /// Where the profile names the workflow.
    pub place: Place,
    /// Where it names the output.
    pub output_place: Place,
}

/// Names alone: an input may be a secret.
impl fmt::Debug for FromWorkflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromWorkflow")
            .field("workflow", &self.workflow)
            .field("output", &self.output)
            .field("inputs", &self.inputs.keys())
            .finish_non_exhaustive()
    }
}

/// A workflow, as far as a profile can speak of it.
#[derive(Debug, Clone, Default)]
pub struct KnownWorkflow<'w> {
    /// Its `workflowId`.
    pub id: &'w str,
    /// The names of its inputs.
    pub inputs: Vec<&'w str>,
    /// The names of what it gives.
    pub outputs: Vec<String>,
    /// Whether it is left out, since something in it isn't supported.
    pub is_left_out: bool,
}

impl Credential {
    /// The workflow that gives its token.
    #[must_use]
    pub fn workflow(&self) -> Option<&FromWorkflow> {
        self.kinds.iter().find_map(|kind| match kind {
            CredentialKind::Workflow(source) => Some(source),
            _ => None,
        })
    }
}

impl Profile {
    /// The parts that workflows have, for a plan.
    pub(super) fn roles(&self) -> Roles {
        let own = self.credentials.iter().filter_map(|(name, one)| Some((name, one.workflow()?)));
        let tokens = own.clone().map(|(_, source)| (source, true));
        let headers = self.header_workflows.values().map(|source| (source, false));
        let mut sources: Vec<SourceRole> = Vec::new();
        for (source, is_token) in tokens.chain(headers) {
            let present = sources.iter_mut().find(|one| source.is_of(&one.workflow, &one.inputs));
            if let Some(present) = present {
                present.is_token |= is_token;
                continue;
            }
            let (workflow, inputs) = (source.workflow.clone(), source.inputs.clone());
            sources.push(SourceRole { workflow, inputs, is_token });
        }
        Roles {
            setup: self.workflows.setup.keys().cloned().collect(),
            teardown: self.workflows.teardown.keys().cloned().collect(),
            sources,
            credentials: own.map(|(name, _)| name.clone()).collect(),
            foreseen: IndexSet::new(),
        }
    }

    /// Everything that workflows give at run time.
    fn workflow_sources(&self) -> impl Iterator<Item = &FromWorkflow> {
        let tokens = self.credentials.values().filter_map(Credential::workflow);
        tokens.chain(self.header_workflows.values())
    }

    /// What this profile says of workflows that they don't bear out.
    #[must_use]
    pub fn check_workflows(&self, known: &[KnownWorkflow<'_>]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (id, place) in self.workflows.setup.iter().chain(&self.workflows.teardown) {
            problems.extend(find(id, place, known).err());
        }
        for source in self.workflow_sources() {
            match find(&source.workflow, &source.place, known) {
                Ok(workflow) => problems.extend(self.check_source(source, workflow)),
                Err(problem) => problems.push(problem),
            }
        }
        problems
    }

    /// What a workflow is asked for but doesn't give, and given but doesn't take.
    fn check_source(&self, source: &FromWorkflow, workflow: &KnownWorkflow<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let id = workflow.id;
        let outputs: Vec<_> = workflow.outputs.iter().map(String::as_str).collect();
        if !outputs.contains(&source.output.as_str()) {
            let message = format!("the workflow `{id}` has no output `{}`", source.output);
            let help = near("outputs", &source.output, &outputs);
            problems.push(Problem::new(source.output_place.clone(), message).help(help));
        }
        for name in source.inputs.keys().filter(|name| !workflow.inputs.contains(&name.as_str())) {
            let message = format!("the workflow `{id}` has no input `{name}`");
            let problem = Problem::new(source.place.clone(), message);
            problems.push(problem.help(near("inputs", name, &workflow.inputs)));
        }
        problems
    }

    /// The problem of a workflow that can't be performed, for this reason, where it has a part.
    #[must_use]
    pub fn unrunnable_workflow(&self, id: &str, reason: &str) -> Option<Problem> {
        let own = self.workflow_sources().find(|source| source.workflow == id);
        let roles = &self.workflows;
        let named = roles.setup.get(id).or_else(|| roles.teardown.get(id));
        let place = named.or(own.map(|source| &source.place))?.clone();
        Some(Problem::new(place, format!("the workflow `{id}` can't be performed: {reason}")))
    }
}

impl FromWorkflow {
    /// Whether it is of this workflow with these inputs: what one performance gives belongs together.
    #[must_use]
    pub fn is_of(&self, workflow: &str, inputs: &IndexMap<String, Value>) -> bool {
        self.workflow == workflow && self.inputs == *inputs
    }
}

fn find<'k, 'w>(
    id: &str,
    place: &Place,
    known: &'k [KnownWorkflow<'w>],
) -> Result<&'k KnownWorkflow<'w>, Problem> {
    let found = known.iter().find(|one| one.id == id);
    if let Some(workflow) = found.filter(|one| !one.is_left_out) {
        return Ok(workflow);
    }
    let problem = |message| Problem::new(place.clone(), message);
    if found.is_some() {
        let message = format!("the workflow `{id}` is left out, so that it can't be performed");
        return Err(problem(message).help("see above what of it is not supported"));
    }
    let ids: Vec<_> = known.iter().map(|one| one.id).collect();
    let help = match ids.is_empty() {
        true => "name their document with --workflows FILE".to_owned(),
        false => near("workflows", id, &ids),
    };
    Err(problem(format!("there is no workflow `{id}`")).help(help))
}

fn near(what: &str, name: &str, known: &[&str]) -> String {
    match closest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("it has no {what}"),
        None => format!("{what}: {}", few(known)),
    }
}
