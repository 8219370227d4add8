//! What clients see when the service itself fails: the documented 500, and nothing of what happened.

use std::sync::Arc;

use http::Method;
use reference::access::Caller;
use reference::authenticator::{Authenticator, AuthenticatorError};
use reference::directory::Directory;
use reference::store::sqlite::SqliteStore;
use reference::{Settings, WorkspaceService, app};
use serde_json::json;

use crate::support::{
    ADMIN, Answer, NO_ID, ORG, PUBLIC_URL, Service, admin_path, list_path, lose_table, new, path,
};

/// An identity provider that can't be reached.
struct Unreachable;

impl Authenticator for Unreachable {
    async fn authenticate(&self, _token: &str) -> Result<Option<Caller>, AuthenticatorError> {
        Err(AuthenticatorError("the identity provider is down".into()))
    }
}

/// Every operation, the one on the admin path last.
async fn ask_everything(service: &Service) -> [Answer; 6] {
    [
        service.get(ADMIN, list_path(ORG)).await,
        service.post(ADMIN, list_path(ORG), &new("name")).await,
        service.get(ADMIN, path(ORG, NO_ID)).await,
        service.put(ADMIN, path(ORG, NO_ID), &json!({})).await,
        service.delete(ADMIN, path(ORG, NO_ID)).await,
        service.get(ADMIN, admin_path(ORG, NO_ID)).await,
    ]
}

/// The admin path documents no 500, so what it gets is a bare problem.
#[track_caller]
fn check_failed(answers: &[Answer; 6], secret: &str) {
    let (admin, members) = answers.split_last().expect("six answers");
    for answer in members {
        answer.assert_error(500, "INTERNAL_SERVER_ERROR");
    }
    admin.assert_problem(500);
    for answer in answers {
        assert!(!answer.body.contains(secret), "what happened is for the log: {answer:?}");
    }
}

#[tokio::test]
async fn a_failing_store_is_a_500() {
    let service = Service::start().await;
    lose_table(&service.database()).await;
    check_failed(&ask_everything(&service).await, "table");
    // What the router and the directory can tell by themselves they still do.
    assert_eq!(service.request(Method::GET, list_path(ORG)).send().await.status, 401);
    assert_eq!(service.get(ADMIN, list_path(ORG) + "?limit=0").await.status, 422);
}

#[tokio::test]
async fn a_failing_authenticator_is_a_500_and_no_401() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("workspaces.sqlite")).await;
    let settings =
        Settings { public_url: PUBLIC_URL.parse().expect("a public URL"), faults: false };
    let orgs = Directory::demo().orgs;
    let parts = WorkspaceService::new(store.expect("it opens"), Unreachable, orgs, settings);
    let service = Service::of(folder, app(&Arc::new(parts)));
    check_failed(&ask_everything(&service).await, "provider");
}
