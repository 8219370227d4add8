//! The generated server: each handler answers with what it was handed.

use std::net::Ipv4Addr;
use std::sync::Arc;

use peers_api::operations::*;
use peers_api::runtime::{ByteStream, Media};
use peers_api::server::*;
use peers_api::types::{Form, Seen, Thing};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::operations::operations;

/// More than any exchange has.
const LARGEST: usize = 1 << 20;

struct Echo;

impl Service for Echo {}

/// Serves on a free port of 127.0.0.1 until standard input closes.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    anstream::println!("listening on http://{}", listener.local_addr()?);
    let closed = async {
        let mut rest = Vec::new();
        // An input that can't be read is closed as well.
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    };
    let app = router(&Arc::new(Echo), Options::default());
    tokio::select! {
        served = async { axum::serve(listener, app).await } => Ok(served?),
        () = closed => Ok(()),
    }
}

macro_rules! echo {
    ($($method:ident $name:ident $parameters:ident $response:ident $value:ident;)*) => {
        impl Operations for Echo {
            $(async fn $method(&self, parameters: $parameters, _: &Context) -> $response {
                $response::Ok(seen(json!(parameters.$value)))
            })*

            async fn body_form(&self, body: Form, _: &Context) -> BodyFormResponse {
                BodyFormResponse::Ok(seen(json!(body)))
            }

            async fn body_json(&self, body: Thing, _: &Context) -> BodyJsonResponse {
                BodyJsonResponse::Ok(seen(json!(body)))
            }

            async fn body_text(&self, body: String, _: &Context) -> BodyTextResponse {
                BodyTextResponse::Ok(seen(json!(body)))
            }

            async fn body_bytes(&self, body: ByteStream, _: &Context) -> BodyBytesResponse {
                BodyBytesResponse::Ok(seen(json!(hexadecimal(body).await)))
            }

            async fn body_range(&self, body: Media<ByteStream>, _: &Context) -> BodyRangeResponse {
                let bytes = hexadecimal(body.bytes).await;
                BodyRangeResponse::Ok(seen(json!({"type": body.media_type, "bytes": bytes})))
            }

            async fn body_multipart(
                &self,
                body: BodyMultipartParts,
                _: &Context,
            ) -> BodyMultipartResponse {
                let file = hexadecimal(body.file.bytes).await;
                let value = json!({
                    "text": body.text, "thing": body.thing,
                    "file": file, "name": body.file.file_name,
                });
                BodyMultipartResponse::Ok(seen(value))
            }
        }
    };
}

operations!(echo);

fn seen(value: Value) -> Seen {
    Seen { value }
}

async fn hexadecimal(bytes: ByteStream) -> String {
    match bytes.collect(LARGEST).await {
        Ok(bytes) => hex::encode(bytes),
        Err(error) => format!("unreadable: {error}"),
    }
}
