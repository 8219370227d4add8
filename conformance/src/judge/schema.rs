//! Values against schemas of the contract, with messages that people can use.

use indexmap::IndexMap;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;
use spec::model::{Contract, Header, JsonType, MediaType, Response, SchemaId};
use spec::{Direction, Finding, JsonSchema, Origin, json_schema};

use super::{Fault, shorten};

/// Compiled schemas of a contract's responses.
pub(super) struct Validators<'c> {
    contract: &'c Contract,
    compiled: IndexMap<SchemaId, Compiled>,
}

struct Compiled {
    schema: JsonSchema,
    validator: Validator,
}

impl<'c> Validators<'c> {
    /// Compiles what bodies and header fields of the contract's responses must match.
    ///
    /// # Errors
    /// The schemas that can't be compiled.
    pub(super) fn of_responses(contract: &'c Contract) -> Result<Self, Vec<Finding>> {
        let mut compiled = IndexMap::new();
        let mut findings = Vec::new();
        let responses =
            contract.operations.iter().flat_map(|operation| operation.responses.values());
        for id in responses.flat_map(|response| schemas_of(contract, response)) {
            if compiled.contains_key(&id) {
                continue;
            }
            match compile(contract, id) {
                Ok(one) => drop(compiled.insert(id, one)),
                Err(finding) => findings.push(*finding),
            }
        }
        findings.dedup();
        if findings.is_empty() { Ok(Self { contract, compiled }) } else { Err(findings) }
    }

    /// What is wrong with a value, at most so many faults.
    pub(super) fn faults(&self, id: SchemaId, value: &Value, most: usize) -> Vec<Fault> {
        let Some(compiled) = self.compiled.get(&id) else { return Vec::new() };
        let errors = compiled.validator.iter_errors(value).take(most);
        errors.map(|error| self.fault(&compiled.schema, &error)).collect()
    }

    fn fault(&self, schema: &JsonSchema, error: &ValidationError<'_>) -> Fault {
        let pointer = error.instance_path().to_string();
        let (expected, got) = explain(error);
        let place = if pointer.is_empty() { "the body".to_owned() } else { format!("`{pointer}`") };
        Fault {
            message: format!("{place} violates `{}`: expected {expected}", error.kind().keyword()),
            expected: Some(expected),
            got: Some(got),
            origin: self.origin(schema, error),
            pointer: Some(pointer),
        }
    }

    /// The keyword's place in the contract.
    fn origin(&self, schema: &JsonSchema, error: &ValidationError<'_>) -> Option<Origin> {
        let (id, keyword) = schema.locate(error.schema_path().as_str())?;
        let mut origin = self.contract.schema(id).origin.clone();
        origin.pointer.push_str(keyword);
        Some(origin)
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
        media_type.is_json() || media_type.name.contains('*') || is_text(contract, media_type)
    };
    let bodies = response.content.values().filter(judged).filter_map(|one| one.schema);
    bodies.chain(response.headers.values().filter_map(Header::schema))
}

fn compile(contract: &Contract, id: SchemaId) -> Result<Compiled, Box<Finding>> {
    let schema = json_schema(contract, id, Direction::Response);
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_format("byte", is_base64)
        .build(&schema.document);
    match validator {
        Ok(validator) => Ok(Compiled { schema, validator }),
        Err(error) => {
            // The error is about the schema, so its instance is the document of schemas.
            let at = schema.locate(error.instance_path().as_str()).map(|(id, rest)| {
                let mut origin = contract.schema(id).origin.clone();
                origin.pointer.push_str(rest);
                origin
            });
            let at = at.unwrap_or_else(|| contract.schema(id).origin.clone());
            let message =
                format!("no value can be judged by this schema: {}", shorten(&error.to_string()));
            Err(Box::new(Finding::error("schema-not-usable", at, message)))
        }
    }
}

fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).is_ok()
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
