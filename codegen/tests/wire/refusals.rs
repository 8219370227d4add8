//! What the router answers by itself is what the contract documents for it.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use workspace_api::server::{GetWorkspaceResponse, ListWorkspacesResponse};

use super::scripted::Scripted;
use super::serve;

struct Target {
    service: Arc<Scripted>,
    base: String,
    http: reqwest::Client,
}

struct Answer {
    status: StatusCode,
    media_type: String,
    headers: http::HeaderMap,
    body: Value,
}

impl Target {
    async fn new() -> Self {
        let service = Arc::new(Scripted::default());
        let base = format!("http://{}", serve(&service).await);
        Self { service, base, http: reqwest::Client::new() }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("authorization", "BEARER good")
    }

    async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    async fn post(&self, body: &'static str) -> Answer {
        let request = self.request(Method::POST, LIST).header("content-type", "application/json");
        answer(request.body(body)).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let media_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap());
    let media_type = media_type.to_owned();
    let body = response.bytes().await.unwrap();
    Answer {
        status,
        media_type,
        headers,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    }
}

const LIST: &str = "/v1/orgs/o/workspaces";
const ADMIN: &str = "/workspace/admin/orgs/11111111-1111-4111-8111-111111111111/workspaces";

/// Where each violation is, as the body tells it.
fn locations(answer: &Answer) -> Vec<Value> {
    assert_eq!((answer.status.as_u16(), answer.media_type.as_str()), (422, "application/json"));
    answer.body["detail"].as_array().unwrap().iter().map(|told| told["loc"].clone()).collect()
}

#[tokio::test]
async fn credentials_are_asked_for_in_the_shape_of_the_operation() {
    let target = Target::new().await;
    for value in ["Bearer bad", "Basic Z29vZA==", "Bearer", "bearer "] {
        let request = target.http.get(format!("{}{LIST}?limit=0", target.base));
        let told = answer(request.header("authorization", value)).await;
        assert_eq!(
            (told.status.as_u16(), told.media_type.as_str()),
            (401, "application/json"),
            "{value}"
        );
        assert_eq!(told.headers["www-authenticate"], "Bearer");
        assert_eq!(told.body["status_code"], 401);
    }
    let told = answer(target.http.get(format!("{}{ADMIN}/nonsense", target.base))).await;
    assert_eq!((told.status.as_u16(), told.media_type.as_str()), (401, "application/problem+json"));
    let broken = target.http.get(format!("{}{LIST}", target.base));
    let told = answer(broken.header("authorization", "Bearer broken")).await;
    assert_eq!((told.status.as_u16(), &told.body["status_code"]), (500, &json!(500)));
}

#[tokio::test]
async fn parameters_are_checked_all_at_once_and_before_access_is() {
    let target = Target::new().await;
    target.service.forbid();
    let told = target.get("/v1/orgs/a%20b/workspaces?limit=1.0&cursor=&unknown=%zz").await;
    assert_eq!(
        locations(&told),
        [json!(["path", "org_id"]), json!(["query", "limit"]), json!(["query", "cursor"])]
    );
    for path in [
        "/v1/orgs/%ff/workspaces",
        "/v1/orgs/%zz/workspaces",
        "/v1/orgs/o/workspaces?limit=",
        "/v1/orgs/o/workspaces?limit=0",
        "/v1/orgs/o/workspaces?limit=201",
        "/v1/orgs/o/workspaces?limit=5&limit=5",
        "/v1/orgs/o/workspaces/a.b",
    ] {
        assert_eq!(locations(&target.get(path).await).len(), 1, "{path}");
    }
    let told = target.get(LIST).await;
    assert_eq!((told.status.as_u16(), &told.body["error"]), (403, &json!("FORBIDDEN")));
    let told = target.post("no json").await;
    assert_eq!(told.status.as_u16(), 403, "access is decided before the body is read");
}

#[tokio::test]
async fn admin_ids_are_hyphenated_and_its_boolean_is_of_any_letter_case() {
    let target = Target::new().await;
    for id in
        ["11111111111141118111111111111111", "%7B11111111-1111-4111-8111-111111111111%7D", "x"]
    {
        let told = target.get(&format!("{ADMIN}/{id}")).await;
        assert_eq!(
            (told.status.as_u16(), told.media_type.as_str()),
            (422, "application/problem+json")
        );
    }
    let id = "AAAAAAAA-1111-4111-8111-111111111111";
    let told = target.get(&format!("{ADMIN}/{id}?deleted=maybe")).await;
    assert_eq!(told.body["invalid-params"][0]["name"], "/query/deleted");
    for deleted in ["true", "True", "FALSE"] {
        let gone = json!({"type": "t", "title": "t", "status": 410});
        let gone = workspace_api::server::AdminGetWorkspaceResponse::Gone(
            serde_json::from_value(gone).unwrap(),
        );
        target.service.answer_with(gone);
        let told = target.get(&format!("{ADMIN}/{id}?deleted={deleted}")).await;
        assert_eq!(told.status.as_u16(), 410, "{deleted}");
    }
}

#[tokio::test]
async fn bodies_are_checked_all_at_once() {
    let target = Target::new().await;
    let name = "x".repeat(61);
    let body = json!({"name": name, "tags": ["ok", ""], "region": "mars", "description": 5});
    let body: &'static str = Box::leak(body.to_string().into_boxed_str());
    let mut told = locations(&target.post(body).await);
    told.sort_by_key(ToString::to_string);
    assert_eq!(
        told,
        [
            json!(["body", "description"]),
            json!(["body", "name"]),
            json!(["body", "organization_id"]),
            json!(["body", "region"]),
            json!(["body", "tags", 1]),
        ]
    );
    for broken in ["", "[]", "null", "{", "{\"organization_id\": \"o\", \"name\": \"\\ud800\"}"] {
        assert_eq!(locations(&target.post(broken).await), [json!(["body"])], "{broken}");
    }
    for media_type in ["text/plain", "application/problem+json", "application"] {
        let request = target.request(Method::POST, LIST).header("content-type", media_type);
        assert_eq!(locations(&answer(request.body("{}")).await), [json!(["body"])]);
    }
    let bare = target.request(Method::POST, LIST).body("{}");
    assert_eq!(locations(&answer(bare).await), [json!(["body"])]);
    let large = Box::leak(format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20)).into_boxed_str());
    let told = target.post(large).await;
    assert_eq!(told.status.as_u16(), 422);
}

#[tokio::test]
async fn faults_come_where_they_are_documented() {
    let target = Target::new().await;
    let faulty = |path: &str| target.request(Method::GET, path).header("prefer", "code=500");
    let told = answer(faulty(&format!("{LIST}?limit=0"))).await;
    assert_eq!((told.status.as_u16(), &told.body["error"]), (500, &json!("INTERNAL_SERVER_ERROR")));
    let told = answer(faulty(&format!("{ADMIN}/x"))).await;
    assert_eq!(told.status.as_u16(), 422, "the admin operation documents no 500");

    // A handler without an answer panics.
    let told = target.get(LIST).await;
    assert_eq!((told.status.as_u16(), &told.body["status_code"]), (500, &json!(500)));
    let told = target.get(&format!("{ADMIN}/11111111-1111-4111-8111-111111111111")).await;
    assert_eq!((told.status.as_u16(), told.media_type.as_str()), (500, "application/problem+json"));
}

#[tokio::test]
async fn other_methods_are_refused_whoever_asks() {
    let target = Target::new().await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let request = target.http.request(method.clone(), format!("{}{ADMIN}/x", target.base));
        let told = answer(request).await;
        assert_eq!(
            (told.status.as_u16(), told.media_type.as_str()),
            (405, "application/problem+json")
        );
        assert_eq!(
            (&told.headers["allow"], &told.body["status"]),
            (&"GET, HEAD".parse().unwrap(), &json!(405))
        );
    }
    let request = target.http.patch(format!("{}{LIST}", target.base));
    let told = answer(request).await;
    assert_eq!(
        (told.status.as_u16(), &told.headers["allow"]),
        (405, &"GET, POST, HEAD".parse().unwrap())
    );
    for path in ["/", "/v1/orgs//workspaces", "/v1/orgs/o/workspaces/", "/nowhere"] {
        let told = target.get(path).await;
        assert_eq!((told.status.as_u16(), &told.body["status"]), (404, &json!(404)), "{path}");
    }
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let target = Target::new().await;
    let not_found = json!({
        "error": "RESOURCE_NOT_FOUND", "message": "m", "status_code": 404,
        "details": {"resource_type": "t", "resource_id": "i"}, "timestamp": "2025-01-01T00:00:00.000000",
    });
    let not_found = serde_json::from_value(not_found).unwrap();
    target.service.answer_with(GetWorkspaceResponse::NotFound(not_found));
    let told = answer(target.request(Method::HEAD, &format!("{LIST}/w"))).await;
    assert_eq!((told.status.as_u16(), told.media_type.as_str()), (404, "application/json"));
    assert_eq!(told.body, Value::Null);
}

#[tokio::test]
async fn an_answer_that_http_cannot_carry_is_a_documented_fault() {
    let target = Target::new().await;
    let body = serde_json::from_value(json!({
        "error": "AUTHENTICATION_FAILED", "message": "m", "status_code": 401, "details": {},
        "timestamp": "2025-01-01T00:00:00.000000",
    }));
    let www_authenticate = "Bearer\r\nset-cookie: a=b".to_owned();
    let unauthorized =
        workspace_api::responses::Unauthorized { www_authenticate, body: body.unwrap() };
    target.service.answer_with(ListWorkspacesResponse::Unauthorized(unauthorized));
    assert_eq!(target.get(LIST).await.status.as_u16(), 500);
}
