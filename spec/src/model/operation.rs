use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

use super::{
    Callback, Extensions, Header, Method, Records, Response, SchemaId, SecurityRequirement, Server,
    Status, essence, is_json, records,
};
use crate::Origin;
use crate::names::fold;

/// What wraps an answer: the member of the whole that has what it is about, `data` of `{"data": {…}, "meta": {…}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The member.
    pub member: String,
    /// What it must match.
    pub schema: SchemaId,
}

impl Envelope {
    /// What an answer is about: of one that isn't wrapped, as of a refusal, the whole.
    #[must_use]
    pub fn unwrapped(&self, mut answer: Value) -> Value {
        match answer.get_mut(&self.member).filter(|inner| inner.is_object()) {
            Some(inner) => inner.take(),
            None => answer,
        }
    }
}

/// One method of one path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The `operationId`, or one made from method and path where the document has none (or a duplicate).
    pub id: String,
    /// Whether `id` is what the document says.
    pub id_is_written: bool,
    /// What the document says where another operation has that id already.
    pub doubled_id: Option<String>,
    /// The HTTP method.
    pub method: Method,
    /// The path, as a template.
    pub path: PathTemplate,
    /// The tags it is listed under.
    pub tags: Vec<String>,
    /// One line on what it does.
    pub summary: Option<String>,
    /// More on what it does.
    pub description: Option<String>,
    /// The same, and what it says by referring to the rules of other operations.
    pub told: Option<String>,
    /// Whether that has rules of other operations.
    pub goes_by_others: bool,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Its parameters, those of the path item included (OAS: the operation's override those).
    pub parameters: Vec<Parameter>,
    /// Its request body.
    pub body: Option<RequestBody>,
    /// Its documented responses.
    pub responses: IndexMap<Status, Response>,
    /// What wraps its answers.
    pub envelope: Option<Envelope>,
    /// Alternatives, one of which must be met; empty: nobody is asked who they are.
    pub security: Vec<SecurityRequirement>,
    /// Servers of its own (or its path item's); empty: the document's.
    pub servers: Vec<Server>,
    /// What the API sends because of it; those of a callback itself are not read.
    pub callbacks: Vec<Callback>,
    /// Its extensions.
    pub extensions: Extensions,
    /// The operation object.
    pub origin: Origin,
}

impl Operation {
    /// The response documented for this status: its own, else its range's, else `default`.
    #[must_use]
    pub fn response_for(&self, status: u16) -> Option<&Response> {
        [Status::Code(status), Status::Range((status / 100) as u8), Status::Default]
            .iter()
            .find_map(|key| self.responses.get(key))
    }

    /// Whether this very status is documented, neither by its range nor by `default`.
    #[must_use]
    pub fn documents(&self, code: u16) -> bool {
        self.responses.contains_key(&Status::Code(code))
    }

    /// The parameter of this name in this location.
    #[must_use]
    pub fn parameter(&self, location: Location, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.location == location && p.name == name)
    }

    /// The header field by which a request is known again (draft-ietf-httpapi-idempotency-key-header), as it is called.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&Parameter> {
        const NAMES: [&str; 2] = ["idempotencykey", "xidempotencykey"];
        let is_it = |one: &&Parameter| {
            one.location == Location::Header && NAMES.contains(&fold(&one.name).as_str())
        };
        self.parameters.iter().find(is_it)
    }

    /// The parameter that is the whole query (OAS 3.2 §4.12.1), of which there is one at most.
    #[must_use]
    pub fn query_string(&self) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.location == Location::QueryString)
    }

    /// The responses that are documented for success, in order.
    pub fn successes(&self) -> impl Iterator<Item = &Response> {
        self.responses.values().filter(|response| response.status.is_success())
    }

    /// The first success that is JSON, and the schema of that.
    #[must_use]
    pub fn answer(&self) -> Option<(&Response, SchemaId)> {
        self.successes().find_map(|response| {
            let content = response.content.values().find(|content| content.is_json());
            content.and_then(|content| Some((response, content.schema?)))
        })
    }

    /// The schema of what the first success is about that is JSON, without what wraps it.
    #[must_use]
    pub fn answer_schema(&self) -> Option<SchemaId> {
        let wrapped = self.envelope.as_ref().map(|envelope| envelope.schema);
        wrapped.or_else(|| self.answer().map(|(_, schema)| schema))
    }

    /// The schema of the JSON that it takes.
    #[must_use]
    pub fn body_schema(&self) -> Option<SchemaId> {
        let content = self.body.iter().flat_map(|body| body.content.values());
        content.filter(|content| content.is_json()).find_map(|content| content.schema)
    }

    /// The media type of its body whose members have names: JSON, else a form, else parts.
    #[must_use]
    pub fn members_content(&self) -> Option<&MediaType> {
        let content = || self.body.iter().flat_map(|body| body.content.values());
        let is_parts = |content: &&MediaType| content.name.starts_with("multipart/form-data");
        content()
            .find(|content| content.is_json())
            .or_else(|| content().find(|content| content.is_form()))
            .or_else(|| content().find(is_parts))
    }

    /// What its body must match whose members have names.
    #[must_use]
    pub fn members_schema(&self) -> Option<SchemaId> {
        self.members_content()?.schema
    }

    /// What its parameters, headers and bodies must match.
    pub fn schemas(&self) -> impl Iterator<Item = SchemaId> {
        let parameters = self.parameters.iter().filter_map(Parameter::schema);
        let body = self.body.iter().flat_map(|body| content(&body.content));
        let responses = self.responses.values().flat_map(|response| {
            let headers = response.headers.values().filter_map(Header::schema);
            headers.chain(content(&response.content))
        });
        parameters.chain(body).chain(responses)
    }

    /// Whether who shows credentials may be answered otherwise than who shows none, though nobody has to: it asks for them as one
    /// of several alternatives, and documents that they may not do.
    #[must_use]
    pub fn takes_credentials(&self) -> bool {
        let refuses = [Status::Code(401), Status::Code(403)];
        self.is_public()
            && self.security.iter().any(|requirement| !requirement.schemes.is_empty())
            && refuses.iter().any(|status| self.responses.contains_key(status))
    }

    /// Whether a request without credentials may be answered with success.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.security.is_empty() || self.security.iter().any(|r| r.schemes.is_empty())
    }
}

fn content(media_types: &IndexMap<String, MediaType>) -> impl Iterator<Item = SchemaId> {
    media_types.values().flat_map(|media| [media.schema, media.item_schema]).flatten()
}

/// A path of `paths`: `/v1/orgs/{org_id}/workspaces`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathTemplate {
    /// As written.
    pub text: String,
    /// The segments between the slashes, each of literals and parameters.
    pub segments: Vec<Vec<PathPart>>,
}

/// A piece of a path segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathPart {
    /// Text that stands for itself.
    Literal(String),
    /// The name between braces.
    Parameter(String),
}

impl PathTemplate {
    /// A text that isn't taken apart: what stands in place of a path where there is none.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let segments = vec![vec![PathPart::Literal(text.to_owned())]];
        Self { text: text.to_owned(), segments }
    }

    /// Takes a path apart; text is never refused: an unclosed brace is a literal.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let segments = text.trim_start_matches('/').split('/').map(parse_segment).collect();
        Self { text: text.to_owned(), segments }
    }

    /// The names between braces, in order.
    pub fn parameters(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.segments.iter().flatten().filter_map(|part| match part {
            PathPart::Parameter(name) => Some(name.as_str()),
            PathPart::Literal(_) => None,
        })
    }

    /// The segments without the empty one behind a slash at the end.
    #[must_use]
    pub fn without_slash(&self) -> &[Vec<PathPart>] {
        without_slash(&self.segments)
    }

    /// The parameter that the path of one thing ends with: `id` of `/pets/{id}` and `/pets/{id}/`.
    #[must_use]
    pub fn item_parameter(&self) -> Option<&str> {
        match self.without_slash().last()?.as_slice() {
            [PathPart::Parameter(name)] => Some(name),
            _ => None,
        }
    }

    /// Whether it ends within what a parameter names, and not with one: `/items/{id}/image`.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.parameters().next().is_some() && self.item_parameter().is_none()
    }

    /// The text that the path ends with, if its last segment is nothing else: `confirm` of `/visits/{id}/confirm`.
    #[must_use]
    pub fn last_segment(&self) -> Option<&str> {
        match self.without_slash().last()?.as_slice() {
            [PathPart::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The last text between parameters, which calls what the path is about: `visits` of `/visits/{id}`.
    #[must_use]
    pub fn last_literal(&self) -> Option<&str> {
        self.literals().next_back()
    }

    /// The texts between its slashes and parameters, from left to right.
    pub fn literals(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.segments.iter().flatten().filter_map(|part| match part {
            PathPart::Literal(text) => Some(text.as_str()),
            PathPart::Parameter(_) => None,
        })
    }

    /// The path with each `{name}` replaced by `{}`: two operations of the same shape share their URLs.
    #[must_use]
    pub fn shape(&self) -> String {
        shape(&self.segments)
    }

    /// The shape of the path as far as a parameter, if that is a whole segment of it.
    #[must_use]
    pub fn shape_to(&self, parameter: &str) -> Option<String> {
        let is_it = |segment: &Vec<PathPart>| match segment.as_slice() {
            [PathPart::Parameter(name)] => name == parameter,
            _ => false,
        };
        let place = self.segments.iter().position(is_it)?;
        self.segments.get(..=place).map(shape)
    }
}

pub(crate) fn without_slash(segments: &[Vec<PathPart>]) -> &[Vec<PathPart>] {
    match segments.split_last() {
        Some((last, rest)) if last.is_empty() => rest,
        _ => segments,
    }
}

/// What stands for a parameter in a [shape](PathTemplate::shape): no literal text of a path has braces.
pub const ANY_SEGMENT: &str = "{}";

pub(crate) fn shape(segments: &[Vec<PathPart>]) -> String {
    let mut shape = String::new();
    for segment in segments {
        shape.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => shape.push_str(text),
                PathPart::Parameter(_) => shape.push_str(ANY_SEGMENT),
            }
        }
    }
    shape
}

pub(super) fn parse_segment(text: &str) -> Vec<PathPart> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        if open > 0 {
            parts.push(PathPart::Literal(rest[..open].to_owned()));
        }
        parts.push(PathPart::Parameter(rest[open + 1..open + length].to_owned()));
        rest = &rest[open + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(PathPart::Literal(rest.to_owned()));
    }
    parts
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "their names are OpenAPI's")]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
    /// All of the query, from OAS 3.2; such a parameter has [`ParameterShape::Content`].
    QueryString,
}

impl Location {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::QueryString];

    /// As in a document: `path`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::QueryString => "querystring",
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a parameter's value is written (OAS 3.0.3 §4.7.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their names are OpenAPI's")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// `name=value` pairs of a `Cookie` header as they are, without percent-encoding (from OAS 3.2).
    Cookie,
}

/// OAS 3.0.3 §4.7.12. Headers named `Accept`, `Content-Type` and `Authorization` never get here: OpenAPI ignores them.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// Where it stands.
    pub location: Location,
    /// Whether a request without it violates the contract.
    pub required: bool,
    /// Whether it should no longer be sent.
    pub deprecated: bool,
    /// What it is for.
    pub description: Option<String>,
    /// What it may be and how it is written.
    pub shape: ParameterShape,
    /// Its examples.
    pub examples: Vec<Example>,
    /// Its extensions.
    pub extensions: Extensions,
    /// The parameter object.
    pub origin: Origin,
}

impl Parameter {
    /// What the value must match, however it is written.
    #[must_use]
    pub fn schema(&self) -> Option<SchemaId> {
        match &self.shape {
            ParameterShape::Schema { schema, .. } => Some(*schema),
            ParameterShape::Content(media_type) => media_type.schema,
        }
    }
}

/// The two ways to say what a parameter may be.
#[derive(Debug, Clone)]
pub enum ParameterShape {
    /// `schema`, `style` and `explode`.
    Schema {
        /// What the value must match.
        schema: SchemaId,
        /// How it is written; the location's default where the document is silent.
        style: Style,
        /// Whether members and items become pairs of their own.
        explode: bool,
        /// Whether `:/?#[]@!$&'()*+,;=` go out unescaped.
        allow_reserved: bool,
    },
    /// `content`: the value as text of a media type.
    Content(Box<MediaType>),
}

/// OAS 3.0.3 §4.7.13.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// Whether a request without it violates the contract.
    pub required: bool,
    /// What it is.
    pub description: Option<String>,
    /// By media type (or range) as written; in document order.
    pub content: IndexMap<String, MediaType>,
    /// The request body object (behind its `$ref`).
    pub origin: Origin,
}

/// OAS 3.0.3 §4.7.14.
#[derive(Debug, Clone)]
pub struct MediaType {
    /// The key it stands under: `application/json`.
    pub name: String,
    /// What the content must match; `None`: anything.
    pub schema: Option<SchemaId>,
    /// What each item of a sequence must match, from OAS 3.2 (§4.14); read in earlier documents as well.
    pub item_schema: Option<SchemaId>,
    /// Its examples.
    pub examples: Vec<Example>,
    /// How the parts of a form or multipart body are written.
    pub encoding: IndexMap<String, Encoding>,
    /// How the first parts of a multipart body that has places rather than names are written (from OAS 3.2).
    pub prefix_encoding: Vec<Encoding>,
    /// How the parts behind those are written.
    pub item_encoding: Option<Encoding>,
    /// The media type object.
    pub origin: Origin,
}

impl MediaType {
    /// Whether the content is JSON: see [`is_json`].
    #[must_use]
    pub fn is_json(&self) -> bool {
        is_json(&self.name)
    }

    /// Whether the content is that of HTML forms: `application/x-www-form-urlencoded`, parameters aside.
    #[must_use]
    pub fn is_form(&self) -> bool {
        essence(&self.name) == "application/x-www-form-urlencoded"
    }

    /// How the content is written in records, if it is: see [`records`].
    #[must_use]
    pub fn records(&self) -> Option<Records> {
        records(&self.name)
    }

    /// What kind of patch the content is, if it is one.
    #[must_use]
    pub fn patch(&self) -> Option<PatchKind> {
        match essence(&self.name).as_str() {
            "application/merge-patch+json" => Some(PatchKind::Merge),
            "application/json-patch+json" => Some(PatchKind::Json),
            _ => None,
        }
    }
}

/// What a patch does, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchKind {
    /// RFC 7396: members that it names get their values, and are removed by `null`.
    Merge,
    /// RFC 6902: a list of operations.
    Json,
}

/// OAS 3.0.3 §4.7.15.
#[derive(Debug, Clone)]
pub struct Encoding {
    /// The part's media type.
    pub content_type: Option<String>,
    /// The part's headers, beside `Content-Type`.
    pub headers: IndexMap<String, Header>,
    /// How a form value is written.
    pub style: Option<Style>,
    /// Whether members and items become pairs of their own.
    pub explode: Option<bool>,
    /// Whether `:/?#[]@!$&'()*+,;=` go out unescaped.
    pub allow_reserved: bool,
    /// How the parts of the part are written, where it is multipart itself (from OAS 3.2).
    pub encoding: IndexMap<String, Encoding>,
    /// As [`MediaType::prefix_encoding`].
    pub prefix_encoding: Vec<Encoding>,
    /// As [`MediaType::item_encoding`].
    pub item_encoding: Option<Box<Encoding>>,
    /// The encoding object.
    pub origin: Origin,
}

/// An `example`, or one of `examples`.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its key in `examples`.
    pub name: Option<String>,
    /// One line on it.
    pub summary: Option<String>,
    /// The value; examples that only name an `externalValue`, or only say what is on the wire, are not kept.
    pub value: Value,
    /// The value as it is on the wire (from OAS 3.2).
    pub serialized: Option<String>,
    /// The value's own place.
    pub origin: Origin,
}
