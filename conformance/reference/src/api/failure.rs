//! The bodies of failures, in the one shape that each view has for them.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;
use workspace_api::runtime::Field;
use workspace_api::types::{
    ErrorTimestamp, ForbiddenError, ForbiddenProblem, GoneProblem, InternalServerError,
    LocationPart, MissingPermission, MissingResource, NotFoundError, NotFoundProblem,
    ValidationError, Violation,
};

use crate::access::Permission;

/// What a problem is when its title says it all (RFC 9457, section 4.2.1).
pub(super) const ABOUT_BLANK: &str = "about:blank";

/// Now, in UTC without an offset and with six decimals.
pub(super) fn timestamp() -> ErrorTimestamp {
    let now = OffsetDateTime::now_utc();
    let (year, month, day) = now.to_calendar_date();
    let (hour, minute, second, micros) = now.to_hms_micro();
    let month = u8::from(month);
    ErrorTimestamp(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}"
    ))
}

/// Something in the path that isn't there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Missing {
    Org,
    Workspace,
}

impl Missing {
    fn name(self) -> &'static str {
        match self {
            Self::Org => "organization",
            Self::Workspace => "workspace",
        }
    }
}

pub(super) fn not_found(what: Missing, id: &str) -> NotFoundError {
    NotFoundError {
        message: "The requested resource was not found".into(),
        details: MissingResource { resource_type: what.name().into(), resource_id: id.into() },
        timestamp: timestamp(),
    }
}

pub(super) fn forbidden(permission: Permission) -> ForbiddenError {
    ForbiddenError {
        message: "You don't have permission to perform this action".into(),
        details: MissingPermission { required_permission: permission.name().into() },
        timestamp: timestamp(),
    }
}

/// Says nothing of what happened: that is for the log.
pub(super) fn internal_server_error() -> InternalServerError {
    InternalServerError {
        message: "An unexpected error occurred".into(),
        details: Map::new(),
        timestamp: timestamp(),
    }
}

/// A violation that the contract's schemas can't tell.
pub(super) fn violation(
    location: [&str; 2],
    kind: &str,
    message: &str,
    input: Value,
) -> ValidationError {
    let violation = Violation {
        loc: location.map(|part| LocationPart::String(part.into())).to_vec(),
        msg: message.into(),
        r#type: kind.into(),
        input: Some(input),
        ctx: None,
    };
    ValidationError { detail: vec![violation] }
}

pub(super) fn admin_not_found(what: Missing, id: Uuid) -> NotFoundProblem {
    NotFoundProblem {
        r#type: ABOUT_BLANK.into(),
        title: "Not Found".into(),
        detail: Field::Value(format!("There is no such {}: {id}", what.name())),
        invalid_params: Field::Absent,
    }
}

pub(super) fn admin_forbidden() -> ForbiddenProblem {
    let detail = "Only administrators of the organization may see its workspaces here.";
    ForbiddenProblem {
        r#type: ABOUT_BLANK.into(),
        title: "Forbidden".into(),
        detail: Field::Value(detail.into()),
        invalid_params: Field::Absent,
    }
}

pub(super) fn admin_gone(id: Uuid) -> GoneProblem {
    let detail = format!("The workspace {id} has been deleted; deleted=true shows what it was.");
    GoneProblem {
        r#type: ABOUT_BLANK.into(),
        title: "Gone".into(),
        detail: Field::Value(detail),
        invalid_params: Field::Absent,
    }
}
