//! Every mutant, a row each.
//!
//! What they are chosen by: faults that implementations of the contract really have, each visible in as few exchanges
//! as the fault allows. A mutant that every answer gives away says nothing about a suite.

mod body;
mod enforcement;
mod header;
mod law;
mod law_life;
mod law_list;
mod robustness;
mod security;
mod status;
mod unusual;

use crate::mutant::Mutant;

/// Every mutant, group by group.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    [
        status::MUTANTS,
        body::MUTANTS,
        header::MUTANTS,
        enforcement::MUTANTS,
        unusual::MUTANTS,
        law::MUTANTS,
        law_life::MUTANTS,
        law_list::MUTANTS,
        robustness::MUTANTS,
        security::MUTANTS,
    ]
    .into_iter()
    .flatten()
}
