//! A number that may not be below that of something else: "`engineHours` must not be below that of the boat (422)", "the reading
//! must not be lower than that of the handover".

use super::Resources;
use super::passage::statements;
use super::prose::{has, quoted};
use super::told::statuses;
use crate::model::Operation;
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// A number of a body that may not be below the one of the same name that something else has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    /// The member.
    pub member: String,
    of: FloorOf,
    /// With which statuses less is said to be refused.
    pub statuses: Vec<u16>,
}

/// What a number may not be below of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FloorOf {
    /// The number of the same name of this, in the singular: `boat`.
    Thing(Vec<String>),
    /// What the thing shows under another name, as it was sent before.
    Shown,
}

impl Floor {
    /// Whether what a request has sent may be what the number may not be below of: it makes such a thing.
    #[must_use]
    pub fn may_be_of(&self, maker: &Operation) -> bool {
        let FloorOf::Thing(things) = &self.of else { return true };
        let spoken = maker.path.last_literal().map(words).unwrap_or_default();
        spoken.last().is_some_and(|last| singulars(last).iter().any(|one| things.contains(one)))
    }
}

const BELOW: [&str; 4] = [
    "below that of the ",
    "lower than that of the ",
    "less than that of the ",
    "smaller than that of the ",
];
const NEVER: [&str; 4] = ["must not be", "may not be", "cannot be", "can't be"];

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Option<Floor> {
    let said = statements(operation.told.as_deref()?);
    said.iter().find_map(|sentence| {
        let than = BELOW.iter().find_map(|below| sentence.split_once(below));
        let (before, behind) = than.or_else(|| sentence.split_once("below "))?;
        has(before, &NEVER).then_some(())?;
        let of = match than {
            Some(_) => FloorOf::Thing(words(behind).first().map(|word| singulars(word))?),
            None => {
                let shown = behind.strip_prefix('`')?.split_once('`')?.0;
                let answer = Outline::of(resources.contract, &[operation.answer_schema()?]);
                answer.has_number(shown).then_some(FloorOf::Shown)?
            }
        };
        let documents = |code: &u16| operation.documents(*code);
        let statuses: Vec<u16> = statuses(behind).filter(documents).collect();
        let body = Outline::of(resources.contract, &[operation.body_schema()?]);
        let mut named = quoted(before).filter(|name| body.has_number(name));
        let numbers = || only(body.members().into_keys().filter(|name| body.has_number(name)));
        let member = named.next().or_else(numbers)?.to_owned();
        // What is shown under quite another name is something else: `booked` of a `capacity`.
        let is_called_after = |name: &str| words(name).starts_with(&words(&member));
        if of == FloorOf::Shown && !quoted(behind).next().is_some_and(is_called_after) {
            return None;
        }
        (!statuses.is_empty()).then_some(Floor { member, of, statuses })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::tests::contract;

    fn read(said: &str) -> String {
        let yaml = format!(
            "  /trips/{{id}}/start:\n    post:\n      operationId: start\n      description: \"{said}\"\n      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n      requestBody:\n        content:\n          application/json:\n            schema: {{type: object, properties: {{mileage: {{type: integer}}, note: {{type: string}}}}}}\n      responses:\n        '200': {{description: It., content: {{application/json: {{schema: {{type: object, properties: {{mileage_out: {{type: integer}}, booked: {{type: integer}}}}}}}}}}}}\n        '422': {{description: No.}}\n"
        );
        let contract = contract(&yaml);
        let resources = Resources::of(&contract);
        let told = |one: Floor| match one.of {
            FloorOf::Thing(things) => {
                format!("{} {} {:?}", one.member, things.join("|"), one.statuses)
            }
            FloorOf::Shown => format!("{} shown {:?}", one.member, one.statuses),
        };
        of(&resources, &contract.operations[0]).map(told).unwrap_or_default()
    }

    #[test]
    fn what_may_not_be_below_something_elses_is_told() {
        for (said, expected) in [
            ("`mileage` is read and must not be below that of the car (422).", "mileage car [422]"),
            ("The reading must not be lower than that of the car (422).", "mileage car [422]"),
            ("`mileage` must not be below `mileage_out` (422).", "mileage shown [422]"),
            ("`mileage` must not be below `note` (422).", ""),
            ("`mileage` must not be below `booked` (422).", ""),
            // Nothing says how it is refused, or that it is.
            ("`mileage` must not be below that of the car.", ""),
            ("`mileage` is below that of the car (422).", ""),
        ] {
            assert_eq!(read(said), expected, "{said}");
        }
    }
}
