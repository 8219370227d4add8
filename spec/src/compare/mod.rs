//! Two contracts compared by meaning, not spelling: `old` and `new` → [`Change`]s.
//!
//! ```text
//! old, new ──operations, parameters, …──▶ pairs of schemas ──engine──▶ facts ──rules──▶ Vec<Change>
//! ```
//!
//! What it promises:
//! - the comparison states facts, one table ([`rules`]) says what they mean for requests and for responses;
//! - one change is one [`Change`] in each direction, however many operations it affects: all are listed;
//! - order, names of components and of path parameters, `$ref` or inline, `allOf` or its sum, 3.0 or 3.1 make no
//!   difference; neither do texts for people and examples;
//! - what can't be decided is told as [`Severity::Dangerous`], not passed over (`compare_with` decides most of it); only
//!   an operation that one of the contracts leaves out is, since there the document itself is wrong;
//! - recursive schemas end, and each pair of schemas is compared once in a direction.

mod applicators;
mod composition;
mod content;
#[cfg(feature = "validate")]
mod decide;
mod engine;
mod keywords;
mod links;
mod operations;
mod parameters;
mod responses;
mod rules;
mod security;
mod sent;
mod signature;
mod structure;
mod table;
mod values;

use indexmap::IndexMap;
use serde_json::Value;

pub use rules::{Direction, Rule, Severity, rules};

#[cfg(feature = "validate")]
use crate::implication::Sampling;
use crate::{Contract, Origin};
use engine::{Engine, PairId, Stated};
use operations::Affected;

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it means, and its code.
    pub rule: &'static Rule,
    /// What has changed, from what to what.
    pub message: String,
    /// The operations whose exchanges it changes, by their ids in the new contract (in the old one, where they
    /// are gone), in its order.
    pub operations: Vec<String>,
    /// Where it is in the old contract, or where it would be; `None` where nothing there is near.
    pub old: Option<Origin>,
    /// Where it is in the new contract, or where it would be.
    pub new: Option<Origin>,
    /// How bad it is: as the rule says, unless something else was proven.
    pub severity: Severity,
    /// A value that was valid and isn't any more (in requests), or that is valid now and wasn't (in responses): of the
    /// schema that has changed, not of the whole message. Validators of both contracts confirm it.
    pub witness: Option<Value>,
    /// Whether such a value was looked for, and neither found nor proven not to be.
    pub is_undecided: bool,
}

/// Compares two contracts. Changes are in the order of the new contract's operations, what is gone behind.
#[must_use]
pub fn compare(old: &Contract, new: &Contract) -> Vec<Change> {
    let mut engine = Engine::new(old, new);
    let affected = operations::compare(&mut engine);
    engine.run();
    gather(&engine, affected)
}

/// Compares two contracts, and asks which values a change concerns where the table can't tell: a change that concerns
/// none is left out, one that was thought harmless or undecided and isn't gets its severity from a witness.
#[cfg(feature = "validate")]
#[must_use]
pub fn compare_with<'a>(
    old: &'a Contract,
    new: &'a Contract,
    sampling: &'a dyn Sampling,
) -> Vec<Change> {
    let mut engine = Engine::new(old, new);
    let affected = operations::compare(&mut engine);
    engine.run();
    engine.decide(sampling);
    gather(&engine, affected)
}

/// Makes one change of what is the same for several operations.
fn gather(engine: &Engine<'_>, affected: Vec<Affected>) -> Vec<Change> {
    let mut changes: IndexMap<Stated, Vec<String>> = IndexMap::new();
    let mut reached = vec![usize::MAX; engine.pairs.len()];
    for (turn, operation) in affected.into_iter().enumerate() {
        let mut state = |stated: &Stated| {
            let operations = match changes.get_mut(stated) {
                Some(operations) => operations,
                None => changes.entry(stated.clone()).or_default(),
            };
            if operations.last() != Some(&operation.id) {
                operations.push(operation.id.clone());
            }
        };
        operation.stated.iter().for_each(&mut state);
        let mut open: Vec<PairId> = operation.values.iter().rev().copied().collect();
        while let Some(PairId(at)) = open.pop() {
            if std::mem::replace(&mut reached[at], turn) != turn {
                engine.pairs[at].stated.iter().for_each(&mut state);
                open.extend(engine.pairs[at].children.iter().rev());
            }
        }
    }
    changes.into_iter().map(|(stated, operations)| stated.into_change(operations)).collect()
}

impl Stated {
    fn into_change(self, operations: Vec<String>) -> Change {
        let Self { fact, direction, message, old, new, proof } = self;
        let rule = fact.rule(direction);
        let severity = proof.severity.unwrap_or(rule.severity);
        let (witness, is_undecided) = (proof.witness, proof.is_undecided);
        Change { rule, message, operations, old, new, severity, witness, is_undecided }
    }
}
