//! Merge patches (RFC 7396): null removes what it names, and what lies within an object is merged into it.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{JsonType, SchemaId};
use spec::pointer::escape;

use super::{LOOK, Own, Subject, Told, answered, seen};
use crate::case::{Case, Content, Operand, Relation, RelationKind, Request, Template};
use crate::expression::Expression;
use crate::plan::draft::ANSWER;
use crate::sample::{Extent, Sample};

const CODE: &str = "null-removes";
/// The step that gives a member a value first.
const FILL: &str = "fill";
/// How a success weighs of a change of the suite's choosing, to which there may be more than a schema says.
const FREE: &str = "sense-allows";
/// Beyond so many members of one thing, one more tells nothing new.
const MOST: usize = 6;
const DEEP: &str = "merge-is-deep";

impl<'s> Subject<'s> {
    pub(super) fn removed_by_null(&self) -> Vec<Case> {
        let Some(answer) = self.operation.answer_schema() else { return Vec::new() };
        let names = self.removable(answer);
        names.iter().filter_map(|name| self.removes(name)).collect()
    }

    /// Members that are always there are emptied by null, whatever they were before.
    pub(super) fn emptied_by_null(&self) -> Vec<Case> {
        let Some(answer) = self.operation.answer_schema() else { return Vec::new() };
        let names = self.nullable(answer);
        names.iter().take(MOST).filter_map(|name| self.empties(name)).collect()
    }

    /// Members that may be `null` in the patch and in the thing, and something else in both.
    fn nullable(&self, answer: SchemaId) -> Vec<String> {
        let Some(schema) = self.media_type.schema else { return Vec::new() };
        let (body, shown) = (self.merged(&[schema]), self.merged(&[answer]));
        let (declared, required) = (shown.declared(), shown.required());
        let properties = body.properties().into_iter();
        let nullable = properties.filter(|(name, ids)| {
            let is_shown = declared.get(name).is_some_and(|ids| self.may_be_null(ids));
            // Where there is a default, what is emptied has that.
            self.may_be_null(ids) && is_shown && required.contains(name) && !self.falls_back(ids)
        });
        nullable.map(|(name, _)| name.to_owned()).collect()
    }

    /// What has a value, as the thing itself shows, is null after a patch with null.
    fn empties(&self, name: &str) -> Option<Case> {
        let mut own = self.own()?;
        self.fill(&mut own, name)?;
        self.look(&mut own)?;
        let null = || Operand::constant(Value::Null);
        let has_value = RelationKind::Differ { got: Operand::expression(seen(name)), from: null() };
        let message = format!("`{name}` has a value before");
        self.merge(&mut own, name, Sample::Value(Value::Null))?;
        let step = own.draft.last_step()?;
        step.premises.push(Relation::new(CODE, message, has_value));
        // It may be that not every one of such things may be without it.
        step.criteria.iter_mut().for_each(|one| one.weigh(FREE));
        let message = format!("`{name}` is null, as a merge patch set it to that");
        let empty = RelationKind::Equal { got: answered(name), expected: null() };
        self.read(&mut own, vec![Relation::new(CODE, message, empty)])?;
        let (detail, summary) =
            (format!("{CODE}:body.{name}"), format!("null in a merge patch empties `{name}`"));
        self.finish(own, Told { detail, summary })
    }

    /// Patches one member to be as it may be.
    fn fill(&self, own: &mut Own<'s>, name: &str) -> Option<()> {
        let whole = own.draft.request(self.operation, &own.path, Extent::Complete).ok()?;
        let mut body = whole.body.clone()?;
        let Content::Json(Template::Object(members)) = &mut body.content else { return None };
        Arc::make_mut(members).retain(|member, _| member == name);
        let value = members.get(name)?;
        (*value != Template::Value(Value::Null)).then_some(())?;
        let request = Request { body: Some(body), ..whole };
        let mut criteria = self.planner.succeeds(self.operation);
        criteria.iter_mut().for_each(|one| one.weigh(FREE));
        own.draft.push(self.operation, FILL, request, criteria);
        Some(())
    }

    /// Members that may be `null` in the patch and absent in the thing.
    fn removable(&self, answer: SchemaId) -> Vec<String> {
        let Some(schema) = self.media_type.schema else { return Vec::new() };
        let (body, shown) = (self.merged(&[schema]), self.merged(&[answer]));
        let (declared, required) = (shown.declared(), shown.required());
        let properties = body.properties();
        let removable = properties.into_iter().filter(|(name, ids)| {
            self.may_be_null(ids) && declared.contains_key(name) && !required.contains(name)
        });
        removable.map(|(name, _)| name.to_owned()).collect()
    }

    /// Whether a member is something of itself: by its schema, or as its description says.
    fn falls_back(&self, ids: &[SchemaId]) -> bool {
        const SAYINGS: [&str; 3] = ["default", "inherit", "reset"];
        let described =
            ids.iter().filter_map(|id| self.planner.contract.schema(*id).description.as_deref());
        let mut described = described.map(str::to_lowercase);
        self.merged(ids).default().is_some_and(|default| !default.is_null())
            || described.any(|text| SAYINGS.iter().any(|one| text.contains(one)))
    }

    /// Whether null is one of the values of a member, as one of several alternatives, too.
    fn may_be_null(&self, ids: &[SchemaId]) -> bool {
        let admits = |id: &SchemaId| self.planner.sampler.admits_value(*id, &Value::Null);
        !ids.is_empty() && ids.iter().all(admits)
    }

    /// RFC 7396 §1: null values in the merge patch are given special meaning to indicate the removal of existing values.
    fn removes(&self, name: &str) -> Option<Case> {
        let mut own = self.own()?;
        self.merge(&mut own, name, Sample::Value(Value::Null))?;
        let message = format!("`{name}` is gone, as a merge patch set it to null");
        let gone = RelationKind::Absent(answered(name));
        self.read(&mut own, vec![Relation::new(CODE, message, gone)])?;
        let (detail, summary) =
            (format!("{CODE}:body.{name}"), format!("null in a merge patch removes `{name}`"));
        self.finish(own, Told { detail, summary })
    }

    /// RFC 7396 §2: an object in the patch is merged into the one that is there, member by member.
    pub(super) fn merged_within(&self) -> Vec<Case> {
        let (Some(schema), Some(own)) = (self.media_type.schema, self.own()) else {
            return Vec::new();
        };
        let body = self.merged(&[schema]).properties();
        let is_object = |ids: &[SchemaId]| {
            let member = self.merged(ids);
            member.types().contains(JsonType::Object) && !member.properties().is_empty()
        };
        let objects = body.into_iter().filter(|(_, ids)| is_object(ids));
        objects.filter_map(|(name, _)| self.merges_within(&own, name)).collect()
    }

    fn merges_within(&self, own: &Own<'s>, name: &str) -> Option<Case> {
        let maker = own.draft.maker_of(self.operation)?;
        let media_type = self.planner.media_type(maker).filter(|one| one.patch().is_none())?;
        let shown = self.merged(&[own.answer]).declared();
        let shown = self.merged(shown.get(name)?).declared();
        let complete = Extent::Complete;
        let made = self.planner.body_sample(maker, media_type, &own.path, complete).ok()?;
        let mut inner = made.members()?.get(name)?.members()?.clone();
        inner.retain(|member, _| shown.contains_key(member.as_str()));
        let (changed, value) = inner.shift_remove_index(0).filter(|_| !inner.is_empty())?;
        let mut own = self.own()?;
        self.look(&mut own)?;
        let part = Sample::Object(IndexMap::from([(changed.clone(), value)]));
        self.merge(&mut own, name, part)?;
        let stays = inner.keys().map(|other| {
            let pointer = format!("/{}/{}", escape(name), escape(other));
            let (step, output) = (LOOK.to_owned(), ANSWER.to_owned());
            let got = Operand::expression(Expression::response_body(pointer.clone()));
            let seen = Expression::Output { step, name: output, pointer };
            let kind = RelationKind::Equal { got, expected: Operand::expression(seen) };
            let message = format!("`{name}/{other}` stays, as the patch named `{changed}` alone");
            Relation::new(DEEP, message, kind)
        });
        self.read(&mut own, stays.collect())?;
        let detail = format!("{DEEP}:body.{name}");
        let summary = format!("a merge patch of a member of `{name}` leaves the others");
        self.finish(own, Told { detail, summary })
    }

    /// Patches one member.
    fn merge(&self, own: &mut Own<'s>, name: &str, value: Sample) -> Option<()> {
        let sample = Sample::Object(IndexMap::from([(name.to_owned(), value)]));
        let fits = |schema| self.planner.sampler.admits(schema, &sample);
        self.media_type.schema.is_none_or(fits).then_some(())?;
        let mut request = own.draft.bare_request(self.operation, &own.path).ok()?;
        request.body = Some(own.draft.written(self.media_type, sample).ok()?);
        let criteria = self.planner.succeeds(self.operation);
        own.draft.push(self.operation, super::CALL, request, criteria);
        Some(())
    }
}
