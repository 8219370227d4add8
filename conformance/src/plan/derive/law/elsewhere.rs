//! What lies within one thing isn't found within another one.
//!
//! Where what is shown tells in which thing it lies, an answer for another one contradicts the path that was asked for.

use spec::model::{Method, Operation, PathPart, Status};
use spec::names::{fold, words};
use spec::resources::says_found_within_its_own;

use super::super::CALL;
use super::another::another;
use crate::case::{Case, Criterion, Derivation, Expected};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "lies-within-one";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    if !matches!(operation.method, Method::Get | Method::Put | Method::Patch | Method::Delete) {
        return None;
    }
    // What puts a thing there under an id of the client's choosing makes it.
    (!planner.resources.chooses(operation)).then_some(())?;
    let segments = operation.path.without_slash();
    let [.., around, things, own] = segments else { return None };
    let ([PathPart::Parameter(around)], [PathPart::Literal(_)], [PathPart::Parameter(_)]) =
        (around.as_slice(), things.as_slice(), own.as_slice())
    else {
        return None;
    };
    let absent = [404, 410].map(Status::Code);
    let any_of: Vec<Status> =
        absent.into_iter().filter(|one| operation.responses.contains_key(one)).collect();
    let status = *any_of.first()?;
    let mut draft = Draft::new(planner);
    let path = draft.path(operation, &Path::new()).ok()?;
    // It was made within the one thing, and nowhere else.
    let maker = draft.maker_of(operation)?;
    maker
        .path
        .parameters()
        .any(|name| name == around || is_same(planner, maker, name, operation, around))
        .then_some(())?;
    let owner = planner.resources.around(operation)?;
    let owners = draft.path(owner, &Path::new()).ok()?;
    another(&mut draft, planner, (owner, &owners), ("other", Extent::Minimal))?;
    let others = draft.path_to(owner, "other")?;
    let other = others.get(owner.path.item_parameter()?)?.clone();
    let mut there = path;
    there.insert(around.clone(), other);
    let request = draft.request(operation, &there, Extent::Minimal).ok()?;
    let shows = planner.on_path(operation, Method::Get).unwrap_or(operation);
    let said = operation.told.as_deref().unwrap_or_default();
    let is_told = tells(planner, shows, around) || says_found_within_its_own(said);
    let level = if is_told { Level::Must } else { promise::level(CODE) };
    let expected = Expected { any_of, code: CODE, level };
    draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "what lies within one thing isn't found within another one".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// Whether a parameter of a maker names what a parameter of an operation does.
fn is_same(
    planner: &Planner<'_>,
    maker: &Operation,
    name: &str,
    operation: &Operation,
    around: &str,
) -> bool {
    let makers =
        operation.path.item_parameter().map(|own| planner.resources.makers(operation, own));
    let mut makers = makers.into_iter().flatten().filter(|one| one.operation_id == maker.id);
    makers.any(|one| one.shared.iter().any(|(theirs, ours)| theirs == around && ours == name))
}

/// Whether every answer tells within which thing it lies, by a member that is called like the parameter.
fn tells(planner: &Planner<'_>, operation: &Operation, around: &str) -> bool {
    let Some(answer) = operation.answer_schema() else { return false };
    let (choice, direction) = (Choice::default(), spec::Direction::Response);
    let shown = Merged::toward(planner.contract, &[answer], choice, direction);
    // An `id` is that of the answer itself.
    words(around).len() > 1 && shown.required().iter().any(|name| fold(name) == fold(around))
}
