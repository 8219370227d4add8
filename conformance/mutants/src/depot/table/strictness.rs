//! What has to be accepted, and isn't.

use serde_json::Value;

use super::enforcement;
use crate::depot::Mutant;
use crate::depot::refusal::{invalid, problem};
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Request};

pub(super) const MUTANTS: &[Mutant] = &[
    enforcement(
        "site-name-of-40-is-refused",
        "a site's name may have 40 characters",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /sites", |site| length(site, "/name") == 40);
        }),
    ),
    enforcement(
        "name-with-an-accent-is-refused",
        "a name may be of any characters",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /sites", |site| {
                site["name"].as_str().is_some_and(|it| !it.is_ascii())
            });
        }),
    ),
    enforcement(
        "free-item-is-refused",
        "an item may cost nothing",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /items", |item| item["price_cents"] == 0);
        }),
    ),
    enforcement(
        "sku-of-20-is-refused",
        "a SKU may have 20 characters",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /items", |item| length(item, "/sku") == 20);
        }),
    ),
    enforcement(
        "sku-without-hyphen-is-refused",
        "a SKU needs no hyphen",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /items", |item| {
                item["sku"].as_str().is_some_and(|it| !it.contains('-'))
            });
        }),
    ),
    enforcement(
        "note-of-500-is-refused",
        "a note may have 500 characters",
        Answer(|asked, answered| {
            refuse(asked, answered, "PATCH /items/*", |item| length(item, "/note") == 500);
        }),
    ),
    enforcement(
        "liquids-are-refused",
        "an item may be a liquid",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /items", |item| item["kind"] == "liquid");
        }),
    ),
    enforcement(
        "pickup-is-refused",
        "an order may be picked up",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /orders", |order| {
                order["delivery"]["site_id"].is_number()
            });
        }),
    ),
    enforcement(
        "eight-tags-are-refused",
        "an item may have 8 tags",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /items", |item| {
                item["tags"].as_array().is_some_and(|it| it.len() == 8)
            });
        }),
    ),
    enforcement(
        "unknown-member-is-refused",
        "unknown members are ignored",
        Answer(|asked, answered| {
            let known = ["id", "name", "address", "bin_count", "created_at"];
            refuse(asked, answered, "POST /sites", |site| {
                site.as_object()
                    .is_some_and(|it| it.keys().any(|name| !known.contains(&name.as_str())))
            });
        }),
    ),
    enforcement(
        "read-only-member-is-refused",
        "what only the server writes is ignored",
        Answer(|asked, answered| {
            refuse(asked, answered, "POST /items", |item| item.get("id").is_some());
        }),
    ),
    enforcement(
        "largest-bin-is-refused",
        "a bin may hold 10000",
        Answer(|asked, answered| {
            refuse(asked, answered, "PUT /sites/*/bins/*", |bin| bin["capacity"] == 10_000);
        }),
    ),
    enforcement(
        "limit-of-100-is-refused",
        "a page may have 100 items",
        Answer(|asked, answered| {
            if asked.at("GET /items") && asked.parameter("limit").as_deref() == Some("100") {
                *answered = invalid();
            }
        }),
    ),
    enforcement(
        "descending-names-are-refused",
        "items can be sorted by name, descending",
        Answer(|asked, answered| {
            if asked.at("GET /items") && asked.parameter("sort").as_deref() == Some("-name") {
                *answered = invalid();
            }
        }),
    ),
    enforcement(
        "media-type-with-charset-is-refused",
        "a media type may have a charset",
        Answer(|asked, answered| {
            let has = asked.header("content-type").is_some_and(|it| it.contains("charset"));
            if asked.at("POST /items") && has && answered.succeeded() {
                *answered = problem(415);
            }
        }),
    ),
    enforcement(
        "raw-photo-is-refused",
        "a photo may come by itself",
        Answer(|asked, answered| {
            let raw = asked.header("content-type") == Some("image/png");
            if asked.at("POST /items/*/photos") && raw && answered.succeeded() {
                *answered = problem(415);
            }
        }),
    ),
    enforcement(
        "photo-in-a-form-is-refused",
        "a photo may come in a form",
        Answer(|asked, answered| {
            let form = asked.header("content-type").is_some_and(|it| it.starts_with("multipart/"));
            if asked.at("POST /items/*/photos") && form && answered.succeeded() {
                *answered = problem(415);
            }
        }),
    ),
    enforcement(
        "lines-are-not-acceptable",
        "an export can be had as lines of JSON",
        Answer(|asked, answered| {
            let lines = asked.header("accept").is_some_and(|it| it.contains("ndjson"));
            if asked.at("GET /exports/items") && lines && answered.succeeded() {
                *answered = problem(406);
            }
        }),
    ),
    enforcement(
        "key-in-query-is-refused",
        "a photo can be had by a key in the query",
        Request(|asked| {
            if asked.at("GET /items/*/photos/*") {
                asked.drop_parameter("key");
            }
        }),
    ),
    enforcement(
        "export-by-link-is-refused",
        "an export can be had by a key in the query",
        Request(|asked| {
            if asked.at("GET /exports/items") {
                asked.drop_parameter("key");
            }
        }),
    ),
];

fn refuse(asked: &Asked, answered: &mut Answered, route: &str, what: impl FnOnce(&Value) -> bool) {
    if asked.at(route) && answered.succeeded() && asked.json().is_some_and(|body| what(&body)) {
        *answered = invalid();
    }
}

fn length(value: &Value, pointer: &str) -> usize {
    value.pointer(pointer).and_then(Value::as_str).map_or(0, |text| text.chars().count())
}
