//! What people see of a report: causes once, reasons once, a matrix that fits its window.

use conformance::plan::{LeftOut, Unprovoked};
use conformance::promise::{Level, promises};
use conformance::report::{self, Report};

use crate::support::{One, World, case};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      responses: { '200': { description: a }, '401': { description: b } }
    post:
      operationId: createAThingOfAnyKindWithAVeryLongOperationId
      responses: { '201': { description: a }, '422': { description: c } }
";

fn plain(report: &Report, width: usize) -> String {
    let text = report::terminal_of_width(report, width);
    anstream::adapter::strip_str(&text).to_string()
}

/// A document of so many operations, each with these statuses.
pub(crate) fn document(operations: usize, statuses: &[&str]) -> String {
    let responses: Vec<_> =
        statuses.iter().map(|status| format!("'{status}': {{ description: x }}")).collect();
    let mut text = "openapi: 3.0.3\ninfo: { title: Many, version: '1' }\npaths:\n".to_owned();
    for number in 0..operations {
        let id = format!("organizationsRetrieveTheThingOfNumber{number}ForAuthenticatedUser");
        let responses = responses.join(", ");
        text.push_str(&format!(
            "  /things/{number}:\n    get: {{ operationId: {id}, responses: {{ {responses} }} }}\n"
        ));
    }
    text
}

fn failing(id: &str) -> One {
    case(id).step("listThings", 200).fails("media-type")
}

#[test]
fn each_cause_is_told_once_with_an_example_to_try() {
    let report = World::new(CONTRACT).report(vec![
        failing("listThings:200:a"),
        failing("listThings:200:b"),
        failing("listThings:200:c").seen_again(2, 3),
        case("listThings:401:a").step("listThings", 401).fails("written-in-order"),
    ]);
    let text = plain(&report, 100);
    for words in [
        "✗ listThings: media-type media-type is broken flaky (3 cases)",
        "example   listThings:200:c",
        "request   GET http://target/things/listThings:200:c",
        "answer    200 application/json",
        "{\"name\": \"x\"}",
        "curl      curl -i http://target/things/listThings:200:c",
        "again     seen 2 of 3 times, alone",
        "also      in listThings:200:a, listThings:200:b",
        "· listThings: written-in-order written-in-order is broken (should, 1 case, as in listThings:401:a)",
        "1 failed (1 cause)",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(text.matches("media-type is broken").count(), 1, "{text}");
    let failure = text.find("media-type").expect("a failure");
    assert!(failure < text.find("written-in-order").expect("a remark"), "remarks come last");
}

#[test]
fn only_so_many_kinds_are_shown() {
    let musts = promises().filter(|one| one.level == Level::Must);
    let codes: Vec<_> = musts.map(|one| one.code).take(30).collect();
    let run = codes
        .iter()
        .map(|code| case(&format!("listThings:200:{code}")).step("listThings", 200).fails(code));
    let report = World::new(CONTRACT).report(run.collect());
    let text = plain(&report, 100);
    assert_eq!(text.matches("✗ listThings: ").count(), 20, "{text}");
    assert!(text.contains("… and 10 more kinds of failures (10 causes): see --report"), "{text}");
    assert!(report::markdown(&report).contains("… and 10 more kinds (10 causes)"));
    assert_eq!(report::html(&report).matches("<article class=\"card\"").count(), 30);
}

#[test]
fn what_is_not_tested_is_told_by_its_reason() {
    let mut world = World::new(&document(40, &["200", "404"]));
    let skipped = |n: usize| {
        case(&format!("organizationsRetrieveTheThingOfNumber{n}ForAuthenticatedUser:200:a"))
            .skipped("no credential of the profile may call it")
    };
    world.left_out = ["deletePet", "deleteOwner", "deleteVet"]
        .map(|id| LeftOut {
            id: id.to_owned(),
            reason: format!("`[operations.{id}]` doesn't allow it"),
        })
        .to_vec();
    let report = world.report((0..12).map(skipped).collect());
    let text = plain(&report, 100);
    let operation = |n| format!("organizationsRetrieveTheThingOfNumber{n}ForAuthenticatedUser:200");
    let line = format!(
        "– 12 cells: no credential of the profile may call it: {}, {}, {} and 9 more",
        operation(0),
        operation(1),
        operation(2)
    );
    assert!(text.contains(&line), "{text}");
    assert!(text.contains("– 68 cells: no case provokes it: "), "{text}");
    let left_out = "3 operations: `[operations.<operation>]` doesn't allow it: deletePet, deleteOwner, deleteVet";
    assert!(text.contains(left_out), "{text}");
    assert!(text.contains("nothing could be judged"), "{text}");
    assert!(report::html(&report).contains("<strong>68 cells</strong> no case provokes it"));
}

#[test]
fn what_is_not_called_is_told_once() {
    let mut world = World::new(CONTRACT);
    let id = "createAThingOfAnyKindWithAVeryLongOperationId";
    world.left_out = vec![LeftOut { id: id.to_owned(), reason: "nobody allows it".to_owned() }];
    world.unprovoked = world
        .cells()
        .into_iter()
        .filter(|cell| cell.operation_id == id)
        .map(|cell| Unprovoked { cell, reason: "nobody allows it".to_owned() })
        .collect();
    let report = world.report(vec![case("listThings:200:a").step("listThings", 200)]);
    let (text, markdown, page) =
        (plain(&report, 100), report::markdown(&report), report::html(&report));
    assert_eq!(text.matches("nobody allows it").count(), 1, "{text}");
    assert!(text.contains(&format!("not called, {id} (2 cells): nobody allows it")), "{text}");
    assert!(text.contains("– listThings:401: no case provokes it"), "{text}");
    assert!(text.contains("1 of 4 cells passed, 0 failed, 3 skipped; 1 exercised"), "{text}");
    assert_eq!(markdown.matches("nobody allows it").count(), 1, "{markdown}");
    assert!(markdown.contains("- 1 operation, 2 cells: nobody allows it"), "{markdown}");
    assert!(page.contains("<strong>1 operation, 2 cells</strong> nobody allows it"));
}

#[test]
fn the_matrix_fits_its_window() {
    let statuses = [
        "200", "201", "202", "204", "301", "304", "400", "401", "403", "404", "409", "410", "422",
        "500", "503", "default",
    ];
    for (operations, statuses) in [(3, &statuses[..]), (3, &statuses[6..9]), (80, &statuses[..])] {
        let world = World::new(&document(operations, statuses));
        let first = "organizationsRetrieveTheThingOfNumber0ForAuthenticatedUser:400:a";
        let report = world.report(vec![
            case(first)
                .step("organizationsRetrieveTheThingOfNumber0ForAuthenticatedUser", 400)
                .fails("media-type"),
        ]);
        for width in [60, 80, 120, 200] {
            let text = plain(&report, width);
            let table = text.split("\n\n").nth(1).expect("a table");
            for line in table.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
            let rows = table.lines().filter(|line| line.starts_with("organiz")).count();
            assert_eq!(rows, if operations > 50 { 1 } else { operations }, "{table}");
            assert!(table.contains('✗'), "{table}");
        }
    }
}

#[test]
fn no_color_is_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("things.yaml");
    std::fs::write(&spec, CONTRACT).expect("written");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        // Whatever is asked, the connection is closed without an answer.
        for stream in listener.incoming() {
            drop(stream);
        }
    });
    let run = |variable: (&str, &str)| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_conformance"))
            .args(["run", "--timeout", "2", "--url", &url, "--spec"])
            .arg(&spec)
            .env_clear()
            .env("CLICOLOR_FORCE", "1")
            .env(variable.0, variable.1)
            .output()
            .expect("a run");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(run(("LANG", "C")).contains("\u{1b}["), "colours are on unless somebody says no");
    let plain = run(("NO_COLOR", "1"));
    assert!(plain.contains("listThings") && !plain.contains('\u{1b}'), "{plain}");
}
