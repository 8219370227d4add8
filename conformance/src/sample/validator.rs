//! The contract's schemas as validators, each compiled when it is first asked.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use indexmap::IndexMap;
use jsonschema::Validator;
use serde_json::Value;
use spec::model::SchemaId;
use spec::{Contract, Direction, json_schema};

/// Validators by schema, for values that one side sends.
pub struct Validators<'a> {
    contract: &'a Contract,
    direction: Direction,
    compiled: RefCell<IndexMap<SchemaId, Option<Rc<Validator>>>>,
}

impl fmt::Debug for Validators<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validators").finish_non_exhaustive()
    }
}

impl<'a> Validators<'a> {
    /// Those of a contract, for values that a client sends.
    #[must_use]
    pub fn new(contract: &'a Contract) -> Self {
        Self::toward(contract, Direction::Request)
    }

    /// Those of a contract, for values that are sent in a direction.
    #[must_use]
    pub fn toward(contract: &'a Contract, direction: Direction) -> Self {
        Self { contract, direction, compiled: RefCell::default() }
    }

    /// Whether the schema admits a value. A schema that no validator can be made of admits nothing.
    #[must_use]
    pub fn is_valid(&self, id: SchemaId, value: &Value) -> bool {
        self.of(id).is_some_and(|validator| validator.is_valid(value))
    }

    /// `keyword@pointer` of everything in a value that the schema refuses, without repetition. What lies behind
    /// `oneOf` and `anyOf` counts as one violation of these.
    #[must_use]
    pub fn violated(&self, id: SchemaId, value: &Value) -> Vec<String> {
        let Some(validator) = self.of(id) else { return Vec::new() };
        let mut violated: Vec<String> = validator
            .iter_errors(value)
            .take(8)
            .map(|error| {
                format!("{}@{}", keyword(error.schema_path().as_str()), error.instance_path())
            })
            .collect();
        violated.dedup();
        violated
    }

    fn of(&self, id: SchemaId) -> Option<Rc<Validator>> {
        if let Some(validator) = self.compiled.borrow().get(&id) {
            return validator.clone();
        }
        let document = json_schema(self.contract, id, self.direction).document;
        let validator = jsonschema::options().should_validate_formats(true).build(&document);
        let validator = validator.ok().map(Rc::new);
        self.compiled.borrow_mut().insert(id, validator.clone());
        validator
    }
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
