//! `conformance init` against a target: what it asks, what it finds out, and what it never overwrites.

mod bench;
mod target;

use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use bench::{Bench, CONTRACT, SECRET, Things, code, text};
use target::{RawTarget, answer, json, read_request};

/// Things below a path; every request line that came.
async fn below(path: &'static str, seen: Arc<Mutex<Vec<String>>>) -> RawTarget {
    let things = Things::default();
    RawTarget::start(move |mut stream| {
        let (things, seen) = (things.clone(), Arc::clone(&seen));
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let line = request.lines().next().unwrap_or_default().to_owned();
                let inside = line.contains(&format!(" {path}/things"));
                seen.lock().expect("no panic").push(line);
                let response = match inside {
                    true => things.respond(&request.replacen(path, "", 1)),
                    false => json(404, r#"{"error":"where?"}"#),
                };
                answer(&mut stream, response).await;
            }
        }
    })
    .await
}

fn bench() -> Bench {
    let bench = Bench::new();
    let text = CONTRACT.replacen("security:", "servers: [{ url: /api/v1 }]\nsecurity:", 1);
    bench.write("things.yaml", &text);
    std::fs::remove_file(bench.path("profile.toml")).expect("it was there");
    bench
}

async fn conformance(bench: &Bench, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.current_dir(bench.folder.path()).args(arguments).env("BEARER_TOKEN", SECRET);
    command.stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    output.await.expect("no panic")
}

#[tokio::test]
async fn a_first_profile_runs() {
    for (path, line) in [("/api/v1", "# base_path = \"\""), ("", "base_path = \"\"")] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let target = below(path, Arc::clone(&seen)).await;
        let bench = bench();
        let init = ["init", "--spec", "things.yaml", "--url", &target.url];
        let output = conformance(&bench, &init).await;
        assert_eq!(code(&output), 0, "{}", text(&output));
        assert!(text(&output).contains("next: conformance plan"), "{}", text(&output));
        for line in seen.lock().expect("no panic").iter() {
            assert!(line.starts_with("GET "), "{line}");
        }
        let written = bench.read("profile.toml");
        assert!(written.lines().any(|one| one.starts_with(line)), "no `{line}` in {written}");
        assert!(written.contains("bearer_env = \"BEARER_TOKEN\"") && !written.contains(SECRET));
        assert!(written.contains(
            "# GET /things is answered with 401 without credentials, and with 200 as `bearer`."
        ));
        let run = ["run", "--spec", "things.yaml", "--profile", "profile.toml", "--require-all"];
        let output = conformance(&bench, &run).await;
        assert_eq!(code(&output), 0, "{}", text(&output));
    }
}

#[tokio::test]
async fn nothing_is_overwritten_unasked() {
    let bench = bench();
    bench.write("mine.toml", "faults = true\n");
    let init = ["init", "--spec", "things.yaml", "--out", "mine.toml"];
    let output = conformance(&bench, &init).await;
    assert_eq!(code(&output), 2, "{}", text(&output));
    assert!(text(&output).contains("mine.toml is there already"), "{}", text(&output));
    assert_eq!(bench.read("mine.toml"), "faults = true\n");
    let output = conformance(&bench, &[&init[..], &["--force"]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert!(bench.read("mine.toml").contains("[credentials.bearer]"));
}

#[tokio::test]
async fn mistakes_and_silence_have_their_exit_codes() {
    let bench = bench();
    let away = ["init", "--spec", "things.yaml", "--url", "http://127.0.0.1:1"];
    let output = conformance(&bench, &away).await;
    assert_eq!(code(&output), 3, "{}", text(&output));
    assert!(!bench.path("profile.toml").exists());
    for (arguments, words) in [
        (["--spec", "missing.yaml", "--out", "-"], "missing.yaml"),
        (["--spec", "things.yaml", "--url", "ftp://x"], "http://"),
        (["--spec", "things.yaml", "--out", "no/such/folder.toml"], "can't write"),
    ] {
        let output = conformance(&bench, &[&["init"][..], &arguments[..]].concat()).await;
        assert_eq!(code(&output), 2, "{arguments:?}: {}", text(&output));
        assert!(text(&output).contains(words), "{arguments:?}: {}", text(&output));
    }
}

#[tokio::test]
async fn a_guarded_target_is_asked_with_the_fields_that_are_given() {
    let things = Things::default();
    let target = RawTarget::start(move |mut stream| {
        let things = things.clone();
        async move {
            while let Some(request) = read_request(&mut stream).await {
                let is_let_through = request.to_lowercase().contains("x-gate: open-sesame");
                let inside = is_let_through && request.contains(" /api/v1/things");
                let response = match inside {
                    true => things.respond(&request.replacen("/api/v1", "", 1)),
                    false => json(404, r#"{"error":"where?"}"#),
                };
                answer(&mut stream, response).await;
            }
        }
    })
    .await;
    let bench = bench();
    let init = ["init", "--spec", "things.yaml", "--url", &target.url];
    let output =
        conformance(&bench, &[&init[..], &["--header", "X-Gate: open-sesame"]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let written = bench.read("profile.toml");
    let line =
        "# GET /things is answered with 401 with `--header` alone, and with 200 as `bearer`.";
    assert!(written.contains(line), "{written}");
    assert!(
        written.contains("# X-Gate = { env = ") && !written.contains("open-sesame"),
        "{written}"
    );
}
