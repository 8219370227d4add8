//! What a run performs for itself, beside its cases: workflows that set up, tear down, and give tokens and the values of
//! header fields.
//!
//! ```text
//! profile ──▶ Roles (names) ──arazzo──▶ Routines (requests) ──run──▶ values, which are inputs of everything else
//! ```
//!
//! Promises: none of these workflows is a case; what a set-up gives takes the place of the `[inputs]` of the same name. It
//! is known by its name alone until the set-up was performed: until then a plan has stand-ins.
//!
//! `exclude` and `only` are about what is tested, and leave these workflows alone; `read_only` forbids set-ups and
//! tear-downs that write, but no login.

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use serde_json::Value;
use spec::Contract;
use spec::model::Location as In;

use super::{LeftOut, PlanContext, Planner};
use crate::arazzo::Workflows;
use crate::case::Case;
use crate::expression::Expression;

/// A workflow as a run performs it for itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Routine {
    /// Its `workflowId`.
    pub workflow: String,
    /// Its inputs that differ from those of other uses.
    #[serde(skip)]
    pub inputs: IndexMap<String, Value>,
    /// What is sent, and what must come of it.
    pub case: Case,
    /// What it gives, by name.
    pub outputs: IndexMap<String, Expression>,
}

/// Everything that a run performs for itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Routines {
    /// Before the first case, in order; what they make is there until the end.
    pub setup: Vec<Routine>,
    /// Whenever what they give is needed, and anew where that is refused.
    pub sources: Vec<Routine>,
    /// After the last case, in order.
    pub teardown: Vec<Routine>,
    /// Those that can't be performed, and why.
    #[serde(skip)]
    pub unrunnable: Vec<LeftOut>,
}

impl Routines {
    /// The cases of set-ups and tear-downs.
    pub fn around(&self) -> impl Iterator<Item = &Case> {
        self.setup.iter().chain(&self.teardown).map(|routine| &routine.case)
    }

    /// Whether there is nothing to perform.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.setup.is_empty() && self.sources.is_empty() && self.teardown.is_empty()
    }
}

/// The same context with a stand-in for each value that a set-up will give; `None` where there are none to come.
pub(super) fn foreseen(
    contract: &Contract,
    workflows: &Workflows,
    context: &PlanContext,
) -> Option<PlanContext> {
    let setups = context.roles.setup.iter().filter_map(|id| workflows.get(id));
    let names: IndexSet<String> = setups
        .flat_map(|workflow| workflow.gives().into_keys())
        .filter(|name| !context.inputs.contains_key(name))
        .collect();
    if names.is_empty() {
        return None;
    }
    let planner = Planner::new(contract, Some(workflows), context);
    let mut context = context.clone();
    for name in &names {
        context.inputs.insert(name.clone(), stand_in(&planner, name));
    }
    context.roles.foreseen = names;
    Some(context)
}

/// A value such as a parameter of this name has: those of paths first.
fn stand_in(planner: &Planner<'_>, name: &str) -> Value {
    let operations = || planner.contract.operations.iter();
    let in_path = || operations().find(|one| one.parameter(In::Path, name).is_some());
    if let Some(operation) = in_path() {
        return planner.stand_in(operation, name);
    }
    let mut parameters = operations().filter_map(|one| one.parameter(In::Query, name));
    let sample = parameters.find_map(|parameter| planner.parameter_sample(parameter).ok());
    sample.map_or(Value::from("x"), |sample| sample.stand_in())
}
