//! Media types with parameters: they are sent as documented, and tell media types apart (RFC 9110 §8.3.1).

use std::sync::Arc;

use media_api::client::{AddTagFailure, Client, Error};
use media_api::operations::{AddVersionBody, AddVersionOkBody};
use media_api::server::{self, AddTagResponse, AddVersionResponse, Context, Options};
use media_api::types::{Look, News};

use super::raw::{answer_with, ask};
use super::service::{Scripted, news};
use super::{client, serve};

impl server::Versions for Scripted {
    async fn add_tag(&self, body: News, _: &Context) -> AddTagResponse {
        AddTagResponse::Ok(body)
    }

    async fn add_version(&self, body: AddVersionBody, _: &Context) -> AddVersionResponse {
        AddVersionResponse::Ok(match body {
            AddVersionBody::Json(news) => AddVersionOkBody::Json(news),
            AddVersionBody::JsonVersion2(look) => AddVersionOkBody::JsonVersion2(look),
            AddVersionBody::Text(text) => AddVersionOkBody::Text(text),
            AddVersionBody::TextKindOld(bytes) => AddVersionOkBody::TextKindOld(bytes),
        })
    }
}

fn look() -> Look {
    Look { color: Some("grün".to_owned()), width: None }
}

#[tokio::test]
async fn each_version_comes_back_as_it_went() {
    let (_, client) = client(Options::default()).await;
    assert_eq!(client.add_tag(news(1)).await.unwrap(), news(1));
    let sent = client.add_version(AddVersionBody::Json(news(1))).await.unwrap();
    assert!(matches!(sent, AddVersionOkBody::Json(found) if found == news(1)));
    let sent = client.add_version(AddVersionBody::JsonVersion2(look())).await.unwrap();
    assert!(matches!(sent, AddVersionOkBody::JsonVersion2(found) if found == look()));
    let sent = client.add_version(AddVersionBody::Text("grün".to_owned())).await.unwrap();
    assert!(matches!(sent, AddVersionOkBody::Text(found) if found == "grün"));
    let old = AddVersionBody::TextKindOld(vec![b'g', b'r', 0xfc, b'n'].into());
    let AddVersionOkBody::TextKindOld(found) = client.add_version(old).await.unwrap() else {
        panic!("is told by its kind")
    };
    assert_eq!(&found.collect(10).await.unwrap()[..], b"gr\xfcn");
}

#[tokio::test]
async fn a_client_says_what_is_documented() {
    let (url, mut asked) = answer_with("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let client = Client::new(&url).unwrap();
    let _ = client.add_tag(news(1)).await;
    let sent = asked.recv().await.unwrap();
    for line in [
        "content-type: application/vnd.api+json; ext=\"https://example.org/atomic\"\r\n",
        "accept: application/vnd.api+json; ext=\"https://example.org/atomic\", application/json; charset=utf-8\r\n",
    ] {
        assert!(sent.contains(line), "{sent}");
    }
}

#[tokio::test]
async fn a_server_answers_and_is_asked_as_documented() {
    let url = serve(&Arc::default(), Options::default()).await;
    let ext = "application/vnd.api+json; ext=\"https://example.org/atomic\"";
    let (news, look) = ("{\"text\":\"a\"}", "{\"color\":\"a\"}");
    let problem = "application/json; charset=utf-8";
    for (path, media_type, body, status, answered) in [
        ("/tags", ext, news, 200, ext),
        ("/tags", "Application/VND.api+json;Ext=\"https://example.org/atomic\"", news, 200, ext),
        (
            "/tags",
            "application/vnd.api+json; charset=utf-8; profile=x; ext=\"https://example.org/atomic\"",
            news,
            200,
            ext,
        ),
        ("/tags", "application/vnd.api+json", news, 415, problem),
        (
            "/tags",
            "application/vnd.api+json; ext=\"https://example.org/other\"",
            news,
            415,
            problem,
        ),
        ("/versions", "application/json", news, 200, "application/json"),
        ("/versions", "application/json; charset=utf-8", news, 200, "application/json"),
        ("/versions", "application/json; version=2", look, 200, "application/json; version=2"),
        ("/versions", "application/json; version=\"2\"", look, 200, "application/json; version=2"),
        ("/versions", "application/json; version=3", news, 200, "application/json"),
        ("/versions", "text/plain", "a", 200, "text/plain; charset=UTF-8"),
        ("/versions", "text/plain; kind=old", "a", 200, "text/plain; charset=iso-8859-1; kind=old"),
        ("/versions", "text/html", "a", 415, "application/json"),
    ] {
        let head = [&*format!("POST {path} HTTP/1.1"), &*format!("content-type: {media_type}")];
        let answer = ask(&url, &head, body).await;
        let told = format!("\r\ncontent-type: {answered}\r\n");
        let is_right = answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(&told);
        assert!(is_right, "{media_type}: {answer}");
    }
}

#[tokio::test]
async fn a_client_takes_what_comes_without_them() {
    let (url, _asked) = answer_with(
        "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.api+json\r\ncontent-length: 12\r\n\r\n{\"text\":\"a\"}",
    )
    .await;
    let found = Client::new(&url).unwrap().add_tag(news(1)).await.unwrap();
    assert_eq!(found.text, "a");
    let (url, _asked) = answer_with(
        "HTTP/1.1 415 Unsupported\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"title\":\"a\"}",
    )
    .await;
    let answered = Client::new(&url).unwrap().add_tag(news(1)).await;
    let Err(Error::Documented(failure)) = answered else { panic!("{answered:?}") };
    assert!(matches!(*failure, AddTagFailure::UnsupportedMediaType(_)));
}
