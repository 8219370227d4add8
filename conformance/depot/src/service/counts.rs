//! Stocktaking: started now, done later.

use depot_api::operations::{DeleteCountParameters, GetCountParameters};
use depot_api::responses::{StartCountAccepted, StartCountTooManyRequests};
use depot_api::server::{
    Context, Counts, DeleteCountResponse, GetCountResponse, StartCountResponse,
};
use depot_api::types::{Count, CountState};

use super::{Caller, Depot, missing, permits, problem};

/// How many a company may have at a time.
const MOST: usize = 30;

impl Counts for Depot {
    permits!(authorize_start_count() -> StartCountResponse);

    async fn start_count(&self, caller: Caller, _: &Context) -> StartCountResponse {
        self.with(&caller, |company, clock| {
            let left = MOST.saturating_sub(company.counts.len());
            if left == 0 {
                return StartCountResponse::TooManyRequests(too_many());
            }
            let id = clock.id();
            let count = Count { id, state: CountState::Running, items: None };
            company.counts.insert(id, count.clone());
            StartCountResponse::Accepted(StartCountAccepted {
                location: format!("/counts/{id}"),
                x_counts_left: i32::try_from(left - 1).unwrap_or(i32::MAX),
                body: count,
            })
        })
    }

    async fn get_count(
        &self,
        caller: Caller,
        parameters: GetCountParameters,
        _: &Context,
    ) -> GetCountResponse {
        self.with(&caller, |company, _| {
            let items = i64::try_from(company.items.len()).unwrap_or(i64::MAX);
            let Some(count) = company.counts.get_mut(&parameters.count_id) else {
                return GetCountResponse::NotFound(missing("count"));
            };
            let seen = count.clone();
            // Whoever looks sees how far it has come, and by the next look it is done.
            if count.state == CountState::Running {
                count.state = CountState::Done;
                count.items = Some(items);
            }
            GetCountResponse::Ok(seen)
        })
    }

    permits!(authorize_delete_count(DeleteCountParameters) -> DeleteCountResponse);

    async fn delete_count(
        &self,
        caller: Caller,
        parameters: DeleteCountParameters,
        _: &Context,
    ) -> DeleteCountResponse {
        self.with(&caller, |company, _| match company.counts.remove(&parameters.count_id) {
            Some(_) => DeleteCountResponse::NoContent,
            None => DeleteCountResponse::NotFound(missing("count")),
        })
    }
}

pub(super) fn too_many() -> StartCountTooManyRequests {
    StartCountTooManyRequests {
        retry_after: 1,
        body: problem(429, "the company has as many counts as it may"),
    }
}
