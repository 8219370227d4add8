//! The keywords that only 3.1 has, and that say what a value must match beside its properties and items.

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use crate::model::{Applicators, Condition, Contains, Schema, SchemaId};

impl<'d> Resolver<'d> {
    pub(super) fn read_applicators(&mut self, node: &Node<'d>) -> Applicators {
        Applicators {
            contains: self.read_contains(node),
            dependent_required: self.read_dependent_required(node),
            dependent_schemas: self.schema_map(node, "dependentSchemas"),
            property_names: self.subschema(node, "propertyNames"),
            condition: self.read_condition(node),
            unevaluated_items: self.subschema(node, "unevaluatedItems"),
            unevaluated_properties: self.subschema(node, "unevaluatedProperties"),
            additional_properties_written: node
                .get("additionalProperties")
                .is_some_and(|additional| additional.value == true),
        }
    }

    /// A reference whose target depends on the way that led here. Each such way has schemas of its own, so that in
    /// the model it is a branch of `allOf` like any other reference.
    pub(super) fn read_dynamic_reference(&mut self, node: &Node<'d>, schema: &mut Schema) {
        let Some(written) = node.get("$dynamicRef") else { return };
        let Some(text) = written.value.as_str() else {
            return self.wrong_type(&written, "a string");
        };
        if let Some(target) = self.dynamic_target(node, text) {
            schema.all_of.push(self.schema_id(&target));
        }
    }

    fn subschema(&mut self, node: &Node<'d>, key: &str) -> Option<SchemaId> {
        node.get(key).map(|schema| self.schema_id(&schema))
    }

    /// Without `contains`, its numbers say nothing (JSON Schema 2020-12, Validation §6.4.4).
    fn read_contains(&mut self, node: &Node<'d>) -> Option<Contains> {
        let schema = self.subschema(node, "contains")?;
        let (min, max) = (self.count(node, "minContains"), self.count(node, "maxContains"));
        Some(Contains { schema, min, max })
    }

    fn read_dependent_required(
        &mut self,
        node: &Node<'d>,
    ) -> IndexMap<String, indexmap::IndexSet<String>> {
        let Some(map) = self.map(node, "dependentRequired") else { return IndexMap::new() };
        let names = map.members().map(|(name, _)| name.to_owned());
        names.map(|name| (name.clone(), self.strings(&map, &name).into_iter().collect())).collect()
    }

    /// Without `if`, what follows from it says nothing (JSON Schema 2020-12, Core §10.2.2).
    fn read_condition(&mut self, node: &Node<'d>) -> Option<Condition> {
        let condition = self.subschema(node, "if")?;
        let (consequence, alternative) =
            (self.subschema(node, "then"), self.subschema(node, "else"));
        Some(Condition { condition, consequence, alternative })
    }
}
