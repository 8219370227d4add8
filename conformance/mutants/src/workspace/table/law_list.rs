//! What holds of lists: of their pages together, and between them and what was written.

use serde_json::Value;

use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_answered, as_asked};
use crate::workspace::Operation::List;
use crate::workspace::{Breaks, Memory, Mutant};

const fn law(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Law, promise, breaks }
}

pub(super) const MUTANTS: &[Mutant] = &[
    // Counts.
    law(
        "total-is-that-of-the-page",
        "`total` counts the workspaces of all pages",
        Answer(|asked, answered| {
            if let Some(items) = page(asked, answered) {
                answered.set_member("total", items.len());
            }
        }),
    ),
    law(
        "total-is-one-too-many",
        "`total` is exact",
        Answer(|asked, answered| add_to_total(asked, answered, 1)),
    ),
    law(
        "total-counts-deleted",
        "`total` counts live workspaces only",
        Knowing(as_asked, |asked, answered, memory| {
            add_to_total(asked, answered, memory.deleted.len());
        }),
    ),
    law(
        "total-of-later-pages-is-what-is-left",
        "`total` is the same on every page",
        Knowing(as_asked, |asked, answered, memory| {
            let later =
                asked.parameter("cursor").is_some_and(|it| memory.cursors.contains_key(&it));
            if let Some(items) = page(asked, answered).filter(|_| later) {
                answered.set_member("total", items.len());
            }
        }),
    ),
    // Sizes.
    law(
        "limit-is-ignored",
        "a page has at most `limit` workspaces",
        Request(|asked| {
            if asked.is(List) && limit(asked).is_some_and(|it| (1..=200).contains(&it)) {
                asked.drop_parameter("limit");
            }
        }),
    ),
    law(
        "page-has-one-too-many",
        "a page has at most `limit` workspaces, not one more",
        Request(|asked| {
            if let Some(limit) = limit(asked).filter(|it| (1..200).contains(it)) {
                asked.set_parameter("limit", &(limit + 1).to_string());
            }
        }),
    ),
    // Cursors.
    law(
        "never-more",
        "`has_more` is true exactly when there is a cursor",
        Answer(|asked, answered| {
            if page(asked, answered).is_some() {
                answered.set_member("has_more", false);
            }
        }),
    ),
    law(
        "always-more",
        "`has_more` is false on the last page",
        Answer(|asked, answered| {
            if page(asked, answered).is_some() {
                answered.set_member("has_more", true);
            }
        }),
    ),
    law(
        "one-page-only",
        "every workspace is on some page",
        Answer(|asked, answered| {
            if page(asked, answered).is_some() {
                answered.set_member("has_more", false);
                answered.set_member("next_cursor", Value::Null);
            }
        }),
    ),
    law(
        "cursor-is-ignored",
        "a cursor leads to the next page",
        Knowing(
            |asked, memory| {
                let issued = asked.parameter("cursor");
                if asked.is(List) && issued.is_some_and(|it| memory.cursors.contains_key(&it)) {
                    asked.drop_parameter("cursor");
                }
            },
            as_answered,
        ),
    ),
    law(
        "pages-never-end",
        "following the cursors comes to an end",
        Answer(|asked, answered| {
            let last = answered.at("/next_cursor") == Some(Value::Null);
            if let Some(cursor) = asked.parameter("cursor").filter(|_| last) {
                answered.set_member("has_more", true);
                answered.set_member("next_cursor", cursor);
            }
        }),
    ),
    law(
        "pages-overlap",
        "no workspace is on two pages",
        Knowing(as_asked, |asked, answered, memory| {
            if let Some(last) = last_of_page_before(asked, memory) {
                answered.edit_items(|items| match items.first_mut() {
                    Some(first) => *first = last,
                    None => items.push(last),
                });
            }
        }),
    ),
    law(
        "page-skips-its-first",
        "no workspace is missing between two pages",
        Knowing(as_asked, |asked, answered, memory| {
            if last_of_page_before(asked, memory).is_some() {
                answered.edit_items(|items| {
                    items.drain(..items.len().min(1));
                });
            }
        }),
    ),
    // Order and content.
    law(
        "newest-first",
        "workspaces come in the order of their creation",
        Answer(|_, answered| answered.edit_items(|items| items.reverse())),
    ),
    law(
        "list-shows-first-names",
        "a list shows what a GET shows",
        Knowing(as_asked, |_, answered, memory| {
            answered.edit_items(|items| {
                for item in items {
                    let first = item["workspace_id"].as_str().and_then(|id| memory.created.get(id));
                    if let Some(name) = first.and_then(|it| it.get("name")) {
                        item["name"] = name.clone();
                    }
                }
            });
        }),
    ),
    law(
        "list-shows-no-tags",
        "a list shows the tags that a GET shows",
        Answer(|_, answered| {
            answered.edit_items(|items| {
                for item in items {
                    item["tags"] = Value::Array(Vec::new());
                }
            });
        }),
    ),
    law(
        "list-lags",
        "a list shows a workspace as soon as it is created",
        Knowing(as_asked, |asked, answered, memory| {
            let Some(listed) = page(asked, answered) else { return };
            let ids = listed.iter().filter_map(|it| it["workspace_id"].as_str());
            let new: Vec<String> = ids
                .filter(|id| memory.marked.insert((*id).to_owned()))
                .map(str::to_owned)
                .collect();
            answered.edit_items(|items| {
                items.retain(|it| !new.iter().any(|new| it["workspace_id"] == **new));
            });
        }),
    ),
    law(
        "deleted-is-still-listed",
        "no list shows a deleted workspace",
        Knowing(as_asked, |asked, answered, memory| {
            let end = answered.at("/next_cursor") == Some(Value::Null);
            let deleted = memory.deleted.values().next_back();
            if let Some(deleted) = deleted.filter(|_| asked.is(List) && end) {
                answered.edit_items(|items| items.push(Value::Object(deleted.clone())));
            }
        }),
    ),
    // Defaults and order.
    law(
        "default-limit-is-20",
        "without a limit a page has 50 workspaces",
        Request(|asked| {
            if asked.is(List) && asked.parameters("limit").is_empty() {
                asked.set_parameter("limit", "20");
            }
        }),
    ),
    law(
        "sorted-by-name",
        "workspaces come in the order of their creation",
        Answer(|_, answered| {
            answered.edit_items(|items| {
                items.sort_by_key(|item| item["name"].as_str().map(str::to_owned));
            });
        }),
    ),
];

/// The items of a page, if it is one.
pub(super) fn page(asked: &Asked, answered: &Answered) -> Option<Vec<Value>> {
    match answered.at("/workspaces")? {
        Value::Array(items) if asked.is(List) => Some(items),
        _ => None,
    }
}

fn add_to_total(asked: &Asked, answered: &mut Answered, more: usize) {
    let total = answered.at("/total").and_then(|it| it.as_u64());
    if let Some(total) = total.filter(|_| asked.is(List)) {
        answered.set_member("total", total.saturating_add(more as u64));
    }
}

/// The limit of a request for a list, as a number.
pub(super) fn limit(asked: &Asked) -> Option<u64> {
    asked.parameter("limit").filter(|_| asked.is(List))?.parse().ok()
}

/// The last workspace of the page whose cursor this request has.
pub(super) fn last_of_page_before(asked: &Asked, memory: &Memory) -> Option<Value> {
    let cursor = asked.parameter("cursor").filter(|_| asked.is(List))?;
    memory.cursors.get(&cursor).cloned()
}
