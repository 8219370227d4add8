//! Media types and ranges of them: the key that says most applies (OAS 3.1.1 §4.8.17), and no range is sent (RFC 9110 §8.3).

use std::sync::Arc;

use media_api::client::{Client, GetDocumentSuccess};
use media_api::operations::GetDocumentOkBody;
use media_api::server::Options;

use super::raw::answer_with;
use super::service::news;
use super::{client, serve};

#[tokio::test]
async fn the_key_that_says_most_decides_how_an_answer_is_read() {
    let (_, client) = client(Options::default()).await;
    let answered = async |kind: &str| client.get_document(kind).await.unwrap();
    match answered("json").await {
        GetDocumentSuccess::Ok(GetDocumentOkBody::Json(found)) => assert_eq!(found, news(1)),
        other => panic!("{other:?}"),
    }
    match answered("text").await {
        GetDocumentSuccess::Ok(GetDocumentOkBody::Text(found)) => assert_eq!(found, "hello"),
        other => panic!("{other:?}"),
    }
    match answered("text/html").await {
        GetDocumentSuccess::Ok(GetDocumentOkBody::Any(found)) => {
            assert_eq!(found.media_type, "text/html");
            assert_eq!(found.bytes.collect(10).await.unwrap(), "bytes");
        }
        other => panic!("{other:?}"),
    }
    // A status of its own goes before its range, whatever the range has.
    match answered("later").await {
        GetDocumentSuccess::Accepted(found) => assert_eq!(found, news(2)),
        other => panic!("{other:?}"),
    }
    match answered("other").await {
        GetDocumentSuccess::Success(found) => {
            assert_eq!((found.status.as_u16(), &*found.body.media_type), (201, "application/json"));
            assert_eq!(found.body.bytes.collect(10).await.unwrap(), "bytes");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_range_is_sent() {
    let (_, client) = client(Options::default()).await;
    assert_eq!(client.send_anything(news(1)).await.unwrap().text, "application/json");
    assert_eq!(client.send_patch(news(1)).await.unwrap().text, "application/json");
    for answer in [
        client.send_anything(news(1)).answer().await.unwrap().headers,
        client.send_patch(news(1)).answer().await.unwrap().headers,
    ] {
        assert_eq!(answer["content-type"], "application/json");
    }
}

#[tokio::test]
async fn what_is_in_a_range_is_read() {
    let url = serve(&Arc::default(), Options::default()).await;
    let sent = async |path: &str, media_type: &str| {
        let request = reqwest::Client::new().post(format!("{url}{path}"));
        let request = request.header("content-type", media_type).body("{\"text\": \"\"}");
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (path, media_type) in [
        ("/patches", "application/merge-patch+json"),
        ("/patches", "application/json"),
        ("/anything", "application/vnd.x+json; v=1"),
        ("/anything", "text/plain"),
    ] {
        let (status, text) = sent(path, media_type).await;
        assert_eq!(status, 200, "{path} {media_type}: {text}");
        assert!(text.contains(&format!("{media_type:?}")), "{path} {media_type}: {text}");
    }
    for media_type in ["application/xml", "text/x+json", "application/json-patch"] {
        assert_eq!(sent("/patches", media_type).await.0, 415, "{media_type}");
    }
}

/// Text is written in the charset that its media type names (RFC 9110 §8.3.2).
#[tokio::test]
async fn a_charset_decides_how_text_is_read() {
    let url = serve(&Arc::default(), Options::default()).await;
    let sent = async |media_type: &str, body: &'static [u8]| {
        let request = reqwest::Client::new().post(format!("{url}/versions"));
        let request = request.header("content-type", media_type).body(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let cafe = (200, "caf\u{e9}".to_owned());
    assert_eq!(sent("text/plain", "caf\u{e9}".as_bytes()).await, cafe);
    assert_eq!(sent("text/plain; charset=ISO-8859-1", b"caf\xe9").await, cafe);
    assert_eq!(sent("text/plain; charset=\"utf-16\"", b"\0c\0a\0f\0\xe9").await, cafe);
    assert_eq!(sent("text/plain", b"caf\xe9").await.0, 400);
    assert_eq!(sent("text/plain; charset=windows-1252", b"caf\xe9").await, cafe);
    assert_eq!(sent("text/plain; charset=x-nobody", b"caf\xe9").await.0, 415);

    let latin = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=iso-8859-1\r\ncontent-length: 4\r\n\r\ncaf\xe9";
    let (url, _asked) = answer_with(latin).await;
    match Client::new(&url).unwrap().get_document("text").await.unwrap() {
        GetDocumentSuccess::Ok(GetDocumentOkBody::Text(text)) => assert_eq!(text, "caf\u{e9}"),
        other => panic!("{other:?}"),
    }
}

/// RFC 8259 §8.1: JSON is UTF-8, and a mark before it may be ignored.
#[tokio::test]
async fn a_mark_before_json_is_passed_over() {
    let url = serve(&Arc::default(), Options::default()).await;
    let marked = "\u{feff}{\"text\":\"a\"}";
    let request = reqwest::Client::new().post(format!("{url}/versions")).body(marked);
    let answer = request.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(answer.status(), 200);

    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n";
    let (url, _asked) = answer_with(format!("{answer}{marked}")).await;
    let read = Client::new(&url).unwrap().get_document("json").await.unwrap();
    assert!(matches!(read, GetDocumentSuccess::Ok(GetDocumentOkBody::Json(_))), "{read:?}");
}

/// RFC 9110 §15.5.16: what is compressed is no JSON before somebody has undone that.
#[tokio::test]
async fn a_body_with_a_content_coding_is_refused_as_such() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (coding, status) in [("gzip", 415), ("br, gzip", 415), ("Identity", 200)] {
        let request = reqwest::Client::new().post(format!("{url}/versions"));
        let request = request.header("content-encoding", coding);
        let request = request.header("content-type", "text/plain").body("a");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{coding}");
        // RFC 9110 §12.5.3: what would be taken.
        let taken = answer.headers().get("accept-encoding");
        assert_eq!(
            taken.map(|value| value.as_bytes()),
            (status == 415).then_some(&b"identity"[..])
        );
    }
}

#[tokio::test]
async fn a_request_says_what_answers_may_be() {
    let (_, client) = client(Options::default()).await;
    // The service says what it was asked for.
    let asked = async |kind: &str| client.get_document(kind).await.unwrap();
    match asked("asked").await {
        GetDocumentSuccess::Ok(GetDocumentOkBody::Text(accept)) => {
            assert_eq!(accept, "application/json, */*, text/plain");
        }
        other => panic!("{other:?}"),
    }
}
