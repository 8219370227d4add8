//! [`Api`] → the files of a crate. Total: whatever the API, there is something to write.

pub mod client;
mod code;
mod defaults;
pub mod fidelity;
pub mod file;
mod format;
mod literal;
pub mod manifest;
pub mod operations;
mod path;
pub mod payloads;
mod rules;
pub mod runtime;
mod schema;
pub mod server;
mod servers;
mod shorten;
mod tokens;
pub mod types;
mod usage;
mod uses;

use std::thread;

use crate::GeneratedFile;
use crate::ir::{Api, Direction};
use file::SourceFile;
use payloads::Payloads;

/// Writes every file of the crate, in the order of paths.
#[must_use]
pub fn emit(api: &Api) -> Vec<GeneratedFile> {
    let payloads = Payloads::of(api);
    // Tokens stay on the thread that made them, so each side is emitted and formatted as a whole.
    let server = || finish(api, both(api, |direction| server::emit(api, direction, &payloads)));
    let client = || finish(api, both(api, |direction| client::emit(api, direction, &payloads)));
    let mut files = thread::scope(|scope| {
        // Where there are no threads (a browser), one does it all.
        let other = thread::Builder::new().spawn_scoped(scope, server);
        let mut files = client();
        files.extend(finish(api, shared(api, &payloads)));
        let served = other.ok().and_then(|thread| thread.join().ok());
        files.extend(served.unwrap_or_else(server));
        files
    });
    files.push(manifest::emit(api));
    files.sort();
    files
}

/// The files of what goes to the API, and of what it sends, if it does.
fn both(api: &Api, emit: impl Fn(Direction) -> Vec<SourceFile>) -> Vec<SourceFile> {
    let sent = api.has(Direction::FromApi).then(|| emit(Direction::FromApi));
    emit(Direction::ToApi).into_iter().chain(sent.into_iter().flatten()).collect()
}

fn finish(api: &Api, sources: Vec<SourceFile>) -> Vec<GeneratedFile> {
    sources.into_iter().map(|source| source.finish(api)).collect()
}

/// What neither side has for itself.
fn shared(api: &Api, payloads: &Payloads) -> Vec<SourceFile> {
    let mut sources = types::emit(api);
    sources.extend(operations::emit(api));
    let mut modules = vec!["client", "operations", "server", "types"];
    if api.has(Direction::FromApi) {
        modules.extend(["receiver", "sender"]);
    }
    if let Some(responses) = payloads.emit(api) {
        sources.push(responses);
        modules.push("responses");
    }
    if let Some(servers) = servers::emit(api) {
        sources.push(servers);
        modules.push("servers");
    }
    if let Some(schemas) = schema::emit(api) {
        sources.push(schemas);
        modules.push("schemas");
    }
    modules.sort_unstable();
    sources.extend(runtime::emit(api));
    sources.push(manifest::emit_library(api, &modules));
    sources
}
