//! The Workspace API: the reference implementation with one promise broken at a time.

mod exchange;
mod memory;
mod refusal;
mod table;

use reference::config::PublicUrl;
use reference::directory::Directory;
use reference::store::sqlite::SqliteStore;
use reference::{Settings, WorkspaceService, app};
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;

pub use exchange::{Caller, Operation};
pub use memory::Memory;
pub use table::{all, beyond};

use crate::subject::{Files, Sound, Subject};

/// A mutant of the reference implementation.
pub type Mutant = crate::mutant::Mutant<Memory>;

/// How a mutant of the reference implementation breaks its promise.
pub type Breaks = crate::mutant::Breaks<Memory>;

/// The Workspace API.
#[derive(Debug, Clone, Copy)]
pub struct Workspace;

impl Subject for Workspace {
    type Memory = Memory;
    type Guard = TempDir;

    const FILES: Files = Files {
        contract: "spec/workspace.yaml",
        workflows: Some("spec/workspace.arazzo.yaml"),
        profile: "conformance/reference/profile.toml",
    };

    /// The reference implementation with the demo directory, over a database of its own in a folder that is the guard.
    async fn sound(address: SocketAddr) -> Result<Sound<Memory, TempDir>, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let store = SqliteStore::open(&folder.path().join("workspaces.sqlite")).await;
        let store = store.map_err(|error| error.to_string())?;
        let settings = Settings { public_url: PublicUrl::of(address), faults: true };
        let service = WorkspaceService::with_directory(store, Directory::demo(), settings).await;
        let service = Arc::new(service.map_err(|error| error.to_string())?);
        Ok(Sound { app: app(&service), memory: Memory::default(), guard: folder })
    }

    fn mutants() -> Vec<&'static Mutant> {
        all().collect()
    }

    fn beyond() -> Vec<&'static Mutant> {
        beyond().collect()
    }
}
