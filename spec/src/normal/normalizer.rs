//! Which schemas a conjunction comes down to, and the order in which they are folded.

use indexmap::IndexSet;

use super::conjunction::Conjunctions;
use super::{Conjunction, Marks, Normal};
use crate::model::{Schema, SchemaId};
use crate::{Contract, Direction};

/// How deep alternatives are looked into to fold them.
const DEEPEST: usize = 4;

/// A contract, with the conjunctions that were met in it.
#[derive(Debug, Clone)]
pub struct Normalizer<'a> {
    /// The contract.
    pub contract: &'a Contract,
    pub(super) conjunctions: Conjunctions,
}

/// What becomes of alternatives.
pub(super) enum Alternatives<'t, 'a> {
    /// They stay, but for the groups that come down to one.
    Kept(&'t [Resolved]),
    /// For each schema, this says which others are taken in their place.
    Taken(&'t mut dyn FnMut(SchemaId, &'a Schema) -> Vec<SchemaId>),
}

/// A group that comes down to one of its alternatives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolved {
    pub(super) by: SchemaId,
    pub(super) exclusive: bool,
    pub(super) only: SchemaId,
}

impl<'a> Normalizer<'a> {
    /// Of the schemas of a contract.
    #[must_use]
    pub fn new(contract: &'a Contract) -> Self {
        Self { contract, conjunctions: Conjunctions::default() }
    }

    /// A schema of the contract.
    #[must_use]
    pub fn schema(&self, id: SchemaId) -> &'a Schema {
        self.contract.schema(id)
    }

    /// The schemas of a conjunction.
    #[must_use]
    pub fn schemas(&self, conjunction: Conjunction) -> Vec<SchemaId> {
        self.conjunctions.schemas(conjunction)
    }

    /// The conjunction of these schemas.
    #[must_use]
    pub fn all_of(&mut self, schemas: &[SchemaId]) -> Conjunction {
        let and = |all, id: &SchemaId| self.conjunctions.and(all, *id);
        schemas.iter().fold(Conjunction::Anything, and)
    }

    /// The component that a conjunction is, where it is one.
    #[must_use]
    pub fn name(&self, conjunction: Conjunction) -> Option<&'a str> {
        match conjunction {
            Conjunction::One(id) => self.schema(id).name.as_deref(),
            Conjunction::Anything | Conjunction::Several(_) => None,
        }
    }

    /// What it says in all.
    #[must_use]
    pub fn normalize(&mut self, conjunction: Conjunction) -> Normal<'a> {
        let schemas = self.schemas(conjunction);
        self.fold(&schemas, &mut Alternatives::Kept(&[]), DEEPEST)
    }

    /// What these schemas say in all where, for each schema with alternatives, `take` says which other schemas stand in
    /// their place: the form has no groups.
    #[must_use]
    pub fn normalize_taking(
        &mut self,
        schemas: &[SchemaId],
        take: &mut dyn FnMut(SchemaId, &'a Schema) -> Vec<SchemaId>,
    ) -> Normal<'a> {
        self.fold(schemas, &mut Alternatives::Taken(take), 0)
    }

    /// Who may send it, without looking at the rest.
    #[must_use]
    pub fn marks(&self, conjunction: Conjunction) -> Marks {
        let mut marks = Marks::default();
        for id in self.parts(&self.schemas(conjunction), &mut Alternatives::Kept(&[])) {
            marks.absorb(id, self.schema(id));
        }
        marks
    }

    /// The schema that requires a member of who sends values in this direction. One that only the other side sends is
    /// required of the other side alone.
    #[must_use]
    pub fn requires(
        &self,
        normal: &Normal<'a>,
        name: &str,
        direction: Direction,
    ) -> Option<SchemaId> {
        let by = normal.required.get(name).copied()?;
        let member = normal.properties.get(name).copied().unwrap_or(Conjunction::Anything);
        self.marks(member).travels(direction).then_some(by)
    }

    pub(super) fn fold(
        &mut self,
        schemas: &[SchemaId],
        alternatives: &mut Alternatives<'_, 'a>,
        depth: usize,
    ) -> Normal<'a> {
        let parts = self.parts(schemas, alternatives);
        let mut normal = Normal::anything(parts);
        for id in normal.parts.clone() {
            normal.absorb(id, self.schema(id));
        }
        self.fold_items(&mut normal);
        self.fold_members(&mut normal);
        if let Alternatives::Kept(resolved) = alternatives {
            self.gather_groups(&mut normal, resolved);
            if self.fold_alternatives(schemas, &mut normal, resolved, depth) {
                return normal;
            }
        }
        self.fold_unevaluated(schemas, &mut normal);
        normal.settle();
        normal
    }

    /// The schemas themselves, and what `allOf` and alternatives that come down to one add to them.
    fn parts(
        &self,
        schemas: &[SchemaId],
        alternatives: &mut Alternatives<'_, 'a>,
    ) -> Vec<SchemaId> {
        let mut open = schemas.to_vec();
        open.reverse();
        let mut seen = IndexSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let schema = self.schema(id);
            match alternatives {
                Alternatives::Taken(take) => open.extend(take(id, schema)),
                Alternatives::Kept(resolved) => {
                    for (exclusive, group) in [(true, &schema.one_of), (false, &schema.any_of)] {
                        open.extend(only(resolved, id, exclusive, group));
                    }
                }
            }
            open.extend(schema.all_of.iter().rev());
        }
        seen.into_iter().collect()
    }
}

/// The alternative that a group comes down to, where it does.
pub(super) fn only(
    resolved: &[Resolved],
    by: SchemaId,
    exclusive: bool,
    group: &[SchemaId],
) -> Option<SchemaId> {
    let is_this = |resolved: &&Resolved| resolved.by == by && resolved.exclusive == exclusive;
    match group {
        [only] => Some(*only),
        _ => resolved.iter().find(is_this).map(|resolved| resolved.only),
    }
}
