//! The files for other people's CI: they are what they should be, and every flag that they give exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

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
    let output = Command::new("sh").args(["-n", "-c", script]).output().expect("a shell");
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
