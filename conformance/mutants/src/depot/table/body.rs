//! What a body looks like.

use serde_json::{Value, json};

use super::body;
use crate::depot::Mutant;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::Answer;

pub(super) const MUTANTS: &[Mutant] = &[
    body(
        "site-without-bin-count",
        "a site tells how many bins it has",
        Answer(|asked, answered| {
            if asked.at("GET /sites/*") {
                answered.drop_member("bin_count");
            }
        }),
    ),
    body(
        "listed-site-without-address",
        "a site has an address, in lists too",
        Answer(|asked, answered| {
            if asked.at("GET /sites") {
                answered.edit(|list| {
                    let sites = list.as_array_mut().into_iter().flatten();
                    sites.filter_map(Value::as_object_mut).for_each(|site| {
                        site.shift_remove("address");
                    });
                });
            }
        }),
    ),
    body(
        "item-id-is-text",
        "ids are integers",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") {
                answered.edit_object(|item| text_instead(item, "id"));
            }
        }),
    ),
    body(
        "price-is-text",
        "prices are integers",
        Answer(|asked, answered| {
            if asked.at("POST /items") && answered.status == 201 {
                answered.edit_object(|item| text_instead(item, "price_cents"));
            }
        }),
    ),
    body(
        "listed-price-is-a-fraction",
        "prices are integers",
        Answer(|asked, answered| {
            if asked.at("GET /items") {
                answered.edit(|page| {
                    if let Some(price) = page.pointer_mut("/items/0/price_cents") {
                        *price = json!(price.as_f64().unwrap_or(1.0) + 0.5);
                    }
                });
            }
        }),
    ),
    body(
        "absent-note-is-null",
        "a note that isn't there is absent",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") && answered.status == 200 {
                answered.edit_object(|item| {
                    item.entry("note").or_insert(Value::Null);
                });
            }
        }),
    ),
    body(
        "absent-phone-is-null",
        "a phone that isn't there is absent",
        Answer(|asked, answered| {
            if asked.at("POST /suppliers") && answered.status == 201 {
                answered.edit_object(|supplier| {
                    supplier.entry("phone").or_insert(Value::Null);
                });
            }
        }),
    ),
    body(
        "time-without-offset",
        "times are RFC 3339",
        Answer(|asked, answered| {
            if asked.at("GET /orders/*") {
                answered.edit_object(strip_offset);
            }
        }),
    ),
    body(
        "time-is-a-number",
        "times are RFC 3339",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/moves/*") && answered.status == 200 {
                answered.set_member("made_at", 1_767_225_600);
            }
        }),
    ),
    body(
        "item-kind-in-capitals",
        "a kind is one of those listed",
        Answer(|asked, answered| {
            if asked.at("PATCH /items/*") {
                answered.edit_object(|item| {
                    if let Some(Value::String(kind)) = item.get_mut("kind") {
                        kind.make_ascii_uppercase();
                    }
                });
            }
        }),
    ),
    body(
        "bin-of-a-kind-of-its-own",
        "a bin's kind is one of those listed",
        Answer(|asked, answered| {
            if asked.at("GET /sites/*/bins/*") {
                answered.replace("/kind", "rack");
            }
        }),
    ),
    body(
        "liquid-without-litres",
        "a liquid has litres",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") && answered.text_at("/kind").as_deref() == Some("liquid") {
                answered.drop_member("litres");
            }
        }),
    ),
    body(
        "part-has-zero-length",
        "a part is 1 mm long at least",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") {
                answered.replace("/length_mm", 0);
            }
        }),
    ),
    body(
        "items-are-a-bare-array",
        "a page of items tells its total",
        Answer(|asked, answered| {
            if asked.at("GET /items") && answered.status == 200 {
                answered.edit(|page| *page = page["items"].take());
            }
        }),
    ),
    body(
        "last-page-without-cursor-member",
        "next_cursor is null on the last page, not absent",
        Answer(|asked, answered| {
            if asked.at("GET /suppliers") && answered.at("/next_cursor") == Some(Value::Null) {
                answered.drop_member("next_cursor");
            }
        }),
    ),
    body(
        "last-cursor-is-empty",
        "next_cursor is null on the last page",
        Answer(|asked, answered| {
            if asked.at("GET /suppliers") && answered.at("/next_cursor") == Some(Value::Null) {
                answered.set_member("next_cursor", "");
            }
        }),
    ),
    body(
        "problem-status-is-another",
        "a problem repeats the response's status",
        Answer(|asked, answered| {
            if asked.at("GET /sites/*") && answered.status == 404 {
                answered.set_member("status", 400);
            }
        }),
    ),
    body(
        "problem-without-title",
        "a problem has a title",
        Answer(|asked, answered| {
            if answered.status == 403 && asked.at("POST /orders") {
                answered.drop_member("title");
            }
        }),
    ),
    body(
        "conflict-is-a-page",
        "problems are JSON",
        Answer(|asked, answered| {
            if answered.status == 409 && asked.at("DELETE /sites/*") {
                answered.body = b"<html><body>Conflict</body></html>".to_vec();
            }
        }),
    ),
    body(
        "invalid-without-errors",
        "a 422 tells one error at least",
        Answer(|asked, answered| {
            if answered.status == 422 && asked.at("POST /sites") {
                answered.set_member("errors", json!([]));
            }
        }),
    ),
    body(
        "delivery-is-both",
        "a delivery is one of the two",
        Answer(|asked, answered| {
            if asked.at("GET /orders/*") {
                answered.edit(|order| {
                    if let Some(Value::Object(delivery)) = order.get_mut("delivery") {
                        let address =
                            json!({ "street": "Quay 1", "city": "Bremen", "country": "DE" });
                        delivery.entry("address").or_insert(address);
                        delivery.entry("site_id").or_insert(json!(1));
                    }
                });
            }
        }),
    ),
    body(
        "photo-without-size",
        "a photo tells its size",
        Answer(|asked, answered| {
            if asked.at("POST /items/*/photos") {
                answered.drop_member("size");
            }
        }),
    ),
    body(
        "count-is-of-an-unknown-state",
        "a count is running or done",
        Answer(|asked, answered| {
            if asked.at("GET /counts/*") && answered.text_at("/state").as_deref() == Some("done") {
                answered.set_member("state", "finished");
            }
        }),
    ),
    body(
        "label-is-empty",
        "a label says something",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/label") && answered.status == 200 {
                answered.body.clear();
            }
        }),
    ),
    body(
        "line-of-the-export-is-broken",
        "each line of an export is an item",
        Answer(|asked, answered| {
            if asked.at("GET /exports/items") && answered.body.starts_with(b"{") {
                answered.body.insert(1, b'!');
            }
        }),
    ),
    body(
        "list-says-null-for-nothing",
        "an empty list is an empty array",
        Answer(|asked, answered| {
            if asked.at("GET /items") && answered.at("/items") == Some(json!([])) {
                answered.set_member("items", Value::Null);
            }
        }),
    ),
];

fn text_instead(object: &mut serde_json::Map<String, Value>, name: &str) {
    if let Some(member) = object.get_mut(name) {
        *member = Value::String(member.to_string());
    }
}

fn strip_offset(order: &mut serde_json::Map<String, Value>) {
    if let Some(Value::String(time)) = order.get_mut("created_at") {
        *time = time.trim_end_matches('Z').to_owned();
    }
}

/// For other tables: changes each item of a page.
pub(super) fn edit_items(
    asked: &Asked,
    answered: &mut Answered,
    change: impl FnOnce(&mut Vec<Value>),
) {
    if !asked.at("GET /items") || answered.status != 200 {
        return;
    }
    answered.edit_object(|page| {
        if let Some(Value::Array(items)) = page.get_mut("items") {
            change(items);
        }
    });
}
