use std::fmt;

use indexmap::IndexMap;

use super::{
    Callback, Extensions, Method, Operation, PathTemplate, Schema, SchemaId, Schemas,
    SecurityScheme, Server,
};
use crate::{Origin, Sources};

/// An OpenAPI document, resolved.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The files it was read from, to look positions up in.
    pub sources: Sources,
    /// Which OpenAPI the document says it is.
    pub version: Version,
    /// The URI that the document gives itself (from OAS 3.2).
    pub self_uri: Option<String>,
    /// The `info` object.
    pub info: Info,
    /// The document's own servers; an operation may have others.
    pub servers: Vec<Server>,
    /// The declared tags.
    pub tags: Vec<Tag>,
    /// Every operation that could be read without a gap, in document order. Ids are unique.
    pub operations: Vec<Operation>,
    /// The operations that an error of the document touches, in document order; behind them those of which nothing
    /// could be read.
    pub left_out: Vec<LeftOut>,
    /// What the API sends without being asked, in document order.
    pub webhooks: Vec<Callback>,
    /// The operations of callbacks and webhooks that an error of the document touches.
    pub callbacks_left_out: Vec<LeftOut>,
    /// Every schema that is reachable from an operation, a callback, a webhook or a component.
    pub schemas: Schemas,
    /// `components.schemas` of the root document, by name.
    pub components: IndexMap<String, SchemaId>,
    /// `components.securitySchemes`, by name.
    pub security_schemes: IndexMap<String, SecurityScheme>,
    /// Extensions of the document's root.
    pub extensions: Extensions,
}

impl Contract {
    /// The schema behind an id.
    #[must_use]
    pub fn schema(&self, id: SchemaId) -> &Schema {
        self.schemas.get(id)
    }

    /// Every callback that could be read without a gap, each with the operation that it is a callback of.
    pub fn callbacks(&self) -> impl Iterator<Item = (&Operation, &Callback)> {
        let operations = self.operations.iter();
        operations.flat_map(|owner| owner.callbacks.iter().map(move |callback| (owner, callback)))
    }

    /// Every callback and webhook: what the API sends, and a client receives.
    pub fn sent(&self) -> impl Iterator<Item = &Callback> {
        self.callbacks().map(|(_, callback)| callback).chain(&self.webhooks)
    }

    /// Whether an operation is limited by itself in how often it is called: its 429 (RFC 6585 §4) is documented for it, and for
    /// hardly another one.
    #[must_use]
    pub fn is_limited_by_itself(&self, operation: &Operation) -> bool {
        let is_limited = |one: &&Operation| one.documents(429);
        let (limited, all) = (self.operations.iter().filter(is_limited), self.operations.len());
        is_limited(&operation) && limited.count() * 4 <= all
    }

    /// The operation of this id.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The path that the document's first server puts in front of every path, such as `/api/v1`, without a slash at
    /// its end; `None` where that is nothing. What a relative URL is relative to isn't known here: it is taken for the
    /// root.
    #[must_use]
    pub fn base_path(&self) -> Option<String> {
        self.servers.first()?.path()
    }

    /// Whether the document has an operation of this id, be it left out.
    #[must_use]
    pub fn declares(&self, id: &str) -> bool {
        let left_out = || self.left_out.iter().any(|one| one.operation_id.as_deref() == Some(id));
        self.operation(id).is_some() || left_out()
    }

    /// Whether a method of a path is left out, so that nothing can be said of it.
    #[must_use]
    pub fn leaves_out(&self, method: Method, path: &PathTemplate) -> bool {
        self.left_out.iter().any(|one| {
            one.method.is_none_or(|own| own == method) && one.path.shape() == path.shape()
        })
    }
}

/// An operation that can't be relied on, since something in it, or in a schema that it reaches, could not be read.
///
/// ```text
/// `getPet` (GET /pets/{id}) is left out: path parameter `id` of `/pets/{id}` is not declared
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id, as in [`Operation::id`]; `None` where nothing of the operation could be read.
    pub operation_id: Option<String>,
    /// Its method; `None`: every operation of the path.
    pub method: Option<Method>,
    /// Its path.
    pub path: PathTemplate,
    /// The code of the first error that touches it.
    pub code: &'static str,
    /// The message of that error.
    pub reason: String,
    /// Where that error is.
    pub at: Origin,
    /// The operation object, or the path item.
    pub origin: Origin,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, reason, .. } = self;
        match (&self.operation_id, self.method) {
            (Some(id), Some(method)) => write!(f, "`{id}` ({method} {path})")?,
            (_, Some(method)) => write!(f, "{method} {path}")?,
            (_, None) => write!(f, "every operation of {path}")?,
        }
        write!(f, " is left out: {reason}")
    }
}

/// The OpenAPI version a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 3.0.x
    V3_0,
    /// 3.1.x
    V3_1,
    /// 3.2.x
    V3_2,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V3_2 => "3.2",
        })
    }
}

/// OAS 3.0.3 §4.7.2.
#[derive(Debug, Clone, Default)]
pub struct Info {
    /// The API's title.
    pub title: String,
    /// The API's own version.
    pub version: String,
    /// What the API is for, in CommonMark.
    pub description: Option<String>,
}

/// OAS 3.0.3 §4.7.22.
#[derive(Debug, Clone)]
pub struct Tag {
    /// The name that operations use.
    pub name: String,
    /// What people call the tag (from OAS 3.2).
    pub summary: Option<String>,
    /// What the tag groups.
    pub description: Option<String>,
    /// The tag that it is a part of: another declared one, never itself by any way (from OAS 3.2).
    pub parent: Option<String>,
    /// What kind of tag it is, such as `nav`, `badge` or `audience` (from OAS 3.2).
    pub kind: Option<String>,
    /// Where it is declared.
    pub origin: Origin,
}
