//! Merge patches of items, JSON patches of suppliers.

use serde_json::{Value, json};

use super::law;
use crate::depot::Mutant;
use crate::depot::memory::looking;
use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "null-leaves-the-note",
        "null removes",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("note") == Some(Value::Null)
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.note = old.note.clone());
                if let Some(note) = old.note {
                    answered.set_member("note", note);
                }
            }
        }),
    ),
    law(
        "null-leaves-the-tags",
        "null removes",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("tags") == Some(Value::Null)
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.tags = old.tags);
            }
        }),
    ),
    law(
        "null-empties-the-tags",
        "null removes",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("tags") == Some(Value::Null)
            {
                memory.edit_item(asked, |item| item.tags = Some(Vec::new()));
                answered.set_member("tags", json!([]));
            }
        }),
    ),
    law(
        "null-becomes-text",
        "null removes",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("note") == Some(Value::Null)
            {
                memory.edit_item(asked, |item| item.note = Some("null".to_owned()));
                answered.set_member("note", "null");
            }
        }),
    ),
    law(
        "patch-removes-what-is-absent",
        "what a patch doesn't say stays",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("note").is_none()
            {
                memory.edit_item(asked, |item| item.note = None);
                answered.drop_member("note");
            }
        }),
    ),
    law(
        "patch-removes-the-tags",
        "what a patch doesn't say stays",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("tags").is_none()
            {
                memory.edit_item(asked, |item| item.tags = None);
                answered.drop_member("tags");
            }
        }),
    ),
    law(
        "patch-adds-tags",
        "an array in a patch replaces",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && asked.member("tags").is_some_and(|it| it.is_array())
                && let Some(mut tags) = memory.old_item(asked).and_then(|old| old.tags)
            {
                memory.edit_item(asked, |item| {
                    tags.extend(item.tags.take().unwrap_or_default());
                    tags.dedup();
                    tags.truncate(8);
                    item.tags = Some(tags);
                });
            }
        }),
    ),
    law(
        "patch-ignores-the-price",
        "a patch changes what it says",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.price_cents = old.price_cents);
            }
        }),
    ),
    law(
        "patch-is-answered-but-not-kept",
        "what was written is read",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| {
                    *item = depot::state::Item {
                        version: item.version,
                        updated_at: item.updated_at,
                        ..old
                    };
                });
            }
        }),
    ),
    law(
        "patch-answers-with-what-was",
        "a patch answers with the item as it is",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                answered.set_member("name", old.name);
                answered.set_member("price_cents", old.price_cents);
            }
        }),
    ),
    law(
        "patch-touches-another",
        "a patch changes one thing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PATCH /items/*") && answered.status == 200 {
                let id = asked.item();
                let price = asked.member("price_cents").and_then(|it| it.as_i64());
                memory.edit(asked, |company, clock| {
                    let mut others =
                        company.items.values_mut().rev().filter(|it| Some(it.id) != id);
                    if let (Some(other), Some(price)) = (others.next(), price) {
                        other.price_cents = price;
                        other.touch(clock);
                    }
                });
            }
        }),
    ),
    law(
        "patch-takes-any-supplier",
        "an item's supplier is one of the company's, after a patch too",
        Request(|asked| {
            if asked.at("PATCH /items/*")
                && asked.member("supplier_id").is_some_and(|it| it.as_i64() > Some(100_000))
            {
                asked.edit(|patch| {
                    patch.shift_remove("supplier_id");
                    patch.entry("price_cents").or_insert(json!(1));
                });
            }
        }),
    ),
    // JSON patches.
    law(
        "test-is-not-tested",
        "a test that doesn't hold is a 409",
        Request(|asked| {
            operations(asked, |operations| operations.retain(|it| it["op"] != "test"));
        }),
    ),
    law(
        "failed-patch-changes-a-part",
        "all is carried out, or nothing",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /suppliers/*")
                && answered.status == 409
                && let Some(Value::Array(operations)) = asked.json()
                && let Some(id) = asked.id_behind("suppliers")
            {
                let first =
                    operations.first().filter(|it| it["op"] == "replace" || it["op"] == "add");
                let text = |it: &Value| it["value"].as_str().map(str::to_owned);
                memory.edit(asked, |company, _| {
                    let supplier = company.suppliers.get_mut(&id);
                    match (supplier, first, first.and_then(|it| it["path"].as_str())) {
                        (Some(it), Some(first), Some("/email")) => {
                            it.email = text(first).unwrap_or_default()
                        }
                        (Some(it), Some(first), Some("/phone")) => it.phone = text(first),
                        (Some(it), Some(first), Some("/rating")) => {
                            it.rating = first["value"].as_f64()
                        }
                        _ => {}
                    }
                });
            }
        }),
    ),
    law(
        "only-the-first-operation-is-done",
        "all operations are carried out",
        Request(|asked| {
            operations(asked, |operations| {
                if operations.len() > 1 && operations.iter().all(|it| it["op"] != "test") {
                    operations.truncate(1);
                }
            });
        }),
    ),
    law(
        "remove-removes-nothing",
        "remove removes",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PATCH /suppliers/*")
                && answered.status == 200
                && let Some(Value::Array(operations)) = asked.json()
                && let Some(id) = asked.id_behind("suppliers")
                && let Some(old) = memory.was.suppliers.get(&id).cloned()
            {
                let removes = |path: &str| {
                    operations.iter().any(|it| it["op"] == "remove" && it["path"] == path)
                };
                memory.edit(asked, |company, _| {
                    if let Some(supplier) = company.suppliers.get_mut(&id) {
                        if removes("/phone") {
                            supplier.phone = old.phone;
                        }
                        if removes("/rating") {
                            supplier.rating = old.rating;
                        }
                    }
                });
            }
        }),
    ),
    law(
        "replace-makes-what-is-not-there",
        "replace wants something to be there",
        Knowing(
            |asked, memory| {
                memory.look(asked);
                let id = asked.id_behind("suppliers").unwrap_or_default();
                let has_phone = memory.was.suppliers.get(&id).is_some_and(|it| it.phone.is_some());
                operations(asked, |operations| {
                    operations.iter_mut().for_each(|it| {
                        if it["op"] == "replace" && it["path"] == "/phone" && !has_phone {
                            it["op"] = json!("add");
                        }
                    });
                });
            },
            as_answered,
        ),
    ),
    law(
        "unknown-path-is-ignored",
        "a path that isn't there is a 409",
        Request(|asked| {
            let known =
                ["/name", "/email", "/phone", "/rating", "/bank_account", "", "/id", "/created_at"];
            operations(asked, |operations| {
                operations.retain(|it| it["path"].as_str().is_none_or(|it| known.contains(&it)));
                if operations.is_empty() {
                    operations.push(nothing());
                }
            });
        }),
    ),
    law(
        "patch-changes-the-id",
        "what only the server writes stays",
        Answer(|asked, answered| {
            if asked.at("PATCH /suppliers/*")
                && answered.status == 200
                && let Some(Value::Array(operations)) = asked.json()
                && let Some(id) = operations
                    .iter()
                    .find(|it| it["path"] == "/id")
                    .and_then(|it| it["value"].as_i64())
            {
                answered.set_member("id", id);
            }
        }),
    ),
    law(
        "patch-removes-the-name",
        "what comes out is a supplier, else 422",
        Request(|asked| {
            operations(asked, |operations| {
                operations.iter_mut().for_each(|it| {
                    if it["op"] == "remove" && it["path"] == "/name" {
                        *it = nothing();
                    }
                });
            });
        }),
    ),
    law(
        "patch-sets-any-email",
        "what comes out is a supplier, else 422",
        Request(|asked| {
            operations(asked, |operations| {
                operations.iter_mut().for_each(|it| {
                    if it["path"] == "/email"
                        && it["value"].as_str().is_some_and(|it| !it.contains('@'))
                    {
                        it["value"] = json!("a@b.example");
                    }
                });
            });
        }),
    ),
    law(
        "patched-supplier-shows-its-account",
        "a bank account is never shown",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PATCH /suppliers/*")
                && answered.status == 200
                && let Some(id) = asked.id_behind("suppliers")
            {
                let account = memory
                    .edit(asked, |company, _| company.suppliers.get(&id)?.bank_account.clone());
                answered.set_member(
                    "bank_account",
                    account.flatten().unwrap_or_else(|| "DE02120300000000202051".into()),
                );
            }
        }),
    ),
    law(
        "made-supplier-shows-its-account",
        "a bank account is never shown",
        Knowing(as_asked, |asked, answered, _| {
            if asked.at("POST /suppliers")
                && answered.status == 201
                && let Some(account) = asked.text("bank_account")
            {
                answered.set_member("bank_account", account);
            }
        }),
    ),
    law(
        "order-shows-its-payment",
        "a payment token is never shown",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /orders/*")
                && answered.status == 200
                && let Some(id) = asked.id_behind("orders")
            {
                let token =
                    memory.edit(asked, |company, _| company.orders.get(&id)?.payment_token.clone());
                if let Some(Some(token)) = token {
                    answered.set_member("payment_token", token);
                }
            }
        }),
    ),
];

/// An operation that changes nothing: a supplier doesn't keep members that it doesn't know.
fn nothing() -> Value {
    json!({ "op": "add", "path": "/x", "value": 1 })
}

/// Changes the operations of a JSON patch.
fn operations(asked: &mut Asked, change: impl FnOnce(&mut Vec<Value>)) {
    if !asked.at("PATCH /suppliers/*") {
        return;
    }
    let Some(Value::Array(mut operations)) = asked.json() else { return };
    let before = operations.clone();
    change(&mut operations);
    if operations != before {
        asked.set_json(&Value::Array(operations));
    }
}
