//! What a contract asks of requests: each constraint of each parameter and of each place of a body.
//!
//! Places and keywords are called as the ids of cases call them, so that a case is found by what it violates.

use spec::model::{JsonType, Location as In, MediaType, Operation, Parameter, Schema, SchemaId};
use spec::normal::{Conjunction, Edge, Limit, Normal, Normalizer, Others, Sourced};
use spec::{Contract, Direction, Origin};

use crate::sample::Location;

/// How deep bodies are looked into: schemas may contain themselves.
const DEEPEST: usize = 8;
/// More constraints of one operation than anybody would read.
const MOST: usize = 2_000;

/// One constraint.
pub(super) struct Constraint {
    /// Where the value stands.
    pub(super) place: Place,
    /// As ids of cases have it: `max-length`.
    pub(super) keyword: &'static str,
    /// What it says, for people: `maxLength 60`.
    pub(super) says: String,
    pub(super) origin: Origin,
}

/// Where a value stands in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Parameter(In, String),
    Body(Location),
}

impl Place {
    /// `query.limit`, `body.tags.0`, `body`.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Parameter(location, name) => format!("{location}.{name}"),
            Self::Body(location) if location.0.is_empty() => "body".to_owned(),
            Self::Body(location) => format!("body.{location}"),
        }
    }
}

impl Constraint {
    /// What the ids of cases that violate it have behind their kind: `body.name:max-length`.
    pub(super) fn detail(&self) -> String {
        match &self.place {
            // The schema of the whole body has no place of its own; that there is a body at all isn't its schema's.
            Place::Body(location) if location.0.is_empty() && self.keyword != "missing" => {
                format!("body.{}", self.keyword)
            }
            place => format!("{}:{}", place.name(), self.keyword),
        }
    }
}

/// Every constraint on the requests of an operation.
pub(super) fn listed(contract: &Contract, operation: &Operation) -> Vec<Constraint> {
    let mut lister = Lister { contract, normalizer: Normalizer::new(contract), list: Vec::new() };
    for parameter in &operation.parameters {
        lister.parameter(parameter);
    }
    if let Some(body) = &operation.body {
        if body.required {
            let place = Place::Body(Location::default());
            lister.push(&place, "missing", "required".to_owned(), body.origin.clone());
        }
        if let Some(schema) = body.content.values().find(is_described).and_then(|one| one.schema) {
            lister.body(&Location::default(), &[schema], 0);
        }
    }
    lister.list
}

/// Whether cases are made from the schema of a media type, place by place.
fn is_described(media_type: &&MediaType) -> bool {
    media_type.is_json()
}

struct Lister<'c> {
    contract: &'c Contract,
    normalizer: Normalizer<'c>,
    list: Vec<Constraint>,
}

impl<'c> Lister<'c> {
    fn push(&mut self, place: &Place, keyword: &'static str, says: String, origin: Origin) {
        if self.list.len() < MOST {
            self.list.push(Constraint { place: place.clone(), keyword, says, origin });
        }
    }

    fn by(&mut self, place: &Place, keyword: &'static str, says: String, schema: SchemaId) {
        let origin = self.contract.schema(schema).origin.clone();
        self.push(place, keyword, says, origin);
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let place = Place::Parameter(parameter.location, parameter.name.clone());
        // Without its value, a path is another path.
        if parameter.required && matches!(parameter.location, In::Query | In::Header) {
            self.push(&place, "required", "required".to_owned(), parameter.origin.clone());
        }
        let Some(schema) = parameter.schema() else { return };
        let normal = self.normal(&[schema]);
        // Every text is a string.
        let is_text = normal.types.contains(JsonType::String);
        self.values(&place, &normal, !is_text);
    }

    fn body(&mut self, location: &Location, schemas: &[SchemaId], depth: usize) {
        if depth > DEEPEST || self.list.len() >= MOST {
            return;
        }
        let normal = self.normal(schemas);
        let place = Place::Body(location.clone());
        self.values(&place, &normal, true);
        for (name, member) in &normal.properties {
            if !self.normalizer.marks(*member).travels(Direction::Request) {
                continue;
            }
            let inner = location.member(name);
            if let Some(by) = self.normalizer.requires(&normal, name, Direction::Request) {
                self.by(&Place::Body(inner.clone()), "required", "required".to_owned(), by);
            }
            let schemas = self.normalizer.schemas(*member);
            self.body(&inner, &schemas, depth + 1);
        }
        if normal.admits(JsonType::Array) && normal.items != Conjunction::Anything {
            let schemas = self.normalizer.schemas(normal.items);
            self.body(&location.item(normal.prefix_items.len()), &schemas, depth + 1);
        }
    }

    /// What schemas say together, of alternatives the first one: the values of cases are made so.
    fn normal(&mut self, schemas: &[SchemaId]) -> Normal<'c> {
        let mut first = |_: SchemaId, schema: &'c Schema| {
            let groups = [&schema.one_of, &schema.any_of];
            groups.into_iter().filter_map(|branches| branches.first().copied()).collect()
        };
        self.normalizer.normalize_taking(schemas, &mut first)
    }

    /// What a value has to be by itself.
    fn values(&mut self, place: &Place, normal: &Normal<'_>, with_type: bool) {
        if let Some(by) = normal.types_by.filter(|_| with_type && !normal.types.is_all()) {
            let types: Vec<&str> = normal.types.iter().map(JsonType::as_str).collect();
            self.by(place, "type", format!("type {}", types.join(" or ")), by);
        }
        if let Some(values) = &normal.values {
            self.by(place, "enum", format!("one of {} values", values.value.len()), values.by);
        }
        for limit in Limit::ALL {
            let is_of_it = normal.admits(limit.limits()) && !is_kept_anyway(place, limit, normal);
            if let Some(edge) = normal.limit(limit).filter(|_| is_of_it) {
                let says = format!("{} {}", limit.keyword(), Edge::describe(Some(&edge.value)));
                self.by(place, kebab(limit), says, edge.by);
            }
        }
        if let Some(one) = normal.multiple_of.first() {
            self.by(place, "multiple-of", format!("multipleOf {}", one.value), one.by);
        }
        if let Some(by) = normal.unique_items.filter(|_| normal.admits(JsonType::Array)) {
            self.by(place, "unique-items", "uniqueItems".to_owned(), by);
        }
        if let Others::Forbidden(by) = normal.others
            && normal.admits(JsonType::Object)
        {
            self.by(place, "additional-properties", "no other properties".to_owned(), by);
        }
        if !normal.admits(JsonType::String) {
            return;
        }
        if let Some(one) = normal.patterns.first() {
            self.by(place, "pattern", format!("pattern {}", one.value), one.by);
        }
        if let Some(one) = normal.formats.first() {
            self.by(place, "format", format!("format {}", one.value), one.by);
        }
    }
}

/// Whether no request could violate it: a path with an empty segment is another path.
fn is_kept_anyway(place: &Place, limit: Limit, normal: &Normal<'_>) -> bool {
    let is_path = matches!(place, Place::Parameter(In::Path, _));
    let is_one = |edge: &Sourced<Edge>| edge.value.value.as_u64() == Some(1);
    is_path && limit == Limit::MinLength && normal.limit(limit).is_some_and(is_one)
}

fn kebab(limit: Limit) -> &'static str {
    match limit {
        Limit::Minimum => "minimum",
        Limit::Maximum => "maximum",
        Limit::MinLength => "min-length",
        Limit::MaxLength => "max-length",
        Limit::MinItems => "min-items",
        Limit::MaxItems => "max-items",
        Limit::MinProperties => "min-properties",
        Limit::MaxProperties => "max-properties",
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use spec::Memory;

    use super::*;

    const DOCUMENT: &str = "
openapi: 3.1.0
info: { title: a, version: '1' }
paths:
  /pets/{pet}:
    put:
      operationId: putPet
      parameters:
        - { name: pet, in: path, required: true, schema: { type: string, minLength: 1, maxLength: 8 } }
        - { name: page, in: query, required: true, schema: { type: integer, minimum: 1 } }
        - { name: X-Kind, in: header, schema: { type: string, enum: [a, b] } }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses: { '200': { description: a } }
components:
  schemas:
    Pet:
      type: object
      additionalProperties: false
      required: [id, name, 'a:b']
      properties:
        id: { type: integer, readOnly: true }
        name: { allOf: [{ type: string, maxLength: 60 }, { maxLength: 40, pattern: '^[a-z]+$' }] }
        'a:b': { type: [string, 'null'], format: uuid }
        kin: { type: array, uniqueItems: true, maxItems: 3, items: { $ref: '#/components/schemas/Pet' } }
        size: { oneOf: [{ type: number, multipleOf: 2 }, { type: string }] }
";

    #[test]
    fn every_constraint_that_a_request_can_violate_is_listed_once() {
        let reading = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", DOCUMENT));
        let contract = reading.contract.expect("a contract");
        let all = listed(&contract, &contract.operations[0]);
        let shallow = all.iter().filter(|one| !one.place.name().starts_with("body.kin.0"));
        let names: Vec<String> = shallow.map(Constraint::detail).collect();
        assert_eq!(
            names,
            [
                "path.pet:max-length",
                "query.page:required",
                "query.page:type",
                "query.page:minimum",
                "header.X-Kind:enum",
                "body:missing",
                "body.type",
                "body.additional-properties",
                "body.name:required",
                "body.name:type",
                "body.name:max-length",
                "body.name:pattern",
                "body.a:b:required",
                "body.a:b:type",
                "body.a:b:format",
                "body.kin:type",
                "body.kin:max-items",
                "body.kin:unique-items",
                "body.size:type",
                "body.size:multiple-of",
            ]
        );
        let says =
            |detail: &str| all.iter().find(|one| one.detail() == detail).map(|one| &*one.says);
        assert_eq!(says("body.name:max-length"), Some("maxLength 40"));
        assert_eq!(says("body.a:b:type"), Some("type null or string"));
        assert!(
            says("body.kin.0.kin.0.name:max-length").is_some(),
            "schemas that contain themselves"
        );
        assert!(all.len() < MOST, "{}", all.len());
    }
}
