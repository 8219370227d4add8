//! The search for values that one side admits and the other refuses.

use std::cell::OnceCell;
use std::path::Path;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::documents::Place;
use super::{Implication, One, Side};
use crate::Memory;
use crate::model::SchemaId;

/// How many witnesses are kept: one is enough to decide, but each of several changes wants its own.
const KEPT: usize = 8;
/// How deep a value is built.
const DEEPEST: usize = 6;
/// The longest that one of them may be, as text.
const LONGEST: usize = 100_000;

/// The search for the witnesses of one question.
pub(super) struct Search<'i, 'a> {
    implication: &'i Implication<'a>,
    premise: (&'i One<'a>, &'i [SchemaId]),
    conclusion: (&'i One<'a>, &'i [SchemaId]),
    few: OnceCell<Vec<Value>>,
}

impl<'a> Implication<'a> {
    pub(super) fn search<'i>(
        &'i self,
        side: Side,
        premise: &'i [SchemaId],
        conclusion: &'i [SchemaId],
    ) -> Search<'i, 'a> {
        let premise = (self.side(side), premise);
        let conclusion = (self.side(side.other()), conclusion);
        Search { implication: self, premise, conclusion, few: OnceCell::new() }
    }
}

impl One<'_> {
    fn admits(&self, schemas: &[SchemaId], value: &Value) -> bool {
        schemas.iter().all(|id| self.validators.is_valid(*id, value))
    }

    /// The values that try each constraint of a schema. They are drawn once: of a union each alternative is asked for.
    fn many(&self, schema: SchemaId) -> Rc<[Value]> {
        if let Some(many) = self.many.borrow().get(&schema) {
            return Rc::clone(many);
        }
        let many: Rc<[Value]> = self.sampler.many(schema).into();
        self.many.borrow_mut().insert(schema, Rc::clone(&many));
        many
    }

    /// An object of a few values of what it must have: samplers stop at values that are large altogether.
    fn build(&self, schemas: &[SchemaId], depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let parts = self.parts(schemas);
        let mut members = Map::new();
        for name in parts.iter().flat_map(|id| &self.contract.schema(*id).required) {
            let declared =
                parts.iter().filter_map(|id| self.contract.schema(*id).properties.get(name));
            let declared: Vec<_> = declared.copied().collect();
            if declared.iter().any(|id| !self.validators.schemas().is_sent(*id)) {
                continue;
            }
            let few = declared.first().map(|id| self.sampler.few(*id)).unwrap_or_default();
            let member = few.into_iter().find(|value| self.admits(&declared, value));
            let member = member.or_else(|| self.build(&declared, depth))?;
            members.insert(name.clone(), member);
        }
        Some(members.into())
    }
}

impl Search<'_, '_> {
    pub(super) fn is_witness(&self, value: &Value) -> bool {
        let (premise, conclusion) = (self.premise, self.conclusion);
        // A schema that no validator can be made of admits nothing, but that shows nothing either.
        let can_judge = conclusion.1.iter().all(|id| conclusion.0.validators.of(*id).is_ok());
        can_judge && premise.0.admits(premise.1, value) && !conclusion.0.admits(conclusion.1, value)
    }

    /// A witness as it would be sent.
    fn witness(&self, value: Value) -> Option<Value> {
        let (premise, conclusion) = (self.premise, self.conclusion);
        let sent = Some(value).filter(|value| self.is_witness(value))?;
        let sent = conclusion.0.sent(conclusion.1, premise.0.sent(premise.1, sent));
        self.is_witness(&sent).then_some(sent)
    }

    /// The witnesses among some values.
    fn among(&self, values: Vec<Value>) -> Option<Vec<Value>> {
        let mut values: Vec<_> =
            values.into_iter().map(|value| (value.to_string(), value)).collect();
        values.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        values.dedup_by(|(a, _), (b, _)| a == b);
        let short = values.into_iter().take_while(|(text, _)| text.len() <= LONGEST);
        let witnesses = short.filter_map(|(_, value)| self.witness(value));
        let witnesses: Vec<_> = witnesses.take(KEPT).collect();
        (!witnesses.is_empty()).then_some(witnesses)
    }

    /// A few values of the premise.
    pub(super) fn in_few(&self) -> Option<Vec<Value>> {
        self.among(self.few().to_vec())
    }

    /// A few values that the premise admits.
    fn few(&self) -> &[Value] {
        self.few.get_or_init(|| {
            let (one, schemas) = self.premise;
            let values = schemas.iter().flat_map(|id| one.sampler.few(*id));
            let few: Vec<_> = values.filter(|value| one.admits(schemas, value)).collect();
            if !few.is_empty() {
                return few;
            }
            let built = one.build(schemas, DEEPEST).into_iter();
            built.filter(|value| one.admits(schemas, value)).collect()
        })
    }

    /// Values of the premise in which a part is exchanged for one that shows that it isn't implied.
    pub(super) fn in_parts(&self, parts: &[(Place, Vec<Value>)]) -> Option<Vec<Value>> {
        let anything = [json!({}), json!([])];
        let whole = || self.few().iter().chain(&anything);
        let values = parts.iter().flat_map(|(place, witnesses)| {
            let each = witnesses.iter().take(3);
            each.flat_map(move |witness| whole().filter_map(|one| exchange(one, place, witness)))
        });
        self.among(values.collect())
    }

    /// Values that are drawn from a difference; what is free in it is taken from a value of the premise.
    pub(super) fn in_difference(
        &self,
        difference: &Value,
        is_free: &dyn Fn(&Place) -> bool,
    ) -> Option<Vec<Value>> {
        let document = as_contract(difference);
        let reading = crate::read(Path::new("t.json"), &Memory::one("t.json", &document));
        let contract = reading.contract?;
        let id = *contract.components.get("D")?;
        let sampler = self.implication.sampling.sampler(&contract, self.implication.direction);
        let complete = |values: Vec<Value>| {
            let few = self.few();
            let completed = values
                .iter()
                .flat_map(|value| few.iter().filter_map(|from| complete(value, from, is_free)));
            let completed: Vec<_> = completed.collect();
            self.among(values.into_iter().chain(completed).collect())
        };
        complete(sampler.few(id)).or_else(|| complete(sampler.many(id)))
    }

    /// Values that try each constraint of either side.
    pub(super) fn in_edges(&self) -> Option<Vec<Value>> {
        let (premise, conclusion) = (self.premise, self.conclusion);
        let many = |(one, schemas): (&One<'_>, &[SchemaId])| {
            schemas.iter().flat_map(|id| one.many(*id).to_vec()).collect::<Vec<_>>()
        };
        // Samplers keep to 64 bits.
        let simple = json!(["", [], {}, null, 0, 1e20, -1e20]);
        let simple = simple.as_array().cloned().unwrap_or_default();
        let edges = self.among(simple).or_else(|| self.among(many(conclusion)));
        edges.or_else(|| self.among(many(premise)))
    }
}

/// A value with another part at a place.
fn exchange(whole: &Value, place: &Place, part: &Value) -> Option<Value> {
    match (whole, place) {
        (_, Place::Here) => Some(part.clone()),
        (Value::Object(members), Place::Property(name)) => {
            let mut members = members.clone();
            members.insert(name.clone(), part.clone());
            Some(members.into())
        }
        (Value::Object(members), Place::Members) => {
            let mut members = members.clone();
            let name = members.keys().next().cloned().unwrap_or_else(|| "a".to_owned());
            members.insert(name, part.clone());
            Some(members.into())
        }
        (Value::Array(items), Place::Items) => {
            let rest = items.iter().skip(1).cloned();
            Some(std::iter::once(part.clone()).chain(rest).collect())
        }
        _ => None,
    }
}

/// A value whose free properties are those of another.
fn complete(value: &Value, from: &Value, is_free: &dyn Fn(&Place) -> bool) -> Option<Value> {
    let (value, from) = (value.as_object()?, from.as_object()?);
    let free = |name: &String| is_free(&Place::Property(name.clone()));
    let own = value.iter().filter(|(name, _)| !free(name));
    let taken = from.iter().filter(|(name, _)| free(name) || !value.contains_key(*name));
    let members = own.chain(taken).map(|(name, member)| (name.clone(), member.clone()));
    Some(Value::Object(members.collect::<Map<_, _>>()))
}

/// A document of JSON Schema as a component of a contract: what samplers draw from.
fn as_contract(document: &Value) -> String {
    let mut schema = document.clone();
    if let Some(keywords) = schema.as_object_mut() {
        keywords.remove("$schema");
    }
    refer(&mut schema);
    json!({
        "openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {},
        "components": {"schemas": {"D": schema}},
    })
    .to_string()
}

/// Lets references lead to where definitions stand as parts of the component.
fn refer(value: &mut Value) {
    const COMPONENT: &str = "#/components/schemas/D";
    match value {
        Value::Array(all) => all.iter_mut().for_each(refer),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "$ref" => {
                        if let Some(rest) = text.strip_prefix('#') {
                            *text = format!("{COMPONENT}{rest}");
                        }
                    }
                    member => refer(member),
                }
            }
        }
        _ => {}
    }
}
