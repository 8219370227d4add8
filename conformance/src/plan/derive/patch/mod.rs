//! What patches do beyond what their schemas say: `null` in a merge patch removes (RFC 7396), a JSON patch is carried
//! out as a whole or not at all (RFC 5789 §2, RFC 6902 §5).

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{JsonType, MediaType, Method, Operation, PatchKind, SchemaId};
use spec::pointer::escape;

use super::CALL;
use super::refused::Refused;
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path, patch};
use crate::sample::{Choice, Merged, Sample};

/// The step that looks before, and the one that looks after.
const LOOK: &str = "look";
const READ: &str = "read";
/// A member that nothing has.
const NOBODYS: &str = "conformance-no-such-member";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(media_type) = planner.media_type(operation) else { return Vec::new() };
    let subject = Subject { planner, operation, media_type };
    match media_type.patch() {
        Some(PatchKind::Merge) => subject.removed_by_null(),
        Some(PatchKind::Json) => {
            let refused = [subject.refused_whole(), subject.refused_target()];
            refused.into_iter().flatten().collect()
        }
        None => Vec::new(),
    }
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    media_type: &'s MediaType,
}

impl<'s> Subject<'s> {
    /// A draft with something of the run's own that has all it can have; who reads it.
    fn own(&self) -> Option<(Draft<'s>, Path, &'s Operation)> {
        let mut draft = Draft::for_call(self.planner, self.operation);
        let path = draft.path(self.operation, &Path::new()).ok()?;
        draft.steps.last()?;
        let reader = self.planner.on_path(self.operation, Method::Get)?;
        let is_same = reader.answer_schema() == self.operation.answer_schema();
        is_same.then_some((draft, path, reader))
    }

    /// Members that may be `null` in the patch and absent in the thing.
    fn removable(&self, answer: SchemaId) -> Vec<String> {
        let contract = self.planner.contract;
        let Some(schema) = self.media_type.schema else { return Vec::new() };
        let body = Merged::of(contract, &[schema], Choice::default());
        let shown = Merged::of(contract, &[answer], Choice::default());
        let (declared, required) = (shown.declared(), shown.required());
        let properties = body.properties();
        let removable = properties.into_iter().filter(|(name, ids)| {
            let admits_null = Merged::of(contract, ids, Choice::default()).types();
            admits_null.contains(JsonType::Null)
                && declared.contains_key(name)
                && !required.contains(name)
        });
        removable.map(|(name, _)| name.to_owned()).collect()
    }

    fn removed_by_null(&self) -> Vec<Case> {
        let Some(answer) = self.operation.answer_schema() else { return Vec::new() };
        let names = self.removable(answer);
        names.iter().filter_map(|name| self.removes(name)).collect()
    }

    /// RFC 7396 §1: null values in the merge patch are given special meaning to indicate the removal of existing values.
    fn removes(&self, name: &str) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        let (mut draft, path, reader) = self.own()?;
        let read = draft.bare_request(reader, &path).ok()?;
        let null = Sample::Value(Value::Null);
        let sample = Sample::Object(IndexMap::from([(name.to_owned(), null)]));
        let fits = |schema| self.planner.sampler.admits(schema, &sample);
        self.media_type.schema.is_none_or(fits).then_some(())?;
        let mut request = draft.bare_request(self.operation, &path).ok()?;
        request.body = Some(draft.written(self.media_type, sample).ok()?);
        let criteria = self.planner.succeeds(self.operation);
        draft.push(self.operation, CALL, request, criteria);
        let got = Expression::response_body(format!("/{}", escape(name)));
        let message = format!("`{name}` is gone, as a merge patch set it to null");
        let gone = RelationKind::Absent(Operand::expression(got));
        let mut criteria = self.planner.succeeds(reader);
        criteria.push(Criterion::Relation(Relation::new("null-removes", message, gone)));
        draft.push(reader, READ, read, criteria);
        Some(draft.finish(About {
            cell: (self.operation, status),
            source: Derivation::Law,
            detail: format!("null-removes:body.{name}"),
            summary: format!("null in a merge patch removes `{name}`"),
            origin: self.media_type.origin.clone(),
        }))
    }

    /// A change, and a test that doesn't hold: neither is done.
    fn refused_whole(&self) -> Option<Case> {
        let (mut draft, path, reader) = self.own()?;
        let members = draft.patched_members(self.operation)?;
        let (name, value) = members.into_iter().next()?;
        let untrue = Sample::Object(IndexMap::from([(
            "conformance".to_owned(),
            Sample::Value(Value::from("untrue")),
        )]));
        let all = vec![patch("replace", &name, value), patch("test", &name, untrue)];
        let (detail, summary) =
            ("failing-test", "a JSON patch whose last test doesn't hold changes nothing");
        self.refused(draft, (&path, reader), Sample::Array(all), detail, summary)
    }

    /// RFC 6902 §4.3: the target location MUST exist for the operation to be successful.
    fn refused_target(&self) -> Option<Case> {
        let (mut draft, path, reader) = self.own()?;
        let members = draft.patched_members(self.operation)?;
        let (name, value) = members.into_iter().next()?;
        let nothing = Sample::Value(Value::from("conformance"));
        let all = vec![patch("replace", &name, value), patch("replace", NOBODYS, nothing)];
        let (detail, summary) =
            ("missing-target", "a JSON patch that replaces what isn't there changes nothing");
        self.refused(draft, (&path, reader), Sample::Array(all), detail, summary)
    }

    fn refused(
        &self,
        mut draft: Draft<'s>,
        (path, reader): (&Path, &Operation),
        sample: Sample,
        detail: &str,
        summary: &str,
    ) -> Option<Case> {
        const CODE: &str = "patch-is-atomic";
        let groups: [&[u16]; 2] = [&[409], &[422, 400, 412]];
        let refused = Refused::by(self.planner, self.operation, Derivation::Law, &groups)?;
        let refused = refused.or_any(CODE).weighing(Some(CODE));
        let fits = |schema| self.planner.sampler.admits(schema, &sample);
        self.media_type.schema.is_none_or(fits).then_some(())?;
        let look = draft.bare_request(reader, path).ok()?;
        draft.push(reader, LOOK, look.clone(), self.planner.succeeds(reader));
        draft.answer_of(LOOK);
        let mut request = draft.bare_request(self.operation, path).ok()?;
        request.body = Some(draft.written(self.media_type, sample).ok()?);
        refused.send(&mut draft, request);
        let same = RelationKind::Equal {
            got: Operand::expression(Expression::response_body("")),
            expected: Operand::expression(Expression::output(LOOK, ANSWER)),
        };
        let message = "it is as it was before a patch that was refused";
        let mut criteria = self.planner.succeeds(reader);
        criteria.push(Criterion::Relation(Relation::new(CODE, message, same)));
        draft.push(reader, READ, look, criteria);
        let origin = self.media_type.origin.clone();
        Some(refused.finish(draft, format!("{CODE}:{detail}"), summary.to_owned(), origin))
    }
}
