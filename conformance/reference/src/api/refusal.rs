//! What the router refuses by itself, put into the words of the contract.

use serde_json::Map;
use workspace_api::responses::{AdminMethodNotAllowed, AdminUnauthorized, Unauthorized};
use workspace_api::runtime::Field;
use workspace_api::runtime::validation;
use workspace_api::server::{Interruption, Reason, Refusal};
use workspace_api::types::{
    InternalServerError, InvalidParam, LocationPart, MethodNotAllowedProblem, UnauthorizedError,
    UnauthorizedProblem, UnprocessableContentProblem, ValidationError, Violation,
};

use super::failure::{ABOUT_BLANK, internal_server_error, timestamp};

pub(super) fn unauthorized(refusal: &Refusal<'_>) -> Unauthorized {
    Unauthorized {
        www_authenticate: challenge(refusal),
        body: UnauthorizedError {
            message: sentence(refusal.message()),
            details: Map::new(),
            timestamp: timestamp(),
        },
    }
}

pub(super) fn admin_unauthorized(refusal: &Refusal<'_>) -> AdminUnauthorized {
    AdminUnauthorized {
        www_authenticate: challenge(refusal),
        body: UnauthorizedProblem {
            r#type: ABOUT_BLANK.into(),
            title: "Unauthorized".into(),
            detail: Field::Value(sentence(refusal.message())),
            invalid_params: Field::Absent,
        },
    }
}

/// RFC 6750, section 3.1: who sends no token is told no error.
fn challenge(refusal: &Refusal<'_>) -> String {
    match refusal.reason() {
        Reason::InvalidCredentials => format!("{} error=\"invalid_token\"", refusal.challenge()),
        _ => refusal.challenge().to_owned(),
    }
}

pub(super) fn unprocessable_content(refusal: &Refusal<'_>) -> ValidationError {
    let mut detail: Vec<Violation> = refusal.violations().iter().map(violation).collect();
    if detail.is_empty() {
        detail.push(whole_body(refusal));
    }
    ValidationError { detail }
}

fn violation(violation: &validation::Violation) -> Violation {
    Violation {
        loc: violation.location.iter().map(location_part).collect(),
        msg: sentence(&violation.message),
        r#type: violation.code.as_str().into(),
        input: None,
        ctx: None,
    }
}

fn location_part(segment: &validation::Segment) -> LocationPart {
    match segment {
        validation::Segment::Name(name) => LocationPart::String(name.to_string()),
        validation::Segment::Index(index) => {
            LocationPart::Integer(i64::try_from(*index).unwrap_or(i64::MAX))
        }
    }
}

/// For a body that can't even be looked into.
fn whole_body(refusal: &Refusal<'_>) -> Violation {
    let kind = match refusal.reason() {
        Reason::UnsupportedMediaType => "unsupported_media_type",
        Reason::BodyTooLarge => "body_too_large",
        Reason::UnreadableBody => "unreadable_body",
        Reason::MalformedBody => "malformed_body",
        _ => "invalid_request",
    };
    Violation {
        loc: vec![LocationPart::String("body".into())],
        msg: sentence(refusal.message()),
        r#type: kind.into(),
        input: None,
        ctx: None,
    }
}

pub(super) fn admin_unprocessable_content(refusal: &Refusal<'_>) -> UnprocessableContentProblem {
    let invalid: Vec<InvalidParam> = refusal.violations().iter().map(invalid_param).collect();
    UnprocessableContentProblem {
        r#type: ABOUT_BLANK.into(),
        title: "Unprocessable Content".into(),
        detail: Field::Value(sentence(refusal.message())),
        invalid_params: if invalid.is_empty() { Field::Absent } else { Field::Value(invalid) },
    }
}

fn invalid_param(violation: &validation::Violation) -> InvalidParam {
    // The first segment says where parameters of that kind stand, the second which one it is.
    let name = violation.location.get(1).map(|segment| match segment {
        validation::Segment::Name(name) => name.to_string(),
        validation::Segment::Index(index) => index.to_string(),
    });
    InvalidParam { name: name.unwrap_or_default(), reason: sentence(&violation.message) }
}

pub(super) fn admin_method_not_allowed(refusal: &Refusal<'_>) -> AdminMethodNotAllowed {
    AdminMethodNotAllowed {
        allow: refusal.allow().to_owned(),
        body: MethodNotAllowedProblem {
            r#type: ABOUT_BLANK.into(),
            title: "Method Not Allowed".into(),
            detail: Field::Value(sentence(refusal.message())),
            invalid_params: Field::Absent,
        },
    }
}

pub(super) fn server_error(refusal: &Refusal<'_>) -> InternalServerError {
    if refusal.reason() != Reason::Interrupted(Interruption::Fault) {
        tracing::error!(reason = ?refusal.reason(), operation = refusal.operation().id, "failed");
    }
    internal_server_error()
}

/// Messages come as fragments, to be put where they fit.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
