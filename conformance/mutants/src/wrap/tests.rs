use axum::routing::any;
use http::Method;
use serde_json::json;

use super::*;
use crate::mutant::as_asked;
use crate::workspace::{Breaks, Memory};

/// A server that answers with what it was asked.
fn echo() -> Router {
    let answer = async |method: Method, uri: Uri, body: String| {
        let answer = json!({ "method": method.as_str(), "target": uri.to_string(), "body": body });
        (StatusCode::CREATED, axum::Json(answer))
    };
    Router::new().fallback(any(answer))
}

async fn ask(
    breaks: Breaks,
    target: &str,
    body: &'static str,
) -> Result<(u16, String), axum::Error> {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::PUT;
    *request.uri_mut() = target.parse().unwrap();
    let response = wrap(echo(), breaks, Memory::default()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await?;
    Ok((status, String::from_utf8(body.to_vec()).unwrap()))
}

#[tokio::test]
async fn what_is_not_broken_passes_through() {
    let (status, body) = ask(Breaks::Request(|_| {}), "/a%20b?c=%7B", "text").await.unwrap();
    assert_eq!(status, 201);
    assert_eq!(body, r#"{"method":"PUT","target":"/a%20b?c=%7B","body":"text"}"#);
}

#[tokio::test]
async fn a_request_is_rewritten_before_and_an_answer_after() {
    let before: fn(&mut Asked, &mut Memory) = |asked, memory| {
        asked.body = b"other".to_vec();
        memory.notes.insert("seen".to_owned(), true.into());
    };
    let after: fn(&Asked, &mut Answered, &mut Memory) = |asked, answered, memory| {
        assert_eq!(asked.body, b"text", "the client's own request");
        answered.status = if memory.notes.contains_key("seen") { 202 } else { 500 };
    };
    let (status, body) = ask(Breaks::Knowing(before, after), "/", "text").await.unwrap();
    assert_eq!(status, 202);
    assert_eq!(body, r#"{"method":"PUT","target":"/","body":"other"}"#);
}

#[tokio::test]
async fn an_answer_that_is_cut_short_ends_in_an_error() {
    let cut = Breaks::Answer(|_, answered| answered.delivery = Delivery::CutShort);
    assert!(ask(cut, "/", "text").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_withheld_never_comes() {
    let withheld = Breaks::Answer(|_, answered| answered.delivery = Delivery::Withheld);
    let asked = ask(withheld, "/", "text");
    let patience = std::time::Duration::from_secs(3600);
    assert!(tokio::time::timeout(patience, asked).await.is_err());
}

#[tokio::test]
async fn the_memory_holds_what_the_sound_server_said() {
    let workspace = r#"{"workspace_id":"w","name":"sound"}"#;
    let target = "/v1/orgs/o/workspaces/w";
    let sound = Router::new()
        .fallback(any(async move || ([("content-type", "application/json")], workspace)));
    let lie: fn(&Asked, &mut Answered, &mut Memory) = |asked, answered, memory| {
        let known = memory.known(asked).and_then(|it| it.get("name")).cloned();
        answered.set_member("known", known);
        answered.set_member("name", "lie");
    };
    let app = wrap(sound, Breaks::Knowing(as_asked, lie), Memory::default());
    let get = || Request::get(target).body(Body::empty()).unwrap();
    for known in [r#""known":null"#, r#""known":"sound""#] {
        let response = app.clone().oneshot(get()).await.unwrap();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains(known) && body.contains(r#""name":"lie""#), "{body}");
    }
}
