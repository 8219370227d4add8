//! The roles that callers have, where the contract lists them: the values of a member `role`, or what its description lists
//! below a line that speaks of roles.

use super::passage::passages;
use super::prose::has;
use crate::model::Contract;
use crate::names::fold;
use crate::outline::Outline;

/// The roles, folded; none where nothing lists them.
pub(super) fn of(contract: &Contract) -> Vec<String> {
    let mut roles = listed(contract.info.description.as_deref().unwrap_or_default());
    if roles.is_empty() {
        roles = by_member(contract);
    }
    roles.iter().map(|role| fold(role)).collect()
}

/// The values of the first member that is called a role, of anybody.
fn by_member(contract: &Contract) -> Vec<String> {
    let members = contract.schemas.iter().flat_map(|(_, schema)| &schema.properties);
    let roles = members.filter(|(name, _)| fold(name) == "role");
    let mut values = roles.map(|(_, id)| Outline::of(contract, &[*id]).texts());
    values.find(|values| values.len() > 1).unwrap_or_default()
}

/// The items of a list that say what a role is: "* **clerk** – works at the counter", "| `clerk` | works at the counter |".
fn listed(text: &str) -> Vec<String> {
    let items = passages(text).into_iter();
    let of_roles =
        items.filter(|one| one.heading.as_deref().is_some_and(|one| has(one, &["role"])));
    let named = of_roles.filter_map(|one| {
        let item = one.text.trim_start_matches(['*', '-', '+', '|', ' ']);
        let bold = one.text.get(2..).filter(|text| text.starts_with("**"));
        let name = match item.strip_prefix('`') {
            Some(code) => code.split('`').next(),
            None => bold.and_then(|_| item.split("**").next()),
        };
        name.filter(|name| {
            name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-'))
        })
        .map(str::to_owned)
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_lists_roles() {
        let bold = "Each key has one of two roles:\n\n* **clerk** – works\n  here\n* **guest** – comes.\n\nElse:\n* **not** so";
        assert_eq!(listed(bold), ["clerk", "guest"]);
        let table = "Roles of callers:\n\n| role | what |\n|---|---|\n| `clerk` | works |\n| `guest` | comes |";
        assert_eq!(listed(table), ["clerk", "guest"]);
        assert!(listed("The role of a key is **one**.").is_empty());
    }
}
