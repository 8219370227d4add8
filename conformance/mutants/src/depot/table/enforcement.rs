//! What has to be refused, and isn't: the request is repaired, so that the sound server takes it.

use serde_json::{Map, Value, json};

use super::enforcement;
use crate::depot::Mutant;
use crate::exchange::Asked;
use crate::mutant::Breaks::{Knowing, Request};
use crate::mutant::as_answered;

pub(super) const MUTANTS: &[Mutant] = &[
    // Members of bodies.
    enforcement(
        "site-without-name",
        "a site has a name",
        Request(|asked| {
            repair(asked, "POST /sites", |site| {
                site.entry("name").or_insert(json!("Site"));
            });
        }),
    ),
    enforcement(
        "site-name-is-empty",
        "a site's name has a character",
        Request(|asked| {
            repair(asked, "POST /sites", |site| {
                text(site, "name", |it| it.is_empty(), |_| "x".into())
            });
        }),
    ),
    enforcement(
        "site-name-of-any-length",
        "a site's name has 40 characters at most",
        Request(|asked| {
            repair(asked, "POST /sites", |site| shorten(site, "name", 40));
        }),
    ),
    enforcement(
        "address-without-city",
        "an address has a city",
        Request(|asked| {
            repair(asked, "POST /sites", |site| {
                if let Some(Value::Object(address)) = site.get_mut("address") {
                    address.entry("city").or_insert(json!("Bremen"));
                }
            });
        }),
    ),
    enforcement(
        "country-in-any-letter-case",
        "a country is two capitals",
        Request(|asked| {
            repair(asked, "POST /sites", |site| {
                if let Some(Value::Object(address)) = site.get_mut("address") {
                    text(address, "country", |_| true, str::to_uppercase);
                }
            });
        }),
    ),
    enforcement(
        "country-of-any-text",
        "a country is two capitals",
        Request(|asked| {
            repair(asked, "POST /sites", |site| {
                if let Some(Value::Object(address)) = site.get_mut("address") {
                    let is_right =
                        |it: &str| it.len() == 2 && it.bytes().all(|it| it.is_ascii_uppercase());
                    text(address, "country", |it| !is_right(it), |_| "DE".into());
                }
            });
        }),
    ),
    enforcement(
        "bin-holds-nothing",
        "a bin holds one at least",
        Request(|asked| {
            repair(asked, "PUT /sites/*/bins/*", |bin| clamp(bin, "capacity", 1, i64::MAX));
        }),
    ),
    enforcement(
        "bin-holds-any-number",
        "a bin holds 10000 at most",
        Request(|asked| {
            repair(asked, "PUT /sites/*/bins/*", |bin| clamp(bin, "capacity", i64::MIN, 10_000));
        }),
    ),
    enforcement(
        "bin-of-any-kind",
        "a bin's kind is one of those listed",
        Request(|asked| {
            repair(asked, "PUT /sites/*/bins/*", |bin| {
                text(
                    bin,
                    "kind",
                    |it| !["shelf", "pallet", "cold"].contains(&it),
                    |_| "shelf".into(),
                );
            });
        }),
    ),
    enforcement(
        "supplier-email-of-any-text",
        "an e-mail address is one",
        Request(|asked| {
            repair(asked, "POST /suppliers", |supplier| {
                text(supplier, "email", |it| !it.contains('@'), |_| "a@b.example".into());
            });
        }),
    ),
    enforcement(
        "supplier-phone-without-plus",
        "a phone number begins with a plus sign",
        Request(|asked| {
            repair(asked, "POST /suppliers", |supplier| {
                text(supplier, "phone", |it| !it.starts_with('+'), |_| "+49421000000".into());
            });
        }),
    ),
    enforcement(
        "supplier-rating-of-six",
        "a rating is 5 at most",
        Request(|asked| {
            repair(asked, "POST /suppliers", |supplier| {
                if supplier.get("rating").and_then(Value::as_f64).is_some_and(|it| it > 5.0) {
                    supplier.insert("rating".into(), json!(5));
                }
            });
        }),
    ),
    enforcement(
        "supplier-account-too-short",
        "a bank account has 8 characters",
        Request(|asked| {
            repair(asked, "POST /suppliers", |supplier| {
                text(
                    supplier,
                    "bank_account",
                    |it| it.chars().count() < 8,
                    |it| format!("{it:x<8}"),
                );
            });
        }),
    ),
    enforcement(
        "sku-in-small-letters",
        "a SKU is in capitals",
        Request(|asked| {
            repair(asked, "POST /items", |item| text(item, "sku", |_| true, str::to_uppercase));
        }),
    ),
    enforcement(
        "sku-of-any-length",
        "a SKU has 20 characters at most",
        Request(|asked| {
            repair(asked, "POST /items", |item| shorten(item, "sku", 20));
        }),
    ),
    enforcement(
        "sku-of-any-length-in-patches",
        "a SKU has 20 characters at most, in patches too",
        Request(|asked| {
            repair(asked, "PATCH /items/*", |item| shorten(item, "sku", 20));
        }),
    ),
    enforcement(
        "price-below-zero",
        "a price is zero at least",
        Request(|asked| {
            repair(asked, "POST /items", |item| clamp(item, "price_cents", 0, i64::MAX));
        }),
    ),
    enforcement(
        "price-below-zero-in-put",
        "a price is zero at least, in a PUT too",
        Request(|asked| {
            repair(asked, "PUT /items/*", |item| clamp(item, "price_cents", 0, i64::MAX));
        }),
    ),
    enforcement(
        "price-is-rounded",
        "a price is an integer",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                if let Some(price) = item.get("price_cents").and_then(Value::as_f64) {
                    item.insert("price_cents".into(), json!(price.trunc() as i64));
                }
            });
        }),
    ),
    enforcement(
        "price-as-text",
        "a price is a number, not text",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                let price = item.get("price_cents").and_then(Value::as_str).map(str::parse::<i64>);
                if let Some(price) = price {
                    item.insert("price_cents".into(), json!(price.unwrap_or(0)));
                }
            });
        }),
    ),
    enforcement(
        "nine-tags",
        "an item has 8 tags at most",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                if let Some(Value::Array(tags)) = item.get_mut("tags") {
                    tags.truncate(8);
                }
            });
        }),
    ),
    enforcement(
        "a-tag-twice",
        "no two tags are alike",
        Request(|asked| {
            repair(asked, "POST /items", |item| unique(item, "tags"));
        }),
    ),
    enforcement(
        "note-is-empty",
        "a note has a character",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                text(item, "note", |it| it.is_empty(), |_| "x".into())
            });
        }),
    ),
    enforcement(
        "liquid-of-zero-litres",
        "a liquid has more than zero litres",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                if item.get("litres").and_then(Value::as_f64).is_some_and(|it| it <= 0.0) {
                    item.insert("litres".into(), json!(1));
                }
            });
        }),
    ),
    enforcement(
        "liquid-without-its-litres",
        "a liquid has litres",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                if item.get("kind") == Some(&json!("liquid")) {
                    item.entry("litres").or_insert(json!(1));
                }
            });
        }),
    ),
    enforcement(
        "liquid-of-any-hazard",
        "a hazard is one of those listed",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                let listed = ["flammable", "corrosive", "none"];
                text(item, "hazard", |it| !listed.contains(&it), |_| "none".into());
            });
        }),
    ),
    enforcement(
        "item-of-any-kind",
        "an item is of one of two kinds",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                text(item, "kind", |it| !["part", "liquid"].contains(&it), |_| "part".into());
            });
        }),
    ),
    enforcement(
        "item-without-kind",
        "an item tells its kind",
        Request(|asked| {
            repair(asked, "POST /items", |item| {
                item.entry("kind").or_insert(json!("part"));
            });
        }),
    ),
    enforcement(
        "patch-is-empty",
        "a patch changes something",
        Request(|asked| {
            repair(asked, "PATCH /items/*", |patch| {
                if patch.is_empty() {
                    patch.insert("price_cents".into(), json!(1));
                }
            });
        }),
    ),
    enforcement(
        "null-is-no-name",
        "a name can't be removed",
        Request(|asked| {
            repair(asked, "PATCH /items/*", |patch| {
                if patch.get("name") == Some(&Value::Null) {
                    patch.insert("name".into(), json!("unnamed"));
                }
            });
        }),
    ),
    enforcement(
        "move-of-nothing",
        "a move isn't of zero",
        Request(|asked| {
            repair(asked, "POST /items/*/moves", |it| {
                if it.get("quantity") == Some(&json!(0)) {
                    it.insert("quantity".into(), json!(1));
                }
            });
        }),
    ),
    enforcement(
        "move-of-any-number",
        "a move is of 1000 at most",
        Request(|asked| {
            repair(asked, "POST /items/*/moves", |it| clamp(it, "quantity", -1000, 1000));
        }),
    ),
    enforcement(
        "an-item-twice-on-an-order",
        "an order has each item once",
        Request(|asked| {
            repair(asked, "POST /orders", |order| unique(order, "item_ids"));
        }),
    ),
    enforcement(
        "delivery-of-both-kinds",
        "a delivery is one of the two",
        Request(|asked| {
            repair(asked, "POST /orders", |order| {
                if let Some(Value::Object(delivery)) = order.get_mut("delivery")
                    && delivery.contains_key("address")
                {
                    delivery.shift_remove("site_id");
                }
            });
        }),
    ),
    enforcement(
        "payment-token-too-short",
        "a payment token has 4 characters",
        Request(|asked| {
            repair(asked, "POST /orders", |order| {
                text(order, "payment_token", |it| it.chars().count() < 4, |it| format!("{it:x<4}"));
            });
        }),
    ),
    enforcement(
        "patch-of-any-operation",
        "an operation of a patch is one of six",
        Request(|asked| {
            if asked.at("PATCH /suppliers/*")
                && asked.header("content-type") == Some("application/json-patch+json")
            {
                let Some(Value::Array(mut operations)) = asked.json() else { return };
                let known = ["add", "remove", "replace", "move", "copy", "test"];
                let before = operations.clone();
                for operation in operations.iter_mut().filter_map(Value::as_object_mut) {
                    text(operation, "op", |it| !known.contains(&it), |_| "add".into());
                    operation.entry("value").or_insert(json!("a@b.example"));
                }
                if operations != before {
                    asked.set_json(&Value::Array(operations));
                }
            }
        }),
    ),
    // What bodies name.
    enforcement(
        "item-of-an-unknown-supplier",
        "an item's supplier is one of the company's",
        Knowing(
            |asked, memory| {
                if asked.at("POST /items") {
                    let known = memory.edit(asked, |company, _| {
                        company.suppliers.keys().copied().collect::<Vec<_>>()
                    });
                    let known = known.unwrap_or_default();
                    asked.edit(|item| {
                        let id = item.get("supplier_id").and_then(Value::as_i64);
                        if let (Some(id), Some(first)) = (id, known.first())
                            && id > 0
                            && !known.contains(&id)
                        {
                            item.insert("supplier_id".into(), json!(first));
                        }
                    });
                }
            },
            as_answered,
        ),
    ),
    enforcement(
        "order-of-an-unknown-item",
        "an order's items are the company's",
        Knowing(
            |asked, memory| {
                if asked.at("POST /orders") {
                    let known = memory.edit(asked, |company, _| {
                        company.items.keys().copied().collect::<Vec<_>>()
                    });
                    let known = known.unwrap_or_default();
                    asked.edit(|order| {
                        if let (Some(Value::Array(ids)), Some(first)) =
                            (order.get_mut("item_ids"), known.first())
                            && ids.len() == 1
                            && ids[0].as_i64().is_some_and(|id| id > 0 && !known.contains(&id))
                        {
                            *ids = vec![json!(first)];
                        }
                    });
                }
            },
            as_answered,
        ),
    ),
    // Media types.
    enforcement(
        "item-patch-of-plain-json",
        "a merge patch says that it is one",
        Request(|asked| {
            if asked.at("PATCH /items/*")
                && asked.header("content-type") == Some("application/json")
            {
                asked.set_header("content-type", "application/merge-patch+json");
            }
        }),
    ),
    enforcement(
        "item-of-any-media-type",
        "an item comes as JSON",
        Request(|asked| {
            if asked.at("POST /items") && asked.json().is_some() {
                asked.set_header("content-type", "application/json");
            }
        }),
    ),
    enforcement(
        "photo-of-any-media-type",
        "a photo comes as PNG or in a form",
        Request(|asked| {
            let is_form =
                asked.header("content-type").is_some_and(|it| it.starts_with("multipart/"));
            if asked.at("POST /items/*/photos") && !is_form {
                asked.set_header("content-type", "image/png");
            }
        }),
    ),
    enforcement(
        "export-of-any-media-type",
        "an export that can't be had so is a 406",
        Request(|asked| {
            let known = ["text/", "application/", "*/"];
            let wanted = asked.header("accept").unwrap_or("*/*");
            if asked.at("GET /exports/items") && !known.iter().any(|it| wanted.contains(it)) {
                asked.headers.remove("accept");
            }
        }),
    ),
    // Parameters.
    enforcement(
        "limit-of-zero",
        "a page has one item at least",
        Request(|asked| {
            number(asked, "GET /items", "limit", |it| it == 0, 1);
        }),
    ),
    enforcement(
        "limit-beyond-100",
        "a page has 100 items at most",
        Request(|asked| {
            number(asked, "GET /items", "limit", |it| it > 100, 100);
        }),
    ),
    enforcement(
        "offset-below-zero",
        "an offset is zero at least",
        Request(|asked| {
            number(asked, "GET /items", "offset", |it| it < 0, 0);
        }),
    ),
    enforcement(
        "page-zero",
        "pages are counted from 1",
        Request(|asked| {
            number(asked, "GET /sites", "page", |it| it < 1, 1);
        }),
    ),
    enforcement(
        "per-page-beyond-100",
        "a page has 100 sites at most",
        Request(|asked| {
            number(asked, "GET /sites", "per_page", |it| it > 100, 100);
        }),
    ),
    enforcement(
        "suppliers-beyond-50",
        "a page has 50 suppliers at most",
        Request(|asked| {
            number(asked, "GET /suppliers", "limit", |it| it > 50, 50);
        }),
    ),
    enforcement(
        "sort-by-anything",
        "items are sorted by what is listed",
        Request(|asked| {
            let known = ["id", "name", "-name", "price_cents", "-price_cents"];
            if asked.at("GET /items")
                && asked.parameter("sort").is_some_and(|it| !known.contains(&&*it))
            {
                asked.drop_parameter("sort");
            }
        }),
    ),
    enforcement(
        "filter-by-any-kind",
        "items are of kinds that are listed",
        Request(|asked| {
            if asked.at("GET /items")
                && asked.parameter("kind").is_some_and(|it| it != "part" && it != "liquid")
            {
                asked.drop_parameter("kind");
            }
        }),
    ),
    enforcement(
        "search-for-nothing",
        "a search has a character",
        Request(|asked| {
            if asked.at("GET /items") && asked.parameter("q").is_some_and(|it| it.is_empty()) {
                asked.drop_parameter("q");
            }
        }),
    ),
    enforcement(
        "limit-that-is-no-number",
        "a limit is a number",
        Request(|asked| {
            if asked.at("GET /items")
                && asked.parameter("limit").is_some_and(|it| it.parse::<f64>().is_err())
            {
                asked.drop_parameter("limit");
            }
        }),
    ),
    enforcement(
        "unknown-cursor-starts-anew",
        "a cursor that no page has is a 422",
        Knowing(
            |asked, memory| {
                let known = asked.parameter("cursor").is_none_or(|it| {
                    memory.notes.contains_key(&it) || it.is_empty() || it.len() > 64
                });
                if asked.at("GET /suppliers") && !known {
                    asked.drop_parameter("cursor");
                }
            },
            |asked, answered, memory| {
                if let Some(cursor) =
                    answered.text_at("/next_cursor").filter(|_| asked.at("GET /suppliers"))
                {
                    memory.notes.insert(cursor, Value::Null);
                }
            },
        ),
    ),
    enforcement(
        "bin-code-in-small-letters",
        "a bin's code is in capitals",
        Request(|asked| {
            if asked.at("PUT /sites/*/bins/*") {
                let code = asked.behind("bins").unwrap_or_default().to_uppercase();
                if let Some((front, _)) = asked.path.rsplit_once('/') {
                    asked.path = format!("{front}/{code}");
                }
            }
        }),
    ),
    enforcement(
        "item-of-id-zero",
        "an id is 1 at least",
        Request(|asked| {
            if asked.at("GET /items/*") && asked.item().is_some_and(|it| it < 1) {
                asked.path = "/items/999999999".to_owned();
            }
        }),
    ),
    enforcement(
        "site-of-no-number",
        "an id is a number",
        Request(|asked| {
            if asked.at("GET /sites/*") && asked.id_behind("sites").is_none() {
                asked.path = "/sites/999999999".to_owned();
            }
        }),
    ),
];

fn repair(asked: &mut Asked, route: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    if asked.at(route) {
        asked.edit(change);
    }
}

fn text(
    object: &mut Map<String, Value>,
    name: &str,
    wrong: impl Fn(&str) -> bool,
    to: impl Fn(&str) -> String,
) {
    if let Some(Value::String(text)) = object.get_mut(name)
        && wrong(text)
    {
        *text = to(text);
    }
}

fn shorten(object: &mut Map<String, Value>, name: &str, most: usize) {
    text(object, name, |it| it.chars().count() > most, |it| it.chars().take(most).collect());
}

fn clamp(object: &mut Map<String, Value>, name: &str, least: i64, most: i64) {
    if let Some(number) = object.get(name).and_then(Value::as_i64)
        && !(least..=most).contains(&number)
    {
        object.insert(name.to_owned(), json!(number.clamp(least, most)));
    }
}

fn unique(object: &mut Map<String, Value>, name: &str) {
    if let Some(Value::Array(items)) = object.get_mut(name) {
        let mut seen: Vec<Value> = Vec::new();
        items.retain(|item| {
            let is_new = !seen.contains(item);
            seen.push(item.clone());
            is_new
        });
    }
}

fn number(asked: &mut Asked, route: &str, name: &str, wrong: impl Fn(i64) -> bool, to: i64) {
    let given = asked.parameter(name).and_then(|it| it.parse().ok());
    if asked.at(route) && given.is_some_and(wrong) {
        asked.set_parameter(name, &to.to_string());
    }
}
