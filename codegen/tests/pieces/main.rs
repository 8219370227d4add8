//! Bodies that come and go piece by piece: generated client against generated server, over loopback.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod alternatives;
mod callbacks;
mod content;
mod directions;
mod forms;
mod media_types;
mod methods;
mod numbers;
mod objects;
mod pages;
mod parameters;
mod parts;
mod paths;
mod raw;
mod secrets;
mod servers;
mod service;
mod serving;
mod streams;
mod values;
mod versions;

use std::sync::Arc;

use media_api::client::Client;
use media_api::server::{Options, router};
use service::Scripted;

/// Serves on a free port of loopback until the test ends.
async fn serve(service: &Arc<Scripted>, options: Options) -> String {
    serve_app(router(service, options)).await
}

async fn serve_app(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn client(options: Options) -> (Arc<Scripted>, Client) {
    let service = Arc::new(Scripted::default());
    let client = Client::new(&serve(&service, options).await).unwrap();
    (service, client)
}
