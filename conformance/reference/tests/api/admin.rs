//! What administrators see of the workspaces of their organization.

use crate::support::{
    ADMIN, EDITOR, NO_ID, NO_ORG, ORG, OTHER_ORG, OUTSIDER, PUBLIC_URL, Service, VIEWER,
    admin_path, list_path, moment, path, text,
};
use http::Method;
use serde_json::{Value, json};

fn user(number: u8, name: &str, email: &str) -> Value {
    let id = format!("aaaaaaaa-0000-4000-8000-00000000000{number}");
    json!({ "id": id, "name": name, "email": email })
}

#[tokio::test]
async fn both_views_show_one_workspace() {
    let service = Service::start().await;
    let body = json!({
        "organization_id": ORG, "name": "name", "description": "text", "tags": ["b", "a"]
    });
    let created = service.post(EDITOR, list_path(ORG), &body).await.json();
    let id = text(&created["workspace_id"]);
    let updated = service.put(ADMIN, path(ORG, id), &json!({})).await.json();
    let answer = service.get(ADMIN, admin_path(ORG, id)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let expected = json!({
        "id": id,
        "name": "name",
        "description": "text",
        "labels": ["b", "a"],
        "current_user_role": null,
        "bounding_box": null,
        "default_coordinate_system": "",
        "ml_enabled": false,
        "self_link": format!("{PUBLIC_URL}{}", admin_path(ORG, id)),
        "created_at": created["created_at"],
        "created_by": user(2, "Edgar Editor", "edgar@example.com"),
        "updated_at": updated["updated_at"],
        "updated_by": user(1, "Ada Admin", "ada@example.com"),
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn the_creator_is_its_owner_and_no_description_is_an_empty_one() {
    let service = Service::start().await;
    let body = json!({ "organization_id": ORG, "name": "name" });
    let created = service.post(ADMIN, list_path(ORG), &body).await.json();
    let id = text(&created["workspace_id"]);
    let admin = service.get(ADMIN, admin_path(ORG, id)).await.json();
    assert_eq!((&admin["current_user_role"], &admin["description"]), (&json!("owner"), &json!("")));
}

#[tokio::test]
async fn ids_are_taken_in_any_letter_case() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let expected = service.get(ADMIN, admin_path(ORG, &id)).await.json();
    let answer = service.get(ADMIN, admin_path(&ORG.to_uppercase(), &id.to_uppercase())).await;
    assert_eq!((answer.status, answer.json()), (200, expected));
}

#[tokio::test]
async fn a_deleted_workspace_is_gone_unless_asked_for() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let at = admin_path(ORG, &id);
    service.get(ADMIN, at.clone() + "?deleted=true").await.assert_problem(404);
    let before = service.get(ADMIN, at.clone() + "?deleted=false").await.json();
    service.delete(ADMIN, path(ORG, &id)).await;

    service.get(ADMIN, &at).await.assert_problem(410);
    service.get(ADMIN, at.clone() + "?deleted=False").await.assert_problem(410);
    for spelling in ["true", "True", "TRUE", "tRuE"] {
        let answer = service.get(ADMIN, format!("{at}?deleted={spelling}")).await;
        let mut expected = before.clone();
        let after = answer.json();
        assert!(moment(&after["updated_at"]) > moment(&before["updated_at"]));
        expected["updated_at"] = after["updated_at"].clone();
        expected["updated_by"] = user(1, "Ada Admin", "ada@example.com");
        assert_eq!((answer.status, after), (200, expected), "{spelling}");
    }
}

#[tokio::test]
async fn anything_else_than_a_boolean_is_refused() {
    let service = Service::start().await;
    let at = admin_path(ORG, &service.create_id("name").await);
    for value in ["", "1", "0", "yes", "tru", "true%20", "null", "true&deleted=true"] {
        let problem = service.get(ADMIN, format!("{at}?deleted={value}")).await.assert_problem(422);
        assert_eq!(problem["invalid-params"][0]["name"], "deleted", "{value:?}");
    }
}

#[tokio::test]
async fn ids_that_are_no_hyphenated_uuids_are_refused() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let bare = id.replace('-', "");
    let braced = format!("%7B{id}%7D");
    let urn = format!("urn:uuid:{id}");
    let long = format!("{id}0");
    for wrong in [&*bare, &braced, &urn, &long, &id[1..], "x", "%ff", "%zz", "%00", "%20", "-"] {
        let problem = service.get(ADMIN, admin_path(ORG, wrong)).await.assert_problem(422);
        assert_eq!(problem["invalid-params"][0]["name"], "workspace_id", "{wrong}");
        let problem = service.get(ADMIN, admin_path(wrong, &id)).await.assert_problem(422);
        assert_eq!(problem["invalid-params"][0]["name"], "org_id", "{wrong}");
    }
}

#[tokio::test]
async fn only_an_administrator_of_that_organization_may_look() {
    let service = Service::start().await;
    let at = admin_path(ORG, &service.create_id("name").await);
    for token in [EDITOR, VIEWER, OUTSIDER] {
        service.get(token, &at).await.assert_problem(403);
        service.get(token, admin_path(ORG, NO_ID)).await.assert_problem(403);
    }
    service.get(ADMIN, admin_path(OTHER_ORG, NO_ID)).await.assert_problem(403);
    service.get(ADMIN, admin_path(ORG, NO_ID)).await.assert_problem(404);
    service.get(VIEWER, admin_path(NO_ORG, NO_ID)).await.assert_problem(404);
}

#[tokio::test]
async fn without_a_valid_token_nobody_may() {
    let service = Service::start().await;
    let at = admin_path(ORG, NO_ID);
    let answer = service.request(Method::GET, &at).send().await;
    answer.assert_problem(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let answer = service.get("nobody", &at).await;
    answer.assert_problem(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
}

#[tokio::test]
async fn other_methods_are_refused_whoever_asks() {
    let service = Service::start().await;
    let at = admin_path(ORG, NO_ID);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for token in [None, Some("nobody"), Some(OUTSIDER), Some(ADMIN)] {
            for path in [&at, &admin_path("x", "y")] {
                let call = service.request(method.clone(), path);
                let call = if let Some(token) = token { call.token(token) } else { call };
                let answer = call.send().await;
                answer.assert_problem(405);
                assert!(answer.header("allow").split(", ").any(|allowed| allowed == "GET"));
            }
        }
    }
}
