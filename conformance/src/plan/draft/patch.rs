//! JSON patches (RFC 6902): no schema says what one does, so they are made of what the thing has.

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{MediaType, Operation, PatchKind};
use spec::pointer::escape;

use super::{Draft, Path};
use crate::sample::{Choice, Extent, Merged, Sample};

impl<'p> Draft<'p> {
    /// A patch that gives members of what a case has made other values: one of them, or all. `None` where it isn't known
    /// what the thing has, or where the schema doesn't admit such a patch.
    pub(in crate::plan) fn json_patch(
        &mut self,
        operation: &Operation,
        media_type: &MediaType,
        extent: Extent,
    ) -> Option<Sample> {
        if media_type.patch() != Some(PatchKind::Json) {
            return None;
        }
        let before = self.clone();
        let planner = self.planner;
        let fits = |patch: &Sample| {
            media_type.schema.is_none_or(|schema| planner.sampler.admits(schema, patch))
        };
        // The maker of what is patched has given it all members, so that each is there.
        let op = if extent == Extent::Minimal { "replace" } else { "add" };
        let members = self.patched_members(operation).into_iter().flatten();
        let operations = members.map(|(name, value)| patch(op, &name, value));
        // A schema may let some members be patched alone.
        let mut operations = operations.filter(|one| fits(&Sample::Array(vec![one.clone()])));
        let all = match extent {
            Extent::Minimal => operations.next().into_iter().collect(),
            Extent::Complete => operations.collect::<Vec<_>>(),
        };
        let patch = Sample::Array(all.clone());
        let made = (!all.is_empty()).then_some(patch).filter(fits);
        let shorter = || Some(Sample::Array(vec![all.first()?.clone()]));
        let made = made.or_else(shorter);
        if made.is_none() {
            *self = before;
        }
        made
    }

    /// Who has made what an operation's path names.
    pub(in crate::plan) fn maker_of(&self, operation: &Operation) -> Option<&'p Operation> {
        let last = operation.path.parameters().last()?;
        let makers = self.planner.resources.makers(operation, last);
        let made = |id: &str| makers.iter().any(|maker| maker.operation_id == id);
        let made = self.steps.iter().find(|step| made(&step.operation_id))?;
        self.planner.operation(&made.operation_id).ok()
    }

    /// The members that whoever makes the thing can give and whoever reads it finds, each with another value.
    pub(in crate::plan) fn patched_members(
        &mut self,
        operation: &Operation,
    ) -> Option<IndexMap<String, Sample>> {
        let planner = self.planner;
        let maker = self.maker_of(operation)?;
        let media_type = planner.media_type(maker).filter(|one| one.patch().is_none())?;
        let answer = [operation.answer_schema()?];
        let shown = Merged::of(planner.contract, &answer, Choice::default()).declared();
        let sample = planner.body_sample(maker, media_type, &Path::new(), Extent::Complete).ok()?;
        let sample = self.refer(maker, media_type.schema?, sample, None).sample;
        let mut members = sample.members()?.clone();
        members.retain(|name, _| shown.contains_key(name.as_str()));
        Some(members)
    }
}

/// One operation of a patch: on a member, with a value.
pub(in crate::plan) fn patch(op: &str, member: &str, value: Sample) -> Sample {
    Sample::Object(IndexMap::from([
        ("op".to_owned(), Sample::Value(Value::from(op))),
        ("path".to_owned(), Sample::Value(Value::from(format!("/{}", escape(member))))),
        ("value".to_owned(), value),
    ]))
}
