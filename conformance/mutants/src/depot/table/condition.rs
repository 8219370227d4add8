//! Entity tags, and what depends on them.

use http::HeaderValue;

use super::law;
use crate::depot::Mutant;
use crate::depot::memory::{Memory, looking};
use crate::depot::refusal::problem;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "etag-stays-after-put",
        "the tag changes when the item does",
        Knowing(looking, |asked, answered, memory| {
            keep_version(asked, answered, memory, "PUT /items/*");
        }),
    ),
    law(
        "etag-stays-after-patch",
        "the tag changes when the item does",
        Knowing(looking, |asked, answered, memory| {
            keep_version(asked, answered, memory, "PATCH /items/*");
        }),
    ),
    law(
        "etag-stays-after-a-move",
        "the tag changes when the stock does",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("POST /items/*/moves")
                && answered.status == 201
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.version = old.version);
            }
        }),
    ),
    law(
        "etag-of-the-answer-is-the-old-one",
        "the tag is that of what is answered",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && let Some(Ok(tag)) =
                    memory.old_item(asked).map(|old| HeaderValue::from_str(&old.etag()))
            {
                answered.headers.insert("etag", tag);
            }
        }),
    ),
    law(
        "etag-changes-with-every-look",
        "the tag changes only when the item does",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /items/*") && answered.status == 200 {
                memory.edit_item(asked, |item| item.version += 1);
            }
        }),
    ),
    law(
        "etag-is-that-of-all",
        "different items have different tags",
        Answer(|_, answered| {
            if let Some(tag) = answered.headers.get("etag").and_then(|it| it.to_str().ok()) {
                let version = tag.trim_matches('"').split('.').nth(1).unwrap_or("1");
                if let Ok(tag) = HeaderValue::from_str(&format!("\"0.{version}\"")) {
                    answered.headers.insert("etag", tag);
                }
            }
        }),
    ),
    law(
        "if-match-is-ignored-by-put",
        "a PUT of what has changed is refused",
        Request(|asked| {
            if asked.at("PUT /items/*") && asked.header("if-match").is_some() {
                asked.set_header("if-match", "*");
            }
        }),
    ),
    law(
        "if-match-is-ignored-by-patch",
        "a patch of what has changed is refused",
        Request(|asked| {
            if asked.at("PATCH /items/*") {
                asked.headers.remove("if-match");
            }
        }),
    ),
    law(
        "if-match-is-ignored-by-delete",
        "a deletion of what has changed is refused",
        Request(|asked| {
            if asked.at("DELETE /items/*") {
                asked.headers.remove("if-match");
            }
        }),
    ),
    law(
        "put-needs-no-if-match",
        "a PUT tells what it has seen",
        Request(|asked| {
            if asked.at("PUT /items/*") && asked.header("if-match").is_none() {
                asked.set_header("if-match", "*");
            }
        }),
    ),
    law(
        "if-match-star-is-refused",
        "a star matches whatever is there",
        Answer(|asked, answered| {
            if asked.at("PUT /items/*")
                && answered.status == 200
                && asked.header("if-match") == Some("*")
            {
                *answered = problem(412);
            }
        }),
    ),
    law(
        "if-match-takes-the-first-tag-only",
        "any of the tags may match",
        Request(|asked| {
            let first = asked
                .header("if-match")
                .and_then(|it| it.split_once(','))
                .map(|(first, _)| first.to_owned());
            if let Some(Ok(first)) = first.map(|it| HeaderValue::from_str(&it)) {
                asked.headers.insert("if-match", first);
            }
        }),
    ),
    law(
        "if-match-takes-weak-tags",
        "If-Match compares strongly",
        Request(|asked| {
            let strong = asked
                .header("if-match")
                .and_then(|it| it.strip_prefix("W/"))
                .map(HeaderValue::from_str);
            if let Some(Ok(strong)) = strong {
                asked.headers.insert("if-match", strong);
            }
        }),
    ),
    law(
        "failed-condition-writes-all-the-same",
        "what is refused changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PUT /items/*")
                && answered.status == 412
                && let Some(name) = asked.text("name")
            {
                memory.edit_item(asked, |item| item.name = name);
            }
        }),
    ),
    law(
        "failed-condition-deletes-all-the-same",
        "what is refused changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /items/*")
                && answered.status == 412
                && let Some(id) = asked.item()
            {
                memory.edit(asked, |company, _| company.items.remove(&id));
            }
        }),
    ),
    law(
        "if-none-match-is-ignored",
        "who has it already gets a 304",
        Request(|asked| {
            if asked.at("GET /items/*") {
                asked.headers.remove("if-none-match");
            }
        }),
    ),
    law(
        "any-tag-is-not-modified",
        "only who has it already gets a 304",
        Request(|asked| {
            if asked.at("GET /items/*") && asked.header("if-none-match").is_some() {
                asked.set_header("if-none-match", "*");
            }
        }),
    ),
    law(
        "not-modified-by-id-only",
        "who has an older one gets the new one",
        Answer(|asked, answered| {
            if asked.at("GET /items/*")
                && answered.status == 200
                && let (Some(known), Some(id)) = (asked.header("if-none-match"), asked.item())
                && known.trim_start_matches('"').starts_with(&format!("{id}."))
            {
                answered.status = 304;
                answered.body.clear();
                answered.headers.remove("content-type");
            }
        }),
    ),
    law(
        "if-none-match-compares-strongly",
        "If-None-Match compares weakly",
        Request(|asked| {
            if asked.at("GET /items/*")
                && asked.header("if-none-match").is_some_and(|it| it.starts_with("W/"))
            {
                asked.headers.remove("if-none-match");
            }
        }),
    ),
    law(
        "not-modified-to-strangers",
        "what isn't there is a 404, whoever knows a tag",
        Answer(|asked, answered| {
            if asked.at("GET /items/*")
                && answered.status == 404
                && asked.header("if-none-match").is_some()
            {
                answered.status = 304;
                answered.body.clear();
                answered.headers.remove("content-type");
                answered.set_header("etag", "\"0.0\"");
            }
        }),
    ),
    law(
        "bin-is-replaced-though-it-is-there",
        "If-None-Match only makes",
        Request(|asked| {
            if asked.at("PUT /sites/*/bins/*") {
                asked.headers.remove("if-none-match");
            }
        }),
    ),
    law(
        "bin-is-refused-though-it-is-new",
        "If-None-Match makes what isn't there",
        Answer(|asked, answered| {
            let only_makes = asked.header("if-none-match").is_some();
            if asked.at("PUT /sites/*/bins/*") && only_makes && answered.status == 201 {
                *answered = problem(412);
            }
        }),
    ),
    law(
        "updated-at-stands-still",
        "updated_at moves forward with every change",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.updated_at = old.updated_at);
            }
        }),
    ),
    law(
        "updated-at-moves-with-every-look",
        "updated_at moves only with a change",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*") {
                    memory.edit_item(asked, |item| item.updated_at += time::Duration::SECOND);
                }
            },
            as_answered,
        ),
    ),
];

/// After a change the item has the tag that it had before.
fn keep_version(asked: &Asked, answered: &mut Answered, memory: &Memory, route: &str) {
    if asked.at(route)
        && answered.status == 200
        && let Some(old) = memory.old_item(asked)
    {
        memory.edit_item(asked, |item| item.version = old.version);
        if let Ok(tag) = HeaderValue::from_str(&old.etag()) {
            answered.headers.insert("etag", tag);
        }
    }
}
