//! What descriptions say of doing something once more: of keys of idempotency, of what is there or done already, and of what
//! a request leaves out, prefers, or asks for.

use super::lifecycle::is_participle;
use super::passage::statements;
use super::prose::{has, mentions, sentences};
use super::told::refusals;
use crate::model::{Operation, Parameter};
use crate::names::{singulars, words};

/// Whether it is said that another request with a key that was seen is refused.
pub(super) fn key_is_of_one(operation: &Operation, key: &Parameter) -> bool {
    const OTHER: [&str; 6] = [
        "another body",
        "other body",
        "different body",
        "different payload",
        "another request",
        "different request",
    ];
    let own = key.description.as_deref().unwrap_or_default();
    let told = operation.told.as_deref().unwrap_or_default();
    let is_about = mentions(told, &key.name) || has(told, &[&key.name.to_lowercase(), "same key"]);
    let mut refusals = refusals(operation, [409, 422, 400]);
    let is_refused = refusals.any(|text| has(text, &["key"]) && has(text, &OTHER));
    // "The same key with another lease or another content: 409".
    let says_so = |text: &str| {
        statements(text).iter().flat_map(|one| one.split(';')).any(|clause| {
            has(clause, &["key"])
                && has(
                    clause,
                    &[
                        " with another",
                        " with a different",
                        " with other",
                        "differs",
                        " with different",
                    ],
                )
                && has(clause, &["409", "422", "400", "conflict", "refused", "rejected"])
        })
    };
    says_so(own)
        || says_so(told)
        || has(own, &OTHER)
        || (is_about && has(told, &OTHER))
        || is_refused
}

/// Whether it may be said that a request with a key that was seen is refused, whatever it asks for: "A key that was used is a 409".
pub(super) fn key_is_refused(operation: &Operation, key: &Parameter) -> bool {
    const OTHER: [&str; 4] = ["another", "other ", "different", "differs"];
    // Of no key, or of one that is none.
    const LACKS: [&str; 5] = ["mandatory", "without", "missing", "violates", "malformed"];
    let own = key.description.as_deref();
    let said = own.into_iter().chain(operation.told.as_deref());
    let said = said.chain(refusals(operation, [409, 422, 400])).flat_map(sentences);
    let of_keys = said.filter(|sentence| has(sentence, &["key"]));
    let mut refused = of_keys.filter(|one| {
        has(one, &["409", "422", "400", "conflict", "refused", "rejected", "already"])
    });
    refused.any(|sentence| !has(sentence, &OTHER) && !has(sentence, &LACKS))
}

/// Whether it is said that a key is free after a request that failed: "Refused calls do not use a key up", "Only successful requests
/// are remembered".
pub(super) fn failed_key_is_free(operation: &Operation, key: &Parameter) -> bool {
    const FAILS: [&str; 6] = ["failed", "fails", "refused", "rejected", "error", "unsuccessful"];
    const NOT: [&str; 4] = ["not ", "n't ", "no ", "never "];
    const KEPT: [&str; 7] =
        ["use up", "used up", "use a key", "use its key", "consume", "remember", "stored"];
    const SUCCEEDS: [&str; 3] =
        ["only success", "only requests that succe", "only calls that succe"];
    let mut said = of_key(operation, key).flat_map(sentences);
    said.any(|one| has(one, &KEPT) && (has(one, &SUCCEEDS) || (has(one, &FAILS) && has(one, &NOT))))
}

/// Whether it is said that a key is answered again whatever has become of the things: "even if the lease has changed since".
pub(super) fn key_is_answered_later(operation: &Operation, key: &Parameter) -> bool {
    const LATER: [&str; 6] = [
        "in the meantime",
        "meanwhile",
        "changed since",
        "as it was then",
        "as it was at first",
        "whatever has happened since",
    ];
    const AGAIN: [&str; 4] = ["again", "first", "repeat", "replay"];
    let about_keys = of_key(operation, key).filter(|text| has(text, &["key"]));
    about_keys.flat_map(sentences).any(|one| has(one, &LATER)) && {
        of_key(operation, key).any(|text| has(text, &AGAIN))
    }
}

/// Whether it is said that a request with a key that was seen gets the first answer, to the letter.
pub(super) fn first_answer_again(operation: &Operation, key: &Parameter) -> bool {
    const FIRST: [&str; 5] = [
        "the first answer again",
        "the first answer is",
        "the answer is the first one",
        "the original answer",
        "the original response",
    ];
    const NOW: [&str; 3] = ["as it stands now", "as it is now", "present state"];
    let mut said = of_key(operation, key).flat_map(sentences);
    said.any(|one| has(one, &FIRST) && !has(one, &NOW))
}

/// What is said where a key is: of it, and of its operation.
fn of_key<'o>(operation: &'o Operation, key: &'o Parameter) -> impl Iterator<Item = &'o str> {
    key.description.as_deref().into_iter().chain(operation.told.as_deref())
}

/// Whether it is said that what is in a state isn't listed, unless it is asked for.
pub(super) fn left_out(operation: &Operation, state: &str) -> bool {
    const OUT: [&str; 6] =
        ["left out", "leaves out", "not listed", "not included", "excluded", "omitted"];
    let told = operation.told.as_deref().unwrap_or_default();
    sentences(told).any(|sentence| {
        let named = words(sentence).iter().any(|word| word == state);
        named && has(sentence, &OUT) && !has(sentence, &[" and ", " or ", "only", "not left out"])
    })
}

/// Whether it is said that a key is that of one caller, and another's is another key.
pub(super) fn key_is_of_caller(operation: &Operation, key: &Parameter) -> bool {
    const OWN: [&str; 9] = [
        "same caller",
        "same user",
        "same client",
        "same api key",
        "same account",
        "of different callers",
        "of different users",
        "per caller",
        "per user",
    ];
    let own = key.description.as_deref().unwrap_or_default();
    let told = operation.told.as_deref().unwrap_or_default();
    has(own, &OWN) || (has(told, &["key"]) && has(told, &OWN))
}

/// Whether it is said of an array that no two of its items may have the same of something: "At most one entry per day".
#[must_use]
pub fn says_one_of_each(text: &str) -> bool {
    has(text, &["at most one ", "only one ", "no two ", "not twice"])
}

/// Whether it is said that a key is that of requests about one thing: "the same key, for the same booking" of a booking's payments.
pub(super) fn key_is_of_thing(operation: &Operation, key: &Parameter) -> bool {
    let own = key.description.as_deref().unwrap_or_default();
    let told = operation.told.as_deref().unwrap_or_default();
    let Some(around) = operation.path.literals().nth_back(1) else { return false };
    let is_same = |text: &str| {
        singulars(around).iter().any(|one| has(text, &[&format!("same {}", one.replace('_', " "))]))
    };
    // "The same key with another body or order gives 409": then it isn't another key there.
    let is_refused = |text: &str| {
        let mut clauses = text.split([';', '.']).filter(|one| has(one, &["409", "422"]));
        clauses.any(|clause| {
            let things = singulars(around).into_iter().map(|one| one.replace('_', " "));
            let mut named = things.flat_map(|one| {
                [format!("or {one}"), format!("another {one}"), format!("other {one}")]
            });
            has(clause, &["key"]) && named.any(|one| has(clause, &[&one]))
        })
    };
    let is_said = is_same(own) || (has(told, &["key"]) && is_same(told));
    is_said && !is_refused(own) && !is_refused(told)
}

/// Whether an operation is said to be refused (409) while what it has begun before isn't finished: "Another run isn't finished: 409".
#[must_use]
pub fn says_one_at_a_time(operation: &Operation) -> bool {
    const UNDER_WAY: [&str; 9] = [
        "in progress",
        "isn't finished",
        "not finished",
        "hasn't finished",
        "still running",
        "is running",
        "under way",
        "isn't done yet",
        "one at a time",
    ];
    const ANOTHER: [&str; 4] = ["another", "other ", "one at a time", "only one"];
    let own = statements(operation.told.as_deref().unwrap_or_default());
    let own = own.into_iter().filter(|one| has(one, &["409"]));
    let conflict = refusals(operation, [409]).map(str::to_owned);
    own.chain(conflict).any(|one| has(&one, &UNDER_WAY) && has(&one, &ANOTHER))
}

/// Whether it is said that what is there already is no error: `Adding a tag that is there already changes nothing`.
pub(super) fn taken_again(operation: &Operation) -> bool {
    const ALREADY: [&str; 4] = ["already", "once more", "again", "twice"];
    const FINE: [&str; 7] = [
        "changes nothing",
        "does nothing",
        "has no effect",
        "no effect",
        "is no error",
        "is not an error",
        "idempotent",
    ];
    let told = operation.told.as_deref().unwrap_or_default();
    sentences(told).any(|sentence| has(sentence, &ALREADY) && has(sentence, &FINE))
}

/// Whether it is said that who prefers a media type gets it.
#[must_use]
pub fn says_preferred(text: &str) -> bool {
    const PREFERS: [&str; 7] = [
        "client prefers",
        "caller prefers",
        "who prefer",
        "whoever prefers",
        "as `accept` asks",
        "depending on `accept`",
        "by `accept`",
    ];
    has(text, &PREFERS)
}

/// Whether it is said that a member is what something becomes.
#[must_use]
pub fn says_goes_to(text: &str) -> bool {
    const BECOMES: [&str; 7] =
        ["to go to", "to set", "set to", "to be put", "to move to", "the new ", "to change to"];
    const BEFORE: [&str; 3] = ["only if", "expected", "has to be"];
    has(text, &BECOMES) && !has(text, &BEFORE)
}

/// Whether it is said that what a body leaves out stays.
#[must_use]
pub fn says_left_out_stays(operation: &Operation) -> bool {
    const LEFT_OUT: [&str; 6] =
        ["left out", "omitted", "absent", "not sent", "isn't sent", "not given"];
    const STAYS: [&str; 5] = ["stay", "kept", "keep", "unchanged", "untouched"];
    let told = operation.told.as_deref().unwrap_or_default();
    sentences(told).any(|sentence| has(sentence, &LEFT_OUT) && has(sentence, &STAYS))
}

fn names(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|one| one == word)
}

/// Whether an action is said to be refused for what it has been done to already: `Once only - an alert that is acknowledged
/// already is a 409`, `A loan that was returned before is a 409`, `One that is cancelled can't be cancelled (409)`.
#[must_use]
pub fn says_done_once(operation: &Operation) -> bool {
    let told = operation.told.as_deref().unwrap_or_default();
    let Some(verb) = words(&operation.id).into_iter().next() else { return false };
    sentences(told).any(|sentence| {
        let lower = sentence.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphabetic());
        let is_twice = |word: &str| {
            let is_participle = word != verb && is_participle(word, &verb);
            let refused = ["can't be ", "cannot be ", "can not be "];
            let mut cannot = refused.iter().filter_map(|refused| lower.split_once(refused));
            is_participle
                && ([
                    "already {}",
                    "{} already",
                    "{} before is",
                    "once it is {}, it is a 409",
                    "already_{}`",
                ]
                .iter()
                .any(|said| lower.contains(&said.replace("{}", word)))
                    || cannot.any(|(before, after)| names(before, word) && after.starts_with(word)))
        };
        lower.contains("409") && (has(&lower, &["once only", "only once"]) || words.any(is_twice))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Memory;

    /// What is said by the description of `POST /pets` and by that of its key.
    fn said(operation: &str, key: &str) -> bool {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /pets:\n    post:\n      operationId: makePet\n      \
             description: '{operation}'\n      parameters: [{{name: Idempotency-Key, in: header, description: '{key}', schema: \
             {{type: string}}}}]\n      responses: {{'201': {{description: x}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
        let operation = &contract.operations[0];
        key_is_of_one(operation, &operation.parameters[0])
    }

    /// What the description of an operation says.
    fn heard(id: &str, description: &str, hears: fn(&Operation) -> bool) -> bool {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n  /pets:\n    post:\n      operationId: {id}\n      \
             description: \"{description}\"\n      responses: {{'201': {{description: x}}}}\n"
        );
        let reading = crate::read(Path::new("a.yaml"), &Memory::one("a.yaml", &text));
        let contract = reading.contract.unwrap_or_else(|| panic!("{}", reading.findings.render()));
        hears(&contract.operations[0])
    }

    fn says_once(id: &str, description: &str) -> bool {
        heard(id, description, says_done_once)
    }

    #[test]
    fn a_list_may_leave_out_a_state() {
        let leaves_out = |said: &str| {
            let text = format!(
                "  /pets: {{get: {{operationId: listPets, description: '{said}', responses: {{'200': {{description: x}}}}}}}}\n"
            );
            let contract = crate::resources::tests::contract(&text);
            left_out(&contract.operations[0], "archived")
        };
        assert!(leaves_out("Archived pets are left out unless `status` asks for them."));
        assert!(leaves_out("All pets. Leaves out archived ones."));
        assert!(!leaves_out("Archived pets are listed. Others are left out."));
        assert!(!leaves_out("Archived and lost pets are left out."));
    }

    #[test]
    fn what_is_left_out_or_there_already_is_heard() {
        let stays = "Members that are left out stay as they are.";
        assert!(heard("putPet", stays, says_left_out_stays));
        assert!(!heard("putPet", "Members left out get their defaults.", says_left_out_stays));
        assert!(heard("addTag", "Adding what is there already changes nothing.", taken_again));
        assert!(!heard("addTag", "What is there already is a 409.", taken_again));
    }

    #[test]
    fn what_is_done_once_is_heard() {
        assert!(says_once(
            "acknowledgeAlert",
            "Once only - an alert that is acknowledged already is a 409."
        ));
        assert!(says_once("cancelRun", "One that is done or cancelled can't be cancelled (409)."));
        assert!(says_once("returnLoan", "A loan that was returned before is a 409 `returned`."));
        assert!(says_once("cancelHold", "A hold that was used or cancelled before is a 409."));
        assert!(says_once("sendOrder", "Once it is sent, it is a 409."));
        assert!(!says_once("sendOrder", "Once it is sent, it may be tracked (409)."));
        assert!(!says_once("payOrder", "An order that is already shipped is a 409."));
        assert!(!says_once("cancelRun", "One that is done can't be cancelled (409)."));
        assert!(!says_once("cancelRun", "A cancelled run stays."));
    }

    #[test]
    fn what_is_said_to_be_fine_again_and_who_prefers_what_is_heard() {
        assert!(says_preferred("As CSV, for those who prefer that."));
        assert!(
            says_goes_to("A state to go to, or `remove`.")
                && !says_goes_to("The state that it has.")
        );
        assert!(!says_goes_to("Set to the state, only if it has it."));
        assert!(!says_preferred("We would rather send JSON."));
    }

    #[test]
    fn what_is_said_of_a_key_is_heard() {
        assert!(said("The same key with another body is a 409.", ""));
        assert!(said("", "Not to be used with a different payload."));
        assert!(!said("Takes another body.", "A UUID."));
    }
}
