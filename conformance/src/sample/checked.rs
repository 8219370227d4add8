//! Texts with a check digit ([`CheckDigit`]): those of their usual form before others that a schema admits.

use spec::model::SchemaId;
use spec::{CheckDigit, Contract};

use super::{Location, Merged, Sample, Segment, text};
use crate::fresh::Fresh;

/// A text with the right check digit, where the place is for one.
pub(super) fn valid(
    contract: &Contract,
    ids: &[SchemaId],
    location: &Location,
    merged: &Merged<'_>,
) -> Option<Sample> {
    let member = location.0.iter().rev().find_map(|segment| match segment {
        Segment::Member(name) => Some(name.as_str()),
        Segment::Item(_) => None,
    });
    let check = CheckDigit::of(contract, ids, member)?;
    let usual = check.forms().iter().map(|form| {
        let (min_length, max_length) = (0, text::LONGEST);
        Fresh::Pattern { pattern: (*form).to_owned(), min_length, max_length }
    });
    let own = || match text::of_its_patterns(merged)? {
        Sample::Fresh(fresh) => Some(fresh),
        _ => None,
    };
    let checked = |text| Sample::Fresh(Fresh::Checked { text: Box::new(text), check, right: true });
    let has_digit = |sample: &Sample| {
        let value = sample.stand_in();
        value.as_str().is_some_and(|text| check.complete(text, true).as_deref() == Some(text))
    };
    let mut candidates = usual.map(checked);
    let fits = |sample: &Sample| has_digit(sample) && text::fits(merged, sample);
    candidates.find(fits).or_else(|| own().map(checked).filter(fits))
}

impl Sample {
    /// The same text with a wrong check digit, where it has one.
    #[must_use]
    pub fn with_wrong_digit(&self) -> Option<Self> {
        match self {
            Self::Fresh(Fresh::Checked { text, check, .. }) => {
                let (text, check) = (text.clone(), *check);
                Some(Self::Fresh(Fresh::Checked { text, check, right: false }))
            }
            _ => None,
        }
    }
}
