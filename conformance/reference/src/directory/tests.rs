use super::*;
use crate::access::{Caller, Role};

const ORG: &str = "11111111-1111-4111-8111-111111111111";
const USER: &str = "aaaaaaaa-0000-4000-8000-000000000001";

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

#[track_caller]
fn check_problems(text: &str, expected: &[&str]) {
    let error = Directory::parse(text).expect_err("it is wrong");
    let problems: Vec<String> = error.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
}

#[test]
fn the_demo_directory_has_the_orgs_users_and_tokens_that_its_users_know() {
    let demo = Directory::demo();
    let orgs = [ORG, "22222222-2222-4222-8222-222222222222"].map(id);
    assert_eq!(demo.orgs.ids(), orgs);
    let expected = [
        ("admin-token", 1, orgs[0], Role::Admin),
        ("editor-token", 2, orgs[0], Role::Editor),
        ("viewer-token", 3, orgs[0], Role::Viewer),
        ("outsider-token", 4, orgs[1], Role::Admin),
    ];
    for (token, number, org, role) in expected {
        let user = id(&format!("aaaaaaaa-0000-4000-8000-00000000000{number}"));
        assert_eq!(demo.tokens.get(token), Some(Caller { user, org, role }));
        assert!(demo.users[&user].name.is_some());
        assert!(demo.users[&user].email.is_some());
    }
    assert_eq!(demo.users.len(), 4);
}

#[test]
fn only_the_very_token_is_known() {
    let tokens = Directory::demo().tokens;
    for token in ["", "admin", "Admin-token", "admin-token ", "admin-token\0"] {
        assert_eq!(tokens.get(token), None, "{token:?}");
    }
}

#[test]
fn a_name_and_an_email_may_be_unknown() {
    let directory = Directory::parse(&format!("[[users]]\nid = \"{USER}\"\n")).unwrap();
    let unknown = User { id: id(USER), name: None, email: None };
    assert_eq!(directory.users[&id(USER)], unknown);
}

#[test]
fn an_organization_is_found_by_its_exact_spelling() {
    let upper = "ABCDEF00-1111-4111-8111-111111111111";
    let orgs = Directory::parse(&format!("[[orgs]]\nid = \"{upper}\"\n")).unwrap().orgs;
    assert_eq!(orgs.spelled(upper), Some(id(upper)));
    assert_eq!(orgs.spelled(&upper.to_lowercase()), None);
    assert!(orgs.contains(id(upper)));
}

#[test]
fn a_syntax_error_has_its_place() {
    let text = "[[orgs]]\nid = \n";
    let error = Directory::parse(text).expect_err("it is wrong");
    assert_eq!((error.problems[0].line, error.problems[0].column), (2, 6), "{error}");
}

#[test]
fn a_wrong_role_is_refused_with_the_right_ones() {
    let text = format!(
        "[[tokens]]\nsha256 = \"{}\"\nuser = \"{USER}\"\norg = \"{ORG}\"\nrole = \"owner\"\n",
        "0".repeat(64)
    );
    check_problems(
        &text,
        &["5:8: unknown variant `owner`, expected one of `admin`, `editor`, `viewer`"],
    );
}

#[test]
fn a_token_in_plain_text_is_refused() {
    let error = Directory::parse("[[tokens]]\ntoken = \"secret\"\n").expect_err("it is wrong");
    assert_eq!((error.problems[0].line, error.problems[0].column), (2, 1), "{error}");
    assert!(error.to_string().contains("unknown field `token`"), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = format!(
        r#"orgs = [{{ id = "{ORG}" }}, {{ id = "11111111111141118111111111111111" }}, {{ id = "{ORG}" }}]

[[users]]
id = "é"

[[tokens]]
sha256 = "00"
user = "{USER}"
org = "22222222-2222-4222-8222-222222222222"
role = "viewer"
"#
    );
    check_problems(
        &text,
        &[
            "1:65: \"11111111111141118111111111111111\" is no hyphenated UUID",
            "1:110: organization 11111111-1111-4111-8111-111111111111 is listed twice",
            "4:6: \"é\" is no hyphenated UUID",
            "7:10: expected the SHA-256 of a token as 64 hexadecimal digits",
            "8:8: there is no user aaaaaaaa-0000-4000-8000-000000000001 in this directory",
            "9:7: there is no organization 22222222-2222-4222-8222-222222222222 in this directory",
        ],
    );
}

#[test]
fn a_token_listed_twice_is_refused_in_any_letter_case() {
    let hash = "ab".repeat(32);
    let token = |hash: &str| {
        format!(
            "[[tokens]]\nsha256 = \"{hash}\"\nuser = \"{USER}\"\norg = \"{ORG}\"\nrole = \"viewer\"\n"
        )
    };
    let text = format!(
        "[[orgs]]\nid = \"{ORG}\"\n[[users]]\nid = \"{USER}\"\n{}{}",
        token(&hash),
        token(&hash.to_uppercase())
    );
    check_problems(&text, &["11:10: this token is listed twice"]);
}
