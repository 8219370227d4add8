//! Lint of schemas: keywords that contradict each other, and components that nothing uses.

use std::collections::HashSet;

use serde_json::{Number, Value};

use super::{
    EMPTY_RANGE, ENUM_OF_OTHER_TYPE, ENUM_WITHOUT_NULL, Linter, NULL_REFUSED, REQUIRED_UNDESCRIBED,
    UNUSED_COMPONENT,
};
use crate::model::{JsonType, Operation, Schema, SchemaId, TypeSet};

impl Linter<'_> {
    pub(super) fn lint_schemas(&mut self) {
        let contract = self.contract;
        // What stands in an `allOf` may leave to its siblings what it requires.
        let parts: HashSet<_> =
            contract.schemas.iter().flat_map(|(_, schema)| schema.all_of.clone()).collect();
        for (id, schema) in contract.schemas.iter() {
            self.lint_ranges(schema);
            self.lint_enumeration(schema);
            self.lint_null(id, schema);
            if !parts.contains(&id) {
                self.lint_required(schema);
            }
        }
        self.lint_components();
    }

    fn lint_ranges(&mut self, schema: &Schema) {
        let bound = |bound: &Option<crate::model::Bound>| {
            bound.as_ref().and_then(|bound| bound.value.as_f64())
        };
        if let (Some(least), Some(greatest)) = (bound(&schema.minimum), bound(&schema.maximum))
            && least > greatest
        {
            let message = format!("`minimum` {least} is above `maximum` {greatest}");
            self.report(&EMPTY_RANGE, &schema.origin, message);
        }
        for (least, greatest, what) in [
            (schema.min_length, schema.max_length, "Length"),
            (schema.min_items, schema.max_items, "Items"),
            (schema.min_properties, schema.max_properties, "Properties"),
        ] {
            if let (Some(least), Some(greatest)) = (least, greatest)
                && least > greatest
            {
                let message = format!("`min{what}` {least} is above `max{what}` {greatest}");
                self.report(&EMPTY_RANGE, &schema.origin, message);
            }
        }
    }

    fn lint_enumeration(&mut self, schema: &Schema) {
        let Some(values) = &schema.enumeration else { return };
        if schema.types.is_all() {
            return;
        }
        let at = schema.origin.child("enum");
        for (place, value) in values.iter().enumerate() {
            // That null is listed where it isn't admitted is how many narrow a nullable schema.
            if !value.is_null() && !admits(schema.types, value) {
                let types: Vec<_> = schema.types.iter().map(JsonType::as_str).collect();
                let message = format!("`{value}` is no {}", types.join(" or "));
                self.report(&ENUM_OF_OTHER_TYPE, &at.child(place), message);
            }
        }
        if schema.types.contains(JsonType::Null) && !values.iter().any(Value::is_null) {
            let message = "null is admitted by the type, but not by `enum`";
            self.report(&ENUM_WITHOUT_NULL, &at, message);
        }
    }

    fn lint_null(&mut self, id: SchemaId, schema: &Schema) {
        let means_null = !schema.types.is_all() && schema.types.contains(JsonType::Null);
        if !means_null || schema.all_of.is_empty() {
            return;
        }
        let mut seen = HashSet::from([id]);
        let mut open = schema.all_of.clone();
        while let Some(part) = open.pop() {
            if !seen.insert(part) {
                continue;
            }
            let part = self.contract.schema(part);
            if !part.admits_null() {
                let message = "null is admitted here, but not by `allOf`";
                let finding = self.report(&NULL_REFUSED, &schema.origin, message);
                finding.also.push(part.origin.clone());
                return;
            }
            open.extend(&part.all_of);
        }
    }

    fn lint_required(&mut self, schema: &Schema) {
        if schema.properties.is_empty() || schema.is_composed() {
            return;
        }
        for (place, name) in schema.required.iter().enumerate() {
            let described =
                schema.properties.contains_key(name) || !schema.pattern_properties.is_empty();
            if !described {
                let message = format!("`{name}` is required, but not described");
                let at = schema.origin.child("required").child(place);
                self.report(&REQUIRED_UNDESCRIBED, &at, message);
            }
        }
    }

    fn lint_components(&mut self) {
        let contract = self.contract;
        if !contract.left_out.is_empty() {
            // What could not be read may use any.
            return;
        }
        let mut seen: HashSet<SchemaId> = HashSet::new();
        let mut open: Vec<SchemaId> =
            contract.operations.iter().flat_map(Operation::schemas).collect();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let schema = contract.schema(id);
                open.extend(schema.children());
                let mapped = schema.discriminator.iter().flat_map(|d| d.mapping.values());
                open.extend(mapped.copied());
            }
        }
        for (name, id) in &contract.components {
            if !seen.contains(id) {
                let message = format!("no operation uses the schema `{name}`");
                self.report(&UNUSED_COMPONENT, &contract.schema(*id).origin, message);
            }
        }
    }
}

fn admits(types: TypeSet, value: &Value) -> bool {
    let whole = |number: &Number| number.as_f64().is_some_and(|float| float.fract() == 0.0);
    match value {
        Value::Null => types.contains(JsonType::Null),
        Value::Bool(_) => types.contains(JsonType::Boolean),
        Value::Number(number) => {
            types.contains(JsonType::Number) || (types.contains(JsonType::Integer) && whole(number))
        }
        Value::String(_) => types.contains(JsonType::String),
        Value::Array(_) => types.contains(JsonType::Array),
        Value::Object(_) => types.contains(JsonType::Object),
    }
}
