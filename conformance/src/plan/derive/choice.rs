//! What doesn't go with a chosen value is refused, and so is a body without what goes with it, where a description says so.

use spec::model::Operation;
use spec::resources::GoesWith;

use super::refused::Refused;
use super::told_limit;
use crate::case::Case;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::sample::{Extent, Fixed, Location, Sample};

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    let of_choice = |choice: &GoesWith| {
        let Some(refused) = told_limit::refused(planner, operation, &[&choice.statuses]) else {
            return Vec::new();
        };
        let absent = choice.has.iter();
        let absent = absent.map(|name| case(planner, operation, (choice, &refused), (name, false)));
        let unfit = choice.lacks.iter();
        let unfit = unfit.map(|name| case(planner, operation, (choice, &refused), (name, true)));
        absent.chain(unfit).flatten().collect::<Vec<_>>()
    };
    planner.choices(operation).iter().flat_map(of_choice).collect()
}

/// A body that makes a choice, without a member that goes with it, or with one that doesn't.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (choice, refused): (&GoesWith, &Refused<'_>),
    (name, is_there): (&str, bool),
) -> Option<Case> {
    let media_type = planner.media_type(operation).filter(|one| one.is_json())?;
    let schema = media_type.schema?;
    let (draft, path) = Draft::begun(planner, operation)?;
    let chosen = Location::default().member(&choice.member);
    let known = Fixed::from([(chosen, Sample::Value(choice.value.clone().into()))]);
    let extent = Extent::Complete;
    let sample = planner.body_sample_with(operation, media_type, &path, extent, known).ok()?;
    let place = Location::default().member(name);
    let sample = match is_there {
        true => sample.with(&place, planner.complete_member(schema, name)?)?,
        false => sample.without(&place)?,
    };
    let (which, what) = if is_there { ("with", "has a") } else { ("without", "lacks its") };
    let detail = format!("{}:{which}", choice.value);
    let summary = format!("what is `{}` and {what} `{name}` is refused", choice.value);
    told_limit::case(
        (draft, &path),
        (operation, &place),
        refused,
        (name, sample),
        (&detail, summary),
    )
}
