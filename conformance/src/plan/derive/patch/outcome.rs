//! What comes out of a JSON patch is what it was, changed: what has to be there stays, values keep to their schemas, and
//! what only the server writes is not the client's to change.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Value, json};
use spec::model::{JsonType, SchemaId};

use super::super::weaker;
use super::{CALL, Subject, Told, bare};
use crate::case::{Case, Collected, Criterion, Expected, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::draft::patch;
use crate::promise;
use crate::sample::{Fixed, Merged, Sample, Segment, Variant};

const VALID: &str = "patched-is-valid";
const KEPT: &str = "read-only-stays";
/// What a patch whose outcome is not valid is answered with.
const REFUSED: &[&[u16]] = &[&[422, 400, 409, 412]];
/// Cases of one kind, at most.
const MOST: usize = 16;

/// What is known of the things that are patched.
struct Thing<'s> {
    /// The members that whoever makes one gives it, each with a value.
    members: IndexMap<String, Sample>,
    made_of: SchemaId,
    answer: SchemaId,
    body: Merged<'s>,
    shown: Merged<'s>,
}

impl Thing<'_> {
    /// What none can be without.
    fn required(&self) -> Vec<String> {
        let (asked, told) = (self.body.required(), self.shown.required());
        let is_required =
            |name: &&String| asked.contains(name.as_str()) && told.contains(name.as_str());
        self.members.keys().filter(is_required).cloned().collect()
    }
}

impl<'s> Subject<'s> {
    pub(super) fn outcomes(&self) -> Vec<Case> {
        let Some(thing) = self.thing() else { return Vec::new() };
        let lost = thing.required().into_iter().filter(|name| !self.has_default(&thing, name));
        let lost = lost.take(MOST);
        let mut cases: Vec<Case> = lost.filter_map(|name| self.loses(&name)).collect();
        let broken = self.broken(&thing).into_iter().take(MOST);
        cases.extend(broken.filter_map(|variant| self.breaks(&variant)));
        let kept = self.read_only(&thing).into_iter().take(MOST);
        cases.extend(kept.filter_map(|(name, value)| self.keeps(&name, &value)));
        cases
    }

    fn thing(&self) -> Option<Thing<'s>> {
        let mut own = self.own()?;
        let members = own.draft.patched_members(self.operation)?;
        let made_of = self.made_of(&own.draft)?;
        let (body, shown) = (self.merged(&[made_of]), self.merged(&[own.answer]));
        Some(Thing { members, made_of, answer: own.answer, body, shown })
    }

    /// Whether what a thing is without a member is said: then none is ever without it.
    fn has_default(&self, thing: &Thing<'_>, name: &str) -> bool {
        let properties = thing.body.properties();
        properties.get(name).is_some_and(|ids| self.merged(ids).default().is_some())
    }

    /// What members can't be: of each constraint one value.
    fn broken(&self, thing: &Thing<'_>) -> Vec<Variant> {
        let declared = thing.shown.declared();
        let mut seen: HashSet<(String, &str)> = HashSet::new();
        let mut broken = self.planner.sampler.violations(thing.made_of, &Fixed::new());
        broken.retain(|variant| {
            let [Segment::Member(name)] = variant.location.0.as_slice() else { return false };
            let ids = declared.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
            thing.members.contains_key(name)
                && self.is_shown(thing.answer, name)
                && self.is_broken(variant, ids)
                && seen.insert((name.clone(), variant.keyword))
        });
        broken
    }

    /// What only the server writes, each with another value.
    fn read_only(&self, thing: &Thing<'_>) -> Vec<(String, Value)> {
        let declared = thing.shown.declared().into_iter();
        let others = declared.filter(|(name, _)| !thing.members.contains_key(*name));
        others.filter_map(|(name, ids)| Some((name.to_owned(), self.made_up(&ids)?))).collect()
    }

    /// Whether a value breaks what the thing is read as, too, and is not one that lenient readers make something of.
    fn is_broken(&self, variant: &Variant, answer: &[SchemaId]) -> bool {
        let Some(value) = variant.sample.at(&variant.location) else { return false };
        let value = value.stand_in();
        let refuses = |id: &SchemaId| !self.planner.sampler.admits_value(*id, &value);
        let is_lenient = weaker::property(&variant.name(), variant.keyword).is_some();
        !value.is_null() && !is_lenient && answer.iter().any(refuses)
    }

    /// Another value for a member that only answers have.
    fn made_up(&self, ids: &[SchemaId]) -> Option<Value> {
        let merged = self.merged(ids);
        if !merged.parts.iter().any(|(_, schema)| schema.read_only) {
            return None;
        }
        let types = merged.types();
        let candidates = [
            (JsonType::Integer, json!(1_987_654_321)),
            (JsonType::String, json!("2001-02-03T04:05:06Z")),
            (JsonType::String, json!("5c0f4f6e-2d4a-4f0b-9a7e-6f1c2d3e4f50")),
            (JsonType::String, json!("conformance")),
        ];
        let fits =
            |value: &Value| ids.iter().all(|id| self.planner.sampler.admits_value(*id, value));
        let mut fitting =
            candidates.into_iter().filter(|(ty, value)| types.contains(*ty) && fits(value));
        fitting.next().map(|(_, value)| value)
    }

    /// What must be there can't be removed: it would be no such thing any more.
    fn loses(&self, name: &str) -> Option<Case> {
        let told = Told {
            detail: format!("{VALID}:remove:{name}"),
            summary: format!("a JSON patch that removes `{name}`, which must be there, is refused"),
        };
        self.refused(self.own()?, vec![bare("remove", name)], (VALID, REFUSED), told)
    }

    /// What a member can't be, a patch can't make it.
    fn breaks(&self, variant: &Variant) -> Option<Case> {
        let [Segment::Member(name)] = variant.location.0.as_slice() else { return None };
        let value = variant.sample.at(&variant.location)?.clone();
        let told = Told {
            detail: format!("{VALID}:{}", variant.name()),
            summary: format!("a JSON patch that makes `{name}` what it can't be is refused"),
        };
        let operations = vec![patch("replace", name, value)];
        self.refused(self.own()?, operations, (VALID, REFUSED), told)
    }

    /// What only the server writes stays as it is: a patch of it is ignored, or refused (JSON Schema 2020-12 §9.4).
    fn keeps(&self, name: &str, value: &Value) -> Option<Case> {
        let (_, success) = self.planner.success(self.operation)?;
        let refusal = self.planner.refusal(self.operation, &[&[400, 403, 409, 422]]);
        let any_of = success.into_iter().chain(refusal.map(|(_, codes)| codes).unwrap_or_default());
        let expected =
            Expected { any_of: any_of.collect(), code: KEPT, level: promise::level(KEPT) };
        let message = format!("`{name}` is not taken from a patch");
        let untaken = || {
            let path = vec![Some(name.to_owned())];
            let got = Operand::Collected(Collected { from: Expression::response_body(""), path });
            let none = Operand::constant(value.clone());
            Relation::new(KEPT, message.clone(), RelationKind::Excludes { got, none })
        };
        let mut own = self.own()?;
        let operations = vec![patch("replace", name, Sample::Value(value.clone()))];
        let request = self.request(&mut own, operations)?;
        let criteria = vec![Criterion::Status(expected), Criterion::Relation(untaken())];
        own.draft.push(self.operation, CALL, request, criteria);
        self.read(&mut own, vec![untaken()])?;
        let detail = format!("{KEPT}:{name}");
        let summary = format!("a JSON patch doesn't change `{name}`, which only the server writes");
        self.finish(own, Told { detail, summary })
    }
}
