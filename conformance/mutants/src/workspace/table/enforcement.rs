//! What has to be refused, and isn't: the request is repaired, so that the sound server takes it.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_answered};
use crate::workspace::Operation::{AdminGet, Create, Get, List, Update};
use crate::workspace::{Breaks, Mutant, Operation, refusal};

const fn enforcement(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Enforcement, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    // Bodies.
    enforcement(
        "over-long-name-is-cut-on-create",
        "a name has at most 60 characters",
        Request(|asked| repair_text(asked, Create, "name", |name| name.chars().count() > 60)),
    ),
    enforcement(
        "over-long-name-is-taken-on-update",
        "a name has at most 60 characters, in an update too",
        Request(|asked| repair_text(asked, Update, "name", |name| name.chars().count() > 60)),
    ),
    enforcement(
        "empty-name-is-taken-on-update",
        "a name has a character at least, in an update too",
        Request(|asked| repair_text(asked, Update, "name", str::is_empty)),
    ),
    enforcement(
        "empty-name-is-taken-on-create",
        "a name has a character at least",
        Request(|asked| repair_text(asked, Create, "name", str::is_empty)),
    ),
    enforcement(
        "number-is-taken-for-name",
        "a name is text",
        Request(|asked| {
            if asked.is(Create) && asked.member("name").is_some_and(|name| name.is_number()) {
                asked.set_member("name", fresh_name());
            }
        }),
    ),
    enforcement(
        "null-name-is-no-name",
        "the name of an update may be absent, but not null",
        Request(|asked| drop_null(asked, Update, "name")),
    ),
    enforcement(
        "null-tags-are-no-tags",
        "the tags may be absent, but not null",
        Request(|asked| drop_null(asked, Create, "tags")),
    ),
    enforcement(
        "null-activity-is-ignored",
        "`is_active` may be absent, but not null",
        Request(|asked| drop_null(asked, Update, "is_active")),
    ),
    enforcement(
        "null-region-is-the-default",
        "the region may be absent, but not null",
        Request(|asked| drop_null(asked, Create, "region")),
    ),
    enforcement(
        "name-may-be-absent",
        "creating needs a name",
        Request(|asked| {
            let absent = asked.json().is_some_and(|it| it.is_object() && it.get("name").is_none());
            if asked.is(Create) && absent {
                asked.set_member("name", fresh_name());
            }
        }),
    ),
    enforcement(
        "organization-may-be-absent",
        "creating needs the organization's id",
        Request(|asked| {
            let body = asked.json();
            let org = asked.org().to_owned();
            let absent = |it: Value| it.is_object() && it.get("organization_id").is_none();
            if asked.is(Create) && body.is_some_and(absent) {
                asked.set_member("organization_id", org);
            }
        }),
    ),
    enforcement(
        "organization-of-body-is-ignored",
        "the organization of the body is that of the path",
        Request(|asked| {
            let org = asked.org().to_owned();
            let given = asked.text("organization_id");
            if asked.is(Create) && given.is_some_and(|it| !it.is_empty() && it.len() <= 64) {
                asked.set_member("organization_id", org);
            }
        }),
    ),
    enforcement(
        "over-long-description-is-taken",
        "a description has at most 2000 characters",
        Request(|asked| {
            let long = |text: String| text.chars().count() > 2000;
            if asked.is(Create) && asked.text("description").is_some_and(long) {
                asked.set_member("description", Value::Null);
            }
        }),
    ),
    enforcement(
        "description-may-be-a-list",
        "a description is text or null",
        Request(|asked| {
            let odd = |it: Value| !it.is_string() && !it.is_null();
            if asked.is(Update) && asked.member("description").is_some_and(odd) {
                asked.set_member("description", Value::Null);
            }
        }),
    ),
    enforcement(
        "plan-may-be-a-number",
        "a plan is text or null",
        Request(|asked| {
            let plan = asked.member("subscription_plan_id").unwrap_or_default();
            if asked.is(Create) && !plan.is_string() && !plan.is_null() {
                asked.set_member("subscription_plan_id", plan.to_string());
            }
        }),
    ),
    enforcement(
        "twenty-one-tags-are-taken",
        "there are at most 20 tags",
        Request(|asked| {
            edit_tags(asked, Create, |tags| {
                if tags.iter().all(Value::is_string) {
                    tags.truncate(20);
                }
            });
        }),
    ),
    enforcement(
        "empty-tag-is-dropped",
        "a tag has a character at least",
        Request(|asked| edit_tags(asked, Update, |tags| tags.retain(|tag| tag != ""))),
    ),
    enforcement(
        "over-long-tag-is-taken",
        "a tag has at most 100 characters",
        Request(|asked| {
            edit_tags(asked, Create, |tags| {
                tags.retain(|tag| tag.as_str().is_none_or(|tag| tag.chars().count() <= 100));
            });
        }),
    ),
    enforcement(
        "tag-may-be-a-number",
        "a tag is text",
        Request(|asked| edit_tags(asked, Create, |tags| tags.retain(|tag| !tag.is_number()))),
    ),
    enforcement(
        "tags-may-be-one-text",
        "the tags are an array",
        Request(|asked| {
            let tags = asked.member("tags");
            if asked.is(Update) && tags.is_some_and(|tags| !tags.is_array() && !tags.is_null()) {
                asked.set_member("tags", json!([]));
            }
        }),
    ),
    enforcement(
        "any-region-is-taken",
        "the region is one of three",
        Request(|asked| {
            if asked.is(Create) && asked.text("region").is_some() {
                let known = ["us-east-1", "us-west-2", "eu-west-1"];
                if !asked.text("region").is_some_and(|it| known.contains(&it.as_str())) {
                    asked.set_member("region", "us-east-1");
                }
            }
        }),
    ),
    enforcement(
        "activity-may-be-text",
        "`is_active` is a boolean",
        Request(|asked| {
            if asked.is(Update) && asked.text("is_active").is_some() {
                asked.set_member("is_active", true);
            }
        }),
    ),
    enforcement(
        "empty-body-is-an-empty-update",
        "an update has a body",
        Request(|asked| {
            if asked.is(Update) && asked.body.is_empty() {
                asked.set_header("content-type", "application/json");
                asked.set_json(&json!({}));
            }
        }),
    ),
    enforcement(
        "list-is-an-empty-update",
        "the body of an update is an object",
        Request(|asked| {
            if asked.is(Update) && asked.json().is_some_and(|it| !it.is_object()) {
                asked.set_json(&json!({}));
            }
        }),
    ),
    enforcement(
        "malformed-json-is-mended",
        "a body is JSON",
        Request(|asked| {
            if asked.is(Update) && !asked.body.is_empty() && asked.json().is_none() {
                asked.set_json(&json!({}));
            }
        }),
    ),
    enforcement(
        "lone-surrogate-is-replaced",
        "the escape of a lone surrogate is no text",
        Request(|asked| {
            let text = String::from_utf8_lossy(&asked.body).to_ascii_lowercase();
            if asked.is(Create) && asked.json().is_none() && text.contains("\\ud") {
                let org = asked.org().to_owned();
                asked.set_json(&json!({ "organization_id": org, "name": fresh_name() }));
            }
        }),
    ),
    enforcement(
        "media-type-may-be-absent",
        "a body comes with its media type",
        Request(|asked| {
            if asked.is(Create) && asked.header("content-type").is_none() && !asked.body.is_empty()
            {
                asked.set_header("content-type", "application/json");
            }
        }),
    ),
    enforcement(
        "any-media-type-is-taken",
        "a body is application/json",
        Request(|asked| {
            let json = |it: &str| it.to_ascii_lowercase().starts_with("application/json");
            let other = asked.header("content-type").is_some_and(|it| !json(it));
            if asked.is(Update) && other {
                asked.set_header("content-type", "application/json");
            }
        }),
    ),
    // Queries and paths.
    enforcement(
        "limit-0-is-taken",
        "a page has a workspace at least",
        Request(|asked| repair_limit(asked, |limit| limit == "0")),
    ),
    enforcement(
        "limit-is-capped",
        "a page has at most 200 workspaces, and more are refused",
        Request(|asked| {
            let high = |limit: &str| limit.parse::<i64>().is_ok_and(|it| it > 200);
            repair_limit(asked, high);
        }),
    ),
    enforcement(
        "limit-that-is-no-number-is-ignored",
        "a limit is a number",
        Request(|asked| {
            repair_limit(asked, |limit| !limit.is_empty() && limit.parse::<f64>().is_err());
        }),
    ),
    enforcement(
        "empty-limit-is-none",
        "a limit is a number",
        Request(|asked| repair_limit(asked, str::is_empty)),
    ),
    enforcement(
        "fraction-is-a-limit",
        "a limit is an integer, written as one",
        Request(|asked| repair_limit(asked, |limit| limit.contains('.'))),
    ),
    enforcement(
        "last-limit-wins",
        "a limit is given once",
        Request(|asked| {
            let limits = asked.parameters("limit");
            if asked.is(List) && limits.len() > 1 {
                asked.set_parameter("limit", limits.last().map_or("50", String::as_str));
            }
        }),
    ),
    enforcement(
        "empty-cursor-is-none",
        "a cursor has a character at least",
        Request(|asked| {
            if asked.is(List) && asked.parameter("cursor").is_some_and(|it| it.is_empty()) {
                asked.drop_parameter("cursor");
            }
        }),
    ),
    enforcement(
        "unissued-cursor-starts-anew",
        "a cursor that was never issued is refused",
        Knowing(
            |asked, memory| {
                let cursor = asked.parameter("cursor").unwrap_or_default();
                let fits = (1..=512).contains(&cursor.chars().count());
                if asked.is(List) && fits && !memory.cursors.contains_key(&cursor) {
                    asked.drop_parameter("cursor");
                }
            },
            as_answered,
        ),
    ),
    enforcement(
        "over-long-cursor-starts-anew",
        "a cursor has at most 512 characters",
        Request(|asked| {
            let long = |it: String| it.chars().count() > 512;
            if asked.is(List) && asked.parameter("cursor").is_some_and(long) {
                asked.drop_parameter("cursor");
            }
        }),
    ),
    enforcement(
        "one-is-true",
        "`deleted` is true or false",
        Request(|asked| {
            if asked.is(AdminGet) && asked.parameter("deleted").is_some_and(|it| is_odd(&it)) {
                asked.drop_parameter("deleted");
            }
        }),
    ),
    enforcement(
        "odd-id-is-not-found",
        "an id of other characters is refused before it is looked up",
        Answer(|asked, answered| {
            let odd = asked.workspace().is_some_and(|id| id.contains('%'));
            if asked.is(Get) && answered.status == 422 && odd {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    enforcement(
        "over-long-id-is-not-found",
        "an id of more than 64 characters is refused before it is looked up",
        Answer(|asked, answered| {
            let long = asked.workspace().is_some_and(|id| id.len() > 64 && !id.contains('%'));
            if answered.status == 422 && long && !asked.is_admin() {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    enforcement(
        "odd-org-is-not-found",
        "an organization's id of other characters is refused before it is looked up",
        Answer(|asked, answered| {
            if asked.is(List) && answered.status == 422 && asked.org().contains('%') {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    enforcement(
        "admin-looks-up-any-id",
        "an id that is no UUID is refused on the admin path",
        Answer(|asked, answered| {
            let plain = asked.workspace().is_some_and(|id| !id.contains(['%', '{', ':']));
            if asked.is(AdminGet) && answered.status == 422 && plain {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    enforcement(
        "bare-uuid-is-taken",
        "a UUID without hyphens is refused on the admin path",
        Request(|asked| {
            let id = asked.workspace().unwrap_or_default();
            if asked.is(AdminGet) && id.len() == 32 && id.bytes().all(|it| it.is_ascii_hexdigit()) {
                let parts = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
                asked.set_workspace(&parts.join("-"));
            }
        }),
    ),
];

/// A name that nothing has.
fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("repaired {}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn repair_text(asked: &mut Asked, operation: Operation, member: &str, wrong: fn(&str) -> bool) {
    if asked.is(operation) && asked.text(member).is_some_and(|text| wrong(&text)) {
        asked.set_member(member, fresh_name());
    }
}

fn drop_null(asked: &mut Asked, operation: Operation, member: &str) {
    if asked.is(operation) && asked.member(member) == Some(Value::Null) {
        asked.edit(|body| {
            body.shift_remove(member);
        });
    }
}

fn edit_tags(asked: &mut Asked, operation: Operation, change: impl FnOnce(&mut Vec<Value>)) {
    if asked.is(operation) {
        asked.edit(|body| {
            if let Some(Value::Array(tags)) = body.get_mut("tags") {
                change(tags);
            }
        });
    }
}

fn repair_limit(asked: &mut Asked, wrong: impl Fn(&str) -> bool) {
    if asked.is(List) && asked.parameter("limit").is_some_and(|limit| wrong(&limit)) {
        asked.drop_parameter("limit");
    }
}

fn is_odd(boolean: &str) -> bool {
    !["true", "false"].contains(&boolean.to_ascii_lowercase().as_str())
}
