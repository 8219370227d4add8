//! The generated client against the generated server over loopback: every documented status once, and what the router
//! answers by itself.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod answers;
mod credentials;
mod refusals;
mod scripted;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use scripted::Scripted;
use spec::model::Status;
use workspace_api::client::Client;
use workspace_api::server::{Options, router};

/// The contract that the crate was generated from.
fn contract() -> spec::Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/workspace.yaml");
    spec::read(&path, &spec::FileSystem).contract.expect("the contract can be read")
}

/// The contract's own example of a response.
fn example(contract: &spec::Contract, operation: &str, status: u16) -> serde_json::Value {
    let operation = contract.operation(operation).expect("the operation is in the contract");
    let response = &operation.responses[&Status::Code(status)];
    let (_, media_type) = response.content.first().expect("the response has a body");
    media_type.examples.first().expect("the response has an example").value.clone()
}

/// Serves on a free port of loopback until the test ends.
async fn serve(service: &Arc<Scripted>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = router(service, Options::default());
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn client(address: SocketAddr) -> Client {
    Client::new(&format!("http://{address}")).unwrap().with_bearer("good")
}
