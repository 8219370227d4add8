//! The failures that the contract documents, as responses.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::rules::{Part, Violation};
use crate::service::timestamp;

#[derive(Debug)]
pub(crate) enum Failure {
    NoToken,
    BadToken,
    Forbidden(&'static str),
    NotFound { what: &'static str, id: String },
    Invalid(Vec<Violation>),
}

#[derive(Serialize)]
struct Failed<D> {
    error: &'static str,
    status_code: u16,
    message: &'static str,
    details: D,
    timestamp: String,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct MissingPermission {
    required_permission: &'static str,
}

#[derive(Serialize)]
struct MissingResource {
    resource_type: &'static str,
    resource_id: String,
}

#[derive(Serialize)]
struct Invalid {
    detail: Vec<Violation>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NoToken => {
                unauthorized("Bearer", "the request carries no credentials").into_response()
            }
            Self::BadToken => {
                let challenge = "Bearer error=\"invalid_token\"";
                unauthorized(challenge, "the credentials are not valid").into_response()
            }
            Self::Forbidden(required_permission) => {
                let message = "You don't have permission to perform this action";
                let details = MissingPermission { required_permission };
                failed(StatusCode::FORBIDDEN, "FORBIDDEN", message, details).into_response()
            }
            Self::NotFound { what, id } => {
                let message = "The requested resource was not found";
                let details = MissingResource { resource_type: what, resource_id: id };
                failed(StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND", message, details)
                    .into_response()
            }
            Self::Invalid(detail) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(Invalid { detail })).into_response()
            }
        }
    }
}

fn unauthorized(challenge: &'static str, message: &'static str) -> impl IntoResponse {
    let failed = failed(StatusCode::UNAUTHORIZED, "AUTHENTICATION_FAILED", message, Nothing {});
    ([(WWW_AUTHENTICATE, challenge)], failed)
}

fn failed<D: Serialize>(
    status: StatusCode,
    error: &'static str,
    message: &'static str,
    details: D,
) -> (StatusCode, Json<Failed<D>>) {
    let status_code = status.as_u16();
    (status, Json(Failed { error, status_code, message, details, timestamp: timestamp() }))
}

fn invalid(location: &'static str, message: String) -> Failure {
    let loc = vec![Part::Name(location)];
    Failure::Invalid(vec![Violation { loc, msg: message, r#type: "invalid_request" }])
}

impl From<PathRejection> for Failure {
    fn from(rejection: PathRejection) -> Self {
        invalid("path", rejection.body_text())
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        invalid("query", rejection.body_text())
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        invalid("body", rejection.body_text())
    }
}
