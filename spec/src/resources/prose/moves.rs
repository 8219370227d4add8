//! What texts say of states: what is new, what may be moved, and what is refused else.

use super::has;
use crate::names::words;

/// What a sentence tells of what has just been made: what stands behind the words that say so, and before it what "initially" does.
pub(in crate::resources) fn behind_new(sentence: &str) -> Option<&str> {
    const NEW: [&str; 9] = [
        "a new ",
        "new ones",
        "starts as",
        "starts `",
        "starts in ",
        "starts out as",
        "is created as",
        "initially",
        "at first",
    ];
    // Where small letters have other lengths, nothing can be cut.
    let lower = sentence.to_lowercase();
    let at = NEW.iter().filter_map(|new| Some((lower.find(new)?, *new))).min()?;
    match at {
        (_, "initially" | "at first") => Some(sentence),
        (at, _) => sentence.get(at..),
    }
}

/// Whether a sentence names all for which something is possible.
pub(in crate::resources) fn says_only(sentence: &str) -> bool {
    has(sentence, &["only ", "has to be", "must be", "possible for ", "possible while "])
}

/// Whether something is refused but for what was said before.
pub(in crate::resources) fn says_else_refused(text: &str) -> bool {
    const ELSE: [&str; 7] = [
        "possible for ",
        "possible while ",
        "otherwise",
        "or else",
        "only ",
        "has to be",
        "must be",
    ];
    let is_else = has(text, &ELSE) || says_not_in_state(text);
    is_else && (says_refused(text) || has(text, &["only "]))
}

/// Whether something isn't possible in a state: "An action that the current status doesn't allow", "Any other move".
pub(in crate::resources) fn says_not_in_state(text: &str) -> bool {
    const OF_ANY: [&str; 7] = [
        "current status",
        "current state",
        "that the status",
        "that the state",
        "which the status",
        "which the state",
        "in the table",
    ];
    const DENIED: [&str; 5] = ["allow", "admit", "permit", "possible", "listed"];
    const NOT: [&str; 3] = ["n't ", "not ", "never "];
    let denies = || has(text, &OF_ANY) && has(text, &NOT) && has(text, &DENIED);
    says_any_other_move(text) || denies()
}

/// Whether a text speaks of any other state, or move, and of no other thing: "any other method than `card`".
fn says_any_other_move(text: &str) -> bool {
    const MOVES: [&str; 12] = [
        "state",
        "states",
        "status",
        "statuses",
        "move",
        "moves",
        "transition",
        "transitions",
        "change",
        "changes",
        "is",
        "gives",
    ];
    let all = words(text);
    all.windows(2).enumerate().any(|(n, pair)| {
        let is_other = matches!(pair, [any, other]
            if matches!(any.as_str(), "any" | "all" | "every") && other == "other");
        is_other && all.get(n + 2).is_none_or(|word| MOVES.contains(&word.as_str()))
    })
}

/// Whether a sentence says that something is refused as it is in the way of something.
pub(in crate::resources) fn says_refused(sentence: &str) -> bool {
    has(sentence, &["409", "conflict", "refused", "rejected", "can't", "cannot", "can not"])
        || has(sentence, &["nobody can ", "nobody may "])
}

/// Whether the description of an answer is about a move that the state of a thing rules out.
pub(in crate::resources) fn says_move_is_refused(text: &str) -> bool {
    const REFUSED: [&str; 10] = [
        "transition",
        "wrong state",
        "wrong status",
        "current state",
        "current status",
        "state does not allow",
        "state doesn't allow",
        "status does not allow",
        "status doesn't allow",
        "not in a state",
    ];
    has(text, &REFUSED)
}
