//! Child processes that listen: each says `listening on URL` in one line. Its standard input is open for as long as we run, so
//! that one that ends when that closes doesn't outlive us, however we end; any other is killed when its `Listening` is dropped.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

/// What one says once it listens.
const LISTENING: &str = "listening on ";

/// A running server; ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    child: Child,
    pub(crate) url: String,
}

impl Listening {
    /// Starts it and waits for the line that tells where it listens.
    ///
    /// # Errors
    /// Where it can't be started, or ends without that line.
    pub(crate) fn start(mut command: Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("`{name}` can't be started"))?;
        let output = child.stdout.take().with_context(|| format!("`{name}` has no output"))?;
        let mut server = Self { child, url: String::new() };
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let url = lines.find_map(|line| line.strip_prefix(LISTENING).map(str::to_owned));
        server.url =
            url.with_context(|| format!("{command:?} ended without saying where it listens"))?;
        // Whatever else it says is read, or it would wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended by itself; what counts is that it's gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(script: &str) -> anyhow::Result<Listening> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Listening::start(command)
    }

    #[test]
    fn a_server_tells_where_it_listens() {
        let server = said("echo starting; echo listening on http://127.0.0.1:8123; read end")
            .expect("it listens");
        assert_eq!(server.url, "http://127.0.0.1:8123");
        let error = said("echo Traceback").expect_err("it doesn't");
        assert!(error.to_string().contains("ended without saying where it listens"), "{error}");
    }
}
