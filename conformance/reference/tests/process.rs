//! The binary as others script against it: flags, the line on standard output, exit codes, signals.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "in the helpers of tests, too, a panic is a failed test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const ORG: &str = "11111111-1111-4111-8111-111111111111";

fn reference() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reference"));
    command.env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// A running service, ended with the test.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(flags: &[&str]) -> Self {
        let mut command = reference();
        command.args(flags).args(["--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").unwrap_or_else(|| {
            let mut log = String::new();
            child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
            panic!("{line:?}, and in the log: {log}")
        });
        Self { address: address.to_owned(), child }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// One exchange on a connection of its own: the status line, headers and body as they came.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = self.connect();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer admin-token\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for the end; the exit code and what was logged.
    fn end(mut self) -> (Option<i32>, String) {
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn database(folder: &Path) -> String {
    format!("sqlite://{}/workspaces.sqlite", folder.display())
}

#[track_caller]
fn check_exit(output: &Output, code: i32, message: &str) {
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{log}");
    assert!(log.contains(message), "{log}");
    assert!(output.stdout.is_empty(), "nothing is listening");
}

#[test]
fn it_serves_logs_and_ends_with_a_signal_keeping_what_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(folder.path());
    let list = format!("/v1/orgs/{ORG}/workspaces");
    for (round, signal) in ["TERM", "INT"].into_iter().enumerate() {
        let running = Running::start(&["--database", &url]);
        let body = format!(r#"{{"organization_id":"{ORG}","name":"round {round}"}}"#);
        let created = running.ask("POST", &list, &body);
        assert!(created.starts_with("HTTP/1.1 201 Created\r\n"), "{created}");
        let total = format!(r#""total":{}"#, round + 1);
        assert!(running.ask("GET", &list, "").contains(&total));
        running.signal(signal);
        let (code, log) = running.end();
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("status=201"), "{log}");
        assert!(log.contains("user=aaaaaaaa-0000-4000-8000-000000000001"), "{log}");
        assert!(!log.contains("admin-token"), "{log}");
    }
}

#[test]
fn self_links_begin_with_the_address_or_the_public_url() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(folder.path());
    let mut id = String::new();
    for public_url in [None, Some("https://example.com/api/")] {
        let mut flags = vec!["--database", &*url];
        flags.extend(public_url.iter().flat_map(|public_url| ["--public-url", public_url]));
        let running = Running::start(&flags);
        if id.is_empty() {
            let body = format!(r#"{{"organization_id":"{ORG}","name":"name"}}"#);
            let created = running.ask("POST", &format!("/v1/orgs/{ORG}/workspaces"), &body);
            let (_, rest) = created.split_once(r#""workspace_id":""#).unwrap();
            id = rest[..36].to_owned();
        }
        let path = format!("/workspace/admin/orgs/{ORG}/workspaces/{id}");
        let base = match public_url {
            Some(_) => "https://example.com/api".to_owned(),
            None => format!("http://{}", running.address),
        };
        let expected = format!(r#""self_link":"{base}{path}""#);
        let answer = running.ask("GET", &path, "");
        assert!(answer.contains(&expected), "{answer}");
    }
}

#[test]
fn requests_under_way_are_answered_before_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&["--database", &database(folder.path())]);
    let mut stream = running.connect();
    let body = format!(r#"{{"organization_id":"{ORG}","name":"name"}}"#);
    let (first, rest) = body.split_at(10);
    write!(
        stream,
        "POST /v1/orgs/{ORG}/workspaces HTTP/1.1\r\nhost: x\r\nauthorization: Bearer admin-token\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{first}",
        body.len()
    )
    .unwrap();
    // A whole exchange beside it: by now the service has taken the first request up.
    running.ask("GET", &format!("/v1/orgs/{ORG}/workspaces"), "");
    running.signal("TERM");
    while TcpStream::connect(&running.address).is_ok() {
        std::thread::sleep(Duration::from_millis(10));
    }
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    let (code, log) = running.end();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn an_idle_connection_does_not_keep_it_from_ending() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&["--database", &database(folder.path())]);
    let mut idle = running.connect();
    idle.write_all(b"GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    idle.read_exact(&mut [0; 12]).unwrap();
    let _never_used = running.connect();
    running.signal("TERM");
    let (code, log) = running.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("before every request was answered"), "{log}");
}

#[test]
fn the_log_can_be_json() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&["--database", &database(folder.path()), "--log-format", "json"]);
    running.ask("GET", "/nowhere", "");
    running.signal("TERM");
    let (_, log) = running.end();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered = lines.iter().find(|line| line["message"] == "answered").unwrap();
    assert_eq!((&answered["status"], &answered["span"]["path"]), (&404.into(), &"/nowhere".into()));
}

#[test]
fn mistakes_in_the_flags_exit_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(folder.path());
    let cases: [(&[&str], &str); 9] = [
        (&[], "--database <URL>"),
        (&["--database", "postgres://user:secret@host/db"], "PostgreSQL is not there yet"),
        (&["--database", "sqlite://:memory:"], "memory"),
        (&["--database", "mysql://host/db"], "expected sqlite://PATH"),
        (&["--database", &url, "--listen", "8080"], "--listen"),
        (&["--database", &url, "--public-url", "example.com"], "--public-url"),
        (&["--database", &url, "--directory", "nowhere.toml"], "nowhere.toml"),
        (&["--database", &url, "--listen", "0.0.0.0:0"], "demo directory"),
        (&["--database", &url, "--frobnicate"], "--frobnicate"),
    ];
    for (flags, message) in cases {
        check_exit(&reference().args(flags).output().unwrap(), 2, message);
    }
    assert!(!folder.path().join("workspaces.sqlite").exists(), "nothing was begun");
}

#[test]
fn a_wrong_directory_is_told_with_its_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.toml");
    std::fs::write(&file, "[[orgs]]\nid = \"x\"\n\n[[users]]\nid = \"y\"\n").unwrap();
    let flags = ["--database", &database(folder.path()), "--directory"];
    let output = reference().args(flags).arg(&file).output().unwrap();
    check_exit(&output, 2, &format!("--> {}:2:6: \"x\"", file.display()));
    check_exit(&output, 2, &format!("--> {}:5:6: \"y\"", file.display()));
}

#[test]
fn a_directory_of_ones_own_is_the_only_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.toml");
    // The SHA-256 of nothing at all: nobody's token.
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let user = "cccccccc-0000-4000-8000-000000000001";
    let directory = format!(
        "orgs = [{{ id = \"{ORG}\" }}]\nusers = [{{ id = \"{user}\" }}]\n\
         tokens = [{{ sha256 = \"{hash}\", user = \"{user}\", org = \"{ORG}\", role = \"viewer\" }}]\n"
    );
    std::fs::write(&file, directory).unwrap();
    let (url, file) = (database(folder.path()), file.display().to_string());
    let running = Running::start(&["--database", &url, "--directory", &file]);
    let answer = running.ask("GET", &format!("/v1/orgs/{ORG}/workspaces"), "");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[test]
fn what_cannot_be_used_exits_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite://{}/missing/workspaces.sqlite", folder.path().display());
    let output = reference().args(["--database", &missing]).output().unwrap();
    check_exit(&output, 1, "missing/workspaces.sqlite");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let flags = ["--database", &database(folder.path()), "--listen", &address];
    check_exit(&reference().args(flags).output().unwrap(), 1, &address);
}

#[test]
fn help_tells_every_flag_and_exit_code() {
    let output = reference().arg("--help").output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for told in [
        "--database",
        "--listen",
        "--public-url",
        "--directory",
        "--faults",
        "--log-format",
        "Exit codes",
        "  2  ",
        "listening on http://ADDR:PORT",
        "RUST_LOG",
    ] {
        assert!(help.contains(told), "{told} is not in {help}");
    }
}
