//! What must not bring a server down, however odd it is.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use http::HeaderValue;

use crate::exchange::{Asked, Delivery};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{Group, as_asked};
use crate::workspace::Operation::{Create, Delete, Get, List, Update};
use crate::workspace::{Breaks, Mutant, refusal};

const fn robustness(id: &'static str, promise: &'static str, breaks: Breaks) -> Mutant {
    Mutant { id, group: Group::Robustness, promise, breaks }
}

/// A number that a request always has, whichever id or cursor is in it: a server that is busy once says nothing, one that
/// always is says enough.
fn lot(asked: &Asked) -> u64 {
    let mut hasher = DefaultHasher::new();
    let path: String = asked.path.chars().filter(|it| !it.is_ascii_hexdigit()).collect();
    let query = asked.query.iter().flat_map(|query| query.split('&'));
    let names: Vec<_> = query.map(|pair| pair.split('=').next()).collect();
    (asked.method.as_str(), path, names, &asked.body).hash(&mut hasher);
    hasher.finish()
}

pub(super) const MUTANTS: &[Mutant] = &[
    robustness(
        "zero-character-fails",
        "U+0000 in a text is taken or refused, but no failure",
        Request(|asked| {
            if asked.is(Create) && asked.body_contains("\\u0000") {
                asked.fail();
            }
        }),
    ),
    robustness(
        "astral-characters-fail",
        "any code point may stand in a text",
        Request(|asked| {
            let wide = |text: String| text.chars().any(|it| u32::from(it) > 0xffff);
            if asked.operation().is_some_and(|it| it.writes())
                && asked.json().is_some_and(|json| wide(json.to_string()))
            {
                asked.fail();
            }
        }),
    ),
    robustness(
        "malformed-json-fails",
        "a body that is not JSON is refused, but no failure",
        Request(|asked| {
            if asked.is(Update) && !asked.body.is_empty() && asked.json().is_none() {
                asked.fail();
            }
        }),
    ),
    robustness(
        "lone-surrogate-fails",
        "the escape of a lone surrogate is refused, but no failure",
        Request(|asked| {
            if asked.is(Create) && has_lone_surrogate(asked) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "array-body-fails",
        "a body that is no object is refused, but no failure",
        Request(|asked| {
            if asked.is(Create) && asked.json().is_some_and(|it| !it.is_object()) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "empty-body-fails",
        "an empty body is refused, but no failure",
        Request(|asked| {
            if asked.is(Update) && asked.body.is_empty() {
                asked.fail();
            }
        }),
    ),
    robustness(
        "number-for-a-name-fails",
        "a name of another type is refused, but no failure",
        Request(|asked| {
            let name = asked.member("name");
            if asked.is(Create) && name.is_some_and(|it| !it.is_string() && !it.is_null()) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "null-name-fails",
        "a null where none may be is refused, but no failure",
        Request(|asked| {
            if asked.is(Update) && asked.member("name").is_some_and(|it| it.is_null()) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "null-tag-fails",
        "an item of another type is refused, but no failure",
        Request(|asked| {
            let tags = asked.member("tags").unwrap_or_default();
            let odd = tags.as_array().is_some_and(|tags| tags.iter().any(|tag| !tag.is_string()));
            if asked.is(Create) && odd {
                asked.fail();
            }
        }),
    ),
    robustness(
        "over-long-name-fails",
        "a name that is too long for its column is refused, but no failure",
        Request(|asked| {
            if asked.is(Create) && asked.text("name").is_some_and(|it| it.chars().count() > 60) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "taken-name-fails",
        "a name that is taken is refused, but no failure",
        Knowing(as_asked, |asked, answered, memory| {
            let name = asked.text("name").unwrap_or_default();
            let taken = memory.other_live(asked, |other| other == name);
            if asked.is(Update) && answered.status == 422 && taken {
                *answered = refusal::failure();
            }
        }),
    ),
    robustness(
        "huge-limit-fails",
        "a limit out of range is refused, but no failure",
        Request(|asked| {
            let limit = asked.parameter("limit").unwrap_or_default();
            if asked.is(List) && limit.parse::<i64>().is_ok_and(|it| it > 200) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "limit-that-is-no-number-fails",
        "a limit that is no number is refused, but no failure",
        Request(|asked| {
            let limit = asked.parameter("limit");
            if asked.is(List) && limit.is_some_and(|it| it.parse::<f64>().is_err()) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "unissued-cursor-fails",
        "a cursor that was never issued is refused, but no failure",
        Answer(|asked, answered| {
            let plausible = asked
                .parameter("cursor")
                .is_some_and(|it| !it.is_empty() && it.chars().count() <= 512);
            if asked.is(List) && answered.status == 422 && plausible {
                *answered = refusal::failure();
            }
        }),
    ),
    robustness(
        "undecodable-id-fails",
        "an id that is no UTF-8 is refused, but no failure",
        Request(|asked| {
            if asked.is(Get) && asked.path.to_ascii_lowercase().contains("%ff") {
                asked.fail();
            }
        }),
    ),
    robustness(
        "odd-id-fails",
        "an id of other characters is refused, but no failure",
        Request(|asked| {
            let odd = asked.workspace().is_some_and(|id| id.contains('%'));
            if asked.is(Delete) && odd {
                asked.fail();
            }
        }),
    ),
    robustness(
        "unknown-workspace-fails",
        "a workspace that never was is a 404, but no failure",
        Answer(|asked, answered| {
            if asked.is(Update) && answered.status == 404 {
                *answered = refusal::failure();
            }
        }),
    ),
    robustness(
        "one-in-forty-is-refused",
        "a server that is up answers, at the latest when asked once more",
        Answer(|asked, answered| {
            if lot(asked) % 40 == 39 {
                *answered = refusal::error(503, "UNAVAILABLE", &serde_json::json!({}));
            }
        }),
    ),
    robustness(
        "not-utf-8",
        "JSON is UTF-8",
        Answer(|asked, answered| {
            if asked.is(Delete) && answered.status == 200 {
                answered.body = b"{\"message\":\"gel\xf6scht\"}".to_vec();
            }
        }),
    ),
    robustness(
        "cut-short",
        "an answer comes as a whole",
        Answer(|asked, answered| {
            if asked.is(Get) && answered.status == 404 {
                answered.delivery = Delivery::CutShort;
            }
        }),
    ),
    robustness(
        "empty-body-hangs",
        "every request is answered",
        Answer(|asked, answered| {
            if asked.is(Create) && asked.body.is_empty() {
                answered.delivery = Delivery::Withheld;
            }
        }),
    ),
    robustness(
        "list-redirects",
        "a list is answered where it is asked for",
        Answer(|asked, answered| {
            if asked.is(List) && answered.status == 200 && asked.query.is_none() {
                answered.status = 307;
                if let Ok(location) = HeaderValue::from_str(&format!("{}/", asked.path)) {
                    answered.headers.insert("location", location);
                }
            }
        }),
    ),
    robustness(
        "admin-fails-on-request",
        "the admin path ignores `Prefer: code=500`",
        Answer(|asked, answered| {
            if asked.is_admin() && asked.header("prefer") == Some("code=500") {
                *answered = refusal::problem(500, "Internal Server Error");
            }
        }),
    ),
    robustness(
        "long-number-fails",
        "a limit of many digits is refused, but no failure",
        Request(|asked| {
            let limit = asked.parameter("limit").unwrap_or_default();
            if asked.is(List) && limit.len() > 10 && limit.bytes().all(|it| it.is_ascii_digit()) {
                asked.fail();
            }
        }),
    ),
    robustness(
        "every-tenth-update-fails",
        "a server that is up answers",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.is(Update) && answered.status == 200 {
                memory.updates += 1;
                if memory.updates % 10 == 0 {
                    *answered = refusal::failure();
                }
            }
        }),
    ),
];

/// Whether there is the escape of a surrogate, and the text can't be read for it.
fn has_lone_surrogate(asked: &Asked) -> bool {
    let text = String::from_utf8_lossy(&asked.body).to_ascii_lowercase();
    text.contains("\\ud") && asked.json().is_none()
}
