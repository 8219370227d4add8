//! The transport against targets that misbehave: typed failures, in bounded time and memory.

mod target;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use conformance::transport::{
    Base, Exchange, FailureKind, Http, HttpRequest, Limits, Paced, Transport,
};
use target::{RawTarget, answer, json, read_request};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

/// For exchanges that can't but time out.
const SHORT: Duration = Duration::from_millis(300);

/// For all others: a busy machine must not fail them.
const LIMIT: Duration = Duration::from_secs(20);

fn get(path: &str) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        target: path.into(),
        headers: vec![],
        ..HttpRequest::default()
    }
}

fn http(url: &str) -> Http {
    let limits = Limits { body: 64 * 1024, ..Limits::default() };
    Http::new(Base::parse(url).expect("a URL"), limits)
}

async fn ask(target: &RawTarget) -> Exchange {
    http(&target.url).exchange(get("/"), LIMIT).await
}

async fn ask_in_vain(target: &RawTarget) -> Exchange {
    http(&target.url).exchange(get("/"), SHORT).await
}

fn failure(exchange: &Exchange) -> &FailureKind {
    &exchange.outcome.as_ref().expect_err("no answer").kind
}

#[tokio::test]
async fn requests_go_out_exactly_as_written() {
    let seen = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&seen);
    let target = RawTarget::start(move |mut stream| {
        let kept = Arc::clone(&kept);
        async move {
            let request = read_request(&mut stream).await.expect("a request");
            *kept.lock().expect("no panic") = request;
            answer(&mut stream, json(200, "{}")).await;
        }
    })
    .await;
    let request = HttpRequest {
        method: "POST".into(),
        target: "/a/%ff/%zz/%2e?limit=1&limit=2&empty=".into(),
        headers: vec![("authorization".into(), "bEaReR x".into())],
        body: Some(b"{\"broken\": ".as_slice().into()),
        identity: None,
        is_limited: false,
    };
    let exchange = http(&format!("{}/base/", target.url)).exchange(request, LIMIT).await;
    assert_eq!(exchange.status(), Some(200));
    let seen = seen.lock().expect("no panic").clone();
    assert!(
        seen.starts_with("POST /base/a/%ff/%zz/%2e?limit=1&limit=2&empty= HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(seen.contains("authorization: bEaReR x\r\n"), "{seen}");
    assert!(!seen.to_lowercase().contains("content-type"), "{seen}");
    assert!(seen.ends_with("\r\n\r\n{\"broken\": "), "{seen}");
}

#[tokio::test]
async fn a_hanging_target_times_out() {
    let target = RawTarget::start(|mut stream| async move {
        read_request(&mut stream).await;
        sleep(LIMIT * 2).await;
    })
    .await;
    let started = Instant::now();
    assert_eq!(*failure(&ask_in_vain(&target).await), FailureKind::Timeout(SHORT));
    assert!(started.elapsed() < LIMIT);
}

#[tokio::test]
async fn a_trickling_target_times_out() {
    let target = RawTarget::start(|mut stream| async move {
        read_request(&mut stream).await;
        answer(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n").await;
        while stream.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let exchange = ask_in_vain(&target).await;
    assert_eq!(*failure(&exchange), FailureKind::Timeout(SHORT));
    let head = exchange.outcome.expect_err("no whole answer").head.expect("its head came");
    assert_eq!(head.status, 200);
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let target = RawTarget::start(|mut stream| async move {
        read_request(&mut stream).await;
        answer(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await;
        while stream.write_all(&[b'x'; 16384]).await.is_ok() {}
    })
    .await;
    assert_eq!(*failure(&ask(&target).await), FailureKind::TooLarge(64 * 1024));
}

#[tokio::test]
async fn a_connection_closed_early_is_told_from_nonsense() {
    for (bytes, after_head) in
        [("", false), ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort", true)]
    {
        let target = RawTarget::start(move |mut stream| async move {
            read_request(&mut stream).await;
            answer(&mut stream, bytes).await;
        })
        .await;
        let exchange = ask(&target).await;
        assert_eq!(*failure(&exchange), FailureKind::ClosedEarly, "{bytes:?}");
        assert_eq!(exchange.outcome.expect_err("no answer").head.is_some(), after_head);
    }
    for bytes in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 banana OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let target = RawTarget::start(move |mut stream| async move {
            read_request(&mut stream).await;
            answer(&mut stream, bytes).await;
        })
        .await;
        let exchange = ask(&target).await;
        let kind = failure(&exchange);
        assert!(matches!(kind, FailureKind::NotHttp(_)), "{bytes:?}: {kind:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = RawTarget::start(|_| async {}).await;
    let location = elsewhere.url.clone();
    let target = RawTarget::start(move |mut stream| {
        let location = location.clone();
        async move {
            read_request(&mut stream).await;
            let head =
                format!("HTTP/1.1 302 Found\r\nlocation: {location}/\r\ncontent-length: 0\r\n\r\n");
            answer(&mut stream, head).await;
        }
    })
    .await;
    assert_eq!(ask(&target).await.status(), Some(302));
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn connections_are_kept_and_replaced_when_the_target_closes_them() {
    // Each connection answers twice and then closes without a word, as servers do with idle connections.
    let target = RawTarget::start(|mut stream| async move {
        for _ in 0..2 {
            read_request(&mut stream).await;
            answer(&mut stream, json(200, "{}")).await;
        }
        read_request(&mut stream).await;
    })
    .await;
    let http = http(&target.url);
    for _ in 0..6 {
        assert_eq!(http.exchange(get("/"), LIMIT).await.status(), Some(200));
    }
    assert_eq!(target.connections(), 3);
}

#[tokio::test]
async fn nothing_is_sent_twice_on_a_fresh_connection() {
    let target = RawTarget::start(|mut stream| async move {
        read_request(&mut stream).await;
    })
    .await;
    assert_eq!(*failure(&ask(&target).await), FailureKind::ClosedEarly);
    assert_eq!(target.connections(), 1);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let url = RawTarget::start(|_| async {}).await.url.clone();
    // The listener closes a moment after its task is dropped.
    sleep(Duration::from_millis(50)).await;
    assert!(http(&url).reach().await.is_err());
    let exchange = http(&url).exchange(get("/"), LIMIT).await;
    assert!(matches!(failure(&exchange), FailureKind::Unreachable(_)));
}

#[tokio::test]
async fn a_request_that_cannot_be_written_is_told() {
    let target = RawTarget::start(|_| async {}).await;
    let mut request = get("/");
    request.headers.push(("x".into(), "a\nb".into()));
    let exchange = http(&target.url).exchange(request, LIMIT).await;
    assert!(matches!(failure(&exchange), FailureKind::Unsendable(_)));
}

async fn busy_twice() -> RawTarget {
    let asked = Arc::new(Mutex::new(0));
    RawTarget::start(move |mut stream| {
        let asked = Arc::clone(&asked);
        async move {
            while read_request(&mut stream).await.is_some() {
                let number = {
                    let mut asked = asked.lock().expect("no panic");
                    *asked += 1;
                    *asked
                };
                let busy = "HTTP/1.1 429 X\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
                let text = if number <= 2 { busy.to_owned() } else { json(200, "{}") };
                answer(&mut stream, text).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let target = busy_twice().await;
    let started = Instant::now();
    let paced = Paced::new(http(&target.url), None, started + Duration::from_secs(60));
    assert_eq!(paced.exchange(get("/"), LIMIT).await.status(), Some(200));
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_429_is_not_waited_out_beyond_the_end_of_the_run() {
    let target = busy_twice().await;
    let until = Instant::now() + Duration::from_millis(500);
    let paced = Paced::new(http(&target.url), None, until);
    assert_eq!(paced.exchange(get("/"), LIMIT).await.status(), Some(429));
}

#[tokio::test]
async fn the_rate_is_kept() {
    let target = RawTarget::start(|mut stream| async move {
        while read_request(&mut stream).await.is_some() {
            answer(&mut stream, json(200, "{}")).await;
        }
    })
    .await;
    let started = Instant::now();
    let paced = Paced::new(http(&target.url), Some(50.0), started + Duration::from_secs(60));
    for _ in 0..6 {
        assert_eq!(paced.exchange(get("/"), LIMIT).await.status(), Some(200));
    }
    assert!(started.elapsed() >= Duration::from_millis(100));
}
