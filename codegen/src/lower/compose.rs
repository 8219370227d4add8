//! `allOf`, and what stands beside `oneOf` and `anyOf`: several schemas made one.
//!
//! What the parts say together is their normal form ([`spec::normal`]); here it becomes one schema that types can be made
//! of. Where two parts describe one member, which is two types, the one that says more is kept; where each says something,
//! the later, as authors use it to narrow an inherited member. What one schema can't say a second time stays beside it:
//! further patterns are those of the schemas in the `all_of` of the result.

use std::collections::HashSet;

use indexmap::IndexSet;
use spec::model::{Additional, JsonType, Schema, SchemaId, TypeSet};
use spec::normal::{Conjunction, Limit, Normal, Normalizer, Others};
use spec::{Finding, Origin};

use super::Lowerer;
use super::schema::Chain;

/// How deep `allOf` may nest for the order of its parts to be that of the document.
const DEPTH: usize = 64;

/// The parts of an `allOf`, each behind those that it is made of: what is said later narrows what was said before.
type Parts<'c> = Vec<(SchemaId, &'c Schema)>;

impl<'c> Lowerer<'c> {
    /// The schema and all that its `allOf` names, as one schema.
    pub(super) fn merge_all(&mut self, id: SchemaId) -> Schema {
        let schema = self.contract.schema(id);
        if schema.all_of.is_empty() {
            return schema.clone();
        }
        if let Some(known) = self.merged.get(&id) {
            return known.clone();
        }
        let result = self.merge_alternative(&[], id);
        self.merged.insert(id, result.clone());
        result
    }

    /// A schema, and those that stand beside it as it is an alternative of them, as one schema: what stands beside
    /// alternatives holds for each of them. The alternatives that are left are its own.
    pub(super) fn merge_alternative(&mut self, beside: &Chain, id: SchemaId) -> Schema {
        let mut parts = IndexSet::new();
        for id in beside {
            self.gather(*id, &mut Vec::new(), &mut parts);
        }
        let taken = parts.len();
        self.gather(id, &mut Vec::new(), &mut parts);
        let mut result = self.fold(beside.first().copied().unwrap_or(id), &parts, taken);
        result.deprecated |= self.contract.schema(id).deprecated;
        result
    }

    fn gather(&mut self, id: SchemaId, chain: &mut Vec<SchemaId>, parts: &mut IndexSet<SchemaId>) {
        let schema = self.contract.schema(id);
        if chain.contains(&id) {
            self.note(Finding::warning(
                "all-of-cycle",
                schema.origin.clone(),
                "this schema is part of itself by `allOf`, which says nothing",
            ));
            return;
        }
        if chain.len() < DEPTH && !parts.contains(&id) {
            chain.push(id);
            for part in &schema.all_of {
                self.gather(*part, chain, parts);
            }
            chain.pop();
        }
        parts.insert(id);
    }

    /// The parts as one schema, with its own annotations. Of the first so many, alternatives are taken already.
    fn fold(&mut self, own: SchemaId, parts: &IndexSet<SchemaId>, taken: usize) -> Schema {
        let own = self.contract.schema(own);
        let ids: Vec<SchemaId> = parts.iter().copied().collect();
        let mut normalizer = Normalizer::new(self.contract);
        // Alternatives are types of their own: they stay beside what is folded.
        let normal = normalizer.normalize_taking(&ids, &mut |_, _| Vec::new());
        let parts: Parts<'c> = ids.iter().map(|id| (*id, self.contract.schema(*id))).collect();
        let mut result = Schema::any(own.origin.clone());
        result.types = normal.types;
        result.never = parts.iter().any(|(_, part)| part.never);
        result.enumeration =
            normal.values.as_ref().map(|values| values.value.iter().copied().cloned().collect());
        self.fold_limits(&normal, &mut result);
        self.fold_text(&normal, &parts, &mut result);
        self.fold_items(&normal, &normalizer, &parts, &mut result);
        self.fold_members(&normal, &normalizer, &parts, &mut result);
        for (_, part) in parts.iter().skip(taken) {
            self.merge_alternatives(&mut result, part);
        }
        annotate(&mut result, own, &parts);
        result
    }

    fn fold_limits(&mut self, normal: &Normal<'c>, result: &mut Schema) {
        let written = |limit| normal.limit(limit).map(|said| self.contract.schema(said.by));
        // As it is written: what is exclusive is documented as such.
        result.minimum = written(Limit::Minimum).and_then(|by| by.minimum.clone());
        result.maximum = written(Limit::Maximum).and_then(|by| by.maximum.clone());
        let count = |limit| normal.limit(limit).and_then(|said| said.value.value.as_u64());
        result.min_length = count(Limit::MinLength);
        result.max_length = count(Limit::MaxLength);
        result.min_items = count(Limit::MinItems);
        result.max_items = count(Limit::MaxItems);
        result.min_properties = count(Limit::MinProperties);
        result.max_properties = count(Limit::MaxProperties);
        result.unique_items = normal.unique_items.is_some();
        let mut steps = normal.multiple_of.iter();
        result.multiple_of = steps.next().map(|step| step.value.clone());
        for step in steps {
            // One number can't say them all: the value is asked for the others (see `keywords`).
            self.lost_steps.insert(step.by);
        }
    }

    fn fold_text(&mut self, normal: &Normal<'c>, parts: &Parts<'c>, result: &mut Schema) {
        let mut patterns = normal.patterns.iter();
        result.pattern = patterns.next().map(|pattern| pattern.value.to_owned());
        result.all_of = patterns.map(|pattern| pattern.by).collect();
        let last = |text: fn(&Schema) -> &Option<String>| {
            parts.iter().rev().find_map(|(_, part)| text(part).clone())
        };
        result.format = last(|part| &part.format);
        result.content_encoding = last(|part| &part.content_encoding);
        result.content_media_type = last(|part| &part.content_media_type);
        if let [first, .., other] = normal.formats.as_slice() {
            let place = |id| self.contract.schema(id).origin.child("format");
            let (at, also) = (place(other.by), place(first.by));
            self.lost(&at, "format", &also);
        }
    }

    fn fold_items(
        &mut self,
        normal: &Normal<'c>,
        normalizer: &Normalizer<'c>,
        parts: &Parts<'c>,
        result: &mut Schema,
    ) {
        let order: Vec<SchemaId> = parts
            .iter()
            .flat_map(|(_, part)| part.prefix_items.iter().copied().chain(part.items))
            .collect();
        let mut pick = |item: Conjunction| {
            let mut ids = normalizer.schemas(item);
            ids.sort_by_key(|id| order.iter().position(|known| known == id));
            self.most_specific("[]", &ids)
        };
        result.items = pick(normal.items);
        result.prefix_items = normal.prefix_items.iter().filter_map(|item| pick(*item)).collect();
    }

    fn fold_members(
        &mut self,
        normal: &Normal<'c>,
        normalizer: &Normalizer<'c>,
        parts: &Parts<'c>,
        result: &mut Schema,
    ) {
        let of_many = told_of_many(parts);
        let in_order = |mut ids: Vec<SchemaId>| {
            ids.sort_by_key(|id| of_many.iter().position(|known| known == id));
            ids
        };
        for (name, member) in &normal.properties {
            let mut ids = in_order(normalizer.schemas(*member));
            let declared = |id: &SchemaId| {
                parts.iter().position(|(_, part)| part.properties.get(*name) == Some(id))
            };
            // What is said of many members comes before what is said of this one.
            ids.sort_by_key(declared);
            let kept = self.most_specific(name, &ids);
            result.properties.extend(kept.map(|id| ((*name).to_owned(), id)));
        }
        for (pattern, member) in &normal.pattern_properties {
            let kept = self.most_specific(pattern, &in_order(normalizer.schemas(*member)));
            result.pattern_properties.extend(kept.map(|id| ((*pattern).to_owned(), id)));
        }
        result.required = normal.required.keys().map(|name| (*name).to_owned()).collect();
        result.additional = match normal.others {
            Others::Forbidden(_) => Additional::Forbidden,
            Others::Match(others) => self
                .most_specific("additionalProperties", &in_order(normalizer.schemas(others)))
                .map_or(Additional::Allowed, Additional::Schema),
        };
        self.note_forbidden(normal, parts);
    }

    /// Says which members parts declare that another part refuses, and where that isn't decided.
    fn note_forbidden(&mut self, normal: &Normal<'c>, parts: &Parts<'c>) {
        if let Others::Forbidden(by) = normal.others
            && normal.admits(JsonType::Object)
        {
            let closed = self.contract.schema(by).origin.child("additionalProperties");
            let declared = parts.iter().flat_map(|(_, part)| &part.properties);
            let refused =
                declared.filter(|(name, _)| !normal.properties.contains_key(name.as_str()));
            for (name, id) in refused {
                let finding = Finding::warning(
                    "forbidden-member",
                    self.contract.schema(*id).origin.clone(),
                    format!(
                        "one schema declares the member `{name}` and another that must match as well forbids it, so there is none"
                    ),
                );
                let help = "`additionalProperties` looks at the properties beside it only; `unevaluatedProperties` \
                            (3.1) looks at all";
                self.note(finding.also(closed.clone()).help(help));
            }
        }
        for residue in normal.residue.iter().filter(|one| one.keyword == "additionalProperties") {
            let at = self.contract.schema(residue.by).origin.child(residue.keyword);
            self.note(Finding::warning(
                "unchecked-closing",
                at,
                "which members this looks at is for a pattern to decide, so it is checked as far as it is known",
            ));
        }
    }

    /// Of schemas that a value must match all, the one that a type is made of.
    fn most_specific(&mut self, name: &str, ids: &[SchemaId]) -> Option<SchemaId> {
        let (first, rest) = ids.split_first()?;
        Some(rest.iter().fold(*first, |known, id| self.telling(name, known, *id)))
    }

    /// Which of two schemas of one member tells more of it: the later, unless it says nothing that the earlier doesn't.
    fn telling(&mut self, name: &str, known: SchemaId, id: SchemaId) -> SchemaId {
        let (earlier, later) = (self.contract.schema(known), self.contract.schema(id));
        let types = earlier.types.intersection(later.types);
        // `type: object` says nothing of what is an object by its parts, and something of what may be anything.
        let narrows = types != earlier.types && is_type_alone(earlier);
        let says_nothing = is_bare(later) && !later.is_composed() && !narrows;
        let repeats = types == earlier.types && is_type_alone(later);
        if says_nothing || repeats || self.extends(known, id) {
            return known;
        }
        let is_narrower = types == later.types && is_type_alone(earlier);
        if !is_narrower && !self.extends(id, known) {
            let finding = Finding::note(
                "narrowed-member",
                later.origin.clone(),
                format!(
                    "parts of an `allOf` each tell of the member `{name}`; only the last is kept"
                ),
            );
            self.note(finding.also(earlier.origin.clone()));
        }
        id
    }

    /// Whether a schema says what another does by having it as a part.
    fn extends(&self, id: SchemaId, other: SchemaId) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if id == other {
                return true;
            }
            if seen.insert(id) {
                open.extend(&self.contract.schema(id).all_of);
            }
        }
        false
    }

    fn merge_alternatives(&mut self, into: &mut Schema, from: &Schema) {
        if from.one_of.is_empty() && from.any_of.is_empty() {
            return;
        }
        if !into.one_of.is_empty() || !into.any_of.is_empty() {
            let finding = Finding::note(
                "conflicting-parts",
                from.origin.clone(),
                "parts of an `allOf` each have alternatives; the type is made of the first, the others are checked",
            );
            self.note(finding.also(into.origin.clone()));
            return;
        }
        into.one_of.clone_from(&from.one_of);
        into.any_of.clone_from(&from.any_of);
        into.discriminator.clone_from(&from.discriminator);
    }

    fn lost(&mut self, at: &Origin, keyword: &str, also: &Origin) {
        self.note(
            Finding::warning(
                "conflicting-parts",
                at.clone(),
                format!(
                    "parts of an `allOf` each have their own {keyword}; only one of them is kept"
                ),
            )
            .also(also.clone()),
        );
    }
}

/// What parts say of members that they don't name one by one, in the order of the parts: of all others, then by pattern.
fn told_of_many(parts: &Parts<'_>) -> Vec<SchemaId> {
    let others = parts.iter().filter_map(|(_, part)| match part.additional {
        Additional::Schema(id) => Some(id),
        Additional::Allowed | Additional::Forbidden => None,
    });
    let unevaluated = parts.iter().filter_map(|(_, part)| part.applicators.unevaluated_properties);
    let by_pattern = parts.iter().flat_map(|(_, part)| {
        let mut patterns: Vec<(&String, &SchemaId)> = part.pattern_properties.iter().collect();
        patterns.sort_unstable();
        patterns.into_iter().map(|(_, id)| *id)
    });
    others.chain(unevaluated).chain(by_pattern).collect()
}

/// What people read is the schema's own, else the last part's.
fn annotate(result: &mut Schema, own: &Schema, parts: &Parts<'_>) {
    let parts = || parts.iter().rev().map(|(_, part)| part);
    result.not = parts().find_map(|part| part.not);
    result.description = parts().find_map(|part| part.description.clone());
    result.default = parts().find_map(|part| part.default.clone());
    result.read_only = parts().any(|part| part.read_only);
    result.write_only = parts().any(|part| part.write_only);
    result.name.clone_from(&own.name);
    result.title.clone_from(&own.title);
    result.examples.clone_from(&own.examples);
    result.extensions.clone_from(&own.extensions);
    result.deprecated = own.deprecated;
}

/// Whether a schema demands nothing of its own: what is left is composition, and what people read.
pub(super) fn is_bare(schema: &Schema) -> bool {
    let any_object = TypeSet::only(JsonType::Object);
    let types_say_nothing = schema.types.without(JsonType::Null)
        == TypeSet::ALL.without(JsonType::Null)
        || schema.types.without(JsonType::Null) == any_object;
    types_say_nothing && only_types(schema)
}

/// Whether a schema says nothing but its types.
fn is_type_alone(schema: &Schema) -> bool {
    only_types(schema) && !schema.is_composed()
}

/// Whether what a schema demands by itself are types.
fn only_types(schema: &Schema) -> bool {
    !schema.never
        && schema.enumeration.is_none()
        && schema.format.is_none()
        && schema.minimum.is_none()
        && schema.maximum.is_none()
        && schema.multiple_of.is_none()
        && schema.min_length.is_none()
        && schema.max_length.is_none()
        && schema.pattern.is_none()
        && schema.items.is_none()
        && schema.prefix_items.is_empty()
        && schema.min_items.is_none()
        && schema.max_items.is_none()
        && !schema.unique_items
        && has_no_members(schema)
}

/// Whether a schema says nothing of members.
pub(super) fn has_no_members(schema: &Schema) -> bool {
    schema.properties.is_empty()
        && schema.required.is_empty()
        && schema.pattern_properties.is_empty()
        && !matches!(schema.additional, Additional::Schema(_))
        && schema.min_properties.is_none()
        && schema.max_properties.is_none()
}
