//! Whether values match the schemas of a contract, by the validator that the conformance suite judges with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jsonschema::Validator;
use serde_json::Value;
use spec::model::SchemaId;
use spec::{Contract, Direction, json_schema};

/// How many violations of one value are told, and how long each may be: some name the whole value.
const TOLD: usize = 3;
const LONGEST: usize = 160;

/// A validator, or why there can be none.
type Made = Result<Rc<Validator>, String>;

/// Validators, each made when it is first asked.
pub(crate) struct Validators<'a> {
    contract: &'a Contract,
    made: RefCell<HashMap<(SchemaId, Direction), Made>>,
}

impl<'a> Validators<'a> {
    pub(crate) fn new(contract: &'a Contract) -> Self {
        Self { contract, made: RefCell::default() }
    }

    fn of(&self, schema: SchemaId, direction: Direction) -> Made {
        if let Some(made) = self.made.borrow().get(&(schema, direction)) {
            return made.clone();
        }
        let document = json_schema(self.contract, schema, direction).document;
        let made = jsonschema::options()
            .should_validate_formats(true)
            .build(&document)
            .map(Rc::new)
            .map_err(|error| format!("the schema can't be judged by: {error}"));
        self.made.borrow_mut().insert((schema, direction), made.clone());
        made
    }
}

impl spec::lint::Validate for Validators<'_> {
    fn violations(&self, schema: SchemaId, direction: Direction, value: &Value) -> Vec<String> {
        let validator = match self.of(schema, direction) {
            Ok(validator) => validator,
            Err(reason) => return vec![reason],
        };
        let told = validator.iter_errors(value).take(TOLD).map(|error| {
            let at = error.instance_path().to_string();
            let told = shorten(error.to_string());
            if at.is_empty() { told } else { format!("{told} (at {at})") }
        });
        told.collect()
    }
}

fn shorten(text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    // How it ends is what is wrong.
    let start: String = text.chars().take(LONGEST / 2).collect();
    let end: Vec<_> = text.chars().rev().take(LONGEST / 2).collect();
    format!("{start} … {}", end.into_iter().rev().collect::<String>())
}
