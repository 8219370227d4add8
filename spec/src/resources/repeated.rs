//! What a body has to repeat of the thing that it is about: "Must be the order's `total_cents`", of a payment.

use super::Resources;
use super::prose::{has, quoted, sentences};
use crate::model::{Method, Operation};
use crate::only::only;
use crate::outline::Outline;

/// How it is said that a value has to be another one.
const SAME: [&str; 8] = [
    "must be the ",
    "has to be the ",
    "must equal ",
    "has to equal ",
    "must match ",
    "must be equal to ",
    "must be the same as ",
    "has to be the same as ",
];

/// A member of a body that has to be what the thing shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The member of the body.
    pub member: String,
    /// The member of the thing, which the answer of whoever makes it has as well as that of whoever reads it.
    pub of: String,
}

/// Those of an operation's body, as the descriptions of its members say.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Repeated> {
    all(resources, operation).unwrap_or_default()
}

fn all(resources: &Resources<'_>, operation: &Operation) -> Option<Vec<Repeated>> {
    let thing = operation.path.parameters().last()?;
    let reader = resources.at(&operation.path.shape_to(thing)?, Method::Get)?;
    let shown = Outline::of(resources.contract, &[reader.answer_schema()?]).members();
    let makers = resources.makers(operation, thing).iter();
    let makers = makers.filter_map(|maker| resources.operation(&maker.operation_id));
    let made = makers.filter_map(Operation::answer_schema).next()?;
    let made = Outline::of(resources.contract, &[made]).members();
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let told = body.members().into_iter().filter_map(|(member, schemas)| {
        let described =
            schemas.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        let said = described.flat_map(sentences).find(|sentence| has(sentence, &SAME))?;
        let of =
            only(quoted(said).filter(|one| shown.contains_key(one) && made.contains_key(one)))?;
        Some(Repeated { member: member.to_owned(), of: of.to_owned() })
    });
    Some(told.collect())
}
