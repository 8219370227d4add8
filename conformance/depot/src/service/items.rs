//! Items one by one.

use depot_api::operations::{
    DeleteItemParameters, GetItemParameters, GetLabelParameters, ListItemsParameters,
    PatchItemParameters, ReplaceItemParameters,
};
use depot_api::responses::{
    CreateItemCreated, GetItemNotModified, GetItemOk, PatchItemOk, ReplaceItemOk,
};
use depot_api::runtime::Field;
use depot_api::server::{
    Context, CreateItemResponse, DeleteItemResponse, ExportItemsResponse, GetItemResponse,
    GetLabelResponse, Items, ListItemsResponse, PatchItemResponse, ReplaceItemResponse,
};
use depot_api::types::{InvalidProblem, ItemPatch, ItemRequest};

use super::condition::{has_already, matches};
use super::refusal::not_valid;
use super::{Caller, Depot, export, list_items, missing, permits, problem};
use crate::state::{Company, Item};

impl Items for Depot {
    async fn list_items(
        &self,
        caller: Caller,
        parameters: ListItemsParameters,
        _: &Context,
    ) -> ListItemsResponse {
        let page = self.with(&caller, |company, _| list_items::page(company, &parameters));
        ListItemsResponse::Ok(page)
    }

    async fn export_items(&self, caller: Caller, context: &Context) -> ExportItemsResponse {
        let items: Vec<_> = self.with(&caller, |company, _| {
            company.items.values().map(|item| company.shown_item(item)).collect()
        });
        export::export(items, context.headers())
    }

    permits!(authorize_create_item() -> CreateItemResponse);

    async fn create_item(
        &self,
        caller: Caller,
        body: ItemRequest,
        _: &Context,
    ) -> CreateItemResponse {
        self.with(&caller, |company, clock| {
            let item = Item::new(body, clock);
            match objection(company, &item) {
                Some(Objection::Supplier) => return no_supplier().into(),
                Some(Objection::Sku) => {
                    return CreateItemResponse::Conflict(problem(409, SKU_TAKEN));
                }
                None => {}
            }
            let answer = CreateItemCreated {
                location: format!("/items/{}", item.id),
                e_tag: item.etag(),
                body: company.shown_item(&item),
            };
            company.items.insert(item.id, item);
            CreateItemResponse::Created(answer)
        })
    }

    async fn get_item(
        &self,
        caller: Caller,
        parameters: GetItemParameters,
        _: &Context,
    ) -> GetItemResponse {
        self.with(&caller, |company, _| {
            let Some(item) = company.items.get(&parameters.item_id) else {
                return GetItemResponse::NotFound(missing("item"));
            };
            let e_tag = item.etag();
            if parameters.if_none_match.is_some_and(|tags| has_already(&tags, item)) {
                return GetItemResponse::NotModified(GetItemNotModified { e_tag });
            }
            GetItemResponse::Ok(GetItemOk { e_tag, body: company.shown_item(item) })
        })
    }

    permits!(authorize_replace_item(ReplaceItemParameters) -> ReplaceItemResponse);

    async fn replace_item(
        &self,
        caller: Caller,
        parameters: ReplaceItemParameters,
        body: ItemRequest,
        _: &Context,
    ) -> ReplaceItemResponse {
        self.with(&caller, |company, clock| {
            let Some(mut item) = company.items.get(&parameters.item_id).cloned() else {
                return ReplaceItemResponse::NotFound(missing("item"));
            };
            match parameters.if_match {
                None => {
                    let asked = problem(428, "If-Match is required");
                    return ReplaceItemResponse::PreconditionRequired(asked);
                }
                Some(tags) if !matches(&tags, &item) => {
                    return ReplaceItemResponse::PreconditionFailed(problem(412, CHANGED));
                }
                Some(_) => {}
            }
            item.replace(body, clock);
            match objection(company, &item) {
                Some(Objection::Supplier) => return no_supplier().into(),
                Some(Objection::Sku) => {
                    return ReplaceItemResponse::Conflict(problem(409, SKU_TAKEN));
                }
                None => {}
            }
            let answer = ReplaceItemOk { e_tag: item.etag(), body: company.shown_item(&item) };
            company.items.insert(item.id, item);
            ReplaceItemResponse::Ok(answer)
        })
    }

    permits!(authorize_patch_item(PatchItemParameters) -> PatchItemResponse);

    async fn patch_item(
        &self,
        caller: Caller,
        parameters: PatchItemParameters,
        body: ItemPatch,
        _: &Context,
    ) -> PatchItemResponse {
        self.with(&caller, |company, clock| {
            let Some(mut item) = company.items.get(&parameters.item_id).cloned() else {
                return PatchItemResponse::NotFound(missing("item"));
            };
            if parameters.if_match.is_some_and(|tags| !matches(&tags, &item)) {
                return PatchItemResponse::PreconditionFailed(problem(412, CHANGED));
            }
            merge(&mut item, body);
            item.touch(clock);
            match objection(company, &item) {
                Some(Objection::Supplier) => return no_supplier().into(),
                Some(Objection::Sku) => {
                    return PatchItemResponse::Conflict(problem(409, SKU_TAKEN));
                }
                None => {}
            }
            let answer = PatchItemOk { e_tag: item.etag(), body: company.shown_item(&item) };
            company.items.insert(item.id, item);
            PatchItemResponse::Ok(answer)
        })
    }

    permits!(authorize_delete_item(DeleteItemParameters) -> DeleteItemResponse);

    async fn delete_item(
        &self,
        caller: Caller,
        parameters: DeleteItemParameters,
        _: &Context,
    ) -> DeleteItemResponse {
        let id = parameters.item_id;
        self.with(&caller, |company, _| {
            let Some(item) = company.items.get(&id) else {
                return DeleteItemResponse::NotFound(missing("item"));
            };
            if parameters.if_match.is_some_and(|tags| !matches(&tags, item)) {
                return DeleteItemResponse::PreconditionFailed(problem(412, CHANGED));
            }
            if company.orders.values().any(|order| order.item_ids.contains(&id)) {
                return DeleteItemResponse::Conflict(problem(409, "the item is on an order"));
            }
            company.items.remove(&id);
            company.moves.retain(|_, it| it.item_id != id);
            company.photos.retain(|_, it| it.item_id != id);
            DeleteItemResponse::NoContent
        })
    }

    async fn get_label(
        &self,
        caller: Caller,
        parameters: GetLabelParameters,
        _: &Context,
    ) -> GetLabelResponse {
        self.with(&caller, |company, _| match company.items.get(&parameters.item_id) {
            Some(item) => GetLabelResponse::Ok(format!("{}\n{}", item.sku, item.name).into()),
            None => missing("item").into(),
        })
    }
}

const SKU_TAKEN: &str = "another item has this SKU";
const CHANGED: &str = "the item is not as If-Match wants it";

/// What stands against an item being kept as it is said to be.
enum Objection {
    Supplier,
    Sku,
}

fn objection(company: &Company, item: &Item) -> Option<Objection> {
    if !company.suppliers.contains_key(&item.supplier_id) {
        return Some(Objection::Supplier);
    }
    let mut others = company.items.values().filter(|it| it.id != item.id);
    others.any(|it| it.sku == item.sku).then_some(Objection::Sku)
}

fn no_supplier() -> InvalidProblem {
    not_valid("/body/supplier_id", "there is no such supplier")
}

/// RFC 7396: what is absent stays, null removes.
fn merge(item: &mut Item, patch: ItemPatch) {
    let ItemPatch { sku, name, supplier_id, price_cents, tags, note } = patch;
    item.sku = sku.unwrap_or_else(|| item.sku.clone());
    item.name = name.unwrap_or_else(|| item.name.clone());
    item.supplier_id = supplier_id.unwrap_or(item.supplier_id);
    item.price_cents = price_cents.unwrap_or(item.price_cents);
    merge_member(&mut item.tags, tags);
    merge_member(&mut item.note, note);
}

fn merge_member<T>(member: &mut Option<T>, patch: Field<T>) {
    match patch {
        Field::Absent => {}
        Field::Null => *member = None,
        Field::Value(value) => *member = Some(value),
    }
}
