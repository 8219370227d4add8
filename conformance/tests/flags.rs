//! Flags and the profile keys of the same meaning: what goes out, and where.

mod bench;
mod target;

use std::sync::{Arc, Mutex};

use bench::{Bench, Things, code, text};
use serde_json::Value;
use target::{RawTarget, answer, json, read_request};

/// Things below a path, and every request that came.
async fn below(path: &'static str, seen: Arc<Mutex<Vec<String>>>) -> RawTarget {
    let things = Things::default();
    RawTarget::start(move |mut stream| {
        let (things, seen) = (things.clone(), Arc::clone(&seen));
        async move {
            while let Some(request) = read_request(&mut stream).await {
                seen.lock().expect("no panic").push(request.clone());
                let inside = request.split_once(' ').filter(|(_, rest)| rest.starts_with(path));
                let response = match inside {
                    Some((method, rest)) => {
                        things.respond(&format!("{method} {}", &rest[path.len()..]))
                    }
                    None => json(404, r#"{"error":"where?"}"#),
                };
                answer(&mut stream, response).await;
            }
        }
    })
    .await
}

fn with_servers(bench: &Bench) {
    let text = bench::CONTRACT.replacen("security:", "servers: [{ url: /api/v1 }]\nsecurity:", 1);
    bench.write("things.yaml", &text);
}

#[tokio::test]
async fn the_path_of_the_servers_is_appended() {
    let target = below("/api/v1", Arc::default()).await;
    let bench = Bench::new();
    with_servers(&bench);
    let output = bench.run(&["--url", &target.url]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert!(text(&output).contains("/api/v1, with the path of the document's `servers`"));
}

#[tokio::test]
async fn a_url_with_a_path_and_a_base_path_that_is_given_are_taken_at_their_word() {
    let target = below("/other", Arc::default()).await;
    let bench = Bench::new();
    with_servers(&bench);
    let whole = format!("{}/other", target.url);
    for flags in [vec!["--url", &whole], vec!["--url", &target.url, "--base-path", "/other"]] {
        let output = bench.run(&flags).await;
        assert_eq!(code(&output), 0, "{flags:?}: {}", text(&output));
    }
    let output = bench.run(&["--url", &target.url, "--base-path", ""]).await;
    assert_eq!(code(&output), 1, "{}", text(&output));
}

#[tokio::test]
async fn headers_go_out_with_every_request_and_their_secrets_stay_unseen() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let target = below("", Arc::clone(&seen)).await;
    let bench = Bench::new();
    let flags = ["--header", "X-Tenant: acme", "--header", "X-Api-Key: k3y-of-gateway"];
    let report = ["--url", &target.url, "--report", "json=r.json"];
    let output = bench.run(&[&flags[..], &report[..]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let seen = seen.lock().expect("no panic");
    let carried = |line: &str| seen.iter().filter(|request| request.contains(line)).count();
    assert_eq!(carried("X-Tenant: acme\r\n") + carried("x-tenant: acme\r\n"), seen.len());
    assert_eq!(carried("x-api-key: k3y-of-gateway\r\n"), seen.len());
    let report = bench.read("r.json");
    assert!(report.contains("acme") && !report.contains("k3y-of-gateway"));
}

#[tokio::test]
async fn what_nothing_uses_is_a_warning_with_its_place() {
    let target = below("", Arc::default()).await;
    let bench = Bench::new();
    let profile = std::fs::read_to_string(bench.path("profile.toml")).expect("a profile");
    bench.write("profile.toml", &format!("{profile}[inputs]\nthing = \"x\"\n"));
    let output = bench.run(&["--url", &target.url]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("warning: nothing takes the input `thing`"), "{told}");
    assert!(told.contains("profile.toml:5:1"), "{told}");
}

#[tokio::test]
async fn operations_are_selected_by_pattern_too() {
    let target = below("", Arc::default()).await;
    let bench = Bench::new();
    for (only, cells) in
        [("GET", 5), ("GET:401", 2), ("/things/*", 6), ("DELETE /things/*:404", 1), ("*Thing", 8)]
    {
        let flags = ["--url", &target.url, "--only", only, "--report", "json=r.json"];
        let output = bench.run(&flags).await;
        assert_eq!(code(&output), 0, "{only}: {}", text(&output));
        let report: Value = serde_json::from_str(&bench.read("r.json")).expect("JSON");
        assert_eq!(report["summary"]["cells_documented"], cells, "{only}");
    }
}

#[tokio::test]
async fn what_is_excluded_in_vain_is_an_error_as_it_would_be_called() {
    let target = below("", Arc::default()).await;
    let bench = Bench::new();
    let profile = std::fs::read_to_string(bench.path("profile.toml")).expect("a profile");
    for (key, mistyped, expected, told) in [
        (
            "exclude",
            "deleteThign",
            2,
            "error: `exclude` names `deleteThign`, which no operation is",
        ),
        ("exclude", "tag:nosuch", 2, "help: tags: none"),
        ("allow", "deleteThign", 0, "warning: `allow` names `deleteThign`, which no operation is"),
    ] {
        bench.write("profile.toml", &format!("{key} = [\"{mistyped}\"]\n{profile}"));
        let output = bench.run(&["--url", &target.url]).await;
        assert_eq!(code(&output), expected, "{}", text(&output));
        assert!(text(&output).contains(told), "{}", text(&output));
    }
    bench.write("profile.toml", &format!("ulr = \"{}\"\n{profile}", target.url));
    let output = bench.run(&[]).await;
    assert_eq!(code(&output), 2, "{}", text(&output));
    assert!(text(&output).contains("did you mean `url`?"), "{}", text(&output));
}
