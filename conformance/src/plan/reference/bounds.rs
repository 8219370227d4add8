//! Numbers of bodies that are the bounds of one another, or lie within the bounds of something else.

use serde_json::Value;
use spec::model::Operation;
use spec::names::{fold, words};

use super::{Named, named};
use crate::case::Template;
use crate::plan::draft::Draft;
use crate::sample::{Location, Sample, Segment};

/// The places whose names say that the one is no more than the other: `min_price` and `max_price`.
pub(in crate::plan) fn bounds(sample: &Sample) -> Vec<(Location, Location)> {
    const PAIRS: [(&str, &str); 4] =
        [("min", "max"), ("minimum", "maximum"), ("lower", "upper"), ("low", "high")];
    let pair = |place: Named| {
        let (Segment::Member(name), around) = place.location.0.split_last()? else { return None };
        let own = words(name);
        let other = PAIRS.iter().find_map(|(least, most)| {
            let at = own.iter().position(|word| word == least)?;
            let called: Vec<&str> = own
                .iter()
                .enumerate()
                .map(|(n, word)| if n == at { *most } else { word.as_str() })
                .collect();
            let beside = sample.at(&Location(around.to_vec())).and_then(Sample::members)?;
            beside
                .keys()
                .find(|name| words(name).iter().map(String::as_str).eq(called.iter().copied()))
        });
        let other = Location(around.to_vec()).member(other?);
        Some((place.location, other))
    };
    named(sample).into_iter().filter_map(pair).collect()
}

/// The sample with bounds in order: what is called the least is no more than what is called the most.
pub(super) fn in_order(
    mut sample: Sample,
    is_kept: &dyn Fn(&Location) -> bool,
    fits: &dyn Fn(&Sample) -> bool,
) -> Sample {
    let number = |sample: &Sample, place: &Location| match sample.at(place) {
        Some(Sample::Value(number @ Value::Number(_))) => Some((number.as_f64()?, number.clone())),
        _ => None,
    };
    for (least, most) in bounds(&sample) {
        let both = number(&sample, &least).zip(number(&sample, &most));
        let Some(((_, value), (_, theirs))) = both.filter(|((a, _), (b, _))| a > b) else {
            continue;
        };
        let (changed, to) = if is_kept(&most) { (&least, theirs) } else { (&most, value) };
        let in_order = sample.with(changed, Sample::Value(to)).filter(|one| fits(one));
        sample = in_order.unwrap_or(sample);
    }
    sample
}

/// A number, or digits with a point, of the same length that is as high as it can be; or as low.
pub(in crate::plan) fn extreme(sample: &Sample, high: bool) -> Option<Sample> {
    const HIGHEST: i64 = 1_000_000;
    match sample.stand_in() {
        Value::Number(_) => Some(Sample::Value(if high { HIGHEST } else { 0 }.into())),
        Value::String(text) => {
            let digit = if high { '9' } else { '0' };
            let is_decimal = text.chars().all(|c| c.is_ascii_digit() || c == '.');
            let changed: String =
                text.chars().map(|c| if c.is_ascii_digit() { digit } else { c }).collect();
            is_decimal.then(|| Sample::Value(changed.into()))
        }
        _ => None,
    }
}

impl Draft<'_> {
    /// The sample with what may not go down as high as it can be: whatever was before it, is no more.
    pub(super) fn risen(
        &self,
        operation: &Operation,
        sample: Sample,
        is_kept: &dyn Fn(&Location) -> bool,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> Sample {
        let Some(rising) = self.planner().rising(operation) else { return sample };
        let place = Location::default().member(&rising.member);
        let there = sample.at(&place).filter(|_| !is_kept(&place));
        let highest = there.and_then(|there| extreme(there, true));
        let risen = highest.and_then(|highest| sample.with(&place, highest));
        risen.filter(|risen| fits(risen)).unwrap_or(sample)
    }

    /// The sample with numbers that lie within the range of what the case has made: the `salary` of an offer within the
    /// `salaryRange` of its opening.
    pub(super) fn within_ranges(
        &self,
        sample: Sample,
        is_kept: &dyn Fn(&Location) -> bool,
        fits: &dyn Fn(&Sample) -> bool,
    ) -> Sample {
        let is_number = |one: &Sample| matches!(one, Sample::Value(Value::Number(_)));
        let members = sample.members().into_iter().flatten();
        let numbers = members.filter(|(_, one)| is_number(one)).map(|(name, _)| name.clone());
        let numbers: Vec<String> = numbers.collect();
        numbers.into_iter().fold(sample, |sample, name| {
            let place = Location::default().member(&name);
            let least = self.least_of(&format!("{}range", fold(&name)));
            let within = least.filter(|_| !is_kept(&place)).and_then(|least| {
                sample.with(&place, Sample::Value(least)).filter(|within| fits(within))
            });
            within.unwrap_or(sample)
        })
    }

    /// The least of a range that a step of the case sends under this name.
    fn least_of(&self, range: &str) -> Option<Value> {
        let mut steps = self.steps.iter().rev();
        steps.find_map(|step| {
            let (_, range) = step.request.members().find(|(name, _)| fold(name) == range)?;
            match range.member("min")? {
                Template::Value(least) => Some(least.clone()),
                _ => None,
            }
        })
    }
}
