//! The generated client: sends each exchange.

use std::fmt::Display;

use anyhow::{Context as _, bail};
use peers_api::client::Client;
use peers_api::operations::{self, BodyMultipartParts};
use peers_api::runtime::{ByteStream, FilePart, Media};
use peers_api::types::{Seen, Thing};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::operations::{id, operations};

#[derive(Deserialize)]
struct Exchange {
    operation: String,
    value: Value,
}

#[derive(Deserialize)]
struct Range {
    r#type: String,
    bytes: String,
}

#[derive(Deserialize)]
struct Parts {
    text: String,
    thing: Thing,
    file: String,
    name: String,
}

/// Sends the exchanges of a file and prints what was seen of each, or why there is no answer.
pub(crate) async fn call(url: &str, exchanges: &str) -> anyhow::Result<()> {
    let client = Client::new(url)?;
    let text = std::fs::read_to_string(exchanges).context("no exchanges")?;
    for exchange in serde_json::from_str::<Vec<Exchange>>(&text)? {
        let line = match send(&client, exchange).await? {
            Ok(seen) => json!({"seen": seen}),
            Err(error) => json!({"error": error}),
        };
        anstream::println!("{line}");
    }
    Ok(())
}

macro_rules! send {
    ($($method:ident $name:ident $parameters:ident $response:ident $value:ident;)*) => {
        async fn send(client: &Client, exchange: Exchange) -> anyhow::Result<Result<Value, String>> {
            let Exchange { operation, value } = exchange;
            $(if operation == id(stringify!($name)) {
                let value = read_as(|parameters: &operations::$parameters| &parameters.$value, value)?;
                return Ok(told(client.$method(value).await));
            })*
            body(client, &operation, value).await
        }
    };
}

operations!(send);

async fn body(
    client: &Client,
    operation: &str,
    value: Value,
) -> anyhow::Result<Result<Value, String>> {
    Ok(match operation {
        "bodyForm" => told(client.body_form(read(value)?).await),
        "bodyJson" => told(client.body_json(read(value)?).await),
        "bodyText" => told(client.body_text(read::<String>(value)?).await),
        "bodyBytes" => told(client.body_bytes(bytes(&read::<String>(value)?)?).await),
        "bodyRange" => {
            let Range { r#type: media_type, bytes: text } = read(value)?;
            told(client.body_range(Media { media_type, bytes: bytes(&text)? }).await)
        }
        "bodyMultipart" => {
            let Parts { text, thing, file, name } = read(value)?;
            let file = FilePart::new(bytes(&file)?).named(name);
            told(client.body_multipart(BodyMultipartParts { text, thing, file }).await)
        }
        _ => bail!("no operation `{operation}`"),
    })
}

/// A value of the type of this field: calls take whatever becomes one.
fn read_as<P, T: DeserializeOwned>(_: fn(&P) -> &T, value: Value) -> anyhow::Result<T> {
    read(value)
}

fn read<T: DeserializeOwned>(value: Value) -> anyhow::Result<T> {
    Ok(serde_json::from_value(value)?)
}

fn bytes(text: &str) -> anyhow::Result<ByteStream> {
    Ok(hex::decode(text)?.into())
}

fn told<E: Display>(answer: Result<Seen, E>) -> Result<Value, String> {
    answer.map(|seen| seen.value).map_err(|error| error.to_string())
}
