//! Every mutant, a row each.
//!
//! What they are chosen by: faults that implementations of the contract really have, each visible in as few exchanges
//! as the fault allows. A mutant that every answer gives away says nothing about a suite.

mod besides;
mod beyond;
mod body;
mod enforcement;
mod header;
mod law;
mod law_life;
mod law_list;
mod law_state;
mod law_text;
mod order;
mod robustness;
mod security;
mod status;
mod unusual;

use crate::workspace::Mutant;

/// Every mutant, group by group.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    [
        status::MUTANTS,
        order::MUTANTS,
        body::MUTANTS,
        header::MUTANTS,
        enforcement::MUTANTS,
        unusual::MUTANTS,
        law::MUTANTS,
        law_life::MUTANTS,
        law_text::MUTANTS,
        law_list::MUTANTS,
        law_state::MUTANTS,
        besides::MUTANTS,
        robustness::MUTANTS,
        security::MUTANTS,
    ]
    .into_iter()
    .flatten()
}

/// The mutants that the suite doesn't find yet: what is left to do.
pub fn beyond() -> impl Iterator<Item = &'static Mutant> {
    beyond::MUTANTS.iter()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let ids: BTreeSet<_> = all().map(|mutant| mutant.id).collect();
        assert_eq!(ids.len(), all().count());
        let kebab =
            |id: &str| id.bytes().all(|it| it.is_ascii_lowercase() || b"-0123456789".contains(&it));
        assert_eq!(ids.into_iter().find(|id| !kebab(id)), None);
    }

    #[test]
    fn there_are_enough_of_each_group() {
        use crate::mutant::Group::*;
        for group in [Status, Body, Header, Enforcement, Law, Robustness, Security] {
            let count = all().filter(|mutant| mutant.group == group).count();
            assert!(count >= 10, "{group}: {count}");
        }
    }
}
