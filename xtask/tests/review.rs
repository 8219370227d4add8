//! `cargo xtask review` as a user meets it: revisions, files, formats, exit codes.

#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const PETS: &str = "\
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    post:
      operationId: addPet
      requestBody:
        content: { application/json: { schema: { $ref: 'schemas/pet.yaml' } } }
      responses:
        '204': { description: Added. }
        '400': { description: No pet. }
";

const PET: &str =
    "type: object\nproperties:\n  name: { type: string, maxLength: 9, example: Rex }\n";

/// A folder with a contract of two files.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "api/pets.yaml", PETS);
    write(&folder, "api/schemas/pet.yaml", PET);
    folder
}

/// The same, committed.
fn repository() -> TempDir {
    let folder = folder();
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    commit(&folder);
    folder
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn commit(folder: &TempDir) {
    let who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"];
    git(folder, &[&who[..], &["commit", "--quiet", "--all", "--message", "As it is"]].concat());
}

fn git(folder: &TempDir, arguments: &[&str]) {
    let status = Command::new("git").current_dir(folder.path()).args(arguments).status().unwrap();
    assert!(status.success(), "git {arguments:?}");
}

fn review(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(folder.path())
        // A temporary folder may lie within somebody's repository.
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap_or(Path::new("/")))
        .arg("review")
        .args(arguments)
        .output()
        .unwrap()
}

#[track_caller]
fn json(output: &Output) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {error}"))
}

#[track_caller]
fn assert_unable(output: &Output, part: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains(part), "no {part:?} in: {error}");
    assert!(output.stdout.is_empty(), "a report that can't be made isn't begun");
}

#[test]
fn an_untouched_contract_gives_nothing_to_say() {
    let folder = repository();
    let output = review(&folder, &["--base", "HEAD", "--new", "api/pets.yaml", "--fail-on", "any"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let all = "api/pets.yaml against HEAD:api/pets.yaml: 0 breaking, 0 dangerous, 0 compatible\n";
    assert_eq!(text, all);
}

#[test]
fn a_file_behind_a_reference_is_read_from_the_revision_too() {
    let folder = repository();
    write(&folder, "api/schemas/pet.yaml", &PET.replace("maxLength: 9", "maxLength: 8"));
    let arguments = ["--base", "HEAD", "--new", "api/pets.yaml", "--format", "json"];
    let output = review(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = json(&output);
    assert_eq!(report["summary"]["breaking"], 1);
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "request-max-length-decreased");
    assert_eq!(finding["operations"], serde_json::json!(["addPet"]));
    for side in ["old", "new"] {
        assert_eq!(finding[side]["file"], "api/schemas/pet.yaml");
        assert_eq!(finding[side]["line"], 3);
        assert_eq!(finding[side]["pointer"], "/properties/name/maxLength");
    }
    // The change is committed: against that there is nothing to say.
    commit(&folder);
    assert_eq!(review(&folder, &arguments).status.code(), Some(0));
    let before = ["--base", "HEAD~1", "--new", "api/pets.yaml"];
    assert_eq!(review(&folder, &before).status.code(), Some(1));
}

#[test]
fn a_revision_is_read_from_within_a_folder_and_by_an_absolute_path() {
    let folder = repository();
    write(&folder, "api/schemas/pet.yaml", &PET.replace("maxLength: 9", "maxLength: 8"));
    let top = folder.path().canonicalize().unwrap();
    let within = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(top.join("api/schemas"))
        .args(["review", "--base", "HEAD", "--new", "../pets.yaml"])
        .output()
        .unwrap();
    assert_eq!(within.status.code(), Some(1), "{within:?}");
    let path = top.join("api/pets.yaml");
    let output = review(&folder, &["--base", "HEAD", "--new", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn files_need_no_repository() {
    let folder = folder();
    write(&folder, "api/new.yaml", &PETS.replace("'204'", "'201'"));
    let output = review(&folder, &["--old", "api/pets.yaml", "--new", "api/new.yaml"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("breaking[response-success-status-removed]"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours where nobody looks: {text}");
}

#[test]
fn colours_are_a_matter_of_taste() {
    let folder = folder();
    let colours = |name: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(folder.path())
            .env_remove("NO_COLOR")
            .env("CLICOLOR_FORCE", "1")
            .env(name, "1")
            .args(["review", "--old", "api/pets.yaml", "--new", "api/pets.yaml"])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(colours("CLICOLOR_FORCE"));
    assert!(!colours("NO_COLOR"));
}

#[test]
fn fail_on_chooses_what_fails() {
    let folder = folder();
    write(&folder, "api/breaking.yaml", &PETS.replace("'204'", "'201'"));
    write(
        &folder,
        "api/dangerous.yaml",
        &PETS.replace("        '204'", "        '202': { description: Later. }\n        '204'"),
    );
    write(
        &folder,
        "api/compatible.yaml",
        &PETS.replace("'400'", "4XX: { description: No. }\n        '400'"),
    );
    for (new, codes) in [
        ("api/breaking.yaml", [1, 1, 1, 0]),
        ("api/dangerous.yaml", [0, 1, 1, 0]),
        ("api/compatible.yaml", [0, 0, 1, 0]),
        ("api/pets.yaml", [0, 0, 0, 0]),
    ] {
        for (fail_on, code) in ["breaking", "dangerous", "any", "none"].into_iter().zip(codes) {
            let output =
                review(&folder, &["--old", "api/pets.yaml", "--new", new, "--fail-on", fail_on]);
            assert_eq!(output.status.code(), Some(code), "{new} --fail-on {fail_on}: {output:?}");
        }
    }
}

#[test]
fn an_example_that_does_not_match_is_told() {
    let folder = repository();
    write(&folder, "api/schemas/pet.yaml", &PET.replace("example: Rex", "example: Methuselah"));
    let arguments = ["--base", "HEAD", "--new", "api/pets.yaml", "--format", "json"];
    let output = review(&folder, &arguments);
    assert_eq!(output.status.code(), Some(0), "lint warns: {output:?}");
    let report = json(&output);
    assert_eq!(report["summary"]["dangerous"], 1);
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "invalid-example");
    assert_eq!(finding["old"], Value::Null);
    assert_eq!(finding["new"]["pointer"], "/properties/name/example");
}

#[test]
fn what_reading_finds_is_told_with_its_place() {
    let folder = folder();
    let dangling = PETS.replace("pet.yaml", "dog.yaml");
    let ping =
        "paths:\n  /ping: {get: {operationId: ping, responses: {'200': {description: ok}}}}\n";
    write(&folder, "api/new.yaml", &dangling.replace("paths:\n", ping));
    let arguments = ["--old", "api/pets.yaml", "--new", "api/new.yaml", "--format", "json"];
    let output = review(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1), "an error can hide anything: {output:?}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("in the new document `addPet`"), "{told}");
    let report = json(&output);
    let told = |finding: &&Value| finding["kind"] == "lint" && finding["new"]["line"] == 9;
    assert!(report["findings"].as_array().unwrap().iter().any(|f| told(&f)), "{report:#}");

    write(&folder, "api/new.yaml", &dangling);
    let output = review(&folder, &arguments);
    assert_eq!(output.status.code(), Some(2), "nothing is left of the document: {output:?}");
}

/// The contract of this repository, with an edit, against itself: what is said of coverage.
fn coverage(from: &str, to: &str) -> Vec<(String, String)> {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/workspace.yaml");
    let text = std::fs::read_to_string(contract).unwrap();
    assert!(text.contains(from), "no {from:?} in the contract");
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "old.yaml", &text);
    write(&folder, "new.yaml", &text.replacen(from, to, 1));
    let output = review(&folder, &["--old", "old.yaml", "--new", "new.yaml", "--format", "json"]);
    let report = json(&output);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let lint = findings.filter(|finding| finding["kind"] == "lint");
    lint.map(|finding| (text(finding, "code"), text(finding, "message"))).collect()
}

#[test]
fn a_cell_that_nothing_provokes_is_told() {
    let delete = "operationId: deleteWorkspace";
    assert_eq!(coverage(delete, delete), []);
    let path = "  /workspace/admin/orgs/{org_id}/workspaces/{workspace_id}:\n";
    let other = format!(
        "  /v1/tides:\n    get:\n      operationId: getTides\n      responses:\n        '204': {{ description: Low. }}\n        '401': {{ description: Who are you? }}\n        '423': {{ description: High. }}\n\n{path}"
    );
    let told = coverage(path, &other);
    let codes: Vec<_> = told.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["cell-without-case"], "{told:#?}");
    assert!(told[0].1.starts_with("no case provokes `423` of `getTides`"), "{told:#?}");
}

#[test]
fn workflows_that_the_contract_left_behind_are_told_once() {
    let told = coverage("operationId: deleteWorkspace", "operationId: dropWorkspace");
    let misfits: Vec<_> = told.iter().filter(|(code, _)| code == "workflow-misfit").collect();
    assert_eq!(misfits.len(), 1, "{told:#?}");
    assert!(misfits[0].1.contains("`deleteWorkspace` (spec/workspace.arazzo.yaml:"), "{told:#?}");
    let cells = told.iter().filter(|(code, _)| code == "cell-without-case").count();
    assert!(cells > 0, "what only those workflows provoked: {told:#?}");
}

#[test]
fn markdown_goes_to_standard_output() {
    let folder = folder();
    let arguments = ["--old", "api/pets.yaml", "--new", "api/pets.yaml", "--format", "markdown"];
    let output = review(&folder, &arguments);
    assert!(output.stdout.starts_with(b"## Contract review: 0 breaking"), "{output:?}");
}

#[test]
fn what_cannot_be_read_is_said_and_exits_2() {
    let folder = repository();
    let new = ["--new", "api/pets.yaml"];
    let with = |before: [&'static str; 2]| review(&folder, &[&before[..], &new[..]].concat());
    assert_unable(&with(["--base", "no-such-branch"]), "`no-such-branch` is no revision");
    assert_unable(&with(["--base", "--output=x"]), "--output");
    assert_unable(&with(["--old", "api/none.yaml"]), "api/none.yaml can't be read");
    let output = review(&folder, &["--base", "HEAD", "--new", "api/none.yaml"]);
    assert_unable(&output, "revision `HEAD` has no such file");
    write(&folder, "api/broken.yaml", "openapi: [");
    let output = review(&folder, &["--old", "api/pets.yaml", "--new", "api/broken.yaml"]);
    assert_unable(&output, "api/broken.yaml:");
    assert_unable(&review(&folder, &new), "--base");
    assert_unable(&review(&folder, &["--base", "HEAD", "--old", "api/pets.yaml"]), "--old");
}

#[test]
fn a_folder_outside_of_any_repository_is_said() {
    let folder = folder();
    let output = review(&folder, &["--base", "HEAD", "--new", "api/pets.yaml"]);
    assert_unable(&output, "is not in a git repository");
}
