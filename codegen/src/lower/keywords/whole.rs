//! All that a schema asks, as no type says any of it.

use spec::model::{Additional, JsonType, Schema, SchemaId};

use crate::ir::schema::{Format, Keyword, Keywords};
use crate::ir::types::{Rules, Sender, TextFormat, Type};
use crate::lower::{Lowerer, order};

impl Lowerer<'_> {
    /// All that a schema asks; by reference where it has a name, or contains itself.
    pub(super) fn whole(&mut self, id: SchemaId) -> Keywords {
        let schema = self.contract.schema(id);
        let is_open = self.shared.open.contains(&id);
        if schema.name.is_some() || is_open || self.shared.has(id) {
            let wanted = schema.name.as_deref().or(schema.title.as_deref()).unwrap_or("part");
            return vec![Keyword::Ref(self.shared.name(id, wanted))];
        }
        let keywords = self.everything(id);
        if !self.shared.has(id) {
            return keywords;
        }
        self.shared.keep(id, keywords);
        self.whole(id)
    }

    /// All that a schema asks, in place.
    pub(super) fn everything(&mut self, id: SchemaId) -> Keywords {
        let schema = self.contract.schema(id);
        if let Some(base) = schema.one_of.last().filter(|last| last.index() >= self.read) {
            // What others extend became a union of them (see `extended`); what it asks is what it was.
            return self.everything(*base);
        }
        if schema.never {
            return vec![Keyword::Never];
        }
        self.shared.open.push(id);
        let mut all = Vec::new();
        self.of_value(schema, &mut all);
        self.of_members(schema, &mut all);
        self.of_items(schema, &mut all);
        self.of_applicators(schema, &mut all);
        let parts = self.wholes(&schema.all_of);
        let parts: Vec<Keywords> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        all.extend((!parts.is_empty()).then_some(Keyword::AllOf(parts)));
        let any = self.wholes(&schema.any_of);
        all.extend(any.iter().any(|one| !one.is_empty()).then_some(Keyword::AnyOf(any)));
        let one = self.wholes(&schema.one_of);
        all.extend((!one.is_empty()).then_some(Keyword::OneOf(one)));
        self.of_the_rest(schema, true, &mut all);
        self.shared.open.pop();
        all
    }

    pub(super) fn wholes(&mut self, ids: &[SchemaId]) -> Vec<Keywords> {
        ids.iter().map(|id| self.whole(*id)).collect()
    }

    /// What one value alone must keep.
    fn of_value(&mut self, schema: &Schema, all: &mut Keywords) {
        let types = schema.types;
        if !types.is_all() {
            let is_said =
                |ty: &JsonType| *ty != JsonType::Integer || !types.contains(JsonType::Number);
            all.push(Keyword::Type(types.iter().filter(is_said).collect()));
        }
        all.extend(schema.enumeration.clone().map(Keyword::Enum));
        let format = schema.format.as_deref().filter(|_| types.contains(JsonType::String));
        all.extend(format.and_then(|format| self.typed_format(format)).map(Keyword::Format));
        let rules = self.rules_of_all(schema);
        if !rules.is_empty() {
            all.push(Keyword::Rules(rules));
        }
    }

    fn typed_format(&self, format: &str) -> Option<Format> {
        match self.text(format) {
            Type::Uuid => Some(Format::Uuid),
            Type::DateTime => Some(Format::DateTime),
            Type::Date => Some(Format::Date),
            Type::Uri => Some(Format::Uri),
            _ => None,
        }
    }

    /// The rules of values of every type.
    fn rules_of_all(&mut self, schema: &Schema) -> Rules {
        let numbers = self.number_rules(schema);
        let (arrays, members) = (self.array_rules(schema), self.member_rules(schema));
        let written = schema.pattern.as_deref();
        let range = schema.format.as_deref().and_then(spec::integer_range);
        let end = |end| serde_json::Number::from_i128(end).map(|end| (end, false));
        Rules {
            min_length: schema.min_length.filter(|length| *length > 0),
            max_length: schema.max_length,
            format: schema.format.as_deref().and_then(TextFormat::parse),
            patterns: written.and_then(|it| self.pattern(it, schema)).into_iter().collect(),
            minimum: numbers.minimum.or_else(|| range.and_then(|(least, _)| end(least))),
            maximum: numbers.maximum.or_else(|| range.and_then(|(_, most)| end(most))),
            multiple_of: numbers.multiple_of,
            min_items: arrays.min_items,
            max_items: arrays.max_items,
            unique_items: arrays.unique_items,
            min_properties: members.min_properties,
            max_properties: members.max_properties,
        }
    }

    fn of_members(&mut self, schema: &Schema, all: &mut Keywords) {
        // A member that one side sends is required of that side alone, and both come here.
        let is_sent_by_both = |name: &&String| {
            schema.properties.get(*name).is_none_or(|id| self.sender(*id) == Sender::Both)
        };
        let required: Vec<String> =
            schema.required.iter().filter(is_sent_by_both).cloned().collect();
        if !required.is_empty() {
            all.push(Keyword::Required(required));
        }
        let properties: Vec<(String, Keywords)> = order::properties(schema)
            .into_iter()
            .map(|(name, id)| (name.clone(), self.whole(id)))
            .collect();
        if !properties.is_empty() {
            all.push(Keyword::Properties(properties));
        }
        let additional = match schema.additional {
            Additional::Schema(id) => Some(self.whole(id)),
            Additional::Forbidden => Some(vec![Keyword::Never]),
            Additional::Allowed => schema.applicators.additional_properties_written.then(Vec::new),
        };
        self.of_patterns(schema, additional, all);
    }

    /// `patternProperties`, and what they and the properties leave. That can't be known where a pattern isn't.
    pub(super) fn of_patterns(
        &mut self,
        schema: &Schema,
        additional: Option<Keywords>,
        all: &mut Keywords,
    ) {
        let mut known = Vec::new();
        for (written, id) in order::sorted(&schema.pattern_properties) {
            if let Some(pattern) = self.pattern(written, schema) {
                known.push((pattern, self.whole(*id)));
            }
        }
        let is_whole = known.len() == schema.pattern_properties.len();
        if !known.is_empty() {
            all.push(Keyword::PatternProperties(known));
        }
        all.extend(additional.filter(|_| is_whole).map(Keyword::AdditionalProperties));
    }

    fn of_items(&mut self, schema: &Schema, all: &mut Keywords) {
        if !schema.prefix_items.is_empty() {
            let prefix = self.wholes(&schema.prefix_items);
            all.push(Keyword::PrefixItems(prefix));
        }
        if let Some(items) = schema.items {
            let items = self.whole(items);
            all.push(Keyword::Items(items));
        }
    }

    /// The keywords that ask of a value, or of its parts, what no type could say.
    pub(super) fn of_applicators(&mut self, schema: &Schema, all: &mut Keywords) {
        let applicators = &schema.applicators;
        if let Some(contains) = applicators.contains {
            let asked = self.whole(contains.schema);
            all.push(Keyword::Contains(asked, contains.min.unwrap_or(1), contains.max));
        }
        if let Some(mut names) = applicators.property_names.map(|id| self.whole(id)) {
            // That names are strings is written often, and asks nothing.
            names.retain(
                |asked| !matches!(asked, Keyword::Type(all) if all.contains(&JsonType::String)),
            );
            all.extend((!names.is_empty()).then_some(Keyword::PropertyNames(names)));
        }
        let dependents = order::sorted(&applicators.dependent_required).into_iter();
        let dependents: Vec<(String, Vec<String>)> = dependents
            .filter(|(_, names)| !names.is_empty())
            .map(|(name, names)| (name.clone(), names.iter().cloned().collect()))
            .collect();
        if !dependents.is_empty() {
            all.push(Keyword::DependentRequired(dependents));
        }
        let dependents = order::sorted(&applicators.dependent_schemas).into_iter();
        let dependents: Vec<(String, Keywords)> =
            dependents.map(|(name, id)| (name.clone(), self.whole(*id))).collect();
        if !dependents.is_empty() {
            all.push(Keyword::DependentSchemas(dependents));
        }
        if let Some(condition) = applicators.condition {
            let mut of = |id: Option<SchemaId>| id.map(|id| self.whole(id)).unwrap_or_default();
            let (consequence, alternative) = (of(condition.consequence), of(condition.alternative));
            let condition = of(Some(condition.condition));
            all.push(Keyword::If(condition, consequence, alternative));
        }
        if let Some(not) = schema.not.map(|id| self.whole(id)) {
            all.push(Keyword::Not(not));
        }
    }

    /// What is asked of the parts that nothing else looks at; where that is nothing, `is_seen` says whether it matters
    /// to others that they are looked at.
    pub(super) fn of_the_rest(&mut self, schema: &Schema, is_seen: bool, all: &mut Keywords) {
        let matters = |asked: &Keywords| is_seen || !asked.is_empty();
        let items = schema.applicators.unevaluated_items.map(|id| self.whole(id));
        all.extend(items.filter(matters).map(Keyword::UnevaluatedItems));
        let members = schema.applicators.unevaluated_properties.map(|id| self.whole(id));
        all.extend(members.filter(matters).map(Keyword::UnevaluatedProperties));
    }
}
