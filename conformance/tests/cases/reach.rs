//! 2x: what a document and a profile tell reaches every operation, and nothing is left behind there.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use crate::met::Met;
use crate::suite::Run;

/// What is encoded in a segment of a path: all but what never needs to be.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[tokio::test]
async fn keys_passwords_and_cookies_are_shown() {
    let Some(met) = Met::start("20-api-key-and-basic") else { return };
    let cells = ["a:200", "a:401", "b:200", "b:401", "c:200", "c:401", "d:200", "d:401"];
    let none =
        cells.map(|cell| format!("{cell} skipped: no credential of the profile may call it"));
    let run = met.suite().run(&met.url()).await;
    run.check(1, &none.each_ref().map(String::as_str));
    assert!(run.told.contains("nothing could be judged"), "{}", run.told);
    let profile = "[credentials.key]\napi_key = \"s3cret\"\nmay = [\"a\", \"c\", \"d\"]\n\
                   [credentials.user]\nbasic = { username = \"u\", password = \"p\" }\nmay = [\"b\"]\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
    let text = run.report.to_string() + &run.told;
    assert!(!text.contains("s3cret") && !text.contains("dTpw"), "a secret is told");
}

/// Whether nothing that was made is there any more, by what the answers called it.
#[track_caller]
fn check_gone(met: &Met, run: &Run, maker: &str, collection: &str, key: &str) {
    let made = run.answers(maker, 201);
    assert!(made.len() > 5, "things were made");
    for thing in made {
        let name = thing[key].as_str().expect("a name");
        let name = percent_encoding::utf8_percent_encode(name, ENCODED);
        assert_eq!(met.get(&format!("{collection}/{name}")).0, 404, "{name} is left");
    }
}

#[tokio::test]
async fn a_collection_may_end_with_a_slash() {
    let Some(met) = Met::start("21-trailing-slash-of-collections") else { return };
    let run = met.suite().run(&met.url()).await;
    let cells = ["make:201", "make:422", "get:200", "get:404", "get:422", "drop:204", "drop:404"];
    run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
    check_gone(&met, &run, "make", "/flows", "id");
}

#[tokio::test]
async fn the_profile_gives_queries_and_bodies() {
    let Some(met) = Met::start("22-inputs-for-query-and-body") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(
        0,
        &[
            "info:200 passed",
            "info:422 passed",
            "run:201 skipped: `creates = [\"run\"]`",
            "run:422 skipped: `creates = [\"run\"]`",
            "login:200 skipped: `allow = [\"login\"]`",
            "login:400 skipped: `allow = [\"login\"]`",
        ],
    );
    let profile = "creates = [\"run\"]\n\
                   [operations.info.query]\nurl = \"t.tif\"\n\
                   [operations.run.body]\nflow_id = \"11111111-1111-4111-8111-111111111111\"\n\
                   [operations.login.body]\nusername = \"me\"\npassword = \"pw\"\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(
        1,
        &[
            "info:200 passed",
            "info:422 passed",
            "run:201 passed",
            "run:422 passed",
            // The schema admits further members; the service that was met doesn't.
            "login:200 failed: login:200:boundary:body.unknown-member: answered 400 instead of 200",
            "login:400 passed",
        ],
    );
    assert_eq!(run.faults(), ["login:400:status-expected:boundary"]);
}

#[tokio::test]
async fn one_name_may_mean_several_things() {
    let Some(met) = Met::start("23-one-name-for-several-things") else { return };
    let profile = "[inputs]\nid = \"f1\"\n[operations.run.path]\nid = \"r1\"\n";
    let run = met.suite().profile(profile).run(&met.url()).await;
    run.check(0, &["flow:200 passed", "flow:404 passed", "run:200 passed", "run:404 passed"]);
}

#[tokio::test]
async fn what_can_be_read_of_a_document_is_tested() {
    let Some(met) = Met::start("26-documents-with-one-bad-spot") else { return };
    let run = met.suite().run(&met.url()).await;
    run.check(0, &["a:200 passed"]);
    let left_out = run.left_out();
    assert_eq!(left_out.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["b", "c"]);
    assert!(left_out[0].1.contains("path parameter `name`"), "{left_out:?}");
    assert!(left_out[1].1.contains("https://schemas.example.org/common.yaml"), "{left_out:?}");
    let run = met.suite().flags(&["--strict"]).run(&met.url()).await;
    assert_eq!(run.code, Some(2), "{}", run.told);
}

#[tokio::test]
async fn a_pool_name_is_the_name_of_a_pool() {
    let Some(met) = Met::start("27-pool-name-is-the-name-of-a-pool") else { return };
    let run = met.suite().run(&met.url()).await;
    let cells = [
        "makePool:201",
        "makePool:422",
        "getPool:200",
        "getPool:404",
        "dropPool:204",
        "dropPool:404",
    ];
    run.check(0, &cells.map(|cell| format!("{cell} passed")).each_ref().map(String::as_str));
    check_gone(&met, &run, "makePool", "/pools", "name");
}
