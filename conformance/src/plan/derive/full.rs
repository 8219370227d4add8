//! What has room for so many takes so many, and no more: one after the other, and at the same time.

use spec::model::{Method, Operation, Status};
use spec::resources::Capacity;

use super::change::{change, doubled, is_quantity};
use super::concurrent::{RACERS, at_most_one, race, success_or};
use super::{CALL, key, told, valid_call};
use crate::case::{Case, Content, Criterion, Expected, Request, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise;
use crate::sample::{Choice, Extent, Merged, Sample};

const CODE: &str = "full-is-refused";
const FIRST: &str = "first";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    match operation.method {
        Method::Post => {
            let subject = subject(planner, operation);
            let all = subject.into_iter().flat_map(|one| [one.one_more(), one.at_once()]);
            all.flatten().collect()
        }
        Method::Patch => lowered(planner, operation),
        _ => Vec::new(),
    }
}

/// By what an operation takes, where it takes room of something.
fn subject<'s>(planner: &'s Planner<'s>, operation: &'s Operation) -> Option<Subject<'s>> {
    // Of rows that are the same one each time, the second takes nothing.
    let is_of_rows = planner.rows(operation).is_some();
    let takes = operation.method == Method::Post && planner.may_make(operation) && !is_of_rows;
    let mut extents = [Extent::Minimal, Extent::Complete].into_iter().filter(|_| takes);
    extents.find_map(|extent| Subject::of(planner, operation, extent))
}

/// Less room than is taken, by a PATCH of what has it.
fn lowered(planner: &Planner<'_>, patch: &Operation) -> Vec<Case> {
    let body = patch.body_schema();
    let body = body.map(|id| Merged::of(planner.contract, &[id], Choice::default()).declared());
    let mut members = body.iter().flat_map(|all| all.keys());
    let keeps = members.any(|name| planner.resources.keeps_what_is_taken(patch, name).is_some());
    let takers = planner.contract.operations.iter().filter(|_| keeps);
    let cases = takers.filter_map(|taker| subject(planner, taker)?.lowered());
    cases.filter(|case| case.cell.operation_id == patch.id).collect()
}

/// A request that takes all the room that there is.
struct Subject<'s> {
    operation: &'s Operation,
    draft: Draft<'s>,
    request: Request,
    extent: Extent,
    /// The step that made what has the room.
    made: String,
    capacity: Capacity,
    /// How much room it has been given.
    room: i64,
}

impl<'s> Subject<'s> {
    fn of(planner: &'s Planner<'s>, operation: &'s Operation, extent: Extent) -> Option<Self> {
        let (mut draft, mut request, _) = valid_call(planner, operation, extent).ok()?;
        let named = request.expressions().into_iter().filter_map(Expression::step);
        let named = named.filter_map(|step| draft.step(step));
        let mut named = named.filter(|step| !step.request.method.is_safe());
        let (made, capacity) = named.find_map(|step| {
            let maker = planner.operation(&step.operation_id).ok()?;
            Some((step.id.clone(), planner.resources.capacity(operation, maker)?))
        })?;
        change(planner, operation, &mut request, &doubled);
        let room = match request.body.as_ref().map(|body| &body.content) {
            Some(Content::Json(json)) => quantity(json, &made).unwrap_or(1),
            _ => 1,
        };
        let step = draft.step_mut(&made)?;
        let maker = planner.operation(&step.operation_id).ok()?;
        planner.admits_member(maker, &capacity.member, &room.into()).then_some(())?;
        let given = Template::Value(room.into());
        step.request = step.request.clone().with_member(&capacity.member, given)?;
        Some(Self { operation, draft, request, extent, made, capacity, room })
    }

    /// A second request finds no room.
    fn one_more(&self) -> Option<Case> {
        let planner = self.draft.planner();
        let mut draft = self.draft.clone();
        draft.push(self.operation, FIRST, self.request.clone(), planner.succeeds(self.operation));
        let path = draft.path(self.operation, &Default::default()).ok()?;
        let request = draft.request_of_its_own(self.operation, &path, self.extent, "more").ok()?;
        let status = Status::Code(self.capacity.status);
        let expected = Expected { any_of: vec![status], code: CODE, level: promise::level(CODE) };
        draft.push(self.operation, CALL, request, vec![Criterion::Status(expected)]);
        let summary = format!("`{}` is kept", self.capacity.member);
        Some(told(draft, self.operation, status, (CODE, &summary)))
    }

    /// Of several at once that each want all the room, one gets it.
    fn at_once(&self) -> Option<Case> {
        let planner = self.draft.planner();
        // What has to have something of its own, has it but once.
        key::keys(planner, self.operation).is_empty().then_some(())?;
        let mut draft = self.draft.clone();
        let level = promise::level(CODE);
        let refused = [Status::Code(self.capacity.status)];
        let expected = success_or(planner, self.operation, &refused, CODE, level)?;
        let requests = vec![self.request.clone(); RACERS];
        let racers = race(&mut draft, self.operation, requests, &expected);
        let (success, _) = planner.success(self.operation)?;
        let message = "one of several that want all the room gets it";
        at_most_one(&mut draft, &racers, success, &expected, message);
        let detail = format!("{CODE}:at-once");
        Some(told(draft, self.operation, success, (&detail, "room is given once")))
    }

    /// There can't be less room than is taken.
    fn lowered(&self) -> Option<Case> {
        let planner = self.draft.planner();
        let less = self.room.checked_sub(1).filter(|less| *less > 0)?;
        let mut draft = self.draft.clone();
        draft.push(self.operation, FIRST, self.request.clone(), planner.succeeds(self.operation));
        let maker = planner.operation(&draft.step(&self.made)?.operation_id).ok()?;
        let fed = planner.resources.made_by(&maker.id).map(|(fed, ..)| fed);
        let mut patches = fed.filter(|one| one.method == Method::Patch);
        let (patch, status) = patches.find_map(|one| {
            Some((one, planner.resources.keeps_what_is_taken(one, &self.capacity.member)?))
        })?;
        let path = draft.path_to(patch, &self.made)?;
        let value = (self.capacity.member.as_str(), Sample::Value(less.into()));
        let request = draft.naming(patch, &path, value, &[])?;
        let status = Status::Code(status);
        let expected = Expected { any_of: vec![status], code: CODE, level: promise::level(CODE) };
        draft.push(patch, CALL, request, vec![Criterion::Status(expected)]);
        let detail = format!("{CODE}:lowered:{}", self.operation.id);
        let summary = format!("`{}` is no less than what is taken of it", self.capacity.member);
        Some(told(draft, patch, status, (&detail, &summary)))
    }
}

/// How many of what a step has made a body asks for.
pub(super) fn quantity(body: &Template, made: &str) -> Option<i64> {
    match body {
        Template::Array(items) => items.iter().find_map(|item| quantity(item, made)),
        Template::Object(members) => {
            let is_it = |one: &Template| matches!(one, Template::Expression(named) if named.step() == Some(made));
            if !members.values().any(is_it) {
                return members.values().find_map(|member| quantity(member, made));
            }
            members.iter().find_map(|(name, member)| match member {
                Template::Value(value) if is_quantity(name) => value.as_i64(),
                _ => None,
            })
        }
        _ => None,
    }
}
