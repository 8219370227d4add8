//! Promises that span several exchanges: deleted stays deleted, what is made is listed and exported, pages add up,
//! queries are answered.

mod another;
mod arranged;
mod attached;
mod basket;
mod brought;
mod by_caller;
mod bytes;
mod census;
mod counted;
mod cursor;
mod each;
mod effects;
mod elsewhere;
mod ends;
mod export;
mod file_name;
mod found;
mod free_elsewhere;
mod gone;
mod hidden;
mod hidden_names;
mod kept;
mod links;
mod listed;
mod logged;
mod membership;
mod moved;
mod numbered;
mod once;
mod one_state;
mod ordered;
mod others;
mod outcomes;
mod pages;
mod part_shown;
mod parts;
mod preferred;
mod put_twice;
mod query;
mod reused;
mod revision;
mod shown;
mod sized;
mod standing;
mod tagged;
mod tenants;
mod total_for;
mod totals;
mod touched;
mod unique;
mod unseen;
mod untouched;
mod within;

pub(super) use bytes::{file_in, with_file};
use spec::model::Operation;

use crate::case::Case;
use crate::plan::Planner;
pub(in crate::plan) use another::another;
pub(in crate::plan) use arranged::is_sorted;
pub(in crate::plan) use effects::one_left;
pub(super) use listed::{Size, WALK, all_items, walk};
pub(super) use moved::read as read_state;
pub(super) use untouched::refused as refused_untouched;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = gone::cases(planner, operation);
    cases.extend(kept::cases(planner, operation));
    cases.extend(others::case(planner, operation));
    cases.extend(bytes::cases(planner, operation));
    cases.extend(file_name::cases(planner, operation));
    cases.extend(membership::cases(planner, operation));
    cases.extend(untouched::cases(planner, operation));
    cases.extend(tenants::cases(planner, operation));
    cases.extend(preferred::cases(planner, operation));
    cases.extend(counted::cases(planner, operation));
    cases.extend(census::cases(planner, operation));
    cases.extend(arranged::cases(planner, operation));
    let list = planner.resources.list(operation);
    cases.extend(standing::cases(planner, operation, list.as_ref()));
    cases.extend(elsewhere::case(planner, operation));
    cases.extend(free_elsewhere::case(planner, operation));
    cases.extend(each::case(planner, operation));
    cases.extend(outcomes::cases(planner, operation));
    cases.extend(part_shown::cases(planner, operation));
    cases.extend(parts::case(planner, operation));
    cases.extend(reused::case(planner, operation));
    cases.extend(sized::cases(planner, operation));
    cases.extend(attached::cases(planner, operation));
    cases.extend(basket::cases(planner, operation));
    cases.extend(brought::cases(planner, operation));
    cases.extend(by_caller::cases(planner, operation));
    cases.extend(logged::cases(planner, operation));
    cases.extend(totals::cases(planner, operation));
    cases.extend(tagged::case(planner, operation));
    cases.extend(touched::case(planner, operation));
    cases.extend(touched::untouched(planner, operation));
    cases.extend(put_twice::case(planner, operation));
    cases.extend(moved::cases(planner, operation));
    cases.extend(revision::cases(planner, operation));
    cases.extend(effects::cases(planner, operation));
    cases.extend(hidden::within(planner, operation));
    cases.extend(hidden_names::cases(planner, operation));
    cases.extend(found::cases(planner, operation));
    cases.extend(unseen::cases(planner, operation, list.as_ref()));
    if let Some(list) = &list {
        cases.extend(shown::cases(planner, operation, list));
        cases.extend(once::case(planner, operation, list));
        cases.extend(one_state::cases(planner, operation, list));
        cases.extend(within::case(planner, operation, list));
        cases.extend(hidden::listed(planner, operation, list));
        cases.extend(standing::before(planner, operation, list));
        cases.extend(total_for::cases(planner, operation, list));
        cases.extend(query::cases(planner, operation, list));
        cases.extend(ordered::cases(planner, operation, list));
        cases.extend(pages::case(planner, operation, list));
        cases.extend(pages::default_size(planner, operation, list));
        cases.extend(ends::case(planner, operation, list));
        cases.extend(numbered::cases(planner, operation, list));
        cases.extend(links::case(planner, operation, list));
        cases.extend(cursor::cases(planner, operation, list));
    }
    if let Some(export) = planner.resources.export(operation) {
        cases.extend(export::cases(planner, operation, &export));
    }
    cases
}
