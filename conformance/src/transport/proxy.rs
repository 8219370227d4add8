//! A tunnel through a proxy (RFC 9110 §9.3.6).

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::connect::Base;

/// Bytes of a proxy's answer, at most.
const LONGEST: usize = 8 * 1024;

/// Asks a proxy to pass everything on to the target from here on.
pub(super) async fn tunnel(stream: &mut TcpStream, target: &Base) -> io::Result<()> {
    let host = match target.host.contains(':') {
        true => format!("[{}]:{}", target.host, target.port),
        false => format!("{}:{}", target.host, target.port),
    };
    let request = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let head = head(stream).await?;
    let mut words = head.split(' ');
    let (version, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if !version.starts_with("HTTP/1.") {
        return Err(io::Error::other("what answered is no HTTP proxy"));
    }
    match status.parse::<u16>() {
        Ok(200..300) => Ok(()),
        Ok(status) => Err(io::Error::other(format!("it answered CONNECT with {status}"))),
        Err(_) => Err(io::Error::other("what answered is no HTTP proxy")),
    }
}

/// The header section of an answer, byte by byte: what follows it belongs to the target.
async fn head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LONGEST {
            return Err(io::Error::other("its answer to CONNECT has no end"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
