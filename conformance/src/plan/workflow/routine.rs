//! Workflows that a run performs for itself, as routines.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use crate::arazzo::{Workflow, Workflows};
use crate::case::{Case, Credentials, Criterion, Input};
use crate::plan::draft::Draft;
use crate::plan::{LeftOut, Planner, Routine, Routines};
use crate::sample::Sampler;

/// What a routine is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Set-up or tear-down.
    Frame,
    /// A token of a credential: nothing of what it sends may need such a token.
    Token,
    /// The value of a header field.
    Header,
}

impl Workflows {
    /// The workflows to which the profile gives a part of their own. A set-up knows what those before it gave, all others
    /// what every set-up gave.
    pub(in crate::plan) fn routines(&self, planner: &Planner<'_>) -> Routines {
        let roles = &planner.context.roles;
        let mut routines = Routines::default();
        let inputs = planner.context.inputs.keys().cloned();
        let known = inputs.filter(|name| !roles.foreseen.contains(name)).collect();
        let sampler = Sampler::new(&self.schemas);
        let mut compiler = Compiler { planner, sampler, known, unrunnable: Vec::new() };
        let none = IndexMap::new();
        for workflow in self.named(&roles.setup) {
            routines.setup.extend(compiler.routine(workflow, Purpose::Frame, &none));
            compiler.known.extend(workflow.gives().into_keys());
        }
        for workflow in self.named(&roles.teardown) {
            routines.teardown.extend(compiler.routine(workflow, Purpose::Frame, &none));
        }
        for source in &roles.sources {
            let Some(workflow) = self.get(&source.workflow) else { continue };
            let purpose = if source.is_token { Purpose::Token } else { Purpose::Header };
            routines.sources.extend(compiler.routine(workflow, purpose, &source.inputs));
        }
        routines.unrunnable = compiler.unrunnable;
        routines
    }

    fn named(&self, ids: &[String]) -> impl Iterator<Item = &Workflow> {
        ids.iter().filter_map(|id| self.get(id))
    }
}

struct Compiler<'p> {
    planner: &'p Planner<'p>,
    sampler: Sampler<'p>,
    /// The names of inputs that have a value by the time it is performed.
    known: IndexSet<String>,
    unrunnable: Vec<LeftOut>,
}

impl Compiler<'_> {
    fn routine(
        &mut self,
        workflow: &Workflow,
        purpose: Purpose,
        inputs: &IndexMap<String, Value>,
    ) -> Option<Routine> {
        match self.case(workflow, purpose, inputs) {
            Ok(case) => Some(Routine {
                workflow: workflow.id.clone(),
                inputs: inputs.clone(),
                case,
                outputs: workflow.gives(),
            }),
            Err(reason) => {
                self.unrunnable.push(LeftOut { id: workflow.id.clone(), reason });
                None
            }
        }
    }

    fn case(
        &self,
        workflow: &Workflow,
        purpose: Purpose,
        inputs: &IndexMap<String, Value>,
    ) -> Result<Case, String> {
        let workflow = self.explicit(workflow);
        self.check(&workflow, purpose)?;
        let mut draft = Draft::new(self.planner);
        let own = inputs.iter().filter(|(name, _)| workflow.inputs.contains_key(*name));
        draft.inputs.extend(
            own.map(|(name, value)| (name.as_str().into(), Input::Value(value.clone()).into())),
        );
        let is_known = |name: &str| self.known.contains(name);
        workflow.give_inputs(&mut draft, &self.sampler, &is_known)?;
        let sender = self.sender(&workflow, purpose)?;
        draft.keep_for(&workflow.steps);
        for step in &workflow.steps {
            step.add(&mut draft, self.planner, &sender)?;
        }
        let inputs = draft.inputs.clone();
        let case = workflow.finish(draft, self.planner, &[]);
        let mut case = case.ok_or_else(|| "it has no steps".to_owned())?;
        if purpose == Purpose::Frame {
            workflow.check_set_up(self.planner, &case)?;
        } else if case.steps.len() > workflow.steps.len() {
            // What it made could not be removed while what it gives is in use.
            return Err("a workflow that gives something makes nothing by itself: give each parameter of its paths a \
                        value"
                .to_owned());
        }
        // Its outputs may be inputs, too.
        case.inputs = inputs;
        if purpose != Purpose::Frame {
            // To remove a session would end it.
            case.cleanup.clear();
        }
        Ok(case)
    }

    /// The same, with each step saying which statuses it wants: by itself any success.
    fn explicit(&self, workflow: &Workflow) -> Workflow {
        let mut workflow = workflow.clone();
        for step in workflow.steps.iter_mut().filter(|step| step.status().is_none()) {
            let Some(operation) = self.planner.contract.operation(&step.operation_id) else {
                continue;
            };
            let success: Vec<Criterion> = self.planner.succeeds(operation);
            step.criteria.splice(0..0, success);
        }
        workflow
    }

    fn check(&self, workflow: &Workflow, purpose: Purpose) -> Result<(), String> {
        if purpose != Purpose::Frame && workflow.steps.iter().any(|step| step.as_another) {
            return Err("a workflow that gives something is sent as one credential, without \
                        `x-credentials`"
                .to_owned());
        }
        if purpose != Purpose::Frame {
            return Ok(());
        }
        let operations = workflow.steps.iter().map(|step| &step.operation_id);
        for operation in operations.filter_map(|id| self.planner.contract.operation(id)) {
            if let Some(reason) = self.planner.is_read_only(operation) {
                return Err(format!("`{}` is called, and {reason}", operation.id));
            }
        }
        Ok(())
    }

    /// Who it is sent as. What gives something is sent as nobody where there is nobody: many documents forget to say that
    /// a login asks for no credentials.
    fn sender(&self, workflow: &Workflow, purpose: Purpose) -> Result<Credentials, String> {
        let by_workflow = &self.planner.context.roles.credentials;
        match purpose {
            Purpose::Frame => workflow.credentials(self.planner, &|_| true),
            Purpose::Token => {
                let others = |name: &str| !by_workflow.contains(name);
                Ok(workflow.credentials(self.planner, &others).unwrap_or(Credentials::None))
            }
            Purpose::Header => {
                let anybody = workflow.credentials(self.planner, &|_| true);
                Ok(anybody.unwrap_or(Credentials::None))
            }
        }
    }
}
