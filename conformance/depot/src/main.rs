//! `depot`: serves an empty depot on loopback until it is ended.

use std::net::Ipv4Addr;

use depot::{Depot, app};
use tokio::net::TcpListener;

/// Listens on the port that is the first argument; without one, on a free port.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    anstream::println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app(Depot::default())).await?;
    Ok(())
}
