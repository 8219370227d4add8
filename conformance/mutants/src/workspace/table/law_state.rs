//! What holds of the state as a whole: one request changes one workspace, a refused one none, and at once.

use serde_json::{Value, json};

use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_answered, as_asked};
use crate::workspace::Operation::{AdminGet, Create, Delete, Get, List, Update};
use crate::workspace::{Breaks, Memory, Mutant, refusal};
use crate::workspace::{Caller, Operation};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    // At once.
    law(
        "creation-lags",
        "a workspace is there as soon as it is created",
        Knowing(as_asked, |asked, answered, memory| {
            let known = asked.workspace().filter(|id| memory.created.contains_key(*id));
            if let Some(id) = known.filter(|_| asked.is(Get) && answered.status == 200)
                && memory.marked.insert(id.to_owned())
            {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    law(
        "update-lags",
        "an update shows in the next GET",
        Knowing(as_asked, |asked, answered, memory| {
            let Some(id) = asked.workspace().map(str::to_owned) else { return };
            if asked.is(Update) && answered.status == 200 {
                let before = memory.live.get(&id).cloned().unwrap_or_default();
                memory.notes.insert(id, Value::Object(before));
            } else if asked.is(Get)
                && answered.status == 200
                && let Some(before) = memory.notes.remove(&id)
            {
                answered.set_json(&before);
            }
        }),
    ),
    law(
        "reading-moves-time",
        "`updated_at` moves with updates only",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Get) && answered.status == 200 {
                let time = answered.text_at("/updated_at").unwrap_or_default();
                let seconds = memory.exchanges % 60;
                let moved = format!("2099{}", time.get(4..17).unwrap_or_default());
                answered.set_member("updated_at", format!("{moved}{seconds:02}Z"));
            }
        }),
    ),
    // One workspace.
    law(
        "update-spills-over",
        "an update changes one workspace",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update) && answered.status == 200 {
                if let Some(description) = asked.text("description") {
                    memory.notes.insert("description".to_owned(), description.into());
                }
            } else if let Some(description) = memory.notes.get("description") {
                answered.edit_workspaces(|workspace| {
                    workspace.insert("description".to_owned(), description.clone());
                });
            }
        }),
    ),
    law(
        "delete-takes-its-neighbour",
        "a deletion deletes one workspace",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Delete) && answered.status == 200 {
                let others = memory.live.iter().filter(|(id, _)| asked.workspace() != Some(id));
                let newest = others.max_by_key(|(_, it)| it["created_at"].to_string());
                let neighbour = newest.map(|(id, _)| id.clone());
                memory.marked.extend(neighbour);
            } else if asked.is(Get)
                && answered.status == 200
                && asked.workspace().is_some_and(|id| memory.marked.contains(id))
            {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    // None.
    law(
        "refused-update-is-half-done",
        "an update that is refused changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update) && answered.status == 422 {
                let name = asked.text("name").filter(|name| (1..=60).contains(&name.len()));
                if let (Some(id), Some(name)) = (asked.workspace(), name) {
                    memory.notes.insert(id.to_owned(), name.into());
                }
            }
            show_names(answered, memory);
        }),
    ),
    law(
        "forbidden-update-is-done",
        "an update that is forbidden changes nothing",
        Knowing(
            |asked, _| promote(asked, Update),
            |asked, answered, _| forbid(asked, answered, Update),
        ),
    ),
    law(
        "forbidden-delete-is-done",
        "a deletion that is forbidden deletes nothing",
        Knowing(
            |asked, _| promote(asked, Delete),
            |asked, answered, _| forbid(asked, answered, Delete),
        ),
    ),
    law(
        "delete-without-token-is-done",
        "a deletion without a token deletes nothing",
        Knowing(
            |asked, _| {
                if asked.is(Delete) && asked.header("authorization").is_none() {
                    asked.become_caller(Caller::Admin);
                }
            },
            |asked, answered, _| {
                let bare = asked.header("authorization").is_none();
                if asked.is(Delete) && answered.status == 200 && bare {
                    *answered = refusal::unauthorized(asked);
                }
            },
        ),
    ),
    // Who asks makes no difference to what there is.
    law(
        "editor-deletes-nothing",
        "an editor's deletion deletes",
        Knowing(
            |asked, _| {
                if asked.is(Delete) && asked.caller() == Some(Caller::Editor) {
                    asked.method = http::Method::GET;
                }
            },
            |asked, answered, _| {
                let editor = asked.caller() == Some(Caller::Editor);
                if asked.is(Delete) && answered.status == 200 && editor {
                    *answered = refusal::deletion();
                }
            },
        ),
    ),
    law(
        "creator-only-may-update",
        "an editor may update whoever created it",
        Knowing(
            |asked, memory| {
                let owner = memory.known(asked).and_then(|it| it.get("owner_id"));
                let other = owner.is_some_and(|it| *it != *Caller::Editor.user());
                if asked.is(Update) && asked.caller() == Some(Caller::Editor) && other {
                    asked.become_caller(Caller::Viewer);
                }
            },
            as_answered,
        ),
    ),
    // What is not in use is there all the same.
    law(
        "inactive-is-not-found",
        "a workspace that is not active is there all the same",
        Answer(|asked, answered| {
            if asked.is(Get) && answered.at("/is_active") == Some(Value::Bool(false)) {
                *answered = refusal::not_found(asked);
            }
        }),
    ),
    law(
        "inactive-is-not-listed",
        "a list shows workspaces that are not active, too",
        Answer(|_, answered| {
            answered.edit_items(|items| items.retain(|item| item["is_active"] != false));
        }),
    ),
    law(
        "inactive-is-not-counted",
        "`total` counts workspaces that are not active, too",
        Knowing(as_asked, |asked, answered, memory| {
            let inactive = |it: &&serde_json::Map<String, Value>| it["is_active"] == false;
            let inactive = memory.live.values().filter(inactive).count() as u64;
            let total = answered.at("/total").and_then(|it| it.as_u64());
            if let Some(total) = total.filter(|_| asked.is(List)) {
                answered.set_member("total", total.saturating_sub(inactive));
            }
        }),
    ),
    // Names.
    law(
        "new-name-can-be-taken",
        "a name that came by an update can't be taken again",
        Knowing(
            |asked, memory| {
                let name = asked.text("name").unwrap_or_default();
                let renamed = memory.live.iter().any(|(id, workspace)| {
                    let first = memory.created.get(id).and_then(|it| it.get("name"));
                    workspace.get("name") == Some(&Value::from(&*name))
                        && first != Some(&Value::from(&*name))
                });
                if asked.is(Create) && renamed {
                    asked.set_member("name", format!("{name:.40} {}", memory.exchanges));
                }
            },
            as_answered,
        ),
    ),
    law(
        "old-name-stays-taken",
        "a name that an update gave up is free",
        Knowing(
            |asked, memory| {
                let name = asked.member("name");
                let given_up = memory.live.iter().any(|(id, workspace)| {
                    let first = memory.created.get(id).and_then(|it| it.get("name"));
                    first == name.as_ref() && workspace.get("name") != name.as_ref()
                });
                if asked.is(Create) && name.is_some() && given_up {
                    asked.set_member("name", "");
                }
            },
            as_answered,
        ),
    ),
    // The view of administrators.
    law(
        "updated-by-is-the-creator",
        "`updated_by` is the user who updated or deleted it",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                let creator = answered.at("/created_by").unwrap_or_default();
                answered.set_member("updated_by", creator);
            }
        }),
    ),
    law(
        "created-by-is-the-updater",
        "`created_by` never changes",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                let updater = answered.at("/updated_by").unwrap_or_default();
                answered.set_member("created_by", updater);
            }
        }),
    ),
    law(
        "everybody-is-owner",
        "`current_user_role` is owner for the creator only",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.set_member("current_user_role", "owner");
            }
        }),
    ),
    law(
        "deleted-name-is-marked",
        "a deleted workspace keeps its name",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(AdminGet) && memory.buried(asked).is_some() && answered.status == 200 {
                let name = answered.text_at("/name").unwrap_or_default();
                answered.set_member("name", format!("{name:.50} (deleted)"));
            }
        }),
    ),
    law(
        "deleted-labels-are-lost",
        "a deleted workspace keeps its labels",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(AdminGet) && memory.buried(asked).is_some() && answered.status == 200 {
                answered.set_member("labels", json!([]));
            }
        }),
    ),
    law(
        "capital-uuid-is-not-found",
        "a UUID on the admin path may be in any letter case",
        Request(|asked| {
            let unusual =
                asked.workspace().is_some_and(|id| id.bytes().any(|it| it.is_ascii_uppercase()));
            if asked.is(AdminGet) && unusual {
                asked.set_workspace("3fa85f64-5717-4562-b3fc-2c963f66afa6");
            }
        }),
    ),
];

/// Lets a viewer do it.
fn promote(asked: &mut Asked, operation: Operation) {
    if asked.is(operation) && asked.caller() == Some(Caller::Viewer) {
        asked.become_caller(Caller::Editor);
    }
}

/// Tells a viewer that it was forbidden.
fn forbid(asked: &Asked, answered: &mut Answered, operation: Operation) {
    if asked.is(operation) && asked.caller() == Some(Caller::Viewer) && answered.succeeded() {
        *answered = refusal::forbidden(asked);
    }
}

/// Shows the names that were noted.
fn show_names(answered: &mut Answered, memory: &Memory) {
    answered.edit_workspaces(|workspace| {
        let id = workspace.get("workspace_id").and_then(Value::as_str).unwrap_or_default();
        if let Some(name) = memory.notes.get(id) {
            workspace.insert("name".to_owned(), name.clone());
        }
    });
}
