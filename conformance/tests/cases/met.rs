//! The services that were met: folders with a document and a Python program, which runs as a child.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use crate::suite::Suite;

/// A service that was met, running; it ends when this is dropped, and by itself after a while.
pub(crate) struct Met {
    folder: PathBuf,
    child: Child,
    port: u16,
}

impl Drop for Met {
    fn drop(&mut self) {
        // It may have ended already, as some do by what they are asked.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Met {
    /// Starts the service of this folder; `None`, loudly: it isn't there, or nothing to run it with.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases/conformance");
        let folder = root.join(name);
        if !folder.is_dir() {
            eprintln!(
                "SKIPPED: {name} is not tested, since ../shared/cases/conformance is not there"
            );
            return None;
        }
        if Command::new("python3").arg("--version").output().is_err() {
            let told = format!("SKIPPED: {name} is not tested, since there is no python3");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{told}");
            eprintln!("{told}");
            return None;
        }
        let port = free_port();
        let mut command = Command::new("python3");
        command.arg(folder.join("server.py")).args([&port.to_string(), "60"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = child.spawn().expect("python3 runs");
        let met = Self { folder, child, port };
        met.wait();
        Some(met)
    }

    fn wait(&self) {
        for _ in 0..1000 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{} doesn't listen", self.folder.display());
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A run with the profile that stands in the folder, if one does.
    pub(crate) fn suite(&self) -> Suite {
        Suite::of_files(self.folder.join("openapi.json"), self.folder.join("profile.toml"))
    }

    /// The status and the content that a GET is answered with.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: case\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        (status.expect("a status"), body.unwrap_or_default())
    }
}

/// A free port below those that systems hand out by themselves, so that no other test is given it in the meantime.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() % 97) as u16 * 100;
    for _ in 0..2000 {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
