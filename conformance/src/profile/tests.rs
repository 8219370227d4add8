use std::path::Path;

use super::{May, Problem, Profile, closest, read_text};

fn read(text: &str) -> Result<Profile, Vec<Problem>> {
    read_text(Path::new("profile.toml"), text, |name| {
        (name == "TOKEN").then(|| "from-environment".to_owned())
    })
}

#[track_caller]
fn refused(text: &str, place: &str, words: &str) {
    let problems = read(text).expect_err("the profile is wrong");
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(
        shown
            .iter()
            .any(|one| one.contains(&format!("--> profile.toml:{place}")) && one.contains(words)),
        "no problem at {place} with `{words}` in {shown:#?}"
    );
}

const SOUND: &str = r#"
url = "http://127.0.0.1:8080/"
faults = true

[inputs]
org_id = "11111111-1111-4111-8111-111111111111"
depth = 3

[credentials.zoe]
bearer = "zoe-token"
may = ["*"]

[credentials.anna]
bearer_env = "TOKEN"
may = ["listThings"]

[credentials.stranger]
bearer = "stranger-token"
may = []
"#;

#[test]
fn sound_profile_keeps_the_order_of_its_credentials() {
    let profile = read(SOUND).expect("sound");
    assert_eq!(profile.url.as_deref(), Some("http://127.0.0.1:8080"));
    assert!(profile.faults);
    assert_eq!(profile.inputs["depth"], serde_json::json!(3));
    assert_eq!(profile.credentials.keys().collect::<Vec<_>>(), ["zoe", "anna", "stranger"]);
    assert!(matches!(profile.credentials["zoe"].may, May::Everything));
    assert_eq!(profile.credentials["anna"].kind.secret().expose(), "from-environment");
    assert_eq!(profile.first_that_may("listThings").map(|(name, _)| name), Some("zoe"));
    assert_eq!(profile.first_that_may_not("listThings").map(|(name, _)| name), Some("stranger"));
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let shown = format!("{:?}", read(SOUND).expect("sound"));
    assert!(!shown.contains("zoe-token") && !shown.contains("from-environment"), "{shown}");
}

#[test]
fn mistakes_are_refused_with_their_place() {
    refused("urls = \"x\"", "1:1", "unknown field `urls`");
    refused("url = \"ftp://host\"", "1:7", "http://");
    refused("url = \"http://a/?b\"", "1:7", "query");
    refused("faults = \"yes\"", "1:10", "expected a boolean");
    refused("url = ", "1:", "");
    refused("[credentials.a]\nbearer = \"x\"\n", "1:", "doesn't say what it may call");
    refused("[credentials.a]\nmay = []\n", "1:", "shows nothing");
    refused("[credentials.a]\nbearer_env = \"NOT_SET\"\nmay = []\n", "2:14", "isn't set");
    refused("[credentials.a]\nbearer = \"x\"\nbearer_env = \"TOKEN\"\nmay = []", "3:14", "both");
    refused("[credentials.a]\nbearer = \"a b\"\nmay = []\n", "2:10", "visible ASCII");
    refused("[credentials.a]\nbearer = \"x\"\nmay = [\"*\", \"b\"]\n", "3:13", "adds nothing");
    refused("[credentials.a]\nbearer = \"x\"\nmay = \"*\"\n", "3:7", "sequence");
    refused("[credentials.a]\nbaerer = \"x\"\nmay = []\n", "2:1", "unknown field `baerer`");
    refused("[inputs]\na = nan\n", "2:5", "not a finite number");
}

#[test]
fn a_message_never_quotes_a_token() {
    let problems = read("[credentials.a]\nbearer = 123456789\nmay = []\n").expect_err("no text");
    let shown = problems[0].to_string();
    assert!(shown.contains("expected a string") && !shown.contains("123456789"), "{shown}");
}

#[test]
fn every_problem_is_told_at_once() {
    let problems = read("[credentials.a]\nmay = []\n[credentials.b]\nbearer = \"x\"\n");
    assert_eq!(problems.expect_err("two problems").len(), 2);
}

#[test]
fn a_slip_of_the_finger_is_recognised() {
    assert_eq!(closest("listThing", &["getThing", "listThings"]), Some("listThings"));
    assert_eq!(closest("remove", &["getThing", "listThings"]), None);
}
