//! What a document says outright of what is otherwise only likely: what a refusal is for, that a file is kept as it is, that a
//! number is of all parts.
//!
//! A sentence is heard only where it can't be about something else: who isn't heard is asked less firmly.

use super::passage::statements;
use super::prose::{has, mentions, on_one_line, quoted, sentences};
use crate::model::{Contract, Location, Operation, Status};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// Whether a body that is no JSON is said to be a 400, and nothing else.
pub(super) fn malformed_is_400(contract: &Contract, operation: &Operation) -> bool {
    const MALFORMED: [&str; 9] = [
        "well-formed json",
        "malformed json",
        "not json",
        "no json",
        "invalid json",
        "not valid json",
        "malformed body",
        "body is malformed",
        "can't be parsed",
    ];
    let said = [contract.info.description.as_deref(), operation.told.as_deref()];
    said.into_iter().flatten().flat_map(sentences).any(|sentence| {
        has(sentence, &MALFORMED) && statuses(sentence).collect::<Vec<_>>() == [400]
    })
}

/// Whether members that only the server writes are said to be taken and ignored, where they are sent.
pub(super) fn read_only_is_ignored(contract: &Contract, operation: &Operation) -> bool {
    const READ_ONLY: [&str; 3] = ["read-only", "read only", "readonly"];
    const DENIED: [&str; 7] = [
        "not ignored",
        "n't ignored",
        "never ignored",
        "rather than",
        "instead of",
        "reject",
        "refus",
    ];
    let said = [contract.info.description.as_deref(), operation.told.as_deref()];
    said.into_iter().flatten().flat_map(sentences).any(|sentence| {
        let lower = sentence.to_lowercase();
        let told = lower.split(',').any(|piece| {
            let behind = READ_ONLY.iter().find_map(|one| piece.split_once(one));
            behind.is_some_and(|(_, behind)| {
                has(behind, &["ignored"]) && !behind.trim_start().starts_with("mode")
            })
        });
        told && !has(sentence, &DENIED) && statuses(sentence).next().is_none()
    })
}

/// Whether an operation says that it answers a body with 422 for more than its schema: of what no schema says, or of what
/// makes no sense. Where 400 isn't documented, 422 is for all that is wrong with a body.
pub(super) fn refused_for_sense(operation: &Operation) -> bool {
    const SENSE: [&str; 13] = [
        "sense",
        "semantic",
        "business rule",
        "meaningful",
        // What is named is there, and no good for this.
        "cannot be used",
        "can't be used",
        "suitable",
        "n't active",
        "not active",
        "inactive",
        "blocked",
        "not fit",
        "n't fit",
    ];
    let documents = |code| operation.responses.get(&Status::Code(code));
    let (Some(_), Some(refusal)) = (documents(400), documents(422)) else { return false };
    let said = operation.told.as_deref().unwrap_or_default();
    has(&refusal.description, &SENSE) || statuses(said).any(|status| status == 422)
}

/// Whether a body of another media type than those that are taken is said to be refused.
pub(super) fn other_media_are_refused(contract: &Contract, operation: &Operation) -> bool {
    const OTHER: [&str; 6] = [
        "another media type",
        "other media type",
        "different media type",
        "another content type",
        "other content type",
        "any other content-type",
    ];
    let said = [contract.info.description.as_deref(), operation.told.as_deref()];
    let content = operation.body.iter().flat_map(|body| body.content.keys());
    let content: Vec<&String> = content.collect();
    // "Updates must be sent as `application/merge-patch+json`; any other media type is a 415", of updates.
    let is_of_it = |sentence: &str| {
        let mut named = quoted(sentence).filter(|one| one.contains('/')).peekable();
        named.peek().is_none() || named.any(|one| content.iter().any(|own| *own == one))
    };
    said.into_iter().flatten().flat_map(sentences).any(|sentence| {
        let is_documented =
            |status: u16| matches!(status, 400 | 415 | 422) && operation.documents(status);
        has(sentence, &OTHER) && is_of_it(sentence) && statuses(sentence).any(is_documented)
    })
}

/// How it is said that something is given once.
const ONCE: [&str; 9] = [
    "never used again",
    "never used twice",
    "never given again",
    "never given twice",
    "never assigned again",
    "never assigned twice",
    "never reused",
    "not used again",
    "not reused",
];

/// Whether an operation says of a member by its name that it is given once: "a `studentNumber`, which is never given twice".
pub(super) fn told_once(operation: &Operation, member: &str) -> bool {
    let said = statements(operation.told.as_deref().unwrap_or_default());
    said.iter().any(|one| has(one, &ONCE) && one.contains(&format!("`{member}`")))
}

/// Whether a document says that ids that are called so are given once: "Ids are never used again".
pub(super) fn ids_given_once(contract: &Contract, operation: &Operation, member: &str) -> bool {
    let called = words(member);
    let said = [contract.info.description.as_deref(), operation.told.as_deref()];
    let mut told = said.into_iter().flatten().flat_map(statements);
    told.any(|sentence| {
        let spoken: Vec<Vec<String>> = words(&sentence).iter().map(|one| singulars(one)).collect();
        has(&sentence, &ONCE)
            && called.last().is_some_and(|last| spoken.iter().any(|one| one.contains(last)))
    })
}

/// Whether a sentence says that query parameters are ignored that nothing names.
pub(super) fn unknown_parameters_are_ignored(sentence: &str) -> bool {
    const UNKNOWN: [&str; 8] = [
        "unknown",
        "not described",
        "not documented",
        "undocumented",
        "not know",
        "n't know",
        "not recogni",
        "not listed",
    ];
    has(sentence, &["query parameter"])
        && has(sentence, &UNKNOWN)
        && has(sentence, &["ignored"])
        && !has(sentence, &["not ignored", "n't ignored"])
}

/// Whether a 404 is said to be for what isn't there for anybody: "There is no such shop", and nothing of who asks, neither
/// there nor in what is said of the whole contract.
pub(super) fn absent_to_all(contract: &Contract, operation: &Operation) -> bool {
    const ABSENT: [&str; 5] =
        ["there is no ", "no such ", "does not exist", "doesn't exist", "unknown "];
    const SEEN: [&str; 12] = [
        "caller",
        " you ",
        " user ",
        " see ",
        "visible",
        "hidden",
        "belong",
        "access",
        "permission",
        "permitted",
        "allowed",
        "not yours",
    ];
    let Some(missing) = operation.responses.get(&Status::Code(404)) else { return false };
    let general = contract.info.description.as_deref().unwrap_or_default();
    let is_for_some = |one: &str| has(one, &["404", "exist"]) && has(one, &SEEN);
    has(&missing.description, &ABSENT)
        && !has(&format!(" {} ", missing.description), &SEEN)
        && !sentences(general).any(is_for_some)
}

/// Whether a member is said to be what was asked for.
#[must_use]
pub fn says_as_asked(text: &str) -> bool {
    has(text, &["as asked for", "as requested", "that was asked for", "as given in the request"])
}

/// With which statuses a body is said to be refused in which this member names what isn't there; none: nothing is said.
pub(super) fn unknown_is(operation: &Operation, member: &str) -> Vec<u16> {
    const UNKNOWN: [&str; 12] = [
        "no such",
        "not known",
        "n't known",
        "must be the id of",
        "have to exist",
        "has to exist",
        "must exist",
        "unknown ",
        "doesn't exist",
        "does not exist",
        "don't exist",
        "do not exist",
    ];
    let called = words(member);
    // `patient_mrn` names a patient.
    let thing = match called.as_slice() {
        [.., thing, _] => thing,
        [thing] => thing,
        [] => return Vec::new(),
    };
    let things = singulars(thing);
    let is_about = |sentence: &str| {
        let mut spoken = sentence.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        spoken.any(|word| singulars(&word).iter().any(|one| things.contains(one)))
    };
    let said = operation.told.as_deref().unwrap_or_default();
    let mut told = sentences(said).flat_map(|sentence| sentence.split(" but "));
    // "The unit and every tenant exist in the organisation (422 otherwise)."
    let must_exist = |one: &str| has(one, &["exist"]) && has(one, &["otherwise"]);
    let told = told.find(|one| {
        (has(one, &UNKNOWN) || must_exist(one)) && is_about(one) && statuses(one).count() > 0
    });
    if let Some(told) = told {
        return statuses(told).collect();
    }
    // "There is no such venue", of an answer.
    const IS_UNKNOWN: [&str; 1] = ["is unknown"];
    let is_it = |text: &str| {
        let pieces = sentences(text).flat_map(|sentence| sentence.split([',', ';']));
        let mut pieces = pieces.flat_map(|piece| piece.split(" or "));
        pieces.any(|one| (has(one, &UNKNOWN) || has(one, &IS_UNKNOWN)) && is_about(one))
    };
    let refused = [400, 409, 422].into_iter().filter(|code| {
        let answer = operation.responses.get(&Status::Code(*code));
        answer.is_some_and(|one| is_it(&one.description))
    });
    only(refused).into_iter().collect()
}

/// With which statuses a body that names what isn't there is said to be refused by all operations: "A body that names something
/// that does not exist gets 422".
pub(super) fn unknown_anywhere_is(contract: &Contract, operation: &Operation) -> Vec<u16> {
    const SOMETHING: [&str; 9] = [
        "an unknown reference (",
        "an unknown reference is",
        "refers to something that does not exist",
        "refer to something that does not exist",
        "refer to something that doesn't exist",
        "names something that does not exist",
        "names something that doesn't exist",
        "names something that isn't there",
        "names something that is not there",
    ];
    let general = contract.info.description.as_deref().unwrap_or_default();
    let told = statements(general).into_iter().find(|one| has(one, &SOMETHING));
    let documents = |code: &u16| operation.documents(*code);
    told.into_iter().flat_map(|one| statuses(&one).filter(documents).collect::<Vec<_>>()).collect()
}

/// Whether an answer is said to be for a member that names what isn't there: "the event has no ticket with this code" of a
/// `ticket_code`, "no exchange rate is in force for the currency".
pub(super) fn may_be_unknown(operation: &Operation, member: &str) -> bool {
    const UNKNOWN: [&str; 7] =
        [" no ", "unknown ", "not exist", "none of", "isn't one of", "is not one of", "not known"];
    const OWN: [&str; 8] = ["code", "number", "key", "token", "reference", "slug", "barcode", "id"];
    let called = words(member);
    let thing = match called.as_slice() {
        [before @ .., last] if !before.is_empty() && OWN.contains(&last.as_str()) => {
            before.join("_")
        }
        [_] => member.to_owned(),
        _ => return false,
    };
    let answers = [400, 404, 409, 422].map(|code| operation.responses.get(&Status::Code(code)));
    let said = answers.into_iter().flatten().map(|response| response.description.as_str());
    let pieces = said.flat_map(sentences).flat_map(|one| one.split(','));
    pieces.into_iter().any(|piece| {
        let spaced = format!(" {piece}");
        has(&spaced, &UNKNOWN) && mentions(piece, &thing)
    })
}

/// The statuses of refusals that a sentence names.
pub(super) fn statuses(sentence: &str) -> impl Iterator<Item = u16> {
    let words = sentence.split(|c: char| !c.is_alphanumeric());
    words.filter_map(|word| word.parse().ok()).filter(|code| (400..500).contains(code))
}

/// The same, or where a sentence names none, those with which a body is refused as a rule.
pub(super) fn statuses_or_usual(sentence: &str) -> Vec<u16> {
    let own: Vec<u16> = statuses(sentence).collect();
    if own.is_empty() { vec![422, 400] } else { own }
}

/// Whether a file is said to come back as it went.
#[must_use]
pub fn says_bytes_are_kept(text: &str) -> bool {
    const KEPT: [&str; 11] = [
        "bytes that were uploaded",
        "bytes as uploaded",
        "bytes last uploaded",
        "bytes are those that were",
        "byte for byte",
        "byte by byte",
        "bytes as they were",
        "as it was uploaded",
        "as it was sent",
        "the same bytes",
        "exactly as uploaded",
    ];
    const NUMBER: [&str; 3] = ["number of", "count of", "how many"];
    sentences(text).any(|sentence| has(sentence, &KEPT) && !has(sentence, &NUMBER))
}

/// Whether a thing is said not to be found within another one than its own: "An image is only found below its own product".
#[must_use]
pub fn says_found_within_its_own(text: &str) -> bool {
    const OWN: [&str; 4] = [
        "only found below its own",
        "only found within its own",
        "not found below another",
        "not found within another",
    ];
    has(text, &OWN)
}

/// Whether an update that changes nothing is said to leave something as it is: a member of this name, or what is called so.
#[must_use]
pub fn says_left_by_nothing(text: &str, names: &[&str]) -> bool {
    const NOTHING: [&str; 3] = ["changes nothing", "change nothing", "nothing changes"];
    const LEFT: [&str; 6] = ["leaves", "leave ", "stays", "stay ", "keeps", "keep "];
    statements(text).iter().any(|one| {
        has(one, &NOTHING) && has(one, &LEFT) && names.iter().any(|name| mentions(one, name))
    })
}

/// Whether a text says of what it describes that some of it is refused: "must not be more than 360 cm (422)".
#[must_use]
pub fn says_refused_body(text: &str) -> bool {
    statuses(text).any(|status| matches!(status, 400 | 422))
}

/// Whether an entity tag is said not to go with all that is shown: "The ETag doesn't follow `openShipments`".
#[must_use]
pub fn says_tag_leaves_out(text: &str) -> bool {
    const TAG: [&str; 3] = ["etag", "entity tag", "entity-tag"];
    const NOT: [&str; 7] = [
        "n't follow",
        "not follow",
        "n't change",
        "not change",
        "leaves out",
        "takes no account",
        "independent of",
    ];
    sentences(text).any(|sentence| has(sentence, &TAG) && has(sentence, &NOT))
}

/// Whether an entity tag is said to change with whatever is shown: "It changes with every change of what `getHouse` shows".
#[must_use]
pub fn says_tag_follows_content(text: &str) -> bool {
    const EVERY: [&str; 6] =
        ["every change", "any change", "each change", "whenever", "whatever changes", "all that"];
    sentences(text).any(|sentence| has(sentence, &EVERY) && has(sentence, &["chang"]))
}

/// Whether tables are said to be written as RFC 4180 has them.
#[must_use]
pub fn says_tables_are_standard(text: &str) -> bool {
    text.contains("CRLF") || text.contains("RFC 4180")
}

/// Whether a header field is said to have the name that a file came with.
#[must_use]
pub fn says_file_name_is_kept(text: &str) -> bool {
    const CAME: [&str; 4] = ["uploaded", "was sent", "original", "came with"];
    has(text, &["name"]) && has(text, &CAME)
}

/// The one number whose name has this word.
pub(super) fn number_called<'a>(outline: &Outline<'a>, word: &str) -> Option<&'a str> {
    number_among(outline, outline.members().into_keys(), word)
}

/// The same among these members.
pub(super) fn number_among<'a>(
    outline: &Outline<'a>,
    names: impl Iterator<Item = &'a str>,
    word: &str,
) -> Option<&'a str> {
    let wanted = singulars(word);
    let is_called = |name: &&str| words(name).iter().any(|one| wanted.contains(one));
    only(names.filter(is_called).filter(|name| outline.has_number(name)))
}

/// Whether a parameter is said not to lie before another one.
#[must_use]
pub fn says_not_before(text: &str, other: &str) -> bool {
    const BEFORE: [&str; 8] = [
        "must not be earlier than",
        "must not be before",
        "must not lie before",
        "must not be less than",
        "must not be lower than",
        "must be later than",
        "must be after",
        "can't be earlier than",
    ];
    let orders = BEFORE.map(|before| format!("{before} `{}`", other.to_lowercase()));
    // Most texts are of something else.
    text.contains(other) && has(text, &orders.each_ref().map(String::as_str))
}

/// Whether a text says that one parameter before another one is refused: "A `to` before `from` is a 422", "A `min_price` above
/// `max_price` is refused with 400".
#[must_use]
pub fn says_refused_before(text: &str, (end, begin): (&str, &str)) -> bool {
    // Most texts are of something else.
    if !text.contains(end) || !text.contains(begin) {
        return false;
    }
    const BELOW: [&str; 3] = ["before", "below", "less than"];
    const ABOVE: [&str; 4] = ["after", "above", "greater than", "more than"];
    let below = BELOW.map(|one| format!("`{end}` {one} `{begin}`"));
    let above = ABOVE.map(|one| format!("`{begin}` {one} `{end}`"));
    let orders: Vec<String> =
        below.into_iter().chain(above).map(|one| one.to_lowercase()).collect();
    const OTHERWISE: [&str; 7] = ["no ", "not ", "isn't", "empty", "is fine", "nothing", "allowed"];
    sentences(text).any(|sentence| {
        let is_told = orders.iter().any(|order| has(sentence, &[order]));
        is_told && statuses(sentence).next().is_some() && !has(sentence, &OTHERWISE)
    })
}

/// The parameters of a query of which one alone is refused, and how: "`from` and `to` can only be given together (otherwise 400)".
pub(super) fn taken_together(operation: &Operation) -> Option<(Vec<String>, u16)> {
    const TOGETHER: [&str; 5] = [
        "only be given together",
        "only be used together",
        "only together",
        "must be given together",
        "have to be given together",
    ];
    let said = statements(operation.told.as_deref()?);
    said.iter().find_map(|sentence| {
        let (before, behind) = TOGETHER.iter().find_map(|one| sentence.split_once(one))?;
        let named: Vec<String> = quoted(before).map(str::to_owned).collect();
        let are_asked =
            named.iter().all(|name| operation.parameter(Location::Query, name).is_some());
        let status = statuses(behind).next()?;
        (named.len() > 1 && are_asked).then_some((named, status))
    })
}

/// A text in small letters, on one line.
pub(super) fn plain(text: &str) -> String {
    on_one_line(text).to_lowercase()
}

/// What an operation says of these refusals.
pub(super) fn refusals<const N: usize>(
    operation: &Operation,
    codes: [u16; N],
) -> impl Iterator<Item = &str> {
    let responses =
        codes.into_iter().filter_map(|code| operation.responses.get(&Status::Code(code)));
    responses.map(|response| response.description.as_str())
}

/// Whether a refusal of an operation speaks of a member of its body.
pub(super) fn refuses_for(operation: &Operation, member: &str) -> bool {
    refusals(operation, [400, 404, 409, 422]).any(|text| mentions(text, member))
}

/// Of what two times may not overlap, as a sentence says: the word behind "of the same".
#[must_use]
pub fn says_overlap_is_of_one(text: &str) -> Option<String> {
    let text = plain(text);
    let mut told = sentences(&text).filter(|one| has(one, &["overlap"]) && has(one, &["409"]));
    told.find_map(|sentence| words(sentence.split_once(" of the same ")?.1).into_iter().next())
}

/// Whether a sentence is about the moment when nothing is left any more.
pub(super) fn says_with_the_last(sentence: &str) -> bool {
    has(sentence, &["with the last", "after the last", "when none is left", "once none is left"])
}

/// Whether a time is said to move whenever the state of its thing changes.
#[must_use]
pub fn says_moves_with_state(text: &str) -> bool {
    const MOVES: [&str; 5] =
        ["change of state", "change of status", "state change", "status change", "every change"];
    has(text, &MOVES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_those_of_refusals() {
        let told: Vec<u16> = statuses("after 30 days a 404, else `422`, not 4220").collect();
        assert_eq!(told, [404, 422]);
    }

    #[test]
    fn what_an_entity_tag_leaves_out_is_heard() {
        assert!(says_tag_leaves_out("The ETag stands for the version and doesn't follow `open`."));
        assert!(!says_tag_leaves_out("The ETag changes with every change."));
        assert!(!says_tag_leaves_out("`open` doesn't change. It has an ETag."));
    }

    #[test]
    fn what_is_said_of_media_types_is_about_bodies_that_have_them() {
        let told = |said: &str, media_type: &str| {
            let document = serde_json::json!({
                "openapi": "3.1.0", "info": {"title": "a", "version": "1", "description": said},
                "paths": {"/a": {"post": {
                    "operationId": "a",
                    "requestBody": {"content": {media_type: {"schema": {"type": "object"}}}},
                    "responses": {"200": {"description": "It."}, "415": {"description": "No."}},
                }}},
            });
            let source = crate::Memory::one("a.json", &document.to_string());
            let contract = crate::read(std::path::Path::new("a.json"), &source).contract;
            let contract = contract.expect("a contract");
            other_media_are_refused(&contract, &contract.operations[0])
        };
        let patches = "Updates are `application/merge-patch+json`, any other media type is a 415.";
        assert!(told(patches, "application/merge-patch+json"));
        assert!(!told(patches, "application/json"));
        assert!(told("Any other media type is a 415.", "application/json"));
        assert!(!told("Any other media type is a 422.", "application/json"));
    }

    #[test]
    fn what_is_said_of_files_is_heard() {
        assert!(says_bytes_are_kept("It is stored byte for byte."));
        assert!(!says_bytes_are_kept("It is stored."));
        let overlap = "If it overlaps another one of the same\nroom, that is a 409.";
        assert_eq!(says_overlap_is_of_one(overlap).as_deref(), Some("room"));
        assert_eq!(says_overlap_is_of_one("If it overlaps another one, 409."), None);
        assert!(says_not_before("The end. Must not be earlier than `from`.", "from"));
        assert!(!says_not_before("Must not be earlier than `from_id`.", "from"));
        assert!(says_file_name_is_kept("`attachment`, with the name that it was uploaded under."));
        assert!(!says_file_name_is_kept("`attachment`, with a name."));
    }
}
