//! What the suite doesn't find yet: the next work on it, and no part of [`super::all`], which a test holds it to.
//!
//! Some take sequences of requests that no law asks for (a deletion between two pages, a cursor in a stranger's hands);
//! some take more of what a profile can tell (that every credential sees the same list); some only prose promises.

use serde_json::{Value, json};

use super::law_list::{last_of_page_before, limit, page};
use super::law_text::rewrite;
use super::security::promote;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_answered};
use crate::workspace::Operation::{AdminGet, Get, List};
use crate::workspace::{Breaks, Caller, Memory, Mutant};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

const fn security(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Security, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "zero-character-ends-a-name",
        "a name that is taken is kept whole",
        Request(|asked| {
            rewrite(asked, "name", |text| match text.split('\0').next().unwrap_or_default() {
                "" => text.to_owned(),
                part => part.to_owned(),
            });
        }),
    ),
    law(
        "pages-are-offsets",
        "a deletion between two pages leaves no workspace out",
        Knowing(ask_for_all, answer_offset),
    ),
    law(
        "limit-ends-at-100",
        "a page has 200 workspaces if asked to",
        Request(|asked| {
            if limit(asked).is_some_and(|it| (101..=200).contains(&it)) {
                asked.set_parameter("limit", "100");
            }
        }),
    ),
    law(
        "cursor-dies-with-its-workspace",
        "a cursor stays good when the workspace it stands on is deleted",
        Knowing(
            |asked, memory| {
                let last = last_of_page_before(asked, memory).unwrap_or_default();
                let id = last["workspace_id"].as_str().unwrap_or_default();
                if memory.deleted.contains_key(id) {
                    asked.set_parameter("cursor", "gone");
                }
            },
            as_answered,
        ),
    ),
    law(
        "latest-update-first",
        "an update doesn't move a workspace in the list",
        Answer(|_, answered| {
            answered.edit_items(|items| {
                items.sort_by_key(|item| item["updated_at"].as_str().map(str::to_owned));
            });
        }),
    ),
    law(
        "viewer-sees-an-empty-list",
        "a viewer's list shows what an administrator's does",
        Answer(|asked, answered| {
            let viewer = asked.caller() == Some(Caller::Viewer);
            if asked.is(List) && viewer && answered.status == 200 {
                let page = json!({
                    "total": 0, "has_more": false, "next_cursor": null, "workspaces": [],
                });
                answered.set_json(&page);
            }
        }),
    ),
    law(
        "editor-lists-own-only",
        "an editor's list shows what an administrator's does",
        Answer(|asked, answered| {
            if asked.caller() == Some(Caller::Editor) {
                let own = Value::from(Caller::Editor.user());
                answered.edit_items(|items| items.retain(|item| item["owner_id"] == own));
            }
        }),
    ),
    law(
        "self-link-is-anothers",
        "`self_link` has the path of this workspace",
        Answer(|asked, answered| {
            if asked.is(AdminGet) && answered.status == 200 {
                let link = answered.text_at("/self_link").unwrap_or_default();
                let front = link.rsplit_once('/').map_or("", |(front, _)| front);
                let other = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
                answered.set_member("self_link", format!("{front}/{other}"));
            }
        }),
    ),
    law(
        "tenant-ids-in-any-case",
        "letter case matters in the ids of tenants",
        Request(|asked| {
            let lower = asked.workspace().map(str::to_ascii_lowercase);
            if let Some(lower) = lower.filter(|_| asked.is(Get)) {
                asked.set_workspace(&lower);
            }
        }),
    ),
    security(
        "token-in-any-case",
        "letter case matters in a token",
        Request(|asked| {
            let (_, token) = asked.authorization().unwrap_or_default();
            let known = Caller::ALL.into_iter().find(|it| token.eq_ignore_ascii_case(it.token()));
            if let Some(caller) = known.filter(|it| it.token() != token) {
                asked.become_caller(caller);
            }
        }),
    ),
    security(
        "viewer-administers-the-deleted",
        "the admin path wants an administrator, for deleted workspaces too",
        Request(|asked| {
            if asked.parameter("deleted").is_some() {
                promote(asked, AdminGet, Caller::Viewer, Caller::Admin);
            }
        }),
    ),
    security(
        "cursor-lets-outsiders-in",
        "another organization's token may not list, with a cursor neither",
        Knowing(
            |asked, memory| {
                let issued = asked.parameter("cursor");
                if issued.is_some_and(|it| memory.cursors.contains_key(&it)) {
                    promote(asked, List, Caller::Outsider, Caller::Viewer);
                }
            },
            as_answered,
        ),
    ),
];

/// How many workspaces come before the page that one of this mutant's own cursors leads to.
fn offset(asked: &Asked, memory: &Memory) -> Option<u64> {
    memory.notes.get(&asked.parameter("cursor")?)?.as_u64()
}

/// Asks for the whole list, as far as a page goes.
fn ask_for_all(asked: &mut Asked, memory: &mut Memory) {
    let own = offset(asked, memory).is_some();
    let first = asked.parameters("cursor").is_empty();
    let fine = asked.parameters("limit").is_empty() || limit(asked).is_some_and(|it| it <= 200);
    if asked.is(List) && (own || first) && fine && limit(asked) != Some(0) {
        asked.drop_parameter("cursor");
        asked.set_parameter("limit", "200");
    }
}

/// Answers with the part of the list that the request is for, and a cursor that says where it ends.
fn answer_offset(asked: &Asked, answered: &mut Answered, memory: &mut Memory) {
    let Some(items) = page(asked, answered) else { return };
    let from = offset(asked, memory).unwrap_or(0);
    let to = from + limit(asked).unwrap_or(50);
    let more = to < items.len() as u64;
    let cursor = format!("offset-{to}");
    answered.edit_items(|items| {
        let part = items.iter().skip(from as usize).take((to - from) as usize);
        *items = part.cloned().collect();
    });
    answered.set_member("has_more", more);
    answered.set_member("next_cursor", if more { cursor.as_str().into() } else { Value::Null });
    if more {
        memory.notes.insert(cursor, to.into());
    }
}
