//! The order of things: that of the document's lists where there is one, else that of names.
//!
//! The members of a JSON object have no order, so to shuffle them must not change a byte of what is generated.

use indexmap::IndexMap;
use spec::Contract;
use spec::model::{MediaType, Operation, Schema, SchemaId};

/// The members of a map, by name.
pub(super) fn sorted<K: Ord, V>(map: &IndexMap<K, V>) -> Vec<(&K, &V)> {
    let mut members: Vec<(&K, &V)> = map.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    members
}

/// The operations, by path and method.
pub(super) fn operations(contract: &Contract) -> Vec<&Operation> {
    let mut operations: Vec<&Operation> = contract.operations.iter().collect();
    operations
        .sort_by(|one, other| (&one.path.text, one.method).cmp(&(&other.path.text, other.method)));
    operations
}

/// The known members of an object: the required ones in the order of `required`, then the others by name.
pub(super) fn properties(schema: &Schema) -> Vec<(&String, SchemaId)> {
    let listed = schema.required.iter().filter_map(|name| schema.properties.get_key_value(name));
    let mut others: Vec<_> =
        schema.properties.iter().filter(|(name, _)| !schema.required.contains(*name)).collect();
    others.sort_by_key(|(name, _)| *name);
    listed.chain(others).map(|(name, id)| (name, *id)).collect()
}

/// The media types of a body: JSON first, then by name.
pub(super) fn contents(content: &IndexMap<String, MediaType>) -> Vec<(&String, &MediaType)> {
    let mut contents: Vec<(&String, &MediaType)> = content.iter().collect();
    contents.sort_by_key(|(name, media_type)| {
        (*name != "application/json", !media_type.is_json(), *name)
    });
    contents
}
