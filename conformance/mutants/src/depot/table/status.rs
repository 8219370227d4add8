//! Which status answers what.

use super::status;
use crate::depot::Mutant;
use crate::depot::refusal::{invalid, problem};
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::Answer;

pub(super) const MUTANTS: &[Mutant] = &[
    status(
        "made-site-is-200",
        "what was made is a 201",
        Answer(|asked, answered| {
            becomes(asked, answered, "POST /sites", 201, 200);
        }),
    ),
    status(
        "made-order-is-200",
        "what was made is a 201",
        Answer(|asked, answered| {
            becomes(asked, answered, "POST /orders", 201, 200);
        }),
    ),
    status(
        "made-bin-is-200",
        "a PUT that makes is a 201",
        Answer(|asked, answered| {
            becomes(asked, answered, "PUT /sites/*/bins/*", 201, 200);
        }),
    ),
    status(
        "replaced-bin-is-201",
        "a PUT that replaces is a 200",
        Answer(|asked, answered| {
            if asked.at("PUT /sites/*/bins/*") && answered.status == 200 {
                answered.status = 201;
                if let Ok(location) = asked.path.parse() {
                    answered.headers.insert("location", location);
                }
            }
        }),
    ),
    status(
        "deleted-item-is-200",
        "a deletion is a 204",
        Answer(|asked, answered| {
            becomes(asked, answered, "DELETE /items/*", 204, 200);
        }),
    ),
    status(
        "unknown-item-is-400",
        "what isn't there is a 404",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") && answered.status == 404 {
                *answered = problem(400);
            }
        }),
    ),
    status(
        "unknown-supplier-is-empty",
        "what isn't there is a 404",
        Answer(|asked, answered| {
            if asked.at("GET /suppliers/*") && answered.status == 404 {
                *answered = Answered::json_with(200, "application/json", &serde_json::json!({}));
            }
        }),
    ),
    status(
        "unknown-order-is-500",
        "what isn't there is a 404",
        Answer(|asked, answered| {
            if asked.at("GET /orders/*") && answered.status == 404 {
                *answered = problem(500);
            }
        }),
    ),
    status(
        "unknown-bin-is-deleted",
        "only what is there can be deleted",
        Answer(|asked, answered| {
            gone_is_fine(asked, answered, "DELETE /sites/*/bins/*");
        }),
    ),
    status(
        "unknown-supplier-is-deleted",
        "only what is there can be deleted",
        Answer(|asked, answered| {
            gone_is_fine(asked, answered, "DELETE /suppliers/*");
        }),
    ),
    status(
        "move-of-unknown-item-is-422",
        "what the path names and isn't there is a 404",
        Answer(|asked, answered| {
            if asked.at("POST /items/*/moves") && answered.status == 404 {
                *answered = invalid();
            }
        }),
    ),
    status(
        "taken-sku-is-422",
        "a SKU that is taken is a 409",
        Answer(|asked, answered| {
            if asked.at("POST /items") && answered.status == 409 {
                *answered = invalid();
            }
        }),
    ),
    status(
        "taken-supplier-name-is-500",
        "a name that is taken is a 409",
        Answer(|asked, answered| {
            if asked.at("POST /suppliers") && answered.status == 409 {
                *answered = problem(500);
            }
        }),
    ),
    status(
        "supplier-in-use-is-422",
        "a supplier of items stays: 409",
        Answer(|asked, answered| {
            if asked.at("DELETE /suppliers/*") && answered.status == 409 {
                *answered = invalid();
            }
        }),
    ),
    status(
        "too-much-taken-out-is-422",
        "more than there is can't be taken out: 409",
        Answer(|asked, answered| {
            if asked.at("POST /items/*/moves") && answered.status == 409 {
                *answered = invalid();
            }
        }),
    ),
    status(
        "stale-put-is-409",
        "a PUT of what has changed is a 412",
        Answer(|asked, answered| {
            if asked.at("PUT /items/*") && answered.status == 412 {
                *answered = problem(409);
            }
        }),
    ),
    status(
        "put-without-if-match-is-412",
        "a PUT without If-Match is a 428",
        Answer(|asked, answered| {
            if asked.at("PUT /items/*") && answered.status == 428 {
                *answered = problem(412);
            }
        }),
    ),
    status(
        "bin-that-is-there-is-409",
        "If-None-Match on what is there is a 412",
        Answer(|asked, answered| {
            if asked.at("PUT /sites/*/bins/*") && answered.status == 412 {
                *answered = problem(409);
            }
        }),
    ),
    status(
        "item-patch-of-another-type-is-422",
        "a media type that isn't taken is a 415",
        Answer(|asked, answered| {
            if asked.at("PATCH /items/*") && answered.status == 415 {
                *answered = invalid();
            }
        }),
    ),
    status(
        "photo-of-another-type-is-400",
        "a media type that isn't taken is a 415",
        Answer(|asked, answered| {
            if asked.at("POST /items/*/photos") && answered.status == 415 {
                *answered = problem(400);
            }
        }),
    ),
    status(
        "malformed-item-is-422",
        "a body that is no JSON is a 400",
        Answer(|asked, answered| {
            if asked.at("POST /items") && answered.status == 400 {
                *answered = invalid();
            }
        }),
    ),
    status(
        "malformed-item-is-500",
        "a body that is no JSON is a 400",
        Answer(|asked, answered| {
            if asked.at("POST /items") && answered.status == 400 {
                *answered = problem(500);
            }
        }),
    ),
    status(
        "started-count-is-201",
        "what will be done later is a 202",
        Answer(|asked, answered| {
            becomes(asked, answered, "POST /counts", 202, 201);
        }),
    ),
    status(
        "too-many-counts-is-503",
        "the limit is told by a 429",
        Answer(|asked, answered| {
            if asked.at("POST /counts") && answered.status == 429 {
                *answered = problem(503);
            }
        }),
    ),
    status(
        "label-can-be-posted-to-nowhere",
        "a method that a label doesn't have is a 405",
        Answer(|_, answered| {
            if answered.status == 405 {
                *answered = problem(404);
            }
        }),
    ),
    status(
        "unacceptable-export-is-415",
        "an export that can't be had so is a 406",
        Answer(|asked, answered| {
            if asked.at("GET /exports/items") && answered.status == 406 {
                *answered = problem(415);
            }
        }),
    ),
    status(
        "too-low-a-role-is-401",
        "a role that is too low is a 403",
        Answer(|asked, answered| {
            if asked.at("DELETE /sites/*") && answered.status == 403 {
                *answered = problem(401);
                answered.set_header("www-authenticate", "ApiKey");
            }
        }),
    ),
    status(
        "too-low-a-role-is-404",
        "a role that is too low is a 403",
        Answer(|asked, answered| {
            if asked.at("DELETE /orders/*") && answered.status == 403 {
                *answered = problem(404);
            }
        }),
    ),
    status(
        "order-of-unknown-item-is-404",
        "what a body names and isn't there is a 422",
        Answer(|asked, answered| {
            if asked.at("POST /orders") && answered.status == 422 && asked.json().is_some() {
                *answered = problem(404);
            }
        }),
    ),
];

fn becomes(asked: &Asked, answered: &mut Answered, route: &str, from: u16, to: u16) {
    if asked.at(route) && answered.status == from {
        answered.status = to;
    }
}

fn gone_is_fine(asked: &Asked, answered: &mut Answered, route: &str) {
    if asked.at(route) && answered.status == 404 {
        answered.status = 204;
        answered.body.clear();
        answered.headers.clear();
    }
}
