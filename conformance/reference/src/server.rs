//! Serving over HTTP until told to stop.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

/// How long requests under way may take to finish once the service has been told to stop.
pub const GRACE: Duration = Duration::from_secs(10);

/// How long a client may take to send the head of a request, or leave a connection idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Serves `app` until `shutdown` completes; then accepts no more, and finishes what is under way within [`GRACE`].
pub async fn serve(listener: TcpListener, app: Router, shutdown: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(serve_connection(stream, app.clone(), connections.watcher()));
                }
                Err(error) => pause_after(&error).await,
            },
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!(seconds = GRACE.as_secs(), "stopped before every request was answered");
    }
}

async fn serve_connection(stream: TcpStream, app: Router, watcher: Watcher) {
    // Small answers would otherwise wait for the client's delayed acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY is not set");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "the connection broke off");
    }
}

/// A client that has gone while it was in the queue is nothing to wait for; having no file descriptors left is.
async fn pause_after(error: &io::Error) {
    let of_one_client = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    );
    if !of_one_client {
        tracing::error!(%error, "can't accept connections");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
