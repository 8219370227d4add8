//! A service of its own for each test, asked through its router, and what tests say again and again.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use reference::authenticator::TokenTable;
use reference::config::PublicUrl;
use reference::directory::Directory;
use reference::store::sqlite::SqliteStore;
use reference::{Settings, WorkspaceService, app};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const ORG: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const OTHER_ORG: &str = "22222222-2222-4222-8222-222222222222";
pub(crate) const NO_ORG: &str = "33333333-3333-4333-8333-333333333333";
pub(crate) const NO_ID: &str = "00000000-0000-4000-8000-000000000000";
pub(crate) const ADMIN: &str = "admin-token";
pub(crate) const EDITOR: &str = "editor-token";
pub(crate) const VIEWER: &str = "viewer-token";
pub(crate) const OUTSIDER: &str = "outsider-token";
pub(crate) const PUBLIC_URL: &str = "https://workspaces.example.com/api";

/// The service with the demo directory, over a database that goes with it.
pub(crate) struct Service {
    folder: TempDir,
    router: Router,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::open(tempfile::tempdir().expect("a folder"), false).await
    }

    pub(crate) async fn with_faults() -> Self {
        Self::open(tempfile::tempdir().expect("a folder"), true).await
    }

    /// The same service after a stop and a start.
    pub(crate) async fn restarted(self) -> Self {
        Self::open(self.folder, false).await
    }

    async fn open(folder: TempDir, faults: bool) -> Self {
        let router = app(&parts(&folder.path().join("workspaces.sqlite"), faults).await);
        Self::of(folder, router)
    }

    /// A service put together by a test.
    pub(crate) fn of(folder: TempDir, router: Router) -> Self {
        Self { folder, router }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("workspaces.sqlite")
    }

    /// A request that is yet to be sent.
    pub(crate) fn request(&self, method: Method, path: impl Into<String>) -> Call {
        Call {
            router: self.router.clone(),
            method,
            path: path.into(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    pub(crate) async fn get(&self, token: &str, path: impl Into<String>) -> Answer {
        self.request(Method::GET, path).token(token).send().await
    }

    pub(crate) async fn post(&self, token: &str, path: impl Into<String>, body: &Value) -> Answer {
        self.request(Method::POST, path).token(token).json(body).send().await
    }

    pub(crate) async fn put(&self, token: &str, path: impl Into<String>, body: &Value) -> Answer {
        self.request(Method::PUT, path).token(token).json(body).send().await
    }

    pub(crate) async fn delete(&self, token: &str, path: impl Into<String>) -> Answer {
        self.request(Method::DELETE, path).token(token).send().await
    }

    /// Creates a workspace as an editor.
    pub(crate) async fn create(&self, name: &str) -> Value {
        let answer = self.post(EDITOR, list_path(ORG), &new(name)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    /// Creates a workspace and gives its id.
    pub(crate) async fn create_id(&self, name: &str) -> String {
        text(&self.create(name).await["workspace_id"]).to_owned()
    }
}

/// The service without its router.
pub(crate) async fn parts(
    database: &std::path::Path,
    faults: bool,
) -> Arc<WorkspaceService<SqliteStore, TokenTable>> {
    let store = SqliteStore::open(database).await.expect("the database opens");
    let public_url: PublicUrl = PUBLIC_URL.parse().expect("a public URL");
    let settings = Settings { public_url, faults };
    let service = WorkspaceService::with_directory(store, Directory::demo(), settings).await;
    Arc::new(service.expect("the directory is noted"))
}

/// A request being put together.
pub(crate) struct Call {
    router: Router,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: http::HeaderName = name.parse().expect("a header name");
        self.headers.append(name, value.parse().expect("a header value"));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::new(Body::from(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().expect("a request target");
        *request.headers_mut() = self.headers;
        Answer::read(self.router.oneshot(request).await.expect("infallible")).await
    }
}

/// A response, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body ends").to_bytes();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).expect("UTF-8"),
        }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"));
        value.to_str().expect("text")
    }

    /// A failure as members see it.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status, &body["error"]), (status, &json!(code)), "{self:?}");
        assert_eq!(body["status_code"], status);
        assert_eq!(self.header("content-type"), "application/json");
        assert!(!text(&body["message"]).is_empty());
        assert!(body["details"].is_object());
        assert_error_timestamp(text(&body["timestamp"]));
        body["details"].clone()
    }

    /// A 422 as members see it: the one place that its violations speak of.
    #[track_caller]
    pub(crate) fn assert_invalid(&self) -> String {
        let body = self.json();
        assert_eq!(self.status, 422, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json");
        let detail = body["detail"].as_array().expect("detail");
        let mut locations: Vec<String> = detail.iter().map(location).collect();
        locations.dedup();
        assert_eq!(locations.len(), 1, "{self:?}");
        locations.remove(0)
    }

    /// A failure as administrators see it.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16) -> Value {
        let body = self.json();
        assert_eq!((self.status, &body["status"]), (status, &json!(status)), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let reason = StatusCode::from_u16(status).expect("a status").canonical_reason();
        assert_eq!(
            body["title"].as_str(),
            reason.map(|reason| match reason {
                "Unprocessable Entity" => "Unprocessable Content",
                other => other,
            })
        );
        assert!(body["type"].is_string());
        body
    }
}

/// Where a violation is: `body.tags.0`.
#[track_caller]
fn location(violation: &Value) -> String {
    assert!(!text(&violation["msg"]).is_empty() && !text(&violation["type"]).is_empty());
    let loc = violation["loc"].as_array().expect("loc");
    let parts = loc.iter().map(|part| part.as_str().map_or(part.to_string(), str::to_owned));
    parts.collect::<Vec<_>>().join(".")
}

#[track_caller]
fn assert_error_timestamp(timestamp: &str) {
    let shape: String =
        timestamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000");
}

#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string"))
}

pub(crate) fn list_path(org: &str) -> String {
    format!("/v1/orgs/{org}/workspaces")
}

pub(crate) fn path(org: &str, id: &str) -> String {
    format!("/v1/orgs/{org}/workspaces/{id}")
}

pub(crate) fn admin_path(org: &str, id: &str) -> String {
    format!("/workspace/admin/orgs/{org}/workspaces/{id}")
}

/// A body that creates a workspace.
pub(crate) fn new(name: &str) -> Value {
    json!({ "organization_id": ORG, "name": name })
}

/// The names in a page.
pub(crate) fn names(page: &Value) -> Vec<String> {
    let workspaces = page["workspaces"].as_array().expect("workspaces");
    workspaces.iter().map(|workspace| text(&workspace["name"]).to_owned()).collect()
}

/// A moment that sorts as it should, whatever number of decimals it was written with.
#[track_caller]
pub(crate) fn moment(value: &Value) -> time::OffsetDateTime {
    let format = &time::format_description::well_known::Rfc3339;
    time::OffsetDateTime::parse(text(value), format).expect("a date-time")
}

/// Breaks the database under a running service.
pub(crate) async fn lose_table(database: &std::path::Path) {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
    let mut connection =
        sqlx::SqliteConnection::connect_with(&options).await.expect("the database opens");
    sqlx::query("DROP TABLE workspaces").execute(&mut connection).await.expect("it is dropped");
    connection.close().await.expect("it is closed");
}
