//! A service of a held-out contract, from its start to its end.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// What a service says once it listens.
const LISTENING: &str = "listening on ";

/// A service that runs. Its standard input is open for as long: it ends by itself when that closes, so that none outlives
/// us, however we end.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) url: String,
    child: Child,
}

impl Service {
    /// Starts it, sound or with one fault, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where it can't be started, or ends before it listens.
    pub(super) fn start(program: &Path, fault: Option<&str>) -> anyhow::Result<Self> {
        let mut command = python(program);
        command.args(["--port", "0"]);
        if let Some(fault) = fault {
            command.args(["--fault", fault]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("`python3` can't be started")?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let service = Self { url: url(&line).unwrap_or_default(), child };
        if service.url.is_empty() {
            bail!("{} did not say where it listens, but {line:?}", program.display());
        }
        Ok(service)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended needs no signal.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The interpreter, with a service of one file.
pub(super) fn python(program: &Path) -> Command {
    let mut command = Command::new("python3");
    command.arg("-B").arg(program);
    command
}

fn url(line: &str) -> Option<String> {
    line.trim().strip_prefix(LISTENING).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_tells_where_it_listens() {
        let said = url("listening on http://127.0.0.1:8123\n");
        assert_eq!(said.as_deref(), Some("http://127.0.0.1:8123"));
        assert_eq!(url("Traceback (most recent call last):\n"), None);
    }
}
