//! What a request may not do without, though its schema lets it: as descriptions say, and only for some who send it or
//! in some cases.

use super::passage::passages;
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
    let says_for = |name: &str| {
        prose::sentences(own).any(|one| {
            let lower = one.to_lowercase();
            let given = lower.split_once("has to be given for ");
            let behind = given.or_else(|| lower.split_once("is required for ")).map(|(_, it)| it);
            let for_it = behind.and_then(|behind| {
                behind.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 3)
            });
            prose::mentions(one, name) && for_it.is_some_and(|word| is_called(word, state))
        })
    };
    let members = Outline::of(resources.contract, &[schema]).members().into_iter();
    let needed = members.filter(|(name, schemas)| {
        let said =
            schemas.iter().filter_map(|id| resources.contract.schema(*id).description.as_deref());
        said.into_iter().any(says) || says_for(name) || told_with(own, state, name)
    });
    needed.map(|(name, _)| name.to_owned()).collect()
}

/// Whether a word is the noun of a state: "rejection" of `rejected`.
fn is_called(word: &str, state: &str) -> bool {
    const STEM: usize = 5;
    let stem = |text: &str| text.get(..STEM).map(str::to_owned);
    word.len() > STEM && stem(word).is_some() && stem(word) == stem(state)
}

/// Whether a member is told of one state, and that it is refused without: "A rejection needs a `reason` (422)", or of an item of a
/// list, "* `shipped`: from `packed`. Needs `carrier` and `tracking_number` (422)", "* `returned`: with a `reason` (422)".
fn told_with(said: &str, state: &str, name: &str) -> bool {
    const REFUSED: [&str; 2] = ["422", "400"];
    let quoted = format!("`{}`", name.to_lowercase());
    let asks = |clause: &str, before: &str| {
        // What stands between is members, and nothing else that is needed.
        let told = clause.split_once(before).is_some_and(|(_, behind)| {
            let end = behind.find(['(', ',', ';', '.']).unwrap_or(behind.len());
            behind.get(..end).is_some_and(|members| members.contains(&quoted))
        });
        told && prose::has(clause, &REFUSED)
    };
    passages(said).iter().any(|passage| {
        let item = passage.text.trim_start_matches(['*', '-', '+', ' ']);
        let is_item = item != passage.text && item.starts_with(&format!("`{state}`"));
        prose::sentences(item).map(str::trim).any(|one| {
            let lower = one.to_lowercase();
            let of_noun = lower.split_once(" needs ").is_some_and(|(subject, _)| {
                subject.split_whitespace().next_back().is_some_and(|noun| is_called(noun, state))
            });
            let of_item = is_item
                && (lower.starts_with("needs ") && asks(&lower, "needs ")
                    || asks(&lower, ", with a ")
                    || asks(&lower, ", with an "));
            of_item || of_noun && asks(&lower, " needs ")
        })
    })
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

#[cfg(test)]
mod tests {
    use super::told_with;

    #[test]
    fn what_one_state_needs_is_heard() {
        let items = "Moves it on:\n\n- `shipped`: from `packed`. Needs `carrier` and\n  `number` (422 `no_number`).\n- `cancelled`: from `placed`. Staff have to give a `reason` (422).\n- `returned`: from `delivered`, by staff, with a `reason` (422 `no_reason`).";
        assert!(told_with(items, "shipped", "carrier") && told_with(items, "shipped", "number"));
        assert!(told_with(items, "returned", "reason"));
        assert!(!told_with(items, "cancelled", "reason") && !told_with(items, "shipped", "reason"));
        let noun = "Decides on it. A rejection needs a `reason` (422).";
        assert!(told_with(noun, "rejected", "reason") && !told_with(noun, "approved", "reason"));
        assert!(!told_with("A rejection needs a `reason`.", "rejected", "reason"));
    }
}
