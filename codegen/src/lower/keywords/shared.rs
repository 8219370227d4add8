//! Schemas that several places refer to, or that refer to themselves: each is written once.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use spec::model::SchemaId;

use crate::ir::schema::{Keyword, Keywords, SharedSchema};
use crate::lower::Lowerer;
use crate::lower::names::{Scope, screaming};

/// The schemas that are referred to.
#[derive(Debug, Default)]
pub(in crate::lower) struct Shared {
    names: IndexMap<SchemaId, String>,
    scope: Scope,
    keywords: HashMap<SchemaId, Keywords>,
    /// Schemas that we are within.
    pub(super) open: Vec<SchemaId>,
}

impl Shared {
    /// Whether a schema is referred to, wherever it stands.
    pub(super) fn has(&self, id: SchemaId) -> bool {
        self.names.contains_key(&id)
    }

    /// The name of a schema, which is then written once.
    pub(super) fn name(&mut self, id: SchemaId, wanted: &str) -> String {
        let scope = &mut self.scope;
        let name = self.names.entry(id).or_insert_with(|| scope.take(screaming(wanted, "SCHEMA")));
        name.clone()
    }

    /// What a schema asks.
    pub(super) fn keep(&mut self, id: SchemaId, keywords: Keywords) {
        self.keywords.insert(id, keywords);
    }

    /// What the schema of this name asks.
    pub(super) fn of_name(&self, name: &str) -> Option<&Keywords> {
        let (id, _) = self.names.iter().find(|(_, known)| *known == name)?;
        self.keywords.get(id)
    }

    /// Them all, by name.
    pub(in crate::lower) fn into_schemas(mut self) -> Vec<SharedSchema> {
        let names = std::mem::take(&mut self.names).into_iter();
        let schemas = names.map(|(id, rust)| {
            let keywords = self.keywords.remove(&id).unwrap_or_default();
            SharedSchema { rust, keywords }
        });
        let mut schemas: Vec<SharedSchema> = schemas.collect();
        schemas.sort_by(|a, b| a.rust.cmp(&b.rust));
        break_cycles(&mut schemas);
        schemas
    }
}

impl Lowerer<'_> {
    /// Reads what is referred to, and what that refers to.
    pub(super) fn lower_shared(&mut self) {
        // First in, first out, however long a chain of references is.
        let mut next = 0;
        while let Some((id, _)) = self.shared.names.get_index(next) {
            let id = *id;
            if !self.shared.keywords.contains_key(&id) {
                let keywords = self.everything(id);
                self.shared.keep(id, keywords);
            }
            next += 1;
        }
    }
}

/// A schema that asks itself of the same value says nothing by that, and would be asked for ever.
fn break_cycles(schemas: &mut [SharedSchema]) {
    let places: HashMap<String, usize> =
        schemas.iter().enumerate().map(|(at, schema)| (schema.rust.clone(), at)).collect();
    let mut edges: Vec<Vec<usize>> = Vec::new();
    for schema in &mut *schemas {
        let mut found = Vec::new();
        in_place(&mut schema.keywords, &mut |name| {
            found.extend(places.get(name));
            true
        });
        edges.push(found);
    }
    let mut done = HashSet::new();
    for root in 0..schemas.len() {
        let mut path = vec![(root, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 && done.contains(&node) {
                continue;
            }
            let Some(to) = edges[node].get(edge).copied() else {
                done.insert(node);
                continue;
            };
            path.push((node, edge + 1));
            if !path.iter().any(|(open, _)| *open == to) {
                path.push((to, 0));
                continue;
            }
            let back = schemas[to].rust.clone();
            in_place(&mut schemas[node].keywords, &mut |name| name != back);
        }
    }
}

/// Shows every reference that looks at the same value, and leaves out those that aren't kept.
fn in_place(keywords: &mut Keywords, keeps: &mut impl FnMut(&str) -> bool) {
    keywords.retain(|keyword| match keyword {
        Keyword::Ref(name) => keeps(name),
        _ => true,
    });
    for schema in keywords.iter_mut().flat_map(Keyword::in_place_mut) {
        in_place(schema, keeps);
    }
}
