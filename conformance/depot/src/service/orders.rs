//! Orders.

use depot_api::operations::{DeleteOrderParameters, GetOrderParameters};
use depot_api::responses::CreateOrderCreated;
use depot_api::server::{
    Context, CreateOrderResponse, DeleteOrderResponse, GetOrderResponse, Orders,
};
use depot_api::types::{Order, OrderDelivery, OrderRequest};

use super::refusal::not_valid;
use super::{Caller, Depot, missing, permits};
use crate::state::Company;

impl Orders for Depot {
    permits!(authorize_create_order() -> CreateOrderResponse);

    async fn create_order(
        &self,
        caller: Caller,
        body: OrderRequest,
        _: &Context,
    ) -> CreateOrderResponse {
        self.with(&caller, |company, clock| {
            let Some(total) = total(company, &body.item_ids) else {
                return not_valid("/body/item_ids", "there is no such item").into();
            };
            if let OrderDelivery::Pickup(pickup) = &body.delivery
                && !company.sites.contains_key(&pickup.site_id)
            {
                return not_valid("/body/delivery/site_id", "there is no such site").into();
            }
            let id = clock.id();
            let order = Order {
                id,
                total_cents: total,
                created_at: clock.now(),
                item_ids: body.item_ids,
                delivery: body.delivery,
                payment_token: body.payment_token,
                reference: body.reference,
            };
            company.orders.insert(id, order.clone());
            let location = format!("/orders/{id}");
            CreateOrderResponse::Created(CreateOrderCreated { location, body: shown(&order) })
        })
    }

    async fn get_order(
        &self,
        caller: Caller,
        parameters: GetOrderParameters,
        _: &Context,
    ) -> GetOrderResponse {
        self.with(&caller, |company, _| match company.orders.get(&parameters.order_id) {
            Some(order) => GetOrderResponse::Ok(shown(order)),
            None => GetOrderResponse::NotFound(missing("order")),
        })
    }

    permits!(authorize_delete_order(DeleteOrderParameters) -> DeleteOrderResponse);

    async fn delete_order(
        &self,
        caller: Caller,
        parameters: DeleteOrderParameters,
        _: &Context,
    ) -> DeleteOrderResponse {
        self.with(&caller, |company, _| match company.orders.remove(&parameters.order_id) {
            Some(_) => DeleteOrderResponse::NoContent,
            None => DeleteOrderResponse::NotFound(missing("order")),
        })
    }
}

/// What the items cost; `None`: one isn't there.
fn total(company: &Company, ids: &[i64]) -> Option<i64> {
    ids.iter().map(|id| company.items.get(id).map(|item| item.price_cents)).sum()
}

/// Without what is never shown.
fn shown(order: &Order) -> Order {
    Order { payment_token: None, ..order.clone() }
}
