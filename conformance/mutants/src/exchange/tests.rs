use super::*;
use crate::workspace::{Caller, Operation};

fn asked(method: &str, target: &str) -> Asked {
    let (path, query) =
        target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    Asked {
        method: method.parse().unwrap(),
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers: HeaderMap::new(),
        body: Vec::new(),
        delay: Duration::ZERO,
    }
}

fn answered(body: &str) -> Answered {
    Answered {
        status: 200,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
        delivery: Delivery::Whole,
    }
}

#[test]
fn operations_are_told_by_method_and_path() {
    let check = |method, path, expected| assert_eq!(asked(method, path).operation(), expected);
    check("GET", "/v1/orgs/o/workspaces", Some(Operation::List));
    check("GET", "/v1/orgs/o/workspaces?limit=1", Some(Operation::List));
    check("POST", "/v1/orgs/o/workspaces", Some(Operation::Create));
    check("GET", "/v1/orgs/o/workspaces/w", Some(Operation::Get));
    check("PUT", "/v1/orgs/o/workspaces/w", Some(Operation::Update));
    check("DELETE", "/v1/orgs/o/workspaces/w", Some(Operation::Delete));
    check("GET", "/workspace/admin/orgs/o/workspaces/w", Some(Operation::AdminGet));
    check("POST", "/workspace/admin/orgs/o/workspaces/w", None);
    check("GET", "/v1/orgs/o", None);
}

#[test]
fn ids_are_those_of_the_path() {
    let mut get = asked("GET", "/v1/orgs/o/workspaces/w");
    assert_eq!((get.org(), get.workspace()), ("o", Some("w")));
    get.set_workspace("x");
    assert_eq!(get.path, "/v1/orgs/o/workspaces/x");
    assert_eq!(asked("GET", "/v1/orgs/o/workspaces").workspace(), None);
}

#[test]
fn parameters_are_decoded_and_edited_one_by_one() {
    let mut list = asked("GET", "/v1/orgs/o/workspaces?limit=1&cursor=a%3Db&limit=2");
    assert_eq!(list.parameters("limit"), ["1", "2"]);
    assert_eq!(list.parameter("limit"), None, "given twice");
    assert_eq!(list.parameter("cursor").as_deref(), Some("a=b"));
    list.drop_parameter("limit");
    assert_eq!(list.query.as_deref(), Some("cursor=a%3Db"));
    list.set_parameter("limit", "3");
    assert_eq!(list.query.as_deref(), Some("cursor=a%3Db&limit=3"));
    list.drop_parameter("cursor");
    list.drop_parameter("limit");
    assert_eq!(list.query, None);
}

#[test]
fn callers_are_told_by_their_tokens() {
    let mut get = asked("GET", "/v1/orgs/o/workspaces/w");
    assert_eq!(get.caller(), None);
    get.set_header("authorization", "BEARER viewer-token");
    assert_eq!(get.caller(), Some(Caller::Viewer));
    get.become_caller(Caller::Admin);
    assert_eq!(get.caller(), Some(Caller::Admin));
    get.set_header("authorization", "Basic admin-token");
    assert_eq!(get.caller(), None);
}

#[test]
fn an_edit_that_changes_nothing_leaves_every_byte() {
    let text = r#"{ "name" :"a" }"#;
    let mut put = asked("PUT", "/v1/orgs/o/workspaces/w");
    put.body = text.as_bytes().to_vec();
    put.edit(|body| {
        body.shift_remove("absent");
    });
    assert_eq!(put.body, text.as_bytes());
    put.set_member("name", "b");
    assert_eq!(put.body, br#"{"name":"b"}"#);

    let mut answer = answered(text);
    answer.replace("/absent", 1);
    assert_eq!(answer.body, text.as_bytes());
    answer.set_member("name", 1);
    assert_eq!(answer.body, br#"{"name":1}"#);
}

#[test]
fn workspaces_are_found_alone_and_on_pages() {
    let mark = |answer: &mut Answered| {
        answer.edit_workspaces(|workspace| {
            workspace.insert("seen".to_owned(), true.into());
        });
        String::from_utf8(answer.body.clone()).unwrap()
    };
    let alone = mark(&mut answered(r#"{"workspace_id":"w"}"#));
    assert_eq!(alone, r#"{"workspace_id":"w","seen":true}"#);
    let page = mark(&mut answered(r#"{"workspaces":[{"workspace_id":"w"}]}"#));
    assert_eq!(page, r#"{"workspaces":[{"workspace_id":"w","seen":true}]}"#);
    let mut failed = answered(r#"{"workspace_id":"w"}"#);
    failed.status = 404;
    assert_eq!(mark(&mut failed), r#"{"workspace_id":"w"}"#);
}

#[test]
fn a_route_has_stars_for_single_segments() {
    let get = asked("GET", "/items/7/photos?x=1");
    assert!(get.at("GET /items/*/photos"));
    for other in ["POST /items/*/photos", "GET /items/*", "GET /items/*/*/*", "GET", ""] {
        assert!(!get.at(other), "{other}");
    }
    assert!(!asked("GET", "/items/").at("GET /items/*"));
}
