//! Who is let in, and to what.

use serde_json::Value;

use super::body::edit_items;
use super::security;
use crate::depot::Mutant;
use crate::depot::refusal::problem;
use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{as_answered, as_asked};

const ADMIN: &str = "north-admin-key";
const WRITER: &str = "north-writer-key";
const READER: &str = "north-reader-key";
const STRANGER: &str = "south-admin-key";

pub(super) const MUTANTS: &[Mutant] = &[
    // Keys.
    security(
        "list-without-key",
        "who has no key sees nothing",
        Request(|asked| {
            if asked.at("GET /items") && asked.key().is_none() {
                asked.set_header("x-api-key", READER);
            }
        }),
    ),
    security(
        "photo-without-key",
        "who has no key sees nothing",
        Request(|asked| {
            if asked.at("GET /items/*/photos/*")
                && asked.key().is_none()
                && asked.parameter("key").is_none()
            {
                asked.set_header("x-api-key", READER);
            }
        }),
    ),
    security(
        "label-without-key",
        "who has no key sees nothing",
        Request(|asked| {
            if asked.at("GET /items/*/label") && asked.key().is_none() {
                asked.set_header("x-api-key", READER);
            }
        }),
    ),
    security(
        "empty-key-is-one",
        "an empty key is none",
        Request(|asked| {
            if asked.at("GET /sites") && asked.key() == Some("") {
                asked.set_header("x-api-key", READER);
            }
        }),
    ),
    security(
        "any-key-reads",
        "a key has to be a known one",
        Request(|asked| {
            let known = [ADMIN, WRITER, READER, STRANGER];
            if asked.at("GET /suppliers")
                && asked.key().is_some_and(|it| !it.is_empty() && !known.contains(&it))
            {
                asked.set_header("x-api-key", READER);
            }
        }),
    ),
    security(
        "key-by-its-beginning",
        "a key is compared as a whole",
        Request(|asked| {
            if asked
                .key()
                .is_some_and(|it| it.len() > 4 && it.len() < WRITER.len() && WRITER.starts_with(it))
            {
                asked.set_header("x-api-key", WRITER);
            }
        }),
    ),
    security(
        "key-with-more-behind-it",
        "a key is compared as a whole",
        Request(|asked| {
            if let Some(known) = [ADMIN, WRITER, READER].into_iter().find(|known| {
                asked.key().is_some_and(|it| it.len() > known.len() && it.starts_with(known))
            }) {
                asked.set_header("x-api-key", known);
            }
        }),
    ),
    security(
        "key-in-any-letter-case",
        "a key is compared as it is",
        Request(|asked| {
            if let Some(known) = [ADMIN, WRITER, READER].into_iter().find(|known| {
                asked.key().is_some_and(|it| it != *known && it.eq_ignore_ascii_case(known))
            }) {
                asked.set_header("x-api-key", known);
            }
        }),
    ),
    security(
        "key-in-query-opens-all",
        "a key in the query opens photos and exports only",
        Request(|asked| {
            if asked.at("GET /items")
                && asked.key().is_none()
                && asked.parameter("key").as_deref() == Some(ADMIN)
            {
                asked.set_header("x-api-key", ADMIN);
            }
        }),
    ),
    security(
        "wrong-key-beats-the-right-one",
        "the key in the header counts where it is the right one",
        Answer(|asked, answered| {
            let both = asked.key().is_some() && asked.parameter("key").is_some();
            if asked.at("GET /exports/items")
                && both
                && answered.succeeded()
                && asked.parameter("key").as_deref() != asked.key()
            {
                *answered = problem(401);
                answered.set_header("www-authenticate", "ApiKey");
            }
        }),
    ),
    // Roles.
    security(
        "reader-makes-sites",
        "a reader may not make",
        Request(|asked| promote(asked, "POST /sites", READER, WRITER)),
    ),
    security(
        "reader-makes-orders",
        "a reader may not make",
        Request(|asked| promote(asked, "POST /orders", READER, WRITER)),
    ),
    security(
        "reader-replaces-items",
        "a reader may not change",
        Request(|asked| promote(asked, "PUT /items/*", READER, WRITER)),
    ),
    security(
        "reader-patches-suppliers",
        "a reader may not change",
        Request(|asked| promote(asked, "PATCH /suppliers/*", READER, WRITER)),
    ),
    security(
        "reader-deletes-photos",
        "a reader may not delete",
        Request(|asked| promote(asked, "DELETE /items/*/photos/*", READER, WRITER)),
    ),
    security(
        "reader-adds-photos",
        "a reader may not add",
        Request(|asked| promote(asked, "POST /items/*/photos", READER, WRITER)),
    ),
    security(
        "writer-deletes-items",
        "only an admin deletes items",
        Request(|asked| promote(asked, "DELETE /items/*", WRITER, ADMIN)),
    ),
    security(
        "writer-deletes-suppliers",
        "only an admin deletes suppliers",
        Request(|asked| promote(asked, "DELETE /suppliers/*", WRITER, ADMIN)),
    ),
    security(
        "reader-deletes-bins",
        "only an admin deletes bins",
        Request(|asked| promote(asked, "DELETE /sites/*/bins/*", READER, ADMIN)),
    ),
    security(
        "writer-takes-moves-back",
        "only an admin takes moves back",
        Request(|asked| promote(asked, "DELETE /items/*/moves/*", WRITER, ADMIN)),
    ),
    security(
        "reader-may-not-export",
        "a reader may export",
        Answer(|asked, answered| {
            if asked.at("GET /exports/items") && asked.key() == Some(READER) && answered.succeeded()
            {
                *answered = problem(403);
            }
        }),
    ),
    security(
        "writer-may-not-patch",
        "a writer may patch",
        Answer(|asked, answered| {
            if asked.at("PATCH /items/*") && asked.key() == Some(WRITER) && answered.succeeded() {
                *answered = problem(403);
            }
        }),
    ),
    security(
        "admin-may-not-write",
        "a higher role may do all that a lower one may",
        Answer(|asked, answered| {
            if asked.at("POST /suppliers") && asked.key() == Some(ADMIN) && answered.succeeded() {
                *answered = problem(403);
            }
        }),
    ),
    security(
        "role-is-looked-at-after-the-body",
        "whoever may not is told so before the body is read",
        Answer(|asked, answered| {
            if asked.at("POST /sites")
                && answered.status == 403
                && asked.json().is_none_or(|it| it.get("name").is_none())
            {
                *answered = crate::depot::refusal::invalid();
            }
        }),
    ),
    security(
        "refused-all-the-same-made",
        "what is refused changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("POST /sites")
                && answered.status == 403
                && let (Some(name), Some(_)) = (asked.text("name"), asked.member("address"))
            {
                memory.edit(asked, |company, clock| {
                    let address = depot_api::types::Address {
                        street: "Quay 1".into(),
                        city: "Bremen".into(),
                        country: "DE".into(),
                    };
                    let (id, created_at) = (clock.id(), clock.now());
                    let name = name.to_owned();
                    let site =
                        depot_api::types::Site { id, name, address, bin_count: 0, created_at };
                    company.sites.insert(id, site);
                });
            }
        }),
    ),
    // Companies.
    security(
        "stranger-gets-items",
        "another company's items are not there",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*")
                    && let Some(id) = asked.item()
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.items.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "stranger-gets-sites",
        "another company's sites are not there",
        Knowing(
            |asked, memory| {
                if asked.at("GET /sites/*")
                    && let Some(id) = asked.id_behind("sites")
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.sites.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "stranger-gets-photos",
        "another company's photos are not there",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*/photos/*")
                    && let Some(id) = asked.id_behind("photos")
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.photos.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "stranger-patches-items",
        "another company's items are not there",
        Knowing(
            |asked, memory| {
                if asked.at("PATCH /items/*")
                    && let Some(id) = asked.item()
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.items.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "stranger-deletes-orders",
        "another company's orders are not there",
        Knowing(
            |asked, memory| {
                if asked.at("DELETE /orders/*")
                    && let Some(id) = asked.id_behind("orders")
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.orders.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "stranger-deletes-suppliers",
        "another company's suppliers are not there",
        Knowing(
            |asked, memory| {
                if asked.at("DELETE /suppliers/*")
                    && let Some(id) = asked.id_behind("suppliers")
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.suppliers.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "stranger-is-told-403",
        "another company's things are not there: 404",
        Answer(|asked, answered| {
            if asked.at("GET /suppliers/*")
                && answered.status == 404
                && asked.key() == Some(STRANGER)
            {
                *answered = problem(403);
            }
        }),
    ),
    security(
        "stranger-lists-all-items",
        "another company's items are in no list",
        Request(|asked| {
            if asked.at("GET /items") && asked.parameter("q").is_none() {
                become_north(asked, true);
            }
        }),
    ),
    security(
        "stranger-lists-all-suppliers",
        "another company's suppliers are in no list",
        Request(|asked| {
            if asked.at("GET /suppliers") && asked.parameter("cursor").is_none() {
                become_north(asked, true);
            }
        }),
    ),
    security(
        "stranger-searches-all",
        "another company's items are in no search",
        Request(|asked| {
            if asked.at("GET /items") && asked.parameter("q").is_some() {
                become_north(asked, true);
            }
        }),
    ),
    security(
        "stranger-exports-all",
        "another company's items are in no export",
        Request(|asked| {
            if asked.at("GET /exports/items") {
                become_north(asked, true);
            }
        }),
    ),
    security(
        "total-is-that-of-all-companies",
        "total counts the company's own",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /items") && asked.key() == Some(STRANGER) && answered.status == 200 {
                let all = memory.edit_of("north", |company, _| company.items.len());
                let own = answered.at("/total").and_then(|it| it.as_u64()).unwrap_or_default();
                answered.set_member("total", own + all as u64);
            }
        }),
    ),
    security(
        "order-of-a-strangers-item",
        "what a body names is the company's own",
        Knowing(
            |asked, memory| {
                if asked.at("POST /items")
                    && let Some(id) = asked.member("supplier_id").and_then(|it| it.as_i64())
                {
                    let theirs =
                        memory.edit_of("north", |company, _| company.suppliers.contains_key(&id));
                    become_north(asked, theirs);
                }
            },
            as_answered,
        ),
    ),
    security(
        "skus-are-taken-across-companies",
        "a SKU is unique within a company only",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("POST /items")
                && asked.key() == Some(STRANGER)
                && answered.status == 201
                && let Some(sku) = asked.text("sku")
            {
                let taken = memory
                    .edit_of("north", |company, _| company.items.values().any(|it| it.sku == sku));
                if taken {
                    *answered = problem(409);
                }
            }
        }),
    ),
    security(
        "own-things-of-others-are-listed",
        "a list has the company's own only",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /items") && answered.status == 200 && asked.key() == Some(STRANGER) {
                let first = memory.edit_of("north", |company, _| {
                    company
                        .items
                        .values()
                        .next()
                        .map(|it| serde_json::to_value(it.shown(0)).unwrap_or(Value::Null))
                });
                edit_items(asked, answered, |items| items.extend(first));
            }
        }),
    ),
];

fn promote(asked: &mut Asked, route: &str, from: &str, to: &'static str) {
    if asked.at(route) && asked.key() == Some(from) {
        asked.set_header("x-api-key", to);
    }
}

/// The stranger is taken for one of the company.
fn become_north(asked: &mut Asked, really: bool) {
    if really && asked.key() == Some(STRANGER) {
        asked.set_header("x-api-key", ADMIN);
    }
}
