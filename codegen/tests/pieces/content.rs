//! Answers without content, whatever the document says of them (RFC 9110 §9.3.2, §15.3.5, §15.3.6, §15.4.5).

use std::sync::Arc;

use media_api::client::{Client, Error, GetThingSuccess, HeadThingFailure, ResetThingSuccess};
use media_api::server::Options;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::raw::answer_with;
use super::{client, serve};

#[tokio::test]
async fn client_and_server_agree_that_there_is_none() {
    let (_, client) = client(Options::default()).await;
    client.drop_thing("7").await.unwrap();
    assert_eq!(client.head_thing("7").await.unwrap().x_count, 5);
    let failed = client.head_thing("none").await;
    assert!(matches!(failed, Err(Error::Documented(one)) if *one == HeadThingFailure::NotFound));
    let thing = client.get_thing("7").await.unwrap();
    assert!(matches!(thing, GetThingSuccess::Ok(thing) if thing.body.number == Some(5)));
    let same = client.get_thing("same").await.unwrap();
    assert!(matches!(same, GetThingSuccess::NotModified(same) if same.x_count == 5));
    let reset = client.reset_thing("205").await.unwrap();
    assert!(matches!(reset, ResetThingSuccess::ResetContent(reset) if reset.x_count == 5));
}

/// RFC 9110 §15.4: who follows a redirect decides what it is shown there; here that is the caller.
#[tokio::test]
async fn a_documented_redirect_is_an_answer_and_another_is_told() {
    let (_, client) = client(Options::default()).await;
    match client.get_thing("moved").await.unwrap() {
        GetThingSuccess::TemporaryRedirect(moved) => assert_eq!(moved.location, "/things/7"),
        other => panic!("{other:?}"),
    }
    for status in ["301 Moved Permanently", "302 Found", "303 See Other", "308 Permanent Redirect"]
    {
        let answer =
            format!("HTTP/1.1 {status}\r\nlocation: /things/7\r\ncontent-length: 0\r\n\r\n");
        let (url, mut asked) = answer_with(answer).await;
        let failed = Client::new(&url).unwrap().get_thing("moved").await.unwrap_err();
        let told = failed.undocumented_status().map(|status| status.as_u16().to_string());
        assert_eq!(told.as_deref(), status.get(..3));
        asked.recv().await.unwrap();
        assert!(asked.try_recv().is_err(), "{status} is followed");
    }
}

/// What is answered, byte for byte, in small letters.
async fn answered(address: &str, method: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.to_ascii_lowercase()
}

#[tokio::test]
async fn a_server_sends_neither_content_nor_what_describes_it() {
    let url = serve(&Arc::default(), Options::default()).await;
    let address = url.strip_prefix("http://").unwrap();
    for (method, path, status) in [
        ("DELETE", "/things/7", "204"),
        ("GET", "/things/same", "304"),
        ("HEAD", "/things/7", "200"),
        ("HEAD", "/things/none", "404"),
        ("PUT", "/things/204", "204"),
        ("PUT", "/things/205", "205"),
    ] {
        let answer = answered(address, method, path).await;
        let (head, content) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{method} {path}: {head}");
        assert_eq!(content, "", "{method} {path}");
        assert!(!head.contains("content-type"), "{method} {path}: {head}");
        // RFC 9110 §8.6: none with a 204; another would have to be that of the content which a GET has.
        assert!(status == "205" || !head.contains("content-length"), "{method} {path}: {head}");
    }
    let made = answered(address, "PUT", "/things/201").await;
    assert!(made.contains("content-type: application/json") && made.contains("news 5"), "{made}");
}

/// A client of a server that gives this answer to everything.
async fn client_of(answer: &'static str) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    Client::new(&url).unwrap()
}

#[tokio::test]
async fn a_client_takes_what_other_servers_send_without_content() {
    let client = client_of("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    client.drop_thing("7").await.unwrap();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\
                x-count: 5\r\nconnection: close\r\n\r\n";
    assert_eq!(client_of(head).await.head_thing("7").await.unwrap().x_count, 5);
}
