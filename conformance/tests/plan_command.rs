//! `conformance plan`: what it needs, what it prints, and which flags it lists.

mod bench;
mod target;

use std::process::{Command, Output, Stdio};

use bench::{Bench, code, text};

fn conformance(bench: &Bench, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.current_dir(bench.folder.path()).args(arguments).env_remove("THINGS_TOKEN");
    command.stdin(Stdio::null()).output().expect("it runs")
}

fn plan(bench: &Bench, flags: &[&str]) -> Output {
    let own = ["plan", "--spec", "things.yaml", "--profile", "profile.toml"];
    conformance(bench, &[&own[..], flags].concat())
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_plan_needs_no_secrets() {
    let bench = Bench::new();
    let profile = "[credentials.admin]\nbearer_env = \"THINGS_TOKEN\"\nmay = [\"*\"]\n";
    bench.write("profile.toml", profile);
    let output = plan(&bench, &[]);
    assert_eq!(code(&output), 0, "{}", text(&output));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("note: a placeholder stands for what isn't set: `THINGS_TOKEN`"),
        "{told}"
    );
    assert!(stdout(&output).contains("as admin"), "{}", stdout(&output));
    let run = [
        "run",
        "--spec",
        "things.yaml",
        "--profile",
        "profile.toml",
        "--url",
        "http://127.0.0.1:1",
    ];
    let output = conformance(&bench, &run);
    assert_eq!(code(&output), 2, "a run needs them: {}", text(&output));
    assert!(text(&output).contains("`THINGS_TOKEN` isn't set"), "{}", text(&output));
}

#[test]
fn a_plan_begins_with_how_much_there_is_of_what() {
    let bench = Bench::new();
    let told = stdout(&plan(&bench, &[]));
    let overview = told.find("cases of each operation:").expect("an overview");
    assert!(overview < told.find("\nlistThings:200:").expect("a case"), "{told}");
    let line = told.lines().find(|line| line.starts_with("  createThing ")).expect("a line");
    assert!(line.contains("happy-path ") && line.contains("violation "), "{line}");
}

#[test]
fn odd_values_are_shortened_and_escaped() {
    let bench = Bench::new();
    let sort = "operationId: listThings\n      parameters: [{ name: sort, in: query, schema: { type: string } }]";
    let text = bench::CONTRACT.replacen("operationId: listThings", sort, 1);
    bench.write("things.yaml", &text);
    let told = stdout(&plan(&bench, &[]));
    let is_odd = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
    };
    assert!(!told.contains(is_odd), "a control character reaches the terminal");
    let longest = told.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    assert!(longest < 1_000, "{longest}");
    assert!(told.contains(" characters)") && told.contains("\\u{0}"), "{told}");
}

#[test]
fn only_flags_that_do_something_are_listed() {
    let bench = Bench::new();
    let listed = |command: &str| {
        let help = stdout(&conformance(&bench, &[command, "--help"]));
        move |flag: &str| help.lines().any(|line| line.trim_start().starts_with(flag))
    };
    for (command, there, away) in [
        ("run", &["--report", "--require-all", "--only", "--journal"][..], &[][..]),
        (
            "plan",
            &["--spec", "--only", "--allow", "--json"],
            &["--report", "--require-all", "--rate"],
        ),
        (
            "clean",
            &["--spec", "--url", "--journal"],
            &["--report", "--require-all", "--only", "--case"],
        ),
    ] {
        let listed = listed(command);
        assert!(there.iter().all(|flag| listed(flag)), "{command}");
        assert!(!away.iter().any(|flag| listed(flag)), "{command}");
    }
    let output = plan(&bench, &["--require-all", "--max-time", "9"]);
    assert_eq!(code(&output), 0, "a line of `run` can be tried: {}", text(&output));
}

#[test]
fn what_was_not_asked_for_is_not_missed() {
    let bench = Bench::new();
    let whole = stdout(&plan(&bench, &["--read-only"]));
    assert!(whole.contains("leaves out 2 operations: createThing, deleteThing"), "{whole}");
    let some = stdout(&plan(&bench, &["--read-only", "--only", "listThings"]));
    assert!(!some.contains("leaves out") && !some.contains("left out"), "{some}");
    let some = stdout(&plan(&bench, &["--read-only", "--only", "deleteThing"]));
    assert!(some.contains("leaves out 1 operation: deleteThing"), "{some}");
}

#[test]
fn what_lies_within_something_removed_is_not_said_to_stay() {
    let bench = Bench::new();
    let parts = r"  /things/{thing_id}/parts:
    parameters: [{ name: thing_id, in: path, required: true, schema: { type: string, format: uuid } }]
    post:
      operationId: createPart
      responses: { '201': { description: Made. }, '401': { $ref: '#/components/responses/Unauthorized' } }
components:";
    bench.write("things.yaml", &bench::CONTRACT.replacen("components:", parts, 1));
    let told = stdout(&plan(&bench, &[]));
    assert!(told.contains("makes within that: up to "), "{told}");
    assert!(!told.contains("can't remove"), "{told}");
}
