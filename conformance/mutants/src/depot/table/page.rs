//! Pages: by offset, by cursor, by number.

use serde_json::Value;

use super::body::edit_items;
use super::law;
use crate::depot::Mutant;
use crate::exchange::{Answered, Asked};
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    // Items, by offset and limit.
    law(
        "total-is-that-of-the-page",
        "total counts all pages",
        Answer(|asked, answered| {
            let count = answered.at("/items").and_then(|it| it.as_array().map(Vec::len));
            if let Some(count) = count.filter(|_| asked.at("GET /items")) {
                answered.set_member("total", count);
            }
        }),
    ),
    law(
        "total-is-one-too-many",
        "total is exact",
        Answer(|asked, answered| {
            let total = answered.at("/total").and_then(|it| it.as_i64());
            if let Some(total) = total.filter(|_| asked.at("GET /items")) {
                answered.set_member("total", total + 1);
            }
        }),
    ),
    law(
        "total-counts-deleted-items",
        "total counts what is there",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("DELETE /items/*") && answered.status == 204 {
                memory.marked.extend(asked.item());
            }
            let total = answered.at("/total").and_then(|it| it.as_u64());
            if let Some(total) = total.filter(|_| asked.at("GET /items")) {
                answered.set_member("total", total + memory.marked.len() as u64);
            }
        }),
    ),
    law(
        "offset-is-ignored",
        "an offset skips",
        Request(|asked| {
            if positive(asked, "GET /items", "offset").is_some() {
                asked.drop_parameter("offset");
            }
        }),
    ),
    law(
        "offset-skips-one-too-many",
        "an offset skips as many as it says",
        Request(|asked| {
            if let Some(offset) = positive(asked, "GET /items", "offset") {
                asked.set_parameter("offset", &(offset + 1).to_string());
            }
        }),
    ),
    law(
        "offset-skips-one-too-few",
        "an offset skips as many as it says",
        Request(|asked| {
            if let Some(offset) = positive(asked, "GET /items", "offset") {
                asked.set_parameter("offset", &(offset - 1).to_string());
            }
        }),
    ),
    law(
        "offset-counts-pages",
        "an offset counts items, not pages",
        Request(|asked| {
            let limit = positive(asked, "GET /items", "limit").unwrap_or(20);
            if let Some(offset) = positive(asked, "GET /items", "offset").filter(|it| *it < 1 << 20)
            {
                asked.set_parameter("offset", &(offset * limit).to_string());
            }
        }),
    ),
    law(
        "offset-is-told-as-zero",
        "a page tells its offset",
        Answer(|asked, answered| {
            if asked.at("GET /items") {
                answered.replace("/offset", 0);
            }
        }),
    ),
    law(
        "limit-is-ignored",
        "a page has as many as asked for at most",
        Request(|asked| {
            if positive(asked, "GET /items", "limit").is_some_and(|it| it <= 100) {
                asked.drop_parameter("limit");
            }
        }),
    ),
    law(
        "limit-is-one-more",
        "a page has as many as asked for at most",
        Request(|asked| {
            if let Some(limit) = positive(asked, "GET /items", "limit").filter(|it| *it < 100) {
                asked.set_parameter("limit", &(limit + 1).to_string());
            }
        }),
    ),
    law(
        "limit-is-one-less",
        "a page has as many as asked for if there are",
        Request(|asked| {
            if let Some(limit) =
                positive(asked, "GET /items", "limit").filter(|it| (2..=100).contains(it))
            {
                asked.set_parameter("limit", &(limit - 1).to_string());
            }
        }),
    ),
    law(
        "limit-is-told-as-the-default",
        "a page tells its limit",
        Answer(|asked, answered| {
            if asked.at("GET /items") {
                answered.replace("/limit", 20);
            }
        }),
    ),
    law(
        "default-limit-is-three",
        "a page has 20 items unless asked otherwise",
        Request(|asked| {
            if asked.at("GET /items") && asked.parameters("limit").is_empty() {
                asked.set_parameter("limit", "3");
            }
        }),
    ),
    law(
        "last-item-is-on-no-page",
        "every item is on some page",
        Answer(|asked, answered| {
            let (total, offset) = (answered.at("/total"), answered.at("/offset"));
            let (total, offset) =
                (total.and_then(|it| it.as_u64()), offset.and_then(|it| it.as_u64()));
            if let (Some(total), Some(offset)) = (total, offset) {
                edit_items(asked, answered, |items| {
                    if offset > 0 && offset + items.len() as u64 == total {
                        items.pop();
                    }
                });
            }
        }),
    ),
    law(
        "behind-the-end-is-the-last-page",
        "behind the end there is nothing",
        Knowing(
            |asked, memory| {
                let total =
                    memory.edit(asked, |company, _| company.items.len()).unwrap_or_default() as i64;
                if positive(asked, "GET /items", "offset").is_some_and(|it| it >= total)
                    && total > 0
                {
                    asked.set_parameter("offset", &(total - 1).to_string());
                }
            },
            as_answered,
        ),
    ),
    law(
        "behind-the-end-is-404",
        "behind the end there is an empty page",
        Answer(|asked, answered| {
            if asked.at("GET /items")
                && asked.parameter("offset").is_some()
                && answered.at("/items") == Some(serde_json::json!([]))
            {
                *answered = crate::depot::refusal::problem(404);
            }
        }),
    ),
    // Suppliers, by cursor.
    law(
        "cursor-is-ignored",
        "a cursor leads on",
        Knowing(
            |asked, memory| {
                if asked.at("GET /suppliers")
                    && asked.parameter("cursor").is_some_and(|it| memory.notes.contains_key(&it))
                {
                    asked.drop_parameter("cursor");
                }
            },
            |_, answered, memory| {
                if let Some(cursor) = answered.text_at("/next_cursor") {
                    memory.notes.insert(cursor, Value::Null);
                }
            },
        ),
    ),
    law(
        "cursor-skips-one",
        "every supplier is on some page",
        Answer(|asked, answered| {
            if asked.parameter("cursor").is_some() {
                edit_data(asked, answered, |data| {
                    data.drain(..data.len().min(1));
                });
            }
        }),
    ),
    law(
        "cursor-repeats-one",
        "every supplier is on one page",
        Knowing(as_asked, |asked, answered, memory| {
            let last =
                answered.at("/data").and_then(|it| it.as_array().and_then(|it| it.last().cloned()));
            if let (Some(cursor), Some(last)) = (answered.text_at("/next_cursor"), last) {
                memory.notes.insert(cursor, last);
            }
            let again = asked.parameter("cursor").and_then(|it| memory.notes.get(&it).cloned());
            if let Some(again) = again {
                edit_data(asked, answered, |data| data.insert(0, again));
            }
        }),
    ),
    law(
        "last-page-has-a-cursor",
        "the last page has none",
        Knowing(as_asked, |asked, answered, _| {
            if let Some(cursor) = asked.parameter("cursor").filter(|_| asked.at("GET /suppliers"))
                && answered.at("/next_cursor") == Some(Value::Null)
            {
                answered.set_member("next_cursor", cursor);
            }
        }),
    ),
    law(
        "full-last-page-has-a-cursor",
        "a last page that is full has none",
        Knowing(as_asked, |asked, answered, memory| {
            if let Some(cursor) = answered.text_at("/next_cursor") {
                memory.notes.insert("any".into(), cursor.into());
            }
            let limit = positive(asked, "GET /suppliers", "limit").unwrap_or(10) as usize;
            let full =
                answered.at("/data").and_then(|it| it.as_array().map(|it| it.len() == limit));
            if full == Some(true)
                && answered.at("/next_cursor") == Some(Value::Null)
                && let Some(cursor) = memory.notes.get("any").cloned()
            {
                answered.set_member("next_cursor", cursor);
            }
        }),
    ),
    law(
        "there-is-one-page-of-suppliers",
        "every supplier is on some page",
        Answer(|asked, answered| {
            if asked.at("GET /suppliers") && answered.status == 200 {
                answered.set_member("next_cursor", Value::Null);
            }
        }),
    ),
    law(
        "supplier-limit-is-ignored",
        "a page has as many as asked for at most",
        Request(|asked| {
            if positive(asked, "GET /suppliers", "limit").is_some_and(|it| it <= 50) {
                asked.drop_parameter("limit");
            }
        }),
    ),
    law(
        "supplier-limit-holds-for-the-first-page",
        "a page has as many as asked for at most",
        Request(|asked| {
            if asked.parameter("cursor").is_some()
                && positive(asked, "GET /suppliers", "limit").is_some()
            {
                asked.drop_parameter("limit");
            }
        }),
    ),
    law(
        "suppliers-leave-out-the-newest",
        "what was made is in the list",
        Knowing(as_asked, |asked, answered, memory| {
            let newest = memory
                .edit(asked, |company, _| company.suppliers.keys().next_back().copied())
                .flatten();
            edit_data(asked, answered, |data| data.retain(|it| it["id"].as_i64() != newest));
        }),
    ),
    law(
        "listed-supplier-shows-its-account",
        "a bank account is never shown",
        Answer(|asked, answered| {
            edit_data(asked, answered, |data| {
                data.iter_mut().for_each(|it| it["bank_account"] = "DE02120300000000202051".into());
            });
        }),
    ),
    // Sites, by number.
    law(
        "page-is-ignored",
        "a page is that of its number",
        Request(|asked| {
            if positive(asked, "GET /sites", "page").is_some() {
                asked.drop_parameter("page");
            }
        }),
    ),
    law(
        "pages-are-counted-from-zero",
        "pages are counted from 1",
        Request(|asked| {
            if let Some(page) = positive(asked, "GET /sites", "page").filter(|it| *it < 1 << 30) {
                asked.set_parameter("page", &(page + 1).to_string());
            }
        }),
    ),
    law(
        "per-page-is-ignored",
        "a page has as many as asked for at most",
        Request(|asked| {
            if positive(asked, "GET /sites", "per_page").is_some_and(|it| it <= 100) {
                asked.drop_parameter("per_page");
            }
        }),
    ),
    law(
        "total-of-sites-is-that-of-the-page",
        "X-Total-Count counts all pages",
        Answer(|asked, answered| {
            let count = answered.json().and_then(|it| it.as_array().map(Vec::len));
            if let Some(Ok(count)) =
                count.filter(|_| asked.at("GET /sites")).map(|it| it.to_string().parse())
            {
                answered.headers.insert("x-total-count", count);
            }
        }),
    ),
    law(
        "there-is-no-next-page",
        "Link names the next page where there is one",
        Answer(|asked, answered| {
            link(asked, answered, |links| links.retain(|it| !it.contains("rel=\"next\"")));
        }),
    ),
    law(
        "last-page-names-a-next",
        "Link names the next page only where there is one",
        Answer(|asked, answered| {
            let page = positive(asked, "GET /sites", "page").unwrap_or(1);
            let size = positive(asked, "GET /sites", "per_page").unwrap_or(20);
            link(asked, answered, |links| {
                if !links.iter().any(|it| it.contains("rel=\"next\"")) {
                    links.push(format!("</sites?page={}&per_page={size}>; rel=\"next\"", page + 1));
                }
            });
        }),
    ),
    law(
        "next-page-forgets-its-size",
        "Link names the next page, of the same size",
        Answer(|asked, answered| {
            link(asked, answered, |links| {
                for link in links.iter_mut().filter(|it| it.contains("rel=\"next\"")) {
                    if let Some((front, _)) = link.split_once("&per_page") {
                        *link = format!("{front}>; rel=\"next\"");
                    }
                }
            });
        }),
    ),
    law(
        "next-page-is-this-one",
        "Link names the next page",
        Answer(|asked, answered| {
            let page = positive(asked, "GET /sites", "page").unwrap_or(1);
            link(asked, answered, |links| {
                for link in links.iter_mut().filter(|it| it.contains("rel=\"next\"")) {
                    *link = link.replace(&format!("page={}&", page + 1), &format!("page={page}&"));
                }
            });
        }),
    ),
    law(
        "first-page-names-a-page-before",
        "Link names the page before only where there is one",
        Answer(|asked, answered| {
            let page = positive(asked, "GET /sites", "page").unwrap_or(1);
            link(asked, answered, |links| {
                if page == 1 {
                    links.push("</sites?page=0>; rel=\"prev\"".to_owned());
                }
            });
        }),
    ),
    law(
        "last-page-is-the-first",
        "Link names the last page",
        Answer(|asked, answered| {
            link(asked, answered, |links| {
                for link in links.iter_mut().filter(|it| it.contains("rel=\"last\"")) {
                    *link = "</sites?page=1>; rel=\"last\"".to_owned();
                }
            });
        }),
    ),
    law(
        "sites-leave-out-the-newest",
        "what was made is in the list",
        Knowing(as_asked, |asked, answered, memory| {
            let newest = memory
                .edit(asked, |company, _| company.sites.keys().next_back().copied())
                .flatten();
            if asked.at("GET /sites") {
                answered.edit(|list| {
                    if let Value::Array(sites) = list {
                        sites.retain(|it| it["id"].as_i64() != newest);
                    }
                });
            }
        }),
    ),
];

fn positive(asked: &Asked, route: &str, name: &str) -> Option<i64> {
    asked.parameter(name)?.parse().ok().filter(|it| *it > 0 && asked.at(route))
}

fn edit_data(asked: &Asked, answered: &mut Answered, change: impl FnOnce(&mut Vec<Value>)) {
    if asked.at("GET /suppliers") && answered.status == 200 {
        answered.edit_object(|page| {
            if let Some(Value::Array(data)) = page.get_mut("data") {
                change(data);
            }
        });
    }
}

fn link(asked: &Asked, answered: &mut Answered, change: impl FnOnce(&mut Vec<String>)) {
    if !asked.at("GET /sites") {
        return;
    }
    let Some(Ok(field)) = answered.headers.get("link").map(|it| it.to_str()) else { return };
    let mut links: Vec<String> = field.split(", ").map(str::to_owned).collect();
    change(&mut links);
    if let Ok(field) = links.join(", ").parse() {
        answered.headers.insert("link", field);
    }
}
