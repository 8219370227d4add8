use indexmap::IndexMap;

use super::{Extensions, Operation, Schema, SchemaId, Schemas, SecurityScheme};
use crate::{Origin, Sources};

/// An OpenAPI document, resolved.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The files it was read from, to look positions up in.
    pub sources: Sources,
    /// Which OpenAPI the document says it is.
    pub version: Version,
    /// The `info` object.
    pub info: Info,
    /// The document's own servers; an operation may have others.
    pub servers: Vec<Server>,
    /// The declared tags.
    pub tags: Vec<Tag>,
    /// Every operation, in document order. Ids are unique.
    pub operations: Vec<Operation>,
    /// Every schema that is reachable from an operation or a component.
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

    /// The operation of this id.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// The OpenAPI version a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 3.0.x
    V3_0,
    /// 3.1.x
    V3_1,
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

/// OAS 3.0.3 §4.7.5.
#[derive(Debug, Clone)]
pub struct Server {
    /// The URL, with `{variables}`, perhaps relative to where the document is served.
    pub url: String,
    /// What the server is.
    pub description: Option<String>,
    /// The variables of the URL.
    pub variables: IndexMap<String, ServerVariable>,
}

/// OAS 3.0.3 §4.7.6.
#[derive(Debug, Clone)]
pub struct ServerVariable {
    /// The value that is used where none is given.
    pub default: String,
    /// The values that are allowed; empty: any.
    pub values: Vec<String>,
    /// What the variable is.
    pub description: Option<String>,
}

/// OAS 3.0.3 §4.7.22.
#[derive(Debug, Clone)]
pub struct Tag {
    /// The name that operations use.
    pub name: String,
    /// What the tag groups.
    pub description: Option<String>,
    /// Where it is declared.
    pub origin: Origin,
}
