//! [`Api`] → the files of a crate. Total: whatever the API, there is something to write.

pub mod client;
mod code;
pub mod fidelity;
pub mod file;
mod format;
pub mod manifest;
pub mod operations;
pub mod payloads;
mod rules;
pub mod runtime;
mod schema;
pub mod server;
mod shorten;
mod tokens;
pub mod types;
mod usage;
mod uses;

use std::thread;

use crate::GeneratedFile;
use crate::ir::Api;
use file::SourceFile;
use payloads::Payloads;

/// Writes every file of the crate, in the order of paths.
#[must_use]
pub fn emit(api: &Api) -> Vec<GeneratedFile> {
    let payloads = Payloads::of(api);
    // Tokens stay on the thread that made them, so each side is emitted and formatted as a whole.
    let server = || finish(api, server::emit(api, &payloads));
    let client = || finish(api, client::emit(api, &payloads));
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

fn finish(api: &Api, sources: Vec<SourceFile>) -> Vec<GeneratedFile> {
    sources.into_iter().map(|source| source.finish(api)).collect()
}

/// What neither side has for itself.
fn shared(api: &Api, payloads: &Payloads) -> Vec<SourceFile> {
    let mut sources = types::emit(api);
    sources.extend(operations::emit(api));
    let mut modules = vec!["client", "operations", "server", "types"];
    if let Some(responses) = payloads.emit(api) {
        sources.push(responses);
        modules.insert(2, "responses");
    }
    if let Some(schemas) = schema::emit(api) {
        sources.push(schemas);
        modules.insert(modules.len() - 2, "schemas");
    }
    sources.extend(runtime::emit(api));
    sources.push(manifest::emit_library(api, &modules));
    sources
}
