//! A server in this process: the sound one, or a mutant of it.

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::mutant::Breaks;
use crate::subject::{Sound, Subject};
use crate::wrap::wrap;

/// A server that listens on loopback until this is dropped.
#[derive(Debug)]
pub struct Server<G> {
    url: String,
    task: JoinHandle<()>,
    _guard: G,
}

impl<G> Server<G> {
    /// Starts the sound server of a subject, with a promise broken or as it is.
    ///
    /// # Errors
    /// What kept it from starting.
    pub async fn start<S: Subject<Guard = G>>(
        breaks: Option<Breaks<S::Memory>>,
    ) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let Sound { app, memory, guard } = S::sound(address).await?;
        let app = match breaks {
            Some(breaks) => wrap(app, breaks, memory),
            None => app,
        };
        let task = tokio::spawn(async move {
            // It ends with the task; a listener that fails before is seen by whoever connects.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url: format!("http://{address}"), task, _guard: guard })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl<G> Drop for Server<G> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
