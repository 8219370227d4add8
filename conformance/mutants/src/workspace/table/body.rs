//! What a body looks like.

use serde_json::{Value, json};

use crate::exchange::Answered;
use crate::mutant::Breaks::Answer;
use crate::mutant::Group;
use crate::workspace::Operation::{AdminGet, Create, Delete, Get, List, Update};
use crate::workspace::{Breaks, Caller, Mutant};

const fn body(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Body, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    body(
        "status-code-is-another",
        "`status_code` repeats the status",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 404 {
                answered.set_member("status_code", 400);
            }
        }),
    ),
    body(
        "problem-status-is-another",
        "`status` repeats the status",
        Answer(|_, answered| {
            if answered.status == 410 {
                answered.set_member("status", 404);
            }
        }),
    ),
    body(
        "error-code-is-another",
        "a 403 carries the error FORBIDDEN",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 403 {
                answered.set_member("error", "PERMISSION_DENIED");
            }
        }),
    ),
    body(
        "forbidden-says-not-what-is-missing",
        "a 403 names the required permission",
        Answer(|asked, answered| {
            let viewer = asked.caller() == Some(Caller::Viewer);
            if asked.is(Update) && viewer && answered.status == 403 {
                answered.set_member("details", json!({}));
            }
        }),
    ),
    body(
        "not-found-says-not-what",
        "a 404 names the resource's id",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 404 {
                answered.edit(|error| {
                    if let Some(details) = error["details"].as_object_mut() {
                        details.remove("resource_id");
                    }
                });
            }
        }),
    ),
    body(
        "error-time-has-a-zone",
        "an error's timestamp has no offset",
        Answer(|asked, answered| {
            if asked.is_v1() && answered.status == 401 {
                append(answered, "/timestamp", "Z");
            }
        }),
    ),
    body(
        "error-time-in-milliseconds",
        "an error's timestamp has six decimals",
        Answer(|_, answered| {
            if answered.status == 500 {
                let time = answered.text_at("/timestamp").unwrap_or_default();
                let short: String = time.chars().take(23).collect();
                answered.set_member("timestamp", short);
            }
        }),
    ),
    body(
        "details-are-null",
        "the details of a 401 are an object",
        Answer(|asked, answered| {
            if asked.is(Get) && answered.status == 401 {
                answered.set_member("details", Value::Null);
            }
        }),
    ),
    body(
        "detail-is-a-string",
        "`detail` of a 422 is an array",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 422 {
                answered.set_member("detail", "not valid");
            }
        }),
    ),
    body(
        "detail-is-empty",
        "a 422 tells one violation at least",
        Answer(|asked, answered| {
            if asked.is(List) && answered.status == 422 {
                answered.set_member("detail", json!([]));
            }
        }),
    ),
    body(
        "loc-is-a-string",
        "`loc` is an array",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 422 {
                answered.replace("/detail/0/loc", "body.name");
            }
        }),
    ),
    body(
        "violation-has-no-type",
        "a violation has a type",
        Answer(|asked, answered| {
            if asked.is(Get) && answered.status == 422 {
                answered.edit(|error| {
                    if let Some(violation) = error["detail"][0].as_object_mut() {
                        violation.remove("type");
                    }
                });
            }
        }),
    ),
    body(
        "problem-has-no-title",
        "a problem has a title",
        Answer(|asked, answered| {
            if asked.is_admin() && answered.status == 403 {
                answered.drop_member("title");
            }
        }),
    ),
    body(
        "problem-detail-is-an-object",
        "a problem's detail is a string, null or absent",
        Answer(|asked, answered| {
            if asked.is_admin() && answered.status == 405 {
                answered.set_member("detail", json!({ "method": asked.method.as_str() }));
            }
        }),
    ),
    body(
        "invalid-parameter-without-reason",
        "each of a problem's invalid parameters has a reason",
        Answer(|asked, answered| {
            if asked.is_admin() && answered.status == 422 {
                answered.set_member("invalid-params", json!([{ "name": "workspace_id" }]));
            }
        }),
    ),
    body(
        "listed-times-have-no-offset",
        "times are RFC 3339",
        Answer(|asked, answered| {
            if asked.is(List) {
                answered.edit_workspaces(|workspace| {
                    let time = workspace["created_at"].as_str().unwrap_or_default();
                    workspace["created_at"] = time.chars().take(19).collect::<String>().into();
                });
            }
        }),
    ),
    body(
        "time-with-a-blank",
        "times have a T between date and time",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                let time = answered.text_at("/updated_at").unwrap_or_default();
                let date: String = time.chars().take(10).collect();
                let rest: String = time.chars().skip(11).collect();
                // RFC 3339 would let a blank stand there by agreement; its grammar, which `date-time` means, doesn't.
                answered.set_member("updated_at", format!("{date} {rest}"));
            }
        }),
    ),
    body(
        "time-is-a-number",
        "times are text",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 200 {
                answered.set_member("created_at", 1_767_225_600);
            }
        }),
    ),
    body(
        "null-description-is-left-out",
        "`description` is there even if it is null",
        Answer(|asked, answered| {
            if asked.is(Get) {
                answered.edit_workspaces(|workspace| {
                    if workspace.get("description") == Some(&Value::Null) {
                        workspace.shift_remove("description");
                    }
                });
            }
        }),
    ),
    body(
        "plan-is-left-out-of-updates",
        "`subscription_plan_id` is there even if it is null",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.at("/subscription_plan_id") == Some(Value::Null) {
                answered.drop_member("subscription_plan_id");
            }
        }),
    ),
    body(
        "listed-without-bucket",
        "each listed workspace has every member",
        Answer(|asked, answered| {
            if asked.is(List) {
                answered.edit_workspaces(|workspace| {
                    workspace.shift_remove("s3_bucket");
                });
            }
        }),
    ),
    body(
        "no-tags-are-null",
        "`tags` is an array even if there are none",
        Answer(|_, answered| {
            answered.edit_workspaces(|workspace| {
                if workspace.get("tags") == Some(&json!([])) {
                    workspace.insert("tags".to_owned(), Value::Null);
                }
            });
        }),
    ),
    body(
        "activity-is-a-number",
        "`is_active` is a boolean",
        Answer(|asked, answered| {
            if asked.is(Update) {
                answered.edit_workspaces(|workspace| {
                    if workspace.get("is_active") == Some(&Value::Bool(false)) {
                        workspace.insert("is_active".to_owned(), 0.into());
                    }
                });
            }
        }),
    ),
    body(
        "bucket-status-in-capitals",
        "`bucket_status` is pending, ready or failed",
        Answer(|asked, answered| {
            if asked.is(List) {
                answered.edit_workspaces(|workspace| {
                    workspace.insert("bucket_status".to_owned(), "PENDING".into());
                });
            }
        }),
    ),
    body(
        "total-is-text",
        "`total` is an integer",
        Answer(|asked, answered| {
            let total = answered.at("/total");
            if asked.is(List) && total.is_some() {
                answered.set_member("total", total.unwrap_or_default().to_string());
            }
        }),
    ),
    body(
        "last-cursor-is-empty",
        "`next_cursor` of the last page is null",
        Answer(|asked, answered| {
            if asked.is(List) && answered.at("/next_cursor") == Some(Value::Null) {
                answered.set_member("next_cursor", "");
            }
        }),
    ),
    body(
        "last-cursor-is-left-out",
        "`next_cursor` is there even if it is null",
        Answer(|asked, answered| {
            if asked.is(List) && answered.at("/next_cursor") == Some(Value::Null) {
                answered.drop_member("next_cursor");
            }
        }),
    ),
    body(
        "cursor-is-too-long",
        "a cursor has at most 512 characters",
        Answer(|asked, answered| {
            if asked.is(List) && answered.at("/next_cursor").is_some_and(|it| it.is_string()) {
                append(answered, "/next_cursor", &"=".repeat(512));
            }
        }),
    ),
    body(
        "admin-description-is-null",
        "`description` is empty on the admin path where tenants see null",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.text_at("/description").as_deref() == Some("") {
                answered.set_member("description", Value::Null);
            }
        }),
    ),
    body(
        "labels-are-called-tags",
        "the tags are called `labels` on the admin path",
        Answer(|asked, answered| {
            if asked.is(AdminGet) {
                answered.edit_object(|workspace| {
                    if let Some(labels) = workspace.shift_remove("labels") {
                        workspace.insert("tags".to_owned(), labels);
                    }
                });
            }
        }),
    ),
    body(
        "self-link-is-relative",
        "`self_link` is an absolute URI",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.set_member("self_link", asked.path.as_str());
            }
        }),
    ),
    body(
        "self-link-leads-to-tenants",
        "`self_link` has the path of the admin view",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                let link = answered.text_at("/self_link").unwrap_or_default();
                answered.set_member("self_link", link.replace("/workspace/admin/", "/v1/"));
            }
        }),
    ),
    body(
        "creator-has-no-id",
        "a user has an id",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.replace("/created_by", json!({ "name": "Ada Admin" }));
            }
        }),
    ),
    body(
        "updater-is-no-uuid",
        "a user's id is a UUID on the admin path",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.replace("/updated_by/id", "ada");
            }
        }),
    ),
    body(
        "role-is-another-word",
        "`current_user_role` is owner, editor, viewer or null",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.at("/current_user_role") == Some("owner".into()) {
                answered.set_member("current_user_role", "creator");
            }
        }),
    ),
    body(
        "deleted-without-bounding-box",
        "`bounding_box` is there even if it is null, for deleted workspaces too",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && asked.parameter("deleted").is_some() {
                answered.drop_member("bounding_box");
            }
        }),
    ),
    body(
        "workspace-in-an-envelope",
        "the answer is the workspace itself",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 200 {
                answered.edit(|workspace| *workspace = json!({ "data": workspace.take() }));
            }
        }),
    ),
    body(
        "deletion-says-nothing",
        "the answer to a deletion has a message",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 200 {
                answered.set_json(&json!({}));
            }
        }),
    ),
    body(
        "not-found-has-no-body",
        "a 404 has a body",
        Answer(|asked, answered| {
            if asked.is(List) && answered.status == 404 {
                answered.body.clear();
            }
        }),
    ),
    body(
        "byte-order-mark",
        "JSON begins without a byte order mark",
        Answer(|asked, answered| {
            if asked.is(Get) && answered.status == 404 {
                answered.body.splice(0..0, *b"\xef\xbb\xbf");
            }
        }),
    ),
    body(
        "json-with-a-trailing-comma",
        "a body is JSON",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 401 {
                let open = answered.body.iter().rposition(|byte| *byte == b'}');
                if let Some(end) = open {
                    answered.body.insert(end, b',');
                }
            }
        }),
    ),
];

fn append(answered: &mut Answered, pointer: &str, suffix: &str) {
    if let Some(text) = answered.text_at(pointer) {
        answered.replace(pointer, text + suffix);
    }
}
