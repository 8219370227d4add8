//! The binary `reference`: flags in, a running service out.

mod cli;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::str::FromStr as _;
use std::sync::Arc;

use clap::Parser as _;
use reference::authenticator::TokenTable;
use reference::config::{Config, Database, PublicUrl};
use reference::store::Store as _;
use reference::store::sqlite::SqliteStore;
use reference::{Settings, WorkspaceService};
use tokio::net::TcpListener;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::cli::{Arguments, LogFormat};

/// Why the service does not run. The exit codes are told by `--help`.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Mistake(#[from] cli::Mistake),
    #[error("{0}")]
    Run(String),
}

impl Failure {
    fn run(error: impl std::fmt::Display) -> Self {
        Self::Run(error.to_string())
    }

    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Run(_) => ExitCode::from(1),
            Self::Mistake(_) => ExitCode::from(2),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr(arguments.log_format);
    match start(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(anstream::stderr(), "error: {failure}");
            failure.exit_code()
        }
    }
}

fn start(arguments: Arguments) -> Result<(), Failure> {
    let config = arguments.into_config()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(Failure::run)?.block_on(run(config))
}

async fn run(config: Config) -> Result<(), Failure> {
    let shutdown = shutdown_signal().map_err(Failure::run)?;
    let Database::Sqlite(path) = &config.database;
    let store = SqliteStore::open(path)
        .await
        .map_err(|error| Failure::run(format_args!("{}: {error}", path.display())))?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        Failure::run(format_args!("can't listen on {}: {error}", config.listen))
    })?;
    let address = listener.local_addr().map_err(Failure::run)?;

    if address.ip().is_unspecified() && config.public_url.is_none() {
        tracing::warn!(%address, "no client can follow links to this address; give --public-url");
    }
    let service = service(store, config, PublicUrl::of(address)).await?;
    announce(&format!("listening on http://{address}"));
    tracing::info!(%address, "listening");
    reference::server::serve(listener, reference::app(&service), shutdown).await;
    service.store().close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn service(
    store: SqliteStore,
    config: Config,
    listening: PublicUrl,
) -> Result<Arc<WorkspaceService<SqliteStore, TokenTable>>, Failure> {
    let settings =
        Settings { public_url: config.public_url.unwrap_or(listening), faults: config.faults };
    let service = WorkspaceService::with_directory(store, config.directory, settings).await;
    Ok(Arc::new(service.map_err(Failure::run)?))
}

/// Tells whoever started the service that it is ready. Nobody may be listening.
fn announce(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Completes when the process is asked to end. The handlers are in place as soon as this returns.
#[cfg(unix)]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Completes when the process is asked to end.
#[cfg(not(unix))]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// `RUST_LOG` chooses what is logged, as in `RUST_LOG=warn,reference=debug`.
fn log_to_stderr(format: LogFormat) {
    let targets = std::env::var("RUST_LOG").ok().and_then(|chosen| Targets::from_str(&chosen).ok());
    let targets = targets.unwrap_or_else(|| {
        Targets::new().with_default(tracing::Level::INFO).with_target("sqlx", tracing::Level::WARN)
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(targets);
    match format {
        LogFormat::Text => {
            registry.with(lines.with_ansi(std::io::stderr().is_terminal())).init();
        }
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
    }
}
