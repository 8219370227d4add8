//! `properties`, `patternProperties` and `additionalProperties` of several schemas as those of one.
//!
//! Each `additionalProperties` looks at the names beside it only (core §10.3.2.3), so it refuses or describes what other
//! branches declare. Where it depends on a regular expression whether it does, which isn't decided here, the schema is a
//! residue as well.

use super::absorb::admits_all;
use super::{Conjunction, Normal, Normalizer, Others, Residue};
use crate::model::{Additional, Schema, SchemaId};

impl<'a> Normalizer<'a> {
    pub(super) fn fold_members(&mut self, normal: &mut Normal<'a>) {
        let parts: Vec<_> = normal.parts.iter().map(|id| (*id, self.schema(*id))).collect();
        for (_, schema) in &parts {
            for (known, declared) in [
                (&mut normal.properties, &schema.properties),
                (&mut normal.pattern_properties, &schema.pattern_properties),
            ] {
                for (name, &member) in declared {
                    let slot = known.entry(name.as_str()).or_insert(Conjunction::Anything);
                    *slot = self.conjunctions.and(*slot, member);
                }
            }
        }
        for (id, schema) in parts {
            match schema.additional {
                Additional::Allowed => {}
                Additional::Forbidden => self.close(normal, id, schema, None),
                Additional::Schema(others) => self.close(normal, id, schema, Some(others)),
            }
        }
    }

    /// What a schema says of the members that it doesn't name: they match `others`, or there are none.
    fn close(
        &mut self,
        normal: &mut Normal<'a>,
        id: SchemaId,
        schema: &Schema,
        others: Option<SchemaId>,
    ) {
        normal.others = match (others, normal.others) {
            (_, Others::Forbidden(by)) => Others::Forbidden(by),
            (None, Others::Match(_)) => Others::Forbidden(id),
            (Some(others), Others::Match(known)) => {
                Others::Match(self.conjunctions.and(known, others))
            }
        };
        // Names that a pattern of another branch describes may or may not be among those that are named here.
        let is_named = |pattern: &&str| schema.pattern_properties.contains_key(*pattern);
        let mut is_decided = normal.pattern_properties.keys().all(is_named);
        normal.properties.retain(|name, member| match names(schema, name) {
            Some(true) => true,
            Some(false) => {
                let Some(others) = others else { return false };
                *member = self.conjunctions.and(*member, others);
                true
            }
            None => {
                is_decided = false;
                true
            }
        });
        if !is_decided {
            normal.residue.push(Residue { by: id, keyword: "additionalProperties" });
        }
    }

    /// `unevaluatedProperties` of the whole is `additionalProperties` of the whole, where no keyword decides only by
    /// looking at the value what is evaluated (core §11.3).
    pub(super) fn fold_unevaluated(&mut self, schemas: &[SchemaId], normal: &mut Normal<'a>) {
        let parts: Vec<_> = normal.parts.iter().map(|id| (*id, self.schema(*id))).collect();
        let depends = |(_, schema): &(SchemaId, &Schema)| {
            schema.applicators.condition.is_some()
                || !schema.applicators.dependent_schemas.is_empty()
        };
        let depends = parts.iter().any(depends) || !normal.groups.is_empty();
        let leaves_nothing = |(_, schema): &(SchemaId, &Schema)| {
            schema.additional != Additional::Allowed
                || schema.applicators.additional_properties_written
        };
        let leaves_nothing = parts.iter().any(leaves_nothing);
        let wholes = parts
            .iter()
            .filter_map(|(id, schema)| Some((*id, schema.applicators.unevaluated_properties?)));
        let wholes: Vec<_> = wholes.collect();
        for (id, others) in &wholes {
            if depends || wholes.len() > 1 || schemas != [*id] {
                normal.residue.push(Residue { by: *id, keyword: "unevaluatedProperties" });
            } else if !leaves_nothing {
                normal.others = match self.schema(*others).never {
                    true => Others::Forbidden(*id),
                    false => Others::Match(Conjunction::One(*others)),
                };
            }
        }
        let items = parts.iter().filter(|(_, s)| s.applicators.unevaluated_items.is_some());
        let items = items.map(|(by, _)| Residue { by: *by, keyword: "unevaluatedItems" });
        normal.residue.extend(items);
    }
}

/// Whether `properties` or `patternProperties` of a schema name a member; `None` where that can't be told.
fn names(schema: &Schema, member: &str) -> Option<bool> {
    if schema.properties.contains_key(member) {
        return Some(true);
    }
    let mut named = Some(false);
    for pattern in schema.pattern_properties.keys() {
        match matches(pattern, member) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => named = None,
        }
    }
    named
}

/// Whether a pattern without operators matches a text: `^x-` and its like, which most patterns of names are.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    if admits_all(pattern) {
        return Some(true);
    }
    let begins = pattern.strip_prefix('^');
    let rest = begins.unwrap_or(pattern);
    let ends = rest.strip_suffix('$');
    let plain = ends.unwrap_or(rest);
    if plain.contains(['\\', '^', '$', '.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|']) {
        return None;
    }
    Some(match (begins.is_some(), ends.is_some()) {
        (true, true) => text == plain,
        (true, false) => text.starts_with(plain),
        (false, true) => text.ends_with(plain),
        (false, false) => text.contains(plain),
    })
}
