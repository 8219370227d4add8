//! A contract that has what OpenAPI 3.2 has beyond earlier versions, from its document to a reviewed change: generated,
//! compiled, served, replayed, reviewed.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

const PROFILE: &str =
    "allow = [\"touchThing\"]\n[credentials.us]\nbearer = \"token-of-the-shop\"\nmay = [\"*\"]\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop")
}

/// Where the crates are made and compiled.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop")
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments);
    command
}

/// The crate of the contract, and the server on it.
fn generate() {
    let workspace = workspace();
    let _ = std::fs::remove_dir_all(workspace.join("crates"));
    let spec = folder().join("openapi.yaml");
    let out = workspace.join("crates/shop");
    let mut command = xtask(&["generate", "--spec"]);
    let output = command.arg(spec).arg("--out").arg(&out).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let server = std::fs::read_to_string(folder().join("server.rs")).unwrap();
    write(&workspace.join("crates/server/src/main.rs"), &server);
    write(&workspace.join("crates/server/Cargo.toml"), SERVER);
    write(
        &workspace.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    let versions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    std::fs::copy(versions, workspace.join("Cargo.lock")).unwrap();
}

const SERVER: &str = r#"[package]
name = "server"
edition = "2024"

[dependencies]
axum = { version = "0.8", default-features = false, features = ["http1", "tokio"] }
shop = { path = "../shop", default-features = false, features = ["server"] }
tokio = { version = "1", features = ["macros", "net", "rt"] }
"#;

/// The server, compiled; it ends with the value.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "server"])
            .current_dir(workspace())
            .env("CARGO_TARGET_DIR", workspace().join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let mut process = Command::new(workspace().join("target/debug/server"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { process, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[test]
fn a_contract_of_3_2_is_generated_compiled_served_and_replayed() {
    generate();
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let (profile, report) = (folder.path().join("profile.toml"), folder.path().join("report.json"));
    write(&profile, PROFILE);
    let mut command = xtask(&["conformance", "--url", &server.url, "--spec"]);
    command.arg(self::folder().join("openapi.yaml")).arg("--profile").arg(profile);
    command.arg("--report").arg(format!("json={}", report.display()));
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let cells = report["cells"].as_array().unwrap();
    let others: Vec<_> = cells.iter().filter(|cell| cell["verdict"] != "passed").collect();
    assert!(others.is_empty(), "not every cell passed: {others:#?}");
    assert_eq!(cells.len(), 24);
    for method in ["QUERY", "TOUCH"] {
        assert!(cells.iter().any(|cell| cell["method"] == method), "{method} was replayed");
    }
}

/// What a change to the document does to those who rely on it, by the codes of what is found.
#[track_caller]
fn check_review(change: [&str; 2], codes: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let old = std::fs::read_to_string(self::folder().join("openapi.yaml")).unwrap();
    let new = old.replace(change[0], change[1]);
    assert!(new != old, "there is no {:?}", change[0]);
    let [before, after] = ["before.yaml", "after.yaml"].map(|name| folder.path().join(name));
    write(&before, &old);
    write(&after, &new);
    let mut command = xtask(&["review", "--format", "json", "--fail-on", "none"]);
    command.arg("--old").arg(before).arg("--new").arg(after);
    let output = command.output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = told["findings"].as_array().unwrap();
    let found: Vec<_> = findings.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(found, codes, "{told:#}");
}

#[test]
fn a_change_to_what_3_2_has_is_reviewed() {
    check_review(["name: filter", "name: other"], &[]);
    check_review(["    query:\n", "    put:\n"], &["operation-moved"]);
    check_review(["        TOUCH:\n", "        TAP:\n"], &["operation-moved"]);
    check_review(["[made, gone]", "[made, gone, moved]"], &["response-enum-value-added"]);
}
