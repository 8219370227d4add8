//! The requests: those that are measured, and those that show that both servers promise the same.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use serde_json::{Value, json};

use crate::service::{EDITOR, ORG, VIEWER, id};

const AGENT: &str = "layer-bench/1";

/// A request, and the status that both servers answer it with.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    method: &'static str,
    target: String,
    token: Option<&'static str>,
    body: Option<String>,
}

impl Sample {
    fn new(name: &'static str, status: u16, method: &'static str, target: String) -> Self {
        Self { name, status, method, target, token: Some(EDITOR), body: None }
    }

    fn token(self, token: Option<&'static str>) -> Self {
        Self { token, ..self }
    }

    fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    fn text(self, body: String) -> Self {
        Self { body: Some(body), ..self }
    }

    /// As it goes over a connection.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { method, target, .. } = self;
        let mut text = format!("{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        text += &format!("user-agent: {AGENT}\r\naccept: application/json\r\n");
        if let Some(token) = self.token {
            text += &format!("authorization: Bearer {token}\r\n");
        }
        if let Some(body) = &self.body {
            text += "content-type: application/json\r\n";
            text += &format!("content-length: {}\r\n\r\n{body}", body.len());
        } else {
            text += "\r\n";
        }
        text.into_bytes()
    }

    /// As a router sees it.
    pub(crate) fn request(&self) -> Request {
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.target)
            .header(HOST, "127.0.0.1")
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json");
        if let Some(token) = self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if self.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = self.body.clone().map_or_else(Body::empty, Body::from);
        request.body(body).expect("a request")
    }
}

/// What is measured: an answer of a few hundred bytes, one of twenty thousand, and two bodies to read and check.
pub(crate) fn measured() -> Vec<Sample> {
    vec![
        Sample::new("get", 200, "GET", workspace()),
        Sample::new("list of 50", 200, "GET", format!("{}?limit=50", workspaces())),
        Sample::new("create", 201, "POST", workspaces()).json(&json!({
            "organization_id": ORG,
            "name": "Field survey",
            "description": "Aerial photographs of the northern sites",
            "subscription_plan_id": "plan_standard",
            "tags": ["survey", "north"],
            "region": "eu-west-1",
        })),
        Sample::new("update", 200, "PUT", workspace()).json(&json!({
            "name": "Field survey 2025",
            "description": null,
            "is_active": false,
            "tags": ["survey", "south"],
        })),
    ]
}

/// What both refuse: one request for each kind of rule.
pub(crate) fn refused() -> Vec<Sample> {
    let get = |name, status, target| Sample::new(name, status, "GET", target);
    let create = |name, body: Value| Sample::new(name, 422, "POST", workspaces()).json(&body);
    let update = |name, body: Value| Sample::new(name, 422, "PUT", workspace()).json(&body);
    let with = |member: &str, value: Value| {
        let mut body = json!({ "organization_id": ORG, "name": "Field survey" });
        body[member] = value;
        body
    };
    vec![
        get("no token", 401, workspace()).token(None),
        get("unknown token", 401, workspace()).token(Some("nobody-s-token")),
        get("id with a dot", 422, format!("{}/a.b", workspaces())),
        get("id too long", 422, format!("{}/{}", workspaces(), "a".repeat(65))),
        get("id not UTF-8", 422, format!("{}/%ff", workspaces())),
        get("limit too small", 422, format!("{}?limit=0", workspaces())),
        get("limit too large", 422, format!("{}?limit=201", workspaces())),
        get("limit no number", 422, format!("{}?limit=all", workspaces())),
        get("limit twice", 422, format!("{}?limit=1&limit=2", workspaces())),
        get("cursor empty", 422, format!("{}?cursor=", workspaces())),
        get("no such organization", 404, "/v1/orgs/nowhere/workspaces".to_owned()),
        get("no such workspace", 404, format!("{}/nothing", workspaces())),
        Sample::new("viewer creates", 403, "POST", workspaces())
            .token(Some(VIEWER))
            .text("no JSON".to_owned()),
        Sample::new("body no JSON", 422, "POST", workspaces()).text("{".to_owned()),
        Sample::new("no body", 422, "POST", workspaces()),
        create("no name", json!({ "organization_id": ORG })),
        create("name empty", with("name", "".into())),
        create("name too long", with("name", "ü".repeat(61).into())),
        create("name null", with("name", Value::Null)),
        create("description too long", with("description", "x".repeat(2001).into())),
        create("too many tags", with("tags", vec!["tag"; 21].into())),
        create("tag empty", with("tags", json!(["a", ""]))),
        create("tags null", with("tags", Value::Null)),
        create("no such region", with("region", "moon".into())),
        create("other organization", with("organization_id", "elsewhere".into())),
        update("name null in update", json!({ "name": null })),
        update("is_active no boolean", json!({ "is_active": 1 })),
        update("tag too long in update", json!({ "tags": ["x".repeat(101)] })),
    ]
}

fn workspaces() -> String {
    format!("/v1/orgs/{ORG}/workspaces")
}

fn workspace() -> String {
    format!("{}/{}", workspaces(), id(25))
}
