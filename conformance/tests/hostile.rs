//! The binary against targets that misbehave, and against a sound one: exit codes, bounded time and memory, no secret
//! in anything that is written, and nothing left behind.

mod bench;
mod target;

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use bench::{Bench, SECRET, Things, code, text};
use serde_json::Value;
use target::{RawTarget, answer, json, read_request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Starts a target that reads a request and then does this.
async fn hostile<F, Fut>(then: F) -> RawTarget
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

/// Runs against a hostile target: every cell has failed, in bounded time, and says why.
#[track_caller]
fn check_failed(bench: &Bench, output: &Output, started: Instant, words: &str) {
    assert_eq!(code(output), 1, "{}", text(output));
    assert!(started.elapsed() < Duration::from_secs(100), "{:?}", started.elapsed());
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    let summary = &report["summary"];
    assert_eq!(summary["passed"], 0, "{summary}");
    assert!(summary["failed"].as_u64() > Some(0), "{summary}");
    let cells = report["cells"].as_array().expect("cells");
    let told = cells
        .iter()
        .any(|cell| cell["reason"].as_str().is_some_and(|reason| reason.contains(words)));
    assert!(told, "no cell says `{words}`: {cells:#?}");
}

const FLAGS: [&str; 4] = ["--timeout", "0.3", "--report", "json=r.json"];

async fn run_against(target: &RawTarget, words: &str) {
    let bench = Bench::new();
    let started = Instant::now();
    let output = bench.run(&[&FLAGS[..], &["--url", &target.url]].concat()).await;
    check_failed(&bench, &output, started, words);
}

#[tokio::test]
async fn a_target_that_hangs() {
    let target = hostile(|stream, _| async move {
        sleep(Duration::from_secs(300)).await;
        drop(stream);
    })
    .await;
    run_against(&target, "no answer within 0.3 s").await;
}

#[tokio::test]
async fn a_target_that_trickles() {
    let target = hostile(|mut stream, _| async move {
        answer(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
        while stream.write_all(b" ").await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    run_against(&target, "no whole answer within 0.3 s").await;
}

#[tokio::test]
async fn a_target_that_closes_in_the_middle() {
    let target = hostile(|mut stream, _| async move {
        answer(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"things\"").await;
    })
    .await;
    run_against(&target, "in the middle of the body").await;
}

#[tokio::test]
async fn a_target_that_speaks_something_else() {
    let target =
        hostile(|mut stream, _| async move { answer(&mut stream, "220 mail ready\r\n").await })
            .await;
    run_against(&target, "is not HTTP/1.1").await;
}

#[tokio::test]
async fn a_target_that_sends_no_utf8() {
    let target = hostile(|mut stream, _| async move {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n";
        answer(&mut stream, [head.as_bytes(), b"\"\xff\xfe\""].concat()).await;
    })
    .await;
    run_against(&target, "").await;
}

#[tokio::test]
async fn a_target_that_redirects_elsewhere() {
    let elsewhere =
        hostile(|mut stream, _| async move { answer(&mut stream, json(200, "{}")).await }).await;
    let location = elsewhere.url.clone();
    let target = hostile(move |mut stream, _| {
        let head =
            format!("HTTP/1.1 307 X\r\nlocation: {location}/things\r\ncontent-length: 0\r\n\r\n");
        async move { answer(&mut stream, head).await }
    })
    .await;
    run_against(&target, "307").await;
    assert_eq!(elsewhere.connections(), 0, "nobody was asked there, so nobody was told a secret");
}

/// The most memory that a process has had, in MiB.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// Runs against a target that sends after this head more than anybody could want, and says the most memory that it took.
async fn check_gigabyte(head: &'static str, piece: Vec<u8>) {
    let target = hostile(move |mut stream, _| {
        let piece = piece.clone();
        async move {
            answer(&mut stream, head).await;
            while stream.write_all(&piece).await.is_ok() {}
        }
    })
    .await;
    let bench = Bench::new();
    let started = Instant::now();
    let flags = ["--timeout", "5", "--report", "json=r.json", "--url", &target.url];
    let mut command = bench.command(&flags);
    let child = tokio::task::spawn_blocking(move || {
        let child = command.spawn().expect("it runs");
        let pid = child.id();
        let watch = std::thread::spawn(move || {
            let mut most = 0;
            while let Some(now) = peak(pid) {
                most = most.max(now);
                std::thread::sleep(Duration::from_millis(20));
            }
            most
        });
        let output = child.wait_with_output().expect("it ends");
        (output, watch.join().expect("no panic"))
    });
    let (output, most) = child.await.expect("no panic");
    check_failed(&bench, &output, started, "longer than");
    assert!(most < 200, "{most} MiB");
}

#[tokio::test]
async fn a_target_that_announces_a_gigabyte() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1073741824\r\n\r\n";
    check_gigabyte(head, vec![b' '; 65536]).await;
}

#[tokio::test]
async fn a_target_that_never_stops_sending() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    check_gigabyte(head, [b"10000\r\n", &[b' '; 65536][..], b"\r\n"].concat()).await;
}

#[tokio::test]
async fn a_target_that_is_not_there() {
    let output = Bench::new().run(&["--url", "http://127.0.0.1:1"]).await;
    assert_eq!(code(&output), 3, "{}", text(&output));
    assert!(text(&output).contains("can't reach the target"));
}

#[tokio::test]
async fn mistakes_are_told_with_their_place() {
    let bench = Bench::new();
    bench.write("broken.yaml", "openapi: 3.0.3\npaths: [\n");
    bench.write("unknown.toml", "[credentials.admin]\nbearer = \"token\"\nmay = [\"listThing\"]\n");
    bench.write("typo.toml", "faluts = true\n");
    let url = ["--url", "http://127.0.0.1:1"];
    for (flags, words) in [
        (vec!["--spec", "broken.yaml"], "broken.yaml:"),
        (vec!["--spec", "missing.yaml"], "missing.yaml"),
        (vec!["--workflows", "broken.yaml"], "broken.yaml:"),
        (vec!["--profile", "unknown.toml"], "unknown.toml:3:8"),
        (vec!["--profile", "unknown.toml"], "did you mean `listThings`?"),
        (vec!["--profile", "typo.toml"], "typo.toml:1:1"),
        (vec!["--profile", "missing.toml"], "missing.toml"),
        (vec!["--report", "pdf=x"], "`pdf` is no format"),
        (vec!["--report", "json=things.yaml/x"], "can't write"),
        (vec!["--only", "listThing"], "did you mean `listThings`?"),
        (vec!["--only", "listThings:500"], "it documents 200, 401"),
        (vec!["--only", "listThings:banana"], "which is no status"),
        (vec!["--case", "nothing"], "there is no case `nothing`"),
        (vec!["--workers", "0"], "1 to 1000"),
        (vec!["--only", "tag:none"], "`tag:none`, which the contract doesn't have"),
        (vec!["--exclude", "listThing"], "--exclude names `listThing`"),
        (vec!["--allow", "PUT things"], "no path"),
        (vec!["--base-path", "api"], "something like `/api/v1`"),
        (vec!["--header", "X-Tenant"], "expected `Name: value`"),
        (vec!["--header", "Content-Length: 1"], "by the run itself"),
        (vec!["--rate", "0"], "above 0"),
        (vec!["--timeout", "0"], "seconds, a number above 0"),
        (vec!["--nonsense"], "--nonsense"),
        (vec!["--url", "ftp://x"], "http://"),
    ] {
        // A flag that is given twice is a mistake of its own, so the last ones replace the bench's.
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
        command.current_dir(bench.folder.path()).arg("run").args(&flags);
        for (flag, value) in
            [("--spec", "things.yaml"), ("--profile", "profile.toml"), (url[0], url[1])]
        {
            if !flags.contains(&flag) {
                command.args([flag, value]);
            }
        }
        let output = command.output().expect("it runs");
        let told = text(&output);
        assert_eq!(code(&output), 2, "{flags:?}: {told}");
        assert!(told.contains(words), "{flags:?}: no `{words}` in: {told}");
    }
    let output = bench.command(&[]).output().expect("it runs");
    assert_eq!(code(&output), 2);
    assert!(text(&output).contains("no target"), "{}", text(&output));
}

#[tokio::test]
async fn a_sound_target_conforms_and_is_left_as_it_was() {
    let things = Things::default();
    let target = things.serve(Duration::ZERO).await;
    let bench = Bench::new();
    for _ in 0..2 {
        let output =
            bench.run(&["--url", &target.url, "--require-all", "--report", "json=r.json"]).await;
        assert_eq!(code(&output), 0, "{}", text(&output));
        assert_eq!(things.count(), 0, "{:?}", things.0.lock());
    }
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    let (summary, cells) = (&report["summary"], report["cells"].as_array().expect("cells"));
    assert_eq!(summary["cells_documented"], cells.len());
    assert_eq!(summary["cells_exercised"], cells.len());
    let sum: u64 =
        ["passed", "failed", "skipped"].iter().filter_map(|key| summary[key].as_u64()).sum();
    assert_eq!(sum, cells.len() as u64);
    let steps =
        report["cases"].as_array().into_iter().flatten().flat_map(|case| case["steps"].as_array());
    assert_eq!(summary["requests"].as_u64(), Some(steps.flatten().count() as u64));
}

#[tokio::test]
async fn a_part_of_the_plan_can_be_replayed() {
    let things = Things::default();
    let target = things.serve(Duration::ZERO).await;
    let bench = Bench::new();
    let url = ["--url", &target.url];
    let output = bench
        .run(&[&url[..], &["--only", "getThing:404", "--report", "json=r.json"]].concat())
        .await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    assert_eq!(report["summary"]["cells_documented"], 1);
    let id = report["cases"][0]["id"].as_str().expect("an id").to_owned();
    let output = bench.run(&[&url[..], &["--case", &id, "--report", "json=r.json"]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    assert_eq!(report["cases"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_interrupted_run_leaves_nothing_and_still_reports() {
    let things = Things::default();
    let target = things.serve(Duration::from_millis(40)).await;
    let bench = Bench::new();
    let flags = ["--url", &target.url, "--workers", "2", "--report", "json=r.json"];
    let child = bench.command(&flags).spawn().expect("it runs");
    for _ in 0..200 {
        if things.count() > 0 {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill").success());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().expect("it ends"));
    let output = output.await.expect("no panic");
    assert_eq!(code(&output), 130, "{}", text(&output));
    assert_eq!(things.count(), 0);
    let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
    assert_eq!(report["interrupted"], true);
}

#[tokio::test]
async fn no_report_shows_a_secret_that_the_target_echoes() {
    let target = hostile(|mut stream, request| async move {
        let token = request
            .lines()
            .find_map(|line| {
                line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            })
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default();
        let body = serde_json::json!({"error": 5, "thing_id": token, "name": token}).to_string();
        let response = json(200, &body).replacen("\r\n", &format!("\r\nx-echo: {token}\r\n"), 1);
        answer(&mut stream, response).await;
    })
    .await;
    let bench = Bench::new();
    let formats = ["json", "junit", "html", "markdown"];
    let mut flags = vec!["--url".to_owned(), target.url.clone()];
    for format in formats {
        flags.extend(["--report".to_owned(), format!("{format}=r.{format}")]);
    }
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let output = bench.run(&flags).await;
    assert_eq!(code(&output), 1);
    assert!(!text(&output).contains(SECRET));
    assert!(text(&output).contains("$TOKEN_ADMIN"), "the curl lines name the variable");
    for format in formats {
        let written = bench.read(&format!("r.{format}"));
        assert!(!written.contains(SECRET), "{format} holds the secret");
    }
}

#[test]
fn the_help_tells_the_exit_codes() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    let output = command.args(["run", "--help"]).output().expect("it runs");
    assert_eq!(code(&output), 0);
    for words in ["--require-all", "--max-time", "130", "the first connection to the target failed"]
    {
        assert!(text(&output).contains(words), "{words}");
    }
}
