//! Constraints of requests: which were met, which were violated, and what the target made of that.

mod bench;
mod target;

use bench::{Bench, code, report, serve_but, text};
use serde_json::{Value, json};
use target::json as answered;

/// What refuses every body whose name is none, as the contract has it from now on.
fn strict(request: &str, sound: String) -> String {
    let body = request.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let is_named = body["name"].as_str().is_some_and(|name| name.chars().count() <= 40);
    match request.starts_with("POST ") && sound.contains(" 201 ") && !is_named {
        true => answered(422, r#"{"error":"no"}"#),
        false => sound,
    }
}

fn constraint<'r>(report: &'r Value, operation: &str, target: &str, keyword: &str) -> &'r Value {
    let all = report["constraints"].as_array().expect("constraints");
    let is_it = |one: &&Value| {
        one["operation_id"] == operation && one["target"] == target && one["keyword"] == keyword
    };
    all.iter().find(is_it).unwrap_or_else(|| panic!("no {operation} {target} {keyword}: {all:#?}"))
}

fn with_422(bench: &Bench) {
    let told = "        '422': { $ref: '#/components/responses/NotFound' }\n";
    let made = "      operationId: createThing\n";
    let responses = "      responses:\n";
    let (before, after) = bench::CONTRACT.split_once(made).expect("it is there");
    let after = after.replacen(responses, &format!("{responses}{told}"), 1);
    bench.write("things.yaml", &format!("{before}{made}{after}"));
}

#[tokio::test]
async fn what_is_violated_and_refused_is_told_apart_from_what_is_taken() {
    let bench = Bench::new();
    with_422(&bench);
    let flags = ["--report", "json=r.json", "--report", "html=r.html", "--url"];
    let target = serve_but(strict).await;
    let output = bench.run(&[&flags[..], &[&target.url]].concat()).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let sound = report(&bench, "r.json");
    for keyword in ["required", "type", "max-length"] {
        let one = constraint(&sound, "createThing", "body.name", keyword);
        assert!(one["met"].as_u64() > Some(0) && one["violated"].as_u64() > Some(0), "{one}");
        assert_eq!(one["refused"], one["violated"], "{keyword}");
    }
    assert!(text(&output).contains("0 violated and accepted"), "{}", text(&output));
    assert!(bench.read("r.html").contains("maxLength 40"));

    // One that takes everything.
    let target = serve_but(|_, sound| sound).await;
    let output = bench.run(&[&flags[..], &[&target.url]].concat()).await;
    assert_eq!(code(&output), 1, "{}", text(&output));
    let lax = report(&bench, "r.json");
    let one = constraint(&lax, "createThing", "body.name", "max-length");
    assert_eq!(one["refused"], json!(0));
    assert!(one["violated"].as_u64() > Some(0), "{one}");
    assert!(!text(&output).contains(" 0 violated and accepted"), "{}", text(&output));
}

#[tokio::test]
async fn what_was_not_sent_is_not_met() {
    let bench = Bench::new();
    with_422(&bench);
    let target = serve_but(strict).await;
    let flags = ["--only", "createThing:401", "--report", "json=r.json", "--url", &target.url];
    let output = bench.run(&flags).await;
    assert_eq!(code(&output), 0, "{}", text(&output));
    let part = report(&bench, "r.json");
    let one = constraint(&part, "createThing", "body.name", "max-length");
    assert_eq!((&one["met"], &one["violated"], &one["refused"]), (&json!(0), &json!(0), &json!(0)));
    let operations = part["constraints"].as_array().expect("constraints").iter();
    assert!(operations.clone().all(|one| one["operation_id"] == "createThing"));
}
