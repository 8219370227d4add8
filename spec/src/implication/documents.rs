//! Schemas of two contracts as documents that name what is the same alike.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::classes::{Classes, referred};
use crate::model::{Contract, SchemaId};

/// A place below a value that every value of a schema may have by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The value itself: what an alternative says of it.
    Here,
    Property(String),
    /// Each item.
    Items,
    /// Each member of an object that declares none.
    Members,
}

/// Some schemas of one of two contracts, all of which must match.
#[derive(Debug, Clone)]
pub(super) struct Schemas<'c> {
    pub(super) classes: &'c Classes,
    pub(super) contract: &'c Contract,
    pub(super) side: usize,
    /// The schemas, with what `allOf` adds.
    parts: Vec<SchemaId>,
    /// Whether documents may admit more.
    is_widened: bool,
}

impl<'c> Schemas<'c> {
    pub(super) fn of(
        classes: &'c Classes,
        contract: &'c Contract,
        side: usize,
        roots: &[SchemaId],
    ) -> Self {
        let mut parts = Vec::new();
        let mut open: Vec<_> = roots.iter().rev().copied().collect();
        while let Some(id) = open.pop() {
            if parts.contains(&id) {
                continue;
            }
            parts.push(id);
            let schema = contract.schema(id);
            if !looks_around(contract, id) {
                open.extend(schema.all_of.iter().rev());
            }
        }
        Self { classes, contract, side, parts, is_widened: false }
    }

    /// The classes of all that must match.
    pub(super) fn all_classes(&self) -> BTreeSet<usize> {
        self.parts.iter().map(|id| self.classes.class(self.side, *id)).collect()
    }

    /// Without what is of these classes.
    pub(super) fn without(mut self, classes: &BTreeSet<usize>) -> Self {
        self.parts.retain(|id| !classes.contains(&self.classes.class(self.side, *id)));
        self
    }

    /// The same, of which documents may leave out groups of alternatives where one of these is among what must match.
    pub(super) fn widened(mut self) -> Self {
        self.is_widened = true;
        self
    }

    /// The groups of alternatives of which none is among what must match anyway.
    pub(super) fn groups(&self) -> Vec<Vec<SchemaId>> {
        let schemas = self.parts.iter().map(|id| self.contract.schema(*id));
        let groups = schemas.flat_map(|schema| [&schema.any_of, &schema.one_of]);
        let open = groups.filter(|group| !group.is_empty() && !self.has_one_of(group));
        open.cloned().collect()
    }

    fn has_one_of(&self, group: &[SchemaId]) -> bool {
        group.iter().any(|id| self.parts.contains(id))
    }

    /// Of alternatives of another contract, the one of the same component, else that with the same properties.
    pub(super) fn most_like(&self, group: &[SchemaId], other: &Contract) -> Option<SchemaId> {
        let likeness = |id: &&SchemaId| {
            let theirs = other.schema(**id);
            let each = self.parts.iter().map(|part| {
                let ours = self.contract.schema(*part);
                let shared = ours.properties.keys();
                let shared = shared.filter(|name| theirs.properties.contains_key(*name)).count();
                (
                    ours.name.is_some() && ours.name == theirs.name,
                    shared,
                    ours.types == theirs.types,
                )
            });
            each.max()
        };
        group.iter().max_by_key(likeness).copied()
    }

    /// What values must match at each place below.
    pub(super) fn children(&self) -> Vec<(Place, SchemaId)> {
        let mut children = Vec::new();
        for &id in &self.parts {
            let schema = self.contract.schema(id);
            let definition = self.classes.definition(self.side, id);
            let is_looked_at = |name: &String| referred(&definition["properties"][name]).is_some();
            let properties = schema.properties.iter().filter(|(name, _)| is_looked_at(name));
            children.extend(properties.map(|(name, id)| (Place::Property(name.clone()), *id)));
            if let (Some(items), []) = (schema.items, &*schema.prefix_items) {
                children.push((Place::Items, items));
            }
            let is_map = schema.properties.is_empty() && schema.pattern_properties.is_empty();
            if let (crate::model::Additional::Schema(others), true) = (schema.additional, is_map) {
                children.push((Place::Members, others));
            }
        }
        children
    }

    /// Whether every property is looked at by nothing but its declaration.
    pub(super) fn is_plain(&self) -> bool {
        self.parts.iter().all(|id| {
            let schema = self.contract.schema(*id);
            let written = &schema.applicators;
            schema.additional == crate::model::Additional::Allowed
                && schema.pattern_properties.is_empty()
                && schema.any_of.is_empty()
                && schema.one_of.is_empty()
                && schema.not.is_none()
                && schema.enumeration.is_none()
                && written.dependent_schemas.is_empty()
                && written.condition.is_none()
                && written.unevaluated_properties.is_none()
        })
    }

    /// The document, in which anything may stand at the places that are open.
    pub(super) fn document(&self, is_open: impl Fn(&Place, SchemaId) -> bool) -> Value {
        let mut writer = Writer { schemas: self, definitions: Map::new(), open: Vec::new() };
        let parts = self.parts.iter().map(|id| writer.part(*id, &is_open));
        let mut all: Vec<_> = parts.collect();
        writer.write_rest();
        let definitions = writer.definitions;
        let mut document = match (all.len(), all.pop()) {
            (0, _) => Map::new(),
            (1, Some(Value::Object(only))) => only,
            (_, last) => {
                all.extend(last);
                Map::from_iter([("allOf".to_owned(), all.into())])
            }
        };
        document
            .insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        document.insert("$defs".to_owned(), definitions.into());
        document.into()
    }
}

/// Whether a schema looks at what `allOf` beside it says, so that it can't be told apart from it.
fn looks_around(contract: &Contract, id: SchemaId) -> bool {
    let written = &contract.schema(id).applicators;
    written.unevaluated_items.is_some() || written.unevaluated_properties.is_some()
}

struct Writer<'s, 'c> {
    schemas: &'s Schemas<'c>,
    definitions: Map<String, Value>,
    open: Vec<SchemaId>,
}

impl Writer<'_, '_> {
    fn part(&mut self, id: SchemaId, is_open: &impl Fn(&Place, SchemaId) -> bool) -> Value {
        let &Schemas { classes, contract, side, .. } = self.schemas;
        let mut definition = classes.definition(side, id).clone();
        if let Some(keywords) = definition.as_object_mut() {
            if !looks_around(contract, id) {
                keywords.remove("allOf");
            }
            self.leave_groups(keywords, id, is_open);
            let leave = |place: &Place, child: &mut Value| {
                if referred(child).is_some_and(|id| is_open(place, SchemaId(id as u32))) {
                    *child = Value::Bool(true);
                }
            };
            if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
                for (name, child) in properties {
                    leave(&Place::Property(name.clone()), child);
                }
            }
            for (keyword, place) in
                [("items", Place::Items), ("additionalProperties", Place::Members)]
            {
                if let Some(child) = keywords.get_mut(keyword) {
                    leave(&place, child);
                }
            }
        }
        self.rename(&mut definition);
        definition
    }

    /// Leaves out the groups that say nothing more.
    fn leave_groups(
        &self,
        keywords: &mut Map<String, Value>,
        id: SchemaId,
        is_open: &impl Fn(&Place, SchemaId) -> bool,
    ) {
        let Schemas { contract, is_widened, .. } = self.schemas;
        let schema = contract.schema(id);
        // That another alternative matches as well may be what `oneOf` refuses.
        if schema.any_of.iter().any(|id| is_open(&Place::Here, *id)) {
            keywords.remove("anyOf");
        }
        for (keyword, group) in [("anyOf", &schema.any_of), ("oneOf", &schema.one_of)] {
            if *is_widened && !looks_around(contract, id) && self.schemas.has_one_of(group) {
                keywords.remove(keyword);
            }
        }
    }

    fn write_rest(&mut self) {
        while let Some(id) = self.open.pop() {
            let classes = self.schemas.classes;
            let name = name(classes.class(self.schemas.side, id));
            if self.definitions.contains_key(&name) {
                continue;
            }
            self.definitions.insert(name.clone(), Value::Bool(true));
            let mut definition = classes.definition(self.schemas.side, id).clone();
            self.rename(&mut definition);
            self.definitions.insert(name, definition);
        }
    }

    fn rename(&mut self, value: &mut Value) {
        if let Some(id) = referred(value) {
            let id = SchemaId(id as u32);
            self.open.push(id);
            let class = self.schemas.classes.class(self.schemas.side, id);
            *value = json!({ "$ref": format!("#/$defs/{}", name(class)) });
            return;
        }
        match value {
            Value::Array(all) => all.iter_mut().for_each(|one| self.rename(one)),
            Value::Object(members) => {
                // What `enum` lists are values.
                let schemas =
                    members.iter_mut().filter(|(name, it)| *name != "enum" || it.is_object());
                schemas.for_each(|(_, member)| self.rename(member));
            }
            _ => {}
        }
    }
}

fn name(class: usize) -> String {
    format!("c{class}")
}
