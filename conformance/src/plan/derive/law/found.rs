//! What a caller finds by its id is in that caller's list, if it is in the list of who made it: where callers are said to see their
//! own alone, both tell of one thing whether it is there.
//!
//! The other way round, what a caller doesn't find by its id is in no list: see `hidden`.

use spec::model::{Method, Operation, Status};
use spec::resources::List;

use super::super::{CALL, told};
use super::hidden::is_made;
use super::listed::{Size, WALK, all_items, make, walk};
use crate::case::{
    Case, Credentials, Criterion, Expected, Isolation, Operand, Relation, RelationKind,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise;
use crate::sample::Extent;

const CODE: &str = "seen-by-own-alone";
const MISSING: Status = Status::Code(404);
const FORBIDDEN: Status = Status::Code(403);
/// The step that walks the list as who made the thing.
const OWN: &str = "own";
/// So many others are asked.
const MOST: usize = 4;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let is_asked = operation.method == Method::Get
        && operation.responses.contains_key(&MISSING)
        && planner.context.credentials.len() > 1
        && planner.resources.says_seen_by_own(operation);
    let Some(item) = operation.path.item_parameter().filter(|_| is_asked) else {
        return Vec::new();
    };
    let makers = planner.resources.makers(operation, item).iter();
    let mut makers = makers.filter_map(|one| planner.operation(&one.operation_id).ok());
    let listing = makers.find_map(|maker| planner.on_path(maker, Method::Get));
    let Some(listing) = listing else { return Vec::new() };
    let Some(list) = planner.resources.list(listing) else { return Vec::new() };
    // Who is shown some of it alone, by the state that it is in, may well see the rest by its id.
    let names = planner.context.credentials.keys();
    let cases = names.filter_map(|name| case(planner, operation, (listing, &list), name));
    cases.take(MOST).collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (listing, list): (&Operation, &List<'_>),
    name: &str,
) -> Option<Case> {
    let mut draft = Draft::for_call(planner, operation);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    draft.strangers(&[operation, listing]).contains(&name).then_some(())?;
    let there = draft.path_of(operation, &made)?;
    is_made(&draft, there.values().last().map(|one| &one.expression)).then_some(())?;
    let other = Credentials::As(name.to_owned());
    let before = draft.steps.len();
    walk(&mut draft, planner, listing, list, WALK, Size::Largest)?;
    draft.sent_as(before, &other);
    let author = draft.step(&made)?.request.credentials.clone();
    let before = draft.steps.len();
    walk(&mut draft, planner, listing, list, OWN, Size::Largest)?;
    draft.sent_as(before, &author);
    let id = || Operand::expression(Expression::output(made.as_str(), "id"));
    let is_own = RelationKind::Includes { got: all_items(list, OWN, true), all: id() };
    let is_not = RelationKind::Excludes { got: all_items(list, WALK, true), none: id() };
    let documented = |status: &Status| operation.responses.contains_key(status);
    let any_of = [MISSING, FORBIDDEN].into_iter().filter(documented).collect();
    let expected = Expected { any_of, code: CODE, level: promise::level(CODE) };
    let mut request = draft.bare_request(operation, &there).ok()?;
    request.credentials = other;
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    let last = draft.last_step()?;
    last.premises.push(Relation::new(CODE, "who made it finds it in the list", is_own));
    last.premises.push(Relation::new(CODE, "somebody else doesn't find it there", is_not));
    let summary = "what isn't in the list for a caller isn't there for that caller";
    let mut case = told(draft, operation, MISSING, (&format!("{CODE}:{name}"), summary));
    // Where others make something meanwhile, what is on a page now is on another one then.
    case.isolation = Isolation::Alone;
    Some(case)
}
