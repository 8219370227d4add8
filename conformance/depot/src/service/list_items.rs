//! The list of items: filtered, sorted, by offset and limit.

use std::cmp::Ordering;

use depot_api::operations::ListItemsParameters;
use depot_api::types::{ItemPage, Kind, ListItemsSort};

use crate::state::{self, Company, Item};

pub(super) fn page(company: &Company, asked: &ListItemsParameters) -> ItemPage {
    let (offset, limit) = (asked.offset_or_default(), asked.limit_or_default());
    let mut items: Vec<_> =
        company.items.values().filter(|item| is_asked_for(item, asked)).collect();
    items.sort_by(|a, b| order(a, b, asked.sort_or_default()));
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let taken = usize::try_from(limit).unwrap_or(0);
    ItemPage {
        total: i64::try_from(items.len()).unwrap_or(i64::MAX),
        items: items
            .into_iter()
            .skip(skipped)
            .take(taken)
            .map(|it| company.shown_item(it))
            .collect(),
        offset,
        limit,
    }
}

/// The items come by id, and a stable sort leaves those that are equal so.
fn order(a: &Item, b: &Item, by: ListItemsSort) -> Ordering {
    match by {
        ListItemsSort::Id => a.id.cmp(&b.id),
        ListItemsSort::Name => a.name.cmp(&b.name),
        ListItemsSort::MinusName => b.name.cmp(&a.name),
        ListItemsSort::PriceCents => a.price_cents.cmp(&b.price_cents),
        ListItemsSort::MinusPriceCents => b.price_cents.cmp(&a.price_cents),
    }
}

fn is_asked_for(item: &Item, asked: &ListItemsParameters) -> bool {
    let kind = match item.kind {
        state::Kind::Part { .. } => Kind::Part,
        state::Kind::Liquid { .. } => Kind::Liquid,
    };
    asked.kind.is_none_or(|it| it == kind)
        && asked.supplier_id.is_none_or(|it| it == item.supplier_id)
        && asked.max_price_cents.is_none_or(|it| item.price_cents <= it)
        && asked.q.as_ref().is_none_or(|it| contains(item, it))
}

fn contains(item: &Item, part: &str) -> bool {
    let part = part.to_lowercase();
    [&item.name, &item.sku].iter().any(|text| text.to_lowercase().contains(&part))
}
