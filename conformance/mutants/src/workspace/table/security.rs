//! Who is let in, and to what.

use http::header::AUTHORIZATION;

use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Request};
use crate::mutant::Group;
use crate::workspace::Operation::{AdminGet, Create, Delete, Get, List, Update};
use crate::workspace::{Breaks, Mutant, refusal};
use crate::workspace::{Caller, Operation};

const fn security(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Security, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    security(
        "get-without-token",
        "every operation wants a token",
        Request(|asked| {
            if asked.is(Get) && asked.header("authorization").is_none() {
                asked.become_caller(Caller::Viewer);
            }
        }),
    ),
    security(
        "admin-without-token",
        "the admin path wants a token",
        Request(|asked| {
            if asked.is(AdminGet) && asked.header("authorization").is_none() {
                asked.become_caller(Caller::Admin);
            }
        }),
    ),
    security(
        "any-token-deletes",
        "a token has to be a known one",
        Request(|asked| {
            let bearer = asked.authorization().is_some_and(|(scheme, token)| {
                scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()
            });
            if asked.is(Delete) && bearer && asked.caller().is_none() {
                asked.become_caller(Caller::Editor);
            }
        }),
    ),
    security(
        "empty-token-lists",
        "an empty token is none",
        Request(|asked| {
            let empty = asked.authorization().is_some_and(|(_, token)| token.trim().is_empty());
            if asked.is(List) && empty {
                asked.become_caller(Caller::Viewer);
            }
        }),
    ),
    security(
        "beginning-of-token-will-do",
        "a token is compared as a whole",
        Request(|asked| {
            let (_, token) = asked.authorization().unwrap_or_default();
            if Caller::ALL.iter().any(|it| token != it.token() && token.starts_with(it.token())) {
                asked.become_caller(Caller::Admin);
            }
        }),
    ),
    security(
        "other-scheme-is-let-in",
        "the scheme is bearer",
        Request(|asked| {
            let other = asked.authorization().is_some_and(|(scheme, _)| {
                !scheme.eq_ignore_ascii_case("bearer") && !scheme.is_empty()
            });
            if asked.is(Create) && other {
                asked.become_caller(Caller::Editor);
            }
        }),
    ),
    security(
        "scheme-is-case-sensitive",
        "the scheme may be in any letter case",
        Request(|asked| {
            if asked.authorization().is_some_and(|(scheme, _)| scheme != "Bearer") {
                asked.headers.remove(AUTHORIZATION);
            }
        }),
    ),
    security(
        "unknown-token-is-forbidden",
        "a token that is not known is a 401",
        Answer(|asked, answered| {
            let given = asked.header("authorization").is_some();
            if asked.is(Update) && answered.status == 401 && given {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    security(
        "unknown-path-wants-token",
        "a path or method that isn't there is a 404 or 405 whoever asks",
        Answer(|asked, answered| {
            let bare = asked.header("authorization").is_none();
            if answered.status == 405 && bare {
                *answered = refusal::unauthorized(asked);
            }
        }),
    ),
    security(
        "viewer-creates",
        "a viewer may not create",
        Request(|asked| promote(asked, Create, Caller::Viewer, Caller::Editor)),
    ),
    security(
        "viewer-updates",
        "a viewer may not update",
        Request(|asked| promote(asked, Update, Caller::Viewer, Caller::Editor)),
    ),
    security(
        "viewer-deletes",
        "a viewer may not delete",
        Request(|asked| promote(asked, Delete, Caller::Viewer, Caller::Editor)),
    ),
    security(
        "viewer-administers",
        "the admin path wants an administrator",
        Request(|asked| promote(asked, AdminGet, Caller::Viewer, Caller::Admin)),
    ),
    security(
        "editor-administers",
        "the admin path wants an administrator, an editor won't do",
        Request(|asked| promote(asked, AdminGet, Caller::Editor, Caller::Admin)),
    ),
    security(
        "outsider-lists",
        "another organization's token may not list",
        Request(|asked| promote(asked, List, Caller::Outsider, Caller::Viewer)),
    ),
    security(
        "outsider-gets",
        "another organization's token may not get",
        Request(|asked| promote(asked, Get, Caller::Outsider, Caller::Viewer)),
    ),
    security(
        "outsider-creates",
        "another organization's token may not create",
        Request(|asked| promote(asked, Create, Caller::Outsider, Caller::Editor)),
    ),
    security(
        "outsider-updates",
        "another organization's token may not update",
        Request(|asked| promote(asked, Update, Caller::Outsider, Caller::Editor)),
    ),
    security(
        "outsider-deletes",
        "another organization's token may not delete",
        Request(|asked| promote(asked, Delete, Caller::Outsider, Caller::Editor)),
    ),
    security(
        "outsider-administers",
        "the admin path wants an administrator of that organization",
        Request(|asked| promote(asked, AdminGet, Caller::Outsider, Caller::Admin)),
    ),
    security(
        "viewer-may-not-get",
        "a viewer may get",
        Answer(|asked, answered| {
            let viewer = asked.caller() == Some(Caller::Viewer);
            if asked.is(Get) && viewer && answered.status == 200 {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    security(
        "viewer-may-not-list",
        "a viewer may list",
        Answer(|asked, answered| {
            let viewer = asked.caller() == Some(Caller::Viewer);
            if asked.is(List) && viewer && answered.status == 200 {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    security(
        "editor-may-not-delete",
        "an editor may delete",
        Request(|asked| promote(asked, Delete, Caller::Editor, Caller::Viewer)),
    ),
    security(
        "editor-may-not-create",
        "an editor may create",
        Request(|asked| promote(asked, Create, Caller::Editor, Caller::Viewer)),
    ),
    security(
        "outsider-updates-nothing",
        "another organization's token may not update, with an empty body neither",
        Request(|asked| {
            if asked.json() == Some(serde_json::json!({})) {
                promote(asked, Update, Caller::Outsider, Caller::Editor);
            }
        }),
    ),
];

/// Takes one caller for another.
pub(super) fn promote(asked: &mut Asked, operation: Operation, from: Caller, to: Caller) {
    if asked.is(operation) && asked.caller() == Some(from) {
        asked.become_caller(to);
    }
}
