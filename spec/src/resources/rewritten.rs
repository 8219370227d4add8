//! Texts that a server is said to bring into a form of its own: "the e-mail address is stored in lower case", "white space around
//! `name` is removed".

use super::prose::{has, mentions, sentences};
use crate::model::{Contract, Operation};
use crate::names::{fold, words};
use crate::outline::Outline;

/// What is done to a text before it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewritten {
    /// Its letters are brought into one case.
    pub in_one_case: bool,
    /// Blanks before and behind it are removed.
    pub trimmed: bool,
}

/// What is done to a member of bodies. The rules of one operation on a thing are those of the others.
pub(super) fn of(contract: &Contract, operation: &Operation, member: &str) -> Rewritten {
    let things = operation.path.last_literal();
    let alike = contract.operations.iter().filter(|one| one.path.last_literal() == things);
    let mut all = Rewritten::default();
    for other in alike {
        let described = other.body_schema().map(|schema| Outline::of(contract, &[schema]));
        let ids = described.and_then(|body| body.members().get(member).cloned());
        let own = ids.into_iter().flatten();
        let own = own.filter_map(|id| contract.schema(id).description.as_deref());
        let own = own.map(|text| (text, true));
        let told = other.told.as_deref().into_iter().map(|text| (text, false));
        for (text, is_own) in own.chain(told) {
            for sentence in sentences(text).filter(|one| is_own || is_about(one, member)) {
                all.in_one_case |= says_in_one_case(sentence);
                all.trimmed |= says_trimmed(sentence);
            }
        }
    }
    all
}

fn is_about(sentence: &str, member: &str) -> bool {
    const MAIL: [&str; 2] = ["email", "emailaddress"];
    let is_spoken = MAIL.contains(&fold(member).as_str()) && has(sentence, &["e-mail", "email"]);
    let is_said = words(member).len() > 1 && mentions(sentence, member);
    is_spoken || is_said || sentence.contains(&format!("`{member}`"))
}

fn says_in_one_case(sentence: &str) -> bool {
    const KEPT: [&str; 9] = [
        "stored",
        "kept",
        "saved",
        "converted",
        "turned",
        "changed",
        "normalised",
        "normalized",
        "brought",
    ];
    const CASE: [&str; 8] = [
        "in lower case",
        "to lower case",
        "in lowercase",
        "to lowercase",
        "in upper case",
        "to upper case",
        "in capitals",
        "into lower case",
    ];
    has(sentence, &KEPT) && has(sentence, &CASE) && !is_denied(sentence)
}

fn says_trimmed(sentence: &str) -> bool {
    const BLANKS: [&str; 6] =
        ["white space", "whitespace", "white-space", "blanks", "spaces", "leading and trailing"];
    const REMOVED: [&str; 6] = ["removed", "trimmed", "stripped", "cut off", "dropped", "ignored"];
    has(sentence, &BLANKS) && has(sentence, &REMOVED) && !is_denied(sentence)
}

fn is_denied(sentence: &str) -> bool {
    has(sentence, &["not ", "n't ", "never ", "neither "])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_to_texts_is_heard() {
        for said in ["The e-mail address is stored in lower case", "Is kept in lower case."] {
            assert!(says_in_one_case(said), "{said}");
        }
        for said in ["Is not stored in lower case", "In lower case", "Stored as it is"] {
            assert!(!says_in_one_case(said), "{said}");
        }
        assert!(says_trimmed("White space around `name` is removed, and something has to remain"));
        assert!(says_trimmed("Leading and trailing spaces are trimmed"));
        assert!(!says_trimmed("White space around it is not removed"));
        assert!(!says_trimmed("No white space at its ends"));
        assert!(is_about("The e-mail address is kept", "email") && is_about("`name` is", "name"));
        assert!(!is_about("The name is kept", "name"));
    }
}
