//! The order of checks: where a request is wrong in two ways, the earlier check decides.

use crate::support::{
    ADMIN, Answer, Call, EDITOR, NO_ID, NO_ORG, ORG, OTHER_ORG, OUTSIDER, Service, VIEWER,
    admin_path, list_path, new, path, text,
};
use http::Method;
use serde_json::json;

const FAULT: (&str, &str) = ("prefer", "code=500");

/// A request to each operation under `/v1`, with a body that would do.
fn each_operation(service: &Service, org: &str, id: &str) -> [Call; 5] {
    [
        service.request(Method::GET, list_path(org)),
        service.request(Method::POST, list_path(org)).json(&new("some name")),
        service.request(Method::GET, path(org, id)),
        service.request(Method::PUT, path(org, id)).json(&json!({})),
        service.request(Method::DELETE, path(org, id)),
    ]
}

async fn send_malformed(service: &Service, token: &str, method: Method, path: String) -> Answer {
    let call = service.request(method, path).token(token);
    call.header("content-type", "application/json").body("{").send().await
}

#[tokio::test]
async fn a_path_that_there_is_not_is_a_404_whoever_asks() {
    let service = Service::with_faults().await;
    let segments = ["/", "/v1", "/v1/orgs", "/v1/orgs//workspaces", "/v2/orgs/x/workspaces"];
    let slashes = [list_path(ORG) + "/", path(ORG, NO_ID) + "/", admin_path(ORG, NO_ID) + "/"];
    for at in segments.map(str::to_owned).into_iter().chain(slashes) {
        for token in ["nobody", ADMIN] {
            let call = service.request(Method::GET, &at).token(token);
            assert_eq!(call.header(FAULT.0, FAULT.1).send().await.status, 404, "{at}");
        }
    }
}

#[tokio::test]
async fn the_token_comes_before_all_the_rest() {
    let service = Service::with_faults().await;
    for (org, id) in [(ORG, NO_ID), (NO_ORG, NO_ID), ("a.b", "a.b")] {
        for call in each_operation(&service, org, id) {
            let answer = call.header(FAULT.0, FAULT.1).send().await;
            answer.assert_error(401, "AUTHENTICATION_FAILED");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        for call in each_operation(&service, org, id) {
            let answer = call.token("nobody").body("{").send().await;
            answer.assert_error(401, "AUTHENTICATION_FAILED");
        }
        for method in [Method::POST, Method::PUT] {
            let at = if method == Method::POST { list_path(org) } else { path(org, id) };
            let answer = send_malformed(&service, "nobody", method, at + "?limit=0").await;
            answer.assert_error(401, "AUTHENTICATION_FAILED");
        }
    }
}

#[tokio::test]
async fn a_fault_asked_for_comes_right_after_the_token() {
    let service = Service::with_faults().await;
    for (token, org, id) in
        [(ADMIN, ORG, NO_ID), (ADMIN, "a.b", "a.b"), (VIEWER, NO_ORG, NO_ID), (OUTSIDER, ORG, "x")]
    {
        for call in each_operation(&service, org, id) {
            let answer = call.token(token).header(FAULT.0, FAULT.1).send().await;
            answer.assert_error(500, "INTERNAL_SERVER_ERROR");
        }
    }
    let count = service.get(ADMIN, list_path(ORG)).await.json()["total"].clone();
    assert_eq!(count, 0, "nothing was created");
}

#[tokio::test]
async fn a_fault_is_given_only_where_the_service_was_started_so_and_asked_exactly() {
    let without = Service::start().await;
    let call = without.request(Method::GET, list_path(ORG)).token(ADMIN);
    assert_eq!(call.header(FAULT.0, FAULT.1).send().await.status, 200);

    let with = Service::with_faults().await;
    for other in ["code=501", "code=5000", "return=minimal", "example=x"] {
        let call = with.request(Method::GET, list_path(ORG)).token(ADMIN);
        assert_eq!(call.header(FAULT.0, other).send().await.status, 200, "{other}");
    }
}

#[tokio::test]
async fn the_admin_path_gives_no_faults() {
    let service = Service::with_faults().await;
    let at = admin_path(ORG, &service.create_id("name").await);
    for (at, status) in [(at, 200), (admin_path(ORG, "x"), 422), (admin_path(NO_ORG, NO_ID), 404)] {
        let call = service.request(Method::GET, at).token(ADMIN).header(FAULT.0, FAULT.1);
        assert_eq!(call.send().await.status, status);
    }
}

#[tokio::test]
async fn path_and_query_come_before_the_org_and_the_rights() {
    let service = Service::start().await;
    for (token, org) in [(ADMIN, NO_ORG), (OUTSIDER, ORG), (VIEWER, OTHER_ORG)] {
        let answer = service.get(token, list_path(org) + "?limit=0").await;
        assert_eq!(answer.assert_invalid(), "query.limit");
        let too_long = "x".repeat(513);
        let answer = service.get(token, list_path(org) + "?cursor=" + &too_long).await;
        assert_eq!(answer.assert_invalid(), "query.cursor");
        for call in &mut each_operation(&service, org, "a.b").into_iter().skip(2) {
            assert_eq!(call.token(token).send().await.assert_invalid(), "path.workspace_id");
        }
        service.get(token, admin_path(org, "x")).await.assert_problem(422);
        let answer = service.get(token, admin_path(org, NO_ID) + "?deleted=2").await;
        answer.assert_problem(422);
    }
}

#[tokio::test]
async fn the_org_comes_before_the_rights() {
    let service = Service::start().await;
    for token in [ADMIN, EDITOR, VIEWER, OUTSIDER] {
        for call in each_operation(&service, NO_ORG, NO_ID) {
            let details = call.token(token).send().await.assert_error(404, "RESOURCE_NOT_FOUND");
            let expected = json!({ "resource_type": "organization", "resource_id": NO_ORG });
            assert_eq!(details, expected);
        }
        service.get(token, admin_path(NO_ORG, NO_ID)).await.assert_problem(404);
    }
    // Letter case matters under /v1, also where the id is a UUID.
    let upper = "AAAAAAAA-1111-4111-8111-111111111111";
    for org in [upper, "x", &"x".repeat(64)] {
        service.get(ADMIN, list_path(org)).await.assert_error(404, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_rights_come_before_the_body_the_cursor_and_the_workspace() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    for token in [VIEWER, OUTSIDER] {
        for body in [new("name"), json!({}), json!([])] {
            let answer = service.post(token, list_path(ORG), &body).await;
            let details = answer.assert_error(403, "FORBIDDEN");
            assert_eq!(details, json!({ "required_permission": "workspace:create" }));
        }
        for id in [&*id, NO_ID, "x"] {
            let answer = service.put(token, path(ORG, id), &json!({ "name": "" })).await;
            answer.assert_error(403, "FORBIDDEN");
            service.delete(token, path(ORG, id)).await.assert_error(403, "FORBIDDEN");
        }
        let answer = send_malformed(&service, token, Method::POST, list_path(ORG)).await;
        answer.assert_error(403, "FORBIDDEN");
        let call = service.request(Method::POST, list_path(ORG)).token(token);
        call.header("content-type", "text/plain").send().await.assert_error(403, "FORBIDDEN");
    }
    let answer = service.get(OUTSIDER, list_path(ORG) + "?cursor=never-issued").await;
    answer.assert_error(403, "FORBIDDEN");
    service.get(OUTSIDER, path(ORG, NO_ID)).await.assert_error(403, "FORBIDDEN");
    assert_eq!(service.get(VIEWER, list_path(ORG)).await.json()["total"], 1);
}

#[tokio::test]
async fn the_body_comes_before_the_workspace() {
    let service = Service::start().await;
    let answer = service.put(EDITOR, path(ORG, NO_ID), &json!({ "name": "" })).await;
    assert_eq!(answer.assert_invalid(), "body.name");
    let answer = send_malformed(&service, EDITOR, Method::PUT, path(ORG, NO_ID)).await;
    assert_eq!(answer.assert_invalid(), "body");
}

#[tokio::test]
async fn the_workspace_comes_before_the_name() {
    let service = Service::start().await;
    service.create("taken").await;
    let deleted = service.create_id("deleted").await;
    service.delete(EDITOR, path(ORG, &deleted)).await;
    for id in [NO_ID, &deleted] {
        let answer = service.put(EDITOR, path(ORG, id), &json!({ "name": "taken" })).await;
        answer.assert_error(404, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn each_role_may_what_the_contract_says() {
    let service = Service::start().await;
    for (token, number, expected) in [
        (ADMIN, 1, [200, 201, 200, 200, 200, 410]),
        (EDITOR, 2, [200, 201, 200, 200, 200, 403]),
        (VIEWER, 3, [200, 403, 200, 403, 403, 403]),
        (OUTSIDER, 4, [403, 403, 403, 403, 403, 403]),
    ] {
        let id = service.create_id(&format!("for {number}")).await;
        let mut statuses = Vec::new();
        for call in each_operation(&service, ORG, &id) {
            statuses.push(call.token(token).send().await.status);
        }
        if expected[4] == 403 {
            service.delete(ADMIN, path(ORG, &id)).await;
        }
        statuses.push(service.get(token, admin_path(ORG, &id)).await.status);
        assert_eq!(statuses, expected, "{token}");
        // The next role creates a workspace of that name, too.
        let list = service.get(ADMIN, list_path(ORG)).await.json();
        for workspace in list["workspaces"].as_array().expect("workspaces") {
            service.delete(ADMIN, path(ORG, text(&workspace["workspace_id"]))).await;
        }
    }
}
