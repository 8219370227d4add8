//! Several updates at once, each of another member: none undoes another one.

use indexmap::IndexMap;
use spec::model::{MediaType, Method, Operation, PatchKind, Status};
use spec::pointer::escape;
use spec::resources::names_another;

use super::super::read_back::{self, Shared};
use super::super::{condition_is_required, told};
use super::{CHANGED, CONFLICT, RACERS, race, statuses, success_or};
use crate::case::{Case, Criterion, Operand, Relation, RelationKind, Request};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, Draft, Path, patch};
use crate::promise;
use crate::sample::{Extent, Location, Sample};

const CODE: &str = "no-update-is-lost";
const SENT: &str = "sent";
const LOOK: &str = "look";

/// What each of several updates has changed is there afterwards, as it is when they come one after the other.
pub(super) fn of_different_members(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let is_partial = matches!(operation.method, Method::Put | Method::Patch)
        && read_back::is_partial(planner, operation);
    if !is_partial || condition_is_required(operation) {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let reader = planner.on_path(operation, Method::Get)?;
    if reader.answer_schema() != operation.answer_schema() {
        return None;
    }
    let mut draft = Draft::for_call(planner, operation);
    let path = draft.path(operation, &Path::new()).ok()?;
    draft.steps.last()?;
    let updates = updates(&mut draft, planner, operation, &path)?;
    let read = draft.bare_request(reader, &path).ok()?;
    for (number, update) in updates.iter().enumerate() {
        let id = format!("alone_{number}");
        let request = update.request(&mut draft, operation, &path, &id)?;
        draft.push(operation, &id, request, planner.succeeds(operation));
        draft.output(&id, SENT, &Expression::request_body(""));
    }
    draft.push(reader, LOOK, read.clone(), planner.succeeds(reader));
    draft.answer_of(LOOK);
    let mut requests = Vec::new();
    for (number, update) in updates.iter().enumerate() {
        requests.push(update.request(&mut draft, operation, &path, &format!("racer_{number}"))?);
    }
    let refusals = [CONFLICT, CHANGED, Status::Code(423)];
    let expected = success_or(planner, operation, &refusals, CODE, promise::level(CODE))?;
    let before = draft.steps.len();
    let racers = race(&mut draft, operation, requests, &expected);
    racers.iter().for_each(|id| draft.output(id, SENT, &Expression::request_body("")));
    let is_kept = updates.iter().enumerate().map(|(number, update)| {
        let got = Expression::Output {
            step: LOOK.to_owned(),
            name: ANSWER.to_owned(),
            pointer: update.shown(),
        };
        update.relation(got, &format!("alone_{number}"))
    });
    draft.step_at(before)?.premises.extend(is_kept);
    let kept = updates.iter().zip(&racers).map(|(update, racer)| {
        let got = Expression::response_body(update.shown());
        Criterion::Relation(update.relation(got, racer))
    });
    let criteria: Vec<_> = planner.succeeds(reader).into_iter().chain(kept).collect();
    draft.push(reader, "read", read, criteria);
    draft.last_step()?.premises.extend(all_succeeded(&racers));
    let summary = "of updates of different members at the same time, none is lost";
    Some(told(draft, operation, status, (CODE, summary)))
}

/// An update of one member.
struct Update<'u> {
    member: String,
    value: Sample,
    media_type: &'u MediaType,
}

/// Members that can be given a text of the run's own that is read back, each by itself: as many as are sent at once, two at
/// least.
fn updates<'u>(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &'u Operation,
    path: &Path,
) -> Option<Vec<Update<'u>>> {
    let media_type = planner.media_type(operation)?;
    let members = match media_type.patch() {
        Some(PatchKind::Json) => draft.patched_members(operation)?,
        _ => planner
            .body_sample(operation, media_type, path, Extent::Complete)
            .ok()?
            .members()?
            .clone(),
    };
    // What names something has to name what is there.
    let whole = Sample::Object(members.clone());
    let schema = media_type.schema.filter(|_| media_type.patch() != Some(PatchKind::Json));
    let named = schema.map(|schema| draft.references_in(operation, schema, &whole));
    let is_named = |member: &str| {
        let place = Location::default().member(member);
        named.iter().flatten().any(|(named, _)| *named == place) || names_another(operation, member)
    };
    let own = members.into_iter().filter(|(_, value)| matches!(value, Sample::Fresh(_)));
    let own = own.filter(|(member, _)| !is_named(member));
    let updates = own.map(|(member, value)| Update { member, value, media_type });
    let fits = |update: &Update<'_>| {
        let body = update.body();
        media_type.schema.is_none_or(|schema| planner.sampler.admits(schema, &body))
    };
    let answer = operation.answer_schema()?;
    let is_shown = |update: &Update<'_>| {
        let request = update.request(&mut draft.clone(), operation, path, "");
        let shown = request.map(|request| read_back::sent_members(planner, &request, answer));
        shown.is_some_and(|shown| shown.iter().any(Shared::is_literal))
    };
    let updates: Vec<_> = updates.filter(fits).filter(is_shown).take(RACERS).collect();
    (updates.len() > 1).then_some(updates)
}

impl Update<'_> {
    fn is_json_patch(&self) -> bool {
        self.media_type.patch() == Some(PatchKind::Json)
    }

    fn body(&self) -> Sample {
        match self.is_json_patch() {
            true => Sample::Array(vec![patch("replace", &self.member, self.value.clone())]),
            false => Sample::Object(IndexMap::from([(self.member.clone(), self.value.clone())])),
        }
    }

    fn request(
        &self,
        draft: &mut Draft<'_>,
        operation: &Operation,
        path: &Path,
        prefix: &str,
    ) -> Option<Request> {
        let before = draft.inputs.clone();
        let mut request = draft.bare_request(operation, path).ok()?;
        request.body = Some(draft.written(self.media_type, self.body()).ok()?);
        Some(draft.rename_inputs(request, &before, prefix))
    }

    /// Where the thing has the member.
    fn shown(&self) -> String {
        format!("/{}", escape(&self.member))
    }

    /// That the thing has what a step has sent.
    fn relation(&self, got: Expression, step: &str) -> Relation {
        let pointer = if self.is_json_patch() { "/0/value".to_owned() } else { self.shown() };
        let sent = Expression::Output { step: step.to_owned(), name: SENT.to_owned(), pointer };
        let kind = RelationKind::Equal {
            got: Operand::expression(got),
            expected: Operand::expression(sent),
        };
        Relation::new(CODE, format!("`{}` is as an update has set it", self.member), kind)
    }
}

/// That none was refused: a target may well say that somebody else was first.
fn all_succeeded(racers: &[String]) -> impl Iterator<Item = Relation> {
    [4, 5].into_iter().map(|class| {
        let status = Status::Range(class);
        let kind = RelationKind::StatusAtMost { statuses: statuses(racers), status, most: 0 };
        Relation::new(CODE, "all of the updates are carried out", kind)
    })
}
