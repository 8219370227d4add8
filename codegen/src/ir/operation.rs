//! The operations of a contract in Rust.

use serde_json::Value;
use spec::Origin;
use spec::model::{Location, Method, PathTemplate, Status, Style};

use super::schema::Keywords;
use super::types::{Presence, Rules, Slot, Type};
use super::{Docs, Requirement};

/// Which way the requests of an operation go.
///
/// | requests go | answered in | sent by |
/// | --- | --- | --- |
/// | to the API | `crate::server` | `crate::client` |
/// | from the API, as callbacks and webhooks | `crate::receiver` | `crate::sender` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From those who call the API, to it.
    ToApi,
    /// From the API to those who called it, or told it where they are.
    FromApi,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ToApi, Self::FromApi];

    /// The module of those who answer.
    #[must_use]
    pub fn answering(self) -> &'static str {
        match self {
            Self::ToApi => "server",
            Self::FromApi => "receiver",
        }
    }

    /// The module of those who ask, and what a value of its type is called.
    #[must_use]
    pub fn asking(self) -> &'static str {
        match self {
            Self::ToApi => "client",
            Self::FromApi => "sender",
        }
    }

    /// The type that asks.
    #[must_use]
    pub fn asking_type(self) -> &'static str {
        match self {
            Self::ToApi => "Client",
            Self::FromApi => "Sender",
        }
    }
}

/// The operations that share a first tag and a direction; they share a module (and may share a trait).
#[derive(Debug, Clone)]
pub struct Group {
    /// Which way their requests go.
    pub direction: Direction,
    /// The tag; `None` for operations without one.
    pub tag: Option<String>,
    /// The name of the module: `pets`. Unique among groups.
    pub module: String,
    /// The trait: `Pets`. Unique among groups, and none of those around it.
    pub rust: String,
    /// What the tag groups.
    pub docs: Docs,
    /// Indices into [`Api::operations`](super::Api::operations), ascending.
    pub operations: Vec<usize>,
}

/// One method of one path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The id, as the document has it.
    pub id: String,
    /// The name of methods: `list_pets`. Unique among operations.
    pub rust: String,
    /// In Pascal case, the stem of the operation's types: `ListPets`.
    /// `<stem>Parameters`, `<stem>Body`, `<stem>Response`, `<stem>Success`, `<stem>Failure` and `<stem>Error`
    /// are free in `crate::operations` for any stem.
    pub stem: String,
    /// The HTTP method.
    pub method: Method,
    /// The path; each of its parameters is in [`Operation::parameters`], with location `path`. What the API sends has
    /// none: it is the path, a literal, at which the router of receivers has it unless told otherwise.
    pub path: PathTemplate,
    /// What it is, where the API sends it.
    pub sent: Option<Sent>,
    /// Its position in [`Api::groups`](super::Api::groups).
    pub group: usize,
    /// Summary and description.
    pub docs: Docs,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Its parameters; `None` where it has none.
    pub parameters: Option<Parameters>,
    /// What it takes as a body.
    pub body: Option<Body>,
    /// What it answers.
    pub responses: Responses,
    /// Alternatives, one of which must be met; empty: nobody is asked who they are.
    pub security: Vec<Requirement>,
    /// How its pages follow each other, where that can be told.
    pub paging: Option<Paging>,
    /// The operation object.
    pub origin: Origin,
}

/// A request that the API sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The name of the callback, or of the webhook.
    pub name: String,
    /// Where a callback goes; `None`: a webhook.
    pub callback: Option<CallbackOf>,
}

/// What a callback belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackOf {
    /// The id of the operation that it is a callback of; the first of several.
    pub operation: String,
    /// Where it goes, as the contract has it: `{$request.body#/url}`.
    pub expression: String,
    /// The same in parts, where all of them are known of a request for that operation.
    pub destination: Option<Vec<DestinationPart>>,
}

/// A part of where a callback goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationPart {
    /// What stands for itself.
    Literal(String),
    /// A parameter, by its field in the struct of the operation's parameters.
    Parameter {
        /// The name of the field.
        rust: String,
        /// Whether it is there always, else an `Option`.
        required: bool,
    },
    /// What stands in the body at this JSON pointer.
    Body(String),
}

impl Operation {
    /// What is asked, and where, in a line of Markdown: `GET /pets`.
    #[must_use]
    pub fn line(method: Method, path: &PathTemplate, sent: Option<&Sent>) -> String {
        let shown = |text: &str| text.replace('`', "'").replace(char::is_control, " ");
        match sent {
            None => format!("`{method} {}`", shown(&path.text)),
            Some(Sent { name, callback: None }) => {
                format!("`{method}`, the webhook `{}`", shown(name))
            }
            Some(Sent { name, callback: Some(CallbackOf { operation, expression, .. }) }) => {
                format!(
                    "`{method} {}`, the callback `{}` of `{}`",
                    shown(expression),
                    shown(name),
                    shown(operation)
                )
            }
        }
    }

    /// The path as the contract has it; empty for what the API sends, which has none.
    #[must_use]
    pub fn contract_path(&self) -> &str {
        if self.sent.is_some() { "" } else { &self.path.text }
    }

    /// Which way its requests go.
    #[must_use]
    pub fn direction(&self) -> Direction {
        if self.sent.is_some() { Direction::FromApi } else { Direction::ToApi }
    }

    /// What axum calls a filter of the method; `None` where it has none.
    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        let is_unknown = matches!(self.method, Method::Query | Method::Other(_));
        (!is_unknown).then(|| self.method.as_str())
    }
}

/// A struct with all parameters of an operation: `ListPetsParameters`.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// The name of the struct.
    pub rust: String,
    /// The fields, in the order of the document's list.
    pub fields: Vec<Parameter>,
}

impl Parameters {
    /// The parameters of one location.
    pub fn of(&self, location: Location) -> impl Iterator<Item = &Parameter> {
        self.fields.iter().filter(move |field| field.location == location)
    }

    /// Whether none must be given.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        self.fields.iter().all(|field| !field.required)
    }
}

/// A parameter, as a field of the struct: `T` where it is required, else `Option<T>`.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name of the field.
    pub rust: String,
    /// The name on the wire.
    pub wire: String,
    /// Where it stands.
    pub location: Location,
    /// What it holds. Never nullable: text can't say null.
    pub slot: Slot,
    /// Whether a request without it violates the contract.
    pub required: bool,
    /// What absence means; for documentation, and `None` where it doesn't fit the type.
    pub default: Option<Value>,
    /// How the value becomes text.
    pub form: ParameterForm,
    /// What it is.
    pub docs: Docs,
    /// Whether it should no longer be sent.
    pub deprecated: bool,
    /// The parameter object.
    pub origin: Origin,
}

/// How the value of a parameter becomes text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterForm {
    /// A single value: its type is [`textual`](super::Item::textual) or a primitive.
    Text {
        /// `simple`, `label`, `matrix` or `form`.
        style: Style,
        /// Whether `:/?#[]@!$&'()*+,;=` go out unescaped.
        allow_reserved: bool,
    },
    /// An array (`Vec<T>`) of single values.
    List {
        /// Any style but `deepObject`.
        style: Style,
        /// Whether each item becomes a pair of its own.
        explode: bool,
        /// Whether `:/?#[]@!$&'()*+,;=` go out unescaped.
        allow_reserved: bool,
    },
    /// An object: read and written through its JSON form, whose members are single values or lists of them.
    Object {
        /// Any style.
        style: Style,
        /// Whether each member becomes a pair of its own.
        explode: bool,
        /// Whether `:/?#[]@!$&'()*+,;=` go out unescaped.
        allow_reserved: bool,
    },
    /// An object whose members are pairs of their own, each in a form of its own where it isn't a single value or a list of
    /// such, with a pair for each item.
    Spread {
        /// The names of its members; `None`: all that no other parameter has.
        own: Option<Vec<String>>,
        /// The members that have a form of their own.
        members: Vec<(String, ParameterForm)>,
        /// Whether `:/?#[]@!$&'()*+,;=` go out unescaped.
        allow_reserved: bool,
    },
    /// JSON as text (a parameter with `content`, or a value that no style can say).
    Json,
    /// An array whose items are parts of a body, or pairs of a form: each is JSON.
    JsonItems,
    /// A single value, or JSON where it is an object or a list.
    TextOrJson,
}

impl ParameterForm {
    /// Whether it is one text, whatever the value: all of a query may be.
    #[must_use]
    pub fn is_one_text(&self) -> bool {
        matches!(self, Self::Text { .. } | Self::Json)
    }
}

/// What an operation takes as a body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Whether a request without it violates the contract; else the argument is an `Option`.
    pub required: bool,
    /// One content a media type, JSON first; never empty.
    pub contents: Vec<Content>,
    /// Where there are several: the name of an enum with a variant a content, `<stem>Body`.
    pub choice: Option<String>,
    /// What it is.
    pub docs: Docs,
    /// The request body object.
    pub origin: Origin,
}

/// A body in one media type.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The media type or range, in lower case but for what its parameters are: `application/json; v=1`, `image/*`.
    pub media_type: String,
    /// The name of the variant where there is a choice: `Json`.
    pub rust: String,
    /// What it is in Rust.
    pub kind: ContentKind,
}

impl Content {
    /// Whether it comes or goes piece by piece.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        matches!(self.kind, ContentKind::Stream | ContentKind::Items(..))
    }

    /// The media type that says what is sent, which no range can (RFC 9110 §8.3). Where there is more than one way to write
    /// it, whoever sends it says which it is.
    #[must_use]
    pub fn sent(&self) -> &str {
        match self.kind {
            ContentKind::Json(_) if self.is_range() => "application/json",
            ContentKind::Items(Framing::Records, _) if self.is_range() => "application/json-seq",
            _ => &self.media_type,
        }
    }

    /// Whether the contract leaves open which media type it is: `image/*`.
    #[must_use]
    pub fn is_range(&self) -> bool {
        self.media_type.split(';').next().is_some_and(|essence| essence.contains('*'))
    }
}

/// What a body is in Rust.
#[derive(Debug, Clone, PartialEq)]
pub enum ContentKind {
    /// JSON of this type.
    Json(Slot),
    /// `application/x-www-form-urlencoded` of this type, an object; and the members that have a form of their own.
    Form(Slot, Vec<(String, ParameterForm)>),
    /// `multipart/form-data` of these parts, in a request; bytes where they aren't known.
    Multipart(Option<Parts>),
    /// Text: `String`.
    Text,
    /// Text that is one value of this type: `42`, a date, one of a few words.
    Value(Slot),
    /// `bytes::Bytes`
    Bytes,
    /// Bytes as they come: `ByteStream`.
    Stream,
    /// Items of this type, one after the other: `ItemStream`.
    Items(Framing, Slot),
}

/// A struct of the parts of a body: `UploadParts`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// The name of the struct, in `crate::operations`.
    pub rust: String,
    /// Its fields.
    pub parts: Vec<Part>,
    /// Whether parts of other names are refused.
    pub is_closed: bool,
    /// What is asked of which parts there are, whatever is in them.
    pub together: Keywords,
}

/// A part, as a field: `T` where it is required, else `Option<T>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The name of the field.
    pub rust: String,
    /// The name on the wire.
    pub wire: String,
    /// What it is in Rust.
    pub kind: PartKind,
    /// Whether a body without it violates the contract.
    pub required: bool,
    /// Its own header fields, each a field of the struct beside it; none of a part that may come more than once.
    pub headers: Vec<HeaderField>,
    /// What it is.
    pub docs: Docs,
}

impl Part {
    /// Whether a header field is there in every body.
    #[must_use]
    pub fn has_always(&self, header: &HeaderField) -> bool {
        self.required && header.required
    }
}

/// What a part is in Rust.
#[derive(Debug, Clone, PartialEq)]
pub enum PartKind {
    /// `FilePart`
    File,
    /// `Vec<FilePart>`, whether required or not: a part each, as many as these rules allow.
    Files(Rules),
    /// A value of this type; a list is a part an item.
    Value {
        /// What it holds.
        slot: Box<Slot>,
        /// How it becomes text: one, a list, or JSON.
        form: ParameterForm,
        /// The media type that is told; `None`: it goes without saying.
        media_type: Option<String>,
    },
}

impl PartKind {
    /// Whether it is any number of files.
    #[must_use]
    pub fn is_files(&self) -> bool {
        matches!(self, Self::Files(_))
    }

    /// Whether it is one file, or several.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File | Self::Files(_))
    }
}

/// How items stand in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// A line of JSON each.
    Lines,
    /// A record of JSON each (RFC 7464).
    Records,
    /// Server-sent events whose data are JSON of the type.
    Events,
    /// Server-sent events whose data are text; the type is `String`.
    TextEvents,
    /// Server-sent events whose fields are members of the type.
    EventObjects,
}

/// An enum with a variant a documented response: `ListPetsResponse`, of the server; the client has two, one of successes
/// and one of failures.
#[derive(Debug, Clone)]
pub struct Responses {
    /// The name of the enum.
    pub rust: String,
    /// One variant a status, range or default, ascending; empty where nothing is documented.
    pub variants: Vec<Variant>,
}

/// A documented response.
///
/// It is declared as `Name` (neither status, headers nor body), `Name(Body)` (a body alone: [`Variant::is_tuple`]) or
/// `Name(Struct)`, where the struct of `crate::responses` has a field for the status (with a range or `default`), for each
/// header and for the body: what it has of these, in that order. Responses that are alike share the struct.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The name of the variant: `NotFound`.
    pub rust: String,
    /// The status; with a range or `default` there is a field `status: http::StatusCode`.
    pub status: Status,
    /// The name of the component it is a reference to (`Response::component`), as written: servers share a hook for it.
    pub component: Option<String>,
    /// The headers, each a field. None is called `status` or `body`.
    pub headers: Vec<HeaderField>,
    /// One content a media type; empty: no body.
    pub contents: Vec<Content>,
    /// Where there are several: the name of an enum with a variant a content, `<stem><Name>Body`; `<Component>Body` where
    /// the response is a component, whose enum serves all operations that have it.
    pub choice: Option<String>,
    /// What it means.
    pub docs: Docs,
    /// The response object.
    pub origin: Origin,
}

impl Variant {
    /// Whether the variant has a field for the status.
    #[must_use]
    pub fn has_status(&self) -> bool {
        !matches!(self.status, Status::Code(_))
    }

    /// Whether it is declared as `Name(Body)`.
    #[must_use]
    pub fn is_tuple(&self) -> bool {
        !self.has_status() && self.headers.is_empty() && !self.contents.is_empty()
    }

    /// Whether it is declared as `Name` alone.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        !self.has_status() && self.headers.is_empty() && self.contents.is_empty()
    }
}

/// A header of a response, as a field of its variant: `T` where it is required, else `Option<T>`.
#[derive(Debug, Clone, PartialEq)]
pub struct HeaderField {
    /// The name of the field.
    pub rust: String,
    /// The name of the header, in lower case.
    pub wire: String,
    /// What it holds; never nullable.
    pub slot: Slot,
    /// Whether a response, or a part, without it violates the contract.
    pub required: bool,
    /// How the value becomes text; the style is always `simple`.
    pub form: ParameterForm,
    /// What it is.
    pub docs: Docs,
}

/// How the pages of a list follow each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    /// How one leads to the next.
    pub step: Step,
    /// The field of the body with the items, an array; `None`: the body is one itself.
    pub items: Option<String>,
    /// The index of the success among the response's variants.
    pub variant: usize,
}

/// How a cursor becomes what a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum CursorConversion {
    /// It is of the parameter's type.
    Same,
    /// Its text.
    Text,
    /// A newtype, this one, of its text.
    TextOf(Type),
}

/// A field that a page is looked up in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageField {
    /// Its name.
    pub rust: String,
    /// Whether it may be absent or null.
    pub presence: Presence,
}

/// How one page leads to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The parameter takes what the page tells.
    Cursor {
        /// The parameter's field: an `Option` of a textual type.
        parameter: String,
        /// Whether the last item tells it, not the body.
        by_last_item: bool,
        /// The fields that lead to the next cursor, each of what the one before holds.
        next: Vec<PageField>,
        /// How that becomes what the parameter takes.
        takes: CursorConversion,
        /// The field of the body that says whether there is more: a boolean.
        more: Option<PageField>,
    },
    /// The parameter counts: items, or pages from the first on. The page after the last is empty.
    Count {
        /// The parameter's field: an `Option` of an integer.
        parameter: String,
        /// The number of the first page; `None` where items are counted, from 0.
        first: Option<i64>,
    },
    /// A header field says where the next page is (RFC 8288).
    Link {
        /// The header's field, of text.
        header: String,
    },
    /// A member of the body has the URL of the next page.
    Url {
        /// The fields that lead to it, each of what the one before holds.
        next: Vec<PageField>,
    },
}
