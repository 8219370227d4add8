//! Whom a move of a thing is told to be for is refused to all others, in the very state that it starts from.
//!
//! Who is of which role, no contract tells: a caller is taken for one of those who are called like it in the profile. Where one of
//! those that are told of is called like nobody, the rest may be of that role, and none is tried.

use spec::model::Operation;
use spec::names::{singulars, words};
use spec::resources::{Lifecycle, Move, MoveRoles};

use super::super::refused::Refused;
use super::{FORBIDDEN, is_almighty};
use crate::case::{Case, Credentials, Derivation};
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::Level;

/// So many others are tried with each move.
const MOST: usize = 3;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.move_roles(operation);
    if told.is_empty() || !operation.responses.contains_key(&FORBIDDEN) {
        return Vec::new();
    }
    let lives = planner.resources.lifecycles(operation);
    let moves = lives.iter().flat_map(|life| {
        let own = life.moves_of(operation).filter(|own| own.by.is_some() && !own.is_guessed);
        own.map(move |own| (*life, own))
    });
    let cases = moves.flat_map(|(life, own)| {
        let roles = told.iter().find(|roles| is_of(own, roles));
        let others = roles.map(|roles| others(planner, operation, &roles.who)).unwrap_or_default();
        let others = others.into_iter().take(MOST);
        others
            .filter_map(move |name| case(planner, operation, (life, own), name))
            .collect::<Vec<_>>()
    });
    cases.collect()
}

/// Whether it is this move that somebody may.
fn is_of(own: &Move<'_>, roles: &MoveRoles) -> bool {
    own.to == roles.value || own.value.as_ref().is_some_and(|value| *value == roles.value.as_str())
}

/// Those credentials that may call the operation and are called like none of those who alone may do more.
pub(super) fn others<'p>(
    planner: &'p Planner<'_>,
    operation: &'p Operation,
    who: &[Vec<String>],
) -> Vec<&'p str> {
    let names: Vec<&str> = planner.callers_of_side(operation).map(|(name, _)| name).collect();
    let is_called = |name: &str, role: &Vec<String>| {
        let own = words(name);
        role.iter().flat_map(|word| singulars(word)).any(|word| own.contains(&word))
    };
    let is_known = |role: &Vec<String>| names.iter().any(|name| is_called(name, role));
    if !who.iter().all(is_known) {
        return Vec::new();
    }
    names.into_iter().filter(|name| !who.iter().any(|role| is_called(name, role))).collect()
}

fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (life, own): (&Lifecycle<'_>, &Move<'_>),
    name: &str,
) -> Option<Case> {
    let from = own.from.iter().find(|from| life.way_to(from).is_some())?;
    let (mut draft, path) = Draft::brought(planner, operation, life, from)?;
    let mut request = draft.moving(life, own, &path)?;
    request.credentials = Credentials::As(name.to_owned());
    let level = if is_almighty(name) { Level::Should } else { Level::Must };
    let refused = Refused::by(planner, operation, Derivation::Rights, &[&[403]])?;
    let refused = refused.or_not_seen(&draft, &request).unless_oneself(planner, name);
    let summary = format!("`{name}` may not make what is `{from}` `{}`", own.to);
    let detail = format!("{name}:{from}:{}", own.to);
    Some(refused.at_most(level).case(draft, request, detail, summary, operation.origin.clone()))
}
