//! `Location` leads to what was made: RFC 9110 §10.2.2 and §15.3.2.
//!
//! Followed where what makes something documents the header field, and something reads what it makes.

use spec::model::{Method, Operation, Response, Status};

use super::{CALL, read_back, valid_call};
use crate::case::{Case, Criterion, Derivation};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::Level;
use crate::sample::Extent;

const CODE: &str = "made-is-at-location";
/// The output with the reference.
const LOCATION: &str = "location";
/// The steps that look again at what was accepted.
const AGAIN: [&str; 3] = ["look_2", "look_3", "look_4"];

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let is_post = operation.method == Method::Post && planner.resources.makes(operation);
    let is_put = operation.method == Method::Put && planner.resources.chooses(operation);
    let has_location = |response: &&Response| {
        response.headers.keys().any(|name| name.eq_ignore_ascii_case("location"))
    };
    let response = operation.successes().find(has_location).filter(|_| is_post || is_put)?;
    let mut shown = planner.resources.shown_by(operation);
    let reader = match is_put {
        true => planner.on_path(operation, Method::Get),
        false => shown.find(|reader| reader.answer_schema().is_some()),
    };
    let reader = reader.filter(|reader| reader.answer_schema().is_some())?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    draft.output(CALL, LOCATION, &Expression::response_header("Location"));
    let path = if is_put { path } else { draft.path(reader, &Path::new()).ok()? };
    let read = draft.request(reader, &path, Extent::Minimal).ok()?;
    let followed = if is_put { path } else { by_location(reader, path) };
    let follow = draft.request(reader, &followed, Extent::Minimal).ok()?;
    let criteria = found(&mut draft, planner, operation, reader);
    let mut there = criteria.clone();
    // RFC 9110 §15.3.2: the target of the field is what was made.
    if response.status == Status::Code(201) {
        there.iter_mut().for_each(must);
    }
    draft.push(reader, "follow", follow, there);
    draft.last_step()?.follows = Some(Expression::output(CALL, LOCATION));
    // What was only accepted goes on meanwhile: its state is looked at as it comes along (RFC 9110 §15.3.3).
    let is_accepted = response.status == Status::Code(202);
    for again in AGAIN.into_iter().filter(|_| is_accepted) {
        draft.push(reader, again, read.clone(), criteria.clone());
    }
    Some(draft.finish(About {
        cell: (operation, response.status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "`Location` leads to what was made".to_owned(),
        origin: response.origin.clone(),
    }))
}

fn must(criterion: &mut Criterion) {
    if let Criterion::Relation(relation) = criterion {
        relation.level = Level::Must;
    }
}

/// The path of what was made, for the request that goes where `Location` says instead: a reference that leads elsewhere need not
/// have an id where one is looked for.
fn by_location(reader: &Operation, mut path: Path) -> Path {
    let own = reader.path.item_parameter().and_then(|name| path.get_mut(name));
    if let Some(own) = own {
        own.expression = Expression::output(CALL, LOCATION);
    }
    path
}

/// That what was made is found, with the id that its maker told.
fn found(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    reader: &Operation,
) -> Vec<Criterion> {
    let mut criteria = planner.succeeds(reader);
    criteria.iter_mut().for_each(|one| one.weigh(CODE));
    if operation.method == Method::Post {
        criteria.extend(read_back::same_thing(draft, planner, reader, Some(CALL.to_owned())));
    }
    criteria
}
