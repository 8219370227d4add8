//! Bodies after the document's own example: what is in it goes together, as what a schema admits need not.

use serde_json::Value;
use spec::model::{Contract, MediaType, Method, Operation, SchemaId, Status};
use spec::names::words;
use spec::resources::{Reference, Resources};

use super::Planner;
use super::address::is_postal_code;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample, Segment, is_quantity};

/// Longer texts may have to be unlike all others.
const CODE: usize = 3;

impl Planner<'_> {
    /// The same with the numbers and short codes of the document's own example: they fit those of other bodies, and are known, as
    /// any that a schema admits need not. Other texts stay made up, since they may have to be unlike all others.
    pub(super) fn with_numbers(
        &self,
        media_type: &MediaType,
        schema: SchemaId,
        sample: Sample,
        fixed: &Fixed,
    ) -> Sample {
        let Some(example) = example_of(media_type) else { return sample };
        let numbers =
            known_of(example, &Location::default()).into_iter().filter(|(place, value)| {
                let is_alike = match sample.at(place) {
                    Some(Sample::Value(Value::Number(_))) => value.is_number(),
                    Some(Sample::Fresh(_)) => value.is_string(),
                    _ => false,
                };
                is_alike
                    && !is_given(fixed, place)
                    && !self.may_be_anybodys(schema, place)
                    && !is_single(place, value)
            });
        let examples: Vec<_> = numbers.collect();
        if examples.is_empty() {
            return sample;
        }
        // What takes its place violates just as much, where a sample is to show a violation.
        let violated = self.sampler.violated(schema, &sample);
        let fits = |changed: &Sample| self.sampler.violated(schema, changed) == violated;
        let put = |sample: &Sample, (place, value): &(Location, &Value)| {
            sample.with(place, Sample::Value((*value).clone()))
        };
        let all = examples.iter().try_fold(sample.clone(), |sample, one| put(&sample, one));
        if let Some(all) = all.filter(fits) {
            return all;
        }
        examples.iter().fold(sample, |sample, one| put(&sample, one).filter(fits).unwrap_or(sample))
    }

    /// The same with the members that the example has, where the operation refuses bodies for more than their schema, and with
    /// its values of enumerations: one may ask for members that another one doesn't.
    pub(super) fn as_exemplified(
        &self,
        operation: &Operation,
        media_type: &MediaType,
        sample: Sample,
        fixed: &Fixed,
    ) -> Sample {
        let (example, schema) = (example_of(media_type), media_type.schema);
        let (Some(example), Some(schema)) = (example, schema) else { return sample };
        if !self.refuses_more(operation) {
            return sample;
        }
        let whole = self.sampler.valid(schema, Extent::Complete, fixed).map(|(whole, _)| whole);
        let own =
            |place: &Location, value: &Value| match whole.as_ref().and_then(|one| one.at(place)) {
                // Texts may have to be unlike all others.
                Some(fresh @ Sample::Fresh(_)) if !is_code(value) => fresh.clone(),
                _ => Sample::Value(value.clone()),
            };
        let mut with = sample;
        let lacking = self.lacking(schema, &with, example).into_iter();
        let is_added = |(place, value): &(Location, &Value)| {
            !is_given(fixed, place) && !self.is_code_of_something(place, value)
        };
        for (place, value) in lacking.filter(is_added) {
            let value = match self.may_be_anybodys(schema, &place) {
                true => self.made_up_at(schema, &place),
                false => Some(own(&place, value)),
            };
            let changed = value.and_then(|value| with.with(&place, value));
            let changed = changed.filter(|changed| self.sampler.admits(schema, changed));
            with = changed.unwrap_or(with);
        }
        with
    }

    /// Whether a place is for a code of something that isn't known to be there, as a voucher: nobody has to send one.
    fn is_code_of_something(&self, place: &Location, value: &Value) -> bool {
        let Some(Segment::Member(name)) = place.0.last() else { return false };
        names_unknown_code(&self.resources, name) && !is_code(value)
    }

    /// Whether a place is for an id that nobody has to send: one of an example is of something that isn't the run's own.
    fn may_be_anybodys(&self, schema: SchemaId, place: &Location) -> bool {
        const IDS: [&str; 4] = ["id", "ids", "uuid", "guid"];
        let Some((Segment::Member(name), around)) = place.0.split_last() else { return false };
        let is_id = words(name).last().is_some_and(|word| IDS.contains(&word.as_str()));
        let around = self.places.schemas(schema, around);
        let required = || Merged::of(self.contract, &around, Choice::default()).required();
        is_id && !required().contains(name.as_str())
    }

    /// A value that a place admits, of nothing that is there; what the run makes takes its place where that is known.
    fn made_up_at(&self, schema: SchemaId, place: &Location) -> Option<Sample> {
        let ids = self.places.schemas(schema, &place.0);
        let (value, _) = self.sampler.valid(*ids.first()?, Extent::Minimal, &Fixed::new())?;
        Some(value)
    }

    /// Whether an operation says that it refuses bodies which its schema admits.
    fn refuses_more(&self, operation: &Operation) -> bool {
        const SENSE: Status = Status::Code(422);
        let said = operation.told.as_deref().unwrap_or_default();
        // What an update leaves out stays as it is.
        if operation.method != Method::Post {
            return false;
        }
        self.refuses_for_sense(operation)
            || (operation.responses.contains_key(&SENSE) && said.contains("422"))
    }

    /// The members of an example that a sample doesn't have, and its values of enumerations that are others there.
    fn lacking<'e>(
        &self,
        schema: SchemaId,
        sample: &Sample,
        example: &'e Value,
    ) -> Vec<(Location, &'e Value)> {
        let is_choice = |place: &Location| {
            let ids = self.places.schemas(schema, &place.0);
            Merged::of(self.contract, &ids, Choice::default()).enumeration().is_some()
        };
        let (mut lacking, mut open) = (Vec::new(), vec![(Location::default(), example)]);
        while let Some((place, value)) = open.pop() {
            match (sample.at(&place), value) {
                (None, _) => lacking.push((place, value)),
                (Some(Sample::Object(_)), Value::Object(members)) => {
                    let within = members.iter().map(|(name, value)| (place.member(name), value));
                    open.extend(within.rev());
                }
                (Some(Sample::Array(own)), Value::Array(items)) => {
                    let within = items.iter().take(own.len()).enumerate();
                    open.extend(within.map(|(n, value)| (place.item(n), value)).rev());
                }
                (Some(Sample::Value(own)), Value::String(_))
                    if own != value && is_choice(&place) =>
                {
                    // What goes with a choice stands behind it.
                    lacking.insert(0, (place, value));
                }
                _ => {}
            }
        }
        lacking
    }
}

/// Whether a member is called a code of something that no operation is known to make, or whose time is limited: one that was just
/// made need not be good for anything yet.
fn names_unknown_code(resources: &Resources<'_>, name: &str) -> bool {
    const CODES: [&str; 4] = ["code", "token", "coupon", "voucher"];
    /// What is of no thing of the service's own.
    const OF_ALL: [&str; 6] = ["postal", "zip", "country", "currency", "language", "area"];
    let words = words(name);
    let Some((last, before)) = words.split_last().filter(|(_, before)| !before.is_empty()) else {
        return false;
    };
    let is_limited = |one: &&Reference| {
        let maker = resources.operation(&one.maker.operation_id);
        maker.is_some_and(|maker| resources.period_bounds(maker).is_some())
    };
    CODES.contains(&last.as_str())
        && !before.iter().any(|word| OF_ALL.contains(&word.as_str()))
        && resources.references().called(name, false).iter().all(is_limited)
}

/// The members of an operation's body, none of which has to be sent, that make it depend on what isn't known: codes of things, and
/// what is expected to come of it.
pub(super) fn of_unknown(
    contract: &Contract,
    resources: &Resources<'_>,
    operation: &Operation,
) -> Vec<String> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Merged::of(contract, &[schema], Choice::default());
    let required = body.required();
    let is_expected = |name: &str| {
        let words = words(name);
        words.len() > 1 && words.first().is_some_and(|first| first == "expected")
    };
    let listed =
        |ids: &[SchemaId]| Merged::of(contract, ids, Choice::default()).enumeration().is_some();
    let members = body.declared().into_iter().filter(|(name, ids)| {
        !required.contains(name)
            && (is_expected(name) || names_unknown_code(resources, name))
            && !listed(ids)
    });
    members.map(|(name, _)| name.to_owned()).collect()
}

/// The first example that is an object.
fn example_of(media_type: &MediaType) -> Option<&Value> {
    media_type.examples.iter().map(|example| &example.value).find(|value| value.is_object())
}

/// Whether a place is one of those that are fixed, or lies within one.
fn is_given(fixed: &Fixed, place: &Location) -> bool {
    fixed.keys().any(|given| place.0.starts_with(&given.0))
}

/// The numbers of an example, and the codes that are too short to be of one thing alone, as those of currencies and countries
/// are: each with its place.
fn known_of<'e>(example: &'e Value, place: &Location) -> Vec<(Location, &'e Value)> {
    match example {
        Value::Number(_) => vec![(place.clone(), example)],
        Value::String(_) if is_code(example) || is_postal_code(place) => {
            vec![(place.clone(), example)]
        }
        Value::Object(members) => {
            let within = members.iter().map(|(name, value)| (place.member(name), value));
            within.flat_map(|(place, value)| known_of(value, &place)).collect()
        }
        Value::Array(items) => {
            let within = items.iter().enumerate().map(|(n, value)| (place.item(n), value));
            within.flat_map(|(place, value)| known_of(value, &place)).collect()
        }
        _ => Vec::new(),
    }
}

fn is_code(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() <= CODE && text.chars().all(char::is_alphabetic))
}

/// Whether a value says that there is one of something: by that, nobody sees whether it is counted.
fn is_single(place: &Location, value: &Value) -> bool {
    let is_called = matches!(place.0.last(), Some(Segment::Member(name)) if is_quantity(name));
    is_called && value.as_u64() == Some(1)
}
