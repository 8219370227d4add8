//! Which cells fail, which are credited, and what is told of it: one cause once.

use conformance::case::Derivation;
use conformance::judge::Verdict;
use conformance::report::{Outcome, Report};

use crate::support::{One, World, case, cell};

const CONTRACT: &str = r"
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      responses: { '200': { description: a }, default: { description: b } }
    post:
      operationId: createThing
      responses: { '201': { description: a }, '400': { description: b }, '422': { description: c } }
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getThing
      responses:
        { '200': { description: a }, '404': { description: b }, 4XX: { description: c }, '500': { description: d } }
";

fn report(run: Vec<One>) -> Report {
    World::new(CONTRACT).report(run)
}

/// The cells of a verdict, by name.
fn cells(report: &Report, verdict: Verdict) -> Vec<String> {
    let those = report.cells.iter().filter(|cell| cell.verdict == verdict);
    those.map(|cell| format!("{}:{}", cell.operation_id, cell.status)).collect()
}

fn reason<'r>(report: &'r Report, name: &str) -> &'r str {
    let wanted = cell(name);
    let mut cells = report.cells.iter();
    let found = cells
        .find(|one| one.operation_id == wanted.operation_id && one.status.0 == wanted.status)
        .expect("the cell");
    found.reason.as_deref().unwrap_or_default()
}

fn causes(report: &Report) -> Vec<(&str, usize)> {
    report.causes.iter().map(|cause| (cause.cause.as_str(), cause.cases)).collect()
}

struct Row {
    title: &'static str,
    run: Vec<One>,
    passed: &'static [&'static str],
    failed: &'static [&'static str],
    causes: &'static [(&'static str, usize)],
}

fn rows() -> Vec<Row> {
    let created = || case("getThing:200:happy").step("createThing", 201);
    vec![
        Row {
            title: "a passed case credits the cells of its own operation that its answers fall on",
            run: vec![created().step("getThing", 200)],
            passed: &["getThing:200"],
            failed: &[],
            causes: &[],
        },
        Row {
            title: "where 400 and 422 are documented, whichever comes credits its cell",
            run: vec![
                case("createThing:400:type").step("createThing", 422),
                case("createThing:201:happy").step("createThing", 201),
            ],
            passed: &["createThing:201", "createThing:422"],
            failed: &[],
            causes: &[],
        },
        Row {
            title: "an exact code takes its answers from a range and from default",
            run: vec![
                case("getThing:4XX:a").step("getThing", 404),
                case("listThings:default:a").step("listThings", 200),
            ],
            passed: &["listThings:200", "getThing:404"],
            failed: &[],
            causes: &[],
        },
        Row {
            title: "a range and default take what no code is documented for",
            run: vec![
                case("getThing:404:a").step("getThing", 410),
                case("listThings:200:a").step("listThings", 503),
            ],
            passed: &["listThings:default", "getThing:4XX"],
            failed: &[],
            causes: &[],
        },
        Row {
            title: "a workflow credits the cells that it provokes on its way",
            run: vec![
                case("getThing:404:gone")
                    .also("createThing:201")
                    .step("createThing", 201)
                    .step("getThing", 404),
            ],
            passed: &["createThing:201", "getThing:404"],
            failed: &[],
            causes: &[],
        },
        Row {
            title: "what was cleaned up credits nothing",
            run: vec![case("getThing:404:a").step("getThing", 404).cleanup()],
            passed: &[],
            failed: &[],
            causes: &[],
        },
        Row {
            title: "a fault in a set-up speaks against the cell of what was set up",
            run: vec![
                case("getThing:200:a")
                    .step("createThing", 500)
                    .fails("no-server-error")
                    .against("createThing:201"),
                case("getThing:404:b").step("getThing", 404),
            ],
            passed: &["getThing:404"],
            failed: &["createThing:201"],
            causes: &[("createThing:500:no-server-error", 1)],
        },
        Row {
            title: "also where the case is skipped over it",
            run: vec![
                case("getThing:200:a")
                    .step("createThing", 500)
                    .fails("no-server-error")
                    .against("createThing:201")
                    .skipped("the set-up failed"),
            ],
            passed: &[],
            failed: &["createThing:201"],
            causes: &[("createThing:500:no-server-error", 1)],
        },
        Row {
            title: "violations of one operation that are all taken for valid are one cause",
            run: (0..30)
                .map(|n| {
                    case(&format!("createThing:422:{n}"))
                        .step("createThing", 201)
                        .fails("status-expected")
                })
                .collect(),
            passed: &[],
            failed: &["createThing:422"],
            causes: &[("createThing:201:status-expected:violation", 30)],
        },
        Row {
            title: "another kind of case is another cause; the one with more cases comes first",
            run: vec![
                case("createThing:422:a")
                    .source(Derivation::Order)
                    .step("createThing", 201)
                    .fails("status-expected"),
                case("createThing:422:b").step("createThing", 201).fails("status-expected"),
                case("createThing:422:c").step("createThing", 201).fails("status-expected"),
            ],
            passed: &[],
            failed: &["createThing:422"],
            causes: &[
                ("createThing:201:status-expected:violation", 2),
                ("createThing:201:status-expected:order", 1),
            ],
        },
        Row {
            title: "a 5xx explains what else is wrong with an answer, and comes before everything",
            run: vec![
                case("listThings:200:a").step("listThings", 200).fails("media-type"),
                case("listThings:200:b").step("listThings", 200).fails("media-type"),
                case("getThing:404:a")
                    .step("getThing", 500)
                    .fails("status-expected")
                    .fails("status-documented")
                    .fails("no-server-error"),
            ],
            passed: &[],
            failed: &["listThings:200", "getThing:404"],
            causes: &[("getThing:500:no-server-error", 1), ("listThings:200:media-type", 2)],
        },
        Row {
            title: "an undocumented status explains that it isn't the expected one",
            run: vec![
                case("createThing:422:a")
                    .step("createThing", 409)
                    .fails("status-expected")
                    .fails("status-documented"),
                case("createThing:201:a")
                    .source(Derivation::HappyPath)
                    .step("createThing", 409)
                    .fails("status-expected")
                    .fails("status-documented"),
            ],
            passed: &[],
            failed: &["createThing:201", "createThing:422"],
            causes: &[("createThing:409:status-documented", 2)],
        },
        Row {
            title: "no answer is a cause by what came instead",
            run: vec![case("listThings:200:a").unanswered("listThings").fails("answered")],
            passed: &[],
            failed: &["listThings:200"],
            causes: &[("listThings:timeout:answered", 1)],
        },
        Row {
            title: "indices make no difference",
            run: vec![
                case("listThings:200:a")
                    .step("listThings", 200)
                    .fails_at("body-schema", Some("/3/a")),
                case("listThings:200:b")
                    .step("listThings", 200)
                    .fails_at("body-schema", Some("/0/a")),
                case("listThings:200:c")
                    .step("listThings", 200)
                    .fails_at("body-schema", Some("/0/b")),
            ],
            passed: &[],
            failed: &["listThings:200"],
            causes: &[
                ("listThings:200:body-schema:/*/a", 2),
                ("listThings:200:body-schema:/*/b", 1),
            ],
        },
        Row {
            title: "remarks fail nothing, and come last",
            run: vec![
                case("listThings:200:a").step("listThings", 200).fails("written-in-order"),
                case("listThings:200:b").step("listThings", 200).fails("written-in-order"),
                case("getThing:404:a").step("getThing", 404).fails("media-type"),
            ],
            passed: &["listThings:200"],
            failed: &["getThing:404"],
            causes: &[("getThing:404:media-type", 1), ("listThings:200:written-in-order", 2)],
        },
        Row {
            title: "a remark doesn't hide the failure of the same step",
            run: vec![
                case("listThings:200:a")
                    .step("listThings", 200)
                    .fails("written-in-order")
                    .fails("no-item-twice"),
            ],
            passed: &[],
            failed: &["listThings:200"],
            causes: &[("listThings:200:no-item-twice", 1), ("listThings:200:written-in-order", 1)],
        },
        Row {
            title: "what was not seen again fails nothing, and passes nothing",
            run: vec![
                case("listThings:200:a")
                    .step("listThings", 200)
                    .fails("media-type")
                    .seen_again(0, 3),
                case("listThings:200:b").step("listThings", 200),
            ],
            passed: &[],
            failed: &[],
            causes: &[("listThings:200:media-type", 1)],
        },
        Row {
            title: "what was seen again now and then does fail",
            run: vec![
                case("listThings:200:a")
                    .step("listThings", 200)
                    .fails("media-type")
                    .seen_again(1, 3),
            ],
            passed: &[],
            failed: &["listThings:200"],
            causes: &[("listThings:200:media-type", 1)],
        },
        Row {
            title: "a case that failed as a whole speaks against its own cell",
            run: vec![case("getThing:404:a").ends(Verdict::Failed, Some("it can't be sent"))],
            passed: &[],
            failed: &["getThing:404"],
            causes: &[("getThing:none:case:violation", 1)],
        },
    ]
}

#[test]
fn faults_speak_against_their_cells_and_answers_credit_theirs() {
    for Row { title, run, passed, failed, causes: told } in rows() {
        let report = report(run);
        assert_eq!(cells(&report, Verdict::Passed), passed, "{title}: passed");
        assert_eq!(cells(&report, Verdict::Failed), failed, "{title}: failed");
        assert_eq!(causes(&report), told, "{title}: causes");
        assert_eq!(report.summary.failed, failed.len(), "{title}");
        for cell in &report.cells {
            assert_eq!(cell.reason.is_none(), cell.verdict == Verdict::Passed, "{title}");
        }
    }
}

#[test]
fn a_failure_against_a_cell_that_is_not_selected_is_not_lost() {
    let failing = case("getThing:200:a")
        .step("createThing", 500)
        .fails("no-server-error")
        .against("createThing:201");
    let world = World::new(CONTRACT);
    let report = world.report_of(vec![cell("getThing:200")], vec![failing.clone()]);
    assert_eq!(cells(&report, Verdict::Failed), ["getThing:200"]);
    let skipped = failing.skipped("the set-up failed: createThing answered 500");
    let report = world.report_of(vec![cell("getThing:200")], vec![skipped]);
    assert_eq!(cells(&report, Verdict::Skipped), ["getThing:200"]);
    assert_eq!(report.outcome(), Outcome::NothingJudged);
}

#[test]
fn a_skipped_cell_says_why() {
    let mut world = World::new(CONTRACT);
    world.unprovoked.push(conformance::plan::Unprovoked {
        cell: cell("getThing:500"),
        reason: "the profile doesn't say `faults = true`".to_owned(),
    });
    let report = world.report(vec![
        case("listThings:200:a").step("listThings", 200).fails("media-type").seen_again(0, 3),
        case("createThing:400:a").step("createThing", 422),
        case("getThing:200:a")
            .step("createThing", 500)
            .fails("no-server-error")
            .against("createThing:201"),
        case("getThing:404:a").skipped("nothing to delete"),
    ]);
    for (name, why) in [
        ("listThings:200", "seen once, and not again in 3 tries: media-type is broken"),
        ("listThings:default", "no case provokes it"),
        ("createThing:400", "its cases were answered with 422 instead"),
        (
            "getThing:200",
            "getThing:200:a failed over something that speaks against createThing:201",
        ),
        ("getThing:404", "nothing to delete"),
        ("getThing:500", "the profile doesn't say `faults = true`"),
    ] {
        assert_eq!(reason(&report, name), why, "{name}");
    }
}

#[test]
fn the_example_is_the_surest_and_simplest_case() {
    let failing = |id: &str| case(id).step("listThings", 200).fails("media-type");
    let long = case("listThings:200:long").step("listThings", 200).step("listThings", 200);
    let report = report(vec![
        long.fails("media-type").seen_again(3, 3),
        failing("listThings:200:flaky").seen_again(1, 3),
        failing("listThings:200:simpler").seen_again(3, 3),
        failing("listThings:200:sure").seen_again(3, 3),
        failing("listThings:200:x"),
    ]);
    let cause = &report.causes[0];
    assert_eq!((cause.cases, cause.example.as_str()), (5, "listThings:200:sure"));
    assert!(!cause.flaky);
    let flaky: Vec<_> = report.cases.iter().map(|case| case.flaky).collect();
    assert_eq!(flaky, [false, true, false, false, false]);
    for case in &report.cases {
        assert_eq!(case.cause.as_deref(), Some("listThings:200:media-type"), "{}", case.id);
        let check = case.steps.iter().flat_map(|step| &step.checks).next_back();
        assert_eq!(check.and_then(|check| check.cause.as_deref()), case.cause.as_deref());
    }
}

#[test]
fn a_run_conforms_only_when_something_passed_and_nothing_failed() {
    let passed = || case("listThings:200:a").step("listThings", 200);
    let failed = || case("getThing:404:a").step("getThing", 404).fails("media-type");
    for (run, outcome, verdict) in [
        (vec![passed()], Outcome::Conforms, Verdict::Passed),
        (vec![passed(), failed()], Outcome::DoesNotConform, Verdict::Failed),
        (vec![], Outcome::NothingJudged, Verdict::Failed),
        (vec![case("getThing:404:a").skipped("why")], Outcome::NothingJudged, Verdict::Failed),
    ] {
        let report = report(run);
        assert_eq!((report.outcome(), report.outcome().verdict()), (outcome, verdict));
    }
    let interrupted = World { interrupted: true, ..World::new(CONTRACT) };
    assert_eq!(interrupted.report(vec![failed()]).outcome(), Outcome::Interrupted);
}
