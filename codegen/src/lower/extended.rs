//! Schemas that others extend: a `discriminator` on a schema that others name in their `allOf` (OAS 3.0.3 §4.7.24.3).
//!
//! ```yaml
//! Pet: {required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
//! Cat: {allOf: [{$ref: Pet}, {properties: {claws: {type: integer}}}]}
//! ```
//!
//! Where the contract says `Pet`, a `Cat` may come. So `Pet` becomes the union of what extends it, told apart by the
//! discriminator, and of what it was, for values that say none of their names. What extends it goes on extending that.

use std::collections::{BTreeSet, HashMap};

use spec::Contract;
use spec::model::{Discriminator, Schema, SchemaId};

use super::order;

/// The contract with such schemas as unions; `None` where there are none.
pub(super) fn unfold(contract: &Contract) -> Option<Contract> {
    let components = order::sorted(&contract.components);
    let is_base = |id: SchemaId| {
        let schema = contract.schema(id);
        schema.discriminator.is_some() && schema.one_of.is_empty() && schema.any_of.is_empty()
    };
    let bases = components.iter().map(|(_, id)| **id).filter(|id| is_base(*id));
    let extended: Vec<(SchemaId, Vec<SchemaId>)> = bases
        .map(|base| (base, descendants(contract, base)))
        .filter(|(base, found)| !found.is_empty() && !found.contains(base))
        .collect();
    if extended.is_empty() {
        return None;
    }
    let mut unfolded = contract.clone();
    let mut plain: HashMap<SchemaId, SchemaId> = HashMap::new();
    for (base, _) in &extended {
        let id = unfolded.schemas.push(without_discriminator(contract.schema(*base)));
        plain.insert(*base, id);
    }
    // What extends a schema extends what that was, and that itself may extend another.
    let extending = extended.iter().flat_map(|(_, found)| found).chain(plain.values());
    for id in extending.copied().collect::<BTreeSet<SchemaId>>() {
        for part in &mut unfolded.schemas.get_mut(id).all_of {
            *part = plain.get(part).copied().unwrap_or(*part);
        }
    }
    for (base, extending) in &extended {
        *unfolded.schemas.get_mut(*base) = union(contract, *base, extending, &plain);
    }
    Some(unfolded)
}

/// The components that name a schema in their `allOf`, or one that does; by name.
fn descendants(contract: &Contract, base: SchemaId) -> Vec<SchemaId> {
    let mut found = BTreeSet::new();
    let mut open = vec![base];
    while let Some(parent) = open.pop() {
        let extends = |id: &SchemaId| contract.schema(*id).all_of.contains(&parent);
        let children: Vec<SchemaId> =
            contract.components.values().copied().filter(extends).collect();
        open.extend(children.into_iter().filter(|child| found.insert(*child)));
    }
    let components = order::sorted(&contract.components);
    let mut named: Vec<SchemaId> = Vec::new();
    for (_, id) in components {
        // Two names may be of one schema.
        if found.contains(id) && !named.contains(id) {
            named.push(*id);
        }
    }
    named
}

fn without_discriminator(base: &Schema) -> Schema {
    let name = base.name.as_ref().map(|name| format!("{name}Other"));
    Schema { name, discriminator: None, ..base.clone() }
}

/// What a schema that others extend is where it is used.
fn union(
    contract: &Contract,
    base: SchemaId,
    extending: &[SchemaId],
    plain: &HashMap<SchemaId, SchemaId>,
) -> Schema {
    let schema = contract.schema(base);
    let alternative = |id: SchemaId| plain.get(&id).copied().unwrap_or(id);
    let mut discriminator = schema.discriminator.clone();
    let otherwise = alternative(base);
    if let Some(Discriminator { mapping, default_mapping, .. }) = &mut discriminator {
        mapping.retain(|_, id| *id == base || extending.contains(id));
        for (name, id) in order::sorted(&contract.components) {
            if extending.contains(id) && !mapping.values().any(|mapped| mapped == id) {
                mapping.entry(name.clone()).or_insert(*id);
            }
        }
        mapping.values_mut().for_each(|id| *id = alternative(*id));
        *default_mapping = Some(otherwise);
    }
    let mut union = Schema::any(schema.origin.clone());
    union.name.clone_from(&schema.name);
    union.title.clone_from(&schema.title);
    union.description.clone_from(&schema.description);
    union.deprecated = schema.deprecated;
    (union.read_only, union.write_only) = (schema.read_only, schema.write_only);
    union.types = schema.types;
    union.one_of = extending.iter().map(|id| alternative(*id)).chain([otherwise]).collect();
    union.discriminator = discriminator;
    union
}
