//! Refusals in the shapes of the contract, for mutants that answer what the sound server wouldn't.

use serde_json::json;

use crate::exchange::Answered;

/// A failure.
pub(super) fn problem(status: u16) -> Answered {
    let body = json!({ "title": "This can't be done", "status": status });
    Answered::json_with(status, "application/problem+json", &body)
}

/// A 422.
pub(super) fn invalid() -> Answered {
    let errors = json!([{ "place": "/body", "message": "not valid" }]);
    let body = json!({ "title": "Not valid", "status": 422, "errors": errors });
    Answered::json_with(422, "application/problem+json", &body)
}
