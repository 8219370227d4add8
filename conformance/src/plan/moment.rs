//! Moments that names or descriptions put into the future: where a schema admits any date, one that is over by now is no
//! time of expiry, and a period ends after it begins.

use std::cell::LazyCell;

use serde_json::Value;
use spec::model::{Operation, SchemaId};
use spec::resources::{
    MomentLimit, days_ahead, lies_ahead, names_begin, names_end, says_few_days, says_few_hours,
};
use time::Date;

use super::reference::{Named, named};
use super::{Planner, calendar};
use crate::case::Template;
use crate::fresh::Fresh;
use crate::sample::{Choice, Fixed, Location, Merged, Sample, Segment};

/// How the moments begin that are drawn, and how those do that lie ahead.
const DRAWN: &str = "2025-01-02";
const AHEAD: &str = "2099-01-02";
/// The days behind these.
const NEXT: &str = "2025-01-03";
const NEXT_AHEAD: &str = "2099-01-03";

impl Planner<'_> {
    /// The sample with its moments where their names put them, as far as the schema lets it; but for members that are
    /// given.
    fn with_moments(&self, schema: SchemaId, mut sample: Sample, given: &Fixed) -> Sample {
        let original = sample.clone();
        // What takes a moment's place violates just as much, so that it is found out once, and only where it is asked.
        let violated = LazyCell::new(|| self.sampler.violated(schema, &original));
        for place in named(&original) {
            if given.contains_key(&place.location) {
                continue;
            }
            let changed = self
                .placed(schema, &sample, &place, given)
                .and_then(|moment| sample.with(&place.location, moment))
                .filter(|changed| self.sampler.violated(schema, changed) == *violated);
            sample = changed.unwrap_or(sample);
        }
        sample
    }

    /// A moment of a sample where its name or its description puts it: behind what it ends, or ahead.
    fn placed(
        &self,
        schema: SchemaId,
        sample: &Sample,
        place: &Named,
        given: &Fixed,
    ) -> Option<Sample> {
        let drawn = sample.at(&place.location).filter(|one| day_of(one).is_some())?;
        if names_begin(&place.name)
            && let Some(end) = given_end(sample, place, given)
        {
            return day_before(drawn, end);
        }
        if self.lies_ahead(schema, place) {
            return later(drawn);
        }
        names_end(&place.name).then_some(())?;
        match start_of(sample, place) {
            Some(start) => next_day(drawn, start),
            // What is changed alone keeps to what it began with.
            None if self.has_start(schema, place) => next_day(drawn, drawn),
            None => later(drawn),
        }
    }

    /// The sample with its moments where names and descriptions put them, and with one of its own; but for members that are
    /// given.
    pub(super) fn with_all_moments(
        &self,
        operation: &Operation,
        schema: SchemaId,
        sample: Sample,
        given: &Fixed,
    ) -> Sample {
        let sample = self.with_moments(schema, sample, given);
        let sample = self.with_hours(schema, sample, given);
        let sample = self.with_own_moment(operation, schema, sample, given);
        let sample = self.with_own_period((operation, schema), sample, given);
        let sample = self.with_near_moments((operation, schema), sample, given);
        self.with_limited_moments((operation, schema), sample, given)
    }

    /// The sample with times of day in order: each ends an hour after it begins, and the next of several begins an hour later.
    fn with_hours(&self, schema: SchemaId, mut sample: Sample, given: &Fixed) -> Sample {
        let is_hour = |one: &Sample| one.stand_in().as_str().is_some_and(is_time_of_day);
        for end in named(&sample.clone()).iter().filter(|place| names_end(&place.name)) {
            let Some((_, around)) = end.location.0.split_last() else { continue };
            let around = Location(around.to_vec());
            let beside = sample.at(&around).and_then(Sample::members);
            let begin = beside.and_then(|members| {
                members.iter().find(|(name, one)| names_begin(name) && is_hour(one))
            });
            let Some((begin, _)) = begin.filter(|_| sample.at(&end.location).is_some_and(is_hour))
            else {
                continue;
            };
            let begin = around.member(begin);
            let nth = around.0.iter().rev().find_map(|segment| match segment {
                Segment::Item(n) => Some(*n),
                Segment::Member(_) => None,
            });
            let hour = 8 + 2 * (nth.unwrap_or_default() % 6);
            let time = |hour: usize| Sample::Value(format!("{hour:02}:00").into());
            let changed = sample
                .with(&begin, time(hour))
                .and_then(|one| one.with(&end.location, time(hour + 1)));
            let is_given = given.contains_key(&begin) || given.contains_key(&end.location);
            let changed = changed.filter(|one| !is_given && self.is_as_valid(schema, &sample, one));
            sample = changed.unwrap_or(sample);
        }
        sample
    }

    /// The sample with its moments within the limits that the operation is said to have for them.
    fn with_limited_moments(
        &self,
        (operation, schema): (&Operation, SchemaId),
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        for told in self.limited_moments(operation) {
            let location = Location::default().member(&told.member);
            let Some(there) = sample.at(&location).filter(|_| !given.contains_key(&location))
            else {
                continue;
            };
            let within = match told.limit {
                MomentLimit::Ahead | MomentLimit::Tomorrow => later(there),
                MomentLimit::Days(days) if days > 1 => yesterday(there),
                MomentLimit::Within(days) => {
                    let time =
                        is_date_time(there) || matches!(there, Sample::Fresh(Fresh::Moment { .. }));
                    let is_drawn = day_of(there).is_some_and(|(_, rest)| rest.is_empty());
                    (time || is_drawn).then_some(Sample::Fresh(Fresh::Soon { days, time }))
                }
                MomentLimit::Days(_) | MomentLimit::NotAhead => None,
            };
            let changed = within.and_then(|moment| sample.with(&location, moment));
            let changed = changed.filter(|one| self.is_as_valid(schema, &sample, one));
            sample = changed.unwrap_or(sample);
        }
        sample
    }

    /// The sample with those moments soon that descriptions don't let be any later.
    fn with_near_moments(
        &self,
        (operation, schema): (&Operation, SchemaId),
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        // What is said of whoever makes a thing is so for whoever changes it.
        let maker = operation.path.item_parameter().and_then(|item| {
            let maker = self.resources.makers(operation, item).first()?;
            self.operation(&maker.operation_id).ok()?.body_schema()
        });
        let schemas: Vec<SchemaId> = [schema].into_iter().chain(maker).collect();
        let places = named(&sample);
        let is_day = |place: &Named| {
            sample.at(&place.location).and_then(day_of).is_some_and(|(_, rest)| rest.is_empty())
        };
        // Of several, one may be when another one ends.
        let is_one_day = places.iter().filter(|place| is_day(place)).count() == 1;
        for place in places {
            let there = sample.at(&place.location).filter(|_| !given.contains_key(&place.location));
            let time = there.is_some_and(|one| {
                is_date_time(one) || matches!(one, Sample::Fresh(Fresh::Moment { .. }))
            });
            let is_day = there.and_then(day_of).is_some_and(|(_, rest)| rest.is_empty());
            let is_moment = time || is_day && is_one_day;
            let said = || schemas.iter().flat_map(|schema| self.said_at(*schema, &place.location));
            let days = is_moment.then(|| said().find_map(days_ahead)).flatten();
            let Some(days) = days else { continue };
            let soon = sample.with(&place.location, Sample::Fresh(Fresh::Soon { days, time }));
            sample = soon.filter(|soon| self.is_as_valid(schema, &sample, soon)).unwrap_or(sample);
        }
        sample
    }

    /// The sample with a moment of its own, where it has just one and the operation may refuse what is in the way of
    /// something else: two things at one time may be.
    fn with_own_moment(
        &self,
        operation: &Operation,
        schema: SchemaId,
        sample: Sample,
        given: &Fixed,
    ) -> Sample {
        if !operation.documents(409) {
            return sample;
        }
        let places = named(&sample);
        let is_moment = |place: &&Named| sample.at(&place.location).is_some_and(is_date_time);
        let mut moments = places.iter().filter(is_moment);
        let (Some(place), None) = (moments.next(), moments.next()) else {
            return self.with_own_day(schema, sample, given, &places);
        };
        // What has an end keeps to it, whether or not that is sent.
        let declared = Merged::of(self.contract, &[schema], Choice::default()).declared();
        let has_end = names_begin(&place.name)
            && declared.keys().any(|name| *name != place.name && names_end(name));
        if given.contains_key(&place.location) || has_end {
            return sample;
        }
        let ahead =
            names_begin(&place.name) || names_end(&place.name) || self.lies_ahead(schema, place);
        let own = sample.with(&place.location, Sample::Fresh(Fresh::Moment { ahead }));
        own.filter(|own| self.is_as_valid(schema, &sample, own)).unwrap_or(sample)
    }

    /// The same of a day that lies ahead, where the sample has no other moment.
    fn with_own_day(
        &self,
        schema: SchemaId,
        sample: Sample,
        given: &Fixed,
        places: &[Named],
    ) -> Sample {
        let mut days = places
            .iter()
            .filter(|place| sample.at(&place.location).is_some_and(|one| day_of(one).is_some()));
        let (Some(place), None) = (days.next(), days.next()) else { return sample };
        let is_day =
            sample.at(&place.location).and_then(day_of).is_some_and(|(_, rest)| rest.is_empty());
        let may_be_any = is_day
            && !given.contains_key(&place.location)
            && !names_begin(&place.name)
            && !names_end(&place.name)
            && self.lies_ahead(schema, place);
        if !may_be_any {
            return sample;
        }
        let within = self.said_at(schema, &place.location).find_map(days_ahead);
        let own = Fresh::PeriodDay { end: false, time: false, short: false, within };
        let own = sample.with(&place.location, Sample::Fresh(own));
        own.filter(|own| self.is_as_valid(schema, &sample, own)).unwrap_or(sample)
    }

    /// The sample with a period of its own, where what overlaps another one is said to be a conflict.
    fn with_own_period(
        &self,
        (operation, schema): (&Operation, SchemaId),
        sample: Sample,
        given: &Fixed,
    ) -> Sample {
        let own = || {
            let period = self.resources.period_drawn(operation)?;
            let members = sample.members()?;
            let place = |name: &String| Location::default().member(name);
            let (begin, end) = (place(&period.begin), place(&period.end));
            // The second day is drawn behind the first one.
            let is_in_order =
                members.get_index_of(&period.begin)? < members.get_index_of(&period.end)?;
            let is_given = given.contains_key(&begin) || given.contains_key(&end);
            (is_in_order && !is_given).then_some(())?;
            let day = |end| -> Option<Sample> {
                let name = if end { &period.end } else { &period.begin };
                let Sample::Value(Value::String(drawn)) = members.get(name)? else { return None };
                let (time, within) = (drawn.contains('T'), period.within);
                let short = time && operation.told.as_deref().is_some_and(says_few_hours);
                Some(Sample::Fresh(Fresh::PeriodDay { end, time, short, within }))
            };
            let own = sample.with(&begin, day(false)?)?.with(&end, day(true)?)?;
            self.is_as_valid(schema, &sample, &own).then_some(own)
        };
        own().unwrap_or(sample)
    }

    /// The same for a parameter.
    pub(super) fn with_moment(&self, schema: SchemaId, name: &str, sample: Sample) -> Sample {
        match later(&sample).filter(|_| names_end(name)) {
            Some(later) if self.is_as_valid(schema, &sample, &later) => later,
            _ => sample,
        }
    }

    /// The same for a parameter of an operation, of which a period may have so many days and no more.
    pub(super) fn with_near_end(
        &self,
        operation: &Operation,
        name: &str,
        sample: Sample,
    ) -> Sample {
        let begins = operation.parameters.iter().any(|one| names_begin(&one.name));
        let few = operation.told.as_deref().is_some_and(says_few_days);
        if !(begins && few && names_end(name)) {
            return sample;
        }
        let drawn = Sample::Value(DRAWN.into());
        next_day(&sample, &drawn).unwrap_or(sample)
    }

    /// Whether something may be sent beside a moment for when what that ends begins.
    fn has_start(&self, schema: SchemaId, end: &Named) -> bool {
        let [Segment::Member(own)] = end.location.0.as_slice() else { return false };
        let declared = Merged::of(self.contract, &[schema], Choice::default()).declared();
        let is_date = |ids: &[SchemaId]| {
            let format = Merged::of(self.contract, ids, Choice::default()).format();
            matches!(format, Some("date" | "date-time"))
        };
        declared.iter().any(|(name, ids)| name != own && names_begin(name) && is_date(ids))
    }

    /// Whether a member is described as something that lies ahead.
    fn lies_ahead(&self, schema: SchemaId, place: &Named) -> bool {
        self.said_at(schema, &place.location).any(lies_ahead)
    }

    /// What is said of the value at a place.
    fn said_at(&self, schema: SchemaId, place: &Location) -> impl Iterator<Item = &str> {
        let ids = self.places.schemas(schema, &place.0);
        let merged = Merged::of(self.contract, &ids, Choice::default());
        let said = merged.parts.iter().filter_map(|(_, part)| part.description.as_deref());
        said.collect::<Vec<_>>().into_iter()
    }

    /// The day of a number, so that several are in the order of their numbers: one that lies ahead where a member of an operation's
    /// body has to. `None` where it may not lie far back.
    pub(super) fn day(&self, operation: &Operation, member: &str, number: i64) -> Option<Value> {
        let limits = self.limited_moments(operation).iter().filter(|told| told.member == member);
        let limits: Vec<MomentLimit> = limits.map(|told| told.limit).collect();
        let place = Location::default().member(member);
        let is_ahead =
            limits.iter().any(|one| matches!(one, MomentLimit::Ahead | MomentLimit::Tomorrow))
                || operation
                    .body_schema()
                    .is_some_and(|schema| self.said_at(schema, &place).any(lies_ahead));
        let is_near =
            limits.iter().any(|one| matches!(one, MomentLimit::Days(_) | MomentLimit::Within(_)));
        if is_near { None } else { calendar::numbered(number, is_ahead) }
    }

    pub(super) fn is_as_valid(&self, schema: SchemaId, sample: &Sample, changed: &Sample) -> bool {
        self.sampler.violated(schema, sample) == self.sampler.violated(schema, changed)
    }
}

/// Whether a value is a moment that was drawn, on whatever day it was put.
pub(super) fn is_drawn(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    [DRAWN, AHEAD, NEXT, NEXT_AHEAD].into_iter().any(|day| text.starts_with(day))
}

/// The same moment on the day behind one that was drawn; of others, the moment itself.
pub(super) fn behind(begin: Template) -> Option<Template> {
    let Template::Value(value) = &begin else { return Some(begin) };
    let Sample::Value(next) =
        next_day(&Sample::Value(value.clone()), &Sample::Value(value.clone()))?
    else {
        return None;
    };
    Some(Template::Value(next))
}

/// Whether something is a day or a time that was drawn, which others may have to come before or behind.
pub(super) fn is_moment(sample: &Sample) -> bool {
    let is_of_day = || sample.stand_in().as_str().is_some_and(is_time_of_day);
    match sample {
        Sample::Value(_) => day_of(sample).is_some() || is_date_time(sample) || is_of_day(),
        Sample::Fresh(
            Fresh::Moment { .. } | Fresh::Day { .. } | Fresh::PeriodDay { .. } | Fresh::Soon { .. },
        ) => true,
        Sample::Fresh(_) => is_of_day(),
        _ => false,
    }
}

/// When what a moment ends begins: the one moment beside it that is called so, drawn or given.
fn start_of<'s>(sample: &'s Sample, end: &Named) -> Option<&'s Sample> {
    let (own, around) = end.location.0.split_last()?;
    let beside = sample.at(&Location(around.to_vec()))?.members()?.iter();
    let mut starts = beside.filter(|(name, one)| {
        !matches!(own, Segment::Member(own) if own == *name)
            && date_of(one).is_some()
            && names_begin(name)
    });
    let (_, start) = starts.next()?;
    starts.next().is_none().then_some(start)
}

/// When what begins at a moment is given to end: the one moment beside it that is called so.
fn given_end<'s>(sample: &'s Sample, begin: &Named, given: &Fixed) -> Option<&'s Sample> {
    let (_, around) = begin.location.0.split_last()?;
    let around = Location(around.to_vec());
    let beside = sample.at(&around)?.members()?.iter();
    let mut ends = beside.filter(|(name, one)| {
        names_end(name) && date_of(one).is_some() && given.contains_key(&around.member(name))
    });
    let (_, end) = ends.next()?;
    ends.next().is_none().then_some(end)
}

/// Whether a text is a time of day, to the minute: `09:30`.
pub(super) fn is_time_of_day(text: &str) -> bool {
    let is_of = |text: &str| text.len() == 2 && text.bytes().all(|one| one.is_ascii_digit());
    text.split_once(':').is_some_and(|(hour, minute)| is_of(hour) && is_of(minute))
}

/// The day of a moment that was drawn, and what stands behind it.
fn day_of(sample: &Sample) -> Option<(&'static str, &str)> {
    let Sample::Value(Value::String(text)) = sample else { return None };
    [DRAWN, AHEAD].into_iter().find_map(|day| Some((day, text.strip_prefix(day)?)))
}

/// The same moment on the day after the one that something begins on: a period is seldom as long as a life.
fn next_day(drawn: &Sample, start: &Sample) -> Option<Sample> {
    let (_, rest) = day_of(drawn)?;
    let next = calendar::written(date_of(start)?.next_day()?);
    Some(Sample::Value(format!("{next}{rest}").into()))
}

/// The same moment on the day before the one that something is given to end on.
fn day_before(drawn: &Sample, end: &Sample) -> Option<Sample> {
    let (_, rest) = day_of(drawn)?;
    let before = calendar::written(date_of(end)?.previous_day()?);
    Some(Sample::Value(format!("{before}{rest}").into()))
}

/// The day of a moment.
fn date_of(sample: &Sample) -> Option<Date> {
    let Sample::Value(Value::String(text)) = sample else { return None };
    calendar::read(text)
}

/// The day before today instead of one that was drawn.
fn yesterday(sample: &Sample) -> Option<Sample> {
    let time = match sample {
        Sample::Fresh(Fresh::Moment { .. }) => true,
        drawn => !day_of(drawn)?.1.is_empty(),
    };
    Some(Sample::Fresh(Fresh::Day { offset: -1, time }))
}

/// The moment that lies ahead instead of one that was drawn.
fn later(sample: &Sample) -> Option<Sample> {
    let Sample::Value(Value::String(text)) = sample else { return None };
    let rest = text.strip_prefix(DRAWN)?;
    Some(Sample::Value(format!("{AHEAD}{rest}").into()))
}

/// Whether a sample is a time of a day that was drawn.
fn is_date_time(sample: &Sample) -> bool {
    let Sample::Value(Value::String(text)) = sample else { return false };
    let days = [DRAWN, AHEAD, NEXT, NEXT_AHEAD];
    let rest = days.into_iter().find_map(|day| text.strip_prefix(day));
    rest.is_some_and(|time| time.starts_with('T') && time.ends_with('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_or_expires_does_so_later() {
        let drawn = Sample::Value("2025-01-02T03:04:05Z".into());
        let ahead = Some(Sample::Value("2099-01-02T03:04:05Z".into()));
        assert_eq!(later(&drawn), ahead);
        for name in ["expires_at", "expiresAt", "validUntil", "end_time", "due-date"] {
            assert!(names_end(name), "{name}");
        }
        for name in ["start_time", "created_at", "gender", "sender"] {
            assert!(!names_end(name), "{name}");
        }
    }

    #[test]
    fn only_what_was_drawn_is_changed() {
        let given = Sample::Value("2031-01-01T00:00:00Z".into());
        assert!(later(&given).is_none() && !is_date_time(&given));
    }
}
