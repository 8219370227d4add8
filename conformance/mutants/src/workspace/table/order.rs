//! Which check decides where several would refuse: path and method, token, `Prefer`, parameters, organization, rights,
//! body and cursor, workspace, name.
//!
//! Each of these does two checks in the wrong order, so that it shows in requests only that have two things wrong.

use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Knowing};
use crate::mutant::{Group, as_asked};
use crate::workspace::Operation::{AdminGet, Create, Delete, Get, List, Update};
use crate::workspace::{Breaks, Caller, Mutant, refusal};

const fn order(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Status, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    order(
        "id-before-token",
        "a token is wanted before the path is looked at",
        Answer(|asked, answered| {
            let ids = [asked.org(), asked.workspace().unwrap_or_default()];
            let odd = ids.iter().any(|id| id.contains('%') || id.len() > 64);
            if asked.is(Get) && answered.status == 401 && odd {
                *answered = refusal::invalid(asked);
            }
        }),
    ),
    order(
        "uuid-before-token",
        "a token is wanted before the admin path is looked at",
        Answer(|asked, answered| {
            let ids = [asked.org(), asked.workspace().unwrap_or_default()];
            if asked.is(AdminGet) && answered.status == 401 && ids.iter().any(|id| id.len() != 36) {
                *answered = refusal::invalid(asked);
            }
        }),
    ),
    order(
        "body-before-token",
        "a token is wanted before the body is read",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 401 && !has_name(asked) {
                *answered = refusal::invalid(asked);
            }
        }),
    ),
    order(
        "body-before-rights",
        "who may not create is told so, whatever the body",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 403 && !has_name(asked) {
                *answered = refusal::invalid(asked);
            }
        }),
    ),
    order(
        "rights-before-limit",
        "a limit out of range is refused whoever asks",
        Answer(|asked, answered| {
            let outsider = asked.caller() == Some(Caller::Outsider);
            if asked.is(List) && answered.status == 422 && outsider {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    order(
        "workspace-before-rights",
        "who may not delete is told so, also of what never was",
        Knowing(as_asked, |asked, answered, memory| {
            let unknown = !asked.workspace().is_some_and(|id| memory.created.contains_key(id));
            if asked.is(Delete) && answered.status == 403 && unknown {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    order(
        "workspace-before-body",
        "a body is refused before its workspace is looked for",
        Knowing(as_asked, |asked, answered, memory| {
            let unknown = !asked.workspace().is_some_and(|id| memory.created.contains_key(id));
            if asked.is(Update) && answered.status == 422 && unknown {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    order(
        "rights-before-organization",
        "an organization that doesn't exist is a 404 for those, too, who might not list it",
        Answer(|asked, answered| {
            let viewer = asked.caller() == Some(Caller::Viewer);
            let missing = answered.text_at("/details/resource_type");
            if answered.status == 404 && viewer && missing.is_some_and(|it| it.starts_with("org")) {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    order(
        "failure-before-token",
        "a token is wanted before `Prefer` is honoured",
        Answer(|asked, answered| {
            let failing = asked.header("prefer") == Some("code=500");
            if asked.is(List) && answered.status == 401 && failing {
                *answered = refusal::failure();
            }
        }),
    ),
];

fn has_name(asked: &Asked) -> bool {
    asked.text("name").is_some_and(|name| (1..=60).contains(&name.chars().count()))
}
