//! Groups of alternatives that say no more than a list of values, or "null or X".

use serde_json::Value;

use super::normalizer::{Alternatives, Resolved, only};
use super::{Group, Normal, Normalizer, Sourced, same_value};
use crate::model::{JsonType, Schema, SchemaId, TypeSet};

/// The value that schemas without `enum` mean by `{type: null}`.
const NULL: &Value = &Value::Null;

/// What alternatives that list values come to: the types, and the values.
type Listed<'a> = (TypeSet, Sourced<Vec<&'a Value>>);

impl<'a> Normalizer<'a> {
    pub(super) fn gather_groups(&self, normal: &mut Normal<'a>, resolved: &[Resolved]) {
        for &by in &normal.parts {
            let schema = self.schema(by);
            for (exclusive, alternatives) in [(false, &schema.any_of), (true, &schema.one_of)] {
                if !alternatives.is_empty() && only(resolved, by, exclusive, alternatives).is_none()
                {
                    let alternatives = alternatives.clone();
                    let discriminator = schema.discriminator.as_ref();
                    normal.groups.push(Group { exclusive, alternatives, discriminator, by });
                }
            }
        }
    }

    /// Folds what can be folded of the groups. Returns whether the form is whole thereby.
    pub(super) fn fold_alternatives(
        &mut self,
        schemas: &[SchemaId],
        normal: &mut Normal<'a>,
        resolved: &[Resolved],
        depth: usize,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        for group in std::mem::take(&mut normal.groups) {
            match self.listed(&group, depth) {
                Some(listed) => normal.restrict(listed),
                None => normal.groups.push(group),
            }
        }
        let [group] = normal.groups.as_slice() else { return false };
        let Some((only, admits_null)) = self.null_or_one(group, depth) else { return false };
        let Some(beside) = normal.decides_null_beside_groups() else { return false };
        let this = Resolved { by: group.by, exclusive: group.exclusive, only };
        let resolved: Vec<_> = resolved.iter().copied().chain([this]).collect();
        let mut whole = self.fold(schemas, &mut Alternatives::Kept(&resolved), depth);
        let admits_null = beside && admits_null;
        // As it stands, a schema among the alternatives would refuse null.
        let is_beside = whole.residue.iter().all(|residue| normal.parts.contains(&residue.by));
        if admits_null && !(is_beside && whole.leaves_null()) {
            return false;
        }
        whole.set_null(admits_null);
        *normal = whole;
        true
    }

    /// What a group admits of which each alternative does no more than list values.
    fn listed(&mut self, group: &Group<'a>, depth: usize) -> Option<Listed<'a>> {
        // Most groups are none of these, and to normalize their alternatives costs.
        if !group.alternatives.iter().all(|id| may_list(self.schema(*id))) {
            return None;
        }
        let mut types = TypeSet::NONE;
        let mut all: Vec<&'a Value> = Vec::new();
        let mut by = None;
        for &id in &group.alternatives {
            let inner = self.fold(&[id], &mut Alternatives::Kept(&[]), depth);
            let values = inner.lists()?;
            types = inner.types.iter().fold(types, TypeSet::with);
            by = by.or(inner.values.as_ref().map(|values| values.by));
            all.extend(values);
        }
        let count = |value: &Value| all.iter().filter(|other| same_value(value, other)).count();
        let mut values: Vec<&Value> = Vec::new();
        for value in &all {
            let is_new = !values.iter().any(|known| same_value(known, value));
            if is_new && (!group.exclusive || count(value) == 1) {
                values.push(value);
            }
        }
        Some((types, Sourced { value: values, by: by.unwrap_or(group.by) }))
    }

    /// The one alternative that is more than null, where there is just one, and whether the group admits null.
    fn null_or_one(&mut self, group: &Group<'a>, depth: usize) -> Option<(SchemaId, bool)> {
        let (nulls, others): (Vec<SchemaId>, Vec<SchemaId>) =
            group.alternatives.iter().copied().partition(|id| is_null(self.schema(*id)));
        let &[only] = others.as_slice() else { return None };
        if !group.exclusive {
            return Some((only, true));
        }
        // Exactly one must match: null doesn't where the other alternative admits it, too.
        let inner = self.fold(&[only], &mut Alternatives::Kept(&[]), depth);
        let matching = nulls.len() + usize::from(inner.decides_null()?);
        Some((only, matching == 1))
    }
}

impl<'a> Normal<'a> {
    /// The values that it lists, where it does nothing else.
    fn lists(&self) -> Option<Vec<&'a Value>> {
        if !self.groups.is_empty() || !self.says_only_values() {
            return None;
        }
        match &self.values {
            Some(values) => Some(values.value.clone()),
            None if self.types == TypeSet::NONE => Some(Vec::new()),
            None => (self.types == TypeSet::only(JsonType::Null)).then(|| vec![NULL]),
        }
    }

    /// Adds that only these types and values match.
    fn restrict(&mut self, (types, listed): Listed<'a>) {
        self.types = self.types.intersection(types);
        self.types_by.get_or_insert(listed.by);
        match &mut self.values {
            None => self.values = Some(listed),
            Some(known) => {
                known.value.retain(|a| listed.value.iter().any(|b| same_value(a, b)));
            }
        }
    }

    /// Whether null is admitted; `None` where types and values don't tell.
    fn decides_null(&self) -> Option<bool> {
        self.decides_null_beside_groups().filter(|admits| !admits || self.leaves_null())
    }

    fn decides_null_beside_groups(&self) -> Option<bool> {
        let values = self.values.as_ref();
        let is_listed =
            values.is_none_or(|values| values.value.iter().any(|value| value.is_null()));
        if !self.types.contains(JsonType::Null) || !is_listed {
            return Some(false);
        }
        self.excludes_nothing().then_some(true)
    }

    /// Whether types and values alone say whether null is admitted.
    fn leaves_null(&self) -> bool {
        self.groups.is_empty() && self.excludes_nothing()
    }

    fn excludes_nothing(&self) -> bool {
        let has_condition = self.applicators.iter().any(|said| said.value.condition.is_some());
        self.not.is_empty() && !has_condition
    }

    fn set_null(&mut self, admits: bool) {
        let values = self.values.as_mut();
        if !admits {
            self.types = self.types.without(JsonType::Null);
            values.into_iter().for_each(|values| values.value.retain(|value| !value.is_null()));
            return;
        }
        self.types = self.types.with(JsonType::Null);
        if let Some(values) = values.filter(|v| !v.value.iter().any(|value| value.is_null())) {
            values.value.push(NULL);
        }
    }
}

fn may_list(schema: &Schema) -> bool {
    schema.enumeration.is_some()
        || schema.is_composed()
        || schema.never
        || schema.types == TypeSet::only(JsonType::Null)
}

/// Whether null is all that a schema admits.
fn is_null(schema: &Schema) -> bool {
    let nothing_else = |values: &Vec<Value>| values.iter().all(Value::is_null);
    let is_listed = schema.enumeration.as_ref();
    let is_alone = schema.types == TypeSet::only(JsonType::Null)
        || schema.types.contains(JsonType::Null) && is_listed.is_some_and(nothing_else);
    let is_admitted = is_listed.is_none_or(|values| values.contains(&Value::Null));
    let has_condition = schema.applicators.condition.is_some();
    is_alone && is_admitted && !schema.never && !schema.is_composed() && !has_condition
}
