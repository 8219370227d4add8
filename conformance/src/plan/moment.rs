//! Moments that names put into the future: where a schema admits any date, one that is over by now is no time of expiry,
//! and a period ends after it begins.

use serde_json::Value;
use spec::model::SchemaId;
use spec::names::words;

use super::Planner;
use super::reference::named;
use crate::sample::{Fixed, Sample};

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

/// How the moments begin that are drawn, and how those do that lie ahead.
const DRAWN: &str = "2025-01-02";
const AHEAD: &str = "2099-01-02";

impl Planner<'_> {
    /// The sample with its moments where their names put them, as far as the schema lets it; but for members that are
    /// given.
    pub(super) fn with_moments(
        &self,
        schema: SchemaId,
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        for place in named(&sample) {
            let is_given = given.contains_key(&place.location);
            let later = sample.at(&place.location).and_then(|value| later(&place.name, value));
            let changed = later.and_then(|later| sample.with(&place.location, later));
            let is_right = |changed: &Sample| self.is_as_valid(schema, &sample, changed);
            if let Some(changed) = changed.filter(is_right).filter(|_| !is_given) {
                sample = changed;
            }
        }
        sample
    }

    /// The same for a parameter.
    pub(super) fn with_moment(&self, schema: SchemaId, name: &str, sample: Sample) -> Sample {
        match later(name, &sample) {
            Some(later) if self.is_as_valid(schema, &sample, &later) => later,
            _ => sample,
        }
    }

    pub(super) fn is_as_valid(&self, schema: SchemaId, sample: &Sample, changed: &Sample) -> bool {
        self.sampler.violated(schema, sample) == self.sampler.violated(schema, changed)
    }
}

/// The moment that a name asks for instead of one that was drawn.
fn later(name: &str, sample: &Sample) -> Option<Sample> {
    let Sample::Value(Value::String(text)) = sample else { return None };
    let rest = text.strip_prefix(DRAWN)?;
    let is_ahead = words(name).iter().any(|word| LATER.contains(&word.as_str()));
    is_ahead.then(|| Sample::Value(format!("{AHEAD}{rest}").into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_or_expires_does_so_later() {
        let drawn = || Sample::Value("2025-01-02T03:04:05Z".into());
        let ahead = Some(Sample::Value("2099-01-02T03:04:05Z".into()));
        for name in ["expires_at", "expiresAt", "validUntil", "end_time", "due-date"] {
            assert_eq!(later(name, &drawn()), ahead, "{name}");
        }
        for name in ["start_time", "created_at", "gender", "sender"] {
            assert_eq!(later(name, &drawn()), None, "{name}");
        }
    }

    #[test]
    fn only_what_was_drawn_is_changed() {
        assert_eq!(later("expires_at", &Sample::Value("2031-01-01T00:00:00Z".into())), None);
    }
}
