//! What the members of an organization do with its workspaces, under `/v1`.

use std::collections::BTreeSet;

use crate::support::{
    ADMIN, EDITOR, NO_ID, ORG, OTHER_ORG, OUTSIDER, Service, VIEWER, admin_path, list_path, moment,
    names, new, path, text,
};
use http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_workspace_has_the_defaults_of_the_contract() {
    let service = Service::start().await;
    let answer = service.post(EDITOR, list_path(ORG), &new("name")).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("content-type"), "application/json");
    let workspace = answer.json();
    let expected = json!({
        "workspace_id": workspace["workspace_id"],
        "name": "name",
        "description": null,
        "owner_id": "aaaaaaaa-0000-4000-8000-000000000002",
        "subscription_plan_id": null,
        "is_active": true,
        "tags": [],
        "region": "us-east-1",
        "s3_bucket": null,
        "bucket_status": "pending",
        "created_at": workspace["created_at"],
        "updated_at": workspace["created_at"],
    });
    assert_eq!(workspace, expected);
    let id: uuid::Uuid = text(&workspace["workspace_id"]).parse().expect("a UUID");
    assert_eq!(id.to_string(), text(&workspace["workspace_id"]));
    let age = time::OffsetDateTime::now_utc() - moment(&workspace["created_at"]);
    assert!(age.whole_seconds().abs() < 60, "{age}");
}

#[tokio::test]
async fn what_is_created_is_read_back_and_listed() {
    let service = Service::start().await;
    let body = json!({
        "organization_id": ORG,
        "name": "Größe 🗺 \"quoted\" \\ \u{7f}",
        "description": "",
        "subscription_plan_id": "",
        "tags": ["b", "a", "b"],
        "region": "eu-west-1",
    });
    let created = service.post(ADMIN, list_path(ORG), &body).await.json();
    for member in ["name", "description", "subscription_plan_id", "tags", "region"] {
        assert_eq!(created[member], body[member], "{member}");
    }
    let got = service.get(VIEWER, path(ORG, text(&created["workspace_id"]))).await;
    assert_eq!((got.status, got.json()), (200, created.clone()));
    let page = service.get(VIEWER, list_path(ORG)).await.json();
    let expected =
        json!({ "total": 1, "has_more": false, "next_cursor": null, "workspaces": [created] });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn null_and_absent_are_the_same_on_creation() {
    let service = Service::start().await;
    let body = json!({
        "organization_id": ORG, "name": "name", "description": null, "subscription_plan_id": null
    });
    let created = service.post(EDITOR, list_path(ORG), &body).await.json();
    assert_eq!(
        (&created["description"], &created["subscription_plan_id"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_leaves_the_rest() {
    let service = Service::start().await;
    let body = json!({
        "organization_id": ORG,
        "name": "name",
        "description": "text",
        "subscription_plan_id": "plan",
        "tags": ["tag"],
        "region": "us-west-2",
    });
    let created = service.post(EDITOR, list_path(ORG), &body).await.json();
    let at = path(ORG, text(&created["workspace_id"]));
    let mut expected = created.clone();
    for change in [
        json!({}),
        json!({ "name": "other" }),
        json!({ "name": "other" }),
        json!({ "description": "more" }),
        json!({ "description": null }),
        json!({ "subscription_plan_id": null }),
        json!({ "is_active": false }),
        json!({ "tags": [] }),
        json!({ "tags": ["x", "x"], "is_active": true, "subscription_plan_id": "" }),
    ] {
        let answer = service.put(ADMIN, &at, &change).await;
        assert_eq!(answer.status, 200, "{change}");
        let updated = answer.json();
        for (member, value) in change.as_object().expect("an object") {
            expected[member] = value.clone();
        }
        assert!(moment(&updated["updated_at"]) > moment(&expected["updated_at"]), "{change}");
        expected["updated_at"] = updated["updated_at"].clone();
        assert_eq!(updated, expected, "{change}");
        assert_eq!(service.get(EDITOR, &at).await.json(), expected, "{change}");
    }
}

#[tokio::test]
async fn a_deleted_workspace_is_gone_from_every_operation() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let deleted = service.delete(EDITOR, path(ORG, &id)).await;
    assert_eq!(deleted.status, 200);
    assert!(!text(&deleted.json()["message"]).is_empty());
    for (method, body) in
        [(Method::GET, None), (Method::PUT, Some(json!({}))), (Method::DELETE, None)]
    {
        let call = service.request(method, path(ORG, &id)).token(EDITOR);
        let call = if let Some(body) = body { call.json(&body) } else { call };
        let details = call.send().await.assert_error(404, "RESOURCE_NOT_FOUND");
        assert_eq!(details, json!({ "resource_type": "workspace", "resource_id": id }));
    }
    assert_eq!(service.get(EDITOR, list_path(ORG)).await.json()["total"], 0);
}

#[tokio::test]
async fn an_unknown_id_is_a_404_whatever_it_looks_like() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let long = "x".repeat(64);
    for unknown in [NO_ID, "x", "-", "_", &long, &id.to_uppercase(), &id.replace('-', "")] {
        for method in [Method::GET, Method::DELETE] {
            let call = service.request(method, path(ORG, unknown)).token(EDITOR);
            call.send().await.assert_error(404, "RESOURCE_NOT_FOUND");
        }
        let answer = service.put(EDITOR, path(ORG, unknown), &json!({})).await;
        answer.assert_error(404, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_taken_name_is_a_422_on_creation_and_update() {
    let service = Service::start().await;
    let id = service.create_id("one").await;
    service.create("two").await;
    let again = service.post(ADMIN, list_path(ORG), &new("one")).await;
    assert_eq!(again.assert_invalid(), "body.name");
    let renamed = service.put(ADMIN, path(ORG, &id), &json!({ "name": "two" })).await;
    assert_eq!(renamed.assert_invalid(), "body.name");
    service.delete(EDITOR, path(ORG, &id)).await;
    assert_eq!(service.post(ADMIN, list_path(ORG), &new("one")).await.status, 201);
}

#[tokio::test]
async fn names_differ_by_code_points_alone() {
    let service = Service::start().await;
    for name in ["a", "A", "a ", " a", "é", "e\u{301}", "a\u{0}", "a\u{0}b", "\u{feff}a"] {
        let answer = service.post(EDITOR, list_path(ORG), &new(name)).await;
        assert_eq!((answer.status, &answer.json()["name"]), (201, &json!(name)), "{name:?}");
        assert_eq!(service.post(EDITOR, list_path(ORG), &new(name)).await.status, 422, "{name:?}");
    }
}

#[tokio::test]
async fn organizations_share_nothing() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let theirs = json!({ "organization_id": OTHER_ORG, "name": "name" });
    assert_eq!(service.post(OUTSIDER, list_path(OTHER_ORG), &theirs).await.status, 201);
    let answer = service.get(OUTSIDER, path(OTHER_ORG, &id)).await;
    answer.assert_error(404, "RESOURCE_NOT_FOUND");
    let answer = service.delete(OUTSIDER, path(OTHER_ORG, &id)).await;
    answer.assert_error(404, "RESOURCE_NOT_FOUND");
    let list = service.get(OUTSIDER, list_path(OTHER_ORG)).await.json();
    assert_eq!((&list["total"], names(&list)), (&json!(1), vec!["name".to_owned()]));
    let answer = service.get(OUTSIDER, admin_path(OTHER_ORG, &id)).await;
    answer.assert_problem(404);
}

#[tokio::test]
async fn pages_add_up() {
    let service = Service::start().await;
    let all: Vec<String> = (0..55).map(|number| format!("w{}", 100 - number)).collect();
    for name in &all {
        service.create(name).await;
    }
    let page = service.get(VIEWER, list_path(ORG)).await.json();
    assert_eq!((names(&page), &page["has_more"]), (all[..50].to_vec(), &json!(true)));
    for limit in [1, 7, 54, 55, 56, 200] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = service.get(VIEWER, list_path(ORG) + &format!("?limit={limit}{cursor}"));
            let page = page.await.json();
            assert_eq!(page["total"], 55);
            assert_eq!(page["has_more"], page["next_cursor"].is_string());
            assert!(names(&page).len() <= limit);
            seen.extend(names(&page));
            let Some(next) = page["next_cursor"].as_str() else { break };
            assert!((1..=512).contains(&next.len()));
            assert_eq!(names(&page).len(), limit, "a page with a next one is full");
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, all, "limit {limit}");
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_the_list_that_issued_it_and_no_other() {
    let service = Service::start().await;
    for name in ["a", "b"] {
        service.create(name).await;
        let body = json!({ "organization_id": OTHER_ORG, "name": name });
        service.post(OUTSIDER, list_path(OTHER_ORG), &body).await;
    }
    let page = service.get(ADMIN, list_path(ORG) + "?limit=1").await.json();
    let cursor = text(&page["next_cursor"]).to_owned();
    let with = |org, cursor: &str| list_path(org) + "?cursor=" + cursor;
    let theirs = service.get(OUTSIDER, with(OTHER_ORG, &cursor)).await;
    assert_eq!(theirs.assert_invalid(), "query.cursor");
    for wrong in ["x", &cursor[1..], &format!("{cursor}A"), &"A".repeat(512), "%00", "%F0%9F%97%BA"]
    {
        let answer = service.get(ADMIN, with(ORG, wrong)).await;
        assert_eq!(answer.assert_invalid(), "query.cursor", "{wrong}");
    }
    // It holds for whoever may list, for any limit, as often as one likes, and after a restart.
    let service = service.restarted().await;
    for (token, limit) in [(ADMIN, 1), (VIEWER, 200), (VIEWER, 1)] {
        let answer = service.get(token, with(ORG, &cursor) + &format!("&limit={limit}")).await;
        assert_eq!(names(&answer.json()), ["b"]);
    }
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let service = Service::start().await;
    let (kept, gone) = (service.create("kept").await, service.create_id("gone").await);
    service.delete(EDITOR, path(ORG, &gone)).await;
    let service = service.restarted().await;
    let got = service.get(VIEWER, path(ORG, text(&kept["workspace_id"]))).await;
    assert_eq!((got.status, got.json()), (200, kept));
    service.get(ADMIN, admin_path(ORG, &gone)).await.assert_problem(410);
    assert_eq!(service.post(EDITOR, list_path(ORG), &new("kept")).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_creations_of_one_name_one_succeeds() {
    let service = Service::start().await;
    let calls = (0..32).map(|_| {
        let call = service.request(Method::POST, list_path(ORG)).token(EDITOR).json(&new("name"));
        tokio::spawn(call.send())
    });
    let mut statuses = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        statuses.push(call.await.expect("no panic").status);
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (201, [422; 31].as_slice()));
    assert_eq!(service.get(VIEWER, list_path(ORG)).await.json()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_updates_each_have_a_time_of_their_own() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let calls = (0..32).map(|number| {
        let change = json!({ "description": number.to_string() });
        let call = service.request(Method::PUT, path(ORG, &id)).token(EDITOR).json(&change);
        tokio::spawn(call.send())
    });
    let (mut times, mut last) = (BTreeSet::new(), Value::Null);
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.expect("no panic");
        assert_eq!(answer.status, 200);
        let updated = answer.json();
        if times.last().is_none_or(|latest| *latest < moment(&updated["updated_at"])) {
            last = updated.clone();
        }
        times.insert(moment(&updated["updated_at"]));
    }
    assert_eq!(times.len(), 32);
    assert_eq!(service.get(EDITOR, path(ORG, &id)).await.json(), last, "the last one holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_deletions_one_succeeds() {
    let service = Service::start().await;
    let id = service.create_id("name").await;
    let calls = (0..16).map(|_| {
        tokio::spawn(service.request(Method::DELETE, path(ORG, &id)).token(EDITOR).send())
    });
    let mut statuses = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        statuses.push(call.await.expect("no panic").status);
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, [404; 15].as_slice()));
}
