//! The contract: an OpenAPI document as resolved, the one noun that generator, suite and review share.
//!
//! What the model promises its readers:
//! - every reference is followed: a schema is reached through a [`SchemaId`], never through a `$ref`;
//!   recursive schemas are cycles of ids, so walk them with a guard;
//! - documents of OpenAPI 3.0, 3.1 and 3.2 look alike: `nullable` has become the type `null`,
//!   `const` a one-value `enum`, boolean `exclusiveMinimum` a [`Bound`];
//! - everything is in the order of the document;
//! - each node has an [`Origin`](crate::Origin), the place in the document that it was read from;
//! - what could not be understood is absent here and stands in the findings; an operation of which a part could not be
//!   understood is absent as a whole, and among [`Contract::left_out`].

mod applicators;
mod callback;
mod contract;
mod expression;
mod implied;
mod media_type;
mod method;
mod operation;
mod response;
mod schema;
mod security;
mod server;
mod xml;

pub use applicators::{Applicators, Applied, Condition, Contains};
pub use callback::{Callback, DestinationPart};
pub use contract::{Contract, Info, LeftOut, Tag, Version};
pub use expression::{ExpressionError, RuntimeExpression};
pub use implied::implied_type;
pub use media_type::{Records, essence, is_json, parameters, records};
pub use method::{Method, MethodToken};
pub use operation::{
    ANY_SEGMENT, Encoding, Envelope, Example, Location, MediaType, Operation, Parameter,
    ParameterShape, PatchKind, PathPart, PathTemplate, RequestBody, Style,
};
pub(crate) use operation::{shape, without_slash};
pub use response::{Header, Link, LinkTarget, Response, Status};
pub use schema::{Additional, Bound, Discriminator, JsonType, Schema, SchemaId, Schemas, TypeSet};
pub use security::{OAuthFlow, SecurityKind, SecurityRequirement, SecurityScheme};
pub use server::{Server, ServerVariable};
pub use xml::{Xml, XmlNode};

/// Specification extensions (`x-…`), as written.
pub type Extensions = indexmap::IndexMap<String, serde_json::Value>;
