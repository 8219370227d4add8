//! Targets that bend or break HTTP itself: each run ends in bounded time and memory, with a verdict that fits.

mod bench;
mod target;

use std::future::Future;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bench::{Bench, Things, code, text};
use serde_json::Value;
use target::{RawTarget, answer, json, read_request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Starts a target that reads a request and then does this.
async fn target<F, Fut>(then: F) -> RawTarget
where
    F: Fn(TcpStream, String) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    RawTarget::start(move |mut stream| {
        let then = then.clone();
        async move {
            if let Some(request) = read_request(&mut stream).await {
                then(stream, request).await;
            }
        }
    })
    .await
}

/// A run, and the most memory that it had.
struct Ran {
    output: Output,
    report: Value,
    mebibytes: u64,
}

/// The most memory that a process has had, in MiB.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// Within this time an answer has to come that never does.
const SHORT: &str = "0.3";
/// And within this one that does come: a busy machine must not fail it.
const LONG: &str = "20";

async fn run(target: &RawTarget, timeout: &str, more: &[&str]) -> Ran {
    let bench = Bench::new();
    let flags = ["--timeout", timeout, "--report", "json=r.json", "--url", &target.url];
    let mut command = bench.command(&[&flags[..], more].concat());
    let started = Instant::now();
    let child = tokio::task::spawn_blocking(move || {
        let child = command.spawn().expect("it runs");
        let pid = child.id();
        let watch = std::thread::spawn(move || {
            let mut most = 0;
            while let Some(now) = peak(pid) {
                most = most.max(now);
                std::thread::sleep(Duration::from_millis(10));
            }
            most
        });
        let output = child.wait_with_output().expect("it ends");
        (output, watch.join().expect("no panic"))
    });
    let (output, mebibytes) = child.await.expect("no panic");
    assert!(started.elapsed() < Duration::from_secs(100), "{:?}", started.elapsed());
    assert!(!text(&output).contains("panicked"), "{}", text(&output));
    let report = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    Ran { output, report, mebibytes }
}

/// The target doesn't conform, and some check says why.
async fn fails(target: &RawTarget, words: &str) {
    fails_within(LONG, target, words).await;
}

/// The same where nothing comes to an end by itself.
async fn hangs(target: &RawTarget, words: &str) {
    fails_within(SHORT, target, words).await;
}

async fn fails_within(timeout: &str, target: &RawTarget, words: &str) {
    let ran = run(target, timeout, &["--only", "listThings"]).await;
    assert_eq!(code(&ran.output), 1, "{}", text(&ran.output));
    assert_eq!(ran.report["summary"]["passed"], 0, "{}", text(&ran.output));
    assert!(text(&ran.output).contains(words), "no `{words}` in {}", text(&ran.output));
    assert!(ran.mebibytes < 200, "{} MiB", ran.mebibytes);
}

/// The same for a target that answers every request with these bytes and closes the connection.
async fn fails_on(bytes: impl Into<Vec<u8>>, words: &str) {
    let bytes = Arc::new(bytes.into());
    let target = target(move |mut stream, _| {
        let bytes = Arc::clone(&bytes);
        async move { answer(&mut stream, bytes.as_slice()).await }
    })
    .await;
    fails(&target, words).await;
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn what_is_compressed_though_nobody_asked_is_not_unpacked() {
    let gzip =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    let head = format!("{HEAD}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n", gzip.len());
    fails_on([head.as_bytes(), gzip].concat(), "JSON").await;
    let bomb = target(|mut stream, _| async move {
        let head = format!("{HEAD}content-encoding: gzip\r\ncontent-length: 1073741824\r\n\r\n");
        answer(&mut stream, head).await;
        while stream.write_all(&[0x1f; 65536]).await.is_ok() {}
    })
    .await;
    fails(&bomb, "longer than").await;
}

#[tokio::test]
async fn a_body_of_chunks_without_end_is_cut_off() {
    let endless = target(|mut stream, _| async move {
        answer(&mut stream, format!("{HEAD}transfer-encoding: chunked\r\n\r\n")).await;
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    })
    .await;
    fails(&endless, "longer than").await;
    let empty = target(|mut stream, _| async move {
        answer(&mut stream, format!("{HEAD}transfer-encoding: chunked\r\n\r\n")).await;
        while stream.write_all(b"1\r\n \r\n").await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    hangs(&empty, "no whole answer within 0.3 s").await;
}

#[tokio::test]
async fn a_flood_of_header_fields_is_no_answer() {
    let lines = "x-flood: 0123456789\r\n".repeat(100_000);
    fails_on(format!("{HEAD}{lines}content-length: 2\r\n\r\n{{}}"), "is not HTTP/1.1").await;
    let long = "x".repeat(10 * 1024 * 1024);
    fails_on(format!("{HEAD}x-long: {long}\r\ncontent-length: 2\r\n\r\n{{}}"), "is not HTTP/1.1")
        .await;
    let endless = target(|mut stream, _| async move {
        answer(&mut stream, HEAD).await;
        while stream.write_all("x-flood: 0123456789\r\n".repeat(1000).as_bytes()).await.is_ok() {}
    })
    .await;
    fails(&endless, "is not HTTP/1.1").await;
}

#[tokio::test]
async fn header_fields_that_come_slowly_are_not_waited_for() {
    let target = target(|mut stream, _| async move {
        answer(&mut stream, HEAD).await;
        while stream.write_all(b"x: y\r\n").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    hangs(&target, "went down").await;
}

#[tokio::test]
async fn lengths_that_contradict_each_other_are_no_answer() {
    fails_on(
        format!("{HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}} "),
        "is not HTTP/1.1",
    )
    .await;
    fails_on(format!("{HEAD}content-length: -2\r\n\r\n{{}}"), "is not HTTP/1.1").await;
    let most = "99999999999999999999999";
    fails_on(format!("{HEAD}content-length: {most}\r\n\r\n{{}}"), "is not HTTP/1.1").await;
    fails_on(
        format!("{HEAD}transfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\n"),
        "is not HTTP/1.1",
    )
    .await;
}

#[tokio::test]
async fn an_upgrade_that_nobody_asked_for_is_an_undocumented_status() {
    let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: chat\r\nconnection: upgrade\r\n\r\nhi";
    fails_on(head, "101").await;
}

#[tokio::test]
async fn header_values_that_are_no_text_are_shown_as_well_as_can_be() {
    let head = format!("{HEAD}x-name: ");
    let rest = b"\xff\xfe\r\ncontent-length: 2\r\n\r\n{}";
    fails_on([head.as_bytes(), rest].concat(), "things").await;
    let nul = format!("{HEAD}x-nul: a\0b\r\ncontent-length: 2\r\n\r\n{{}}");
    fails_on(nul, "is not HTTP/1.1").await;
}

/// A sound target whose answers are changed on their way.
async fn sound(
    change: impl Fn(String) -> Vec<u8> + Clone + Send + Sync + 'static,
    kept: usize,
) -> RawTarget {
    let things = Things::default();
    RawTarget::start(move |mut stream| {
        let (things, change) = (things.clone(), change.clone());
        async move {
            let mut answered = 0;
            while answered < kept
                && let Some(request) = read_request(&mut stream).await
            {
                answer(&mut stream, change(things.respond(&request))).await;
                answered += 1;
            }
        }
    })
    .await
}

async fn conforms(target: &RawTarget) {
    let ran = run(target, LONG, &["--require-all"]).await;
    assert_eq!(code(&ran.output), 0, "{}", text(&ran.output));
}

#[tokio::test]
async fn answers_of_http_1_0_are_answers() {
    let close_delimited = |response: String| {
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        let kept = head.lines().filter(|line| !line.starts_with("content-length"));
        let head = kept.collect::<Vec<_>>().join("\r\n").replacen("HTTP/1.1", "HTTP/1.0", 1);
        format!("{head}\r\n\r\n{body}").into_bytes()
    };
    conforms(&sound(close_delimited, 1).await).await;
}

#[tokio::test]
async fn informational_answers_are_passed_over() {
    let hinted = |response: String| {
        let hint = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
        format!("HTTP/1.1 100 Continue\r\n\r\n{hint}{response}").into_bytes()
    };
    conforms(&sound(hinted, usize::MAX).await).await;
}

#[tokio::test]
async fn connections_that_are_closed_at_random_cost_no_verdict() {
    static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);
    let things = Things::default();
    let target = RawTarget::start(move |mut stream| {
        let things = things.clone();
        async move {
            let kept = CONNECTIONS.fetch_add(1, Ordering::Relaxed) * 7 % 5;
            for _ in 0..=kept {
                let Some(request) = read_request(&mut stream).await else { return };
                answer(&mut stream, things.respond(&request)).await;
            }
        }
    })
    .await;
    conforms(&target).await;
}

#[tokio::test]
async fn bytes_behind_an_answer_are_not_the_next_one() {
    let trailing = |response: String| format!("{response}HTTP/1.1 500 X\r\n\r\n").into_bytes();
    let ran = run(&sound(trailing, usize::MAX).await, LONG, &[]).await;
    let told = text(&ran.output);
    assert!(!told.contains("500"), "{told}");
}

#[tokio::test]
async fn lines_that_end_without_a_carriage_return_are_read_or_refused() {
    let bare = |response: String| {
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        format!("{}\n\n{body}", head.replace("\r\n", "\n")).into_bytes()
    };
    // RFC 9112 §2.2: a recipient may recognize a single LF.
    let ran = run(&sound(bare, usize::MAX).await, LONG, &[]).await;
    assert!(matches!(code(&ran.output), 0 | 1), "{}", text(&ran.output));
}

#[tokio::test]
async fn an_informational_answer_without_end_is_not_waited_for() {
    let target = target(|mut stream, _| async move {
        while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_ok() {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    hangs(&target, "went down").await;
}

#[tokio::test]
async fn an_answer_before_the_request_is_none() {
    let target = RawTarget::start(|mut stream| async move {
        answer(&mut stream, json(200, "{}")).await;
        sleep(Duration::from_secs(5)).await;
    })
    .await;
    let ran = run(&target, SHORT, &["--only", "listThings"]).await;
    assert!(matches!(code(&ran.output), 1 | 3), "{}", text(&ran.output));
}
