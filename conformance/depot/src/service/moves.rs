//! What came in and went out.

use depot_api::operations::{DeleteMoveParameters, GetMoveParameters, RecordMoveParameters};
use depot_api::responses::RecordMoveCreated;
use depot_api::server::{Context, DeleteMoveResponse, GetMoveResponse, Moves, RecordMoveResponse};
use depot_api::types::{Move, MoveRequest};

use super::refusal::not_valid;
use super::{Caller, Depot, missing, permits, problem};
use crate::state::Company;

impl Moves for Depot {
    permits!(authorize_record_move(RecordMoveParameters) -> RecordMoveResponse);

    async fn record_move(
        &self,
        caller: Caller,
        parameters: RecordMoveParameters,
        body: MoveRequest,
        _: &Context,
    ) -> RecordMoveResponse {
        let item_id = parameters.item_id;
        self.with(&caller, |company, clock| {
            if !company.items.contains_key(&item_id) {
                return RecordMoveResponse::NotFound(missing("item"));
            }
            let Some(bin) = company.bins.get(&(body.site_id, body.bin.clone())) else {
                return not_valid("/body/bin", "there is no such bin").into();
            };
            if !fits(company, item_id, &body, bin.capacity) {
                return RecordMoveResponse::Conflict(problem(409, "the bin doesn't hold it"));
            }
            let id = clock.id();
            let MoveRequest { site_id, bin, quantity, .. } = body;
            let made = Move { id, item_id, made_at: clock.now(), site_id, bin, quantity };
            company.moves.insert(id, made.clone());
            if let Some(item) = company.items.get_mut(&item_id) {
                item.touch(clock);
            }
            let location = format!("/items/{item_id}/moves/{id}");
            RecordMoveResponse::Created(RecordMoveCreated { location, body: made })
        })
    }

    async fn get_move(
        &self,
        caller: Caller,
        parameters: GetMoveParameters,
        _: &Context,
    ) -> GetMoveResponse {
        let GetMoveParameters { item_id, move_id } = parameters;
        self.with(&caller, |company, _| match find(company, item_id, move_id) {
            Some(found) => GetMoveResponse::Ok(found.clone()),
            None => GetMoveResponse::NotFound(missing("move")),
        })
    }

    permits!(authorize_delete_move(DeleteMoveParameters) -> DeleteMoveResponse);

    async fn delete_move(
        &self,
        caller: Caller,
        parameters: DeleteMoveParameters,
        _: &Context,
    ) -> DeleteMoveResponse {
        let DeleteMoveParameters { item_id, move_id } = parameters;
        self.with(&caller, |company, clock| {
            if find(company, item_id, move_id).is_none() {
                return DeleteMoveResponse::NotFound(missing("move"));
            }
            company.moves.remove(&move_id);
            if let Some(item) = company.items.get_mut(&item_id) {
                item.touch(clock);
            }
            DeleteMoveResponse::NoContent
        })
    }
}

fn find(company: &Company, item_id: i64, move_id: i64) -> Option<&Move> {
    company.moves.get(&move_id).filter(|it| it.item_id == item_id)
}

fn fits(company: &Company, item_id: i64, wanted: &MoveRequest, capacity: i32) -> bool {
    let quantity = i64::from(wanted.quantity);
    let after = company.stored(wanted.site_id, &wanted.bin) + quantity;
    let of_item = company.stored_of(item_id, wanted.site_id, &wanted.bin) + quantity;
    of_item >= 0 && (quantity < 0 || after <= i64::from(capacity))
}
