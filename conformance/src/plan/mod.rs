//! From a contract, its workflows and what the profile says: every case of a run. Pure and deterministic: the same
//! three give the same plan, to the byte.
//!
//! What a plan promises: each cell of the contract either has a case or stands in [`Plan::unprovoked`] with the
//! reason; ids of cases are unique; each violation is the only thing wrong with its request.

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use serde_json::Value;
use spec::Contract;

use crate::arazzo::Workflows;
use crate::case::{Case, Cell};

/// What planning has to know of the profile. There are no secrets in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanContext {
    /// The profile's `[inputs]`: path parameters and workflow inputs by name.
    pub inputs: IndexMap<String, Value>,
    /// Its credentials by name, in order: the first that may call an operation is used where any would do.
    pub credentials: IndexMap<String, Rights>,
    /// Whether the target honours `Prefer: code=500`.
    pub faults: bool,
}

/// Which operations a credential may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// `may = ["*"]`
    All,
    /// These; the rest must answer 403.
    Only(IndexSet<String>),
}

impl Rights {
    /// Whether it may call this operation.
    #[must_use]
    pub fn admit(&self, operation_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(operations) => operations.contains(operation_id),
        }
    }
}

/// Every case of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Plan {
    /// Every cell of the contract, in its order.
    pub cells: Vec<Cell>,
    /// The cases: those of one operation together, in the contract's order.
    pub cases: Vec<Case>,
    /// The cells that no case provokes, and why.
    pub unprovoked: Vec<Unprovoked>,
}

/// A cell that no case provokes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unprovoked {
    /// The cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// Why, and what would help.
    pub reason: String,
}

/// Plans a run.
#[must_use]
pub fn plan(contract: &Contract, workflows: Option<&Workflows>, context: &PlanContext) -> Plan {
    let _ = (workflows, context);
    let cells = contract
        .operations
        .iter()
        .flat_map(|operation| {
            operation
                .responses
                .keys()
                .map(|status| Cell { operation_id: operation.id.clone(), status: *status })
        })
        .collect();
    Plan { cells, cases: Vec::new(), unprovoked: Vec::new() }
}
