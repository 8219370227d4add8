//! The files for other people's CI: they are what they should be, every flag that they give exists, and their scripts do
//! what they are for.

mod bench;
mod target;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use bench::{Bench, Things, code, report, serve_but, text, without_list};
use serde_yaml::Value;
use target::RawTarget;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ci").join(name)
}

fn documents(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file(name)).expect("the file");
    let documents = serde_yaml::Deserializer::from_str(&text);
    documents.map(|one| serde::Deserialize::deserialize(one).expect("YAML")).collect()
}

/// Every string of a document.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Sequence(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Mapping(members) => members.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}

/// Checks that each call of the suite in a script is one that it takes; the number of calls.
fn check_calls(script: &str) -> usize {
    let script = script.replace("\\\n", " ");
    let commands = conformance::cli::command();
    let mut calls = 0;
    for line in script.lines() {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches('"')).collect();
        let Some(at) = words.iter().position(|word| *word == "conformance") else { continue };
        let Some(subcommand) = words.get(at + 1).and_then(|name| commands.find_subcommand(name))
        else {
            continue;
        };
        calls += 1;
        for (place, word) in words.iter().enumerate() {
            let Some(flag) = word.strip_prefix("--") else { continue };
            let argument = subcommand.get_arguments().find(|one| one.get_long() == Some(flag));
            let argument = argument.unwrap_or_else(|| panic!("there is no --{flag}: {line}"));
            let value = words.get(place + 1).copied().unwrap_or_default();
            let takes_value = argument.get_action().takes_values();
            assert_ne!(
                takes_value,
                value.is_empty() || value.starts_with("--"),
                "--{flag}: {line}"
            );
            if flag == "report" {
                let target = value.parse::<conformance::report::Target>();
                assert!(target.is_ok(), "{value}: {target:?}");
            }
        }
    }
    calls
}

/// Checks the syntax of a script by a shell.
fn check_syntax(script: &str) {
    let output = Command::new("bash").args(["-n", "-c", script]).output().expect("a shell");
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn scripts(document: &Value) -> Vec<String> {
    let mut all = Vec::new();
    strings(document, &mut all);
    all.retain(|text| text.contains("conformance run") || text.contains("conformance merge"));
    all
}

#[test]
fn a_matrix_of_jobs_and_one_that_merges() {
    let documents = documents("github.yaml");
    let [workflow] = documents.as_slice() else { panic!("one document") };
    let scripts = scripts(workflow);
    assert_eq!(scripts.iter().map(|script| check_calls(script)).sum::<usize>(), 2);
    scripts.iter().for_each(|script| check_syntax(script));
    let jobs = &workflow["jobs"];
    assert_eq!(jobs["merge"]["needs"], "shard");
    let shards = jobs["shard"]["strategy"]["matrix"]["shard"].as_sequence().expect("shards");
    assert!(shards.iter().enumerate().all(|(at, shard)| shard.as_u64() == Some(at as u64 + 1)));
    assert_eq!(jobs["shard"]["strategy"]["fail-fast"], false);
    for job in ["shard", "merge"] {
        for step in jobs[job]["steps"].as_sequence().expect("steps") {
            assert_ne!(step.get("uses").is_some(), step.get("run").is_some(), "{step:?}");
            let uses = step.get("uses").and_then(Value::as_str);
            assert!(uses.is_none_or(|uses| uses.contains("@v")), "{uses:?}");
        }
    }
    // What one job uploads is what the other downloads.
    let mut all = Vec::new();
    strings(jobs, &mut all);
    for name in ["report-${{ matrix.shard }}", "report-*", "report-*.json"] {
        assert!(all.iter().any(|text| text == name), "{name}");
    }
}

#[test]
fn an_indexed_job_and_one_that_merges() {
    let documents = documents("kubernetes.yaml");
    let kinds: Vec<_> = documents.iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, ["PersistentVolumeClaim", "Job", "Job"]);
    let [claim, shards, merge] = documents.as_slice() else { panic!("three documents") };
    assert_eq!(shards["spec"]["completionMode"], "Indexed");
    let count = shards["spec"]["completions"].as_u64().expect("a number");
    assert_eq!(shards["spec"]["parallelism"].as_u64(), Some(count));
    assert!(scripts(shards)[0].contains(&format!("$((JOB_COMPLETION_INDEX + 1))/{count}\"")));
    let mut waits = Vec::new();
    strings(&merge["spec"]["template"]["spec"]["initContainers"], &mut waits);
    assert!(waits.iter().any(|text| text.contains(&format!("-eq {count} ]"))));
    for job in [shards, merge] {
        let pod = &job["spec"]["template"]["spec"];
        // Kubernetes doesn't take a failed run of a Job for a reason to restart the container itself.
        assert_eq!(pod["restartPolicy"], "Never");
        let scripts = scripts(job);
        assert_eq!(scripts.iter().map(|script| check_calls(script)).sum::<usize>(), 1);
        scripts
            .iter()
            .chain(&waits)
            .filter(|text| text.contains(' '))
            .for_each(|one| check_syntax(one));
        let name = |value: &Value| value["name"].as_str().map(str::to_owned);
        let volumes: BTreeSet<_> =
            pod["volumes"].as_sequence().expect("volumes").iter().filter_map(name).collect();
        let containers =
            ["containers", "initContainers"].iter().filter_map(|list| pod[*list].as_sequence());
        for mount in
            containers.flatten().filter_map(|one| one["volumeMounts"].as_sequence()).flatten()
        {
            assert!(name(mount).is_some_and(|name| volumes.contains(&name)), "{mount:?}");
        }
        let claimed = pod["volumes"].as_sequence().expect("volumes").iter();
        let claimed: Vec<_> = claimed.filter_map(|one| one.get("persistentVolumeClaim")).collect();
        assert_eq!(claimed[0]["claimName"], claim["metadata"]["name"]);
    }
}

#[test]
fn flags_that_there_are_not_are_noticed() {
    let wrong = std::panic::catch_unwind(|| check_calls("conformance run --shards 1/4"));
    assert!(wrong.is_err());
    assert_eq!(check_calls("conformance run --shard 1/4 \\\n --fail-fast"), 1);
}

/// Runs a script as a CI does, with the binary of this build as `conformance`, in the folder of a bench.
async fn run_script(bench: &Bench, script: &str, variables: &[(&str, &str)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_conformance")).parent().expect("a folder");
    let others = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(bench.folder.path());
    command.env("PATH", format!("{}:{others}", binary.display()));
    command.env_remove("GITHUB_ACTIONS").envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    output.await.expect("no panic")
}

/// The only script of a document that has these words.
fn script(document: &Value, words: &str) -> String {
    let found: Vec<_> = scripts(document).into_iter().filter(|one| one.contains(words)).collect();
    let [script] = found.as_slice() else { panic!("one script with {words}: {found:?}") };
    script.clone()
}

/// A bench with the files under the names that the workflow has for them.
fn bench_of_workflow() -> Bench {
    let bench = Bench::new();
    for (name, other) in [("api.yaml", "things.yaml"), ("conformance.toml", "profile.toml")] {
        std::fs::copy(bench.path(other), bench.path(name)).expect("copied");
    }
    bench
}

/// The scripts of the jobs of the workflow, one after the other.
async fn run_workflow(bench: &Bench, target: &RawTarget) -> Output {
    let workflow = documents("github.yaml").remove(0);
    let run = script(&workflow, "conformance run").replace("http://127.0.0.1:8080", &target.url);
    std::fs::create_dir(bench.path("reports")).expect("a folder");
    for shard in 1..=4 {
        let output = run_script(bench, &run, &[("SHARD", &format!("{shard}/4"))]).await;
        assert_eq!(code(&output), 0, "a failure is told by the merge: {}", text(&output));
        let name = format!("report-{shard}.json");
        std::fs::rename(bench.path(&name), bench.path(&format!("reports/{name}"))).expect("moved");
    }
    run_script(bench, &script(&workflow, "conformance merge"), &[]).await
}

#[tokio::test]
async fn the_scripts_of_the_matrix_do_what_they_are_for() {
    for (target, expected) in
        [(Things::default().serve(Duration::ZERO).await, 0), (serve_but(without_list).await, 1)]
    {
        let bench = bench_of_workflow();
        let output = run_workflow(&bench, &target).await;
        assert_eq!(code(&output), expected, "{}", text(&output));
        for name in ["summary.md", "conformance.html", "conformance.xml"] {
            assert!(bench.read(name).contains("listThings"), "{name}");
        }
    }
    // A mistake is none of the target's.
    let bench = Bench::new();
    let workflow = documents("github.yaml").remove(0);
    let run = script(&workflow, "conformance run");
    assert_eq!(code(&run_script(&bench, &run, &[("SHARD", "1/4")]).await), 2);
}

#[tokio::test]
async fn the_scripts_of_the_indexed_job_do_what_they_are_for() {
    let target = Things::default().serve(Duration::ZERO).await;
    let bench = bench_of_workflow();
    std::fs::create_dir(bench.path("reports")).expect("a folder");
    let documents = documents("kubernetes.yaml");
    let here = bench.folder.path().display().to_string();
    let local = |script: String| {
        let script = script.replace("http://service.default.svc:8080", &target.url);
        script
            .replace("/contract/", &format!("{here}/"))
            .replace("/reports/", &format!("{here}/reports/"))
    };
    let run = local(script(&documents[1], "conformance run"));
    for index in ["0", "1", "2", "3"] {
        let output = run_script(&bench, &run, &[("JOB_COMPLETION_INDEX", index)]).await;
        assert_eq!(code(&output), 0, "{}", text(&output));
    }
    let mut waits = Vec::new();
    strings(&documents[2]["spec"]["template"]["spec"]["initContainers"], &mut waits);
    let wait = waits.into_iter().find(|text| text.starts_with("until ")).expect("a script");
    assert_eq!(code(&run_script(&bench, &local(wait), &[]).await), 0);
    let merge = local(script(&documents[2], "conformance merge"));
    let output = run_script(&bench, &merge, &[]).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    assert!(bench.read("reports/conformance.html").contains("listThings"));
}

#[test]
fn the_action_takes_what_it_says_and_nothing_into_its_scripts() {
    let action = documents("action/action.yml").remove(0);
    assert_eq!(action["runs"]["using"], "composite");
    let text = std::fs::read_to_string(file("action/action.yml")).expect("the file");
    let inputs = action["inputs"].as_mapping().expect("inputs");
    for (name, input) in inputs {
        let name = name.as_str().expect("a name");
        assert!(text.contains(&format!("${{{{ inputs.{name} }}}}")), "{name} is of no use");
        assert_ne!(input.get("required").is_some(), input.get("default").is_some(), "{name}");
        assert!(input["description"].is_string(), "{name}");
    }
    let used = text.split("inputs.").skip(1).filter_map(|rest| rest.split(' ').next());
    assert!(used.clone().all(|name| inputs.contains_key(name)), "{:?}", used.collect::<Vec<_>>());
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    for step in steps {
        let script = step["run"].as_str().expect("a script");
        assert_eq!(step["shell"], "bash", "GitHub asks for it");
        // What is put into a script is run by it, whatever it is.
        assert!(!script.contains("${{"), "{script}");
        check_syntax(script);
    }
    for output in action["outputs"].as_mapping().expect("outputs").values() {
        let value = output["value"].as_str().expect("a value");
        let id = value.split("steps.").nth(1).and_then(|rest| rest.split('.').next());
        assert!(steps.iter().any(|step| step["id"].as_str() == id), "{value}");
    }
    let run = script(&action, "conformance run");
    let commands = conformance::cli::command();
    let flags = commands.find_subcommand("run").expect("a command");
    for word in run.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) else { continue };
        assert!(flags.get_arguments().any(|one| one.get_long() == Some(flag)), "--{flag}");
    }
}

#[tokio::test]
async fn the_action_runs_and_tells() {
    let action = documents("action/action.yml").remove(0);
    let run = script(&action, "conformance run");
    let sound = Things::default().serve(Duration::ZERO).await;
    let broken = serve_but(without_list).await;
    for (url, more, name, expected) in [
        (sound.url.as_str(), [("SHARD", ""), ("ARGUMENTS", "")], "report", "0"),
        (broken.url.as_str(), [("SHARD", ""), ("ARGUMENTS", "")], "report", "1"),
        (sound.url.as_str(), [("SHARD", "2/3"), ("ARGUMENTS", "--workers\n2\n")], "report-2", "0"),
        (sound.url.as_str(), [("SHARD", ""), ("ARGUMENTS", "--only\nnothing here")], "none", "2"),
    ] {
        let bench = Bench::new();
        let files = ["output.txt", "summary.md"].map(|name| bench.path(name).display().to_string());
        let mut variables = vec![
            ("SPEC", "things.yaml"),
            ("PROFILE", "profile.toml"),
            ("TARGET_URL", url),
            ("WORKFLOWS", ""),
            ("REPORTS", "reports of it"),
            ("RUNNER_TEMP", "."),
            ("GITHUB_OUTPUT", &files[0]),
            ("GITHUB_STEP_SUMMARY", &files[1]),
        ];
        variables.extend(more);
        let output = run_script(&bench, &run, &variables).await;
        assert_eq!(code(&output).to_string(), expected, "{}", text(&output));
        assert!(bench.read("output.txt").contains(&format!("exit-code={expected}\n")));
        if name != "none" {
            report(&bench, &format!("reports of it/{name}.json"));
            assert!(bench.read("summary.md").starts_with("## Things: "));
        }
    }
}

/// The instructions of a Containerfile, lines that go on put together.
fn instructions() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file("Containerfile")).expect("the file");
    let text = text.replace("\\\n", " ");
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |line: &str| {
        let (name, rest) = line.split_once(' ').expect("an instruction and its arguments");
        (name.to_owned(), rest.trim().to_owned())
    };
    lines.map(split).collect()
}

#[test]
fn the_image_is_built_of_what_is_there_and_runs_as_nobody() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let instructions = instructions();
    let known = ["FROM", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "ENTRYPOINT", "CMD"];
    assert!(
        instructions.iter().all(|(name, _)| known.contains(&name.as_str())),
        "{instructions:?}"
    );
    let of = |name: &'static str| {
        let those = instructions.iter().filter(move |(one, _)| one == name);
        those.map(|(_, arguments)| arguments.as_str()).collect::<Vec<_>>()
    };
    let copied: Vec<&str> = of("COPY")
        .into_iter()
        .filter(|arguments| !arguments.starts_with("--from="))
        .flat_map(|arguments| arguments.split_whitespace().rev().skip(1))
        .collect();
    for source in &copied {
        assert!(root.join(source).exists(), "{source}");
    }
    // Cargo reads every member of the workspace before it builds one.
    let workspace = std::fs::read_to_string(root.join("Cargo.toml")).expect("the workspace");
    let workspace: toml::Table = workspace.parse().expect("TOML");
    let members = workspace["workspace"]["members"].as_array().expect("members");
    for member in members.iter().filter_map(toml::Value::as_str) {
        let folder = member.split('/').next().unwrap_or(member);
        assert!(copied.contains(&folder), "{member} is missing");
    }
    let rust = workspace["workspace"]["package"]["rust-version"].as_str().expect("a version");
    let images = of("FROM");
    assert!(images[0].contains(&format!("/rust:{rust}-")), "{images:?}");
    let release = |image: &str| image.split(' ').next().unwrap_or_default().contains("trixie");
    assert!(images.iter().all(|image| release(image)), "both have the same C library");
    let user = of("USER").pop().expect("a user");
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user}");
    assert_eq!(of("ENTRYPOINT"), [r#"["conformance"]"#], "no shell between it and its signals");
    of("RUN").iter().for_each(|script| check_syntax(script));
}
