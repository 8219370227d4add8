//! What doesn't bring the server down.

use super::robustness;
use crate::depot::Mutant;
use crate::depot::refusal::problem;
use crate::exchange::{Answered, Asked, Delivery};
use crate::mutant::Breaks::{Answer, Knowing};
use crate::mutant::as_asked;

pub(super) const MUTANTS: &[Mutant] = &[
    robustness(
        "zero-character-is-500",
        "U+0000 in a name is no failure",
        Answer(|asked, answered| {
            if asked.at("POST /sites") && asked.body_contains("\\u0000") {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "quote-in-a-search-is-500",
        "a search takes every character",
        Answer(|asked, answered| {
            if asked.at("GET /items")
                && asked.parameter("q").is_some_and(|it| it.contains(['\'', '"']))
            {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "accent-in-a-search-is-500",
        "a search takes every character",
        Answer(|asked, answered| {
            if asked.at("GET /items") && asked.parameter("q").is_some_and(|it| !it.is_ascii()) {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "body-that-is-an-array-is-500",
        "a body that is no object is a 422",
        Answer(|asked, answered| {
            if asked.at("POST /suppliers") && asked.json().is_some_and(|it| !it.is_object()) {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "nothing-as-a-body-is-500",
        "a body that isn't there is refused",
        Answer(|asked, answered| {
            if asked.at("POST /orders") && asked.body.is_empty() && answered.status == 422 {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "large-offset-is-500",
        "behind the end there is an empty page",
        Answer(|asked, answered| {
            if asked.at("GET /items")
                && asked
                    .parameter("offset")
                    .and_then(|it| it.parse::<i64>().ok())
                    .is_some_and(|it| it > 1_000_000)
            {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "large-id-is-500",
        "an id that nothing has is a 404",
        Answer(|asked, answered| {
            if asked.at("GET /orders/*")
                && asked.id_behind("orders").is_some_and(|it| it > i64::from(i32::MAX))
            {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "id-beyond-64-bits-is-500",
        "an id that is none is refused",
        Answer(|asked, answered| {
            let digits = |it: &str| it.len() > 19 && it.bytes().all(|it| it.is_ascii_digit());
            if asked.at("GET /suppliers/*") && asked.behind("suppliers").is_some_and(digits) {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "unknown-item-of-a-label-is-500",
        "what isn't there is a 404",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/label") && answered.status == 404 {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "patch-of-a-missing-path-is-500",
        "a path that isn't there is a 409",
        Answer(|asked, answered| {
            if asked.at("PATCH /suppliers/*") && answered.status == 409 {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "patch-without-value-is-500",
        "an operation that lacks its value is a 422",
        Answer(|asked, answered| {
            let lacks = asked.json().and_then(|it| {
                it.as_array()
                    .map(|it| it.iter().any(|it| it["op"] == "add" && it.get("value").is_none()))
            });
            if asked.at("PATCH /suppliers/*") && lacks == Some(true) && answered.status == 422 {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "form-without-file-is-500",
        "a form without a file is a 422",
        Answer(|asked, answered| {
            if asked.at("POST /items/*/photos") && answered.status == 422 {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "empty-export-is-500",
        "an export of nothing is no failure",
        Answer(|asked, answered| {
            if exports(asked, answered)
                && answered.body.iter().filter(|it| **it == b'\n').count() <= 1
            {
                *answered = problem(500);
            }
        }),
    ),
    robustness(
        "export-breaks-off",
        "an export comes whole",
        Answer(|asked, answered| {
            if exports(asked, answered) {
                answered.delivery = Delivery::CutShort;
            }
        }),
    ),
    robustness(
        "photo-never-comes",
        "what is asked for is answered",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.delivery = Delivery::Withheld;
            }
        }),
    ),
    robustness(
        "list-fails-now-and-then",
        "what was answered is answered again",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /sites") && answered.status == 200 {
                let count =
                    memory.notes.get("looks").and_then(|it| it.as_u64()).unwrap_or_default() + 1;
                memory.notes.insert("looks".into(), count.into());
                if count % 5 == 0 {
                    *answered = problem(500);
                }
            }
        }),
    ),
    robustness(
        "second-deletion-is-500",
        "what was deleted is a 404",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /suppliers/*")
                && let Some(id) = asked.id_behind("suppliers")
            {
                if answered.status == 204 {
                    memory.marked.insert(id);
                } else if answered.status == 404 && memory.marked.contains(&id) {
                    *answered = problem(500);
                }
            }
        }),
    ),
];

fn exports(asked: &Asked, answered: &Answered) -> bool {
    asked.at("GET /exports/items") && answered.status == 200
}
