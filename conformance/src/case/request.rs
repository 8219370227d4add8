//! Requests with holes: templates that the runner fills from inputs and earlier answers.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use spec::model::Method;

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
    /// The query, in order; a name may come twice.
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
    /// `application/x-www-form-urlencoded` pairs.
    Form(Vec<Pair>),
    /// Exactly these bytes; they may be none.
    Bytes(Vec<u8>),
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
}

/// A piece of text with holes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Text(pub Vec<TextPart>);

/// A piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextPart {
    /// Text, percent-encoded where it stands in a path, a query or a form.
    Literal(String),
    /// Text that goes out as it is, already encoded (or wrongly so, on purpose).
    Raw(String),
    /// The string form of a value, percent-encoded like a literal.
    Expression(Expression),
}

/// A JSON value with holes.
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
    Array(Vec<Template>),
    /// An object.
    Object(IndexMap<String, Template>),
}

impl Text {
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
            }
        }
        Ok(filled)
    }

    /// The expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.0.iter().filter_map(|part| match part {
            TextPart::Expression(expression) => Some(expression),
            TextPart::Literal(_) | TextPart::Raw(_) => None,
        })
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
                for (name, member) in members {
                    object.insert(name.clone(), member.fill(context)?);
                }
                Value::Object(object)
            }
        })
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
