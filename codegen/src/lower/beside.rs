//! What stands beside `oneOf` and `anyOf`: it holds for each of the alternatives, and is added to each.
//!
//! Both are schemas that were put together (see `compose`) and may be nowhere in the contract, so they are added keyword by
//! keyword.

use spec::Finding;
use spec::model::{Additional, Bound, Schema};

use super::Lowerer;

impl Lowerer<'_> {
    /// Adds to a schema what an alternative beside it says.
    pub(super) fn merge(&mut self, into: &mut Schema, from: &Schema) {
        into.types = into.types.intersection(from.types);
        into.never |= from.never;
        merge_values(into, from);
        merge_bounds(into, from);
        self.merge_text(into, from);
        into.items = from.items.or(into.items);
        if !from.prefix_items.is_empty() {
            into.prefix_items.clone_from(&from.prefix_items);
        }
        self.merge_members(into, from);
        self.merge_alternatives(into, from);
        into.not = from.not.or(into.not);
        into.all_of.extend(&from.all_of);
        into.description = from.description.clone().or_else(|| into.description.take());
        into.default = from.default.clone().or_else(|| into.default.take());
        into.deprecated |= from.deprecated;
        into.read_only |= from.read_only;
        into.write_only |= from.write_only;
    }

    fn merge_text(&mut self, into: &mut Schema, from: &Schema) {
        into.format = from.format.clone().or_else(|| into.format.take());
        if let (Some(one), Some(other)) = (&into.pattern, &from.pattern)
            && one != other
        {
            self.lost(&from.origin, "pattern", &into.origin);
        }
        into.pattern = from.pattern.clone().or_else(|| into.pattern.take());
    }

    fn merge_members(&mut self, into: &mut Schema, from: &Schema) {
        for (name, id) in &from.properties {
            let id = match into.properties.get(name) {
                Some(known) => self.telling(name, *known, *id),
                None => *id,
            };
            into.properties.insert(name.clone(), id);
        }
        into.required.extend(from.required.iter().cloned());
        into.pattern_properties.extend(from.pattern_properties.clone());
        match from.additional {
            Additional::Allowed => {}
            // A part that forbids others would forbid what its siblings add, which no author means.
            Additional::Forbidden if from.origin != into.origin => self.note(Finding::note(
                "ignored-closing",
                from.origin.child("additionalProperties"),
                "a part of an `allOf` forbids the members that its siblings add, so it forbids none here",
            )),
            Additional::Forbidden | Additional::Schema(_) => into.additional = from.additional,
        }
    }
}

fn merge_values(into: &mut Schema, from: &Schema) {
    into.enumeration = match (into.enumeration.take(), &from.enumeration) {
        (Some(values), Some(others)) => {
            Some(values.into_iter().filter(|value| others.contains(value)).collect())
        }
        (Some(values), None) => Some(values),
        (None, values) => values.clone(),
    };
}

fn merge_bounds(into: &mut Schema, from: &Schema) {
    tighten(&mut into.minimum, &from.minimum, |this, other| this > other);
    tighten(&mut into.maximum, &from.maximum, |this, other| this < other);
    into.multiple_of = from.multiple_of.clone().or_else(|| into.multiple_of.take());
    into.min_length = into.min_length.max(from.min_length);
    into.max_length = least(into.max_length, from.max_length);
    into.min_items = into.min_items.max(from.min_items);
    into.max_items = least(into.max_items, from.max_items);
    into.unique_items |= from.unique_items;
    into.min_properties = into.min_properties.max(from.min_properties);
    into.max_properties = least(into.max_properties, from.max_properties);
}

fn least(this: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (this, other) {
        (Some(this), Some(other)) => Some(this.min(other)),
        (this, other) => this.or(other),
    }
}

fn tighten(into: &mut Option<Bound>, from: &Option<Bound>, tighter: fn(f64, f64) -> bool) {
    let Some(from) = from else { return };
    let keeps = into.as_ref().is_some_and(|into| {
        let (this, other) = (into.value.as_f64(), from.value.as_f64());
        match (this, other) {
            (Some(this), Some(other)) if this == other => into.exclusive || !from.exclusive,
            (Some(this), Some(other)) => tighter(this, other),
            _ => true,
        }
    });
    if !keeps {
        *into = Some(from.clone());
    }
}
