//! [`Api`] → the files of a crate. Total: whatever the API, there is something to write.

pub mod client;
pub mod file;
pub mod manifest;
pub mod operations;
pub mod payloads;
pub mod runtime;
pub mod server;
pub mod types;
pub mod usage;

use crate::GeneratedFile;
use crate::ir::Api;
use payloads::Payloads;

/// Writes every file of the crate, in the order of paths.
#[must_use]
pub fn emit(api: &Api) -> Vec<GeneratedFile> {
    let payloads = Payloads::of(api);
    let mut sources = types::emit(api);
    sources.extend(operations::emit(api));
    let mut modules = vec!["client", "operations", "server", "types"];
    if let Some(responses) = payloads.emit(api) {
        sources.push(responses);
        modules.insert(2, "responses");
    }
    sources.extend(server::emit(api, &payloads));
    sources.extend(client::emit(api, &payloads));
    sources.extend(runtime::emit());
    sources.push(manifest::emit_library(api, &modules));
    let mut files: Vec<GeneratedFile> =
        sources.into_iter().map(|source| source.finish(api)).collect();
    files.push(manifest::emit(api));
    files.sort();
    files
}
