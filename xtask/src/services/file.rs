//! A service's file: how to install, start, ask and judge it, as `conformance/services/<name>.toml` says.
//!
//! ```text
//! TOML ──read──▶ ServiceFile ──expand(placeholders)──▶ commands, environment, profile
//! ```
//!
//! Promises: a key that means nothing is an error, and so are a judgement without a reason, a package without an exact
//! version and a placeholder that doesn't exist. No file can make a command do anything before all of that holds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::failure::Tool;
use crate::packages::Install;

/// A service as its file describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceFile {
    /// The file's name without its ending.
    #[serde(skip)]
    pub(super) name: String,
    /// What the service is, in one sentence.
    pub(super) about: String,
    /// The packages, each list from one registry.
    pub(super) install: Vec<Install>,
    /// Files that are written into the data folder before anything is started.
    #[serde(default)]
    pub(super) files: Vec<DataFile>,
    /// Commands that run to their end before the service is started: migrations, a first user.
    #[serde(default)]
    pub(super) prepare: Vec<Vec<String>>,
    pub(super) start: Start,
    /// One exchange whose answer holds a token: `{token}` from then on.
    pub(super) login: Option<Login>,
    pub(super) document: DocumentSource,
    /// Header fields that every request needs: for readiness, the document, the lists and Schemathesis.
    #[serde(default)]
    pub(super) headers: IndexMap<String, String>,
    /// Our suite's profile, word for word but for the placeholders.
    #[serde(default)]
    pub(super) profile: toml::Table,
    /// The lists that tell what a run left behind.
    #[serde(default)]
    pub(super) leftovers: Vec<List>,
    #[serde(default)]
    pub(super) limits: Limits,
    /// What to add to Schemathesis' command line.
    #[serde(default)]
    pub(super) schemathesis: Vec<String>,
    #[serde(default)]
    pub(super) judgements: Vec<Judgement>,
}

/// A file in the data folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DataFile {
    pub(super) path: String,
    pub(super) text: String,
}

/// How the service is started, and when it is ready.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    pub(super) command: Vec<String>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    /// The path that answers 2xx as soon as the service is up.
    pub(super) ready: String,
    /// Whether any other answer will do, too.
    #[serde(default)]
    pub(super) ready_by_any_answer: bool,
    /// How long that may take.
    #[serde(default = "start_seconds")]
    pub(super) seconds: u64,
}

fn start_seconds() -> u64 {
    60
}

/// An exchange that yields a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    pub(super) path: String,
    /// The JSON content of a POST.
    pub(super) body: String,
    /// Where the token is in the answer, a JSON pointer.
    pub(super) token: String,
}

/// Where the service's own OpenAPI document is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentSource {
    /// A path of the running service.
    pub(super) path: Option<String>,
    /// A file below the installation; `*` stands for one folder of any name.
    pub(super) file: Option<String>,
    /// Documents of the corpus beside this repository, by name: one run each, of a service that serves `{document}`.
    #[serde(default)]
    pub(super) corpus: Vec<String>,
    /// A command that turns the document, its last argument, into OpenAPI 3 on standard output.
    pub(super) convert: Option<Vec<String>>,
    /// What the document's paths are below.
    #[serde(default)]
    pub(super) base: String,
}

/// A list of the service's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    /// What is listed, in the plural.
    pub(super) what: String,
    pub(super) path: String,
    /// The JSON content of a POST, for services that list so.
    pub(super) post: Option<String>,
    /// Where the array, the object or the number is in the answer, a JSON pointer.
    #[serde(default)]
    pub(super) pointer: String,
}

/// What each tool may take, for a comparison of equals.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Wall time of a tool's run.
    pub(crate) seconds: u64,
    /// Requests of our suite at a time.
    pub(crate) workers: u32,
    /// Schemathesis' examples of an operation and phase.
    pub(crate) examples: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { seconds: 60, workers: 4, examples: 20 }
    }
}

/// What a person found on examining a failure. A `*` at the end of `operation`, `check` or `came` stands for whatever
/// follows: one reason often holds for a whole class of failures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judgement {
    #[serde(default)]
    pub(crate) tool: Tool,
    /// `METHOD /path`.
    pub(crate) operation: String,
    /// The tool's own name of the check.
    pub(crate) check: String,
    /// What came: the status, and where in the answer.
    #[serde(default = "anything")]
    pub(crate) came: String,
    pub(crate) verdict: Examined,
    /// One sentence.
    pub(crate) why: String,
}

fn anything() -> String {
    "*".to_owned()
}

/// How a failure was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Examined {
    /// The service breaks its own document.
    TrueFault,
    /// The tool is wrong.
    FalseAlarm,
}

/// Every service file of a folder, by name.
///
/// # Errors
/// The first mistake in one of them, with the file's name.
pub(super) fn read_all(folder: &Path) -> anyhow::Result<Vec<ServiceFile>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{} can't be read", folder.display()))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> anyhow::Result<ServiceFile> {
    let place = || format!("{} is no service file", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&name, &text).with_context(place)
}

/// Reads the text of a service's file.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(name: &str, text: &str) -> anyhow::Result<ServiceFile> {
    let mut file: ServiceFile = toml::from_str(text)?;
    name.clone_into(&mut file.name);
    file.check()?;
    Ok(file)
}

impl ServiceFile {
    fn check(&self) -> anyhow::Result<()> {
        ensure!(!self.start.command.is_empty(), "`start.command` is empty");
        for install in &self.install {
            for package in &install.packages {
                ensure!(install.from.is_pinned(package), "`{package}` has no exact version");
            }
        }
        let document = &self.document;
        let sources =
            [document.path.is_some(), document.file.is_some(), !document.corpus.is_empty()];
        if sources.iter().filter(|given| **given).count() != 1 {
            bail!("`document` needs exactly one of `path`, `file` and `corpus`");
        }
        for judgement in &self.judgements {
            let of = || format!("judgement of `{}`, `{}`", judgement.operation, judgement.check);
            ensure!(!judgement.why.trim().is_empty(), "{}: `why` is empty", of());
        }
        let placeholders = self.texts().flat_map(|text| placeholders(text));
        for name in placeholders {
            ensure!(
                KNOWN.contains(&name),
                "there is no placeholder `{{{name}}}`: {}",
                KNOWN.join(", ")
            );
        }
        Ok(())
    }

    /// Every text in which placeholders stand, but for those of files and the profile, which may have braces of their
    /// own.
    fn texts(&self) -> impl Iterator<Item = &String> {
        let commands = self.prepare.iter().flatten().chain(&self.start.command);
        let convert = self.document.convert.iter().flatten();
        let values = self.start.environment.values().chain(self.headers.values());
        commands.chain(convert).chain(values).chain(&self.schemathesis)
    }
}

/// The placeholders of service files.
const KNOWN: &[&str] = &["port", "data", "install", "url", "document", "token"];

/// The values of the placeholders.
#[derive(Debug, Clone, Default)]
pub(super) struct Placeholders(BTreeMap<&'static str, String>);

impl Placeholders {
    /// Gives a placeholder its value; one that there isn't is passed over.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        debug_assert!(KNOWN.contains(&name), "{name}");
        self.0.insert(name, value.into());
    }

    /// The text with values in the places of what has one.
    pub(super) fn expand(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// The same for each text of a TOML table.
    pub(super) fn expand_table(&self, table: &toml::Table) -> toml::Table {
        table.iter().map(|(key, value)| (key.clone(), self.expand_value(value))).collect()
    }

    fn expand_value(&self, value: &toml::Value) -> toml::Value {
        match value {
            toml::Value::String(text) => toml::Value::String(self.expand(text)),
            toml::Value::Array(items) => {
                toml::Value::Array(items.iter().map(|item| self.expand_value(item)).collect())
            }
            toml::Value::Table(table) => toml::Value::Table(self.expand_table(table)),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_) => value.clone(),
        }
    }
}

/// The names in single braces, where they look like names.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let names =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = r#"
        about = "A store."
        [[install]]
        from = "pypi"
        packages = ["store==1.0.0"]
        [start]
        command = ["{install}/bin/store", "--port", "{port}"]
        ready = "/"
        [document]
        path = "/openapi.json"
    "#;

    #[test]
    fn the_smallest_file_is_enough() {
        let file = parse("store", SMALLEST).expect("a service file");
        assert_eq!(file.name, "store");
        assert_eq!(file.limits.seconds, 60);
    }

    #[test]
    fn mistakes_are_told() {
        let mistakes = [
            ("store==1.0.0", "store>=1", "has no exact version"),
            ("{port}", "{prot}", "no placeholder `{prot}`"),
            ("path = \"/openapi.json\"", "", "exactly one of"),
            ("about =", "abuot =", "unknown field `abuot`"),
        ];
        for (from, to, message) in mistakes {
            let error = parse("store", &SMALLEST.replace(from, to)).expect_err(message);
            assert!(format!("{error:#}").contains(message), "{error:#}");
        }
    }

    #[test]
    fn a_judgement_needs_a_reason() {
        let judgement = "[[judgements]]\noperation = \"GET /\"\ncheck = \"body-schema\"\nverdict = \"true-fault\"\nwhy = \" \"";
        let error = parse("store", &format!("{SMALLEST}\n{judgement}")).expect_err("no reason");
        assert!(error.to_string().contains("`why` is empty"), "{error:#}");
    }

    #[test]
    fn placeholders_are_filled_in_everywhere() {
        let mut placeholders = Placeholders::default();
        placeholders.set("port", "8080");
        let table: toml::Table =
            toml::from_str("a = [\"{port}\", 1]\n[b]\nc = \"{x}{port}\"").expect("TOML");
        let expanded = placeholders.expand_table(&table);
        assert_eq!(expanded["a"][0].as_str(), Some("8080"));
        assert_eq!(expanded["b"]["c"].as_str(), Some("{x}8080"));
    }
}
