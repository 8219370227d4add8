//! The sound server in this process: the reference implementation over a database of its own.

use std::sync::Arc;

use axum::Router;
use reference::config::PublicUrl;
use reference::directory::Directory;
use reference::store::sqlite::SqliteStore;
use reference::{Settings, WorkspaceService, app};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::mutant::Breaks;
use crate::wrap::wrap;

/// A server that listens on loopback until this is dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    task: JoinHandle<()>,
    _folder: TempDir,
}

impl Server {
    /// Starts the reference implementation, with a promise broken or as it is.
    ///
    /// # Errors
    /// What kept it from starting.
    pub async fn start(breaks: Option<Breaks>) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let (sound, folder) = sound(PublicUrl::of(address)).await?;
        let app = match breaks {
            Some(breaks) => wrap(sound, breaks),
            None => sound,
        };
        let task = tokio::spawn(async move {
            // It ends with the task; a listener that fails before is seen by whoever connects.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url: format!("http://{address}"), task, _folder: folder })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The reference implementation with the demo directory, and the folder with its database.
///
/// # Errors
/// What kept the database from being made.
pub async fn sound(public_url: PublicUrl) -> Result<(Router, TempDir), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let store = SqliteStore::open(&folder.path().join("workspaces.sqlite")).await;
    let store = store.map_err(|error| error.to_string())?;
    let settings = Settings { public_url, faults: true };
    let service = WorkspaceService::with_directory(store, Directory::demo(), settings).await;
    let service = Arc::new(service.map_err(|error| error.to_string())?);
    Ok((app(&service), folder))
}
