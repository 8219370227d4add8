//! What the router refuses by itself, and what handlers find not valid, in the contract's shapes.

use depot_api::responses::Unauthorized;
use depot_api::server::{Reason, Refusal};
use depot_api::types::{InvalidProblem, InvalidProblemError, Problem};

use super::problem;

pub(super) fn worded(refusal: &Refusal<'_>) -> Problem {
    problem(i32::from(refusal.status()), refusal.message())
}

pub(super) fn unauthorized(refusal: &Refusal<'_>) -> Unauthorized {
    Unauthorized { www_authenticate: refusal.challenge().to_owned(), body: worded(refusal) }
}

pub(super) fn invalid(refusal: &Refusal<'_>) -> InvalidProblem {
    let errors = refusal.violations().iter().map(|violation| InvalidProblemError {
        place: violation.pointer(),
        message: violation.message.to_string(),
    });
    let errors: Vec<_> = errors.collect();
    if errors.is_empty() {
        let place = if refusal.reason() == Reason::InvalidParameters { "" } else { "/body" };
        return not_valid(place, refusal.message());
    }
    InvalidProblem { title: "Not valid".to_owned(), errors }
}

/// Something that the contract says in prose only.
pub(super) fn not_valid(place: &str, message: &str) -> InvalidProblem {
    let error = InvalidProblemError { place: place.to_owned(), message: message.to_owned() };
    InvalidProblem { title: "Not valid".to_owned(), errors: vec![error] }
}
