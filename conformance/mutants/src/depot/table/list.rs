//! The list of items: filters, search, order.

use serde_json::Value;

use super::body::edit_items;
use super::law;
use crate::depot::Mutant;
use crate::exchange::Asked;
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    // Filters.
    law(
        "kind-is-ignored",
        "a filter filters",
        Request(|asked| {
            if is_listed(asked, "kind", &["part", "liquid"]) {
                asked.drop_parameter("kind");
            }
        }),
    ),
    law(
        "liquids-are-never-filtered",
        "a filter filters, whatever its value",
        Request(|asked| {
            if is_listed(asked, "kind", &["liquid"]) {
                asked.drop_parameter("kind");
            }
        }),
    ),
    law(
        "supplier-is-ignored",
        "a filter filters",
        Request(|asked| {
            if asked.at("GET /items")
                && asked
                    .parameter("supplier_id")
                    .and_then(|it| it.parse::<i64>().ok())
                    .is_some_and(|it| it > 0)
            {
                asked.drop_parameter("supplier_id");
            }
        }),
    ),
    law(
        "supplier-filter-finds-nothing",
        "a filter admits what fits",
        Answer(|asked, answered| {
            if asked.parameter("supplier_id").is_some() {
                edit_items(asked, answered, Vec::clear);
                if asked.at("GET /items") && answered.status == 200 {
                    answered.set_member("total", 0);
                }
            }
        }),
    ),
    law(
        "highest-price-is-left-out",
        "max_price_cents is that much or less",
        Request(|asked| {
            price(asked, |it| it - 1);
        }),
    ),
    law(
        "highest-price-is-one-more",
        "max_price_cents is that much or less",
        Request(|asked| {
            price(asked, |it| it + 1);
        }),
    ),
    law(
        "highest-price-is-ignored",
        "a filter filters",
        Request(|asked| {
            if asked.at("GET /items")
                && asked.parameter("max_price_cents").is_some_and(|it| it.parse::<u64>().is_ok())
            {
                asked.drop_parameter("max_price_cents");
            }
        }),
    ),
    law(
        "a-second-filter-is-ignored",
        "all filters hold together",
        Request(|asked| {
            if asked.at("GET /items") && asked.parameter("kind").is_some() {
                asked.drop_parameter("supplier_id");
            }
        }),
    ),
    law(
        "total-ignores-the-filters",
        "total counts what the filters admit",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /items") && answered.status == 200 {
                let all = memory.edit(asked, |company, _| company.items.len()).unwrap_or_default();
                answered.set_member("total", all);
            }
        }),
    ),
    // Search.
    law(
        "search-is-ignored",
        "a search finds what contains it",
        Request(|asked| {
            if asked.at("GET /items")
                && asked.parameter("q").is_some_and(|it| (1..=40).contains(&it.chars().count()))
            {
                asked.drop_parameter("q");
            }
        }),
    ),
    law(
        "search-is-case-sensitive",
        "a search is in any letter case",
        Answer(|asked, answered| {
            search(asked, answered, |item, q| {
                item["name"].as_str().is_some_and(|it| it.contains(q))
                    || item["sku"].as_str().is_some_and(|it| it.contains(q))
            });
        }),
    ),
    law(
        "search-looks-at-beginnings",
        "a search finds what contains it",
        Answer(|asked, answered| {
            search(asked, answered, |item, q| starts(&item["name"], q) || starts(&item["sku"], q));
        }),
    ),
    law(
        "search-looks-at-names-only",
        "a search looks at SKUs too",
        Answer(|asked, answered| {
            search(asked, answered, |item, q| contains(&item["name"], q));
        }),
    ),
    law(
        "search-looks-at-skus-only",
        "a search looks at names too",
        Answer(|asked, answered| {
            search(asked, answered, |item, q| contains(&item["sku"], q));
        }),
    ),
    law(
        "search-finds-whole-words-only",
        "a search finds what contains it",
        Answer(|asked, answered| {
            search(asked, answered, |item, q| {
                let words = |it: &Value| {
                    it.as_str()
                        .is_some_and(|it| it.split([' ', '-']).any(|it| it.eq_ignore_ascii_case(q)))
                };
                words(&item["name"]) || words(&item["sku"])
            });
        }),
    ),
    law(
        "percent-sign-finds-all",
        "a search takes every character as it is",
        Request(|asked| {
            if asked.at("GET /items")
                && asked
                    .parameter("q")
                    .is_some_and(|it| it.chars().all(|it| it == '%' || it == '_') && !it.is_empty())
            {
                asked.drop_parameter("q");
            }
        }),
    ),
    law(
        "search-shows-deleted-items",
        "what was deleted is in no search",
        Knowing(
            |asked, memory| memory.look(asked),
            |asked, answered, memory| {
                if asked.at("DELETE /items/*")
                    && answered.status == 204
                    && let (Some(id), Some(item)) = (asked.item(), memory.old_item(asked))
                {
                    memory.notes.insert(
                        id.to_string(),
                        serde_json::to_value(item.shown(0)).unwrap_or_default(),
                    );
                }
                if asked.parameter("q").is_some_and(|it| !it.is_empty()) {
                    let q = asked.parameter("q").unwrap_or_default();
                    let buried: Vec<Value> = memory
                        .notes
                        .values()
                        .filter(|it| contains(&it["name"], &q) || contains(&it["sku"], &q))
                        .cloned()
                        .collect();
                    edit_items(asked, answered, |items| items.extend(buried));
                }
            },
        ),
    ),
    law(
        "search-misses-new-items",
        "what was made is found by search",
        Knowing(as_asked, |asked, answered, memory| {
            // An index that is brought up to date with the next thing that is made.
            if asked.at("POST /items") && answered.status == 201 {
                memory.marked.clear();
                memory.marked.extend(answered.at("/id").and_then(|it| it.as_i64()));
            }
            if asked.parameter("q").is_some() {
                let fresh = &memory.marked;
                edit_items(asked, answered, |items| {
                    items.retain(|it| it["id"].as_i64().is_none_or(|id| !fresh.contains(&id)))
                });
            }
        }),
    ),
    law(
        "search-goes-by-the-first-name",
        "a search looks at items as they are",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items") && asked.parameter("q").is_some() {
                    memory.look(asked);
                    let first = memory.notes.clone();
                    memory.edit(asked, |company, _| {
                        for item in company.items.values_mut() {
                            if let Some(Value::String(name)) = first.get(&item.id.to_string()) {
                                item.name.clone_from(name);
                            }
                        }
                    });
                }
            },
            |asked, answered, memory| {
                if asked.at("POST /items")
                    && answered.status == 201
                    && let (Some(id), Some(name)) = (answered.at("/id"), answered.at("/name"))
                {
                    memory.notes.insert(id.to_string(), name);
                }
                if asked.at("GET /items") && asked.parameter("q").is_some() {
                    let names: Vec<(i64, String)> =
                        memory.was.items.values().map(|it| (it.id, it.name.clone())).collect();
                    memory.edit(asked, |company, _| {
                        for (id, name) in &names {
                            if let Some(item) = company.items.get_mut(id) {
                                item.name.clone_from(name);
                            }
                        }
                    });
                    edit_items(asked, answered, |items| {
                        for item in items {
                            if let Some((_, name)) =
                                names.iter().find(|(id, _)| Some(*id) == item["id"].as_i64())
                            {
                                item["name"] = Value::String(name.clone());
                            }
                        }
                    });
                }
            },
        ),
    ),
    // Order.
    law(
        "sort-is-ignored",
        "items are sorted as asked",
        Request(|asked| {
            if is_listed(asked, "sort", &["name", "-name", "price_cents", "-price_cents"]) {
                asked.drop_parameter("sort");
            }
        }),
    ),
    law(
        "descending-is-ascending",
        "a minus sign is descending",
        Request(|asked| {
            let ascending =
                asked.parameter("sort").and_then(|it| it.strip_prefix('-').map(str::to_owned));
            if let Some(ascending) = ascending
                .filter(|it| asked.at("GET /items") && (it == "name" || it == "price_cents"))
            {
                asked.set_parameter("sort", &ascending);
            }
        }),
    ),
    law(
        "prices-are-sorted-as-text",
        "prices are sorted as numbers",
        Answer(|asked, answered| {
            if asked.parameter("sort").as_deref() == Some("price_cents") {
                edit_items(asked, answered, |items| {
                    items.sort_by_key(|it| it["price_cents"].to_string())
                });
            }
        }),
    ),
    law(
        "names-are-sorted-in-any-letter-case",
        "names are compared code point by code point",
        Answer(|asked, answered| {
            if asked.parameter("sort").as_deref() == Some("name") {
                edit_items(asked, answered, |items| {
                    items.sort_by_key(|it| it["name"].as_str().map(str::to_lowercase));
                });
            }
        }),
    ),
    law(
        "equals-are-turned-round",
        "what is equal stands in the order of its making",
        Answer(|asked, answered| {
            if asked.parameter("sort").as_deref() == Some("price_cents") {
                edit_items(asked, answered, |items| {
                    items.reverse();
                    items.sort_by_key(|it| it["price_cents"].as_i64());
                });
            }
        }),
    ),
    law(
        "newest-first",
        "items come in the order of their making",
        Answer(|asked, answered| {
            if asked.parameter("sort").is_none() && asked.parameter("offset").is_none() {
                edit_items(asked, answered, |items| items.reverse());
            }
        }),
    ),
    law(
        "only-the-page-is-sorted",
        "the whole list is sorted, not the page",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items")
                    && let Some(sort) = asked.parameter("sort")
                {
                    memory.notes.insert("sort".into(), Value::String(sort));
                    asked.drop_parameter("sort");
                }
            },
            |asked, answered, _| match asked.parameter("sort").as_deref() {
                Some("name") => edit_items(asked, answered, |it| {
                    it.sort_by_key(|it| it["name"].as_str().map(str::to_owned))
                }),
                Some("-name") => edit_items(asked, answered, |it| {
                    it.sort_by_key(|it| std::cmp::Reverse(it["name"].as_str().map(str::to_owned)))
                }),
                Some("price_cents") => edit_items(asked, answered, |it| {
                    it.sort_by_key(|it| it["price_cents"].as_i64())
                }),
                Some("-price_cents") => edit_items(asked, answered, |it| {
                    it.sort_by_key(|it| std::cmp::Reverse(it["price_cents"].as_i64()))
                }),
                _ => {}
            },
        ),
    ),
    law(
        "list-shows-what-was-made-first",
        "a list shows items as they are",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("POST /items")
                && answered.status == 201
                && let (Some(id), Some(price)) = (answered.at("/id"), answered.at("/price_cents"))
            {
                memory.notes.insert(id.to_string(), price);
            }
            let first = memory.notes.clone();
            edit_items(asked, answered, |items| {
                for item in items {
                    if let Some(price) = first.get(&item["id"].to_string()) {
                        item["price_cents"] = price.clone();
                    }
                }
            });
        }),
    ),
    law(
        "list-leaves-out-the-newest",
        "what was made is in the list",
        Knowing(as_asked, |asked, answered, memory| {
            let newest = memory
                .edit(asked, |company, _| company.items.keys().next_back().copied())
                .flatten();
            edit_items(asked, answered, |items| items.retain(|it| it["id"].as_i64() != newest));
        }),
    ),
    law(
        "list-leaves-out-liquids",
        "items of every kind are in the list",
        Answer(|asked, answered| {
            edit_items(asked, answered, |items| items.retain(|it| it["kind"] != "liquid"));
        }),
    ),
    law(
        "list-shows-deleted-items",
        "what was deleted is in no list",
        Knowing(
            |asked, memory| memory.look(asked),
            |asked, answered, memory| {
                if asked.at("DELETE /items/*")
                    && answered.status == 204
                    && let (Some(id), Some(item)) = (asked.item(), memory.old_item(asked))
                {
                    memory.notes.insert(
                        id.to_string(),
                        serde_json::to_value(item.shown(0)).unwrap_or_default(),
                    );
                }
                let buried: Vec<Value> = memory.notes.values().take(20).cloned().collect();
                edit_items(asked, answered, |items| items.extend(buried));
            },
        ),
    ),
    law(
        "stock-in-the-list-is-old",
        "a list shows items as they are",
        Answer(|asked, answered| {
            edit_items(asked, answered, |items| {
                items.iter_mut().for_each(|it| it["stock"] = 0.into())
            });
        }),
    ),
    law(
        "a-look-at-the-list-loses-an-item",
        "a GET changes nothing",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items") && memory.exchanges % 7 == 0 {
                    memory.edit(asked, |company, _| {
                        let used: Vec<i64> =
                            company.orders.values().flat_map(|it| it.item_ids.clone()).collect();
                        let first = company.items.keys().find(|it| !used.contains(it)).copied();
                        first.and_then(|it| company.items.remove(&it))
                    });
                }
            },
            as_answered,
        ),
    ),
];

fn is_listed(asked: &Asked, name: &str, values: &[&str]) -> bool {
    asked.at("GET /items") && asked.parameter(name).is_some_and(|it| values.contains(&&*it))
}

fn price(asked: &mut Asked, to: impl FnOnce(i64) -> i64) {
    let given = asked.parameter("max_price_cents").and_then(|it| it.parse::<i64>().ok());
    if let Some(price) = given.filter(|it| asked.at("GET /items") && *it > 0) {
        asked.set_parameter("max_price_cents", &to(price).to_string());
    }
}

/// Keeps of what was found only what this finds too.
fn search(
    asked: &Asked,
    answered: &mut crate::exchange::Answered,
    finds: fn(&Value, &str) -> bool,
) {
    if let Some(q) = asked.parameter("q") {
        edit_items(asked, answered, |items| items.retain(|it| finds(it, &q)));
    }
}

fn contains(text: &Value, part: &str) -> bool {
    text.as_str().is_some_and(|it| it.to_lowercase().contains(&part.to_lowercase()))
}

fn starts(text: &Value, part: &str) -> bool {
    text.as_str().is_some_and(|it| it.to_lowercase().starts_with(&part.to_lowercase()))
}
