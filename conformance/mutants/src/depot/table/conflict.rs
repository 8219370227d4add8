//! What stands against each other: names that are taken, things that are in use.
//!
//! A duplicate is let in by the sound server under another name, and gets its own in the store.

use serde_json::{Value, json};

use super::law;
use crate::depot::Mutant;
use crate::depot::memory::Memory;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::Knowing;
use crate::mutant::{as_answered, as_asked};

/// What a SKU or a name is called while the sound server looks.
const MASK: &str = "MASK-";

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "taken-sku-is-accepted",
        "no two items have the same SKU",
        Knowing(
            |asked, memory| mask_sku(asked, memory, "POST /items"),
            |asked, answered, memory| unmask_sku(asked, answered, memory, "POST /items"),
        ),
    ),
    law(
        "taken-sku-is-accepted-in-put",
        "no two items have the same SKU, after a PUT neither",
        Knowing(
            |asked, memory| mask_sku(asked, memory, "PUT /items/*"),
            |asked, answered, memory| unmask_sku(asked, answered, memory, "PUT /items/*"),
        ),
    ),
    law(
        "taken-sku-is-accepted-in-patch",
        "no two items have the same SKU, after a patch neither",
        Knowing(
            |asked, memory| mask_sku(asked, memory, "PATCH /items/*"),
            |asked, answered, memory| unmask_sku(asked, answered, memory, "PATCH /items/*"),
        ),
    ),
    law(
        "taken-supplier-name-is-accepted",
        "no two suppliers have the same name",
        Knowing(
            |asked, memory| {
                if asked.at("POST /suppliers")
                    && let Some(name) = asked.text("name")
                {
                    let taken = memory.edit(asked, |company, _| {
                        company.suppliers.values().any(|it| it.name == name)
                    });
                    if taken == Some(true) {
                        asked.set_member("name", format!("{MASK}{}", memory.exchanges));
                    }
                }
            },
            |asked, answered, memory| {
                let masked = answered.text_at("/name").is_some_and(|it| it.starts_with(MASK));
                if asked.at("POST /suppliers") && answered.status == 201 && masked {
                    let (id, name) =
                        (answered.at("/id").and_then(|it| it.as_i64()), asked.text("name"));
                    if let (Some(id), Some(name)) = (id, name) {
                        answered.set_member("name", name.clone());
                        memory.edit(asked, |company, _| {
                            company.suppliers.get_mut(&id).map(|it| it.name = name)
                        });
                    }
                }
            },
        ),
    ),
    law(
        "taken-supplier-name-is-accepted-in-patch",
        "no two suppliers have the same name, after a patch neither",
        Knowing(
            |asked, memory| {
                if asked.at("PATCH /suppliers/*")
                    && let Some(Value::Array(mut operations)) = asked.json()
                {
                    let names: Vec<String> = memory
                        .edit(asked, |company, _| {
                            company.suppliers.values().map(|it| it.name.clone()).collect()
                        })
                        .unwrap_or_default();
                    let taken = |it: &&mut Value| {
                        it["path"] == "/name"
                            && it["value"]
                                .as_str()
                                .is_some_and(|it| names.iter().any(|name| name == it))
                    };
                    if let Some(operation) = operations.iter_mut().find(taken) {
                        memory.notes.insert(asked.path.clone(), operation["value"].take());
                        operation["value"] = json!(format!("{MASK}{}", memory.exchanges));
                        asked.set_json(&Value::Array(operations));
                    }
                }
            },
            |asked, answered, memory| {
                if asked.at("PATCH /suppliers/*")
                    && answered.status == 200
                    && let Some(Value::String(name)) = memory.notes.remove(&asked.path)
                    && let Some(id) = asked.id_behind("suppliers")
                {
                    answered.set_member("name", name.clone());
                    memory.edit(asked, |company, _| {
                        company.suppliers.get_mut(&id).map(|it| it.name = name)
                    });
                }
            },
        ),
    ),
    law(
        "skus-of-deleted-items-stay-taken",
        "a SKU is free when its item is gone",
        Knowing(
            |asked, memory| {
                memory.look(asked);
                if asked.at("DELETE /items/*")
                    && let Some(item) = memory.old_item(asked)
                {
                    memory.notes.insert(asked.path.clone(), json!(item.sku));
                }
            },
            |asked, answered, memory| {
                if asked.at("DELETE /items/*")
                    && answered.status == 204
                    && let Some(Value::String(sku)) = memory.notes.remove(&asked.path)
                {
                    memory.notes.insert(format!("sku {sku}"), Value::Null);
                }
                let taken = asked
                    .text("sku")
                    .is_some_and(|it| memory.notes.contains_key(&format!("sku {it}")));
                if asked.at("POST /items") && answered.status == 201 && taken {
                    let id = answered.at("/id").and_then(|it| it.as_i64()).unwrap_or_default();
                    memory.edit(asked, |company, _| company.items.remove(&id));
                    *answered = crate::depot::refusal::problem(409);
                }
            },
        ),
    ),
    law(
        "an-item-conflicts-with-itself",
        "an item may keep its SKU in a PUT",
        Knowing(
            |asked, memory| {
                memory.look(asked);
            },
            |asked, answered, memory| {
                if asked.at("PUT /items/*")
                    && answered.status == 200
                    && let Some(old) = memory.old_item(asked)
                    && asked.text("sku").as_ref() == Some(&old.sku)
                {
                    memory.edit_item(asked, |item| *item = old);
                    *answered = crate::depot::refusal::problem(409);
                }
            },
        ),
    ),
    law(
        "site-with-bins-is-deleted",
        "a site that has bins stays",
        Knowing(
            |asked, memory| {
                if asked.at("DELETE /sites/*")
                    && is_admin(asked)
                    && let Some(site) = asked.id_behind("sites")
                {
                    memory.edit(asked, |company, _| company.bins.retain(|(of, _), _| *of != site));
                }
            },
            as_answered,
        ),
    ),
    law(
        "bin-with-stock-is-deleted",
        "a bin in which something lies stays",
        Knowing(
            |asked, memory| {
                if asked.at("DELETE /sites/*/bins/*")
                    && is_admin(asked)
                    && let (Some(site), Some(code)) =
                        (asked.id_behind("sites"), asked.behind("bins").map(str::to_owned))
                {
                    memory.edit(asked, |company, _| {
                        company.moves.retain(|_, it| it.site_id != site || it.bin != code);
                    });
                }
            },
            as_answered,
        ),
    ),
    law(
        "supplier-of-items-is-deleted",
        "a supplier of items stays",
        Knowing(
            |asked, memory| {
                memory.look(asked);
                if asked.at("DELETE /suppliers/*")
                    && is_admin(asked)
                    && let Some(id) = asked.id_behind("suppliers")
                {
                    memory.edit(asked, |company, _| {
                        company
                            .items
                            .values_mut()
                            .filter(|it| it.supplier_id == id)
                            .for_each(|it| it.supplier_id = 0);
                    });
                }
            },
            |asked, _, memory| {
                if asked.at("DELETE /suppliers/*")
                    && let Some(id) = asked.id_behind("suppliers")
                {
                    memory.edit(asked, |company, _| {
                        company
                            .items
                            .values_mut()
                            .filter(|it| it.supplier_id == 0)
                            .for_each(|it| it.supplier_id = id);
                    });
                }
            },
        ),
    ),
    law(
        "item-on-an-order-is-deleted",
        "an item that is on an order stays",
        Knowing(
            |asked, memory| {
                if asked.at("DELETE /items/*")
                    && is_admin(asked)
                    && let Some(id) = asked.item()
                {
                    memory.edit(asked, |company, _| {
                        company
                            .orders
                            .values_mut()
                            .for_each(|it| it.item_ids.retain(|it| *it != id));
                    });
                }
            },
            as_answered,
        ),
    ),
    law(
        "conflict-deletes-all-the-same",
        "what is refused changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /items/*")
                && answered.status == 409
                && let Some(id) = asked.item()
            {
                memory.edit(asked, |company, _| company.items.remove(&id));
            }
        }),
    ),
    law(
        "conflict-writes-all-the-same",
        "what is refused changes nothing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PUT /items/*")
                && answered.status == 409
                && let Some(price) = asked.member("price_cents").and_then(|it| it.as_i64())
            {
                memory.edit_item(asked, |item| item.price_cents = price);
            }
        }),
    ),
];

fn is_admin(asked: &Asked) -> bool {
    asked.key().is_some_and(|key| key.contains("admin"))
}

fn mask_sku(asked: &mut Asked, memory: &mut Memory, route: &str) {
    let Some(sku) = asked.text("sku").filter(|_| asked.at(route)) else { return };
    let own = asked.item();
    let taken = memory.edit(asked, |company, _| {
        company.items.values().any(|it| it.sku == sku && Some(it.id) != own)
    });
    if taken == Some(true) {
        asked.set_member("sku", format!("{MASK}{}", memory.exchanges));
    }
}

fn unmask_sku(asked: &Asked, answered: &mut Answered, memory: &Memory, route: &str) {
    let masked = answered.text_at("/sku").is_some_and(|it| it.starts_with(MASK));
    if !asked.at(route) || !answered.succeeded() || !masked {
        return;
    }
    let (id, sku) = (answered.at("/id").and_then(|it| it.as_i64()), asked.text("sku"));
    if let (Some(id), Some(sku)) = (id, sku) {
        answered.set_member("sku", sku.clone());
        memory.edit(asked, |company, _| company.items.get_mut(&id).map(|it| it.sku = sku));
    }
}
