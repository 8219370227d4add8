//! Reports of a run of the binary: where they go, and what GitHub Actions gets unasked.

mod bench;
mod target;

use bench::{Bench, SECRET, code, serve_but, text, without_list};
use serde_json::Value;

#[tokio::test]
async fn what_goes_to_standard_output_is_alone_there() {
    let target = serve_but(without_list).await;
    let bench = Bench::new();
    for (format, begins) in [("json", "{"), ("har", "{"), ("junit", "<?xml"), ("markdown", "## ")] {
        let output = bench.run(&["--url", &target.url, "--report", &format!("{format}=-")]).await;
        assert_eq!(code(&output), 1, "{}", text(&output));
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(told.starts_with(begins), "{format}: {told}");
        assert!(!told.contains(SECRET), "{format}");
        if begins == "{" {
            serde_json::from_str::<Value>(&told).expect("nothing but JSON");
        }
        assert!(String::from_utf8_lossy(&output.stderr).contains("does not conform"), "{format}");
    }
}

#[tokio::test]
async fn annotations_come_unasked_where_they_are_read() {
    let target = serve_but(without_list).await;
    let bench = Bench::new();
    let annotations = async |variable: &str, flags: &[&str]| {
        let mut command = bench.command(&[&["--url", &target.url][..], flags].concat());
        command.env("GITHUB_ACTIONS", variable).env("GITHUB_WORKSPACE", bench.folder.path());
        let output = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
        let output = output.await.expect("no panic");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("does not conform") || told.contains("conforms"), "{told}");
        told.lines().filter(|line| line.starts_with("::error ")).map(str::to_owned).collect()
    };
    let told: Vec<String> = annotations("true", &[]).await;
    assert!(told[0].contains("file=things.yaml,line="), "{told:?}");
    let asked: Vec<String> = annotations("false", &["--report", "github=-"]).await;
    assert_eq!(asked, told);
    let once: Vec<String> = annotations("true", &["--report", "github=-"]).await;
    assert_eq!(once, told);
    let none: Vec<String> = annotations("false", &[]).await;
    assert!(none.is_empty(), "{none:?}");
    let of_shard: Vec<String> = annotations("true", &["--shard", "1/1"]).await;
    assert!(of_shard.is_empty(), "they come when all are merged: {of_shard:?}");
}
