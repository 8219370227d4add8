//! What goes wrong only when two ask at the same time: something is looked at, time passes, and it is acted upon.

use std::time::Duration;

use serde_json::{Value, json};

use super::law;
use crate::depot::Mutant;
use crate::exchange::Asked;
use crate::mutant::Breaks::Knowing;
use crate::mutant::as_answered;

/// Between the look and the act.
const GAP: Duration = Duration::from_millis(25);

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "two-puts-of-one-version-win",
        "of two PUTs of one version one wins",
        Knowing(
            |asked, memory| {
                if asked.at("PUT /items/*")
                    && let (Some(tag), Some(id)) = (asked.header("if-match"), asked.item())
                {
                    let current =
                        memory.edit(asked, |company, _| company.items.get(&id).map(|it| it.etag()));
                    if current.flatten().is_some_and(|it| it == tag) {
                        asked.set_header("if-match", "*");
                        asked.delay = GAP;
                    }
                }
            },
            as_answered,
        ),
    ),
    law(
        "two-patches-of-one-version-win",
        "of two patches of one version one wins",
        Knowing(
            |asked, memory| {
                if asked.at("PATCH /items/*")
                    && let (Some(tag), Some(id)) = (asked.header("if-match"), asked.item())
                {
                    let current =
                        memory.edit(asked, |company, _| company.items.get(&id).map(|it| it.etag()));
                    if current.flatten().is_some_and(|it| it == tag) {
                        asked.set_header("if-match", "*");
                        asked.delay = GAP;
                    }
                }
            },
            as_answered,
        ),
    ),
    law(
        "two-items-of-one-sku-win",
        "of two items of one SKU one wins",
        Knowing(
            |asked, memory| {
                let Some(sku) = asked.text("sku").filter(|_| asked.at("POST /items")) else {
                    return;
                };
                let free =
                    memory.edit(asked, |company, _| company.items.values().all(|it| it.sku != sku));
                if free == Some(true) && sku.len() <= 20 {
                    asked.set_member("sku", format!("RACE-{}", memory.exchanges));
                    asked.delay = GAP;
                }
            },
            |asked, answered, memory| {
                let masked = answered.text_at("/sku").is_some_and(|it| it.starts_with("RACE-"));
                if asked.at("POST /items")
                    && masked
                    && let (Some(id), Some(sku)) =
                        (answered.at("/id").and_then(|it| it.as_i64()), asked.text("sku"))
                {
                    answered.set_member("sku", sku.clone());
                    memory.edit(asked, |company, _| {
                        company.items.get_mut(&id).map(|it| it.sku = sku)
                    });
                }
            },
        ),
    ),
    law(
        "two-suppliers-of-one-name-win",
        "of two suppliers of one name one wins",
        Knowing(
            |asked, memory| {
                let Some(name) = asked.text("name").filter(|_| asked.at("POST /suppliers")) else {
                    return;
                };
                let free = memory
                    .edit(asked, |company, _| company.suppliers.values().all(|it| it.name != name));
                if free == Some(true) && (1..=60).contains(&name.chars().count()) {
                    asked.set_member("name", format!("RACE-{}", memory.exchanges));
                    asked.delay = GAP;
                }
            },
            |asked, answered, memory| {
                let masked = answered.text_at("/name").is_some_and(|it| it.starts_with("RACE-"));
                if asked.at("POST /suppliers")
                    && masked
                    && let (Some(id), Some(name)) =
                        (answered.at("/id").and_then(|it| it.as_i64()), asked.text("name"))
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
        "two-bins-of-one-code-win",
        "of two that make one bin one wins",
        Knowing(
            |asked, memory| {
                let key = asked.id_behind("sites").zip(asked.behind("bins").map(str::to_owned));
                let only_makes =
                    asked.at("PUT /sites/*/bins/*") && asked.header("if-none-match").is_some();
                if let Some(key) = key.filter(|_| only_makes) {
                    let free = memory.edit(asked, |company, _| !company.bins.contains_key(&key));
                    if free == Some(true) {
                        asked.headers.remove("if-none-match");
                        asked.delay = GAP;
                    }
                }
            },
            |asked, answered, _| {
                let only_makes =
                    asked.at("PUT /sites/*/bins/*") && asked.header("if-none-match").is_some();
                if only_makes && answered.status == 200 {
                    answered.status = 201;
                    if let Ok(location) = asked.path.parse() {
                        answered.headers.insert("location", location);
                    }
                }
            },
        ),
    ),
    law(
        "two-moves-take-the-same-out",
        "of two that take out the last one wins",
        Knowing(
            |asked, memory| {
                if takes_out(asked) {
                    let held = memory.edit(asked, |company, _| {
                        let (Some(id), Some(site), Some(bin)) =
                            (asked.item(), asked.member("site_id"), asked.text("bin"))
                        else {
                            return 0;
                        };
                        company.stored_of(id, site.as_i64().unwrap_or_default(), &bin)
                    });
                    let wanted =
                        asked.member("quantity").and_then(|it| it.as_i64()).unwrap_or_default();
                    if held.unwrap_or_default() + wanted >= 0 {
                        asked.set_member("quantity", 1);
                        asked.delay = GAP;
                    }
                }
            },
            |asked, answered, memory| {
                if takes_out(asked)
                    && answered.status == 201
                    && let (Some(id), Some(quantity)) =
                        (answered.at("/id").and_then(|it| it.as_i64()), asked.member("quantity"))
                {
                    let number =
                        quantity.as_i64().and_then(|it| i32::try_from(it).ok()).unwrap_or(1);
                    memory.edit(asked, |company, _| {
                        company.moves.get_mut(&id).map(|it| it.quantity = number)
                    });
                    answered.set_member("quantity", quantity);
                }
            },
        ),
    ),
    law(
        "a-slow-patch-writes-the-whole-item",
        "no update is lost",
        Knowing(
            |asked, memory| {
                if asked.at("PATCH /items/*") {
                    memory.look(asked);
                    if let Some(old) = memory.old_item(asked) {
                        memory.notes.insert(
                            format!("{} {}", asked.path, String::from_utf8_lossy(&asked.body)),
                            json!([old.name, old.price_cents, old.note]),
                        );
                        asked.delay = GAP;
                    }
                }
            },
            |asked, answered, memory| {
                let key = format!("{} {}", asked.path, String::from_utf8_lossy(&asked.body));
                if asked.at("PATCH /items/*")
                    && let Some(old) = memory.notes.remove(&key)
                    && answered.status == 200
                {
                    memory.edit_item(asked, |item| {
                        if asked.member("name").is_none()
                            && let Some(name) = old[0].as_str()
                        {
                            item.name = name.to_owned();
                        }
                        if asked.member("price_cents").is_none()
                            && let Some(price) = old[1].as_i64()
                        {
                            item.price_cents = price;
                        }
                        if asked.member("note").is_none() {
                            item.note = old[2].as_str().map(str::to_owned);
                        }
                    });
                }
            },
        ),
    ),
    law(
        "one-look-sees-what-is-not-there-yet",
        "a history of one thing has an order",
        Knowing(
            |asked, memory| {
                // Every second look goes to a copy that lags behind by one change.
                memory.look(asked);
                if asked.at("GET /items/*") && memory.exchanges % 2 == 0 {
                    memory.notes.insert("stale".into(), json!(true));
                }
            },
            |asked, answered, memory| {
                if asked.at("PATCH /items/*")
                    && answered.status == 200
                    && let Some(old) = memory.old_item(asked)
                {
                    memory.notes.insert(asked.path.clone(), json!(old.price_cents));
                }
                let stale = memory.notes.remove("stale") == Some(Value::Bool(true));
                if asked.at("GET /items/*")
                    && answered.status == 200
                    && stale
                    && let Some(price) = memory.notes.get(&asked.path)
                {
                    answered.set_member("price_cents", price.clone());
                }
            },
        ),
    ),
];

fn takes_out(asked: &Asked) -> bool {
    asked.at("POST /items/*/moves")
        && asked
            .member("quantity")
            .and_then(|it| it.as_i64())
            .is_some_and(|it| (-1000..0).contains(&it))
}
