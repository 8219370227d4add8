//! 0x: what is no fault of the server's isn't told as one.

use crate::met::Met;

#[tokio::test]
async fn what_the_profile_names_is_neither_changed_nor_removed() {
    let Some(met) = Met::start("01-input-is-deleted-first") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        0,
        &[
            "getPet:200 passed",
            "getPet:404 passed",
            "deletePet:204 skipped: `pet` names, which the run did not make; `allow = [\"deletePet\"]`",
            "deletePet:404 passed",
        ],
    );
    assert_eq!(met.get("/pets/2"), (200, r#"{"id": "2", "name": "mine"}"#.to_owned()));
}

#[tokio::test]
async fn a_maker_that_refuses_what_it_should_take_is_the_only_one_to_blame() {
    let Some(met) = Met::start("02-failed-setup-blames-dependents") else { return };
    let run = met.suite().run(&met.url()).await;
    let why = "what it needs could not be had: `make` answered 400; see make:201";
    run.check(
        1,
        &[
            "make:201 failed: make answers 400, a status that is not documented",
            "make:401 skipped: asks for no credentials",
            &format!("get:200 skipped: {why}"),
            "get:404 passed",
            &format!("put:200 skipped: {why}"),
            "put:404 passed",
            &format!("drop:204 skipped: {why}"),
            "drop:404 passed",
        ],
    );
    assert!(run.faults().contains(&"make:400:status-documented"), "{:?}", run.faults());
}

#[tokio::test]
async fn nothing_is_sent_for_nobody() {
    let Some(met) = Met::start("04-laws-run-without-credentials") else { return };
    let run = met.suite().run(&met.url()).await;
    let cells = ["makeTag:201", "makeTag:401", "getTag:200", "getTag:404", "dropTag:204"];
    let cells =
        cells.map(|cell| format!("{cell} skipped: no credential of the profile may call it"));
    run.check(1, &cells.each_ref().map(String::as_str));
    assert_eq!(run.requests(), 0);
}

#[tokio::test]
async fn a_parameter_given_twice_is_no_fault() {
    let Some(met) = Met::start("05-parameter-given-twice") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["list:200 passed", "list:422 passed"]);
    assert_eq!(run.causes("note"), ["list:200:value-given-twice:violation"]);
}

#[tokio::test]
async fn integers_are_what_json_schema_calls_so() {
    let Some(met) = Met::start("06-integers-as-json-schema-has-them") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["list:200 passed", "list:400 passed"]);
    assert_eq!(run.causes("note"), ["list:200:integer-spelling:violation"]);
}

#[tokio::test]
async fn a_uuid_spelled_otherwise_may_be_taken() {
    let Some(met) = Met::start("07-uuid-spelled-otherwise") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["find:200 passed", "find:422 passed"]);
    assert_eq!(run.causes("note"), ["find:200:format-spelling:violation"]);
}

#[tokio::test]
async fn a_response_without_content_says_nothing_of_the_body() {
    let Some(met) = Met::start("08-body-without-documented-content") else { return };
    let run = met.suite().run(&met.url()).await;
    let nothing = "get:200 skipped: none of its cases was answered with this status";
    run.check(0, &[nothing, "get:404 passed"]);
    assert_eq!(run.causes("note"), ["get:404:no-body"]);
}

#[tokio::test]
async fn a_put_may_make_what_its_path_names() {
    let Some(met) = Met::start("09-put-creates") else { return };
    let run = met.suite().run(&met.url()).await;
    let skipped = "putDrive:204 skipped: `creates = [\"putDrive\"]` in the profile lets it be made";
    run.check(1, &[skipped, "putDrive:default skipped"]);
    let run = met.suite().profile("creates = [\"putDrive\"]\n").run(&met.url()).await;
    run.check(0, &["putDrive:204 passed", "putDrive:default passed"]);
    let fresh = run.report["cases"].as_array().expect("cases").iter();
    let fresh = fresh.filter(|case| case["source"] == "unknown-id").count();
    assert!(fresh == 0 || run.faults().is_empty());
}
