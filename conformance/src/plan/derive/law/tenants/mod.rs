//! What one tenant has made is not there for another: by its id, in lists, by searches and filters, in totals and exports,
//! and in what bodies name.
//!
//! Asked where the profile has credentials of two tenants, of which one may make something and the other one may ask
//! for it. What is looked for is a text that only that thing has, since ids may be counted for each tenant from 1.

mod bodies;
mod exports;
mod lists;
mod things;

use spec::model::{JsonType, Location, Operation, SchemaId};

use crate::case::{Case, Criterion, Derivation, Input, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::plan::sender::Side;
use crate::sample::{Choice, Merged};

/// More are as good as these.
const MOST: usize = 4;

/// Two tenants, of which the second asks for what the first has made.
#[derive(Clone, Copy)]
struct Tenants<'t> {
    planner: &'t Planner<'t>,
    owner: &'t str,
    stranger: &'t str,
}

type Law = fn(Tenants<'_>, &Operation) -> Vec<Case>;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let all = planner.tenants();
    if operation.is_public() || all.len() < 2 {
        return Vec::new();
    }
    let all = all.get(..MOST).unwrap_or(&all);
    let pairs = all.iter().flat_map(|owner| {
        let others = all.iter().filter(move |stranger| *stranger != owner);
        others.map(|stranger| Tenants { planner, owner, stranger })
    });
    let pairs: Vec<Tenants<'_>> = pairs.collect();
    let laws: [Law; 4] = [things::cases, lists::cases, bodies::cases, exports::cases];
    // The first pair that may do what it takes.
    let of = |law: Law| {
        let mut all = pairs.iter().map(|pair| law(*pair, operation));
        all.find(|cases| !cases.is_empty()).unwrap_or_default()
    };
    laws.into_iter().flat_map(of).collect()
}

impl<'t> Tenants<'t> {
    fn owner(&self) -> Side {
        Side::Tenant(self.owner.to_owned())
    }

    fn stranger(&self) -> Side {
        Side::Tenant(self.stranger.to_owned())
    }

    /// A draft that begins with what the owner does.
    fn draft(&self, operation: &Operation) -> Draft<'t> {
        Draft::for_call_of(self.planner, operation, self.owner())
    }

    /// A case about a success of the operation, by one of these laws.
    fn finish(
        &self,
        draft: Draft<'_>,
        operation: &Operation,
        detail: String,
        summary: String,
    ) -> Option<Case> {
        let (status, _) = self.planner.success(operation)?;
        is_fair(&draft).then_some(())?;
        Some(draft.finish(About {
            cell: (operation, status),
            source: Derivation::Law,
            detail,
            summary,
            origin: operation.origin.clone(),
        }))
    }

    /// Whether any number may be a thing's id, so that another tenant may have one of the same id.
    fn is_counted(&self, schema: Option<SchemaId>) -> bool {
        schema.is_none_or(|schema| {
            let merged = Merged::of(self.planner.contract, &[schema], Choice::default());
            merged.types().contains(JsonType::Integer)
        })
    }

    /// The same of the last path parameter of an operation.
    fn is_counted_in(&self, operation: &Operation) -> bool {
        let last = operation.path.parameters().last();
        let parameter = last.and_then(|name| operation.parameter(Location::Path, name));
        self.is_counted(parameter.and_then(|parameter| parameter.schema()))
    }
}

/// Whether it removes all that it makes, and asks for nothing that the profile names: whose that is, nobody says.
fn is_fair(draft: &Draft<'_>) -> bool {
    let is_given = |input: &Input| matches!(input, Input::Profile(_) | Input::Value(_));
    draft.leaves_nothing() && !draft.inputs.values().any(|input| is_given(input))
}

/// That an answer doesn't have a text in it that only another tenant's thing has.
fn unmentioned(law: &'static str, text: Expression) -> Criterion {
    let kind = RelationKind::Mentions { text: Operand::expression(text), is_there: false };
    let message = "what another tenant has made is not mentioned";
    Criterion::Relation(Relation::new(law, message, kind))
}
