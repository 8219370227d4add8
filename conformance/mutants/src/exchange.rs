//! Requests and answers, wholly read, with the questions and edits that mutants are made of.
//!
//! An edit that finds nothing to change leaves every byte as it was: what a mutant doesn't break stays the work of
//! the sound server.

#[cfg(test)]
mod tests;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

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

/// A request, wholly read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query without its question mark, still percent-encoded.
    pub query: Option<String>,
    /// Header fields.
    pub headers: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
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

    fn behind(&self, segment: &str) -> Option<&str> {
        self.path.split('/').skip_while(|part| *part != segment).nth(1)
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

    /// Every value of a query parameter, decoded; bytes that are not UTF-8 are replaced.
    pub fn parameters(&self, name: &str) -> Vec<String> {
        let pairs = self.query.as_deref().unwrap_or_default().split('&');
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.filter(|(key, _)| decode(key) == name).map(|(_, value)| decode(value)).collect()
    }

    /// The value of a query parameter that is given exactly once.
    pub fn parameter(&self, name: &str) -> Option<String> {
        <[String; 1]>::try_from(self.parameters(name)).ok().map(|[value]| value)
    }

    /// Takes a query parameter away, however often it is given.
    pub fn drop_parameter(&mut self, name: &str) {
        let pairs = self.query.as_deref().unwrap_or_default().split('&');
        let kept: Vec<_> = pairs
            .filter(|pair| decode(pair.split('=').next().unwrap_or_default()) != name)
            .collect();
        self.query = Some(kept.join("&")).filter(|query| !query.is_empty());
    }

    /// Gives a query parameter exactly once. The value is taken as it is, so it has to be encoded already.
    pub fn set_parameter(&mut self, name: &str, value: &str) {
        self.drop_parameter(name);
        let before = self.query.take().map(|query| query + "&").unwrap_or_default();
        self.query = Some(format!("{before}{name}={value}"));
    }

    /// A header field as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Sets a header field.
    pub fn set_header(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    /// The scheme and the rest of `Authorization`.
    pub fn authorization(&self) -> Option<(&str, &str)> {
        self.header("authorization").map(|value| value.split_once(' ').unwrap_or((value, "")))
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

    /// Its content as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A member of its JSON object.
    pub fn member(&self, name: &str) -> Option<Value> {
        self.json()?.as_object_mut()?.remove(name)
    }

    /// A member of its JSON object that is a string.
    pub fn text(&self, name: &str) -> Option<String> {
        self.member(name)?.as_str().map(str::to_owned)
    }

    /// Changes its JSON object, if it has one.
    pub fn edit(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        let Some(Value::Object(mut object)) = self.json() else { return };
        let before = object.clone();
        change(&mut object);
        if object != before {
            self.set_json(&Value::Object(object));
        }
    }

    /// Sets a member of its JSON object, if it has one.
    pub fn set_member(&mut self, name: &str, value: impl Into<Value>) {
        self.edit(|object| {
            object.insert(name.to_owned(), value.into());
        });
    }

    /// Carries this JSON instead.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
        self.headers.remove(CONTENT_LENGTH);
    }

    /// Its body is text with this in it.
    pub fn body_contains(&self, part: &str) -> bool {
        self.body.windows(part.len()).any(|window| window == part.as_bytes())
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
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

/// An answer, wholly read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Header fields; the length is left to whoever sends it.
    pub headers: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
    /// How it is sent.
    pub delivery: Delivery,
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As it should be.
    Whole,
    /// Half of the content, then the connection is closed.
    CutShort,
    /// Never.
    Withheld,
}

impl Answered {
    /// An answer with JSON of its own.
    pub fn json_with(status: u16, media_type: &'static str, body: &Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let body = body.to_string().into_bytes();
        Self { status, headers, body, delivery: Delivery::Whole }
    }

    /// Whether the request succeeded.
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Its content as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A value in its JSON.
    pub fn at(&self, pointer: &str) -> Option<Value> {
        self.json()?.pointer_mut(pointer).map(Value::take)
    }

    /// A string in its JSON.
    pub fn text_at(&self, pointer: &str) -> Option<String> {
        self.at(pointer)?.as_str().map(str::to_owned)
    }

    /// Sets a header field.
    pub fn set_header(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    /// Has this content type instead.
    pub fn set_media_type(&mut self, media_type: &'static str) {
        self.set_header("content-type", media_type);
    }

    /// Carries this JSON instead.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }

    /// Changes its JSON, if it has any.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let Some(mut value) = self.json() else { return };
        let before = value.clone();
        change(&mut value);
        if value != before {
            self.set_json(&value);
        }
    }

    /// Changes its JSON object, if it has one.
    pub fn edit_object(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        self.edit(|value| {
            if let Some(object) = value.as_object_mut() {
                change(object);
            }
        });
    }

    /// Sets a member of its JSON object, if it has one.
    pub fn set_member(&mut self, name: &str, value: impl Into<Value>) {
        self.edit_object(|object| {
            object.insert(name.to_owned(), value.into());
        });
    }

    /// Takes a member of its JSON object away.
    pub fn drop_member(&mut self, name: &str) {
        self.edit_object(|object| {
            object.shift_remove(name);
        });
    }

    /// Replaces a value in its JSON, if it is there.
    pub fn replace(&mut self, pointer: &str, value: impl Into<Value>) {
        self.edit(|json| {
            if let Some(place) = json.pointer_mut(pointer) {
                *place = value.into();
            }
        });
    }

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
