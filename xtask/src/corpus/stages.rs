//! The stages that a document goes through, each only if it passed the one before.

use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use codegen::{GeneratedFile, Options};
use sha2::{Digest as _, Sha256};
use spec::{Contract, FileSystem, Source};

use super::compile::Builder;
use super::documents::Document;
use super::results::{Facts, Outcome};
use crate::fidelity;
use crate::workspace::{krate, place};

/// One thing that a document must pass.
pub(super) struct Stage {
    /// What it is called, in tables and in the list of known failures.
    pub(super) name: &'static str,
    /// Does it. An error is what kept it from being done.
    pub(super) run: fn(&mut Subject) -> anyhow::Result<Outcome>,
}

/// All of them, in their order; a column each.
pub(super) const STAGES: &[Stage] = &[
    Stage { name: "loads", run: load },
    Stage { name: "generates", run: generate },
    Stage { name: "check", run: |subject| subject.cargo(&["check"]) },
    Stage { name: "clippy", run: |subject| subject.cargo(&["clippy", "--", "-D", "warnings"]) },
    Stage { name: "fidelity", run: fidelity },
];

/// The stages up to the one of this name, which is among them.
pub(super) fn until(name: Option<&str>) -> &'static [Stage] {
    let last = STAGES.iter().position(|stage| Some(stage.name) == name);
    last.map_or(STAGES, |last| &STAGES[..=last])
}

/// A document on its way through the stages.
pub(super) struct Subject<'a> {
    document: &'a Document,
    builder: &'a mut Builder,
    /// Where its crate is written to.
    workspace: PathBuf,
    contract: Option<Contract>,
    /// What results depend on.
    sum: Sha256,
    /// The same when all of it is known; only then may results be kept.
    pub(super) digest: Option<String>,
    /// What is found out on the way.
    pub(super) facts: Facts,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        document: &'a Document,
        builder: &'a mut Builder,
        workspace: PathBuf,
        toolchain: &str,
    ) -> Self {
        let facts =
            Facts { name: document.name.clone(), bytes: document.bytes, ..Facts::default() };
        let sum = Sha256::new().chain_update(toolchain);
        Self { document, builder, workspace, contract: None, sum, digest: None, facts }
    }

    fn cargo(&mut self, arguments: &[&str]) -> anyhow::Result<Outcome> {
        self.builder.run(&self.workspace, arguments)
    }
}

fn load(subject: &mut Subject) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let source = Recording(RefCell::new(&mut subject.sum));
    let reading = spec::read(&subject.document.root, &source);
    subject.facts.findings.add(&reading.findings.list);
    let Some(contract) = reading.contract else {
        return Ok(Outcome::failed(reading.findings.render()));
    };
    let outcome = Outcome::passed(started.elapsed());
    subject.facts.operations = contract.operations.len();
    subject.facts.openapi = contract.version.to_string();
    subject.contract = Some(contract);
    Ok(outcome)
}

fn generate(subject: &mut Subject) -> anyhow::Result<Outcome> {
    let contract = subject.contract.as_ref().context("nothing was loaded")?;
    let started = Instant::now();
    let options = Options { spec: subject.document.name.clone(), ..Options::default() };
    let generated = codegen::generate(contract, &options);
    let outcome = Outcome::passed(started.elapsed());
    subject.facts.findings.add(&generated.findings);
    let is_rust = |file: &&GeneratedFile| file.path.ends_with(".rs");
    let lines = generated.files.iter().filter(is_rust).map(|file| file.contents.lines().count());
    subject.facts.lines = lines.sum();
    for file in &generated.files {
        subject.sum.update(&file.path);
        subject.sum.update(&file.contents);
    }
    subject.digest = Some(hex(&subject.sum.clone().finalize()));
    place(&generated.files, &subject.workspace)?;
    Ok(outcome)
}

/// Values of each schema go through its type.
fn fidelity(subject: &mut Subject) -> anyhow::Result<Outcome> {
    let contract = subject.contract.take().context("nothing was loaded")?;
    let without_values = fidelity::add(&contract, &krate(&subject.workspace))?;
    drop(contract);
    // Those of another crate, should its run have been interrupted.
    subject.builder.take_fidelity();
    let outcome = subject.cargo(&fidelity::TEST)?;
    let figures = subject.builder.take_fidelity();
    subject.facts.fidelity = figures.map(|figures| fidelity::Figures { without_values, ..figures });
    Ok(outcome)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file system; what is read from it goes into a digest, too.
struct Recording<'a>(RefCell<&'a mut Sha256>);

impl Source for Recording<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = FileSystem.read(path)?;
        self.0.borrow_mut().update(&bytes);
        Ok(bytes)
    }
}
