//! What a request may not do without, though its schema lets it: as descriptions say, and only for some who send it or
//! in some cases.

use super::{Resources, prose, sense};
use crate::model::{Operation, SchemaId};
use crate::outline::Outline;

/// The members of an operation's body that have to be there for one state that it leads to, as their descriptions say:
/// "Needed for `cancelled`."
pub(super) fn for_state(
    resources: &Resources<'_>,
    operation: &Operation,
    state: &str,
) -> Vec<String> {
    const NEEDED: [&str; 5] = ["needed", "required", "must be", "mandatory", "has to be"];
    const DENIED: [&str; 14] = [
        "not needed",
        "n't needed",
        "never needed",
        "not required",
        "n't required",
        "never required",
        "not mandatory",
        "not be given",
        "not be sent",
        "not be there",
        "not be set",
        "be absent",
        "be left out",
        "must be empty",
    ];
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let says = |text: &str| {
        prose::sentences(text).any(|one| {
            let is_needed = prose::has(one, &NEEDED) && !prose::has(one, &DENIED);
            is_needed && one.contains(&format!("`{state}`"))
        })
    };
    // "`reason` has to be given for a rejection", where `rejected` is the state.
    let own = operation.told.as_deref().unwrap_or_default();
    let is_called = |word: &str| {
        const STEM: usize = 5;
        let stem = |text: &str| text.get(..STEM).map(str::to_owned);
        word.len() > STEM && stem(word).is_some() && stem(word) == stem(state)
    };
    let says_for = |name: &str| {
        prose::sentences(own).any(|one| {
            let lower = one.to_lowercase();
            let given = lower.split_once("has to be given for ");
            let behind = given.or_else(|| lower.split_once("is required for ")).map(|(_, it)| it);
            let for_it = behind.and_then(|behind| {
                behind.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 3)
            });
            prose::mentions(one, name) && for_it.is_some_and(is_called)
        })
    };
    let members = Outline::of(resources.contract, &[schema]).members().into_iter();
    let needed = members.filter(|(name, schemas)| {
        let said =
            schemas.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        said.into_iter().any(says) || says_for(name)
    });
    needed.map(|(name, _)| name.to_owned()).collect()
}

/// The members of an operation's body of which its description, or their own, says that somebody has to send them.
pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<String> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let said = operation.told.as_deref().unwrap_or_default();
    let is_needed = |(name, schemas): &(&str, Vec<SchemaId>)| {
        let own =
            schemas.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        prose::says_needed(said, Some(name))
            || own.into_iter().any(|text| prose::says_needed(text, None))
    };
    let members = Outline::of(resources.contract, &[schema]).members();
    let absent = sense::sometimes_absent(resources, operation);
    let members =
        members.into_iter().filter(|(name, _)| absent.iter().all(|absent| absent != name));
    members.filter(is_needed).map(|(name, _)| name.to_owned()).collect()
}
