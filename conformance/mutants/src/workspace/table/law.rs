//! What holds of what is written: it is read back, it is left alone, its times move.

use serde_json::{Value, json};

use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_answered, as_asked};
use crate::workspace::Operation::{Create, Get, Update};
use crate::workspace::{Breaks, Memory, Mutant};
use crate::workspace::{Caller, Operation};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    // What is written is read back.
    law(
        "description-is-lost-on-create",
        "a description is kept",
        Request(|asked| lose(asked, Create, "description")),
    ),
    law(
        "plan-is-lost-on-create",
        "a plan is kept",
        Request(|asked| lose(asked, Create, "subscription_plan_id")),
    ),
    law("tags-are-lost-on-update", "tags are kept", Request(|asked| lose(asked, Update, "tags"))),
    law(
        "region-is-always-the-first",
        "the region is the one asked for",
        Request(|asked| {
            let known = ["us-west-2", "eu-west-1"];
            if asked.text("region").is_some_and(|it| known.contains(&it.as_str())) {
                lose(asked, Create, "region");
            }
        }),
    ),
    law(
        "update-is-not-stored",
        "what an update answers is what a GET then shows",
        Knowing(
            |asked, memory| {
                if asked.text("description").is_some() && memory.known(asked).is_some() {
                    lose(asked, Update, "description");
                }
            },
            |asked, answered, _| {
                if asked.is(Update)
                    && answered.status == 200
                    && let Some(description) = asked.text("description")
                {
                    answered.set_member("description", description);
                }
            },
        ),
    ),
    law(
        "update-answers-what-was",
        "an update answers the workspace as updated",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update)
                && answered.status == 200
                && let Some(name) = memory.known(asked).and_then(|it| it.get("name"))
            {
                answered.set_member("name", name.clone());
            }
        }),
    ),
    law(
        "get-is-cached",
        "a GET shows the latest update",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Get) && answered.status == 200 {
                let now = answered.json().unwrap_or_default();
                let first = memory.notes.entry(asked.path.clone()).or_insert(now);
                answered.set_json(first);
            }
        }),
    ),
    law(
        "names-are-trimmed",
        "a name is kept to the character",
        Request(|asked| {
            if let Some(name) = asked.text("name").filter(|name| !name.trim().is_empty()) {
                asked.set_member("name", name.trim());
            }
        }),
    ),
    law(
        "astral-characters-are-lost",
        "a text is kept to the character",
        Answer(|_, answered| {
            answered.edit_workspaces(|workspace| {
                let name = workspace["name"].as_str().unwrap_or_default();
                let narrow = name.chars().map(|it| if u32::from(it) > 0xffff { '?' } else { it });
                workspace["name"] = narrow.collect::<String>().into();
            });
        }),
    ),
    law(
        "description-is-cut-at-255",
        "a description is kept whole",
        Request(|asked| {
            let description = asked.text("description").unwrap_or_default();
            let length = description.chars().count();
            if asked.is(Create) && (256..=2000).contains(&length) {
                asked.set_member("description", description.chars().take(255).collect::<String>());
            }
        }),
    ),
    law(
        "tags-are-sorted",
        "tags keep their order",
        Answer(|_, answered| {
            answered.edit_workspaces(|workspace| {
                if let Some(Value::Array(tags)) = workspace.get_mut("tags") {
                    tags.sort_by_key(|tag| tag.as_str().map(str::to_owned));
                }
            });
        }),
    ),
    law(
        "tags-are-a-set",
        "a tag that comes twice is kept twice",
        Request(|asked| {
            asked.edit(|body| {
                let Some(Value::Array(tags)) = body.get_mut("tags") else { return };
                if tags.len() <= 20 {
                    let all = std::mem::take(tags);
                    for tag in all {
                        if !tags.contains(&tag) {
                            tags.push(tag);
                        }
                    }
                }
            });
        }),
    ),
    law(
        "tags-are-added",
        "the tags of an update replace those before",
        Knowing(
            |asked, memory| {
                let before = memory.known(asked).and_then(|it| it.get("tags")).cloned();
                let Some(Value::Array(before)) = before.filter(|_| asked.is(Update)) else {
                    return;
                };
                asked.edit(|body| {
                    let Some(Value::Array(tags)) = body.get_mut("tags") else { return };
                    if before.len() + tags.len() <= 20 {
                        tags.splice(0..0, before);
                    }
                });
            },
            as_answered,
        ),
    ),
    law(
        "null-description-is-empty",
        "a null description stays null",
        Request(|asked| {
            if asked.is(Create) && asked.member("description").is_some_and(|it| it.is_null()) {
                asked.set_member("description", "");
            }
        }),
    ),
    law(
        "owner-is-always-the-administrator",
        "`owner_id` is the creator's user id",
        Answer(|asked, answered| {
            if asked.is(Create) {
                answered.edit_workspaces(|workspace| {
                    workspace.insert("owner_id".to_owned(), Caller::Admin.user().into());
                });
            }
        }),
    ),
    // A new workspace.
    law(
        "born-inactive",
        "a new workspace is active",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 201 {
                answered.set_member("is_active", false);
            }
        }),
    ),
    law(
        "born-ready",
        "the bucket of a new workspace is pending",
        Answer(|asked, answered| {
            if asked.is(Create) && answered.status == 201 {
                answered.set_member("bucket_status", "ready");
            }
        }),
    ),
    law(
        "default-region-is-another",
        "the default region is us-east-1",
        Request(|asked| {
            let absent =
                asked.json().is_some_and(|it| it.is_object() && it.get("region").is_none());
            if asked.is(Create) && absent {
                asked.set_member("region", "us-west-2");
            }
        }),
    ),
    // What an update leaves alone, and what it clears.
    law(
        "update-clears-absent-description",
        "what is absent of an update stays",
        Request(|asked| clear_absent(asked, "description", Value::Null)),
    ),
    law(
        "update-clears-absent-tags",
        "tags that are absent of an update stay",
        Request(|asked| clear_absent(asked, "tags", json!([]))),
    ),
    law(
        "update-clears-absent-plan",
        "a plan that is absent of an update stays",
        Request(|asked| clear_absent(asked, "subscription_plan_id", Value::Null)),
    ),
    law(
        "update-activates",
        "an inactive workspace stays inactive until told",
        Request(|asked| clear_absent(asked, "is_active", Value::Bool(true))),
    ),
    law(
        "null-does-not-clear-description",
        "null clears a description",
        Request(|asked| ignore_null(asked, "description")),
    ),
    law(
        "null-does-not-clear-plan",
        "null clears a plan",
        Request(|asked| ignore_null(asked, "subscription_plan_id")),
    ),
    law(
        "no-tags-do-not-clear",
        "an empty array clears the tags",
        Request(|asked| {
            if asked.is(Update) && asked.member("tags") == Some(json!([])) {
                lose(asked, Update, "tags");
            }
        }),
    ),
    // Times.
    law(
        "update-time-stands-still",
        "`updated_at` moves with an update",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update) {
                stand_still(asked, answered, memory);
            }
        }),
    ),
    law(
        "update-time-stands-still-for-nothing",
        "`updated_at` moves with an update that changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update) && asked.json() == Some(json!({})) {
                stand_still(asked, answered, memory);
            }
        }),
    ),
    law(
        "update-time-in-whole-seconds",
        "`updated_at` moves strictly forward, however soon",
        Answer(|asked, answered| {
            if asked.is(Update) {
                answered.edit_workspaces(|workspace| {
                    let time = workspace["updated_at"].as_str().unwrap_or_default();
                    workspace["updated_at"] = format!("{time:.19}Z").into();
                });
            }
        }),
    ),
    law(
        "creation-time-moves",
        "`created_at` never changes",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 200 {
                let time = answered.at("/updated_at").unwrap_or_default();
                answered.set_member("created_at", time);
            }
        }),
    ),
    law(
        "listed-creation-time-is-now",
        "a list shows the same times as a GET",
        Answer(|asked, answered| {
            if asked.is(Operation::List) {
                answered.edit_workspaces(|workspace| {
                    workspace["created_at"] = workspace["updated_at"].clone();
                });
            }
        }),
    ),
];

/// Forgets a member of the body.
fn lose(asked: &mut Asked, operation: Operation, member: &str) {
    if asked.is(operation) {
        asked.edit(|body| {
            body.shift_remove(member);
        });
    }
}

/// Takes what an update doesn't name for cleared.
fn clear_absent(asked: &mut Asked, member: &str, cleared: Value) {
    if asked.is(Update) {
        asked.edit(|body| {
            body.entry(member).or_insert(cleared);
        });
    }
}

/// Takes null for absent.
fn ignore_null(asked: &mut Asked, member: &str) {
    if asked.member(member) == Some(Value::Null) {
        lose(asked, Update, member);
    }
}

/// Answers an update with the time of the one before.
fn stand_still(asked: &Asked, answered: &mut Answered, memory: &Memory) {
    let before = memory.known(asked).and_then(|it| it.get("updated_at"));
    if let Some(before) = before.filter(|_| answered.status == 200) {
        answered.set_member("updated_at", before.clone());
    }
}
