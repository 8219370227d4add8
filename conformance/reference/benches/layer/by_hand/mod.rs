//! The handlers as one writes them by hand on axum: extractors, serde, and a function for each rule.
//!
//! They promise what the contract does, in its order: token, parameters, organization, permission, body.

mod failure;
mod rules;

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Deserializer};

use self::failure::Failure;
use self::rules::Violations;
use crate::service::{Caller, Changes, New, Page, Store, Workspace};

pub(crate) fn router(store: &Arc<Store>) -> Router {
    Router::new()
        .route("/v1/orgs/{org_id}/workspaces", get(list).post(create))
        .route("/v1/orgs/{org_id}/workspaces/{workspace_id}", get(read).put(update))
        .with_state(Arc::clone(store))
}

#[derive(Deserialize)]
struct OrgPath {
    org_id: String,
}

#[derive(Deserialize)]
struct WorkspacePath {
    org_id: String,
    workspace_id: String,
}

impl WorkspacePath {
    fn check(&self) -> Result<(), Failure> {
        let mut violations = Violations::default();
        violations.id(&["path", "org_id"], &self.org_id);
        violations.id(&["path", "workspace_id"], &self.workspace_id);
        violations.finish()
    }
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default = "default_limit")]
    limit: i32,
    cursor: Option<String>,
}

fn default_limit() -> i32 {
    50
}

#[derive(Deserialize)]
struct CreateRequest {
    organization_id: String,
    name: String,
    description: Option<String>,
    subscription_plan_id: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    region: Region,
}

#[derive(Deserialize, Default, Clone, Copy)]
enum Region {
    #[default]
    #[serde(rename = "us-east-1")]
    UsEast1,
    #[serde(rename = "us-west-2")]
    UsWest2,
    #[serde(rename = "eu-west-1")]
    EuWest1,
}

impl Region {
    fn as_str(self) -> &'static str {
        match self {
            Self::UsEast1 => "us-east-1",
            Self::UsWest2 => "us-west-2",
            Self::EuWest1 => "eu-west-1",
        }
    }
}

#[derive(Deserialize)]
struct UpdateRequest {
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    subscription_plan_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    tags: Option<Vec<String>>,
}

/// Keeps null apart from absence.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(input).map(Some)
}

impl FromRequestParts<Arc<Store>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> Result<Self, Failure> {
        let mut values = parts.headers.get_all(AUTHORIZATION).iter();
        let value = values.next().ok_or(Failure::NoToken)?;
        if values.next().is_some() {
            return Err(Failure::BadToken);
        }
        let value = value.to_str().map_err(|_| Failure::BadToken)?;
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Failure::NoToken);
        }
        store.caller(token.trim()).ok_or(Failure::BadToken)
    }
}

fn authorize(
    store: &Store,
    caller: &Caller,
    org: &str,
    permission: &'static str,
    by_role: bool,
) -> Result<(), Failure> {
    if !store.knows(org) {
        Err(Failure::NotFound { what: "organization", id: org.to_owned() })
    } else if caller.org != org || !by_role {
        Err(Failure::Forbidden(permission))
    } else {
        Ok(())
    }
}

async fn list(
    State(store): State<Arc<Store>>,
    caller: Caller,
    path: Result<Path<OrgPath>, PathRejection>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Page>, Failure> {
    let (Path(path), Query(query)) = (path?, query?);
    let mut violations = Violations::default();
    violations.id(&["path", "org_id"], &path.org_id);
    violations.range(&["query", "limit"], query.limit, 1, 200);
    if let Some(cursor) = &query.cursor {
        violations.length(&["query", "cursor"], cursor, 1, 512);
    }
    violations.finish()?;
    authorize(&store, &caller, &path.org_id, "workspace:list", true)?;
    Ok(Json(store.page(usize::try_from(query.limit).unwrap_or_default())))
}

async fn read(
    State(store): State<Arc<Store>>,
    caller: Caller,
    path: Result<Path<WorkspacePath>, PathRejection>,
) -> Result<Json<Workspace>, Failure> {
    let Path(path) = path?;
    path.check()?;
    authorize(&store, &caller, &path.org_id, "workspace:read", true)?;
    let found = store.find(&path.workspace_id);
    found.map(Json).ok_or(Failure::NotFound { what: "workspace", id: path.workspace_id })
}

async fn create(
    State(store): State<Arc<Store>>,
    caller: Caller,
    path: Result<Path<OrgPath>, PathRejection>,
    request: Request,
) -> Result<(StatusCode, Json<Workspace>), Failure> {
    let Path(path) = path?;
    let mut violations = Violations::default();
    violations.id(&["path", "org_id"], &path.org_id);
    violations.finish()?;
    authorize(&store, &caller, &path.org_id, "workspace:create", caller.may_write)?;
    let Json(body) = Json::<CreateRequest>::from_request(request, &()).await?;
    let mut violations = Violations::default();
    violations.id(&["body", "organization_id"], &body.organization_id);
    violations.length(&["body", "name"], &body.name, 1, 60);
    if let Some(description) = &body.description {
        violations.length(&["body", "description"], description, 0, 2000);
    }
    violations.tags(&body.tags);
    violations.finish()?;
    if body.organization_id != path.org_id {
        let mut violations = Violations::default();
        let message = "must be the organization of the path".to_owned();
        violations.add(&["body", "organization_id"], "other_organization", message);
        violations.finish()?;
    }
    let new = New {
        name: body.name,
        description: body.description,
        subscription_plan_id: body.subscription_plan_id,
        tags: body.tags,
        region: body.region.as_str().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(store.create(new, caller))))
}

async fn update(
    State(store): State<Arc<Store>>,
    caller: Caller,
    path: Result<Path<WorkspacePath>, PathRejection>,
    request: Request,
) -> Result<Json<Workspace>, Failure> {
    let Path(path) = path?;
    path.check()?;
    authorize(&store, &caller, &path.org_id, "workspace:update", caller.may_write)?;
    let Json(body) = Json::<UpdateRequest>::from_request(request, &()).await?;
    let mut violations = Violations::default();
    if let Some(name) = &body.name {
        violations.length(&["body", "name"], name, 1, 60);
    }
    if let Some(Some(description)) = &body.description {
        violations.length(&["body", "description"], description, 0, 2000);
    }
    violations.tags(body.tags.as_deref().unwrap_or_default());
    violations.finish()?;
    let changes = Changes {
        name: body.name,
        description: body.description,
        subscription_plan_id: body.subscription_plan_id,
        is_active: body.is_active,
        tags: body.tags,
    };
    let updated = store.update(&path.workspace_id, changes);
    updated.map(Json).ok_or(Failure::NotFound { what: "workspace", id: path.workspace_id })
}
