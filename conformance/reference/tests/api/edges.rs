//! The edges that a thorough suite meets, and every constraint from both sides.

use crate::support::{
    ADMIN, Answer, EDITOR, NO_ID, ORG, OTHER_ORG, Service, VIEWER, list_path, new, path, text,
};
use http::Method;
use serde_json::{Value, json};

async fn post_raw(service: &Service, content_type: Option<&str>, body: &[u8]) -> Answer {
    let call = service.request(Method::POST, list_path(ORG)).token(EDITOR).body(body);
    match content_type {
        Some(content_type) => call.header("content-type", content_type).send().await,
        None => call.send().await,
    }
}

/// `new` with other members.
fn with(name: &str, members: &Value) -> Value {
    let mut body = new(name);
    for (member, value) in members.as_object().expect("an object") {
        body[member] = value.clone();
    }
    body
}

#[tokio::test]
async fn what_the_contract_does_not_name_is_ignored() {
    let service = Service::start().await;
    let body = with("name", &json!({ "workspace_id": 7, "": null, "x": { "y": [1e300, -0.0] } }));
    let answer = service.post(EDITOR, list_path(ORG) + "?x=1&x=2&=&y", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let workspace = answer.json();
    assert!(workspace.get("x").is_none());
    let at = path(ORG, text(&workspace["workspace_id"]));
    let body = json!({ "created_at": 1, "organization_id": 2, "region": 3 });
    assert_eq!(service.put(EDITOR, at.clone() + "?deleted=2", &body).await.status, 200);
    assert_eq!(
        service.get(EDITOR, list_path(ORG) + "?limit=1&limits=x&deleted=2").await.status,
        200
    );
    assert_eq!(service.delete(EDITOR, at + "?a=b").await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let service = Service::start().await;
    let at = path(ORG, &service.create_id("name").await);
    let valid = new("valid").to_string();
    let surrogate = valid.replace("valid", "\\ud800");
    let bodies: [&[u8]; 17] = [
        b"",
        b" ",
        b"{",
        b"}",
        b"[]",
        b"null",
        b"true",
        b"1",
        b"\"x\"",
        b"{\"name\":\"x\",}",
        b"{'name':'x'}",
        b"{name:1}",
        b"\xff",
        b"{\"name\":\"\xff\"}",
        b"\xef\xbb\xbf{",
        surrogate.as_bytes(),
        b"{}{}",
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(body);
        let answer = post_raw(&service, Some("application/json"), body).await;
        assert_eq!(answer.status, 422, "{shown}: {answer:?}");
        let call = service.request(Method::PUT, &at).token(EDITOR).body(body);
        let answer = call.header("content-type", "application/json").send().await;
        assert_eq!(answer.status, 422, "{shown}: {answer:?}");
    }
    assert_eq!(service.get(EDITOR, list_path(ORG)).await.json()["total"], 1);
}

#[tokio::test]
async fn a_body_of_another_content_type_is_refused() {
    let service = Service::start().await;
    let body = new("name").to_string();
    let refused = [
        None,
        Some("text/plain"),
        Some("application/problem+json"),
        Some("application/merge-patch+json"),
        Some("application/x-www-form-urlencoded"),
        Some("application/jsonx"),
        Some("text/json"),
        Some("*/*"),
    ];
    for content_type in refused {
        let answer = post_raw(&service, content_type, body.as_bytes()).await;
        assert_eq!(answer.assert_invalid(), "body", "{content_type:?}");
    }
    let taken = [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=latin1; profile=\"x;y\"",
    ];
    for (number, content_type) in taken.into_iter().enumerate() {
        let body = new(&number.to_string()).to_string();
        let answer = post_raw(&service, Some(content_type), body.as_bytes()).await;
        assert_eq!(answer.status, 201, "{content_type}: {answer:?}");
    }
}

#[tokio::test]
async fn a_large_body_is_no_failure_of_the_server() {
    let service = Service::start().await;
    let body = with("name", &json!({ "x": "y".repeat(2 << 20) })).to_string();
    let answer = post_raw(&service, Some("application/json"), body.as_bytes()).await;
    assert!([201, 422].contains(&answer.status), "{}", answer.status);
}

#[tokio::test]
async fn limit_is_an_integer_from_1_to_200_given_once() {
    let service = Service::start().await;
    for limit in ["1", "50", "200"] {
        assert_eq!(service.get(VIEWER, list_path(ORG) + "?limit=" + limit).await.status, 200);
    }
    let refused = [
        "0",
        "201",
        "-1",
        "1.0",
        "",
        "x",
        "1x",
        "0x1",
        "1e1",
        "%201",
        "1%20",
        "true",
        "null",
        "١",
        "2147483648",
        "9223372036854775808",
        "99999999999999999999999999",
        "1&limit=1",
        "1&limit=",
        "%ff",
        "%00",
    ];
    for limit in refused {
        let answer = service.get(VIEWER, list_path(ORG) + "?limit=" + &encode(limit)).await;
        assert_eq!(answer.assert_invalid(), "query.limit", "{limit}");
    }
    assert_eq!(service.get(VIEWER, list_path(ORG) + "?limit").await.status, 422);
}

/// What can't stand in a request target as it is.
fn encode(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

#[tokio::test]
async fn a_cursor_has_1_to_512_characters_and_is_given_once() {
    let service = Service::start().await;
    for cursor in ["", &"x".repeat(513), "x&cursor=x", "%ff", "%zz"] {
        let answer = service.get(VIEWER, list_path(ORG) + "?cursor=" + cursor).await;
        assert_eq!(answer.assert_invalid(), "query.cursor", "{cursor}");
    }
}

#[tokio::test]
async fn ids_are_of_their_alphabet_and_length() {
    let service = Service::start().await;
    let long = "x".repeat(65);
    let refused =
        ["%ff", "%zz", "%", "a.b", "a%20b", "%C3%A9", "%00", "a:b", "~", "a%2Fb", "a+b", &long];
    for id in refused {
        let answer = service.get(ADMIN, path(ORG, id)).await;
        assert_eq!(answer.assert_invalid(), "path.workspace_id", "{id}");
        let answer = service.get(ADMIN, path(id, NO_ID)).await;
        assert_eq!(answer.assert_invalid(), "path.org_id", "{id}");
        let answer = service.get(ADMIN, list_path(id)).await;
        assert_eq!(answer.assert_invalid(), "path.org_id", "{id}");
    }
    // Percent-encoding that isn't needed means the same (RFC 3986, section 6.2.2.2).
    let spelled = service.get(ADMIN, list_path(&ORG.replacen('1', "%31", 1))).await;
    assert_eq!(spelled.status, 200);
}

#[tokio::test]
async fn the_scheme_of_the_token_is_bearer_in_any_letter_case() {
    let service = Service::start().await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let call = service.request(Method::GET, list_path(ORG));
        let call = call.header("authorization", &format!("{scheme} {ADMIN}"));
        assert_eq!(call.send().await.status, 200, "{scheme}");
    }
    let refused = [
        "",
        "Bearer",
        "Bearer ",
        "admin-token",
        "Basic YWRtaW4tdG9rZW46",
        "Token admin-token",
        "Bearer admin-token x",
        "Beareradmin-token",
        "Bearer Admin-Token",
        "Bearer \"admin-token\"",
    ];
    for value in refused {
        let call = service.request(Method::GET, list_path(ORG)).header("authorization", value);
        let answer = call.send().await;
        answer.assert_error(401, "AUTHENTICATION_FAILED");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{value}");
    }
    let call = service.request(Method::GET, list_path(ORG) + "?access_token=admin-token");
    assert_eq!(call.send().await.status, 401);
}

#[tokio::test]
async fn lengths_count_code_points() {
    let service = Service::start().await;
    for unit in ["x", "é", "🗺", "\u{301}", "\u{0}"] {
        let accepted = [
            json!({ "name": unit }),
            json!({ "name": unit.repeat(60) }),
            json!({ "name": format!("d{unit}"), "description": unit.repeat(2000) }),
            json!({ "name": format!("t{unit}"), "tags": [unit, unit.repeat(100)] }),
            json!({ "name": format!("p{unit}"), "subscription_plan_id": unit.repeat(3000) }),
        ];
        for members in accepted {
            let answer = service.post(EDITOR, list_path(ORG), &with("", &members)).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            for (member, value) in members.as_object().expect("an object") {
                assert_eq!(answer.json()[member], *value);
            }
        }
        let refused = [
            (json!({ "name": unit.repeat(61) }), "body.name"),
            (json!({ "description": unit.repeat(2001) }), "body.description"),
            (json!({ "tags": ["x", unit.repeat(101)] }), "body.tags.1"),
        ];
        check_refused(&service, &refused).await;
    }
}

/// Each is refused on creation, and on an update too where that has the member.
async fn check_refused(service: &Service, cases: &[(Value, &str)]) {
    let name = uuid::Uuid::new_v4().to_string();
    let at = path(ORG, &service.create_id(&name).await);
    let before = service.get(EDITOR, &at).await.json();
    for (members, location) in cases {
        let answer = service.post(EDITOR, list_path(ORG), &with("fresh", members)).await;
        assert_eq!(answer.assert_invalid(), *location, "{members}");
        if !["body.region", "body.organization_id"].contains(location) {
            let answer = service.put(EDITOR, &at, members).await;
            assert_eq!(answer.assert_invalid(), *location, "{members}");
        }
    }
    assert_eq!(service.get(EDITOR, &at).await.json(), before, "nothing was changed");
}

#[tokio::test]
async fn members_are_of_their_types_and_bounds() {
    let service = Service::start().await;
    let many = |count| Value::from(vec!["x"; count]);
    let answer =
        service.post(EDITOR, list_path(ORG), &with("20", &json!({ "tags": many(20) }))).await;
    assert_eq!(answer.status, 201);
    let refused = [
        (json!({ "name": "" }), "body.name"),
        (json!({ "name": null }), "body.name"),
        (json!({ "name": 1 }), "body.name"),
        (json!({ "name": ["x"] }), "body.name"),
        (json!({ "description": 1 }), "body.description"),
        (json!({ "description": {} }), "body.description"),
        (json!({ "subscription_plan_id": true }), "body.subscription_plan_id"),
        (json!({ "tags": null }), "body.tags"),
        (json!({ "tags": "x" }), "body.tags"),
        (json!({ "tags": {} }), "body.tags"),
        (json!({ "tags": many(21) }), "body.tags"),
        (json!({ "tags": [""] }), "body.tags.0"),
        (json!({ "tags": ["x", 1] }), "body.tags.1"),
        (json!({ "tags": ["x", null] }), "body.tags.1"),
        (json!({ "region": null }), "body.region"),
        (json!({ "region": "" }), "body.region"),
        (json!({ "region": "US-EAST-1" }), "body.region"),
        (json!({ "region": "eu-central-1" }), "body.region"),
        (json!({ "region": 1 }), "body.region"),
        (json!({ "organization_id": null }), "body.organization_id"),
        (json!({ "organization_id": 1 }), "body.organization_id"),
        (json!({ "organization_id": "" }), "body.organization_id"),
        (json!({ "organization_id": "a.b" }), "body.organization_id"),
        (json!({ "organization_id": OTHER_ORG }), "body.organization_id"),
        (json!({ "organization_id": ORG.replace('-', "") }), "body.organization_id"),
    ];
    check_refused(&service, &refused).await;
    for wrong in [json!(null), json!("true"), json!(1), json!([])] {
        let at = path(ORG, &service.create_id(&format!("for {wrong}")).await);
        let answer = service.put(EDITOR, at, &json!({ "is_active": wrong })).await;
        assert_eq!(answer.assert_invalid(), "body.is_active", "{wrong}");
    }
}

#[tokio::test]
async fn required_members_are_required() {
    let service = Service::start().await;
    let answer = service.post(EDITOR, list_path(ORG), &json!({ "name": "name" })).await;
    assert_eq!(answer.assert_invalid(), "body.organization_id");
    let answer = service.post(EDITOR, list_path(ORG), &json!({ "organization_id": ORG })).await;
    assert_eq!(answer.assert_invalid(), "body.name");
    let answer = service.post(EDITOR, list_path(ORG), &json!({})).await;
    assert_eq!(answer.json()["detail"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn every_region_is_taken() {
    let service = Service::start().await;
    for region in ["us-east-1", "us-west-2", "eu-west-1"] {
        let body = with(region, &json!({ "region": region }));
        let answer = service.post(EDITOR, list_path(ORG), &body).await;
        assert_eq!((answer.status, &answer.json()["region"]), (201, &json!(region)));
    }
}

#[tokio::test]
async fn a_request_id_comes_back_with_every_answer() {
    let service = Service::start().await;
    for (at, status) in [(list_path(ORG), 200), (list_path("a.b"), 422), ("/nowhere".into(), 404)] {
        let call = service.request(Method::GET, at).token(ADMIN);
        let answer = call.header("x-request-id", "trace-1").send().await;
        assert_eq!((answer.status, answer.header("x-request-id")), (status, "trace-1"));
    }
    let answer = service.request(Method::GET, list_path(ORG)).send().await;
    assert!(uuid::Uuid::try_parse(answer.header("x-request-id")).is_ok());
}
