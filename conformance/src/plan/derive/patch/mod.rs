//! What patches do beyond what their schemas say: `null` in a merge patch removes (RFC 7396), a JSON patch is carried
//! out as a whole or not at all (RFC 5789 §2, RFC 6902 §5), and each of its operations does what it says (RFC 6902 §4).

mod atomic;
mod merge;
mod outcome;
mod target;

use indexmap::IndexMap;
use serde_json::Value;
use spec::model::{MediaType, Method, Operation, PatchKind, SchemaId};
use spec::pointer::escape;

use super::CALL;
use super::refused::Refused;
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path};
use crate::sample::{Choice, Merged, Sample};

/// The step that looks before, and the one that looks after.
const LOOK: &str = "look";
const READ: &str = "read";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let Some(media_type) = planner.media_type(operation) else { return Vec::new() };
    let subject = Subject { planner, operation, media_type };
    match media_type.patch() {
        Some(PatchKind::Merge) => {
            let mut cases = subject.removed_by_null();
            cases.extend(subject.emptied_by_null());
            cases.extend(subject.merged_within());
            cases
        }
        Some(PatchKind::Json) => {
            let mut cases = subject.refused_wholes();
            cases.extend(subject.targets());
            cases.extend(subject.outcomes());
            cases
        }
        None => Vec::new(),
    }
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    media_type: &'s MediaType,
}

/// Something of the run's own that is patched.
struct Own<'s> {
    draft: Draft<'s>,
    path: Path,
    /// Who reads it.
    reader: &'s Operation,
    /// What it is read as.
    answer: SchemaId,
}

/// What tells a case from others of its cell, for its id and for people.
struct Told {
    detail: String,
    summary: String,
}

impl<'s> Subject<'s> {
    /// A thing that has all it can have.
    fn own(&self) -> Option<Own<'s>> {
        self.own_in(Draft::for_call(self.planner, self.operation))
    }

    /// A thing that has what it must have.
    fn least(&self) -> Option<Own<'s>> {
        self.own_in(Draft::new(self.planner))
    }

    fn own_in(&self, mut draft: Draft<'s>) -> Option<Own<'s>> {
        let path = draft.path(self.operation, &Path::new()).ok()?;
        draft.steps.last()?;
        let reader = self.planner.on_path(self.operation, Method::Get)?;
        let answer = self.operation.answer_schema()?;
        (reader.answer_schema() == Some(answer)).then_some(Own { draft, path, reader, answer })
    }

    fn merged(&self, ids: &[SchemaId]) -> Merged<'s> {
        Merged::of(self.planner.contract, ids, Choice::default())
    }

    /// Whether an answer has a member: not those that only clients send.
    fn is_shown(&self, answer: SchemaId, name: &str) -> bool {
        let declared = self.merged(&[answer]).declared();
        declared
            .get(name)
            .is_some_and(|ids| !self.merged(ids).parts.iter().any(|(_, schema)| schema.write_only))
    }

    /// What the one who makes such a thing says of it.
    fn made_of(&self, draft: &Draft<'_>) -> Option<SchemaId> {
        let maker = draft.maker_of(self.operation)?;
        self.planner.media_type(maker).filter(|one| one.patch().is_none())?.schema
    }

    /// Looks at the thing.
    fn look(&self, own: &mut Own<'s>) -> Option<()> {
        let look = own.draft.bare_request(own.reader, &own.path).ok()?;
        own.draft.push(own.reader, LOOK, look, self.planner.succeeds(own.reader));
        own.draft.answer_of(LOOK);
        Some(())
    }

    /// Looks at it again: this must hold then.
    fn read(&self, own: &mut Own<'s>, relations: Vec<Relation>) -> Option<()> {
        let read = own.draft.bare_request(own.reader, &own.path).ok()?;
        let mut criteria = self.planner.succeeds(own.reader);
        criteria.extend(relations.into_iter().map(Criterion::Relation));
        own.draft.push(own.reader, READ, read, criteria);
        Some(())
    }

    /// The request with these operations, if the schema admits them.
    fn request(&self, own: &mut Own<'s>, operations: Vec<Sample>) -> Option<crate::case::Request> {
        let sample = Sample::Array(operations);
        let fits = |schema| self.planner.sampler.admits(schema, &sample);
        self.media_type.schema.is_none_or(fits).then_some(())?;
        let mut request = own.draft.bare_request(self.operation, &own.path).ok()?;
        request.body = Some(own.draft.written(self.media_type, sample).ok()?);
        Some(request)
    }

    /// A patch that is carried out, by this promise.
    fn succeeds(
        &self,
        own: &mut Own<'s>,
        operations: Vec<Sample>,
        code: &'static str,
    ) -> Option<()> {
        let request = self.request(own, operations)?;
        let mut criteria = self.planner.succeeds(self.operation);
        criteria.iter_mut().for_each(|one| one.weigh(code));
        own.draft.push(self.operation, CALL, request, criteria);
        Some(())
    }

    /// A case of a patch that succeeds.
    fn finish(&self, own: Own<'s>, told: Told) -> Option<Case> {
        let (status, _) = self.planner.success(self.operation)?;
        Some(own.draft.finish(About {
            cell: (self.operation, status),
            source: Derivation::Law,
            detail: told.detail,
            summary: told.summary,
            origin: self.media_type.origin.clone(),
        }))
    }

    /// A case of a patch that is refused, by one of the first of these groups that is documented, and changes nothing.
    fn refused(
        &self,
        mut own: Own<'s>,
        operations: Vec<Sample>,
        (code, groups): (&'static str, &[&[u16]]),
        told: Told,
    ) -> Option<Case> {
        let refused = Refused::by(self.planner, self.operation, Derivation::Law, groups)?;
        let refused = refused.or_any(code).weighing(Some(code));
        if own.draft.steps.iter().all(|step| step.id != LOOK) {
            self.look(&mut own)?;
        }
        let request = self.request(&mut own, operations)?;
        refused.send(&mut own.draft, request);
        let same = RelationKind::Equal {
            got: Operand::expression(Expression::response_body("")),
            expected: Operand::expression(Expression::output(LOOK, ANSWER)),
        };
        let message = "it is as it was before a patch that was refused";
        self.read(&mut own, vec![Relation::new(code, message, same)])?;
        let origin = self.media_type.origin.clone();
        Some(refused.finish(own.draft, told.detail, told.summary, origin))
    }
}

/// A member of what was seen before.
fn seen(name: &str) -> Expression {
    let pointer = format!("/{}", escape(name));
    Expression::Output { step: LOOK.to_owned(), name: ANSWER.to_owned(), pointer }
}

/// A member of what is answered.
fn answered(name: &str) -> Operand {
    Operand::expression(Expression::response_body(format!("/{}", escape(name))))
}

/// An operation that takes no value: `remove`.
fn bare(op: &str, member: &str) -> Sample {
    let text = |text: String| Sample::Value(Value::from(text));
    Sample::Object(IndexMap::from([
        ("op".to_owned(), text(op.to_owned())),
        ("path".to_owned(), text(format!("/{}", escape(member)))),
    ]))
}
