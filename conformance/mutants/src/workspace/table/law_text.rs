//! What holds of a text or a choice that is written: it comes back as it went in.

use serde_json::{Map, Value};

use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_asked};
use crate::workspace::Operation::{Create, Update};
use crate::workspace::{Breaks, Caller, Memory, Mutant};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "names-are-escaped-for-html",
        "a name is kept to the character, angle brackets and ampersands too",
        Answer(|_, answered| {
            answered.edit_workspaces(|workspace| {
                let name = workspace["name"].as_str().unwrap_or_default();
                let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
                workspace["name"] = name.into();
            });
        }),
    ),
    law(
        "descriptions-are-trimmed",
        "a description is kept to the character, blanks at its ends too",
        Request(|asked| rewrite(asked, "description", |text| text.trim().to_owned())),
    ),
    law(
        "names-are-composed",
        "a name is kept code point by code point",
        Request(|asked| rewrite(asked, "name", |text| text.replace("e\u{301}", "\u{e9}"))),
    ),
    law(
        "plans-are-lower-cased",
        "a plan is any text, capitals too",
        Request(|asked| rewrite(asked, "subscription_plan_id", |text| text.to_lowercase())),
    ),
    law(
        "tags-are-lower-cased",
        "a tag is kept to the character, capitals too",
        Answer(|_, answered| {
            answered.edit_workspaces(|workspace| {
                if let Some(Value::Array(tags)) = workspace.get_mut("tags") {
                    for tag in tags {
                        *tag = tag.as_str().unwrap_or_default().to_lowercase().into();
                    }
                }
            });
        }),
    ),
    law(
        "tags-are-joined-by-commas",
        "a tag may have a comma in it",
        Answer(|_, answered| {
            answered.edit_workspaces(|workspace| {
                if let Some(Value::Array(tags)) = workspace.get_mut("tags") {
                    let texts = tags.iter().filter_map(Value::as_str);
                    let parts = texts.flat_map(|tag| tag.split(',')).map(Value::from);
                    *tags = parts.collect();
                }
            });
        }),
    ),
    law(
        "line-breaks-are-lost",
        "a description may have several lines",
        Request(|asked| rewrite(asked, "description", |text| text.replace(['\n', '\r'], " "))),
    ),
    law(
        "empty-description-is-null",
        "an empty description stays empty",
        Request(|asked| {
            if asked.text("description").as_deref() == Some("") {
                asked.set_member("description", Value::Null);
            }
        }),
    ),
    law(
        "empty-description-is-ignored",
        "an update may empty a description",
        Request(|asked| {
            if asked.is(Update) && asked.text("description").as_deref() == Some("") {
                forget(asked, "description");
            }
        }),
    ),
    law(
        "deactivation-is-ignored",
        "an update may set `is_active` to false",
        Request(|asked| {
            if asked.is(Update) && asked.member("is_active") == Some(Value::Bool(false)) {
                forget(asked, "is_active");
            }
        }),
    ),
    law(
        "long-plan-is-cut",
        "a plan is any text, however long",
        Request(|asked| {
            rewrite(asked, "subscription_plan_id", |text| text.chars().take(255).collect());
        }),
    ),
    law(
        "last-tag-is-lost",
        "twenty tags are kept",
        Request(|asked| {
            asked.edit(|body| {
                if let Some(Value::Array(tags)) = body.get_mut("tags")
                    && tags.len() == 20
                {
                    tags.pop();
                }
            });
        }),
    ),
    law(
        "creation-sets-what-it-may-not",
        "members that no request has are ignored, not stored",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Create) && answered.status == 201 {
                let set = ["is_active", "bucket_status", "s3_bucket", "owner_id"];
                note_members(asked, answered.text_at("/workspace_id"), memory, &set);
            }
            answered.edit_workspaces(|workspace| show_noted(workspace, memory));
        }),
    ),
    law(
        "update-sets-what-it-may-not",
        "members that no update has are ignored, not stored",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update) && answered.status == 200 {
                let set = ["region", "bucket_status", "s3_bucket", "owner_id"];
                note_members(asked, asked.workspace().map(str::to_owned), memory, &set);
            }
            answered.edit_workspaces(|workspace| show_noted(workspace, memory));
        }),
    ),
    law(
        "owner-is-who-updated-last",
        "`owner_id` stays that of the creator",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 200 {
                let caller = asked.caller().unwrap_or(Caller::Admin);
                answered.set_member("owner_id", caller.user());
            }
        }),
    ),
];

/// Changes a text of a body.
pub(super) fn rewrite(asked: &mut Asked, member: &str, change: fn(&str) -> String) {
    let writes = asked.is(Create) || asked.is(Update);
    if let Some(text) = asked.text(member).filter(|_| writes) {
        asked.set_member(member, change(&text));
    }
}

fn forget(asked: &mut Asked, member: &str) {
    asked.edit(|body| {
        body.shift_remove(member);
    });
}

/// Notes members of a body as if they were the workspace's.
fn note_members(asked: &Asked, id: Option<String>, memory: &mut Memory, members: &[&str]) {
    let Some(id) = id else { return };
    for member in members {
        if let Some(value) = asked.member(member) {
            memory.notes.insert(format!("{id} {member}"), value);
        }
    }
}

/// Shows what was noted of a workspace.
fn show_noted(workspace: &mut Map<String, Value>, memory: &Memory) {
    let id = workspace.get("workspace_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (member, value) in workspace.iter_mut() {
        if let Some(noted) = memory.notes.get(&format!("{id} {member}")) {
            *value = noted.clone();
        }
    }
}
