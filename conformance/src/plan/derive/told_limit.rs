//! Limits that no schema has and descriptions tell: a moment that has to lie ahead, a number that may not be above what
//! it is taken from, a check digit. Of two moments of which one ends what the other begins, see [`super::period`].

use serde_json::Value;
use spec::model::{Operation, SchemaId};
use spec::resources::{MomentLimit, ToldLimit, lies_ahead};

use super::refused::Refused;
use super::{law, valid_call};
use crate::case::{Case, Content, Derivation, Template};
use crate::fresh::Fresh;
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample, Segment};

const CODE: &str = "told-limit-kept";
/// More than there is of anything that a suite makes.
const TOO_MUCH: i64 = 2_000_000_000;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let mut cases: Vec<Case> = past(planner, operation);
    cases.extend(beyond(planner, operation));
    cases.extend(too_much(planner, operation));
    cases.extend(wrong_digit(planner, operation));
    cases.extend(fallen(planner, operation));
    cases.extend(not_above(planner, operation));
    cases.extend(outside(planner, operation));
    cases.extend(too_many_times(planner, operation));
    cases
}

/// Numbers just above so many times another one, of those that may not be.
fn too_many_times(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let cases = planner.resources.told_ratios(operation).into_iter().filter_map(|told| {
        let refused = refused(planner, operation, &[&told.statuses])?;
        let change = |sample: Sample| {
            let Sample::Value(of) = sample.members()?.get(&told.of)? else { return None };
            let most = of.as_i64()?.checked_mul(told.times)?;
            let beyond = Sample::Value(most.checked_add(1)?.into());
            sample.with(&Location::default().member(&told.member), beyond)
        };
        let member = told.member.as_str();
        // At the root, nothing of it is drawn anew.
        let about = (member, member, &Location::default());
        changed(planner, operation, &refused, about, change, "too-many-times")
    });
    cases.collect()
}

/// Moments before the thing begins, and after it ends, of those that have to lie between.
fn outside(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    const BEFORE: &str = "2001-02-03";
    const AFTER: &str = "2199-02-03";
    let cases = planner.thing_periods(operation).iter().flat_map(|told| {
        let sides = [(&told.begin, BEFORE, "before-thing"), (&told.end, AFTER, "after-thing")];
        sides.into_iter().filter_map(|(side, day, detail)| {
            side.as_ref()?;
            let refused = refused(planner, operation, &[&told.statuses])?;
            let schema = planner.media_type(operation)?.schema?;
            let body = Merged::of(planner.contract, &[schema], Choice::default()).properties();
            let ids = body.get(told.member.as_str())?;
            let format = Merged::of(planner.contract, ids, Choice::default()).format();
            let time = if format == Some("date-time") { "T10:00:00Z" } else { "" };
            let value = Sample::Value(format!("{day}{time}").into());
            with(planner, operation, &refused, (&told.member, value), detail)
        })
    });
    cases.collect()
}

/// The very values that members have to be more than.
fn not_above(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.resources.told_minima(operation);
    let cases = told.into_iter().filter_map(|told| {
        let refused = refused(planner, operation, &[&told.statuses])?;
        let member = (told.member.as_str(), Sample::Value(told.value));
        with(planner, operation, &refused, member, "not-above")
    });
    cases.collect()
}

/// Moments that lie ahead, or too far back, of members that are said not to. Of those that have to lie ahead, see [`past`].
fn beyond(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    /// Of what is said to be at most so many days back, this is more days.
    const MORE: i64 = 40;
    let Some(schema) = planner.media_type(operation).and_then(|one| one.schema) else {
        return Vec::new();
    };
    let body = Merged::of(planner.contract, &[schema], Choice::default()).properties();
    let told = planner.limited_moments(operation).iter();
    let cases = told.filter_map(|told| {
        let format =
            Merged::of(planner.contract, body.get(told.member.as_str())?, Choice::default());
        let day = |offset| match format.format() {
            Some("date") => Some(Sample::Fresh(Fresh::Day { offset, time: false })),
            Some("date-time") => Some(Sample::Fresh(Fresh::Day { offset, time: true })),
            // A year.
            _ => (offset > 0).then(|| Sample::Value(2099.into())),
        };
        let is_known_day = told.is_utc && format.format() == Some("date");
        // What has to come after another moment need not come after today.
        let described = body.get(told.member.as_str())?.iter();
        let mut described =
            described.filter_map(|id| planner.contract.schema(*id).description.as_deref());
        let is_of_today =
            described.any(lies_ahead) || operation.told.as_deref().is_some_and(lies_ahead);
        let (offset, detail) = match told.limit {
            // Whatever is over is refused: the last day of it shows more than one of long ago.
            MomentLimit::Ahead if is_known_day && is_of_today => (-1, "yesterday"),
            MomentLimit::Ahead => return None,
            MomentLimit::Tomorrow if !told.is_utc => return None,
            MomentLimit::Tomorrow => (0, "today"),
            MomentLimit::NotAhead if is_known_day => (1, "tomorrow"),
            MomentLimit::NotAhead => (400, "ahead"),
            MomentLimit::Within(days) => {
                let more = if told.is_utc { 1 } else { MORE };
                (i64::try_from(days).ok()? + more, "too-far")
            }
            MomentLimit::Days(days) => (-i64::try_from(days).ok()? - MORE, "too-old"),
        };
        let refused = refused(planner, operation, &[&told.statuses])?;
        let end = end_of(planner, operation, &told.member);
        let end = end.and_then(|end| Some((end, day(offset + 1)?)));
        let member = (told.member.as_str(), day(offset)?);
        with_end(planner, operation, &refused, member, end, detail)
    });
    cases.collect()
}

/// Less than the last one, of what may not go down.
fn fallen(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let told = planner.rising(operation)?;
    let refused = refused(planner, operation, &[&told.statuses])?;
    let (mut draft, request, path) = valid_call(planner, operation, Extent::Minimal).ok()?;
    let Content::Json(Template::Object(sent)) = &request.body.as_ref()?.content else {
        return None;
    };
    let Template::Value(highest) = sent.get(&told.member)? else { return None };
    let below = step_below(highest)?;
    draft.push(operation, "first", request, planner.succeeds(operation));
    let media_type = planner.media_type(operation)?;
    let sample = planner.body_sample(operation, media_type, &path, Extent::Minimal).ok()?;
    let place = Location::default().member(&told.member);
    // Below the last one alone: what is far below may be refused for something else.
    let sample = sample.with(&place, Sample::Value(below))?;
    planner.sampler.admits(media_type.schema?, &sample).then_some(())?;
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(draft.written(media_type, sample).ok()?);
    let detail = format!("body.{}:fallen", told.member);
    let summary = format!("`{}` does not go down", told.member);
    Some(refused.case(draft, request, detail, summary, media_type.origin.clone()))
}

/// A number, or a decimal in text, that is one step below another.
fn step_below(value: &Value) -> Option<Value> {
    if let Some(number) = value.as_i64() {
        return Some(number.checked_sub(1)?.into());
    }
    let text = value.as_str()?;
    let (before, last) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let last = last.parse::<u8>().ok()?.checked_sub(1)?;
    Some(format!("{before}{last}").into())
}

/// A number with a wrong check digit, where it is said that it has to have the right one.
fn wrong_digit(planner: &Planner<'_>, operation: &Operation) -> Option<Case> {
    let told = planner.resources.told_check_digit(operation)?;
    let schema = planner.media_type(operation)?.schema?;
    let (sample, _) = planner.sampler.valid(schema, Extent::Complete, &Fixed::new())?;
    let wrong = sample.members()?.get(&told.member)?.with_wrong_digit()?;
    let refused = refused(planner, operation, &[&told.statuses])?;
    with(planner, operation, &refused, (&told.member, wrong), "check-digit")
}

/// Moments that are over, of members that are said to lie ahead, by themselves or by the operation.
fn past(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let schema = planner.media_type(operation).and_then(|one| one.schema);
    let Some(schema) = schema else { return Vec::new() };
    let body = Merged::of(planner.contract, &[schema], Choice::default());
    let cases = body.properties().into_iter().filter_map(|(name, ids)| {
        let mut said =
            ids.iter().filter_map(|id| planner.contract.schema(*id).description.as_deref());
        let mut told = planner.limited_moments(operation).iter();
        let told = told.find(|one| {
            let is_ahead = matches!(one.limit, MomentLimit::Ahead | MomentLimit::Tomorrow);
            one.member == name && is_ahead
        });
        let usual = || said.any(lies_ahead).then_some([422, 400].as_slice());
        let statuses = told.map(|one| one.statuses.as_slice()).or_else(usual)?;
        let end = end_of(planner, operation, name);
        let (over, later) = match Merged::of(planner.contract, &ids, Choice::default()).format()? {
            "date-time" if end.is_some() => {
                (Sample::Value("2001-02-03T10:00:00Z".into()), "2001-02-03T11:00:00Z")
            }
            "date-time" => (Sample::Fresh(Fresh::Moment { ahead: false }), ""),
            "date" => (Sample::Value("2001-02-03".into()), "2001-02-04"),
            _ => return None,
        };
        let refused = refused(planner, operation, &[statuses])?;
        let end = end.map(|end| (end, Sample::Value(later.into())));
        with_end(planner, operation, &refused, (name, over), end, "past")
    });
    cases.collect()
}

/// Numbers that are above what they are said to be bounded by: whatever that is, the greatest that the schema admits is above it.
fn too_much(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.resources.told_bounds(operation);
    told.iter().filter_map(|told| above(planner, operation, told)).collect()
}

fn above(planner: &Planner<'_>, operation: &Operation, told: &ToldLimit) -> Option<Case> {
    let refused = refused(planner, operation, &[&told.statuses])?;
    let schema = planner.media_type(operation)?.schema?;
    let merged = |ids: &[SchemaId]| Merged::of(planner.contract, ids, Choice::default());
    let body = merged(&[schema]).properties();
    let own = match &told.list {
        Some(list) => merged(&merged(body.get(list.as_str())?).item(0)).properties(),
        None => body,
    };
    let largest = merged(own.get(told.member.as_str())?).largest_integer();
    let value = Sample::Value(largest.unwrap_or(TOO_MUCH).min(TOO_MUCH).into());
    let body = Location::default();
    match &told.list {
        Some(list) => {
            let place = body.member(list).item(0).member(&told.member);
            let detail = format!("{}:above", told.member);
            with_at(planner, operation, &refused, (list, &place, value), &detail)
        }
        None => with(planner, operation, &refused, (&told.member, value), "above"),
    }
}

/// The refusal of what a description says to be refused.
pub(super) fn refused<'o>(
    planner: &Planner<'_>,
    operation: &'o Operation,
    codes: &[&[u16]],
) -> Option<Refused<'o>> {
    let refused = Refused::by(planner, operation, Derivation::Violation, codes)?;
    Some(refused.promised(CODE))
}

/// The member that ends what another one begins: it is moved along, so that the length of what lies between them is no reason to
/// refuse them.
fn end_of(planner: &Planner<'_>, operation: &Operation, member: &str) -> Option<String> {
    let (begin, end) = planner.resources.period_bounds(operation)?;
    (begin == member).then_some(end)
}

/// A valid body but for a member, and what ends what that begins.
fn with_end(
    planner: &Planner<'_>,
    operation: &Operation,
    refused: &Refused<'_>,
    (name, value): (&str, Sample),
    end: Option<(String, Sample)>,
    detail: &str,
) -> Option<Case> {
    let Some((end, later)) = end else {
        return with(planner, operation, refused, (name, value), detail);
    };
    let own = Location::default().member(name);
    let other = Location::default().member(&end);
    let change = |sample: Sample| {
        let sample = sample.with(&own, value)?;
        Some(sample.with(&other, later).unwrap_or(sample))
    };
    // At the root, nothing of it is drawn anew.
    changed(planner, operation, refused, (name, name, &Location::default()), change, detail)
}

/// A valid body but for a member.
fn with(
    planner: &Planner<'_>,
    operation: &Operation,
    refused: &Refused<'_>,
    (name, value): (&str, Sample),
    detail: &str,
) -> Option<Case> {
    let place = Location::default().member(name);
    with_at(planner, operation, refused, (name, &place, value), detail)
}

/// The same at a place within a member.
fn with_at(
    planner: &Planner<'_>,
    operation: &Operation,
    refused: &Refused<'_>,
    (name, place, value): (&str, &Location, Sample),
    detail: &str,
) -> Option<Case> {
    let own = place.0.iter().rev().find_map(|segment| match segment {
        Segment::Member(own) => Some(own.as_str()),
        Segment::Item(_) => None,
    });
    let own = own.unwrap_or(name);
    let change = |sample: Sample| sample.with(place, value);
    changed(planner, operation, refused, (name, own, place), change, detail)
}

/// A valid body but for a change at a place within a member.
fn changed(
    planner: &Planner<'_>,
    operation: &Operation,
    refused: &Refused<'_>,
    (name, own, place): (&str, &str, &Location),
    change: impl FnOnce(Sample) -> Option<Sample>,
    detail: &str,
) -> Option<Case> {
    let media_type = planner.media_type(operation)?;
    let (mut draft, path) = Draft::begun(planner, operation)?;
    draft.bring_around(operation, &path);
    let sample = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    let sample = change(sample)?;
    let summary = format!("`{own}` is beyond the limit that its description tells");
    case((draft, &path), (operation, place), refused, (name, sample), (detail, summary))
}

/// A body that a member puts beyond what is told. What the schema rules out is another case.
pub(super) fn case(
    (mut draft, path): (Draft<'_>, &Path),
    (operation, place): (&Operation, &Location),
    refused: &Refused<'_>,
    (name, sample): (&str, Sample),
    (detail, summary): (&str, String),
) -> Option<Case> {
    let planner = draft.planner();
    let media_type = planner.media_type(operation)?;
    let schema = media_type.schema?;
    planner.sampler.admits(schema, &sample).then_some(())?;
    let referred = draft.refer(operation, schema, sample, Some(place));
    let mut request = draft.bare_request(operation, path).ok()?;
    request.body = Some(draft.written(media_type, referred.sample).ok()?);
    let detail = format!("body.{name}:{detail}");
    let about = (detail, summary, media_type.origin.clone());
    Some(law::refused_untouched(refused, draft, (operation, path), request, about))
}
