//! Places in answers, whatever the data: an index and the key of a map are `*`, so that one fault of a service has
//! one name, from item to item and from run to run.

use indexmap::IndexSet;
use spec::model::{Additional, Contract, Operation, SchemaId};
use spec::pointer::unescape;

/// The place of a violation of a schema, as the response's schemas declare it.
pub(super) fn declared(
    contract: &Contract,
    operation: Option<&Operation>,
    status: Option<u16>,
    pointer: &str,
) -> String {
    let response = status.and_then(|status| operation?.response_for(status));
    let content = response.into_iter().flat_map(|response| response.content.values());
    let mut here: Vec<SchemaId> = content.filter_map(|one| one.schema).collect();
    let mut place = String::with_capacity(pointer.len());
    // RFC 6901 §3: every token has a slash before it, and the empty pointer has none.
    for token in pointer.split('/').skip(1) {
        let schemas = reached(contract, here);
        let name = unescape(token);
        let named: Vec<SchemaId> = schemas
            .iter()
            .filter_map(|&id| contract.schema(id).properties.get(name.as_ref()).copied())
            .collect();
        let is_data = named.is_empty() && (!schemas.is_empty() || is_index(token));
        place.push('/');
        place.push_str(if is_data { "*" } else { token });
        here = if named.is_empty() { within(contract, &schemas) } else { named };
    }
    place
}

/// `/items/3/name` as `/items/*/name`, where nothing tells what is declared.
pub(super) fn without_indices(pointer: &str) -> String {
    let tokens = pointer.split('/').map(|token| if is_index(token) { "*" } else { token });
    tokens.collect::<Vec<_>>().join("/")
}

fn is_index(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit())
}

/// These schemas and those that apply to the same value.
fn reached(contract: &Contract, ids: Vec<SchemaId>) -> IndexSet<SchemaId> {
    let mut ids: IndexSet<SchemaId> = ids.into_iter().collect();
    let mut next = 0;
    while let Some(&id) = ids.get_index(next) {
        let schema = contract.schema(id);
        let same = schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of).copied();
        ids.extend(same.chain(schema.applicators.children()));
        next += 1;
    }
    ids
}

/// What applies to items, and to members that no schema declares by name.
fn within(contract: &Contract, schemas: &IndexSet<SchemaId>) -> Vec<SchemaId> {
    let mut inner = Vec::new();
    for &id in schemas {
        let schema = contract.schema(id);
        if let Additional::Schema(id) = schema.additional {
            inner.push(id);
        }
        inner.extend(schema.pattern_properties.values());
        inner.extend(schema.items);
        inner.extend(&schema.prefix_items);
    }
    inner
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use spec::Memory;

    use super::*;

    const CONTRACT: &str = r"
openapi: 3.1.0
info: { title: a, version: '1' }
paths:
  /users:
    get:
      operationId: listUsers
      responses:
        '200':
          description: a
          content:
            application/json: { schema: { type: array, items: { $ref: '#/components/schemas/User' } } }
components:
  schemas:
    User:
      allOf: [{ $ref: '#/components/schemas/Base' }]
      properties: { '404': { type: string }, a/b: { type: string } }
    Base:
      type: object
      properties:
        friend: { $ref: '#/components/schemas/User' }
        servers:
          type: object
          additionalProperties: { type: object, properties: { pending: { type: string } } }
";

    #[test]
    fn keys_of_maps_and_indices_are_stars_and_declared_names_stay() {
        let reading = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", CONTRACT));
        let contract = reading.contract.expect("a contract");
        let operation = contract.operation("listUsers");
        for (pointer, expected) in [
            ("", ""),
            ("/0", "/*"),
            ("/12/servers/srv1/pending", "/*/servers/*/pending"),
            ("/0/servers//pending", "/*/servers/*/pending"),
            ("/0/friend/friend/404", "/*/friend/friend/404"),
            ("/0/a~1b", "/*/a~1b"),
            ("/0/unknown/deeper/3", "/*/*/deeper/*"),
        ] {
            assert_eq!(declared(&contract, operation, Some(200), pointer), expected);
        }
        assert_eq!(declared(&contract, operation, Some(500), "/a/3/b"), "/a/*/b");
        assert_eq!(declared(&contract, None, None, "/a/3/b"), without_indices("/a/3/b"));
    }
}
