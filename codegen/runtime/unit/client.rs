//! Calls against a server that answers what it is told to, over loopback.

use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use futures_core::Stream;
use http::{Method, StatusCode};

use crate::client::{
    Call, Core, Error, Next, Operation, OperationInfo, Paged, Pages, Place, Received,
    Request as Outgoing, Secret,
};
use crate::text::{Form, Style};

/// Serves on a free port of loopback for as long as the test runs, answering what `answer` says.
pub(super) async fn serve<F>(answer: F) -> String
where
    F: Fn(http::request::Parts, Bytes) -> http::Response<Body> + Clone + Send + Sync + 'static,
{
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move |request: Request| {
        let answer = answer.clone();
        async move {
            let (parts, body) = request.into_parts();
            answer(parts, axum::body::to_bytes(body, usize::MAX).await.unwrap())
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

pub(super) fn respond(
    status: u16,
    media_type: &str,
    body: impl Into<Body>,
) -> http::Response<Body> {
    let response = http::Response::builder().status(status).header("content-type", media_type);
    response.body(body.into()).unwrap()
}

#[derive(Debug)]
pub(super) struct List;

#[derive(Debug, PartialEq)]
pub(super) enum Failure {
    NotFound(String),
}

impl Operation for List {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "list",
        method: "GET",
        path: "/things/{id}",
        security: &[&["key", "token"], &["token"]],
        accept: "application/json",
        streamed: &[],
    };
    type Parameters = (String, Option<i64>);
    type Body = Option<Vec<i64>>;
    type Success = Vec<i64>;
    type Failure = Failure;

    fn request(parameters: &Self::Parameters, body: &Self::Body) -> Outgoing {
        let mut request = Outgoing::new(Method::GET).literal("/things/");
        request = request.path("id", Form::Text(Style::Simple), &parameters.0);
        if let Some(start) = &parameters.1 {
            request = request.query("start", Form::Text(Style::Form), start);
        }
        match body {
            Some(body) => request.json("application/json", body),
            None => request,
        }
    }

    fn decode(received: Received) -> Result<Self::Success, Error<Self::Failure>> {
        match received.status().as_u16() {
            200 => {
                received.media_type(&["application/json"])?;
                Ok(received.json()?)
            }
            404 => Err(Error::documented(Failure::NotFound(received.header("x-why", SIMPLE)?))),
            _ => Err(received.undocumented()),
        }
    }
}

const SIMPLE: Form = Form::Text(Style::Simple);

impl Paged for List {
    type Item = i64;

    fn advance(parameters: &mut Self::Parameters, page: &Self::Success) -> Next {
        parameters.1 = page.last().copied();
        if page.len() > 1 { Next::Page } else { Next::End }
    }

    fn items(page: Self::Success) -> Vec<i64> {
        page
    }
}

pub(super) fn call<'c>(core: &'c Core, id: &str) -> Call<'c, List> {
    Call::new(core, (id.to_owned(), None), None)
}

#[tokio::test]
async fn a_call_sends_what_it_was_given_and_shows_its_credentials() {
    let url = serve(|parts, body| {
        let header = |name: &str| parts.headers.get(name).map(|v| v.to_str().unwrap().to_owned());
        let seen = format!(
            "{} {} {:?} {:?} {:?} {}",
            parts.method,
            parts.uri,
            header("authorization"),
            header("x-key"),
            header("content-type"),
            String::from_utf8_lossy(&body)
        );
        respond(200, "text/plain", seen)
    })
    .await;
    let seen = |core: Core| async move {
        let call = Call::<List>::new(&core, ("a/b".to_owned(), Some(5)), Some(vec![1]));
        match call.await {
            Err(Error::Undocumented(answer)) => String::from_utf8(answer.body.to_vec()).unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let core = Core::new(&format!("{url}/base/")).unwrap();
    let start = "GET /base/things/a%2Fb?start=5";
    let end = "Some(\"application/json\") [1]";
    assert_eq!(seen(core.clone()).await, format!("{start} None None {end}"));
    let core = core.with_secret("token", Place::Authorization("Bearer"), Secret::from("s3cret"));
    assert_eq!(seen(core.clone()).await, format!("{start} Some(\"Bearer s3cret\") None {end}"));
    let core = core.with_secret("key", Place::Header("x-key"), Secret::from("k"));
    assert_eq!(
        seen(core.clone()).await,
        format!("{start} Some(\"Bearer s3cret\") Some(\"k\") {end}")
    );
    assert!(!format!("{core:?}").contains("s3cret"), "secrets are not for logs");
}

#[tokio::test]
async fn a_key_that_is_the_field_of_cookies_stands_beside_a_cookie() {
    let url = serve(|parts, _| {
        let found: Vec<_> = parts.headers.get_all("cookie").iter().collect();
        respond(200, "text/plain", format!("{found:?}"))
    })
    .await;
    let core = Core::new(&url).unwrap();
    let core = core.with_secret("key", Place::Header("cookie"), Secret::from("a=b; c=%3A"));
    let core = core.with_secret("token", Place::Cookie("sid"), Secret::from("s%3A+/="));
    let Err(Error::Undocumented(answer)) = call(&core, "one").await else { panic!("is text") };
    assert_eq!(&answer.body[..], b"[\"a=b; c=%3A; sid=s%3A+/=\"]");
}

#[tokio::test]
async fn documented_failures_are_typed_and_the_rest_is_told_apart() {
    let url = serve(|parts, _| match parts.uri.path() {
        "/things/good" => respond(200, "application/json; charset=utf-8", "[1, 2]"),
        "/things/gone" => {
            let mut response = respond(404, "text/plain", "");
            response.headers_mut().insert("x-why", "never there".parse().unwrap());
            response
        }
        "/things/bare" => respond(404, "text/plain", ""),
        "/things/other" => respond(418, "text/plain", "tea"),
        "/things/wrong" => respond(200, "application/json", "{\"a\": 1}"),
        _ => respond(200, "text/html", "<p>"),
    })
    .await;
    let core = Core::new(&url).unwrap();
    assert_eq!(call(&core, "good").await.unwrap(), [1, 2]);
    match call(&core, "gone").await {
        Err(Error::Documented(failure)) => {
            assert_eq!(*failure, Failure::NotFound("never there".to_owned()))
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(call(&core, "bare").await, Err(Error::Undecodable(_))));
    assert!(matches!(call(&core, "wrong").await, Err(Error::Undecodable(_))));
    assert!(matches!(call(&core, "html").await, Err(Error::Undocumented(_))));
    let error = call(&core, "other").await.unwrap_err();
    assert_eq!(error.undocumented_status(), Some(StatusCode::IM_A_TEAPOT));
    assert!(matches!(call(&core, "..").await, Err(Error::Request(_))));
}

#[tokio::test]
async fn no_credentials_follow_a_redirect() {
    let elsewhere = serve(|parts, _| {
        assert!(!parts.headers.contains_key("authorization"), "the credentials went elsewhere");
        respond(200, "application/json", "[]")
    })
    .await;
    let url = serve(move |_, _| {
        let response = http::Response::builder().status(307).header("location", &elsewhere);
        response.body(Body::empty()).unwrap()
    })
    .await;
    let core = Core::new(&url).unwrap().with_secret(
        "token",
        Place::Authorization("Bearer"),
        Secret::from("x"),
    );
    let error = call(&core, "1").await.unwrap_err();
    assert_eq!(error.undocumented_status(), Some(StatusCode::TEMPORARY_REDIRECT));
}

#[tokio::test]
async fn nothing_compressed_is_asked_for_or_taken_for_what_it_is_not() {
    let url = serve(|parts, _| {
        assert_eq!(parts.headers["accept-encoding"], "identity");
        let mut response = respond(200, "application/json", "[]");
        let coding = if parts.uri.path().ends_with("/1") { "gzip" } else { "identity" };
        response.headers_mut().insert("content-encoding", coding.parse().unwrap());
        response
    })
    .await;
    let core = Core::new(&url).unwrap().with_secret(
        "token",
        Place::Authorization("Bearer"),
        Secret::from("x"),
    );
    let Err(Error::Undecodable(told)) = call(&core, "1").await else { panic!("it is compressed") };
    assert!(told.message.contains("gzip"), "{}", told.message);
    assert!(call(&core, "2").await.is_ok());
}

#[tokio::test]
async fn answers_are_bounded_in_size_and_time() {
    let url = serve(|parts, _| {
        if parts.uri.path() == "/things/endless" {
            let pending = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
            return respond(200, "application/json", Body::from_stream(pending));
        }
        respond(200, "application/json", vec![b' '; 5000])
    })
    .await;
    let core = Core::new(&url).unwrap().with_body_limit(4999);
    match call(&core, "large").await {
        Err(Error::TooLarge { status, limit }) => assert_eq!((status.as_u16(), limit), (200, 4999)),
        other => panic!("{other:?}"),
    }
    match call(&core, "endless").timeout(Duration::from_millis(50)).await {
        Err(Error::Transport(error)) => assert!(error.is_timeout()),
        other => panic!("{other:?}"),
    }
    let nobody = Core::new("http://127.0.0.1:9").unwrap();
    let nobody = nobody.with_secret("token", Place::Query("key"), Secret::from("s3cret"));
    let error = call(&nobody, "1").await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    assert!(matches!(error, Error::Transport(error) if error.is_connect()));
}

#[test]
fn a_base_url_must_be_that_of_a_server() {
    for bad in ["", "nonsense", "data:,x", "http://localhost/?a=1", "http://localhost/#a"] {
        assert!(Core::new(bad).is_err(), "{bad}");
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

#[tokio::test]
async fn pages_follow_each_other_until_the_last_or_an_error() {
    let url = serve(|parts, _| match parts.uri.query() {
        None => respond(200, "application/json", "[1, 2]"),
        Some("start=2") => respond(200, "application/json", "[3, 4]"),
        Some("start=4") if parts.uri.path() == "/things/long" => respond(500, "text/plain", ""),
        _ => respond(200, "application/json", "[5]"),
    })
    .await;
    let core = Core::new(&url).unwrap();
    let mut pages = Pages::new(call(&core, "short"));
    for expected in [vec![1, 2], vec![3, 4], vec![5]] {
        assert_eq!(next(&mut pages).await.unwrap().unwrap(), expected);
    }
    assert!(next(&mut pages).await.is_none());
    let mut items = crate::client::Items::new(call(&core, "long"));
    for expected in 1..=4 {
        assert_eq!(next(&mut items).await.unwrap().unwrap(), expected);
    }
    assert!(next(&mut items).await.unwrap().is_err());
    assert!(next(&mut items).await.is_none());
}

#[tokio::test]
async fn pages_and_items_are_there_without_a_crate_for_streams() {
    let url = serve(|parts, _| match parts.uri.query() {
        None => respond(200, "application/json", "[1, 2]"),
        Some("start=2") => respond(200, "application/json", "[3, 4]"),
        _ => respond(500, "text/plain", ""),
    })
    .await;
    let core = Core::new(&url).unwrap();
    let mut pages = Pages::new(call(&core, "short"));
    assert_eq!(pages.page().await.unwrap(), Some(vec![1, 2]));
    let mut items = crate::client::Items::new(call(&core, "short"));
    for expected in 1..=4 {
        assert_eq!(items.item().await.unwrap(), Some(expected));
    }
    assert!(items.item().await.is_err());
    assert!(items.item().await.unwrap().is_none());
}

#[test]
fn the_next_page_is_found_among_links() {
    let cases = [
        (
            "<https://a/b?page=2>; rel=\"next\", <https://a/b?page=9>; rel=\"last\"",
            Some("https://a/b?page=2"),
        ),
        ("</a,b;c>; rel=\"prev\"; title=\"next, <x>; rel=next\" , </n>;REL=Next", Some("/n")),
        ("</n>; anchor; rel=\"last next\"", Some("/n")),
        ("< ?p=3 >;rel=next;title=x", Some("?p=3")),
        ("</p>; rel=prev", None),
        ("</n>; title=\"rel=next", None),
        ("</n; rel=next", None),
        ("", None),
    ];
    for (field, expected) in cases {
        let expected = expected.map_or(Next::End, |target| Next::At(target.to_owned()));
        assert_eq!(Next::link(Some(field)), expected, "{field}");
    }
    assert_eq!(Next::link(None), Next::End);
}

#[test]
fn pages_and_items_are_counted_until_one_is_empty_or_there_are_no_more_numbers() {
    let (mut offset, mut page) = (None::<i32>, None::<u8>);
    assert_eq!((Next::offset(&mut offset, 3), offset), (Next::Page, Some(3)));
    assert_eq!((Next::offset(&mut offset, 2), offset), (Next::Page, Some(5)));
    assert_eq!((Next::offset(&mut offset, 0), offset), (Next::End, Some(5)));
    assert_eq!((Next::page(&mut page, 1, 9), page), (Next::Page, Some(2)));
    page = Some(u8::MAX);
    assert_eq!((Next::page(&mut page, 1, 9), page), (Next::End, Some(u8::MAX)));
}
