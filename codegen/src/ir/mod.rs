//! The plain data between a contract and Rust source: what is to be written, every decision made.
//!
//! ```text
//! Contract ──lower──▶ Api (this) ──emit──▶ Vec<GeneratedFile>
//! ```
//!
//! What [`Api`] promises, so that emitting is total and never asks the contract again:
//! - every name is final: a legal Rust identifier (raw where it must be, as `r#type`), in Rust's letter case, and
//!   unique in the scope that it is declared in; the name on the wire stands beside it;
//! - a type is reached through a [`TypeId`]; where a type would contain itself, the use is [`Type::Boxed`], where it would be too deep [`Type::Deep`];
//! - each union has its [`Tag`](types::Tag) and each field its [`Presence`](types::Presence);
//! - text of the contract is [`Docs`]: Markdown that rustdoc takes without a warning;
//! - the order is that of the document's lists, else that of names: to shuffle the members of its objects changes nothing;
//! - nothing holds tokens, so files may be emitted on any thread.
//!
//! Where things are declared in the crate that is written:
//!
//! | item | path |
//! | --- | --- |
//! | types ([`Api::types`]) | `crate::types::Name`, whatever [`Item::file`](types::Item::file) |
//! | [`Parameters`], [`Body::choice`](operation::Body::choice), [`Variant::choice`](operation::Variant::choice) | `crate::operations::Name` |
//! | responses with headers or a status to choose | `crate::responses::Name` |
//! | [`Api::shared_schemas`] | `crate::schemas::NAME` |
//! | what does not depend on the document | `crate::runtime::…` |
//! | server traits, [`Responses`], router | `crate::server::…` (feature `server`) |
//! | client | `crate::client::…` (feature `client`) |
//! | the same of what the API sends | `crate::receiver::…` (feature `server`), `crate::sender::…` (feature `client`) |

pub mod operation;
pub mod schema;
pub mod security;
pub mod types;

pub use operation::{
    Body, CallbackOf, Content, ContentKind, DestinationPart, Direction, Framing, Group,
    HeaderField, Operation, Parameter, Parameters, Part, PartKind, Parts, Responses, Sent, Variant,
};
pub use schema::SharedSchema;
pub use security::{Credential, Requirement, Scheme};
use spec::model::{PathPart, SchemaId};
pub use types::{Item, Slot, Type, TypeId};

use crate::settings::Runtime;

/// A crate that is to be written.
#[derive(Debug, Clone)]
pub struct Api {
    /// The package: `pet-store`.
    pub package: Package,
    /// Every type, at the index that its [`TypeId`] says.
    pub types: Vec<Item>,
    /// Whether a use of a type is [`Type::Deep`].
    pub is_deep: bool,
    /// The schemas that have a declared type, each with it, in the order of reading: [`Type::Named`], and
    /// [`Type::Nullable`] around it where null is among the values. Of several schemas of one type the first.
    pub schemas: Vec<(SchemaId, Type)>,
    /// The schemas that keywords of types refer to, by name.
    pub shared_schemas: Vec<SharedSchema>,
    /// Every operation, by path and method; behind them what the API sends, callbacks before webhooks and by name.
    pub operations: Vec<Operation>,
    /// The operations by direction and first tag, in the order of the tags; every operation is in exactly one.
    pub groups: Vec<Group>,
    /// The security schemes that an operation names.
    pub schemes: Vec<Scheme>,
    /// Where the API is served, as written; the first is the default.
    pub servers: Vec<Server>,
}

impl Api {
    /// The type behind an id.
    #[must_use]
    pub fn item(&self, id: TypeId) -> &Item {
        &self.types[id.0 as usize]
    }

    /// The operations of one direction, and their indices.
    pub fn operations_in(
        &self,
        direction: Direction,
    ) -> impl Iterator<Item = (usize, &Operation)> + Clone {
        let operations = self.operations.iter().enumerate();
        operations.filter(move |(_, operation)| operation.direction() == direction)
    }

    /// The groups of one direction.
    pub fn groups_in(&self, direction: Direction) -> impl Iterator<Item = &Group> + Clone {
        self.groups.iter().filter(move |group| group.direction == direction)
    }

    /// Whether there is an operation of this direction.
    #[must_use]
    pub fn has(&self, direction: Direction) -> bool {
        self.groups_in(direction).next().is_some()
    }

    /// The operations of a group.
    pub fn operations_of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Operation> {
        group.operations.iter().map(|index| &self.operations[*index])
    }

    /// The scheme of this name on the wire.
    #[must_use]
    pub fn scheme(&self, wire: &str) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| scheme.wire == wire)
    }

    /// What an alias stands for, however many aliases deep; any other type as it is.
    #[must_use]
    pub fn resolve<'a>(&'a self, ty: &'a Type) -> &'a Type {
        let mut ty = ty;
        // Lowering breaks cycles of aliases; the bound only makes that plain here.
        for _ in 0..=self.types.len() {
            match ty {
                Type::Boxed(inner) | Type::Deep(inner) => ty = inner,
                Type::Named(id) => match &self.item(*id).kind {
                    types::Kind::Alias(slot) => ty = &slot.ty,
                    _ => return ty,
                },
                _ => return ty,
            }
        }
        ty
    }
}

/// The package that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// For Cargo: `pet-store`.
    pub name: String,
    /// For `use`: `pet_store`.
    pub library: String,
    /// In Pascal case, for the names of traits and clients: `PetStore` of "Pet Store API".
    pub stem: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`, as written: the API's, not the package's.
    pub api_version: String,
    /// `info.description`.
    pub docs: Docs,
    /// The document that it is written from, as named in the header of each file.
    pub spec: String,
    /// Where the runtime is from.
    pub runtime: Runtime,
}

/// A server of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What it is called in Rust: a type where there are variables, else a constant.
    pub rust: String,
    /// With the default of each variable, perhaps relative.
    pub url: String,
    /// The URL, taken apart.
    pub parts: Vec<PathPart>,
    /// The variables.
    pub variables: Vec<Variable>,
    /// What it is.
    pub docs: Docs,
}

/// A variable of a server's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name of the field.
    pub rust: String,
    /// The name in the URL.
    pub wire: String,
    /// The value where none is given.
    pub default: String,
    /// The enum of its values, where they are listed; else any text.
    pub ty: Option<String>,
    /// The values by the names of their variants.
    pub values: Vec<(String, String)>,
    /// What it is.
    pub docs: Docs,
}

/// Markdown for a doc comment, one string a line; made fit for rustdoc. Empty: nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Docs {
    /// The lines, without a leading space.
    pub lines: Vec<String>,
}

impl Docs {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
