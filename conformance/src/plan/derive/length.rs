//! A period is refused where it is longer, or shorter, than it is said it may be, and taken where it is just as long.

use spec::model::{Method, Operation};
use spec::resources::Length;

use super::{CALL, told, told_limit, valid_call};
use crate::case::{Case, Criterion, Expected, Request, Template};
use crate::expression::{Expression, Language, Selection, seconds_later};
use crate::plan::Planner;
use crate::promise::{self, Level};
use crate::sample::Extent;

const DAY: i64 = 24 * 60 * 60;
const ACCEPTED: &str = "limit-accepted";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    // What changes a thing may have but one of the two.
    if operation.method == Method::Patch {
        return Vec::new();
    }
    let lengths = planner.resources.period_lengths(operation);
    let cases = lengths.iter().flat_map(|length| {
        [beyond(planner, operation, length), just_as_long(planner, operation, length)]
    });
    cases.flatten().collect()
}

/// The length that is surely refused, and the one that surely isn't, in seconds from its begin to its end.
fn seconds(length: &Length) -> (i64, i64) {
    let told = length.count * length.unit;
    // A day that it begins and ends on is one day, or nobody knows.
    let (least, most) = match (length.unit % DAY == 0, length.both_ends) {
        (true, Some(true)) => (told - DAY, told - DAY),
        (true, Some(false)) => (told - DAY, told),
        (_, _) => (told, told),
    };
    let step = if length.both_ends.is_some() { DAY } else { length.unit.min(60 * 60) };
    match length.is_most {
        true => (most + step, least),
        false => (least - step, most),
    }
}

fn beyond(planner: &Planner<'_>, operation: &Operation, length: &Length) -> Option<Case> {
    let (refused_at, _) = seconds(length);
    (refused_at > 0).then_some(())?;
    let refused = told_limit::refused(planner, operation, &[&[422, 400, 409]])?;
    let (draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let request = of_length(request, length, refused_at)?;
    let (detail, what) = match length.is_most {
        true => ("too-long", "longer"),
        false => ("too-short", "shorter"),
    };
    let summary = format!("what is {what} than it may be is refused");
    let origin = planner.media_type(operation)?.origin.clone();
    Some(refused.case(draft, request, format!("body.{}:{detail}", length.end), summary, origin))
}

/// Of what may be in the way of something else, it is a remark.
fn just_as_long(planner: &Planner<'_>, operation: &Operation, length: &Length) -> Option<Case> {
    let (_, taken_at) = seconds(length);
    let (status, any_of) = planner.success(operation)?;
    let (mut draft, request, _) = valid_call(planner, operation, Extent::Complete).ok()?;
    let request = of_length(request, length, taken_at)?;
    let may_be_in_the_way = operation.documents(409);
    let level = if may_be_in_the_way { promise::level(ACCEPTED) } else { Level::Must };
    let expected = Expected { any_of, code: ACCEPTED, level };
    let criteria = vec![Criterion::Status(expected)];
    draft.push(operation, CALL, request, criteria.clone());
    // What is said of its length is all that could be said against it.
    draft.last_step()?.criteria = criteria;
    let detail =
        format!("body.{}:just-as-{}", length.end, if length.is_most { "long" } else { "short" });
    let summary = "what is just as long as it may be is accepted";
    Some(told(draft, operation, status, (&detail, summary)))
}

/// The request with a period of so many seconds.
fn of_length(request: Request, length: &Length, seconds: i64) -> Option<Request> {
    let (_, begin) = request.members().find(|(name, _)| **name == length.begin)?;
    request.members().find(|(name, _)| **name == length.end)?;
    let selector = seconds.to_string();
    let end = match begin {
        Template::Value(begin) => Template::Value(seconds_later(begin, &selector)?),
        Template::Expression(begin) => {
            let (context, language) = (begin.clone(), Language::SecondsLater);
            let selection = Selection { context, selector, language };
            Template::Expression(Expression::Selected(Box::new(selection)))
        }
        _ => return None,
    };
    request.with_member(&length.end, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_beyond_is_surely_refused_and_the_limit_surely_not() {
        let of = |is_most, (count, unit), both_ends| {
            let (begin, end) = ("from".to_owned(), "to".to_owned());
            seconds(&Length { begin, end, is_most, count, unit, both_ends })
        };
        // From the first of a month to the 28th there are 28 days with both ends, and 27 from one to the other.
        assert_eq!(of(true, (28, DAY), Some(true)), (28 * DAY, 27 * DAY));
        assert_eq!(of(true, (28, DAY), Some(false)), (29 * DAY, 27 * DAY));
        assert_eq!(of(true, (8, 3_600), None), (9 * 3_600, 8 * 3_600));
        assert_eq!(of(false, (15, 60), None), (14 * 60, 15 * 60));
    }
}
