//! Photos: bytes come back as they went.

use super::law;
use crate::depot::Mutant;
use crate::mutant::Breaks::{Answer, Knowing, Request};
use crate::mutant::{as_answered, as_asked};

pub(super) const MUTANTS: &[Mutant] = &[
    law(
        "photo-loses-its-last-byte",
        "bytes come back as they went",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.body.pop();
            }
        }),
    ),
    law(
        "photo-has-one-byte-changed",
        "bytes come back as they went",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*")
                && answered.status == 200
                && let Some(byte) = answered.body.get_mut(7)
            {
                *byte ^= 1;
            }
        }),
    ),
    law(
        "photo-has-line-ends-changed",
        "bytes come back as they went",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.body.retain(|it| *it != b'\r');
            }
        }),
    ),
    law(
        "photo-is-read-as-text",
        "bytes come back as they went",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.body = String::from_utf8_lossy(&answered.body).into_owned().into_bytes();
            }
        }),
    ),
    law(
        "photo-ends-at-a-zero",
        "bytes come back as they went",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                let end =
                    answered.body.iter().position(|it| *it == 0).unwrap_or(answered.body.len());
                answered.body.truncate(end);
            }
        }),
    ),
    law(
        "photo-is-base64",
        "bytes come back as they went",
        Answer(|asked, answered| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.body =
                    answered.body.iter().flat_map(|it| format!("{it:02x}").into_bytes()).collect();
            }
        }),
    ),
    law(
        "every-photo-is-the-first",
        "a photo is its own",
        Knowing(
            |asked, memory| {
                if asked.at("GET /items/*/photos/*")
                    && let Some(item) = asked.item()
                {
                    let id = asked.id_behind("photos").unwrap_or_default();
                    let first = memory.edit(asked, |company, _| {
                        let there = company.photos.get(&id).is_some_and(|it| it.item_id == item);
                        company
                            .photos
                            .values()
                            .find(|it| it.item_id == item)
                            .map(|it| it.info.id)
                            .filter(|_| there)
                    });
                    if let Some(Some(first)) = first {
                        asked.path = format!("/items/{item}/photos/{first}");
                    }
                }
            },
            as_answered,
        ),
    ),
    law(
        "photo-forgets-its-caption",
        "a caption is told as it came",
        Answer(|asked, answered| {
            if asked.at("POST /items/*/photos") {
                answered.drop_member("caption");
            }
        }),
    ),
    law(
        "photo-of-a-form-is-the-form",
        "the file is kept, not the form around it",
        Knowing(as_asked, |asked, answered, memory| {
            let form = asked.header("content-type").is_some_and(|it| it.starts_with("multipart/"));
            if asked.at("POST /items/*/photos") && answered.status == 201 && form {
                let id = answered.at("/id").and_then(|it| it.as_i64()).unwrap_or_default();
                let body = asked.body.clone();
                memory.edit(asked, |company, _| {
                    company.photos.get_mut(&id).map(|it| it.bytes = body.into())
                });
            }
        }),
    ),
    law(
        "photo-tells-the-size-of-the-form",
        "a photo tells its size in bytes",
        Knowing(as_asked, |asked, answered, _| {
            if asked.at("POST /items/*/photos") && answered.status == 201 {
                answered.set_member("size", asked.body.len() + 1);
            }
        }),
    ),
    law(
        "photo-is-cut-at-4096",
        "bytes come back as they went, however many",
        Knowing(as_asked, |asked, answered, _| {
            if asked.at("GET /items/*/photos/*") && answered.status == 200 {
                answered.body.truncate(4096);
            }
        }),
    ),
    law(
        "photo-without-file-is-accepted",
        "a form has a file",
        Request(|asked| {
            let form = asked.header("content-type").is_some_and(|it| it.starts_with("multipart/"));
            if asked.at("POST /items/*/photos") && form && !asked.body_contains("name=\"file\"") {
                asked.set_header("content-type", "image/png");
            }
        }),
    ),
    law(
        "second-photo-replaces-the-first",
        "each photo is one of its own",
        Knowing(as_asked, |asked, answered, memory| {
            if asked.at("POST /items/*/photos") && answered.status == 201 {
                let id = answered.at("/id").and_then(|it| it.as_i64()).unwrap_or_default();
                let item = asked.item();
                memory.edit(asked, |company, _| {
                    company.photos.retain(|it, photo| Some(photo.item_id) != item || *it == id)
                });
            }
        }),
    ),
];
