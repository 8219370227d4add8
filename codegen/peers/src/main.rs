//! `peers serve` is the generated server, which answers with what it has seen, until its standard input closes;
//! `peers call URL EXCHANGES` is the generated client, which sends each exchange and prints one JSON line for it.

mod call;
mod operations;
mod serve;

use anyhow::bail;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => serve::serve().await,
        ["call", url, exchanges] => call::call(url, exchanges).await,
        _ => bail!("usage: peers serve | peers call URL EXCHANGES"),
    }
}
