//! Every mutant of the depot, a row each: faults that services really have.
//!
//! They were written from the contract and from what goes wrong in services of this kind, without regard to what the
//! suite looks for.

mod body;
mod bytes;
mod condition;
mod conflict;
mod enforcement;
mod export;
mod header;
mod life;
mod list;
mod page;
mod patch;
mod race;
mod robustness;
mod security;
mod status;
mod stock;
mod strictness;

use super::{Breaks, Mutant};
use crate::mutant::Group;

/// Every mutant, kind by kind.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    [
        status::MUTANTS,
        body::MUTANTS,
        header::MUTANTS,
        enforcement::MUTANTS,
        strictness::MUTANTS,
        life::MUTANTS,
        conflict::MUTANTS,
        condition::MUTANTS,
        patch::MUTANTS,
        stock::MUTANTS,
        list::MUTANTS,
        page::MUTANTS,
        export::MUTANTS,
        bytes::MUTANTS,
        security::MUTANTS,
        race::MUTANTS,
        robustness::MUTANTS,
    ]
    .into_iter()
    .flatten()
}

const fn status(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Status, promise, breaks }
}

const fn body(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Body, promise, breaks }
}

const fn header(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Header, promise, breaks }
}

const fn enforcement(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Enforcement, promise, breaks }
}

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

const fn security(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Security, promise, breaks }
}

const fn robustness(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Robustness, promise, breaks }
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
    fn there_are_enough_of_them() {
        assert!(all().count() >= 150, "{}", all().count());
    }
}
