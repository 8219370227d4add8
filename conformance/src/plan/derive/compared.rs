//! A member that may not be less than another one, and is: by one, or as the other one of two times of a day; and one that is equal
//! where it has to be more.

use serde_json::Value;
use spec::model::Operation;
use spec::resources::Compared;

use super::law;
use super::told_limit::refused;
use crate::case::Case;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let told = planner.resources.compared(operation);
    told.iter()
        .flat_map(|told| [less(planner, operation, told), equal(planner, operation, told)])
        .flatten()
        .collect()
}

fn less(planner: &Planner<'_>, operation: &Operation, told: &Compared) -> Option<Case> {
    case(planner, operation, told, "less", |greater, lesser| match (greater, lesser) {
        (Value::Number(one), Value::Number(other)) => {
            let most = one.as_i64()?.max(other.as_i64()?).max(2);
            Some((Value::from(most - 1), Value::from(most)))
        }
        (Value::String(one), Value::String(other)) => {
            (is_time_of_day(one) && is_time_of_day(other) && other < one)
                .then(|| (lesser.clone(), greater.clone()))
        }
        _ => None,
    })
}

fn equal(planner: &Planner<'_>, operation: &Operation, told: &Compared) -> Option<Case> {
    (!told.may_be_equal).then_some(())?;
    case(planner, operation, told, "equal", |greater, lesser| match (greater, lesser) {
        (Value::Number(_), Value::Number(_)) => Some((greater.clone(), greater.clone())),
        (Value::String(one), Value::String(other)) => {
            (is_time_of_day(one) && is_time_of_day(other)).then(|| (lesser.clone(), lesser.clone()))
        }
        _ => None,
    })
}

/// A valid body but for the two, changed like this.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    told: &Compared,
    detail: &str,
    change: impl FnOnce(&Value, &Value) -> Option<(Value, Value)>,
) -> Option<Case> {
    let refused = refused(planner, operation, &[&told.statuses])?;
    let root = Location::default();
    let (greater, lesser) = (root.member(&told.greater), root.member(&told.lesser));
    let put = |sample: Sample| {
        let value = |place| match sample.at(place) {
            Some(Sample::Value(value)) => Some(value.clone()),
            _ => None,
        };
        let (more, less) = change(&value(&greater)?, &value(&lesser)?)?;
        sample.with(&greater, Sample::Value(more))?.with(&lesser, Sample::Value(less))
    };
    let media_type = planner.media_type(operation)?;
    let schema = media_type.schema?;
    let (mut draft, path) = Draft::begun(planner, operation)?;
    draft.bring_around(operation, &path);
    let whole = planner.body_sample(operation, media_type, &path, Extent::Complete).ok()?;
    // What is named is made before: bounds that are the wrong way round would be put right.
    let mut sample = draft.refer(operation, schema, whole, None).sample;
    // Not every body that is sent has both.
    let members = Merged::of(planner.contract, &[schema], Choice::default()).properties();
    for (name, place) in [(&told.greater, &greater), (&told.lesser, &lesser)] {
        if sample.at(place).is_none() {
            let of_it = members.get(name.as_str())?.first()?;
            let (value, _) = planner.sampler.valid(*of_it, Extent::Minimal, &Fixed::new())?;
            sample = sample.with(place, value)?;
        }
    }
    let sample = put(sample)?;
    planner.sampler.admits(schema, &sample).then_some(())?;
    let mut request = draft.bare_request(operation, &path).ok()?;
    request.body = Some(draft.written(media_type, sample).ok()?);
    let detail = format!("body.{}:{detail}", told.greater);
    let summary = format!("`{}` is not what it has to be beside `{}`", told.greater, told.lesser);
    let about = (detail, summary, media_type.origin.clone());
    Some(law::refused_untouched(&refused, draft, (operation, &path), request, about))
}

fn is_time_of_day(text: &str) -> bool {
    let is_part = |part: &str| part.len() == 2 && part.bytes().all(|one| one.is_ascii_digit());
    text.split_once(':').is_some_and(|(hour, minute)| is_part(hour) && is_part(minute))
}
