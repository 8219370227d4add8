//! How often something can be done: "A loan can be renewed twice; a third time is a 409."

use super::prose::{has, says_refused, sentences};
use super::told::statuses;
use crate::Direction;
use crate::model::{Contract, Operation, Status};
use crate::names::{singulars, words};
use crate::outline::Outline;

/// More than this often nothing is done for the sake of a test.
const MOST: usize = 5;
const NUMBERS: [&str; MOST] = ["one", "two", "three", "four", "five"];
const ORDINALS: [&str; MOST] = ["second", "third", "fourth", "fifth", "sixth"];

const WHILES: [&str; 14] = [
    "seconds", "minute", "minutes", "hour", "hours", "day", "days", "daily", "week", "weeks",
    "month", "months", "per", "429",
];

/// How often an operation is said to succeed on the same thing, before a conflict.
#[must_use]
pub fn times_allowed(operation: &Operation) -> Option<usize> {
    let response = operation.responses.get(&Status::Code(409))?;
    let own = operation.told.as_deref().into_iter().flat_map(sentences);
    // "A body that names one twice is a 400" is about what is named.
    let is_conflict = |sentence: &str| {
        let mut named = statuses(sentence).peekable();
        named.peek().is_none() || named.any(|status| status == 409)
    };
    let own = own.filter(|sentence| says_refused(sentence) && is_conflict(sentence));
    own.chain(sentences(&response.description)).find_map(times)
}

/// Whether a request is said to be refused for what its body names, as that was used before: "The ticket has been used before".
pub(super) fn used_before(contract: &Contract, operation: &Operation) -> bool {
    const DONE: [&str; 3] = [" has been ", " was ", " is "];
    const BEFORE: [&str; 2] = ["before", "already"];
    let Some(response) = operation.responses.get(&Status::Code(409)) else { return false };
    let Some(schema) = operation.body_schema() else { return false };
    let body = Outline::of(contract, &[schema]);
    let named: Vec<String> = body.required(Direction::Request).flat_map(words).collect();
    let own = operation.path.literals().flat_map(words);
    let own: Vec<String> = own.flat_map(|word| singulars(&word)).collect();
    let pieces = sentences(&response.description).flat_map(|one| one.split([',']));
    pieces.flat_map(|piece| piece.split(" or ")).any(|piece| {
        let Some((subject, done)) = DONE.iter().find_map(|done| piece.split_once(done)) else {
            return false;
        };
        // What is said of the thing within which it is done, is of its state.
        let is_named = |word: &String| named.contains(word) && !own.contains(word);
        let subject = words(subject);
        subject.last().is_some_and(is_named)
            && words(done).last().is_some_and(|last| BEFORE.contains(&last.as_str()))
    })
}

fn times(sentence: &str) -> Option<usize> {
    let words = words(sentence);
    // How often in a while is a rate, which 429 is for.
    if words.iter().any(|word| WHILES.contains(&word.as_str())) {
        return None;
    }
    let before = |wanted: &str, of: &[&str]| {
        let mut pairs = words.iter().zip(words.iter().skip(1));
        pairs
            .find_map(|(one, next)| (next == wanted).then(|| of.iter().position(|it| it == one)))?
    };
    // "A third time is a 409."
    if let Some(refused) = before("time", &ORDINALS) {
        return Some(refused + 1);
    }
    let is_bound = has(sentence, &["more than", "at most", "only", "up to"]);
    let is_denied = has(sentence, &["n't", "cannot", " not ", "never"]) && !is_bound;
    if words.iter().any(|word| word == "twice") {
        return Some(if is_denied { 1 } else { 2 });
    }
    // "Once it is paid" says when, and not how often.
    if before("once", &["only", "just", "most", "than"]).is_some() {
        return Some(1);
    }
    before("times", &NUMBERS).filter(|_| !is_denied).map(|n| n + 1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{times, times_allowed, used_before};

    fn allowed(said: &str) -> Option<usize> {
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "a", "version": "1"},
            "paths": {"/loans": {"post": {
                "operationId": "renew",
                "description": said,
                "responses": {"200": {"description": "Done."}, "409": {"description": "Not now."}},
            }}},
        });
        let source = crate::Memory::one("a.json", &document.to_string());
        let contract = crate::read(Path::new("a.json"), &source).contract.expect("a contract");
        times_allowed(&contract.operations[0])
    }

    #[test]
    fn what_is_refused_as_invalid_is_no_conflict() {
        assert_eq!(allowed("It can be renewed twice, a third time is a 409."), Some(2));
        assert_eq!(
            allowed("A body that does not fit, or names a loan twice, is refused with `400`."),
            None
        );
    }

    #[test]
    fn what_a_body_names_was_used_before() {
        let is_said = |path: &str, conflict: &str| {
            let document = serde_json::json!({
                "openapi": "3.1.0",
                "info": {"title": "a", "version": "1"},
                "paths": {path: {"post": {
                    "operationId": "use",
                    "requestBody": {"content": {"application/json": {"schema": {
                        "type": "object",
                        "required": ["ticket_code"],
                        "properties": {"ticket_code": {"type": "string"}},
                    }}}},
                    "responses": {"201": {"description": "In."}, "409": {"description": conflict}},
                }}},
            });
            let source = crate::Memory::one("a.json", &document.to_string());
            let contract = crate::read(Path::new("a.json"), &source).contract.expect("a contract");
            used_before(&contract, &contract.operations[0])
        };
        assert!(is_said("/check-ins", "The ticket has been used before, is void, or it is over."));
        assert!(!is_said("/tickets/seats", "The ticket has been paid already."));
        assert!(!is_said("/check-ins", "The event was cancelled already."));
        assert!(!is_said("/check-ins", "The ticket is void."));
    }

    #[test]
    fn numbers_and_ordinals_say_how_often() {
        assert_eq!(times("A loan can be renewed twice; a third time is a 409"), Some(2));
        assert_eq!(times("Not more than three times, else a 409"), Some(3));
        assert_eq!(times("It can be used once; a second time is refused"), Some(1));
        assert_eq!(times("It can't be paid twice: 409"), Some(1));
        assert_eq!(times("A voucher is good for three times, then refused"), Some(3));
        assert_eq!(times("It is accepted only once, else a 409"), Some(1));
        assert_eq!(times("Once it is paid, notes are refused"), None);
        assert_eq!(times("Refused (409) in winter, and not more than once in five seconds"), None);
        assert_eq!(times("The loan can't be renewed"), None);
    }
}
