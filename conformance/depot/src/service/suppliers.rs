//! Suppliers: pages by cursor, and JSON patches.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use depot_api::operations::{
    DeleteSupplierParameters, GetSupplierParameters, ListSuppliersParameters,
    PatchSupplierParameters,
};
use depot_api::responses::CreateSupplierCreated;
use depot_api::server::{
    Context, CreateSupplierResponse, DeleteSupplierResponse, GetSupplierResponse,
    ListSuppliersResponse, PatchSupplierResponse, Suppliers,
};
use depot_api::types::{JsonPatch, Supplier, SupplierPage, SupplierRequest};

use time::OffsetDateTime;

use super::patch::{Unpatched, patched};
use super::refusal::not_valid;
use super::{Caller, Depot, missing, permits, problem};
use crate::state::Company;

impl Suppliers for Depot {
    async fn list_suppliers(
        &self,
        caller: Caller,
        parameters: ListSuppliersParameters,
        _: &Context,
    ) -> ListSuppliersResponse {
        let limit = usize::try_from(parameters.limit_or_default()).unwrap_or(1);
        let after = match parameters.cursor.as_deref().map(|it| read_cursor(caller.company, it)) {
            Some(None) => return not_valid("/query/cursor", "no page has this cursor").into(),
            known => known.flatten().unwrap_or(0),
        };
        self.with(&caller, |company, _| {
            let mut rest = company.suppliers.range(after + 1..);
            let page: Vec<_> = rest.by_ref().take(limit).collect();
            let last = page.last().map(|(id, _)| **id).filter(|_| rest.next().is_some());
            ListSuppliersResponse::Ok(SupplierPage {
                next_cursor: last.map(|id| cursor(caller.company, id)),
                data: page.into_iter().map(|(_, supplier)| shown(supplier)).collect(),
            })
        })
    }

    permits!(authorize_create_supplier() -> CreateSupplierResponse);

    async fn create_supplier(
        &self,
        caller: Caller,
        body: SupplierRequest,
        _: &Context,
    ) -> CreateSupplierResponse {
        self.with(&caller, |company, clock| {
            if is_taken(company, &body.name, None) {
                return CreateSupplierResponse::Conflict(problem(409, NAME_TAKEN));
            }
            let id = clock.id();
            let supplier = made(id, clock.now(), body);
            company.suppliers.insert(id, supplier.clone());
            CreateSupplierResponse::Created(CreateSupplierCreated {
                location: format!("/suppliers/{id}"),
                body: shown(&supplier),
            })
        })
    }

    async fn get_supplier(
        &self,
        caller: Caller,
        parameters: GetSupplierParameters,
        _: &Context,
    ) -> GetSupplierResponse {
        self.with(&caller, |company, _| match company.suppliers.get(&parameters.supplier_id) {
            Some(supplier) => GetSupplierResponse::Ok(shown(supplier)),
            None => GetSupplierResponse::NotFound(missing("supplier")),
        })
    }

    permits!(authorize_patch_supplier(PatchSupplierParameters) -> PatchSupplierResponse);

    async fn patch_supplier(
        &self,
        caller: Caller,
        parameters: PatchSupplierParameters,
        body: JsonPatch,
        _: &Context,
    ) -> PatchSupplierResponse {
        let id = parameters.supplier_id;
        self.with(&caller, |company, _| {
            let Some(before) = company.suppliers.get(&id) else {
                return PatchSupplierResponse::NotFound(missing("supplier"));
            };
            let after = match patched(&shown(before), &body) {
                Ok(after) => after,
                Err(Unpatched::Conflict(why)) => {
                    return PatchSupplierResponse::Conflict(problem(409, &why));
                }
                Err(Unpatched::Invalid(why)) => return not_valid("/body", &why).into(),
            };
            if is_taken(company, &after.name, Some(id)) {
                return PatchSupplierResponse::Conflict(problem(409, NAME_TAKEN));
            }
            let bank_account = after.bank_account.or_else(|| before.bank_account.clone());
            let after = SupplierRequest { bank_account, ..after };
            let after = made(id, before.created_at, after);
            let answer = shown(&after);
            company.suppliers.insert(parameters.supplier_id, after);
            PatchSupplierResponse::Ok(answer)
        })
    }

    permits!(authorize_delete_supplier(DeleteSupplierParameters) -> DeleteSupplierResponse);

    async fn delete_supplier(
        &self,
        caller: Caller,
        parameters: DeleteSupplierParameters,
        _: &Context,
    ) -> DeleteSupplierResponse {
        let id = parameters.supplier_id;
        self.with(&caller, |company, _| {
            if company.items.values().any(|item| item.supplier_id == id) {
                return DeleteSupplierResponse::Conflict(problem(409, "it supplies items"));
            }
            match company.suppliers.remove(&id) {
                Some(_) => DeleteSupplierResponse::NoContent,
                None => DeleteSupplierResponse::NotFound(missing("supplier")),
            }
        })
    }
}

const NAME_TAKEN: &str = "another supplier has this name";

fn is_taken(company: &Company, name: &str, but: Option<i64>) -> bool {
    company.suppliers.values().any(|it| it.name == name && Some(it.id) != but)
}

/// A supplier of what a client may say of one.
fn made(id: i64, created_at: OffsetDateTime, said: SupplierRequest) -> Supplier {
    let SupplierRequest { name, email, bank_account, phone, rating, .. } = said;
    Supplier { id, name, email, created_at, bank_account, phone, rating }
}

/// Without what is never shown.
fn shown(supplier: &Supplier) -> Supplier {
    Supplier { bank_account: None, ..supplier.clone() }
}

/// Names the last of a page, with a sum by which a cursor that was made up is told from one that was issued.
fn cursor(company: &str, last: i64) -> String {
    let mut sum = DefaultHasher::new();
    (company, last).hash(&mut sum);
    format!("{last:x}.{:x}", sum.finish())
}

fn read_cursor(company: &str, text: &str) -> Option<i64> {
    let (last, _) = text.split_once('.')?;
    let last = i64::from_str_radix(last, 16).ok()?;
    (cursor(company, last) == text).then_some(last)
}
