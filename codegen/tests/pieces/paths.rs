//! Paths whose text isn't what axum takes for text, or goes over the wire in another spelling (RFC 3986 §2.1, §3.3).

use std::sync::Arc;

use media_api::server::Options;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{client, serve};

#[tokio::test]
async fn client_and_server_meet_whatever_the_text_of_a_path_is() {
    let (_, client) = client(Options::default()).await;
    assert_eq!(client.list_ordered("7").await.unwrap(), "items of 7");
    assert_eq!(client.list_all_ordered("7").await.unwrap(), "all of 7");
    assert_eq!(client.get_ordered("7", "lid").await.unwrap(), "lid of 7");
    assert_eq!(client.get_size("é 1").await.unwrap(), "size of é 1");
    assert_eq!(client.list_my_files().await.unwrap(), "my files");
    assert_eq!(client.get_cafe("a-b").await.unwrap(), "café a-b");
    assert_eq!(client.get_all().await.unwrap(), "all");
}

/// The status line of what is answered to a path as it stands here.
async fn asked(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer[.."HTTP/1.1 200".len()].to_owned()
}

#[tokio::test]
async fn a_path_is_found_in_each_of_its_spellings() {
    let url = serve(&Arc::default(), Options::default()).await;
    let address = url.strip_prefix("http://").unwrap();
    for path in [
        "/orders/7/:items",
        "/orders/7/%3Aitems",
        "/orders/7/*",
        "/gr%C3%B6%C3%9Fe/7",
        "/gr%c3%b6%c3%9fe/7",
        "/my%20files",
        "/caf%c3%a9/7-%C3%A9",
        "/100%25",
    ] {
        assert_eq!(asked(address, path).await, "HTTP/1.1 200", "{path}");
    }
    for path in ["/my+files", "/gr%F6%DFe/7", "/my", "/100%", "/caf%C3%A9/7"] {
        assert_eq!(asked(address, path).await, "HTTP/1.1 404", "{path}");
    }
}
