//! What only clients send is never shown: OAS 3.0.3 §4.7.24.1, JSON Schema Validation §9.4.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use spec::model::{Contract, SchemaId};
use spec::pointer::escape;

use super::{Fault, Judge, Judged, Subject};
use crate::sample::{Choice, Merged};

/// How deep a body is looked into.
const DEPTH: usize = 16;

/// The schemas that have a member which only clients send, however deep: answers of others aren't looked into.
pub(super) fn hiding(contract: &Contract) -> HashSet<SchemaId> {
    let mut parents: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
    for (id, schema) in contract.schemas.iter() {
        schema.children().for_each(|child| parents.entry(child).or_default().push(id));
    }
    let marked = contract.schemas.iter().filter(|(_, schema)| schema.write_only);
    let mut open: Vec<SchemaId> = marked.map(|(id, _)| id).collect();
    let mut hiding = HashSet::new();
    while let Some(id) = open.pop() {
        if hiding.insert(id) {
            open.extend(parents.get(&id).into_iter().flatten());
        }
    }
    hiding
}

pub(super) fn hidden(subject: &Subject<'_>) -> Judged {
    if subject.is_probe_beside() {
        return None;
    }
    let schema = subject.media_type?.schema.filter(|id| subject.judge.hiding.contains(id))?;
    let body = subject.json().ok()?;
    let mut faults = Vec::new();
    look(subject.judge, &[schema], body, (String::new(), 0), &mut faults);
    Some(faults)
}

fn look(
    judge: &Judge<'_>,
    schemas: &[SchemaId],
    value: &Value,
    (pointer, depth): (String, usize),
    faults: &mut Vec<Fault>,
) {
    if depth > DEPTH || !schemas.iter().any(|id| judge.hiding.contains(id)) {
        return;
    }
    let merged = |ids: &[SchemaId]| Merged::of(judge.contract, ids, Choice::default());
    match value {
        Value::Array(items) if !items.is_empty() => {
            let merged = merged(schemas);
            for (n, item) in items.iter().enumerate() {
                let place = (format!("{pointer}/{n}"), depth + 1);
                look(judge, &merged.item(n), item, place, faults);
            }
        }
        Value::Object(members) => {
            let declared = merged(schemas).declared();
            for (name, member) in members {
                let is_hiding =
                    |ids: &&Vec<SchemaId>| ids.iter().any(|id| judge.hiding.contains(id));
                let Some(ids) = declared.get(name.as_str()).filter(is_hiding) else { continue };
                let pointer = format!("{pointer}/{}", escape(name));
                let own = merged(ids);
                match own.parts.iter().find(|(_, schema)| schema.write_only) {
                    Some((_, schema)) => faults.push(Fault {
                        pointer: Some(pointer),
                        ..Fault::new(format!("`{name}` is shown, which only clients send"))
                            .expected("no such member")
                            .got("one")
                            .at(&schema.origin)
                    }),
                    None => look(judge, ids, member, (pointer, depth + 1), faults),
                }
            }
        }
        _ => {}
    }
}
