//! Repetitions, secrets that are asked for, transports and spans, over loopback.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use futures_util::future::BoxFuture;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tower::ServiceExt as _;

use super::client::{call, respond, serve};
use crate::client::{
    Call, Carried, Core, Error, Next, Operation, OperationInfo, Place, Received, Request, Retry,
    Secret, Transport,
};

/// Counts the requests and answers what `answer` says of each, by its number.
async fn counted(
    answer: impl Fn(usize, &HeaderMap) -> http::Response<Body> + Clone + Send + Sync + 'static,
) -> (Core, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    let url =
        serve(move |parts, _| answer(counter.fetch_add(1, Ordering::SeqCst), &parts.headers)).await;
    (Core::new(&url).unwrap(), seen)
}

fn eager(times: u32) -> Retry {
    Retry::times(times).with_pauses(Duration::ZERO, Duration::ZERO)
}

fn ok() -> http::Response<Body> {
    respond(200, "application/json", "[1]")
}

fn busy(status: u16, retry_after: &str) -> http::Response<Body> {
    let mut response = respond(status, "text/plain", "busy");
    if !retry_after.is_empty() {
        response.headers_mut().insert("retry-after", retry_after.parse().unwrap());
    }
    response
}

/// The same call as `List`, by a method that is not idempotent.
struct Post;

impl Operation for Post {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "post",
        method: "POST",
        path: "/things",
        security: &[],
        accept: "application/json",
        streamed: &[],
    };
    type Parameters = ();
    type Body = ();
    type Success = ();
    type Failure = std::convert::Infallible;

    fn request((): &(), (): &()) -> Request {
        Request::new(Method::POST).literal("/things")
    }

    fn decode(received: Received) -> Result<(), Error<Self::Failure>> {
        match received.status().as_u16() {
            200 => Ok(()),
            _ => Err(received.undocumented()),
        }
    }
}

#[tokio::test]
async fn what_is_busy_is_asked_again_only_when_told_to() {
    for status in [429, 502, 503, 504] {
        let answer = move |n, _: &HeaderMap| if n < 2 { busy(status, "") } else { ok() };
        let (core, seen) = counted(answer).await;
        let error = call(&core, "1").await.unwrap_err();
        assert_eq!(
            error.undocumented_status().unwrap().as_u16(),
            status,
            "nothing is repeated unasked"
        );
        assert_eq!(seen.load(Ordering::SeqCst), 1);
        seen.store(0, Ordering::SeqCst);
        assert_eq!(call(&core, "1").retry(eager(2)).await.unwrap(), [1]);
        assert_eq!(seen.load(Ordering::SeqCst), 3);
        seen.store(0, Ordering::SeqCst);
        let core = core.with_retry(eager(1));
        assert!(call(&core, "1").await.is_err(), "once more was not enough");
        assert_eq!(seen.load(Ordering::SeqCst), 2);
        assert!(call(&core, "1").retry(Retry::never()).await.is_ok(), "the third is the good one");
    }
}

#[tokio::test]
async fn what_is_not_idempotent_or_not_transient_is_never_sent_again() {
    let (core, seen) = counted(|_, _| busy(503, "")).await;
    let core = core.with_retry(eager(5));
    assert!(Call::<Post>::new(&core, (), ()).await.is_err());
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    let (core, seen) = counted(|_, _| busy(500, "0")).await;
    let core = core.with_retry(eager(5));
    assert!(call(&core, "1").await.is_err());
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn retry_after_is_respected_or_the_answer_handed_over() {
    let (core, seen) = counted(|n, _| if n == 0 { busy(503, "0") } else { ok() }).await;
    let slow = Retry::times(1).with_pauses(Duration::from_secs(3600), Duration::from_secs(3600));
    assert!(call(&core, "1").retry(slow.clone()).await.is_ok(), "the server knows better");
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    for (told, retry) in [
        ("61", eager(1)),
        ("2", eager(1).with_patience(Duration::from_secs(1))),
        ("Fri, 31 Dec 9999 23:59:59 GMT", eager(1)),
        // There is no time left for this.
        ("40", eager(1)),
        ("", slow),
    ] {
        let (core, seen) = counted(move |_, _| busy(429, told)).await;
        let error = call(&core, "1").retry(retry).await.unwrap_err();
        assert_eq!(error.undocumented_status(), Some(StatusCode::TOO_MANY_REQUESTS));
        assert_eq!(seen.load(Ordering::SeqCst), 1, "{told}");
    }
}

#[test]
fn a_cursor_that_says_nothing_new_is_the_end() {
    let mut cursor = None;
    let next = |cursor: &mut Option<String>, next: Option<&str>| {
        Next::cursor(cursor, next.map(str::to_owned))
    };
    assert_eq!(next(&mut cursor, None), Next::End);
    assert_eq!(next(&mut cursor, Some("")), Next::End);
    assert_eq!(next(&mut cursor, Some("a")), Next::Page);
    assert_eq!(next(&mut cursor, Some("a")), Next::End);
    assert_eq!(next(&mut cursor, Some("b")), Next::Page);
    assert_eq!((cursor.as_deref(), Next::text(&7_u8)), (Some("b"), "7".to_owned()));
}

#[tokio::test]
async fn a_call_can_go_to_another_server() {
    let here = serve(|_, _| ok()).await;
    let nowhere = Core::new("http://127.0.0.1:1").unwrap();
    assert_eq!(call(&nowhere, "1").at(format!("{here}/")).await.unwrap(), [1]);
    let error = call(&nowhere, "1").at("nowhere").await.unwrap_err();
    assert_eq!(error.kind(), "request");
}

#[tokio::test]
async fn an_answer_is_had_with_its_status_and_header_fields() {
    let (core, _) = counted(|n, _| if n == 0 { busy(503, "7") } else { ok() }).await;
    let refused = call(&core, "1").answer().await.unwrap();
    assert_eq!(refused.status, 503);
    assert_eq!(refused.headers["retry-after"], "7");
    assert_eq!(refused.outcome.unwrap_err().kind(), "undocumented");
    let done = call(&core, "1").answer().await.unwrap();
    assert_eq!((done.status.as_u16(), done.headers.contains_key("content-type")), (200, true));
    assert_eq!(done.outcome.unwrap(), [1]);
    let core = Core::new("http://127.0.0.1:1").unwrap();
    assert_eq!(call(&core, "1").answer().await.unwrap_err().kind(), "transport");
}

#[tokio::test]
async fn a_request_asks_for_what_is_documented_unless_it_is_told_otherwise() {
    let answer = |_, headers: &HeaderMap| match headers["accept"].to_str() {
        Ok("application/json") => ok(),
        _ => busy(406, ""),
    };
    let (core, _) = counted(answer).await;
    assert_eq!(call(&core, "1").await.unwrap(), [1]);
    let other = call(&core, "1").header(ACCEPT, HeaderValue::from_static("text/csv"));
    assert_eq!(other.await.unwrap_err().undocumented_status().unwrap().as_u16(), 406);
}

#[test]
fn retry_after_is_read_in_all_its_forms() {
    use crate::client::read_retry_after;
    // Sun, 06 Nov 1994 08:49:37 GMT
    let now = Duration::from_secs(784_111_777);
    let cases = [
        ("120", Some(120)),
        (" 0 ", Some(0)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
        ("Sunday, 06-Nov-94 08:50:07 GMT", Some(30)),
        ("Sun Nov  6 08:50:07 1994", Some(30)),
        ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
        ("Friday, 06-Nov-43 08:49:37 GMT", Some(1_546_300_800)),
        ("Sunday, 06-Nov-60 08:49:37 GMT", Some(0)),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 24:49:37 GMT", None),
    ];
    for (text, expected) in cases {
        assert_eq!(read_retry_after(text, now).map(|asked| asked.as_secs()), expected, "{text}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    use tokio::io::AsyncWriteExt as _;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        // The first one is closed without a word.
        drop(listener.accept().await.unwrap());
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await;
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-type: application/json\r\n\r\n[7]";
        stream.write_all(answer).await.unwrap();
    });
    let core = Core::new(&url).unwrap().with_retry(eager(1));
    assert_eq!(call(&core, "1").await.unwrap(), [7]);
}

#[tokio::test]
async fn secrets_are_asked_for_and_once_more_after_a_401() {
    let answer = |_, headers: &HeaderMap| match headers.get("authorization") {
        Some(value) if value == "Bearer new" => ok(),
        _ => respond(401, "text/plain", ""),
    };
    let (core, seen) = counted(answer).await;
    let asked: Arc<Mutex<Vec<Option<Secret>>>> = Arc::default();
    let noted = Arc::clone(&asked);
    let place = Place::Authorization("Bearer");
    let refreshing =
        core.clone().with_secrets("token", place.clone(), move |refused: Option<Secret>| {
            let secret = Secret::from(if refused.is_some() { "new" } else { "old" });
            noted.lock().unwrap().push(refused);
            async move { Ok::<_, std::io::Error>(secret) }
        });
    assert!(call(&refreshing, "1").await.is_ok());
    assert_eq!(*asked.lock().unwrap(), [None, Some(Secret::from("old"))]);
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    seen.store(0, Ordering::SeqCst);
    for secret in ["old", "same"] {
        let stubborn =
            core.clone().with_secrets("token", place.clone(), move |refused: Option<Secret>| {
                let secret = if secret == "old" && refused.is_some() { "older" } else { secret };
                async move { Ok::<_, std::io::Error>(Secret::from(secret)) }
            });
        let error = call(&stubborn, "1").await.unwrap_err();
        assert_eq!(error.undocumented_status(), Some(StatusCode::UNAUTHORIZED));
        // A secret that is the same isn't shown again.
        let times = if secret == "old" { 2 } else { 1 };
        assert_eq!(seen.swap(0, Ordering::SeqCst), times, "{secret}");
    }
    let broken = core.with_secrets("token", place, |_| async {
        Err::<Secret, _>(std::io::Error::other("the vault is closed"))
    });
    let error = call(&broken, "1").await.unwrap_err();
    assert_eq!(error.to_string(), "there was no secret to show: the vault is closed");
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

/// A transport of one's own sees the operation.
struct Named(reqwest::Client, Arc<Mutex<Vec<&'static str>>>);

impl Transport for Named {
    fn carry(&self, request: reqwest::Request, operation: &'static OperationInfo) -> Carried<'_> {
        self.1.lock().unwrap().push(operation.id);
        self.0.carry(request, operation)
    }
}

#[tokio::test]
async fn anything_that_answers_requests_is_a_transport() {
    let (core, seen) = counted(|_, headers| {
        respond(200, "application/json", format!("[{}]", headers.contains_key("x-layer")))
    })
    .await;
    let layered = tower::ServiceBuilder::new()
        .map_request(|mut request: reqwest::Request| {
            request.headers_mut().insert("x-layer", "1".parse().unwrap());
            request
        })
        .concurrency_limit(2)
        .service(reqwest::Client::new());
    let with_tower = core.clone().with_transport(move |request| layered.clone().oneshot(request));
    let text = match call(&with_tower, "1").await {
        Err(Error::Undecodable(answer)) => answer.body,
        other => panic!("{other:?}"),
    };
    assert_eq!(text, "[true]");
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    let names: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let named = core.clone().with_transport(Named(reqwest::Client::new(), Arc::clone(&names)));
    let _ = call(&named, "1").await;
    assert_eq!(*names.lock().unwrap(), ["list"]);
    let closed = core.with_transport(
        |_| -> BoxFuture<'static, Result<reqwest::Response, std::fmt::Error>> {
            Box::pin(async { Err(std::fmt::Error) })
        },
    );
    let error = call(&closed.with_retry(eager(3)), "1").await.unwrap_err();
    assert_eq!(error.kind(), "transport");
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_time_of_a_call_is_that_of_all_its_attempts() {
    let transport = |_| std::future::pending::<Result<reqwest::Response, std::fmt::Error>>();
    let core = Core::new("http://127.0.0.1:9").unwrap().with_transport(transport);
    let core = core.with_timeout(Duration::from_millis(20)).with_retry(eager(9));
    let error = call(&core, "1").await.unwrap_err();
    assert!(matches!(&error, Error::Transport(error) if error.is_timeout()), "{error:?}");
    assert_eq!(error.kind(), "timeout");
}

/// Keeps the fields of each span.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<BTreeMap<String, String>>>);

impl tracing::field::Visit for Spans {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl tracing::Subscriber for Spans {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().contains("runtime::client")
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut self.clone());
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn a_span_is_named_by_its_operation_and_tells_no_secret() {
    let (core, _) = counted(|_, _| ok()).await;
    let core = core.with_secret("token", Place::Query("key"), Secret::from("s3cret"));
    let spans = Spans::default();
    let guard = tracing::subscriber::set_default(spans.clone());
    call(&core, "1").await.unwrap();
    drop(guard);
    let seen = spans.0.lock().unwrap().clone();
    assert_eq!(seen["otel.name"], "\"list\"");
    assert_eq!(seen["http.route"], "\"/things/{id}\"");
    assert_eq!(seen["http.response.status_code"], "200");
    assert!(!format!("{seen:?}").contains("s3cret"), "{seen:?}");
}
