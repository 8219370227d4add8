//! One schema for what is sent and what is answered calls required what every answer has. What has a default may be left out
//! of a body all the same, as far as such a schema tells; a target that takes the body without it owes the default.

use spec::model::{MediaType, Method, Operation, SchemaId, Status};
use spec::resources::says_left_out_stays;

use super::{defaults, is_partial, reader, same_thing, writes};
use crate::case::{
    Case, Content, Criterion, Derivation, Lenience, Operand, Relation, RelationKind, Template,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::derive::{CALL, replace, valid_call};
use crate::plan::draft::{self, About, Draft, Path, STATUS};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

const CODE: &str = "default-applies";
/// The branches of alternatives that are looked at, at most.
const BRANCHES: usize = 6;

pub(in crate::plan::derive) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let replaces = operation.method == Method::Put
        && !is_partial(planner, operation)
        && !says_left_out_stays(operation);
    let makes = operation.method == Method::Post && writes(planner, operation);
    let is_json = |one: &&MediaType| one.is_json() && one.patch().is_none();
    let Some(media_type) = planner.media_type(operation).filter(is_json) else { return Vec::new() };
    let (Some(schema), true) = (media_type.schema, replaces || makes) else { return Vec::new() };
    let branches = Merged::of(planner.contract, &[schema], Choice::default()).alternatives();
    // What is there may not become another kind of thing.
    let branches = if replaces { 1 } else { branches.clamp(1, BRANCHES) };
    let subject = Subject { planner, operation, media_type, schema };
    (0..branches).filter_map(|branch| subject.case(branch)).collect()
}

struct Subject<'s> {
    planner: &'s Planner<'s>,
    operation: &'s Operation,
    media_type: &'s MediaType,
    schema: SchemaId,
}

impl Subject<'_> {
    fn case(&self, branch: usize) -> Option<Case> {
        let Self { planner, operation, .. } = *self;
        let (status, success) = planner.success(operation)?;
        let answer = planner.resources.shown_by(operation).find_map(Operation::answer_schema);
        let answer = operation.answer_schema().or(answer)?;
        let (mut draft, mut request, path) =
            valid_call(planner, operation, Extent::Minimal).ok()?;
        let least = self.least(Choice(branch), &path)?;
        let least = draft.refer(operation, self.schema, least, None).sample;
        request.body = Some(draft.written(self.media_type, least).ok()?);
        let owed = defaults(planner, operation, &request, answer);
        self.full_before(&mut draft, &path)?;
        let path_parameters = request.path_parameters.clone();
        let either = success.into_iter().chain([Status::Range(4)]).collect::<Vec<_>>();
        draft.push(operation, CALL, request, vec![Criterion::Status(either.into())]);
        draft.last_step()?.lenience = Lenience::UndocumentedRefusal;
        draft.status_of(CALL);
        let (reader, path) = reader(&mut draft, planner, operation, answer)?;
        let mut read = draft.bare_request(reader, &path).ok()?;
        if reader.path.shape() == operation.path.shape() {
            read.path_parameters = path_parameters;
        }
        let mut criteria = planner.succeeds(reader);
        let made = (operation.method == Method::Post).then(|| CALL.to_owned());
        criteria.extend(same_thing(&mut draft, planner, reader, made));
        criteria.extend(owed.into_iter().map(Criterion::Relation));
        draft.push(reader, super::READ, read, criteria);
        draft.last_step()?.premises.push(was_taken());
        Some(draft.finish(About {
            cell: (operation, status),
            source: Derivation::Law,
            detail: if branch == 0 { CODE.to_owned() } else { format!("{CODE}:{branch}") },
            summary: "what is left out of a body that is taken has its default".to_owned(),
            origin: operation.origin.clone(),
        }))
    }

    /// A body with only what has to be sent, where something is required that has a default.
    fn least(&self, choice: Choice, path: &Path) -> Option<Sample> {
        let Self { planner, operation, schema, .. } = *self;
        let fixed: Fixed = draft::fixed(planner, operation, path);
        let whole = planner.sampler.chosen(schema, Extent::Minimal, choice, &fixed)?;
        let whole = planner.with_all_moments(operation, schema, whole, &fixed);
        let body = Merged::of(planner.contract, &[schema], choice);
        let mut least = whole.clone();
        for (name, ids) in body.properties() {
            let place = Location::default().member(name);
            let merged = Merged::of(planner.contract, &ids, choice);
            let may_be_left_out = merged.default().is_some() && !fixed.contains_key(&place);
            if may_be_left_out && let Some(less) = least.without(&place) {
                least = less;
            }
        }
        (least != whole).then_some(least)
    }

    /// What a PUT finds at a path of the run's own has other values than those that it leaves out; what it acts on was made
    /// with all that it can have.
    fn full_before(&self, draft: &mut Draft<'_>, path: &Path) -> Option<()> {
        let Self { planner, operation, .. } = *self;
        if operation.method != Method::Put || !planner.resources.chooses(operation) {
            return Some(());
        }
        let first = draft.request_of_its_own(operation, path, Extent::Complete, "first").ok()?;
        let first = replace::varied(planner, operation, first);
        matches!(first.body.as_ref()?.content, Content::Json(_)).then_some(())?;
        draft.push(operation, "first", first, planner.succeeds(operation));
        Some(())
    }
}

/// That the body was taken: a target may insist on what its schema calls required.
pub(in crate::plan::derive) fn was_taken() -> Relation {
    let status = Template::Expression(Expression::output(CALL, STATUS));
    let kind = RelationKind::AtMost {
        items: Operand::Template(Template::array(vec![status])),
        bound: Operand::constant(299),
    };
    Relation::new(CODE, "a body without what has a default is taken", kind)
}
