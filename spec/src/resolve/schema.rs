//! Schema objects of 3.0 and 3.1 → the one form of the model.

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::Resolver;
use super::node::Node;
use super::reference::{reference, shared_name};
use super::structure;
use crate::model::{Additional, Bound, Contract, JsonType, Schema, SchemaId, TypeSet, Version};
use crate::{Finding, Origin};

/// So many references in a row lead to a schema, or to nothing.
const MAX_HOPS: usize = 64;

impl<'d> Resolver<'d> {
    /// `components.schemas`, used or not.
    pub(super) fn read_components(&mut self, root: &Node<'d>) -> IndexMap<String, SchemaId> {
        let Some(schemas) = root.get("components").and_then(|node| node.get("schemas")) else {
            return IndexMap::new();
        };
        let members: Vec<_> = schemas.members().collect();
        members.into_iter().map(|(name, node)| (name.to_owned(), self.schema_id(&node))).collect()
    }

    /// The id of a schema, or of what it is a reference to. It is read later: see [`Self::read_pending`].
    pub(super) fn schema_id(&mut self, node: &Node<'d>) -> SchemaId {
        // Each hop may enter a resource, with anchors of its own, for those behind it.
        let scope = self.scope;
        let id = self.follow_to_id(node);
        self.scope = scope;
        id
    }

    fn follow_to_id(&mut self, node: &Node<'d>) -> SchemaId {
        let mut current = node.clone();
        for _ in 0..MAX_HOPS {
            self.scope = self.scopes.enter(self.scope, &current.at, &self.resources);
            let Some(text) = reference(&current) else { return self.reserve(current) };
            if self.has_siblings(&current) {
                // 3.1: what stands beside `$ref` applies too, so this is a schema of its own.
                return self.reserve(current);
            }
            match self.target(&current, text) {
                Some(target) => current = target,
                None => return self.any_schema(&current),
            }
        }
        self.circular(&current.at);
        self.any_schema(node)
    }

    /// A schema that admits all, for a place where the document has none that can be read.
    pub(super) fn any_schema(&mut self, node: &Node<'d>) -> SchemaId {
        let key = (node.at.clone(), self.scope);
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = self.next_id();
        self.ids.insert(key, id);
        self.schemas.push(Some(Box::new(Schema::any(node.at.clone()))));
        id
    }

    fn next_id(&self) -> SchemaId {
        SchemaId(u32::try_from(self.schemas.len()).unwrap_or(u32::MAX))
    }

    fn reserve(&mut self, node: Node<'d>) -> SchemaId {
        let key = (node.at.clone(), self.scope);
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = self.next_id();
        self.ids.insert(key, id);
        self.schemas.push(None);
        self.pending.push_back((id, node, self.scope));
        id
    }

    /// Reads what was met, and what is met on the way, until nothing is left.
    pub(super) fn read_pending(&mut self) {
        while let Some((id, node, scope)) = self.pending.pop_front() {
            self.scope = scope;
            let mut schema = Box::new(Schema::any(node.at.clone()));
            let ((), trouble) = self.attempt(|this| this.read_schema(&node, &mut schema));
            self.schemas[id.index()] = Some(schema);
            self.trouble_in_schema(id, trouble);
        }
    }

    pub(super) fn finish_schemas(&mut self, contract: &mut Contract) {
        let schemas = std::mem::take(&mut self.schemas);
        contract.schemas.all.reserve_exact(schemas.len());
        contract.schemas.all.extend(schemas.into_iter().flatten().map(|schema| *schema));
    }

    /// In 3.0 what stands beside `$ref` has no effect; in 3.1 all but pure annotations make a schema.
    fn has_siblings(&mut self, node: &Node<'d>) -> bool {
        let Some(members) = node.object() else { return false };
        if members.len() == 1 {
            return false;
        }
        let effective = |key: &&String| {
            !matches!(key.as_str(), "$ref" | "$comment" | "summary") && !key.starts_with("x-")
        };
        if self.version >= Version::V3_1 {
            return members.keys().any(|key| effective(&key));
        }
        let annotation = ["description", "title", "example", "default", "deprecated"];
        let lost = members.keys().filter(effective).find(|key| !annotation.contains(&key.as_str()));
        if let Some(key) = lost {
            let message = format!("`{key}` beside `$ref` has no effect in OpenAPI 3.0");
            let finding = Finding::warning("reference-siblings", node.at.child(key), message);
            self.report(finding.help("put the reference into an `allOf` beside it"));
        }
        false
    }

    fn read_schema(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.name = schema_name(&node.at, &self.document.sources);
        match node.value {
            Value::Object(_) => self.read_schema_object(node, schema),
            Value::Bool(admits) if self.version >= Version::V3_1 => schema.never = !admits,
            _ => self.wrong_type(node, "a schema object"),
        }
    }

    fn read_schema_object(&mut self, node: &Node<'d>, schema: &mut Schema) {
        self.check_object(node, &structure::SCHEMA);
        self.read_types(node, schema);
        self.read_number_keywords(node, schema);
        self.read_string_keywords(node, schema);
        self.read_array_keywords(node, schema);
        self.read_object_keywords(node, schema);
        self.read_composition(node, schema);
        self.read_annotations(node, schema);
    }

    fn read_types(&mut self, node: &Node<'d>, schema: &mut Schema) {
        if let Some(written) = node.get("type") {
            schema.types = self.read_type_list(&written);
        }
        if self.flag(node, "nullable") {
            let is_known = self.version < Version::V3_1;
            // OAS 3.0.3 §4.7.24.1 and its clarification: `nullable` extends `type` and nothing else.
            if node.has("type") {
                schema.types = schema.types.with(JsonType::Null);
                if !is_known {
                    self.report_old_nullable(node);
                }
            } else if is_known && !node.has("enum") {
                self.report_useless_nullable(node);
            }
        }
        schema.enumeration =
            self.array(node, "enum").and_then(|list| list.value.as_array().cloned());
        if let Some(constant) = node.get("const").filter(|_| self.version >= Version::V3_1) {
            schema.enumeration = Some(vec![constant.value.clone()]);
        }
        if schema.enumeration.as_ref().is_some_and(Vec::is_empty) {
            let message = "an empty `enum` admits no value: it is passed over";
            self.report_mended(Finding::error("empty-enum", node.at.child("enum"), message));
            schema.enumeration = None;
        }
        schema.format = self.string(node, "format");
    }

    /// Documents that were of 3.0 once keep `nullable`, and their servers keep sending null.
    fn report_old_nullable(&mut self, node: &Node<'d>) {
        let message = "OpenAPI 3.1 has no `nullable`: it is read as 3.0 has it";
        let finding = Finding::warning("old-nullable", node.at.child("nullable"), message);
        self.report(finding.help("write `null` among the types: `type: [string, 'null']`"));
    }

    fn report_useless_nullable(&mut self, node: &Node<'d>) {
        let composed = ["allOf", "oneOf", "anyOf", "$ref"].into_iter().find(|key| node.has(key));
        let Some(key) = composed else { return };
        let message = format!("`nullable` beside `{key}` does not admit null without a `type`");
        let finding = Finding::warning("useless-nullable", node.at.child("nullable"), message);
        self.report(finding.help("write the nullable schema inline, with its `type`"));
    }

    fn read_type_list(&mut self, written: &Node<'d>) -> TypeSet {
        let named = |text: &Value| text.as_str().and_then(JsonType::parse);
        let types = match written.value {
            Value::String(_) => named(written.value).map(TypeSet::only),
            Value::Array(items) => items
                .iter()
                .try_fold(TypeSet::NONE, |set, item| Some(set.with(named(item)?)))
                .filter(|set| *set != TypeSet::NONE),
            _ => None,
        };
        let list_in_3_0 = written.value.is_array() && self.version < Version::V3_1;
        let null_in_3_0 = written.value == "null" && self.version < Version::V3_1;
        if types.is_none() || list_in_3_0 || null_in_3_0 {
            let message = format!("`type: {}` does not exist here", written.value);
            let finding = Finding::error("unknown-type", written.at.clone(), message);
            self.report(finding.help(
                "expected one of boolean, integer, number, string, array, object (null and lists of types: since 3.1)",
            ));
        }
        types.unwrap_or(TypeSet::ALL)
    }

    fn read_number_keywords(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.minimum = self.bound(node, "minimum", "exclusiveMinimum", |new, old| new >= old);
        schema.maximum = self.bound(node, "maximum", "exclusiveMaximum", |new, old| new <= old);
        schema.multiple_of = self.number(node, "multipleOf");
        if schema.multiple_of.as_ref().and_then(Number::as_f64).is_some_and(|step| step <= 0.0) {
            let message = "`multipleOf` must be greater than 0";
            self.report(Finding::error("wrong-type", node.at.child("multipleOf"), message));
            schema.multiple_of = None;
        }
    }

    /// `exclusiveMinimum` is a flag in 3.0 and a bound of its own in 3.1, where the tighter of both holds.
    fn bound(
        &mut self,
        node: &Node<'d>,
        key: &str,
        exclusive_key: &str,
        tighter: fn(f64, f64) -> bool,
    ) -> Option<Bound> {
        let inclusive = self.number(node, key).map(|value| Bound { value, exclusive: false });
        let exclusive = node.get(exclusive_key);
        match exclusive.as_ref().map(|member| member.value) {
            None => inclusive,
            Some(Value::Bool(exclusive)) => {
                inclusive.map(|bound| Bound { exclusive: *exclusive, ..bound })
            }
            Some(Value::Number(value)) => {
                let own = Bound { value: value.clone(), exclusive: true };
                let wins = inclusive.as_ref().is_none_or(|inclusive| {
                    let (own, other) = (own.value.as_f64(), inclusive.value.as_f64());
                    own.zip(other).is_none_or(|(own, other)| tighter(own, other))
                });
                if wins { Some(own) } else { inclusive }
            }
            Some(_) => {
                let member = exclusive?;
                self.wrong_type(&member, "a boolean (3.0) or a number (3.1)");
                inclusive
            }
        }
    }

    fn number(&mut self, node: &Node<'d>, key: &str) -> Option<Number> {
        let member = node.get(key)?;
        match member.value {
            Value::Number(number) => Some(number.clone()),
            _ => {
                self.wrong_type(&member, "a number");
                None
            }
        }
    }

    fn read_string_keywords(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.min_length = self.count(node, "minLength");
        schema.max_length = self.count(node, "maxLength");
        schema.pattern = self.string(node, "pattern");
        schema.content_encoding = self.string(node, "contentEncoding");
        schema.content_media_type = self.string(node, "contentMediaType");
    }

    fn read_array_keywords(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.items = node.get("items").map(|items| self.schema_id(&items));
        if let Some(prefix) = self.array(node, "prefixItems") {
            schema.prefix_items = prefix.items().map(|item| self.schema_id(&item)).collect();
        }
        schema.min_items = self.count(node, "minItems");
        schema.max_items = self.count(node, "maxItems");
        schema.unique_items = self.flag(node, "uniqueItems");
        if schema.types.single() == Some(JsonType::Array)
            && schema.items.is_none()
            && self.version < Version::V3_1
        {
            let message = "an array must say what its `items` are";
            let finding = Finding::warning("array-without-items", node.at.clone(), message);
            self.report(finding.help("add `items: {}` if they may be anything"));
        }
    }

    fn read_object_keywords(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.properties = self.schema_map(node, "properties");
        schema.pattern_properties = self.schema_map(node, "patternProperties");
        schema.required = self.strings(node, "required").into_iter().collect();
        schema.min_properties = self.count(node, "minProperties");
        schema.max_properties = self.count(node, "maxProperties");
        schema.additional = match node.get("additionalProperties") {
            None => Additional::Allowed,
            Some(Node { value: Value::Bool(allowed), .. }) => {
                if *allowed {
                    Additional::Allowed
                } else {
                    Additional::Forbidden
                }
            }
            Some(other) => Additional::Schema(self.schema_id(&other)),
        };
    }

    pub(super) fn schema_map(&mut self, node: &Node<'d>, key: &str) -> IndexMap<String, SchemaId> {
        let Some(map) = self.map(node, key) else { return IndexMap::new() };
        let mut schemas = IndexMap::new();
        for (name, member) in map.members() {
            if name == "$ref" && member.value.is_string() {
                self.include_map(&map, &mut schemas);
            } else {
                schemas.insert(name.to_owned(), self.schema_id(&member));
            }
        }
        schemas
    }

    /// A reference in place of a map of schemas: OpenAPI has none there, but what is meant is plain.
    fn include_map(&mut self, map: &Node<'d>, schemas: &mut IndexMap<String, SchemaId>) {
        let message = "OpenAPI has no reference in place of a map: its members are taken over";
        let at = map.at.child("$ref");
        self.report(Finding::warning("reference-for-map", at, message));
        let Some(target) = reference(map).and_then(|text| self.target(map, text)) else { return };
        for (name, member) in target.members().filter(|(name, _)| *name != "$ref") {
            schemas.insert(name.to_owned(), self.schema_id(&member));
        }
    }

    fn read_composition(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.all_of = self.schema_list(node, "allOf");
        schema.any_of = self.schema_list(node, "anyOf");
        schema.one_of = self.schema_list(node, "oneOf");
        schema.not = node.get("not").map(|not| self.schema_id(&not));
        if let Some(text) = reference(node) {
            // Only in 3.1, with siblings: otherwise the reference was followed before.
            if let Some(target) = self.target(node, text) {
                schema.all_of.insert(0, self.schema_id(&target));
                schema.name = None;
            }
        }
        if self.version >= Version::V3_1 {
            self.read_dynamic_reference(node, schema);
            schema.applicators = self.read_applicators(node).into();
        }
        schema.discriminator = self.read_discriminator(node, schema);
    }

    fn schema_list(&mut self, node: &Node<'d>, key: &str) -> Vec<SchemaId> {
        let Some(list) = self.array(node, key) else { return Vec::new() };
        if list.value.as_array().is_some_and(Vec::is_empty) {
            let message = format!("an empty `{key}` has no meaning");
            self.report(Finding::warning("empty-composition", list.at.clone(), message));
        }
        list.items().map(|item| self.schema_id(&item)).collect()
    }

    fn read_annotations(&mut self, node: &Node<'d>, schema: &mut Schema) {
        schema.title = self.text(node, "title");
        schema.description = self.text(node, "description");
        schema.default = node.get("default").map(|default| default.value.clone());
        schema.examples = self.read_schema_examples(node);
        schema.read_only = self.flag(node, "readOnly");
        schema.write_only = self.flag(node, "writeOnly");
        schema.deprecated = self.mark(node, "deprecated");
        schema.xml = self.read_xml(node, schema);
        schema.extensions = node.extensions();
    }
}

/// The name of a schema that others may share.
fn schema_name(at: &Origin, sources: &crate::Sources) -> Option<String> {
    let is_other =
        at.pointer.starts_with("/components/") && !at.pointer.starts_with("/components/schemas/");
    shared_name(at, sources).filter(|_| !is_other)
}
