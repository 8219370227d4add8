//! A shop that keeps its things in memory, on what is generated from `openapi.yaml`. It prints its URL, and ends when its
//! input does.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shop::operations::*;
use shop::responses::CreateThingCreated;
use shop::server::*;
use shop::types::*;

#[derive(Default)]
struct Shop {
    things: Mutex<BTreeMap<String, Thing>>,
}

impl Shop {
    fn things(&self) -> MutexGuard<'_, BTreeMap<String, Thing>> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self, filter: &Filter) -> Vec<Thing> {
        let is_round = |thing: &Thing| matches!(thing.shape, Shape::Round(_));
        let is_wanted = |thing: &&Thing| {
            let kind = filter.kind.as_ref().map(|kind| *kind == FilterKind::Round);
            thing.size == filter.size && kind.is_none_or(|round| round == is_round(thing))
        };
        self.things().values().filter(is_wanted).cloned().collect()
    }
}

impl Service for Shop {
    type Caller = ();

    async fn authenticate(&self, shown: Credentials, _: &Context) -> Result<(), AuthenticationError> {
        let Credentials::Token { token } = shown;
        if token == "token-of-the-shop" { Ok(()) } else { Err(AuthenticationError::Rejected) }
    }
}

impl Things for Shop {
    async fn create_thing(&self, (): (), body: Thing, _: &Context) -> CreateThingResponse {
        let name = body.name.0.clone();
        let mut things = self.things();
        if things.contains_key(&name) {
            return CreateThingResponse::Conflict;
        }
        things.insert(name.clone(), body.clone());
        CreateThingResponse::Created(CreateThingCreated {
            location: Some(format!("/things/{name}")),
            body,
        })
    }

    async fn get_thing(&self, (): (), asked: GetThingParameters, _: &Context) -> GetThingResponse {
        let thing = self.things().get(&asked.name.0).cloned();
        thing.map_or(GetThingResponse::NotFound, GetThingResponse::Ok)
    }

    async fn delete_thing(
        &self,
        (): (),
        asked: DeleteThingParameters,
        _: &Context,
    ) -> DeleteThingResponse {
        match self.things().remove(&asked.name.0) {
            Some(_) => DeleteThingResponse::NoContent,
            None => DeleteThingResponse::NotFound,
        }
    }

    async fn touch_thing(
        &self,
        (): (),
        asked: TouchThingParameters,
        _: &Context,
    ) -> TouchThingResponse {
        match self.things().contains_key(&asked.name.0) {
            true => TouchThingResponse::NoContent,
            false => TouchThingResponse::NotFound,
        }
    }
}

impl Searches for Shop {
    async fn listen_to_changes(&self, (): (), _: &Context) -> ListenToChangesResponse {
        let change = |event| ListenToChangesOkItem { event: Some(event), data: "a".to_owned() };
        let changes = [ListenToChangesOkItemEvent::Made, ListenToChangesOkItemEvent::Gone];
        ListenToChangesResponse::Ok(changes.into_iter().map(change).collect())
    }

    async fn search_things(
        &self,
        (): (),
        asked: SearchThingsParameters,
        _: &Context,
    ) -> SearchThingsResponse {
        SearchThingsResponse::Ok(self.found(&asked.filter))
    }

    async fn query_things(&self, (): (), filter: Filter, _: &Context) -> QueryThingsResponse {
        QueryThingsResponse::Ok(self.found(&filter))
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        // Whoever started it holds the other end.
        let gone = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        let router = router(&Arc::new(Shop::default()), Options::default());
        tokio::select! {
            served = async { axum::serve(listener, router).await } => served.unwrap(),
            _ = gone => {}
        }
    });
}
