//! Numbers that count how often a thing was changed, as descriptions say.
//!
//! | said | of |
//! | --- | --- |
//! | "Every change raises `version` by one", "each correction adds one to the version" | the operation that says it |
//! | "Goes up by 1 with every call that changes anything", "Counts the changes" (of the member) | every operation |
//! | "An update that changes nothing leaves `version` as it is" | the same once more, which counts nothing |
//! | "even if all values were the same before" | the same once more, which counts as well |

use super::Resources;
use super::passage::statements;
use super::prose::{has, mentions, sentences};
use super::told::statuses;
use crate::Direction;
use crate::model::{JsonType, Operation};
use crate::names::fold;
use crate::outline::Outline;

/// A number that counts the changes of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The member of the thing.
    pub member: String,
    /// What a change adds that leaves all as it was: nothing, or one; `None`: nothing is said of it.
    pub by_same: Option<u8>,
}

/// What an operation adds one to by a change, of a thing that another one shows.
pub(super) fn of(
    resources: &Resources<'_>,
    operation: &Operation,
    reader: &Operation,
) -> Option<Revision> {
    const NAMES: [&str; 4] = ["version", "revision", "versionnumber", "revisionnumber"];
    let shown = Outline::of(resources.contract, &[reader.answer_schema()?]);
    let mut required = shown.required(Direction::Response);
    let member = required.find(|name| {
        let is_whole = || shown.member(name).is_some_and(|one| one.is(JsonType::Integer));
        NAMES.contains(&fold(name).as_str()) && is_whole()
    })?;
    // Who writes it decides what it is.
    let is_written = operation.body_schema().is_some_and(|body| {
        Outline::of(resources.contract, &[body]).sent(Direction::Request).any(|name| name == member)
    });
    let own = operation.told.as_deref().unwrap_or_default();
    let of_member = shown.description(&[member.to_owned()]).unwrap_or_default();
    let told = sentences(own).any(|one| mentions(one, member) && says_by_one(one))
        || sentences(of_member).any(|one| says_by_one(one) || has(one, &["counts the changes"]));
    (told && !is_written)
        .then(|| Revision { member: member.to_owned(), by_same: by_same(own, member) })
}

/// Whether a member of a body is called like the version of the thing that its sender has seen.
#[must_use]
pub fn is_version(name: &str) -> bool {
    matches!(fold(name).as_str(), "version" | "revision" | "versionnumber" | "lockversion")
}

/// The member of a body that has to be the present version of the thing, with the status by which any other is refused: "`version`
/// has to be that of the ticket: otherwise 409".
pub(super) fn told(resources: &Resources<'_>, operation: &Operation) -> Option<(String, u16)> {
    const PRESENT: [&str; 9] = [
        "has to be that of",
        "must be that of",
        "has to be the current",
        "must be the current",
        "has to match",
        "must match",
        "not the current",
        "isn't the current",
        "stale",
    ];
    let body = Outline::of(resources.contract, &[operation.body_schema()?]);
    let member = body.members().into_keys().find(|name| {
        let is_whole = || body.member(name).is_some_and(|one| one.is(JsonType::Integer));
        is_version(name) && is_whole()
    })?;
    let documents = |status: &u16| operation.documents(*status);
    let statements = statements(operation.told.as_deref()?);
    let mut about = statements.iter().filter(|one| mentions(one, member) && has(one, &PRESENT));
    let status = about.find_map(|one| {
        statuses(one).find(|status| matches!(status, 409 | 412) && documents(status))
    })?;
    Some((member.to_owned(), status))
}

fn says_by_one(sentence: &str) -> bool {
    const BY_ONE: [&str; 5] = ["by one", "by 1", "adds one", "plus one", "one more"];
    // Of some changes alone it can't be told which.
    let sentence = sentence.to_lowercase().replace("even if", "");
    has(&sentence, &BY_ONE) && !has(&sentence, &[" if ", "unless", "only when"])
}

fn by_same(own: &str, member: &str) -> Option<u8> {
    const NOTHING: [&str; 3] = ["changes nothing", "change nothing", "nothing changes"];
    const ALL_THE_SAME: [&str; 3] =
        ["even if all values were the same", "even if nothing changes", "even if nothing changed"];
    let mut about = sentences(own).filter(|one| mentions(one, member));
    about.find_map(|one| match (has(one, &NOTHING), has(one, &ALL_THE_SAME)) {
        (_, true) => Some(1),
        (true, false) => Some(0),
        (false, false) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(own: &str, of_member: &str) -> Option<Option<u8>> {
        let version = format!("version: {{type: integer, description: '{of_member}'}}");
        let thing = format!(
            "content: {{application/json: {{schema: {{required: [version], properties: {{{version}}}}}}}}}"
        );
        let contract = crate::resources::tests::contract(&format!(
            "  /pets/{{pet_id}}:\n    ID\n    get: {{operationId: getPet, responses: {{'200': {{description: x, {thing}}}}}}}\n    \
               patch:\n      operationId: updatePet\n      description: \"{own}\"\n      responses: {{'200': {{description: x}}}}\n"
        ));
        let resources = Resources::of(&contract);
        let [reader, updater] = ["getPet", "updatePet"].map(|id| resources.operation(id));
        of(&resources, updater?, reader?).map(|one| one.by_same)
    }

    #[test]
    fn changes_are_counted_as_it_is_said() {
        for (own, of_member, counted) in [
            ("Every successful change raises `version` by one.", "", Some(None)),
            ("Each change adds one to the version.", "", Some(None)),
            ("", "Starts at 1 and goes up by 1 with every call that changes anything.", Some(None)),
            ("", "Counts the changes; a new one has version 1.", Some(None)),
            (
                "Each change raises `version` by one, even if all values were the same before.",
                "",
                Some(Some(1)),
            ),
            (
                "An update that changes nothing leaves `version` as it is.",
                "Goes up by 1 with every change.",
                Some(Some(0)),
            ),
            ("Raises `version` by one if the name has changed.", "", None),
            ("Sets `version`.", "A number.", None),
            ("The price goes up by one.", "", None),
        ] {
            assert_eq!(read(own, of_member), counted, "{own} {of_member}");
        }
    }
}
