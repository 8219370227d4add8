//! What `jsonschema::canonical` proposes. The module is experimental there, so this file alone speaks to it.
//!
//! Read with `jsonschema` 0.60: a subschema that it can't model makes the whole document raw, its budgets are fixed, and
//! patterns are opaque to it. Differences of wide objects cost seconds, so they are asked for last; to find that many large
//! alternatives don't cover something costs a tenth of one, and what is left of the conclusion is large only where no
//! part of it was implied, so there it isn't asked at all.

use jsonschema::Draft;
use jsonschema::canonical::{CanonicalSchema, Containment, Satisfiability, options};
use serde_json::Value;

/// Two schemas as it sees them.
#[derive(Debug)]
pub(super) struct Canonical {
    premise: CanonicalSchema,
    conclusion: CanonicalSchema,
    /// How large the documents are, as text.
    sizes: [usize; 2],
}

/// Documents that are larger together aren't subtracted.
const MOST_SUBTRACTED: usize = 6_000;
/// What a larger conclusion covers isn't asked.
const MOST_COVERING: usize = 8_000;

/// What the premise admits and the conclusion doesn't.
#[derive(Debug)]
pub(super) enum Difference {
    /// Nothing.
    Empty,
    /// What this schema admits, if it admits anything.
    Schema(Value),
}

impl Canonical {
    /// Reads two documents of JSON Schema 2020-12; `None` where it can't.
    pub(super) fn read(premise: &Value, conclusion: &Value) -> Option<Self> {
        let sizes = [premise, conclusion].map(|document| document.to_string().len());
        Some(Self { premise: read(premise)?, conclusion: read(conclusion)?, sizes })
    }

    /// Whether it has a proof that the conclusion admits whatever the premise does.
    pub(super) fn is_covered(&self) -> bool {
        self.sizes[1] <= MOST_COVERING
            && matches!(self.conclusion.covers(&self.premise), Ok(Containment::Yes))
    }

    /// The difference, where it can be written exactly.
    pub(super) fn difference(&self) -> Option<Difference> {
        if self.sizes.iter().sum::<usize>() > MOST_SUBTRACTED {
            return None;
        }
        let difference = self.premise.subtract(&self.conclusion).ok()?;
        Some(match difference.satisfiability() {
            Satisfiability::No => Difference::Empty,
            Satisfiability::Yes | Satisfiability::Unknown => {
                Difference::Schema(difference.to_json_schema())
            }
        })
    }
}

/// Formats are asserted, as validators assert them.
fn read(document: &Value) -> Option<CanonicalSchema> {
    let options = options().with_draft(Draft::Draft202012).should_validate_formats(true).offline();
    options.canonicalize(document).ok()
}
