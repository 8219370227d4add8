//! Requests with holes: templates that the runner fills from inputs and earlier answers.

use std::sync::Arc;

use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use spec::model::Method;

use super::alteration::Alteration;
use super::multipart::{self, Part};
use super::serial;
use crate::expression::{Context, Expression, Unresolved};

/// What is sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// The method; a probe may use another than its operation's.
    #[serde(serialize_with = "serial::display")]
    pub method: Method,
    /// The path template, as the contract writes it; it stands behind the target's URL.
    pub path: String,
    /// What stands for each `{name}` of the path.
    pub path_parameters: IndexMap<String, Text>,
    /// The query, in order; a name may come twice, and a pair without a name is its value alone.
    pub query: Vec<Pair>,
    /// Header fields beside those that the runner adds (`Authorization`, `Content-Type`, `Content-Length`, `Host`).
    pub headers: Vec<Pair>,
    /// The body; `None`: a request without content and without `Content-Type`.
    pub body: Option<Body>,
    /// Who it is sent as.
    pub credentials: Credentials,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The name, not yet encoded.
    pub name: String,
    /// The value.
    pub value: Text,
}

/// A body and what it is declared as.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Body {
    /// `Content-Type`; `None`: the header is left out.
    pub content_type: Option<String>,
    /// The content.
    pub content: Content,
}

/// The content of a body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A JSON value.
    Json(Template),
    /// An object of JSON: some members of a value, as far as it has them.
    Members(Members),
    /// The text of a JSON value, made wrong on purpose.
    Defective {
        /// The value.
        json: Template,
        /// What is done to its text.
        defect: Defect,
    },
    /// `application/x-www-form-urlencoded` pairs.
    Form(Vec<Pair>),
    /// `multipart/form-data`: these parts.
    Multipart(Vec<Part>),
    /// A text with holes; nothing in it is encoded.
    Text(Text),
    /// Exactly these bytes; they may be none.
    Bytes(Vec<u8>),
}

/// Some members of an object that an answer had.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Members {
    /// The object.
    pub of: Expression,
    /// Their names.
    pub names: Vec<String>,
    /// Whether those that it lacks are null, which removes them by a merge patch (RFC 7396); else they are left out.
    pub nulls: bool,
}

impl Members {
    fn fill(&self, context: &Context<'_>) -> Result<Value, Unresolved> {
        let whole = self.of.value(context)?;
        let member = |name: &String| match whole.get(name) {
            None if self.nulls => Some((name.clone(), Value::Null)),
            there => Some((name.clone(), there?.clone())),
        };
        Ok(Value::Object(self.names.iter().filter_map(member).collect()))
    }
}

/// What makes the text of a JSON value wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Defect {
    /// Its last byte is missing.
    Truncated,
    /// Something follows it.
    Trailing,
    /// In place of each [`Content::MARK`] stands the escape of a lone surrogate, which no text can contain.
    LoneSurrogate,
    /// In place of each [`Content::MARK`] stands a byte that is no UTF-8.
    InvalidUtf8,
}

impl Content {
    /// Stands in a string of a [`Content::Defective`] value where the defect goes; a private-use character.
    pub const MARK: char = '\u{f8ff}';

    /// The bytes to send. JSON is written without blank space.
    ///
    /// # Errors
    /// The first expression that has no value here.
    pub fn fill(&self, context: &Context<'_>) -> Result<Vec<u8>, Unresolved> {
        match self {
            Self::Json(template) => Ok(template.fill(context)?.to_string().into_bytes()),
            Self::Members(members) => Ok(members.fill(context)?.to_string().into_bytes()),
            Self::Defective { json, defect } => Ok(defect.apply(&json.fill(context)?.to_string())),
            Self::Form(pairs) => {
                let mut form = Vec::new();
                for Pair { name, value } in pairs {
                    form.push(format!("{}={}", encode(name), value.fill(context, &encode)?));
                }
                Ok(form.join("&").into_bytes())
            }
            Self::Multipart(parts) => multipart::fill(parts, context),
            Self::Text(text) => Ok(text.fill(context, &str::to_owned)?.into_bytes()),
            Self::Bytes(bytes) => Ok(bytes.clone()),
        }
    }

    /// Takes a member out of an object of JSON; `None` where there is none.
    pub(crate) fn remove_member(&mut self, name: &str) -> Option<()> {
        let Self::Json(Template::Object(members)) = self else { return None };
        Arc::make_mut(members).shift_remove(name).map(|_| ())
    }

    /// What it says as JSON: the value that it is, or an object of the parts that are no files.
    #[must_use]
    pub fn members(&self) -> Option<Template> {
        match self {
            Self::Json(template) => Some(template.clone()),
            Self::Multipart(parts) => Some(multipart::members(parts)),
            Self::Members(_)
            | Self::Defective { .. }
            | Self::Form(_)
            | Self::Text(_)
            | Self::Bytes(_) => None,
        }
    }

    /// The JSON value that [`Content::fill`] writes, or what its parts say, for `$request.body`; `None` where it is
    /// neither.
    #[must_use]
    pub fn json(&self, context: &Context<'_>) -> Option<Value> {
        match self {
            Self::Json(template) => template.fill(context).ok(),
            Self::Members(members) => members.fill(context).ok(),
            Self::Multipart(parts) => multipart::members(parts).fill(context).ok(),
            Self::Bytes(bytes) => serde_json::from_slice(bytes).ok(),
            Self::Defective { .. } | Self::Form(_) | Self::Text(_) => None,
        }
    }
}

/// Escapes everything but the unreserved characters of RFC 3986: right in a path, a query and a form alike.
#[must_use]
pub fn encode(text: &str) -> String {
    const RESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

impl Defect {
    fn apply(self, json: &str) -> Vec<u8> {
        let mut bytes = match self {
            Self::LoneSurrogate => json.replace(Content::MARK, "\\ud800").into_bytes(),
            Self::Truncated | Self::Trailing | Self::InvalidUtf8 => json.as_bytes().to_vec(),
        };
        match self {
            Self::Truncated => {
                bytes.pop();
            }
            Self::Trailing => bytes.extend_from_slice(b" !"),
            Self::InvalidUtf8 => {
                let mark = Content::MARK.to_string();
                let pieces: Vec<_> = json.split(&mark).map(str::as_bytes).collect();
                bytes = pieces.join(&0xff);
            }
            Self::LoneSurrogate => {}
        }
        bytes
    }
}

/// Who a request is sent as. Secrets are never in here: credentials are named as the profile names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// Nobody: no credentials at all.
    None,
    /// This one, shown as the operation's security scheme wants it.
    As(String),
    /// `Authorization` with this text followed by the secret: another scheme, or none.
    Behind {
        /// Whose secret.
        name: String,
        /// What stands before it, with the space: `bEaReR `.
        before: String,
    },
    /// `Authorization` with exactly this text: malformed, or a token that nobody has.
    Authorization(Text),
    /// Almost this one, shown as the operation's security scheme wants it.
    Almost {
        /// Whose secret.
        name: String,
        /// What is done to it.
        alteration: Alteration,
    },
    /// This one, shown for these security schemes, whichever of them the operation asks for.
    For {
        /// Whose secret.
        name: String,
        /// The schemes.
        schemes: Vec<String>,
    },
}

impl Credentials {
    /// The one that is shown as it is.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::As(name) => Some(name),
            _ => None,
        }
    }
}

/// A piece of text with holes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Text(pub Vec<TextPart>);

/// A piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextPart {
    /// Text, percent-encoded where it stands in a path, a query or a form.
    Literal(String),
    /// Text that goes out as it is, already encoded (or wrongly so, on purpose).
    Raw(String),
    /// The string form of a value, percent-encoded like a literal.
    Expression(Expression),
    /// The same in capital letters.
    Capitals(Expression),
    /// The same without its first and its last character.
    Inner(Expression),
}

impl TextPart {
    /// What fills it, where it is a hole.
    #[must_use]
    pub fn hole(&self) -> Option<&Expression> {
        match self {
            Self::Expression(hole) | Self::Capitals(hole) | Self::Inner(hole) => Some(hole),
            Self::Literal(_) | Self::Raw(_) => None,
        }
    }
}

/// A JSON value with holes. What is in it may be shared by several.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// This value.
    Value(Value),
    /// A value that an expression gives, of whatever type.
    Expression(Expression),
    /// A string with holes; nothing in it is encoded.
    Text(Text),
    /// An array.
    Array(Arc<Vec<Template>>),
    /// An object.
    Object(Arc<IndexMap<String, Template>>),
}

impl Request {
    /// Gives a parameter of the query one value, instead of what it has.
    pub fn ask(&mut self, parameter: &str, value: Text) {
        self.query.retain(|pair| pair.name != parameter);
        self.query.push(Pair { name: parameter.to_owned(), value });
    }

    /// The expressions in its body, if that is JSON.
    #[must_use]
    pub fn json_expressions(&self) -> Vec<&Expression> {
        match self.body.as_ref().map(|body| &body.content) {
            Some(Content::Json(json)) => json.expressions(),
            _ => Vec::new(),
        }
    }

    /// The members of a JSON body that is an object.
    pub fn members(&self) -> impl Iterator<Item = (&String, &Template)> {
        let members = match self.body.as_ref().map(|body| &body.content) {
            Some(Content::Json(Template::Object(members))) => Some(members),
            _ => None,
        };
        members.into_iter().flat_map(|members| members.iter())
    }

    /// The same request with another value of a member of its body; `None` where that is no JSON object.
    pub fn with_member(mut self, name: &str, value: Template) -> Option<Self> {
        let Content::Json(Template::Object(members)) = &mut self.body.as_mut()?.content else {
            return None;
        };
        Arc::make_mut(members).insert(name.to_owned(), value);
        Some(self)
    }

    /// Makes every switch of its body true, where that is an object of JSON.
    pub fn switch_on(&mut self) {
        let content = self.body.as_mut().map(|body| &mut body.content);
        if let Some(Content::Json(Template::Object(members))) = content {
            for member in Arc::make_mut(members).values_mut() {
                if matches!(member, Template::Value(Value::Bool(false))) {
                    *member = Template::Value(true.into());
                }
            }
        }
    }

    /// The steps whose outputs its body names, if that is JSON, as often as it does.
    pub fn steps_named(&self) -> impl Iterator<Item = &str> {
        self.json_expressions().into_iter().filter_map(Expression::step)
    }

    /// The steps whose outputs its path names, as often as it does.
    pub fn steps_in_path(&self) -> impl Iterator<Item = &str> {
        let texts = self.path_parameters.values();
        texts.flat_map(Text::expressions).filter_map(Expression::step)
    }

    /// Whether its body or its query names what an earlier step has made.
    #[must_use]
    pub fn names_made(&self) -> bool {
        let body = Self { path_parameters: IndexMap::new(), ..self.clone() };
        body.expressions().iter().any(|one| matches!(one, Expression::Output { .. }))
    }

    /// Every expression that has to have a value for it to be sent.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut all: Vec<&Expression> =
            self.path_parameters.values().flat_map(Text::expressions).collect();
        let pairs = self.query.iter().chain(&self.headers);
        all.extend(pairs.flat_map(|pair| pair.value.expressions()));
        if let Credentials::Authorization(text) = &self.credentials {
            all.extend(text.expressions());
        }
        match self.body.as_ref().map(|body| &body.content) {
            Some(Content::Json(json) | Content::Defective { json, .. }) => {
                all.extend(json.expressions());
            }
            Some(Content::Form(pairs)) => {
                all.extend(pairs.iter().flat_map(|pair| pair.value.expressions()));
            }
            Some(Content::Multipart(parts)) => {
                all.extend(parts.iter().flat_map(Part::expressions));
            }
            Some(Content::Members(members)) => all.push(&members.of),
            Some(Content::Text(text)) => all.extend(text.expressions()),
            Some(Content::Bytes(_)) | None => {}
        }
        all
    }

    /// Lets the templates of the body and of header fields use an input under another name; whether any did.
    pub(crate) fn renames_input(&mut self, from: &str, to: &str) -> bool {
        let mut holes = match self.body.as_mut().map(|body| &mut body.content) {
            Some(Content::Json(json) | Content::Defective { json, .. }) => json.holes(),
            Some(Content::Form(pairs)) => {
                pairs.iter_mut().flat_map(|pair| pair.value.holes()).collect()
            }
            Some(Content::Multipart(parts)) => parts.iter_mut().flat_map(Part::holes).collect(),
            Some(Content::Text(text)) => text.holes(),
            // They are of an answer, and of no input.
            Some(Content::Members(_) | Content::Bytes(_)) | None => Vec::new(),
        };
        holes.extend(self.headers.iter_mut().flat_map(|pair| pair.value.holes()));
        let mut renamed = false;
        for hole in &mut holes {
            if let Expression::Input { name, .. } = hole
                && name == from
            {
                to.clone_into(name);
                renamed = true;
            }
        }
        renamed
    }
}

impl Text {
    pub(super) fn holes(&mut self) -> Vec<&mut Expression> {
        let holes = self.0.iter_mut().filter_map(|part| match part {
            TextPart::Expression(hole) | TextPart::Capitals(hole) | TextPart::Inner(hole) => {
                Some(hole)
            }
            TextPart::Literal(_) | TextPart::Raw(_) => None,
        });
        holes.collect()
    }

    /// Text without holes.
    #[must_use]
    pub fn literal(text: impl Into<String>) -> Self {
        Self(vec![TextPart::Literal(text.into())])
    }

    /// Text that goes out unencoded.
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self(vec![TextPart::Raw(text.into())])
    }

    /// Nothing but a hole.
    #[must_use]
    pub fn expression(expression: Expression) -> Self {
        Self(vec![TextPart::Expression(expression)])
    }

    /// Fills the holes; `encode` is applied to everything but raw parts.
    ///
    /// # Errors
    /// The first expression that has no value here, or whose value has no string form.
    pub fn fill(
        &self,
        context: &Context<'_>,
        encode: &dyn Fn(&str) -> String,
    ) -> Result<String, Unresolved> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                TextPart::Literal(text) => filled.push_str(&encode(text)),
                TextPart::Raw(text) => filled.push_str(text),
                TextPart::Expression(expression) => {
                    filled.push_str(&encode(&expression.text(context)?));
                }
                TextPart::Capitals(expression) => {
                    filled.push_str(&encode(&expression.text(context)?.to_uppercase()));
                }
                TextPart::Inner(expression) => {
                    let text = expression.text(context)?;
                    let mut inner = text.chars();
                    inner.next();
                    inner.next_back();
                    filled.push_str(&encode(inner.as_str()));
                }
            }
        }
        Ok(filled)
    }

    /// The expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.0.iter().filter_map(TextPart::hole)
    }
}

impl Template {
    /// Fills the holes.
    ///
    /// # Errors
    /// The first expression that has no value here.
    pub fn fill(&self, context: &Context<'_>) -> Result<Value, Unresolved> {
        Ok(match self {
            Self::Value(value) => value.clone(),
            Self::Expression(expression) => expression.value(context)?,
            Self::Text(text) => Value::String(text.fill(context, &str::to_owned)?),
            Self::Array(items) => {
                let items: Result<_, _> = items.iter().map(|item| item.fill(context)).collect();
                Value::Array(items?)
            }
            Self::Object(members) => {
                let mut object = serde_json::Map::new();
                for (name, member) in &**members {
                    object.insert(name.clone(), member.fill(context)?);
                }
                Value::Object(object)
            }
        })
    }

    /// An array of these.
    #[must_use]
    pub fn array(items: Vec<Self>) -> Self {
        Self::Array(Arc::new(items))
    }

    /// An object of these.
    #[must_use]
    pub fn object(members: IndexMap<String, Self>) -> Self {
        Self::Object(Arc::new(members))
    }

    /// Every expression in it.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Self::Value(_) => Vec::new(),
            Self::Expression(expression) => vec![expression],
            Self::Text(text) => text.expressions().collect(),
            Self::Array(items) => items.iter().flat_map(Self::expressions).collect(),
            Self::Object(members) => members.values().flat_map(Self::expressions).collect(),
        }
    }

    pub(super) fn holes(&mut self) -> Vec<&mut Expression> {
        match self {
            Self::Value(_) => Vec::new(),
            Self::Expression(expression) => vec![expression],
            Self::Text(text) => text.holes(),
            Self::Array(items) => Arc::make_mut(items).iter_mut().flat_map(Self::holes).collect(),
            Self::Object(members) => {
                Arc::make_mut(members).values_mut().flat_map(Self::holes).collect()
            }
        }
    }

    /// The member of an object template.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            Self::Value(_) | Self::Expression(_) | Self::Text(_) | Self::Array(_) => None,
        }
    }
}

impl From<Value> for Template {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}
