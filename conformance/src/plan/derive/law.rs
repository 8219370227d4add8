//! Promises that span several exchanges: deleted stays deleted, what is made is listed, pages add up, queries are
//! answered.

mod bytes;
mod gone;
mod kept;
mod listed;
mod once;
mod others;
mod pages;
mod query;
mod tenants;
mod unique;
mod untouched;

use spec::model::Operation;

use crate::case::Case;
use crate::plan::Planner;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases = gone::cases(planner, operation);
    cases.extend(kept::cases(planner, operation));
    cases.extend(others::case(planner, operation));
    cases.extend(bytes::cases(planner, operation));
    cases.extend(untouched::cases(planner, operation));
    cases.extend(tenants::cases(planner, operation));
    if let Some(list) = planner.resources.list(operation) {
        cases.extend(listed::cases(planner, operation, &list));
        cases.extend(once::case(planner, operation, &list));
        cases.extend(query::cases(planner, operation, &list));
        cases.extend(pages::case(planner, operation, &list));
        cases.extend(pages::default_size(planner, operation, &list));
    }
    cases
}
