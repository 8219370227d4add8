//! Values against schemas of the contract, with messages that people can use.

use indexmap::IndexSet;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;
use spec::model::{Contract, Header, JsonType, MediaType, Records, Response, SchemaId};
use spec::validate::{Compiled, NotUsable, Validators};
use spec::{Direction, Finding};

use super::{Fault, shorten};

/// The schemas of a contract's responses, all of which can judge.
pub(super) struct Schemas<'c>(Validators<'c>);

impl<'c> Schemas<'c> {
    /// Compiles what bodies and header fields of the contract's responses must match.
    ///
    /// # Errors
    /// The schemas that can't be compiled.
    pub(super) fn of_responses(contract: &'c Contract) -> Result<Self, Vec<Finding>> {
        let validators = Validators::new(contract, Direction::Response);
        let responses =
            contract.operations.iter().flat_map(|operation| operation.responses.values());
        let ids: IndexSet<_> =
            responses.flat_map(|response| schemas_of(contract, response)).collect();
        let mut findings: Vec<_> = ids
            .into_iter()
            .filter_map(|id| validators.of(id).err())
            .map(|NotUsable { at, message }| {
                let why = shorten(&message);
                let message = format!("no value can be judged by this schema: {why}");
                Finding::error("schema-not-usable", at, message)
            })
            .collect();
        findings.dedup();
        if findings.is_empty() { Ok(Self(validators)) } else { Err(findings) }
    }

    /// What is wrong with a value, at most so many faults.
    pub(super) fn faults(&self, id: SchemaId, value: &Value, most: usize) -> Vec<Fault> {
        let Ok(compiled) = self.0.of(id) else { return Vec::new() };
        compiled.errors(value).take(most).map(|error| self.fault(&compiled, &error)).collect()
    }

    fn fault(&self, compiled: &Compiled, error: &ValidationError<'_>) -> Fault {
        let pointer = error.instance_path().to_string();
        let (expected, got) = explain(error);
        let place = if pointer.is_empty() { "the body".to_owned() } else { format!("`{pointer}`") };
        Fault {
            message: format!("{place} violates `{}`: expected {expected}", error.kind().keyword()),
            expected: Some(expected),
            got: Some(got),
            origin: self.0.violated_at(compiled, error),
            pointer: Some(pointer),
            is_told: false,
        }
    }
}

/// Whether content of this media type is text that a schema of a string can judge.
pub(super) fn is_text(contract: &Contract, media_type: &MediaType) -> bool {
    let is_string = |id| contract.schema(id).types.single() == Some(JsonType::String);
    super::essence(&media_type.name).starts_with("text/")
        && media_type.schema.is_some_and(is_string)
}

fn schemas_of<'a>(
    contract: &'a Contract,
    response: &'a Response,
) -> impl Iterator<Item = SchemaId> + 'a {
    let judged = move |media_type: &&MediaType| {
        media_type.is_json()
            || media_type.name.contains('*')
            || media_type.records() == Some(Records::Json)
            || is_text(contract, media_type)
    };
    let bodies = response.content.values().filter(judged);
    let bodies = bodies.flat_map(|one| [one.schema, one.item_schema]).flatten();
    bodies.chain(response.headers.values().filter_map(Header::schema))
}

/// Expected and got, as text.
fn explain(error: &ValidationError<'_>) -> (String, String) {
    let instance = error.instance().as_ref();
    let got = shorten(&instance.to_string());
    let expected = match error.kind() {
        ValidationErrorKind::Type { kind } => return (types(kind), got),
        ValidationErrorKind::Required { property } => {
            return (format!("the member {property}"), format!("members {}", members(instance)));
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            return ("no further members".to_owned(), shorten(&unexpected.join(", ")));
        }
        ValidationErrorKind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some([one]) => format!("the value {one}"),
            _ => format!("one of {}", shorten(&options.to_string())),
        },
        ValidationErrorKind::Constant { expected_value } => format!("the value {expected_value}"),
        ValidationErrorKind::Format { format } => format!("a string of the format `{format}`"),
        ValidationErrorKind::Pattern { pattern } => format!("a match of `{pattern}`"),
        ValidationErrorKind::MinLength { limit } => {
            format!("{} or more", count(*limit, "character"))
        }
        ValidationErrorKind::MaxLength { limit } => {
            format!("{} or fewer", count(*limit, "character"))
        }
        ValidationErrorKind::MinItems { limit } => format!("{} or more", count(*limit, "item")),
        ValidationErrorKind::MaxItems { limit } => format!("{} or fewer", count(*limit, "item")),
        ValidationErrorKind::MinProperties { limit } => {
            format!("{} or more", count(*limit, "member"))
        }
        ValidationErrorKind::MaxProperties { limit } => {
            format!("{} or fewer", count(*limit, "member"))
        }
        ValidationErrorKind::Minimum { limit } => format!("{limit} or more"),
        ValidationErrorKind::Maximum { limit } => format!("{limit} or less"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        ValidationErrorKind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        ValidationErrorKind::UniqueItems => "no item twice".to_owned(),
        ValidationErrorKind::FalseSchema => "nothing here".to_owned(),
        ValidationErrorKind::AnyOf { context } => alternatives("one or more", context),
        ValidationErrorKind::OneOfNotValid { context } => alternatives("exactly one", context),
        ValidationErrorKind::OneOfMultipleValid { context } => {
            format!("a match of exactly one of the {} alternatives, not of several", context.len())
        }
        _ => shorten(&error.masked().to_string()),
    };
    (expected, got)
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// What was asked for, and what the alternative that came closest misses.
fn alternatives(how_many: &str, context: &[Vec<ValidationError<'static>>]) -> String {
    let closest = context
        .iter()
        .flatten()
        .max_by_key(|error| error.instance_path().as_str().matches('/').count());
    let all = format!("a match of {how_many} of the {} alternatives", context.len());
    match closest {
        Some(error) => {
            let (expected, _) = explain(error);
            format!("{all}; the closest wants at `{}` {expected}", error.instance_path())
        }
        None => all,
    }
}

fn types(kind: &TypeKind) -> String {
    let article = |name: &str| match name {
        "integer" | "array" | "object" => format!("an {name}"),
        "null" => name.to_owned(),
        _ => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(one) => article(&one.to_string()),
        TypeKind::Multiple(several) => {
            let names: Vec<_> = several.iter().map(|one| article(&one.to_string())).collect();
            names.join(" or ")
        }
    }
}

fn members(value: &Value) -> String {
    match value.as_object() {
        Some(members) => {
            let names: Vec<_> = members.keys().map(|name| format!("\"{name}\"")).collect();
            shorten(&names.join(", "))
        }
        None => "of no object".to_owned(),
    }
}
