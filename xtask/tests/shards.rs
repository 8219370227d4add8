//! The contract of this repository by four processes over one reference implementation, and by one: the same verdicts.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use conformance::judge::Verdict;
use conformance::report::{Outcome, Part, Report, merge};

/// The reference implementation, with a database of its own.
struct Reference {
    process: Child,
    url: String,
    folder: tempfile::TempDir,
}

impl Reference {
    fn start() -> Self {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "reference", "--bin", "reference"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("workspaces.db").display());
        let mut process =
            Command::new(Path::new(env!("CARGO_BIN_EXE_xtask")).with_file_name("reference"))
                .args(["--listen", "127.0.0.1:0", "--faults", "--database", &database])
                .env("RUST_LOG", "warn")
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url, folder }
    }

    /// A run that writes its report as `name`.
    fn run(&self, name: &str, flags: &[&str]) -> Child {
        let report = format!("json={}", self.folder.path().join(name).display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["conformance", "--url", &self.url, "--report", &report]).args(flags);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn report(&self, name: &str) -> Report {
        let text = std::fs::read(self.folder.path().join(name)).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn four_processes_over_one_target_come_to_the_verdicts_of_one() {
    let reference = Reference::start();
    assert!(reference.run("one.json", &[]).wait().unwrap().success());
    let shards = ["1/4", "2/4", "3/4", "4/4"];
    let name = |shard: &str| format!("{}.json", shard.replace('/', "-of-"));
    let processes = shards.map(|shard| reference.run(&name(shard), &["--shard", shard]));
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    let one = reference.report("one.json");
    let parts =
        shards.map(|shard| Part { name: shard.to_owned(), report: reference.report(&name(shard)) });
    let all = merge(parts.into()).unwrap();
    assert_eq!((one.outcome(), all.outcome()), (Outcome::Conforms, Outcome::Conforms));
    assert!(one.cases.len() > 500, "{}", one.cases.len());
    let cases = |report: &Report| -> Vec<_> {
        report.cases.iter().map(|case| (case.id.clone(), case.verdict)).collect()
    };
    let others = all.cases.iter().filter(|case| case.verdict != Verdict::Passed);
    let others: Vec<_> = others.map(|case| (&case.id, case.verdict, &case.reason)).collect();
    assert!(cases(&one) == cases(&all), "not as in one run: {others:#?}");
    let cells = |report: &Report| -> Vec<_> {
        report.cells.iter().map(|cell| (cell.name(), cell.verdict, cell.exercised)).collect()
    };
    assert_eq!(cells(&one), cells(&all));
}
