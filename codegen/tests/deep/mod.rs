//! A document with long chains of types, and a crate that uses what becomes of it.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

/// The compiler follows 128 types, of which there are several to a link.
const LINKS: usize = 150;

/// How a link holds the next one.
type Hold = fn(Value) -> Value;

/// The links of each chain hold the next in this way, and the name of the chain.
const CHAINS: [(&str, Hold); 4] = [
    ("Member", |next| next),
    ("Items", |next| json!({"type": "array", "items": next})),
    ("Values", |next| json!({"type": "object", "additionalProperties": next})),
    ("Choice", |next| json!({"oneOf": [next, {"type": "string"}]})),
];

/// The document: chains of types, and one that comes back to where it began.
pub(crate) fn document() -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    for (chain, hold) in CHAINS {
        add_chain(chain, hold, None, &mut schemas);
        paths.insert(format!("/{chain}"), operation(chain));
    }
    add_chain("Loop", |next| next, Some(0), &mut schemas);
    paths.insert("/Loop".to_owned(), operation("Loop"));
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Deep types", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn add_chain(chain: &str, hold: Hold, last: Option<usize>, schemas: &mut Map<String, Value>) {
    let link = |at: usize| json!({"$ref": format!("#/components/schemas/{chain}{at}")});
    for at in 0..LINKS {
        let next = if at + 1 < LINKS { Some(at + 1) } else { last };
        let next = next.map_or_else(|| json!({"type": "string"}), |next| hold(link(next)));
        let members = json!({"next": next, "text": {"type": "string"}});
        schemas.insert(
            format!("{chain}{at}"),
            json!({"type": "object", "required": ["text"], "properties": members}),
        );
    }
}

fn operation(chain: &str) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{chain}0")});
    let content = json!({"application/json": {"schema": schema}});
    json!({"post": {
        "operationId": format!("put{chain}"),
        "requestBody": {"content": content},
        "responses": {"200": {"description": "done", "content": content}},
    }})
}

/// What whoever uses the crate does: their futures hold the types, and go to other threads.
const USER: &str = "//! Uses deep types.\n
use deep::client::Client;
use deep::types::Choice0;

/// Sends one of them and keeps another.
pub async fn exchange(client: Client, kept: Choice0) -> Option<(Choice0, deep::types::Loop0)> {
    let answer = client.put_loop().await.ok()?;
    Some((kept, answer))
}

/// Lets that go elsewhere.
pub fn send(client: Client, kept: Choice0) -> impl Future<Output: Send> + Send {
    async move {
        let all = vec![exchange(client, kept).await];
        std::future::ready(()).await;
        all
    }
}
";

/// Writes that crate beside the one of the document.
pub(crate) fn write_user(crates: &Path) {
    let folder = crates.join("deep-user");
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = "[package]\nname = \"deep-user\"\nedition = \"2024\"\n\n[dependencies]\n\
                    deep = { path = \"../deep\", features = [\"client\"] }\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), USER).unwrap();
}
