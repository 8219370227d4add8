//! Lists of schemas that must all match, as small copyable ids.
//!
//! A member that is declared in two branches of an `allOf` must match both declarations; a member that isn't
//! declared at all must match none. Nearly always it is exactly one.

use indexmap::IndexSet;

use crate::model::SchemaId;

/// Schemas that must all match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conjunction {
    /// None: every value matches.
    Anything,
    /// One.
    One(SchemaId),
    /// Several, by their place among those that were met.
    Several(usize),
}

impl From<Option<SchemaId>> for Conjunction {
    fn from(schema: Option<SchemaId>) -> Self {
        schema.map_or(Self::Anything, Self::One)
    }
}

/// The lists of more than one schema.
#[derive(Debug, Clone, Default)]
pub(super) struct Conjunctions(IndexSet<Box<[SchemaId]>>);

impl Conjunctions {
    /// The schemas, in the order of reading.
    pub(super) fn schemas(&self, conjunction: Conjunction) -> Vec<SchemaId> {
        match conjunction {
            Conjunction::Anything => Vec::new(),
            Conjunction::One(id) => vec![id],
            Conjunction::Several(at) => {
                self.0.get_index(at).map(|ids| ids.to_vec()).unwrap_or_default()
            }
        }
    }

    /// This conjunction and one more schema.
    pub(super) fn and(&mut self, conjunction: Conjunction, schema: SchemaId) -> Conjunction {
        if conjunction == Conjunction::Anything {
            return Conjunction::One(schema);
        }
        let mut ids = self.schemas(conjunction);
        ids.push(schema);
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [id] => Conjunction::One(*id),
            _ => Conjunction::Several(self.0.insert_full(ids.into_boxed_slice()).0),
        }
    }
}
