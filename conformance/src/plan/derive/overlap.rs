//! What takes a time, and a thing for it, is refused where it overlaps what is there, and not where it only touches it, as
//! descriptions say of calendars.
//!
//! Asked where a body has one moment, the start, and a number that is called a duration.

use serde_json::Value;
use spec::model::{Method, Operation, Status};
use spec::names::words;
use spec::resources::{says_overlap_is_of_one, says_times_are_apart, seconds_of_unit};

use super::second::second_of;
use super::{CALL, told};
use crate::case::{Case, Criterion, Expected, Request, Template};
use crate::expression::{Expression, Language, Selection};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::promise;
use crate::sample::{Extent, Sample};

const OVERLAPS: &str = "overlap-refused";
const TOUCHES: &str = "touching-accepted";
const OF_ONE: &str = "overlap-is-of-one";
/// Seconds of the longest unit of a time of a day: what lasts for days is not asked about.
const HOUR: i64 = 3_600;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let said = operation.told.as_deref().and_then(says_times_are_apart);
    let conflicts = operation.documents(409);
    let makes = operation.method == Method::Post && planner.resources.makes(operation) && conflicts;
    let Some(may_touch) = said.filter(|_| makes) else { return Vec::new() };
    let Some(booking) = Booking::of(planner, operation) else { return Vec::new() };
    let overlaps = [("behind", 1), ("before", -1)].into_iter().filter_map(|(detail, sign)| {
        let conflict = Status::Code(409);
        let any_of = [409, 422, 400].map(Status::Code).into_iter();
        let any_of = any_of.filter(|one| operation.responses.contains_key(one)).collect();
        let half = sign * (booking.duration / 2);
        let detail = format!("{OVERLAPS}:{detail}");
        let summary = "what overlaps something else is refused";
        booking.clone().case(half, (conflict, any_of), OVERLAPS, (&detail, summary))
    });
    let mut cases: Vec<Case> = overlaps.collect();
    cases.extend(booking.clone().of_another());
    if let Some((status, any_of)) = planner.success(operation).filter(|_| may_touch) {
        let behind = booking.duration;
        let summary = "what only touches something else is accepted";
        cases.extend(booking.case(behind, (status, any_of), TOUCHES, (TOUCHES, summary)));
    }
    cases
}

/// Something that takes a time, not yet asked for.
#[derive(Clone)]
struct Booking<'p> {
    planner: &'p Planner<'p>,
    operation: &'p Operation,
    draft: Draft<'p>,
    request: Request,
    /// The member with the start.
    start: String,
    /// In units of the member with the duration.
    duration: i64,
    /// Seconds of one of these.
    unit: i64,
}

impl<'p> Booking<'p> {
    fn of(planner: &'p Planner<'p>, operation: &'p Operation) -> Option<Self> {
        let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
        let mut draft = Draft::new(planner);
        let path = draft.path(operation, &Path::new()).ok()?;
        let sample = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
        let members = sample.members()?;
        let is_start = |sample: &Sample| {
            matches!(sample, Sample::Fresh(Fresh::Moment { .. } | Fresh::Soon { .. }))
        };
        let (start, _) = members.iter().find(|(_, one)| is_start(one))?;
        let mut numbers = members.iter().filter_map(|(name, one)| match one {
            Sample::Value(Value::Number(number)) => Some((unit(name)?, number.as_i64()?)),
            _ => None,
        });
        let (unit, duration) = numbers.next().filter(|(_, duration)| *duration > 1)?;
        let start = start.clone();
        let mut request = draft.bare_request(operation, &path).ok()?;
        request.body = Some(draft.content(operation, media_type, sample).ok()?);
        Some(Self { planner, operation, draft, request, start, duration, unit })
    }

    /// At the very time for something else of which it is said that it is taken by one at a time, and for nobody who was there
    /// before.
    fn of_another(self) -> Option<Case> {
        let said = self.operation.told.as_deref().and_then(says_overlap_is_of_one)?;
        let Self { planner, operation, mut draft, request, start, .. } = self;
        let (status, any_of) = planner.success(operation)?;
        let is_it = |name: &str| words(name).contains(&said);
        let (name, named) = request.members().find(|(name, _)| is_it(name))?;
        let (name, named) = (name.clone(), named.clone());
        let time = request.members().find(|(name, _)| **name == start)?.1.clone();
        draft.push(operation, "first", request, planner.succeeds(operation));
        let second = second_of(&mut draft, planner, &named)?;
        let makers = draft.steps.iter().filter(|step| !step.request.method.is_safe());
        let made: Vec<String> = makers.map(|step| step.id.clone()).collect();
        made.iter().for_each(|step| draft.let_go(step));
        let path = draft.path(operation, &Path::new()).ok()?;
        let request = draft.request_of_its_own(operation, &path, Extent::Complete, CALL).ok()?;
        let request = request.with_member(&start, time)?;
        let request = request.with_member(&name, Template::Expression(second))?;
        let expected = Expected { any_of, code: OF_ONE, level: promise::level(OF_ONE) };
        draft.push(operation, CALL, request, vec![Criterion::Status(expected)]);
        let summary = "what overlaps only what something else takes is accepted";
        Some(told(draft, operation, status, (OF_ONE, summary)))
    }

    /// The same so many units later.
    fn moved(&self, units: i64) -> Option<Request> {
        let (_, start) = self.request.members().find(|(name, _)| **name == self.start)?;
        let Template::Expression(context) = start.clone() else { return None };
        let (selector, language) = ((units * self.unit).to_string(), Language::SecondsLater);
        let later = Expression::Selected(Box::new(Selection { context, selector, language }));
        self.request.clone().with_member(&self.start, Template::Expression(later))
    }

    fn case(
        self,
        units: i64,
        (status, any_of): (Status, Vec<Status>),
        code: &'static str,
        about: (&str, &str),
    ) -> Option<Case> {
        let moved = self.moved(units)?;
        let Self { planner, operation, mut draft, request, .. } = self;
        draft.push(operation, "first", request, planner.succeeds(operation));
        let expected = Expected { any_of, code, level: promise::level(code) };
        draft.push(operation, CALL, moved, vec![Criterion::Status(expected)]);
        Some(told(draft, operation, status, about))
    }
}

/// The seconds of the unit of a duration, by its name.
fn unit(name: &str) -> Option<i64> {
    let is_duration = |word: &String| matches!(word.as_str(), "duration" | "length");
    words(name).iter().any(is_duration).then_some(())?;
    seconds_of_unit(name).filter(|seconds| *seconds <= HOUR)
}
