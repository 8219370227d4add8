//! What follows a step of a workflow, where that isn't just the next one.

use serde::Serialize;

use super::Criterion;

/// What is done behind a step: the first action whose criteria all hold; without one, a success is followed by the next
/// step, and a failure ends the case.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Flow {
    /// When the step was answered as it asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_success: Vec<Action>,
    /// When it wasn't.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_failure: Vec<Action>,
}

impl Flow {
    /// Whether nothing but the usual is done.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.on_success.is_empty() && self.on_failure.is_empty()
    }

    /// Every action.
    pub(crate) fn actions_mut(&mut self) -> impl Iterator<Item = &mut Action> {
        self.on_success.iter_mut().chain(&mut self.on_failure)
    }

    /// Every action.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.on_success.iter().chain(&self.on_failure)
    }
}

/// Something that is done behind a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    /// What its document calls it.
    pub name: String,
    /// What must hold for it, all of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Criterion>,
    /// What is done.
    pub then: Then,
}

/// Where a case goes on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// Nowhere: behind a success it is complete, behind a failure it has failed.
    End,
    /// At this step.
    GoTo(String),
    /// At the same step once more.
    Retry {
        /// How long to wait before, in milliseconds; a `Retry-After` of the answer comes first.
        after_ms: u64,
        /// How often, at most.
        limit: u64,
        /// A step that is sent before each try.
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<String>,
    },
}
