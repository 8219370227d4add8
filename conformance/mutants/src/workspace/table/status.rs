//! Which status answers what.

use serde_json::Value;

use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_answered, as_asked};
use crate::workspace::Operation::{AdminGet, Create, Delete, Get, List, Update};
use crate::workspace::{Breaks, Caller, Mutant, refusal};

const fn status(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Status, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    status(
        "create-answers-200",
        "a workspace that is created is answered 201",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 201 {
                answered.status = 200;
            }
        }),
    ),
    status(
        "delete-answers-204",
        "a deletion is answered 200 with a message",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 200 {
                answered.status = 204;
                answered.body.clear();
                answered.headers.remove("content-type");
            }
        }),
    ),
    status(
        "delete-is-accepted",
        "a deletion is answered 200",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 200 {
                answered.status = 202;
            }
        }),
    ),
    status(
        "delete-of-unknown-answers-200",
        "deleting a workspace that never was is a 404",
        Knowing(as_asked, |asked, answered, memory| {
            let missing = asked.is(Delete) && workspace_is_missing(answered);
            if missing && memory.buried(asked).is_none() {
                *answered = refusal::deletion();
            }
        }),
    ),
    status(
        "second-delete-answers-200",
        "deleting a deleted workspace is a 404",
        Knowing(as_asked, |asked, answered, memory| {
            let missing = asked.is(Delete) && workspace_is_missing(answered);
            if missing && memory.buried(asked).is_some() {
                *answered = refusal::deletion();
            }
        }),
    ),
    status(
        "get-of-unknown-answers-null",
        "getting a workspace that never was is a 404",
        Answer(|asked, answered| {
            if asked.is(Get) && workspace_is_missing(answered) {
                *answered = Answered::json_with(200, "application/json", &Value::Null);
            }
        }),
    ),
    status(
        "get-of-unknown-answers-410",
        "getting a workspace that never was is a 404 in the tenants' view",
        Answer(|asked, answered| {
            if asked.is(Get) && workspace_is_missing(answered) {
                answered.status = 410;
            }
        }),
    ),
    status(
        "update-of-unknown-answers-422",
        "updating a workspace that never was is a 404",
        Answer(|asked, answered| {
            if asked.is(Update) && workspace_is_missing(answered) {
                *answered = refusal::invalid(asked);
            }
        }),
    ),
    status(
        "unknown-org-is-forbidden",
        "an organization that doesn't exist is a 404",
        Answer(|asked, answered| {
            if asked.is_v1() && org_is_missing(answered) {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    status(
        "unknown-org-lists-nothing",
        "the list of an organization that doesn't exist is a 404",
        Answer(|asked, answered| {
            if asked.is(List) && org_is_missing(answered) {
                let page = serde_json::json!({
                    "total": 0, "has_more": false, "next_cursor": null, "workspaces": [],
                });
                *answered = Answered::json_with(200, "application/json", &page);
            }
        }),
    ),
    status(
        "create-in-unknown-org-answers-422",
        "creating in an organization that doesn't exist is a 404",
        Answer(|asked, answered| {
            if asked.is(Create) && org_is_missing(answered) {
                *answered = refusal::invalid(asked);
            }
        }),
    ),
    status(
        "admin-hides-from-outsiders",
        "another organization's administrator gets 403 on the admin path, not 404",
        Answer(|asked, answered| {
            let outsider = asked.caller() == Some(Caller::Outsider);
            if asked.is(AdminGet) && outsider && answered.status == 403 {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    status(
        "get-hides-from-outsiders",
        "another organization's token gets 403, not 404",
        Answer(|asked, answered| {
            let outsider = asked.caller() == Some(Caller::Outsider);
            if asked.is(Get) && outsider && answered.status == 403 {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    status(
        "deleted-is-not-found-by-admin",
        "the admin path answers 410 for a deleted workspace",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 410 {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    status(
        "admin-ignores-deleted",
        "`deleted=true` shows a deleted workspace",
        Knowing(
            |asked, memory| {
                if asked.is(AdminGet) && memory.buried(asked).is_some() {
                    asked.drop_parameter("deleted");
                }
            },
            as_answered,
        ),
    ),
    status(
        "admin-shows-live-among-deleted",
        "`deleted=true` of a live workspace is a 404",
        Knowing(
            |asked, memory| {
                let wants_deleted = asked.parameter("deleted").is_some_and(|it| it == "true");
                if asked.is(AdminGet) && wants_deleted && memory.buried(asked).is_none() {
                    asked.drop_parameter("deleted");
                }
            },
            as_answered,
        ),
    ),
    status(
        "admin-shows-deleted-unasked",
        "`deleted=false` of a deleted workspace is a 410",
        Request(|asked| {
            let unwanted = asked.parameter("deleted").is_some_and(|it| it == "false");
            if asked.is(AdminGet) && unwanted {
                asked.set_parameter("deleted", "true");
            }
        }),
    ),
    status(
        "malformed-json-is-400",
        "a body that is not JSON is a 422",
        Answer(|asked, answered| {
            let malformed = !asked.body.is_empty() && asked.json().is_none();
            if asked.is(Create) && answered.status == 422 && malformed {
                *answered = refusal::error(400, "BAD_REQUEST", &serde_json::json!({}));
            }
        }),
    ),
    status(
        "other-media-type-is-415",
        "a body of another media type is a 422",
        Answer(|asked, answered| {
            let media_type = asked.header("content-type");
            let other = media_type.is_some_and(|it| !it.starts_with("application/json"));
            if asked.is(Update) && answered.status == 422 && other {
                answered.status = 415;
            }
        }),
    ),
    status(
        "taken-name-is-409-on-create",
        "creating with a name that is taken is a 422",
        Knowing(as_asked, |asked, answered, memory| {
            let name = asked.text("name").unwrap_or_default();
            let taken = memory.other_live(asked, |other| other == name);
            if asked.is(Create) && answered.status == 422 && taken {
                answered.status = 409;
            }
        }),
    ),
    status(
        "taken-name-is-409-on-update",
        "taking another workspace's name is a 422",
        Knowing(as_asked, |asked, answered, memory| {
            let name = asked.text("name").unwrap_or_default();
            let taken = memory.other_live(asked, |other| other == name);
            if asked.is(Update) && answered.status == 422 && taken {
                answered.status = 409;
            }
        }),
    ),
    status(
        "unissued-cursor-is-404",
        "a cursor that was never issued is a 422",
        Answer(|asked, answered| {
            let plausible = asked
                .parameter("cursor")
                .is_some_and(|it| !it.is_empty() && it.chars().count() <= 512);
            if asked.is(List) && answered.status == 422 && plausible && limit_is_fine(asked) {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    status(
        "patch-on-admin-is-404",
        "a method that the admin path doesn't have is a 405",
        Answer(|asked, answered| {
            if asked.is_admin() && asked.method == "PATCH" && answered.status == 405 {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    status(
        "delete-on-admin-is-forbidden",
        "a method that the admin path doesn't have is a 405, for administrators too",
        Answer(|asked, answered| {
            if asked.is_admin() && asked.method == "DELETE" && answered.status == 405 {
                *answered = refusal::forbidden(asked);
            }
        }),
    ),
    status(
        "put-on-admin-is-an-update",
        "the admin path can only be read",
        Answer(|asked, answered| {
            if asked.is_admin() && asked.method == "PUT" && answered.status == 405 {
                *answered = Answered::json_with(200, "application/json", &serde_json::json!({}));
            }
        }),
    ),
    status(
        "failure-answers-503",
        "a failure is a 500",
        Answer(|_, answered| {
            if answered.status == 500 {
                answered.status = 503;
            }
        }),
    ),
    status(
        "delete-never-fails",
        "`Prefer: code=500` is honoured by every operation under /v1",
        Request(|asked| {
            if asked.is(Delete) {
                asked.headers.remove("prefer");
            }
        }),
    ),
];

fn workspace_is_missing(answered: &Answered) -> bool {
    answered.status == 404 && !org_is_missing(answered)
}

fn org_is_missing(answered: &Answered) -> bool {
    let missing = answered.text_at("/details/resource_type");
    answered.status == 404 && missing.is_some_and(|it| it.starts_with("org"))
}

fn limit_is_fine(asked: &Asked) -> bool {
    let limit = asked.parameter("limit");
    limit.is_none_or(|it| it.parse().is_ok_and(|it: u16| (1..=200).contains(&it)))
}
