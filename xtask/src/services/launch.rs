//! A service with data of its own, from its first file to its last process.
//!
//! ```text
//! ServiceFile ──files, prepare, start, ready, log in──▶ Running ──document, counts──▶ …, and gone when dropped
//! ```

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anstream::eprintln;
use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

use super::failure::short;
use super::file::{Placeholders, ServiceFile};
use super::http::Client;
use crate::packages::Installation;
use crate::process::{self, Group};

/// How long a command that prepares or converts may take.
const PREPARE: Duration = Duration::from_secs(180);

/// A proxy that isn't there: the port is reserved (RFC 863), and nobody listens on it.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A service with its packages, and the document of the corpus that it is to serve, if any.
pub(super) struct Subject<'a> {
    /// `service`, or `service/document`.
    pub(super) name: String,
    pub(super) file: &'a ServiceFile,
    pub(super) installation: &'a Installation,
    /// A document that is there before the service is started.
    pub(super) corpus: Option<PathBuf>,
}

/// A service that runs. What is dropped first is the process, then its data.
pub(super) struct Running {
    pub(super) client: Client,
    pub(super) placeholders: Placeholders,
    group: Group,
    _data: TempDir,
}

impl Subject<'_> {
    /// Starts it with a new data folder, which stays where `keep` says so.
    ///
    /// # Errors
    /// What kept it from being prepared, from getting ready or from letting us in.
    pub(super) fn start(&self, log: &Path, keep: bool) -> anyhow::Result<Running> {
        let data = tempfile::Builder::new().prefix("service-").disable_cleanup(keep).tempdir()?;
        if keep {
            eprintln!("  data: {}", data.path().display());
        }
        let port = free_port()?;
        let mut placeholders = self.placeholders(port, data.path());
        self.write_files(&placeholders, data.path())?;
        for words in &self.file.prepare {
            let ended =
                process::run(&mut self.command(words, &placeholders, data.path())?, PREPARE)?;
            let output = || ended.output.lines().rev().take(3).collect::<Vec<_>>().join(" / ");
            ensure!(ended.success, "`{}` failed: {}", words.join(" "), output());
        }
        let mut client = Client {
            url: format!("http://127.0.0.1:{port}"),
            headers: self.headers(&placeholders, |value| !value.contains("{token}")),
        };
        let start = &self.file.start;
        let at_most = Duration::from_secs(start.seconds);
        let mut command = self.command(&start.command, &placeholders, data.path())?;
        let ready = || client.is_ready(&start.ready, start.ready_by_any_answer);
        let group = Group::service(&mut command, log, at_most, ready)
            .context("the service can't be started")?;
        if let Some(login) = &self.file.login {
            let answer = client.json(&login.path, Some(&placeholders.expand(&login.body)))?;
            let token = answer.pointer(&login.token).and_then(serde_json::Value::as_str);
            let token = token.with_context(|| format!("no token at `{}`", login.token))?;
            placeholders.set("token", token);
            client.headers = self.headers(&placeholders, |_| true);
        }
        Ok(Running { client, placeholders, group, _data: data })
    }

    fn placeholders(&self, port: u16, data: &Path) -> Placeholders {
        let mut placeholders = Placeholders::default();
        placeholders.set("port", port.to_string());
        placeholders.set("url", format!("http://127.0.0.1:{port}"));
        placeholders.set("data", data.to_string_lossy());
        placeholders.set("install", self.installation.0.to_string_lossy());
        if let Some(document) = &self.corpus {
            placeholders.set("document", document.to_string_lossy());
        }
        placeholders
    }

    fn headers(
        &self,
        placeholders: &Placeholders,
        keep: impl Fn(&str) -> bool,
    ) -> indexmap::IndexMap<String, String> {
        let headers = self.file.headers.iter().filter(|(_, value)| keep(value));
        headers.map(|(name, value)| (name.clone(), placeholders.expand(value))).collect()
    }

    fn write_files(&self, placeholders: &Placeholders, data: &Path) -> anyhow::Result<()> {
        for file in &self.file.files {
            let path = data.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap_or(data))?;
            std::fs::write(&path, placeholders.expand(&file.text))
                .with_context(|| format!("{} can't be written", path.display()))?;
        }
        Ok(())
    }

    /// A command of the service's, at home in its data folder.
    fn command(
        &self,
        words: &[String],
        placeholders: &Placeholders,
        data: &Path,
    ) -> anyhow::Result<Command> {
        let mut words = words.iter().map(|word| placeholders.expand(word));
        let mut command = Command::new(words.next().context("a command is empty")?);
        let ours = self.installation.programs().into_iter();
        let theirs = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(ours.chain(std::env::split_paths(&theirs)))?;
        command.args(words).current_dir(data).env("PATH", path).env("HOME", data);
        // Invented requests make some services fetch invented URLs: nothing leaves this machine.
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env(name, NOWHERE).env(name.to_lowercase(), NOWHERE);
        }
        command.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
        let environment = self.file.start.environment.iter();
        command.envs(environment.map(|(name, value)| (name, placeholders.expand(value))));
        Ok(command)
    }
}

impl Running {
    /// The service's document as a file in this folder.
    ///
    /// # Errors
    /// Where there is none.
    pub(super) fn document(
        &mut self,
        subject: &Subject<'_>,
        folder: &Path,
    ) -> anyhow::Result<PathBuf> {
        let source = &subject.file.document;
        let content = match (&subject.corpus, &source.path, &source.file) {
            (Some(document), _, _) => return Ok(document.clone()),
            (None, Some(path), _) => self.client.content(path, None)?,
            (None, None, Some(file)) => {
                let path = subject.installation.find(file);
                std::fs::read(path.with_context(|| format!("there is no {file} in its packages"))?)?
            }
            (None, None, None) => bail!("its file names no document"),
        };
        let path = write_document(folder, "document", &content)?;
        self.placeholders.set("document", path.to_string_lossy());
        let Some(words) = &source.convert else { return Ok(path) };
        let mut command = subject.command(words, &self.placeholders, folder)?;
        let ended = process::run(command.arg(&path), PREPARE)?;
        ensure!(ended.success, "its document can't be converted: {}", short(&ended.output, 300));
        write_document(folder, "converted", ended.output.as_bytes())
    }

    /// How many objects each list has.
    ///
    /// # Errors
    /// Where a list can't be had.
    pub(super) fn counts(&self, subject: &Subject<'_>) -> anyhow::Result<Vec<u64>> {
        subject.file.leftovers.iter().map(|list| self.client.count(list)).collect()
    }

    /// Whether it still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        self.group.is_alive()
    }
}

/// JSON or YAML: by its first character, as the ending tells readers.
fn write_document(folder: &Path, name: &str, content: &[u8]) -> anyhow::Result<PathBuf> {
    let first = content.iter().find(|byte| !byte.is_ascii_whitespace());
    let ending = if first == Some(&b'{') { "json" } else { "yaml" };
    let path = folder.join(format!("{name}.{ending}"));
    std::fs::write(&path, content)
        .with_context(|| format!("{} can't be written", path.display()))?;
    Ok(path)
}

/// One that nobody listens on now; the service takes it a moment later.
fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
