//! All items at once.

use depot_api::operations::ExportItemsOkBody;
use depot_api::server::ExportItemsResponse;
use depot_api::types::Item;
use http::HeaderMap;

use super::accept::preferred;
use super::{csv, problem};

const CSV: &str = "text/csv";
const LINES: &str = "application/x-ndjson";

pub(super) fn export(items: Vec<Item>, headers: &HeaderMap) -> ExportItemsResponse {
    match preferred(headers, &[CSV, LINES]) {
        Some(CSV) => ExportItemsResponse::Ok(ExportItemsOkBody::Csv(table(&items))),
        Some(_) => ExportItemsResponse::Ok(ExportItemsOkBody::XNdjson(items.into_iter().collect())),
        None => ExportItemsResponse::NotAcceptable(problem(406, "there are CSV and lines of JSON")),
    }
}

fn table(items: &[Item]) -> String {
    let head = csv::line(["id", "sku", "name", "kind", "supplier_id", "price_cents"]);
    items.iter().fold(head, |table, item| table + &row(item))
}

fn row(item: &Item) -> String {
    let (id, sku, name, kind, supplier_id, price) = match item {
        Item::Part(it) => (it.id, &it.sku, &it.name, "part", it.supplier_id, it.price_cents),
        Item::Liquid(it) => (it.id, &it.sku, &it.name, "liquid", it.supplier_id, it.price_cents),
    };
    let [id, supplier_id, price] = [id, supplier_id, price].map(|it| it.to_string());
    csv::line([id.as_str(), sku, name, kind, &supplier_id, &price])
}
