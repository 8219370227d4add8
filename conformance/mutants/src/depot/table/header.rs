//! Which header fields come with an answer.

use http::HeaderValue;

use super::header;
use crate::depot::Mutant;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::Answer;

pub(super) const MUTANTS: &[Mutant] = &[
    header(
        "site-without-location",
        "what was made has a Location",
        Answer(|asked, answered| {
            lacks(asked, answered, "POST /sites", "location");
        }),
    ),
    header(
        "photo-without-location",
        "what was made has a Location",
        Answer(|asked, answered| {
            lacks(asked, answered, "POST /items/*/photos", "location");
        }),
    ),
    header(
        "bin-without-location",
        "what was made has a Location",
        Answer(|asked, answered| {
            lacks(asked, answered, "PUT /sites/*/bins/*", "location");
        }),
    ),
    header(
        "count-without-location",
        "a Location tells where the state can be seen",
        Answer(|asked, answered| {
            lacks(asked, answered, "POST /counts", "location");
        }),
    ),
    header(
        "location-is-relative",
        "a Location is an absolute path",
        Answer(|asked, answered| {
            locate(asked, answered, "POST /suppliers", |path| {
                path.trim_start_matches('/').to_owned()
            });
        }),
    ),
    header(
        "location-is-the-list",
        "a Location leads to what was made",
        Answer(|asked, answered| {
            locate(asked, answered, "POST /suppliers", |_| "/suppliers".to_owned());
        }),
    ),
    header(
        "location-is-of-another",
        "a Location leads to what was made",
        Answer(|asked, answered| {
            locate(asked, answered, "POST /items", |path| match path.rsplit_once('/') {
                Some((front, id)) => format!("{front}/{}", id.parse::<i64>().unwrap_or(0) + 1),
                None => path.to_owned(),
            });
        }),
    ),
    header(
        "location-has-a-version-before",
        "a Location leads to what was made",
        Answer(|asked, answered| {
            locate(asked, answered, "POST /orders", |path| format!("/v1{path}"));
        }),
    ),
    header(
        "bin-location-leads-to-the-site",
        "a Location leads to what was made",
        Answer(|asked, answered| {
            locate(asked, answered, "PUT /sites/*/bins/*", |path| {
                path.split("/bins").next().unwrap_or_default().to_owned()
            });
        }),
    ),
    header(
        "move-location-leads-nowhere",
        "a Location leads to what was made",
        Answer(|asked, answered| {
            locate(asked, answered, "POST /items/*/moves", |path| path.replace("/moves", "/move"));
        }),
    ),
    header(
        "count-location-leads-nowhere",
        "a Location tells where the state can be seen",
        Answer(|asked, answered| {
            locate(asked, answered, "POST /counts", |path| format!("{path}/state"));
        }),
    ),
    header(
        "item-without-etag",
        "an item has an entity tag",
        Answer(|asked, answered| {
            lacks(asked, answered, "GET /items/*", "etag");
        }),
    ),
    header(
        "patched-item-without-etag",
        "a changed item has an entity tag",
        Answer(|asked, answered| {
            lacks(asked, answered, "PATCH /items/*", "etag");
        }),
    ),
    header(
        "etag-without-quotes",
        "an entity tag stands in quotes",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") {
                retag(answered, |tag| tag.trim_matches('"').to_owned());
            }
        }),
    ),
    header(
        "etag-is-weak",
        "an entity tag is strong",
        Answer(|asked, answered| {
            if asked.at("PUT /items/*") {
                retag(answered, |tag| format!("W/{tag}"));
            }
        }),
    ),
    header(
        "not-modified-without-etag",
        "a 304 has the entity tag",
        Answer(|_, answered| {
            if answered.status == 304 {
                answered.headers.remove("etag");
            }
        }),
    ),
    header(
        "no-challenge",
        "a 401 tells how to authenticate",
        Answer(|asked, answered| {
            if asked.at("GET /sites/*") {
                answered.headers.remove("www-authenticate");
            }
        }),
    ),
    header(
        "not-allowed-without-allow",
        "a 405 tells what is allowed",
        Answer(|_, answered| {
            answered.headers.remove("allow");
        }),
    ),
    header(
        "allow-names-what-is-refused",
        "Allow names what a label has",
        Answer(|_, answered| {
            if answered.status == 405 {
                answered.set_header("allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
            }
        }),
    ),
    header(
        "sites-without-link",
        "a page of sites has links",
        Answer(|asked, answered| {
            lacks(asked, answered, "GET /sites", "link");
        }),
    ),
    header(
        "sites-without-total",
        "a page of sites tells the total",
        Answer(|asked, answered| {
            lacks(asked, answered, "GET /sites", "x-total-count");
        }),
    ),
    header(
        "total-is-not-a-number",
        "the total of sites is a number",
        Answer(|asked, answered| {
            if asked.at("GET /sites") && answered.status == 200 {
                answered.set_header("x-total-count", "many");
            }
        }),
    ),
    header(
        "counts-left-is-missing",
        "a started count tells how many are left",
        Answer(|asked, answered| {
            lacks(asked, answered, "POST /counts", "x-counts-left");
        }),
    ),
    header(
        "retry-after-is-negative",
        "Retry-After is in seconds",
        Answer(|_, answered| {
            if answered.status == 429 {
                answered.set_header("retry-after", "-1");
            }
        }),
    ),
    header(
        "order-as-text",
        "an order is JSON",
        Answer(|asked, answered| {
            if asked.at("GET /orders/*") && answered.status == 200 {
                answered.set_media_type("text/plain");
            }
        }),
    ),
    header(
        "problem-as-json",
        "problems have a media type of their own",
        Answer(|asked, answered| {
            if asked.at("GET /suppliers/*") && answered.status == 404 {
                answered.set_media_type("application/json");
            }
        }),
    ),
    header(
        "photo-as-bytes",
        "a photo is image/png",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.set_media_type("application/octet-stream");
            }
        }),
    ),
    header(
        "label-as-page",
        "a label is text/plain",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/label") && answered.status == 200 {
                answered.set_media_type("text/html");
            }
        }),
    ),
    header(
        "csv-as-excel",
        "an export is of the media type that was asked for",
        Answer(|asked, answered| {
            let is_csv = answered.body.starts_with(b"id,");
            if asked.at("GET /exports/items") && answered.status == 200 && is_csv {
                answered.set_media_type("application/vnd.ms-excel");
            }
        }),
    ),
];

fn lacks(asked: &Asked, answered: &mut Answered, route: &str, name: &str) {
    if asked.at(route) {
        answered.headers.remove(name);
    }
}

fn locate(asked: &Asked, answered: &mut Answered, route: &str, to: fn(&str) -> String) {
    if asked.at(route) {
        change(answered, "location", to);
    }
}

/// Changes the entity tag.
pub(super) fn retag(answered: &mut Answered, to: fn(&str) -> String) {
    change(answered, "etag", to);
}

fn change(answered: &mut Answered, name: &'static str, to: fn(&str) -> String) {
    let value = answered.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&to(value))) {
        answered.headers.insert(name, value);
    }
}
