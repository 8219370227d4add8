//! Moments that names or descriptions put into the future: where a schema admits any date, one that is over by now is no
//! time of expiry, and a period ends after it begins.

use std::cell::LazyCell;

use serde_json::Value;
use spec::model::{Operation, SchemaId, Status};
use spec::names::words;
use spec::resources::lies_ahead;

use super::Planner;
use super::reference::{Named, named};
use crate::fresh::Fresh;
use crate::sample::{Choice, Fixed, Merged, Sample};

/// Words of names for what lies ahead.
const LATER: &[&str] = &[
    "end",
    "ends",
    "ending",
    "until",
    "till",
    "to",
    "before",
    "expire",
    "expires",
    "expired",
    "expiry",
    "expiration",
    "deadline",
    "due",
    "finish",
];

/// Words of names for when something that was planned begins.
const PLANNED: &[&str] = &[
    "start",
    "starts",
    "starting",
    "begin",
    "begins",
    "from",
    "scheduled",
    "planned",
    "departs",
    "departure",
    "arrives",
    "arrival",
    "pickup",
    "slot",
];

/// How the moments begin that are drawn, and how those do that lie ahead.
const DRAWN: &str = "2025-01-02";
const AHEAD: &str = "2099-01-02";

impl Planner<'_> {
    /// The sample with its moments where their names put them, as far as the schema lets it; but for members that are
    /// given.
    fn with_moments(&self, schema: SchemaId, mut sample: Sample, given: &Fixed) -> Sample {
        let original = sample.clone();
        // What takes a moment's place violates just as much, so that it is found out once, and only where it is asked.
        let violated = LazyCell::new(|| self.sampler.violated(schema, &original));
        for place in named(&original) {
            let is_given = given.contains_key(&place.location);
            let later = sample.at(&place.location).and_then(later);
            let later =
                later.filter(|_| is_called(&place.name, LATER) || self.lies_ahead(schema, &place));
            let changed = later.and_then(|later| sample.with(&place.location, later));
            let is_right = |changed: &Sample| self.sampler.violated(schema, changed) == *violated;
            if let Some(changed) = changed.filter(is_right).filter(|_| !is_given) {
                sample = changed;
            }
        }
        sample
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
        self.with_own_moment(operation, schema, sample, given)
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
        if !operation.responses.contains_key(&Status::Code(409)) {
            return sample;
        }
        let places = named(&sample);
        let is_moment = |place: &&Named| sample.at(&place.location).is_some_and(is_date_time);
        let mut moments = places.iter().filter(is_moment);
        let (Some(place), None) = (moments.next(), moments.next()) else { return sample };
        if given.contains_key(&place.location) {
            return sample;
        }
        let ahead = [LATER, PLANNED].into_iter().any(|those| is_called(&place.name, those))
            || self.lies_ahead(schema, place);
        let own = sample.with(&place.location, Sample::Fresh(Fresh::Moment { ahead }));
        own.filter(|own| self.is_as_valid(schema, &sample, own)).unwrap_or(sample)
    }

    /// The same for a parameter.
    pub(super) fn with_moment(&self, schema: SchemaId, name: &str, sample: Sample) -> Sample {
        match later(&sample).filter(|_| is_called(name, LATER)) {
            Some(later) if self.is_as_valid(schema, &sample, &later) => later,
            _ => sample,
        }
    }

    /// Whether a member is described as something that lies ahead.
    fn lies_ahead(&self, schema: SchemaId, place: &Named) -> bool {
        let ids = self.places.schemas(schema, &place.location.0);
        let merged = Merged::of(self.contract, &ids, Choice::default());
        let mut said = merged.parts.iter().filter_map(|(_, part)| part.description.as_deref());
        said.any(lies_ahead)
    }

    pub(super) fn is_as_valid(&self, schema: SchemaId, sample: &Sample, changed: &Sample) -> bool {
        self.sampler.violated(schema, sample) == self.sampler.violated(schema, changed)
    }
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
    let rest = [DRAWN, AHEAD].into_iter().find_map(|day| text.strip_prefix(day));
    rest.is_some_and(|time| time.starts_with('T') && time.ends_with('Z'))
}

fn is_called(name: &str, those: &[&str]) -> bool {
    words(name).iter().any(|word| those.contains(&word.as_str()))
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
            assert!(is_called(name, LATER), "{name}");
        }
        for name in ["start_time", "created_at", "gender", "sender"] {
            assert!(!is_called(name, LATER), "{name}");
        }
    }

    #[test]
    fn only_what_was_drawn_is_changed() {
        let given = Sample::Value("2031-01-01T00:00:00Z".into());
        assert!(later(&given).is_none() && !is_date_time(&given));
    }
}
