//! Refusals in the shapes of the contract, for mutants that answer what the sound server wouldn't.

use serde_json::{Value, json};

use crate::exchange::{Answered, Asked};

/// A 422 for a member of the body or a parameter: right in shape, wrong in place.
pub(crate) fn invalid(asked: &Asked) -> Answered {
    if asked.is_admin() {
        return problem(422, "Unprocessable Content");
    }
    let detail =
        json!({ "detail": [{ "loc": ["body"], "msg": "not valid", "type": "value_error" }] });
    Answered::json_with(422, "application/json", &detail)
}

/// A 404 for the workspace that the path names.
pub(crate) fn not_found(asked: &Asked) -> Answered {
    if asked.is_admin() {
        return problem(404, "Not Found");
    }
    let id = asked.workspace().unwrap_or_default();
    let details = json!({ "resource_type": "workspace", "resource_id": id });
    error(404, "RESOURCE_NOT_FOUND", &details)
}

/// A 403.
pub(crate) fn forbidden(asked: &Asked) -> Answered {
    if asked.is_admin() {
        return problem(403, "Forbidden");
    }
    error(403, "FORBIDDEN", &json!({ "required_permission": "workspace:read" }))
}

/// A 401.
pub(crate) fn unauthorized(asked: &Asked) -> Answered {
    let mut answered = match asked.is_admin() {
        true => problem(401, "Unauthorized"),
        false => error(401, "AUTHENTICATION_FAILED", &json!({})),
    };
    answered.set_header("www-authenticate", "Bearer");
    answered
}

/// A 500, where one is documented.
pub(crate) fn failure() -> Answered {
    error(500, "INTERNAL_SERVER_ERROR", &json!({}))
}

/// A failure in the shape of the tenants' paths.
pub(crate) fn error(status: u16, code: &str, details: &Value) -> Answered {
    let body = json!({
        "error": code,
        "message": "This can't be done",
        "details": details,
        "timestamp": "2026-01-01T00:00:00.000000",
        "status_code": status,
    });
    Answered::json_with(status, "application/json", &body)
}

/// A failure in the shape of the administrators' path.
pub(crate) fn problem(status: u16, title: &str) -> Answered {
    let body = json!({ "type": "about:blank", "title": title, "status": status });
    Answered::json_with(status, "application/problem+json", &body)
}

/// What a deletion is answered with.
pub(crate) fn deletion() -> Answered {
    Answered::json_with(200, "application/json", &json!({ "message": "Workspace deleted" }))
}
