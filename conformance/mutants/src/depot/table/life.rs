//! What holds of a thing from its making to its end.

use depot::state::{Clock, Company};
use serde_json::{Value, json};

use super::law;
use crate::depot::Mutant;
use crate::depot::memory::{Memory, looking};
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Knowing, Request};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    // Making.
    law(
        "made-site-is-not-kept",
        "what was made is there",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /sites", |company, _, id| {
                company.sites.remove(&id);
            });
        }),
    ),
    law(
        "made-order-is-not-kept",
        "what was made is there",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /orders", |company, _, id| {
                company.orders.remove(&id);
            });
        }),
    ),
    law(
        "a-site-is-made-twice",
        "one request makes one thing",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /sites", |company, clock, id| {
                if let Some(mut twin) = company.sites.get(&id).cloned() {
                    let other = clock.id();
                    twin.id = other;
                    company.sites.insert(other, twin);
                }
            });
        }),
    ),
    law(
        "a-supplier-is-made-twice",
        "one request makes one thing",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /suppliers", |company, clock, id| {
                if let Some(mut twin) = company.suppliers.get(&id).cloned() {
                    let other = clock.id();
                    twin.id = other;
                    company.suppliers.insert(other, twin);
                }
            });
        }),
    ),
    law(
        "an-item-loses-its-note",
        "what was written is read",
        Request(|asked| {
            if asked.at("POST /items") {
                asked.edit(|item| {
                    if item.get("note").is_some_and(|it| {
                        it.as_str().is_some_and(|it| !it.is_empty() && it.len() < 400)
                    }) {
                        item.shift_remove("note");
                    }
                });
            }
        }),
    ),
    law(
        "an-item-keeps-the-first-tag-only",
        "what was written is read",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /items", |company, _, id| {
                if let Some(tags) = company.items.get_mut(&id).and_then(|it| it.tags.as_mut()) {
                    tags.truncate(1);
                }
            });
        }),
    ),
    law(
        "tags-are-sorted",
        "tags are kept in their order",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /items", |company, _, id| {
                if let Some(tags) = company.items.get_mut(&id).and_then(|it| it.tags.as_mut()) {
                    tags.sort();
                }
            });
        }),
    ),
    law(
        "a-name-is-trimmed",
        "what was written is read",
        Request(|asked| {
            if asked.at("POST /sites") {
                asked.edit(|site| {
                    let name = site.get("name").and_then(Value::as_str).map(str::trim);
                    if let Some(name) = name.filter(|it| !it.is_empty()).map(str::to_owned) {
                        site.insert("name".into(), json!(name));
                    }
                });
            }
        }),
    ),
    law(
        "litres-are-whole",
        "what was written is read",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /items", |company, _, id| {
                if let Some(depot::state::Kind::Liquid { litres, .. }) =
                    company.items.get_mut(&id).map(|it| &mut it.kind)
                    && *litres >= 1.0
                {
                    *litres = litres.trunc();
                }
            });
        }),
    ),
    law(
        "an-address-is-shared",
        "a thing has its own values",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /sites", |company, _, id| {
                if let Some(address) = company.sites.get(&id).map(|it| it.address.clone()) {
                    company.sites.values_mut().for_each(|it| it.address = address.clone());
                }
            });
        }),
    ),
    law(
        "times-are-those-of-the-look",
        "created_at never changes",
        Knowing(
            |asked, memory| {
                if let Some(id) = asked.id_behind("sites").filter(|_| asked.at("GET /sites/*")) {
                    memory.edit(asked, |company, clock| {
                        if let Some(site) = company.sites.get_mut(&id) {
                            site.created_at = clock.now();
                        }
                    });
                }
            },
            as_answered,
        ),
    ),
    law(
        "an-order-of-two-costs-one",
        "total_cents is the sum of the prices",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("POST /orders") && answered.status == 201 {
                let first = answered.at("/item_ids/0").and_then(|it| it.as_i64());
                let price = memory
                    .edit(asked, |company, _| company.items.get(&first?).map(|it| it.price_cents));
                let id = answered.at("/id").and_then(|it| it.as_i64());
                if let (Some(Some(price)), Some(id)) = (price, id) {
                    memory.edit(asked, |company, _| {
                        company.orders.get_mut(&id).map(|it| it.total_cents = price)
                    });
                    answered.set_member("total_cents", price);
                }
            }
        }),
    ),
    law(
        "an-order-is-picked-up-at-the-first-site",
        "what was written is read",
        Knowing(as_asked, |asked, answered, memory| {
            made(asked, answered, memory, "POST /orders", |company, _, id| {
                let first = company.sites.keys().next().copied();
                if let (Some(first), Some(order)) = (first, company.orders.get_mut(&id))
                    && let depot_api::types::OrderDelivery::Pickup(pickup) = &mut order.delivery
                {
                    pickup.site_id = first;
                }
            });
        }),
    ),
    law(
        "ids-are-used-again",
        "ids are never used again",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("POST /counts") && answered.status == 202 {
                let id = answered.at("/id").and_then(|it| it.as_i64()).unwrap_or_default();
                memory.edit(asked, |company, _| {
                    let lowest = (1..id).find(|it| !company.counts.contains_key(it)).unwrap_or(id);
                    if let Some(mut count) = company.counts.remove(&id) {
                        count.id = lowest;
                        company.counts.insert(lowest, count);
                    }
                    answered.set_member("id", lowest);
                    if let Ok(location) = format!("/counts/{lowest}").parse() {
                        answered.headers.insert("location", location);
                    }
                });
            }
        }),
    ),
    // Replacing.
    law(
        "put-keeps-the-note",
        "a PUT replaces: what it doesn't say is gone",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PUT /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.note = item.note.take().or(old.note));
            }
        }),
    ),
    law(
        "put-keeps-the-tags",
        "a PUT replaces: what it doesn't say is gone",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PUT /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| item.tags = item.tags.take().or(old.tags));
            }
        }),
    ),
    law(
        "put-changes-nothing",
        "a PUT replaces",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PUT /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.edit_item(asked, |item| {
                    *item = depot::state::Item {
                        version: item.version,
                        updated_at: item.updated_at,
                        ..old
                    }
                });
            }
        }),
    ),
    law(
        "put-makes-it-anew",
        "created_at never changes",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PUT /items/*") && answered.status == 200 {
                memory.edit_item(asked, |item| item.created_at = item.updated_at);
            }
        }),
    ),
    law(
        "put-replaces-the-kind-only",
        "a PUT replaces a bin",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("PUT /sites/*/bins/*")
                && answered.status == 200
                && let Some(key) = bin_of(asked)
                && let Some(old) = memory.was.bins.get(&key).map(|it| it.capacity)
            {
                memory.edit(asked, |company, _| {
                    company.bins.get_mut(&key).map(|it| it.capacity = old)
                });
            }
        }),
    ),
    law(
        "put-writes-what-only-the-server-writes",
        "what only the server writes is ignored",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PUT /items/*")
                && answered.status == 200
                && let Some(given) =
                    asked.member("created_at").and_then(|it| it.as_str().map(str::to_owned))
            {
                memory.notes.insert(asked.path.clone(), json!(given));
            }
            if asked.at("GET /items/*")
                && let Some(given) = memory.notes.get(&asked.path)
            {
                answered.replace("/created_at", given.clone());
            }
        }),
    ),
    law(
        "update-touches-another",
        "an update changes one thing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PUT /items/*") && answered.status == 200 {
                let id = asked.item();
                memory.edit(asked, |company, clock| {
                    let mut others =
                        company.items.values_mut().rev().filter(|it| Some(it.id) != id);
                    if let Some(other) = others.next() {
                        other.price_cents = (other.price_cents + 1).min(100_000_000);
                        other.touch(clock);
                    }
                });
            }
        }),
    ),
    // Deleting.
    law(
        "deleted-order-is-still-there",
        "what was deleted is gone",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("DELETE /orders/*")
                && answered.status == 204
                && let Some(id) = asked.id_behind("orders")
                && let Some(order) = memory.was.orders.get(&id).cloned()
            {
                memory.edit(asked, |company, _| company.orders.insert(id, order));
            }
        }),
    ),
    law(
        "deleted-site-is-still-listed",
        "what was deleted is in no list",
        Knowing(
            |asked, memory| {
                if asked.at("GET /sites") {
                    let buried = memory.notes.clone();
                    memory.edit(asked, |company, _| {
                        for (id, name) in buried {
                            let (Ok(id), Some(name)) = (id.parse(), name.as_str()) else {
                                continue;
                            };
                            let address = depot_api::types::Address {
                                street: "Quay 1".into(),
                                city: "Bremen".into(),
                                country: "DE".into(),
                            };
                            let other = company.sites.values().next();
                            if let Some(created_at) = other.map(|it| it.created_at) {
                                let name = name.to_owned();
                                let site = depot_api::types::Site {
                                    id,
                                    name,
                                    address,
                                    bin_count: 0,
                                    created_at,
                                };
                                company.sites.insert(id, site);
                            }
                        }
                    });
                } else {
                    memory.look(asked);
                }
            },
            |asked, answered, memory| {
                if asked.at("DELETE /sites/*")
                    && answered.status == 204
                    && let Some(site) =
                        asked.id_behind("sites").and_then(|id| memory.was.sites.get(&id)).cloned()
                {
                    memory.notes.insert(site.id.to_string(), json!(site.name));
                }
                if asked.at("GET /sites") {
                    let buried: Vec<i64> =
                        memory.notes.keys().filter_map(|it| it.parse().ok()).collect();
                    memory.edit(asked, |company, _| {
                        company.sites.retain(|id, _| !buried.contains(id))
                    });
                }
            },
        ),
    ),
    law(
        "deletion-takes-the-next-one-too",
        "a deletion takes one thing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /suppliers/*")
                && answered.status == 204
                && let Some(id) = asked.id_behind("suppliers")
            {
                memory.edit(asked, |company, _| {
                    let used: Vec<i64> = company.items.values().map(|it| it.supplier_id).collect();
                    let next = company
                        .suppliers
                        .range(id..)
                        .map(|(id, _)| *id)
                        .find(|it| !used.contains(it));
                    next.and_then(|next| company.suppliers.remove(&next))
                });
            }
        }),
    ),
    law(
        "deletion-of-a-photo-takes-all",
        "a deletion takes one thing",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /items/*/photos/*") && answered.status == 204 {
                let id = asked.item();
                memory.edit(asked, |company, _| {
                    company.photos.retain(|_, it| Some(it.item_id) != id)
                });
            }
        }),
    ),
    law(
        "photo-of-a-deleted-item-stays",
        "an item's photos go with it",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("DELETE /items/*") && answered.status == 204 {
                memory.notes.insert(asked.path.clone(), Value::Null);
            }
            let of = asked.path.split("/photos").next().unwrap_or_default();
            if asked.at("GET /items/*/photos/*")
                && answered.status == 404
                && memory.notes.contains_key(of)
            {
                *answered = Answered {
                    status: 200,
                    headers: http::HeaderMap::new(),
                    body: vec![137, 80, 78, 71],
                    delivery: crate::exchange::Delivery::Whole,
                };
                answered.set_media_type("image/png");
            }
        }),
    ),
    law(
        "deleted-bin-is-there-when-made-again",
        "what was deleted is gone",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /sites/*/bins/*") && answered.status == 204 {
                memory.notes.insert(asked.path.clone(), Value::Null);
            }
            if asked.at("PUT /sites/*/bins/*")
                && answered.status == 201
                && memory.notes.contains_key(&asked.path)
            {
                answered.status = 200;
                answered.headers.remove("location");
            }
        }),
    ),
    law(
        "a-count-can-be-deleted-twice",
        "what was deleted is gone",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /counts/*") {
                if answered.status == 204 {
                    memory.notes.insert(asked.path.clone(), Value::Null);
                } else if answered.status == 404 && memory.notes.contains_key(&asked.path) {
                    answered.status = 204;
                    answered.body.clear();
                    answered.headers.clear();
                }
            }
        }),
    ),
    // Reading.
    law(
        "a-look-counts",
        "a GET changes nothing",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*") {
                    memory.edit_item(asked, |item| {
                        item.price_cents = (item.price_cents + 1).min(100_000_000)
                    });
                }
            },
            as_answered,
        ),
    ),
    law(
        "get-answers-with-the-neighbour",
        "a GET answers with what it is asked for",
        Knowing(
            |asked, memory| {
                if asked.at("GET /suppliers/*")
                    && let Some(id) = asked.id_behind("suppliers")
                {
                    let next = memory.edit(asked, |company, _| {
                        let there = company.suppliers.contains_key(&id);
                        company
                            .suppliers
                            .range(id + 1..)
                            .next()
                            .map(|(id, _)| *id)
                            .filter(|_| there)
                    });
                    if let Some(Some(next)) = next {
                        asked.path = format!("/suppliers/{next}");
                    }
                }
            },
            as_answered,
        ),
    ),
    law(
        "label-shows-the-first-name",
        "a label shows the item as it is",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("GET /items/*/label") && answered.status == 200 {
                let text = String::from_utf8_lossy(&answered.body).into_owned();
                let first = memory.notes.entry(asked.path.clone()).or_insert(json!(text));
                answered.body = first.as_str().unwrap_or_default().as_bytes().to_vec();
            }
            let of_item = format!("{}/label", asked.path);
            if asked.at("PATCH /items/*")
                && answered.status == 200
                && let Some(old) = memory.old_item(asked)
            {
                memory.notes.entry(of_item).or_insert(json!(format!("{}\n{}", old.sku, old.name)));
            }
        }),
    ),
    law(
        "label-lacks-the-name",
        "a label shows SKU and name",
        Knowing(as_asked, |asked, answered, _| {
            if asked.at("GET /items/*/label") && answered.status == 200 {
                answered.body =
                    answered.body.split(|it| *it == b'\n').next().unwrap_or_default().to_vec();
            }
        }),
    ),
    law(
        "count-is-never-done",
        "a count is done before long",
        Knowing(as_asked, |asked, answered, _| {
            if asked.at("GET /counts/*") && answered.status == 200 {
                answered.set_member("state", "running");
                answered.drop_member("items");
            }
        }),
    ),
    law(
        "count-starts-again",
        "once done it stays done",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /counts/*") && answered.text_at("/state").as_deref() == Some("done") {
                let id = asked.id_behind("counts").unwrap_or_default();
                memory.edit(asked, |company, _| {
                    if let Some(count) = company.counts.get_mut(&id) {
                        (count.state, count.items) = (depot_api::types::CountState::Running, None);
                    }
                });
            }
        }),
    ),
    law(
        "counts-left-stands-still",
        "X-Counts-Left tells how many more may be started",
        Knowing(as_asked, |asked, answered, _| {
            if asked.at("POST /counts") && answered.status == 202 {
                answered.set_header("x-counts-left", "29");
            }
        }),
    ),
    law(
        "counts-without-limit",
        "a company may have 30 counts at a time",
        Knowing(
            |asked, memory| {
                if asked.at("POST /counts") {
                    let count =
                        memory.edit(asked, |company, _| company.counts.len()).unwrap_or_default();
                    if count >= 30 {
                        memory.edit(asked, |company, _| company.counts.pop_first());
                    }
                }
            },
            as_answered,
        ),
    ),
];

/// Something was made, and something is done about it in the store.
fn made(
    asked: &Asked,
    answered: &Answered,
    memory: &Memory,
    route: &str,
    act: impl FnOnce(&mut Company, &mut Clock, i64),
) {
    let id = answered.at("/id").and_then(|it| it.as_i64());
    if let Some(id) = id.filter(|_| asked.at(route) && answered.succeeded()) {
        memory.edit(asked, |company, clock| act(company, clock, id));
    }
}

fn bin_of(asked: &Asked) -> Option<(i64, String)> {
    Some((asked.id_behind("sites")?, asked.behind("bins")?.to_owned()))
}
