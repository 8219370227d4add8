//! Postal codes fit their country: whoever checks one takes none that was made up.

use serde_json::Value;
use spec::model::SchemaId;
use spec::names::fold;

use super::Planner;
use super::reference::named;
use crate::sample::{Fixed, Location, Sample, Segment};

/// A postal code of each of some countries (ISO 3166-1).
const CODES: [(&str, &str); 16] = [
    ("AT", "1010"),
    ("AU", "2000"),
    ("BE", "1000"),
    ("BR", "01310-100"),
    ("CA", "K1A 0B1"),
    ("CH", "8001"),
    ("DE", "10115"),
    ("ES", "28013"),
    ("FR", "75001"),
    ("GB", "SW1A 1AA"),
    ("IN", "560001"),
    ("IT", "00184"),
    ("JP", "100-0001"),
    ("NL", "1012 JS"),
    ("PL", "00-001"),
    ("US", "10001"),
];

/// Whether a member is called a postal code.
fn names_postal_code(name: &str) -> bool {
    const CALLED: [&str; 6] = ["postalcode", "postcode", "zip", "zipcode", "plz", "pincode"];
    CALLED.contains(&fold(name).as_str())
}

impl Planner<'_> {
    /// The sample with postal codes that there are, in the place of those that were made up.
    pub(super) fn with_postal_codes(
        &self,
        schema: SchemaId,
        mut sample: Sample,
        given: &Fixed,
    ) -> Sample {
        for place in named(&sample).iter().filter(|place| names_postal_code(&place.name)) {
            let is_made_up = matches!(sample.at(&place.location), Some(Sample::Fresh(_)));
            if !is_made_up || given.contains_key(&place.location) {
                continue;
            }
            let code = code_beside(&sample, &place.location);
            let changed = sample.with(&place.location, Sample::Value(code.into()));
            let changed = changed.filter(|one| self.is_as_valid(schema, &sample, one));
            sample = changed.unwrap_or(sample);
        }
        sample
    }
}

/// The postal code of the country that stands beside a place; where none does, one as most countries have them.
fn code_beside(sample: &Sample, place: &Location) -> &'static str {
    const USUAL: &str = "10001";
    let around = place.0.split_last().map(|(_, around)| Location(around.to_vec()));
    let beside = around.as_ref().and_then(|around| sample.at(around)?.members());
    let country = beside.into_iter().flatten().find_map(|(name, value)| match value {
        Sample::Value(Value::String(text)) if fold(name).starts_with("country") => Some(text),
        _ => None,
    });
    let known = country.and_then(|country| CODES.iter().find(|(own, _)| own == country));
    known.map_or(USUAL, |(_, code)| code)
}

/// Whether a place is that of a postal code.
pub(super) fn is_postal_code(place: &Location) -> bool {
    matches!(place.0.last(), Some(Segment::Member(name)) if names_postal_code(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postal_code_is_that_of_the_country_beside_it() {
        let text = |text: &str| Sample::Value(text.into());
        let address = |country: &str| {
            let members = [("zip".to_owned(), text("?")), ("country".to_owned(), text(country))];
            Sample::Object([("home".to_owned(), Sample::Object(members.into()))].into())
        };
        let place = Location::default().member("home").member("zip");
        assert_eq!(code_beside(&address("IN"), &place), "560001");
        assert_eq!(code_beside(&address("XX"), &place), "10001");
    }
}
