//! What follows from moves.

use super::law;
use crate::depot::Mutant;
use crate::depot::memory::looking;
use crate::mutant::Breaks::{Answer, Knowing};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "stock-stands-still",
        "an item's stock is the sum of its moves",
        Answer(|asked, answered| {
            if asked.at("GET /items/*") {
                answered.replace("/stock", 0);
            }
        }),
    ),
    law(
        "stock-counts-what-goes-out-as-in",
        "what goes out is taken from the stock",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /items/*") && answered.status == 200 {
                let id = asked.item();
                let sum = memory.edit(asked, |company, _| {
                    let of_item = company.moves.values().filter(|it| Some(it.item_id) == id);
                    of_item.map(|it| i64::from(it.quantity.abs())).sum::<i64>()
                });
                answered.replace("/stock", sum.unwrap_or(0));
            }
        }),
    ),
    law(
        "stock-is-that-of-the-last-move",
        "an item's stock is the sum of its moves",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /items/*") && answered.status == 200 {
                let id = asked.item();
                let last = memory.edit(asked, |company, _| {
                    company
                        .moves
                        .values()
                        .rfind(|it| Some(it.item_id) == id)
                        .map(|it| i64::from(it.quantity.max(0)))
                });
                answered.replace("/stock", last.flatten().unwrap_or(0));
            }
        }),
    ),
    law(
        "taken-back-move-still-counts",
        "a deleted move has never happened",
        Knowing(looking, |asked, answered, memory| {
            if asked.at("DELETE /items/*/moves/*")
                && answered.status == 204
                && let Some(id) = asked.id_behind("moves")
                && let Some(mut old) = memory.was.moves.get(&id).cloned()
            {
                memory.edit(asked, |company, clock| {
                    let other = clock.id();
                    old.id = other;
                    company.moves.insert(other, old);
                });
            }
        }),
    ),
    law(
        "bin-is-always-empty",
        "a bin tells what lies in it",
        Answer(|asked, answered| {
            if asked.at("GET /sites/*/bins/*") {
                answered.replace("/stored", 0);
            }
        }),
    ),
    law(
        "replaced-bin-is-empty",
        "what lies in a bin stays when it is replaced",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("PUT /sites/*/bins/*")
                && answered.status == 200
                && let (Some(site), Some(code)) = (asked.id_behind("sites"), asked.behind("bins"))
            {
                memory.edit(asked, |company, _| {
                    company.moves.retain(|_, it| it.site_id != site || it.bin != code)
                });
                answered.set_member("stored", 0);
            }
        }),
    ),
    law(
        "bin-holds-more-than-it-can",
        "more than a bin holds is a 409",
        Knowing(
            |asked, memory| {
                let code = asked.text("bin").unwrap_or_default();
                let site = asked.member("site_id").and_then(|it| it.as_i64()).unwrap_or_default();
                if asked.at("POST /items/*/moves") {
                    memory.look(asked);
                    memory.edit(asked, |company, _| {
                        company.bins.get_mut(&(site, code)).map(|it| it.capacity = i32::MAX)
                    });
                }
            },
            |asked, _, memory| {
                let code = asked.text("bin").unwrap_or_default();
                let site = asked.member("site_id").and_then(|it| it.as_i64()).unwrap_or_default();
                if asked.at("POST /items/*/moves")
                    && let Some(old) =
                        memory.was.bins.get(&(site, code.clone())).map(|it| it.capacity)
                {
                    memory.edit(asked, |company, _| {
                        company.bins.get_mut(&(site, code)).map(|it| it.capacity = old)
                    });
                }
            },
        ),
    ),
    law(
        "more-is-taken-out-than-there-is",
        "more than there is can't be taken out",
        Knowing(
            |asked, _| {
                if asked.at("POST /items/*/moves") {
                    asked.edit(|it| {
                        if it
                            .get("quantity")
                            .and_then(|it| it.as_i64())
                            .is_some_and(|it| (-1000..0).contains(&it))
                        {
                            it.insert("quantity".into(), 1.into());
                        }
                    });
                }
            },
            |asked, answered, _| {
                if asked.at("POST /items/*/moves")
                    && answered.status == 201
                    && let Some(quantity) = asked.member("quantity")
                {
                    answered.set_member("quantity", quantity);
                }
            },
        ),
    ),
    law(
        "site-counts-all-bins",
        "a site tells how many bins it has",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("GET /sites/*") && answered.status == 200 {
                let all = memory.edit(asked, |company, _| company.bins.len()).unwrap_or_default();
                answered.replace("/bin_count", all);
            }
        }),
    ),
    law(
        "site-never-has-bins",
        "a site tells how many bins it has",
        Answer(|asked, answered| {
            if asked.at("GET /sites/*") {
                answered.replace("/bin_count", 0);
            }
        }),
    ),
    law(
        "move-is-found-under-another-item",
        "a move is found under its item only",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*/moves/*")
                    && let Some(id) = asked.id_behind("moves")
                {
                    let owner = memory
                        .edit(asked, |company, _| company.moves.get(&id).map(|it| it.item_id));
                    if let Some(Some(owner)) = owner {
                        asked.path = format!("/items/{owner}/moves/{id}");
                    }
                }
            },
            as_answered,
        ),
    ),
    law(
        "bin-is-found-under-another-site",
        "a bin is found under its site only",
        Knowing(
            |asked, memory| {
                if asked.at("GET /sites/*/bins/*")
                    && let Some(code) = asked.behind("bins").map(str::to_owned)
                {
                    let site = memory.edit(asked, |company, _| {
                        company.bins.keys().find(|(_, it)| *it == code).map(|(site, _)| *site)
                    });
                    if let Some(Some(site)) = site {
                        asked.path = format!("/sites/{site}/bins/{code}");
                    }
                }
            },
            as_answered,
        ),
    ),
    law(
        "photo-is-found-under-another-item",
        "a photo is found under its item only",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*/photos/*")
                    && let Some(id) = asked.id_behind("photos")
                {
                    let owner = memory
                        .edit(asked, |company, _| company.photos.get(&id).map(|it| it.item_id));
                    if let Some(Some(owner)) = owner {
                        asked.path = format!("/items/{owner}/photos/{id}");
                    }
                }
            },
            as_answered,
        ),
    ),
];
