//! Several processes over one target, and their reports as one.

mod bench;
mod target;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use bench::{Bench, Things, code, report, serve_but, text, without_list};
use conformance::case::{Case, Isolation};
use conformance::plan::{Plan, plan};
use conformance::profile;
use conformance::shard::Shard;
use serde_json::Value;
use spec::FileSystem;
use target::RawTarget;

/// A run of all, and a run by so many processes at once; the reports are `one.json` and `all.json`.
async fn both(bench: &Bench, target: &RawTarget, count: usize) -> (Output, Output) {
    let url = ["--url", target.url.as_str()];
    let one = bench.run(&[&url[..], &["--report", "json=one.json"]].concat()).await;
    let shards = (1..=count).map(|index| {
        let (shard, json) = (format!("{index}/{count}"), format!("json={index}.json"));
        let mut command = bench.command(&url);
        command.args(["--shard", &shard, "--report", &json]);
        command.spawn().expect("it starts")
    });
    let shards: Vec<_> = shards.collect();
    let waiting = tokio::task::spawn_blocking(move || {
        shards.into_iter().map(|shard| shard.wait_with_output().expect("it ends")).collect()
    });
    let outputs: Vec<Output> = waiting.await.expect("no panic");
    for output in &outputs {
        assert!(matches!(code(output), 0 | 1), "{}", text(output));
    }
    let names: Vec<String> = (1..=count).map(|index| format!("{index}.json")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    (one, merge(bench, &[&names[..], &["--report", "json=all.json"]].concat()))
}

fn merge(bench: &Bench, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conformance"));
    command.current_dir(bench.folder.path()).arg("merge").args(flags).stdin(Stdio::null());
    command.output().expect("it runs")
}

/// What is to be the same of each of a list, by its names.
fn told(report: &Value, list: &str, members: &[&str]) -> Vec<Vec<String>> {
    let items = report[list].as_array().expect("a list").iter();
    items.map(|item| members.iter().map(|name| item[*name].to_string()).collect()).collect()
}

#[track_caller]
fn assert_same(bench: &Bench) {
    let (one, all) = (report(bench, "one.json"), report(bench, "all.json"));
    for (list, members) in [
        ("cells", &["operation_id", "status", "verdict", "known", "exercised", "cases"][..]),
        ("cases", &["id", "verdict", "known", "source", "cause"]),
        ("causes", &["cause", "kind", "check", "level", "cases", "known"]),
        ("known", &["name", "state", "causes", "cells"]),
        ("left_out", &["id", "reason"]),
        ("constraints", &["operation_id", "target", "keyword", "violated", "refused"]),
    ] {
        assert_eq!(told(&one, list, members), told(&all, list, members), "{list}");
    }
    for member in ["outcome", "passed", "failed", "skipped", "known", "cells_exercised"] {
        assert_eq!(one["summary"][member], all["summary"][member], "{member}");
    }
    assert_eq!(all["selection"], one["selection"], "the whole is whole");
}

#[tokio::test]
async fn four_processes_come_to_the_verdicts_of_one() {
    let target = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    let (one, all) = both(&bench, &target, 4).await;
    assert_eq!((code(&one), code(&all)), (0, 0), "{}", text(&all));
    assert_same(&bench);
}

#[tokio::test]
async fn failures_are_the_same_and_known_ones_too() {
    let target = serve_but(without_list).await;
    let bench = Bench::new();
    let (one, all) = both(&bench, &target, 3).await;
    assert_eq!((code(&one), code(&all)), (1, 1), "{}", text(&all));
    assert_same(&bench);

    let entry =
        |cell: &str| format!("[[known]]\ncell = \"{cell}\"\nreason = \"a\"\nuntil = 9999-12-31\n");
    let profile = bench.read("profile.toml");
    let entries = entry("listThings") + &entry("getThing");
    bench.write("profile.toml", &format!("{entries}{profile}"));
    let (one, all) = both(&bench, &target, 3).await;
    assert_eq!((code(&one), code(&all)), (0, 0), "{}", text(&all));
    assert_same(&bench);
    assert_eq!(report(&bench, "all.json")["known"][1]["state"], "fixed");
    assert_eq!(report(&bench, "1.json")["known"][1]["state"], "not-judged");
    let flags = ["1.json", "2.json", "3.json", "--fail-on-fixed"];
    assert_eq!(code(&merge(&bench, &flags)), 1);
}

#[tokio::test]
async fn more_processes_than_cases_are_no_failure() {
    let target = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    for shard in ["1/1000", "1000/1000"] {
        let flags = ["--url", &target.url, "--shard", shard, "--report", "json=r.json"];
        let output = bench.run(&flags).await;
        assert_eq!(code(&output), 0, "{}", text(&output));
        let cases = report(&bench, "r.json")["cases"].as_array().map_or(9, Vec::len);
        assert!(cases <= 1, "{cases}");
    }
}

#[tokio::test]
async fn what_does_not_belong_together_is_not_merged() {
    let target = Things::default().serve(Duration::ZERO).await;
    let bench = Bench::new();
    let run = async |name: &str, flags: &[&str]| {
        let json = format!("json={name}");
        let output =
            bench.run(&[&["--url", &target.url, "--report", &json][..], flags].concat()).await;
        assert_eq!(code(&output), 0, "{}", text(&output));
    };
    run("1.json", &["--shard", "1/2"]).await;
    run("2.json", &["--shard", "2/2"]).await;
    run("3.json", &["--shard", "2/3"]).await;
    run("whole.json", &[]).await;
    run("part.json", &["--shard", "2/2", "--only", "getThing"]).await;
    std::fs::copy(bench.path("1.json"), bench.path("again.json")).expect("copied");
    bench.write("none.json", "{}");
    for (flags, told) in [
        (&["1.json", "again.json"][..], "1.json and again.json are both of shard 1"),
        (&["1.json", "3.json"], "of 2 shards, and of 3"),
        (&["1.json", "whole.json"], "whole.json is the report of no shard"),
        (&["1.json", "part.json"], "their plans differ"),
        (&["1.json", "none.json"], "none.json is no report"),
        (&["1.json", "missing.json"], "can't read missing.json"),
    ] {
        let output = merge(&bench, flags);
        assert_eq!(code(&output), 2, "{flags:?}: {}", text(&output));
        assert!(text(&output).contains(told), "{}", text(&output));
    }
    // What is missing is no mistake of a flag: a job was killed.
    let output = merge(&bench, &["1.json"]);
    assert_eq!(code(&output), 1, "{}", text(&output));
    assert!(text(&output).contains("the report of shard 2/2 is missing"), "{}", text(&output));

    let formats = ["json=m.json", "html=m.html", "junit=m.xml", "markdown=m.md"];
    let reports = formats.iter().flat_map(|format| ["--report", format]);
    let flags: Vec<&str> =
        ["2.json", "1.json", "--require-all"].into_iter().chain(reports).collect();
    let output = merge(&bench, &flags);
    assert_eq!(code(&output), 0, "{}", text(&output));
    for name in ["m.html", "m.xml", "m.md"] {
        assert!(bench.read(name).contains("getThing"), "{name}");
    }
}

/// What there is to do with the contract of this repository.
fn workspace_plan() -> Plan {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract = spec::read(&root.join("spec/workspace.yaml"), &FileSystem).contract;
    let contract = contract.expect("a contract");
    let profile = profile::read(&root.join("conformance/reference/profile.toml"));
    plan(&contract, None, &profile.expect("a profile").plan_context(&contract))
}

#[test]
fn the_parts_are_the_plan_and_about_as_long_as_each_other() {
    let whole = workspace_plan();
    let requests = |plan: &Plan| -> usize {
        plan.cases.iter().map(|case| case.steps.len() + case.cleanup.len()).sum()
    };
    let longest = whole.cases.iter().map(|case| case.steps.len() + case.cleanup.len()).max();
    for count in [1, 2, 3, 4, 7, 16] {
        let parts = (1..=count).map(|index| {
            let mut part = whole.clone();
            Shard { index, count }.select(&mut part);
            assert_eq!(part.cells, whole.cells);
            let provoked = |cell| part.cases.iter().any(|case| case.provokes(cell));
            for cell in part.cells.iter().filter(|cell| !provoked(cell)) {
                assert!(part.unprovoked.iter().any(|one| one.cell == *cell), "{cell}");
            }
            part
        });
        let parts: Vec<Plan> = parts.collect();
        let cases: Vec<_> = parts.iter().flat_map(|part| part.cases.clone()).collect();
        assert_eq!(cases, whole.cases, "{count}");
        let fair = requests(&whole) / count;
        let most = parts.iter().map(&requests).max().unwrap_or_default();
        assert!(most <= fair + 1 + longest.unwrap_or_default(), "{most} of {fair}");
    }
}

#[test]
fn what_ends_what_others_need_is_done_by_no_shard() {
    // Nothing makes a thing, so that the one that the profile gives is deleted.
    let (head, rest) = bench::CONTRACT.split_once("  /things:\n").expect("it is there");
    let (_, rest) = rest.split_once("  /things/{thing_id}:\n").expect("it is there");
    let document = format!("{head}  /things/{{thing_id}}:\n{rest}");
    let reading = spec::read(Path::new("a.yaml"), &spec::Memory::one("a.yaml", &document));
    let contract = reading.contract.expect("a contract");
    let profile = "allow = [\"deleteThing\"]\n[inputs]\nthing_id = \"11111111-1111-4111-8111-111111111111\"\n[credentials.a]\nbearer = \"abcdef\"\nmay = [\"*\"]\n";
    let profile = profile::read_text(Path::new("p.toml"), profile, |_| None).expect("a profile");
    let whole = plan(&contract, None, &profile.plan_context(&contract));
    let is_last = |case: &&Case| case.isolation == Isolation::Last;
    let last: Vec<&Case> = whole.cases.iter().filter(is_last).collect();
    assert!(!last.is_empty(), "{:#?}", whole.cases);
    let mut parts = (1..=2).map(|index| {
        let mut part = whole.clone();
        Shard { index, count: 2 }.select(&mut part);
        part
    });
    let (one, other) = (parts.next().expect("a part"), parts.next().expect("a part"));
    let shared: Vec<_> = one.cases.iter().chain(&other.cases).collect();
    assert_eq!(shared, whole.cases.iter().filter(|case| !is_last(case)).collect::<Vec<_>>());
    for case in last.iter().filter(|case| !shared.iter().any(|one| one.provokes(&case.cell))) {
        let told = |part: &Plan| {
            part.unprovoked.iter().any(|it| it.cell == case.cell && it.reason.contains("--case"))
        };
        assert!(told(&one) && told(&other), "{}", case.cell);
    }
}
