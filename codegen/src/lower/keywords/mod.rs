//! What no type says of a value: keywords that generated code asks of the JSON value itself.
//!
//! A type says most of what its schema does. What is left ([`unsaid`]) is that of the types' own places alone, so that
//! nothing is checked twice: a part that has a type of its own checks itself. Within keywords that only ask (`not`, `if`,
//! `contains`, …) there are no types, so there schemas are asked as a [`whole`].

mod mentioned;
mod shared;
mod unsaid;
mod whole;

use spec::model::SchemaId;

use super::{Lowerer, docs};
use crate::ir::schema::Keywords;
use crate::ir::types::{Kind, Slot, Type};
pub(super) use shared::Shared;

impl Lowerer<'_> {
    /// Gives each declared type what its schema asks beyond it.
    pub(super) fn lower_keywords(&mut self) {
        let mut declared: Vec<_> = self.declared.iter().map(|(id, ty)| (*id, *ty)).collect();
        // Not by the order of reading, which is that of the document's objects.
        declared.sort_by(|(_, a), (_, b)| {
            self.types[a.0 as usize].rust.cmp(&self.types[b.0 as usize].rust)
        });
        for (id, ty) in declared {
            let keywords = self.unsaid(id);
            let item = self.item(ty);
            if let (Kind::Alias(slot), false) = (&item.kind, keywords.is_empty()) {
                item.kind = Kind::Newtype(slot.clone());
            }
            item.schema = keywords;
        }
        self.lower_shared();
        self.add_mentioned();
    }

    /// A use without a name that has something asked of it beyond its type: it gets a type to ask it.
    pub(super) fn asked(&mut self, id: SchemaId, slot: Slot, named: (&str, &str)) -> Slot {
        let keywords = self.unsaid_of_part(id);
        if keywords.is_empty() { slot } else { self.named_use(id, slot, keywords, named) }
    }

    /// A type around a use, of this name and, where the contract says nothing of it, these docs.
    pub(super) fn named_use(
        &mut self,
        id: SchemaId,
        slot: Slot,
        keywords: Keywords,
        (rust, otherwise): (&str, &str),
    ) -> Slot {
        let schema = self.contract.schema(id);
        let mut docs = docs::docs([schema.description.as_deref()]);
        if docs.is_empty() {
            docs = docs::line(otherwise);
        }
        let rust = self.scope.take(rust.to_owned());
        let ty = self.declare(rust, Kind::Newtype(slot), docs, &schema.origin);
        self.item(ty).schema = keywords;
        Slot::plain(Type::Named(ty))
    }
}
