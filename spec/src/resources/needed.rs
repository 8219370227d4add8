//! What a request may not do without, though its schema lets it: as descriptions say, and only for some who send it or
//! in some cases.

use super::{Resources, prose};
use crate::model::{Operation, SchemaId};
use crate::outline::Outline;

/// The members of an operation's body of which its description, or their own, says that somebody has to send them.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<String> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = operation.description.as_deref().unwrap_or_default();
    let is_needed = |(name, schemas): &(&str, Vec<SchemaId>)| {
        let own =
            schemas.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        prose::says_needed(said, Some(name))
            || own.into_iter().any(|text| prose::says_needed(text, None))
    };
    let members = Outline::of(resources.contract, &[schema]).members();
    members.into_iter().filter(is_needed).map(|(name, _)| name.to_owned()).collect()
}
