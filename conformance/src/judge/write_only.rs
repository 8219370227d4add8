//! What only clients send is never shown: OAS 3.0.3 §4.7.24.1, JSON Schema Validation §9.4.

use serde_json::Value;
use spec::model::{Contract, SchemaId};
use spec::pointer::escape;

use super::{Fault, Judged, Subject};
use crate::sample::{Choice, Merged};

/// How deep a body is looked into.
const DEPTH: usize = 16;

/// Whether a contract has a member that only clients send: where there is none, no answer is looked into.
pub(super) fn is_known(contract: &Contract) -> bool {
    contract.schemas.iter().any(|(_, schema)| schema.write_only)
}

pub(super) fn hidden(subject: &Subject<'_>) -> Judged {
    if !subject.judge.has_write_only || subject.is_probe_beside() {
        return None;
    }
    let schema = subject.media_type?.schema?;
    let body = subject.json().ok()?;
    let mut faults = Vec::new();
    look(subject.judge.contract, &[schema], body, (String::new(), 0), &mut faults);
    Some(faults)
}

fn look(
    contract: &Contract,
    schemas: &[SchemaId],
    value: &Value,
    (pointer, depth): (String, usize),
    faults: &mut Vec<Fault>,
) {
    if depth > DEPTH {
        return;
    }
    let merged = || Merged::of(contract, schemas, Choice::default());
    match value {
        Value::Array(items) if !items.is_empty() => {
            let merged = merged();
            for (n, item) in items.iter().enumerate() {
                let place = (format!("{pointer}/{n}"), depth + 1);
                look(contract, &merged.item(n), item, place, faults);
            }
        }
        Value::Object(members) => {
            let merged = merged();
            let declared = merged.declared();
            for (name, member) in members {
                let Some(ids) = declared.get(name.as_str()) else { continue };
                let pointer = format!("{pointer}/{}", escape(name));
                let own = Merged::of(contract, ids, Choice::default());
                match own.parts.iter().find(|(_, schema)| schema.write_only) {
                    Some((_, schema)) => faults.push(Fault {
                        pointer: Some(pointer),
                        ..Fault::new(format!("`{name}` is shown, which only clients send"))
                            .expected("no such member")
                            .got("one")
                            .at(&schema.origin)
                    }),
                    None => look(contract, ids, member, (pointer, depth + 1), faults),
                }
            }
        }
        _ => {}
    }
}
