//! What holds of a workspace's life: of its name, its end, and the view that administrators have of it.

use serde_json::{Value, json};

use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing};
use crate::mutant::{Group, as_answered, as_asked};
use crate::workspace::Operation::{AdminGet, Create, Delete, Get, Update};
use crate::workspace::{Breaks, Memory, Mutant, refusal};
use crate::workspace::{Caller, Operation};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    // Names.
    law(
        "names-may-repeat",
        "a live workspace's name can't be taken again",
        Knowing(
            |asked, memory| {
                let taken = asked.text("name").filter(|name| name_is_taken(asked, memory, name));
                if let Some(name) = taken.filter(|_| asked.is(Create)) {
                    asked.set_member("name", format!("{:.40} {}", name, memory.exchanges));
                }
            },
            as_answered,
        ),
    ),
    law(
        "names-may-be-taken-over",
        "an update can't take a live workspace's name",
        Knowing(
            |asked, memory| {
                let taken = asked.text("name").filter(|name| name_is_taken(asked, memory, name));
                if let Some(name) = taken.filter(|_| asked.is(Update)) {
                    asked.set_member("name", format!("{:.40} {}", name, memory.exchanges));
                }
            },
            as_answered,
        ),
    ),
    law(
        "names-are-unique-without-case",
        "names that differ in letter case are different",
        Knowing(
            |asked, memory| {
                let name = asked.text("name").unwrap_or_default().to_lowercase();
                if memory.other_live(asked, |other| other.to_lowercase() == name) {
                    asked.set_member("name", "");
                }
            },
            as_answered,
        ),
    ),
    law(
        "names-are-unique-without-blanks",
        "names that differ in a blank at the end are different",
        Knowing(
            |asked, memory| {
                let name = asked.text("name").unwrap_or_default();
                if memory.other_live(asked, |other| other.trim() == name.trim()) {
                    asked.set_member("name", "");
                }
            },
            as_answered,
        ),
    ),
    law(
        "deleted-names-stay-taken",
        "the name of a deleted workspace is free",
        Knowing(
            |asked, memory| {
                let name = asked.member("name").unwrap_or_default();
                if memory.deleted.values().any(|it| it.get("name") == Some(&name)) {
                    asked.set_member("name", "");
                }
            },
            as_answered,
        ),
    ),
    law(
        "own-name-is-taken",
        "a workspace may be given its own name",
        Knowing(
            |asked, memory| {
                let own = memory.known(asked).and_then(|it| it.get("name")).cloned();
                if asked.is(Update) && own.is_some() && asked.member("name") == own {
                    asked.set_member("name", "");
                }
            },
            as_answered,
        ),
    ),
    // Deletion.
    law(
        "deleted-is-still-got",
        "a deleted workspace is a 404 for tenants",
        Knowing(as_asked, |asked, answered, memory| show_buried(asked, answered, memory, Get)),
    ),
    law(
        "deleted-is-still-updated",
        "a deleted workspace can't be updated",
        Knowing(as_asked, |asked, answered, memory| show_buried(asked, answered, memory, Update)),
    ),
    law(
        "delete-does-nothing",
        "a deletion deletes",
        Knowing(
            |asked, _| {
                if asked.is(Delete) {
                    asked.method = http::Method::GET;
                }
            },
            |asked, answered, _| {
                if asked.is(Delete) && answered.status == 200 {
                    *answered = refusal::deletion();
                }
            },
        ),
    ),
    law(
        "deletion-does-not-move-time",
        "a deletion moves `updated_at`",
        Knowing(as_asked, |asked, answered, memory| {
            let before = memory.buried(asked).and_then(|it| it.get("updated_at")).cloned();
            if asked.is(AdminGet)
                && answered.status == 200
                && let Some(before) = before
            {
                answered.set_member("updated_at", before);
            }
        }),
    ),
    // The two views.
    law(
        "admin-shows-first-name",
        "both views show the same name",
        Knowing(as_asked, |asked, answered, memory| {
            let first = asked.workspace().and_then(|id| memory.created.get(id));
            let first = first.and_then(|it| it.get("name")).cloned();
            if asked.is(AdminGet)
                && answered.status == 200
                && let Some(first) = first
            {
                answered.set_member("name", first);
            }
        }),
    ),
    law(
        "admin-shows-no-labels",
        "`labels` are the tags",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.set_member("labels", json!([]));
            }
        }),
    ),
    law(
        "admin-shows-no-description",
        "both views show the same description",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.set_member("description", "");
            }
        }),
    ),
    law(
        "admin-takes-creation-for-update",
        "both views show the same times",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                let created = answered.at("/created_at").unwrap_or_default();
                answered.set_member("updated_at", created);
            }
        }),
    ),
    law(
        "admin-names-the-reader-as-creator",
        "`created_by` is the user who created it",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.replace("/created_by/id", Caller::Outsider.user());
            }
        }),
    ),
    law(
        "owner-has-no-role",
        "`current_user_role` is owner for the creator",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.set_member("current_user_role", Value::Null);
            }
        }),
    ),
    law(
        "admin-enables-learning",
        "`ml_enabled` is false",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                answered.set_member("ml_enabled", true);
            }
        }),
    ),
];

fn name_is_taken(asked: &Asked, memory: &Memory, name: &str) -> bool {
    memory.other_live(asked, |other| other == name)
}

/// Answers with a deleted workspace as it was.
fn show_buried(asked: &Asked, answered: &mut Answered, memory: &Memory, operation: Operation) {
    let buried = memory.buried(asked);
    if let Some(workspace) = buried.filter(|_| asked.is(operation) && answered.status == 404) {
        let body = Value::Object(workspace.clone());
        *answered = Answered::json_with(200, "application/json", &body);
    }
}
