//! Values against schemas, by `jsonschema`: the judge of whatever else reads schemas, and derived from none of it.
//!
//! What a validator asserts is decided here alone: JSON Schema 2020-12 with the formats that `jsonschema` knows and with
//! `byte` (OAS 3.0.3 §4.4); a format that nobody knows says nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use base64::Engine as _;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, ValidationOptions, Validator};
use serde_json::Value;

use crate::model::{Contract, SchemaId};
use crate::{Direction, JsonSchema, JsonSchemas, Origin, lint};

/// A schema of a contract, ready to judge values.
#[derive(Debug)]
pub struct Compiled {
    schema: JsonSchema,
    validator: Validator,
}

/// A keyword that a value violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// As in a document.
    pub keyword: String,
    /// The part of the value that violates it, as a JSON pointer.
    pub pointer: String,
    /// The properties that are missing, or that should not be there, where the keyword is about these.
    pub properties: Vec<String>,
}

impl Violation {
    fn of(error: &ValidationError<'_>) -> Self {
        let properties = match error.kind() {
            ValidationErrorKind::Required { property } => {
                property.as_str().map(str::to_owned).into_iter().collect()
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected.clone(),
            _ => Vec::new(),
        };
        Self {
            keyword: keyword(error.schema_path().as_str()).to_owned(),
            pointer: error.instance_path().to_string(),
            properties,
        }
    }
}

/// Why no value can be judged by a schema: a pattern that is no regular expression, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUsable {
    /// The keyword that is at fault, as far as that can be told.
    pub at: Origin,
    /// What is wrong with it.
    pub message: String,
}

type Made = Result<Rc<Compiled>, NotUsable>;

/// The schemas of a contract as validators of what one side sends, each compiled when it is first asked.
#[derive(Debug)]
pub struct Validators<'a> {
    schemas: JsonSchemas<'a>,
    compiled: RefCell<HashMap<SchemaId, Made>>,
}

impl<'a> Validators<'a> {
    /// Those of a contract, for values that `direction` sends.
    #[must_use]
    pub fn new(contract: &'a Contract, direction: Direction) -> Self {
        Self { schemas: JsonSchemas::new(contract, direction), compiled: RefCell::default() }
    }

    /// The schemas as documents.
    pub(crate) fn schemas(&self) -> &JsonSchemas<'a> {
        &self.schemas
    }

    /// The validator of a schema.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of(&self, id: SchemaId) -> Made {
        if let Some(made) = self.compiled.borrow().get(&id) {
            return made.clone();
        }
        let made = self.compile(id).map(Rc::new);
        self.compiled.borrow_mut().insert(id, made.clone());
        made
    }

    fn compile(&self, id: SchemaId) -> Result<Compiled, NotUsable> {
        let schema = self.schemas.of(id);
        match OPTIONS.build(&schema.document) {
            Ok(validator) => Ok(Compiled { schema, validator }),
            Err(error) => {
                // The error is about the schema, so its instance is the document of schemas.
                let at = self.origin(&schema, error.instance_path().as_str());
                let at = at.unwrap_or_else(|| self.schemas.contract().schema(id).origin.clone());
                Err(NotUsable { at, message: error.to_string() })
            }
        }
    }

    /// Whether the schema admits a value. A schema that no validator can be made of admits nothing.
    #[must_use]
    pub fn is_valid(&self, id: SchemaId, value: &Value) -> bool {
        self.of(id).is_ok_and(|compiled| compiled.validator.is_valid(value))
    }

    /// What of the schema a value violates, without repetition, at most eight. What lies behind `oneOf` and `anyOf`
    /// counts as one violation of these.
    #[must_use]
    pub fn violations(&self, id: SchemaId, value: &Value) -> Vec<Violation> {
        let Ok(compiled) = self.of(id) else { return Vec::new() };
        let mut violations: Vec<_> =
            compiled.errors(value).take(8).map(|error| Violation::of(&error)).collect();
        violations.dedup();
        violations
    }

    /// `keyword@pointer` of each of these, `required name@pointer` of a property that is missing.
    #[must_use]
    pub fn violated(&self, id: SchemaId, value: &Value) -> Vec<String> {
        let name =
            |one: &Violation| match one.properties.first().filter(|_| one.keyword == "required") {
                Some(missing) => format!("required {missing}@{}", one.pointer),
                None => format!("{}@{}", one.keyword, one.pointer),
            };
        let mut violated: Vec<_> = self.violations(id, value).iter().map(name).collect();
        violated.dedup();
        violated
    }

    /// The keyword of the contract that a value violates.
    #[must_use]
    pub fn violated_at(&self, compiled: &Compiled, error: &ValidationError<'_>) -> Option<Origin> {
        self.origin(&compiled.schema, error.schema_path().as_str())
    }

    fn origin(&self, schema: &JsonSchema, pointer: &str) -> Option<Origin> {
        let (id, keyword) = schema.locate(pointer)?;
        let mut origin = self.schemas.contract().schema(id).origin.clone();
        origin.pointer.push_str(keyword);
        Some(origin)
    }
}

impl Compiled {
    /// What of the schema a value violates.
    pub fn errors<'v>(&'v self, value: &'v Value) -> impl Iterator<Item = ValidationError<'v>> {
        self.validator.iter_errors(value)
    }
}

/// A validator of a schema that isn't a contract's, of JSON Schema 2020-12.
///
/// # Errors
/// What is wrong with the schema.
pub fn validator_for(schema: &Value) -> Result<Validator, String> {
    OPTIONS.build(schema).map_err(|error| error.to_string())
}

static OPTIONS: LazyLock<ValidationOptions<'static>> = LazyLock::new(|| {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_format("byte", is_base64)
});

/// Whether validators know what texts of a format look like.
#[must_use]
pub fn asserts(format: &str) -> bool {
    OPTIONS.is_known_format(Draft::Draft202012, format)
}

fn is_base64(text: &str) -> bool {
    base64::engine::general_purpose::STANDARD.decode(text).is_ok()
}

/// The keyword that a pointer into a schema ends with; some are followed by an index or a name.
fn keyword(schema_path: &str) -> &str {
    const FOLLOWED: [&str; 4] = ["required", "dependentRequired", "oneOf", "anyOf"];
    let mut segments = schema_path.rsplit('/');
    let last = segments.next().unwrap_or_default();
    match segments.next() {
        Some(parent) if FOLLOWED.contains(&parent) && last.parse::<usize>().is_ok() => parent,
        _ => last,
    }
}

/// The validators of both directions, as lint asks for them.
#[derive(Debug)]
pub struct BothWays<'a>(Validators<'a>, Validators<'a>);

impl<'a> BothWays<'a> {
    /// Those of a contract.
    #[must_use]
    pub fn new(contract: &'a Contract) -> Self {
        let toward = |direction| Validators::new(contract, direction);
        Self(toward(Direction::Request), toward(Direction::Response))
    }
}

impl lint::Validate for BothWays<'_> {
    fn violations(&self, schema: SchemaId, direction: Direction, value: &Value) -> Vec<String> {
        /// How many violations of one value are told.
        const TOLD: usize = 3;
        let validators = match direction {
            Direction::Request => &self.0,
            Direction::Response => &self.1,
        };
        let compiled = match validators.of(schema) {
            Ok(compiled) => compiled,
            Err(reason) => {
                return vec![format!("the schema can't be judged by: {}", reason.message)];
            }
        };
        let told = compiled.errors(value).take(TOLD).map(|error| {
            let at = error.instance_path().to_string();
            let told = shorten(error.to_string());
            if at.is_empty() { told } else { format!("{told} (at {at})") }
        });
        told.collect()
    }
}

/// Some messages have the whole value in them, and end with what is wrong.
fn shorten(text: String) -> String {
    const LONGEST: usize = 160;
    let length = text.chars().count();
    if length <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST / 2).collect();
    let end: String = text.chars().skip(length - LONGEST / 2).collect();
    format!("{start} … {end}")
}
