//! What requests and answers mean for the Workspace API.

use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde_json::{Map, Value};

use crate::exchange::{Answered, Asked};

/// The six operations of the Workspace API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GET /v1/orgs/{org_id}/workspaces`
    List,
    /// `POST /v1/orgs/{org_id}/workspaces`
    Create,
    /// `GET /v1/orgs/{org_id}/workspaces/{workspace_id}`
    Get,
    /// `PUT /v1/orgs/{org_id}/workspaces/{workspace_id}`
    Update,
    /// `DELETE /v1/orgs/{org_id}/workspaces/{workspace_id}`
    Delete,
    /// `GET /workspace/admin/orgs/{org_id}/workspaces/{workspace_id}`
    AdminGet,
}

impl Operation {
    /// Whether it is one of those that change something.
    pub fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Delete)
    }
}

impl Asked {
    /// The operation of the path and method, if they are one's.
    pub fn operation(&self) -> Option<Operation> {
        let segments: Vec<&str> = self.path.split('/').skip(1).collect();
        match (self.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "orgs", _, "workspaces"]) => Some(Operation::List),
            ("POST", ["v1", "orgs", _, "workspaces"]) => Some(Operation::Create),
            ("GET", ["v1", "orgs", _, "workspaces", _]) => Some(Operation::Get),
            ("PUT", ["v1", "orgs", _, "workspaces", _]) => Some(Operation::Update),
            ("DELETE", ["v1", "orgs", _, "workspaces", _]) => Some(Operation::Delete),
            ("GET", ["workspace", "admin", "orgs", _, "workspaces", _]) => {
                Some(Operation::AdminGet)
            }
            _ => None,
        }
    }

    /// Whether it asks for this operation.
    pub fn is(&self, operation: Operation) -> bool {
        self.operation() == Some(operation)
    }

    /// Whether its path is one of the tenants'.
    pub fn is_v1(&self) -> bool {
        self.path.starts_with("/v1/")
    }

    /// Whether its path is that of the administrators, whatever its method.
    pub fn is_admin(&self) -> bool {
        self.path.starts_with("/workspace/admin/")
    }

    /// The `org_id` of its path, still percent-encoded.
    pub fn org(&self) -> &str {
        self.behind("orgs").unwrap_or_default()
    }

    /// The `workspace_id` of its path, still percent-encoded.
    pub fn workspace(&self) -> Option<&str> {
        self.behind("workspaces").filter(|id| !id.is_empty())
    }

    /// Names another workspace in its path.
    pub fn set_workspace(&mut self, id: &str) {
        if let Some((front, _)) = self.path.rsplit_once('/') {
            self.path = format!("{front}/{id}");
        }
    }

    /// Names another organization in its path.
    pub fn set_org(&mut self, id: &str) {
        self.path = self.path.replacen(&format!("/orgs/{}", self.org()), &format!("/orgs/{id}"), 1);
    }

    /// Which of the demo directory's tokens it carries.
    pub fn caller(&self) -> Option<Caller> {
        let (scheme, token) = self.authorization()?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        Caller::ALL.into_iter().find(|caller| caller.token() == token.trim())
    }

    /// Comes from someone else.
    pub fn become_caller(&mut self, caller: Caller) {
        let value = format!("Bearer {}", caller.token());
        if let Ok(value) = HeaderValue::from_str(&value) {
            self.headers.insert(AUTHORIZATION, value);
        }
    }

    /// Makes the sound server answer 500, as it does on request.
    pub fn fail(&mut self) {
        self.set_header("prefer", "code=500");
    }
}

impl Answered {
    /// Changes the items of a page of the list.
    pub fn edit_items(&mut self, change: impl FnOnce(&mut Vec<Value>)) {
        self.edit_object(|page| {
            if let Some(Value::Array(items)) = page.get_mut("workspaces") {
                change(items);
            }
        });
    }

    /// Changes each workspace in a tenant's view: the one that it is, or those on its page.
    pub fn edit_workspaces(&mut self, mut change: impl FnMut(&mut Map<String, Value>)) {
        if !self.succeeded() {
            return;
        }
        self.edit_object(|object| {
            if object.contains_key("workspace_id") {
                return change(object);
            }
            let Some(Value::Array(items)) = object.get_mut("workspaces") else { return };
            items.iter_mut().filter_map(Value::as_object_mut).for_each(change);
        });
    }
}

/// The tokens of the demo directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Administrator of the organization.
    Admin,
    /// Editor of the organization.
    Editor,
    /// Viewer of the organization.
    Viewer,
    /// Administrator of another organization.
    Outsider,
}

impl Caller {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Editor, Self::Viewer, Self::Outsider];

    /// The token.
    pub fn token(self) -> &'static str {
        match self {
            Self::Admin => "admin-token",
            Self::Editor => "editor-token",
            Self::Viewer => "viewer-token",
            Self::Outsider => "outsider-token",
        }
    }

    /// The id of the user whose token it is.
    pub fn user(self) -> &'static str {
        match self {
            Self::Admin => "aaaaaaaa-0000-4000-8000-000000000001",
            Self::Editor => "aaaaaaaa-0000-4000-8000-000000000002",
            Self::Viewer => "aaaaaaaa-0000-4000-8000-000000000003",
            Self::Outsider => "aaaaaaaa-0000-4000-8000-000000000004",
        }
    }
}
