//! What descriptions say of lists, in the words that people use for it. What is said in other words is not heard: who
//! reads here knows less of the list then, and nothing wrong.

mod letters;
mod moves;
mod pages;

use super::FilterKind;
use super::passage::statements;
use super::told::statuses;
use crate::names::{fold, singulars, words};
pub(super) use letters::{says_any_case, says_code_points, says_sorted_in_any_case};
pub(super) use moves::{
    behind_new, says_else_refused, says_move_is_refused, says_not_in_state, says_only, says_refused,
};
pub(super) use pages::{
    says_end_of_pages, says_foreign_cursors_are_refused, says_how_many_pages, says_nothing_behind,
    says_of_all_pages, says_unknown_cursors_are_refused,
};

/// Whether a search finds a part of a text, wherever it stands.
pub(super) fn says_contains(text: &str) -> bool {
    has(text, &["contain", "substring", "anywhere in", "part of", "somewhere in", "this text in "])
}

/// Whether a search is for several words, each of which has to be found: "Words, separated by blanks. Each has to occur".
pub(super) fn says_each_word(text: &str) -> bool {
    const EACH: [&str; 7] = [
        "each has to",
        "each must",
        "each word",
        "all words",
        "every word",
        "all of the words",
        "all of them",
    ];
    has(text, &["word"]) && has(text, &EACH)
}

/// Whether some characters of a search may mean more than themselves.
pub(super) fn says_wildcard(text: &str) -> bool {
    has(text, &["wildcard", "wild card", "%", "*", "regular expression", "regex", "pattern"])
}

/// Whether nothing but a whole value is meant, and no part of one.
pub(super) fn says_whole(text: &str) -> bool {
    has(text, &["exactly", "exact ", "the whole ", "whole name", "in full"])
}

/// What is said of things that are equal in what they are sorted by.
const OF_EQUALS: [&str; 3] = ["equal", "ties", "the same"];

/// Whether what is equal by what it is sorted by comes in the order of its making, and whether the newest comes first.
pub(super) fn ties_by_making(text: &str) -> Option<bool> {
    const MADE: [&str; 4] =
        ["in which they were made", "in which they were created", "of creation", "of their making"];
    const REVERSE: [&str; 2] = ["reverse order of creation", "reverse order of their making"];
    const SAME: [&str; 2] = ["the same value", "the same sort"];
    let is_of_ties = |sentence: &&str| {
        let is_told = words(sentence).iter().any(|word| matches!(word.as_str(), "equal" | "ties"));
        (is_told || has(sentence, &SAME)) && !has(sentence, &["descending"])
    };
    let mut told = sentences(text).filter(is_of_ties).filter_map(|sentence| {
        if has(sentence, &REVERSE) {
            return Some(true);
        }
        if has(sentence, &["order"]) && has(sentence, &MADE) {
            return Some(false);
        }
        let newest = has(sentence, &["newest first", "latest first"]);
        (newest || has(sentence, &["oldest first"])).then_some(newest)
    });
    told.next()
}

/// A sentence without what it says between parentheses of things that are equal: "newest first (of the same moment: higher id
/// first)".
pub(super) fn without_ties(sentence: &str) -> String {
    let Some((before, rest)) = sentence.split_once('(') else { return sentence.to_owned() };
    match rest.split_once(')') {
        Some((aside, behind)) if has(aside, &OF_EQUALS) => {
            format!("{before}{behind}")
        }
        _ => sentence.to_owned(),
    }
}

/// Whether things come in the order of their making, and whether the newest comes first. What is said of things that are
/// equal by something else is not said of all.
pub(super) fn order_of_creation(text: &str) -> Option<bool> {
    let oldest = [
        "order in which they were made",
        "order in which they were created",
        "order in which they were recorded",
        "order in which they were added",
        "order in which they were registered",
        "order in which they were uploaded",
        "order in which they were entered",
        "order in which they were received",
        "order in which they came",
        "order of creation",
        "order of the uploads",
        "order of upload",
        "oldest first",
    ];
    let newest = [
        "newest first",
        "most recent first",
        "latest first",
        "added last first",
        "reverse order of creation",
    ];
    // "Oldest upload first".
    let is_first = |sentence: &str, which: &str| {
        let words: Vec<String> = words(sentence);
        words.windows(3).any(|three| three[0] == which && three[2] == "first")
    };
    let is_of_some = |sentence: &str| has(sentence, &OF_EQUALS) || has(sentence, &["default"]);
    let all = sentences(text).map(without_ties);
    all.filter(|sentence| !is_of_some(sentence)).find_map(|sentence| {
        let sentence = sentence.as_str();
        let newest = has(sentence, &newest) || is_first(sentence, "newest");
        let oldest = has(sentence, &oldest) || is_first(sentence, "oldest");
        match (newest, oldest) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    })
}

/// What things come to, whatever else there is.
const ENDS: [&str; 30] = [
    "accepted",
    "answered",
    "approved",
    "archived",
    "begun",
    "cancelled",
    "canceled",
    "closed",
    "completed",
    "decided",
    "declined",
    "delivered",
    "done",
    "ended",
    "expired",
    "finished",
    "full",
    "locked",
    "over",
    "paid",
    "passed",
    "published",
    "rejected",
    "resolved",
    "returned",
    "sent",
    "settled",
    "shipped",
    "started",
    "submitted",
];

/// Whether a description says that what is made must be unlike what is there, or else is a conflict (409).
#[must_use]
pub fn says_unlike_others(text: &str) -> bool {
    const UNLIKE: [&str; 8] =
        ["overlap", "unique", "share", "the same", "already", "duplicate", "twice", "taken"];
    // "A value below the last one is a conflict (409), the same value again is fine."
    let is_fine = |piece: &&str| has(piece, &["fine", "allowed", "accepted", "no conflict"]);
    // A code is a name: what is `already_held` may be something else, but not what is a `duplicate_name`.
    const CODES: [&str; 2] = ["duplicate", "taken"];
    let unquoted = |piece: &str| piece.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    // "The trip is already approved", "the place it is taken from": what a thing has come to, or where it comes from.
    let is_state = |piece: &str| {
        let words = words(piece);
        let mut pairs = words.windows(2).map(|two| (two[0].as_str(), two[1].as_str()));
        pairs.any(|pair| match pair {
            ("already", is) => ENDS.contains(&is),
            (is, "already") => ENDS.contains(&is),
            ("taken", next) => matches!(next, "from" | "out" | "back"),
            _ => false,
        })
    };
    // A key of idempotency is said again to say the same again.
    let is_of_keys = |piece: &&str| has(piece, &["same key with", "idempotency"]);
    let unlike = |sentence: &str| {
        let pieces = sentence.split([',', ';']).filter(|piece| !is_of_keys(piece));
        let mut pieces = pieces.filter(|piece| !is_fine(piece) && !is_state(piece));
        pieces.any(|piece| has(&unquoted(piece), &UNLIKE) || has(piece, &CODES))
    };
    sentences(text).any(|sentence| has(sentence, &["409"]) && unlike(sentence))
}

/// Whether a description says that two times may not overlap, and whether it says that they may touch.
#[must_use]
pub fn says_times_are_apart(text: &str) -> Option<bool> {
    const NEVER: [&str; 4] = ["n't overlap", "not overlap", "never overlap", "409"];
    let overlap = |sentence: &str| has(sentence, &["overlap"]) && has(sentence, &NEVER);
    let touch = |sentence: &str| {
        let is_fine =
            has(sentence, &["fine", "allowed", "accepted", "don't overlap", "do not overlap"]);
        has(sentence, &["touch", "adjacent", "back to back", "back-to-back"]) && is_fine
            || has(sentence, &["may start when another ends", "may begin when another ends"])
    };
    sentences(text).any(overlap).then(|| sentences(text).any(touch))
}

/// Whether an action is said to give back what a thing has taken: its time, its name.
#[must_use]
pub fn says_free_again(text: &str) -> bool {
    has(
        text,
        &["free again", "is freed", "are freed", "becomes free", "available again", "released"],
    )
}

/// By how much a number is said to change.
pub(super) fn counted(sentence: &str) -> Option<i64> {
    let less = ["takes one from", "down by one", "decrement", "decreases by one", "by one less"];
    let more = ["adds one to", "up by one", "increment", "increases by one", "by one more"];
    match (has(sentence, &less), has(sentence, &more)) {
        (true, false) => Some(-1),
        (false, true) => Some(1),
        _ => None,
    }
}

/// Whether a sentence is about what is used up.
pub(super) fn says_none_left(sentence: &str) -> bool {
    has(sentence, &["none left", "none is left", "no more left", "used up", "nothing left"])
}

/// Whether a member of a body is said to become one of the thing.
pub(super) fn says_becomes(text: &str) -> bool {
    has(
        text,
        &["becomes the ", "becomes `", "is kept as", "is stored as", "ends up as", "is shown as"],
    )
}

/// What a bound of moments admits.
pub(super) fn bound(sentence: &str) -> Option<FilterKind> {
    const SINCE: [&str; 9] = [
        "or later",
        "or after",
        "at or after",
        "on or after",
        "not before",
        "no earlier than",
        "not earlier than",
        "and later",
        "from this",
    ];
    const UNTIL: [&str; 9] = [
        "or earlier",
        "or before",
        "at or before",
        "on or before",
        "not after",
        "no later than",
        "not later than",
        "and earlier",
        "up to and including",
    ];
    let kinds = [
        (&SINCE[..], FilterKind::AtLeast),
        (&UNTIL[..], FilterKind::AtMost),
        (&["before ", "earlier than", "earlier day than"], FilterKind::Below),
        (&["after ", "later than", "later day than"], FilterKind::Above),
    ];
    // What is left out that lies before a moment, is kept from that moment on.
    if has(sentence, &["leave out", "leaves out", "leaving out", "skip", "hides ", "without those"])
    {
        return match (
            has(sentence, &["before ", "earlier than"]),
            has(sentence, &["after ", "later than"]),
        ) {
            (true, false) => Some(FilterKind::AtLeast),
            (false, true) => Some(FilterKind::AtMost),
            _ => None,
        };
    }
    kinds.into_iter().find(|(sayings, _)| has(sentence, sayings)).map(|(_, kind)| kind)
}

/// Whether a table begins with a line of names.
pub(super) fn says_header_line(text: &str) -> bool {
    const SAYINGS: [&str; 8] = [
        "header line",
        "header row",
        "header record",
        "with a header",
        "column names",
        "names of the columns",
        "first line names",
        "first row names",
    ];
    has(text, &SAYINGS)
}

/// Whether it is about all of some things: "every item", but not "all times are in UTC".
pub(super) fn says_all(text: &str, things: &str) -> bool {
    let things = singulars(things);
    sentences(text).any(|sentence| {
        let mut words = sentence.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        let is_all = |word: &str| ["all", "every", "whole", "each"].contains(&word);
        let mut is_about_all = false;
        words.any(|word| {
            is_about_all |= is_all(&word);
            is_about_all && singulars(&word).iter().any(|one| things.contains(one))
        })
    })
}

/// Whether a text mentions a member by its name, its words one behind the other, in the singular or the plural.
pub(super) fn mentions(text: &str, member: &str) -> bool {
    let spoken =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let spoken: Vec<&str> = spoken.collect();
    let named = words(member);
    let is_word = |word: &str, wanted: &str| singulars(word).iter().any(|one| one == wanted);
    // `first_name` by itself, or as "first name".
    let whole = fold(member);
    spoken.iter().any(|word| is_word(word, &whole))
        || spoken
            .windows(named.len().max(1))
            .any(|those| those.iter().zip(&named).all(|(word, wanted)| is_word(word, wanted)))
        // `email`, as "e-mail".
        || spoken.windows(2).any(|those| is_word(&those.concat(), &whole))
}

/// Whether a sentence says that something is this member of a thing: "the slug of the project", "project's key".
pub(super) fn says_member_of(sentence: &str, member: &str, things: &[String]) -> bool {
    let said = words(sentence);
    let named = words(member);
    let is_thing = |word: &String| things.iter().any(|thing| thing == word);
    let behind = |end: usize| said.get(end).is_some_and(|word| word == "of");
    let before = |start: usize| match said.get(..start) {
        Some([.., thing, s]) if s == "s" => is_thing(thing),
        Some([.., thing]) => is_thing(thing),
        _ => false,
    };
    let len = named.len();
    let mut places = (0..said.len()).filter(|at| said.get(*at..*at + len) == Some(&named[..]));
    len > 0 && places.any(|at| behind(at + len) || before(at))
}

/// What an id is said to be of, by how its description begins: the employee of "The employee who received it", the user of
/// "ID of the user".
pub(super) fn thing_described(description: &str) -> Option<String> {
    const BEGINNINGS: [&str; 7] = [
        "the ",
        "id of the ",
        "the id of the ",
        "identifier of the ",
        "the identifier of the ",
        "id of an ",
        "id of a ",
    ];
    let text = description.trim_start().to_lowercase();
    let rests = BEGINNINGS.iter().filter_map(|start| text.strip_prefix(start));
    let rest = rests.min_by_key(|rest| rest.len())?;
    let word = rest.split(|c: char| !c.is_alphanumeric()).next()?;
    (!word.is_empty()).then(|| word.to_owned())
}

/// Whether it says that some get at their own things alone.
pub(super) fn says_own_alone(text: &str) -> bool {
    const OWN: [&str; 26] = [
        "only for themselves",
        "for themselves:",
        "somebody else's",
        "their own ",
        "your own ",
        "its own ",
        "the caller's own",
        "belongs to another",
        "belong to another",
        "belongs to somebody else",
        "of somebody else",
        "of someone else",
        "of another user",
        "for who asked",
        "only the author",
        "only the owner",
        "author only",
        "owner only",
        "author alone",
        "owner alone",
        "others get 403",
        "that wrote",
        "who wrote",
        "who made it",
        "who created it",
        "others get a",
    ];
    const FORBIDDEN: [&str; 5] = ["403", "forbidden", "only", "alone", "may "];
    const OTHERS: [&str; 5] =
        ["other ", "everybody else", "everyone else", "anybody else", "anyone else"];
    let text = text.to_lowercase();
    has(&text, &OWN) && has(&text, &FORBIDDEN)
        || statements(&text).iter().any(|one| has(one, &OTHERS) && has(one, &["403"]))
}

/// Whether it is about what was there once, and was taken away.
pub(super) fn says_was_removed(text: &str) -> bool {
    let removed = [
        "deleted",
        "removed",
        "archived",
        "was there",
        "no longer",
        "gone",
        "not any more",
        "anymore",
    ];
    has(text, &removed)
}

/// Whether something has to be sent by some, or in some cases; with the name of a member: whether that is said of it.
pub(super) fn says_needed(text: &str, member: Option<&str>) -> bool {
    const NEEDED: [&str; 8] = [
        "must",
        "required",
        "mandatory",
        "has to be given",
        "have to give",
        "have to say",
        "needs to be",
        "obligatory",
    ];
    const SOMETIMES: [&str; 7] = ["when", "if", "unless", "for", "where", "by", "may leave"];
    text.split('.').any(|sentence| {
        let words: Vec<String> =
            sentence.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
        let is_told_otherwise = member.is_none() && has(text, &["may leave it out"]);
        let is_conditional = is_told_otherwise
            || SOMETIMES.iter().any(|word| {
                word.contains(' ') && has(sentence, &[word]) || words.iter().any(|one| one == word)
            });
        // "Clerks enrol anybody and must say whom (400 otherwise)", of whoever was spoken of before.
        let is_of_whom = has(sentence, &["must say whom", "must say who"]);
        let is_about = |member: &str| mentions(if is_of_whom { text } else { sentence }, member);
        has(sentence, &NEEDED) && (is_conditional || is_of_whom) && member.is_none_or(is_about)
    })
}

/// A text without the line breaks that a description has wherever there was room.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with its numbers in one piece: 102400 of "102,400", "102 400", "102'400" and "102_400".
pub(super) fn ungrouped(text: &str) -> String {
    const BETWEEN: [char; 7] = [',', '\'', '’', '_', ' ', '\u{a0}', '\u{202f}'];
    let all: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| all.get(at).is_some_and(char::is_ascii_digit);
    // Of a group, the digits before are three at most, and those behind three.
    let before = |at: usize| (0..at).rev().take_while(|before| is_digit(*before)).count();
    let behind = |at: usize| (at + 1..=at + 3).all(is_digit) && !is_digit(at + 4);
    let is_between = |at: usize| (1..=3).contains(&before(at)) && behind(at);
    let kept =
        all.iter().enumerate().filter(|(at, one)| !BETWEEN.contains(one) || !is_between(*at));
    kept.map(|(_, one)| *one).collect()
}

pub(super) fn has(text: &str, sayings: &[&str]) -> bool {
    let text = on_one_line(&text.to_lowercase());
    sayings.iter().any(|saying| text.contains(saying))
}

/// What a text has between backticks, in its order.
pub(super) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The sentences of a text, and the clauses between semicolons: but "; a second one is a 409" says what comes of the one before it,
/// and is one with that.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let behind = |at: usize| text.get(at + 1..).unwrap_or_default();
        let mut marks = text.match_indices(['.', ';']);
        let end = marks.find(|(at, mark)| *mark == "." || !refers_back(behind(*at)));
        let (sentence, left) = match end {
            Some((at, _)) => (text.get(..at)?, Some(behind(at))),
            None => (text, None),
        };
        rest = left;
        Some(sentence)
    })
}

/// Whether a clause tells the status of what the one before it is about.
fn refers_back(text: &str) -> bool {
    const BACK: [&str; 8] = [
        "a second one ",
        "another one ",
        "one more ",
        "both ",
        "either ",
        "any other ",
        "anything else ",
        "everything else ",
    ];
    let clause = text.split(['.', ';']).next().unwrap_or_default().trim_start();
    let begins = |back: &&str| {
        clause.get(..back.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(back))
    };
    BACK.iter().any(begins) && statuses(clause).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_id_is_of_is_told_by_how_its_description_begins() {
        assert_eq!(thing_described("The employee who got it.").as_deref(), Some("employee"));
        assert_eq!(thing_described("ID of the user").as_deref(), Some("user"));
        assert_eq!(thing_described("Who shall act for the caller."), None);
        assert_eq!(thing_described("the "), None);
    }

    #[test]
    fn a_clause_that_refers_back_goes_with_the_one_before_it() {
        let told: Vec<&str> = sentences(
            "Names are unique; a second one is a conflict (409). It is new; it has 2 parts",
        )
        .collect();
        let first = "Names are unique; a second one is a conflict (409)";
        assert_eq!(told, [first, " It is new", " it has 2 parts"]);
        assert!(says_unlike_others("A name that is there already is a 409."));
        assert!(!says_unlike_others("If we have a title with it, 409 `already_held`."));
        assert!(!says_unlike_others("409 if the trip is already approved or closed."));
        assert!(!says_unlike_others("409 `stock` if there is less in the place it is taken from."));
        assert!(says_unlike_others(
            "409 if the trip is already approved, or has this number already."
        ));
    }

    #[test]
    fn what_is_said_is_heard() {
        let search = "What the name or the SKU contains, in any letter case.";
        assert!(says_contains(search) && says_any_case(search) && !says_wildcard(search));
        assert!(mentions(search, "name") && mentions(search, "sku") && !mentions(search, "note"));
        assert!(mentions("Looks at first names.", "first_name"));
        assert!(mentions("Looks at `firstName`.", "firstName"));
        assert!(!mentions("Looks at the first.", "first_name"));
        assert!(mentions("Whose e-mail address contains it.", "email"));
        assert!(says_wildcard("`*` stands for anything"));
        let order = "Items that are equal by price stand in the order in\nwhich they were made.";
        assert_eq!(ties_by_making(order), Some(false));
        assert_eq!(ties_by_making("Issues with equal sort values come newest first."), Some(true));
        assert_eq!(ties_by_making("All activities, newest first."), None);
        assert_eq!(ties_by_making("`-price` is the same in reverse order."), None);
        let kept = "Equal items keep the order of creation, also in reverse order.";
        assert_eq!(ties_by_making(kept), Some(false));
        let merged = "In the order in which they were made. Equal items are merged.";
        assert_eq!(ties_by_making(merged), None);
        assert_eq!(bound("Starts at this time or later"), Some(FilterKind::AtLeast));
        assert_eq!(bound("Made before this time"), Some(FilterKind::Below));
        assert_eq!(bound("On this day or earlier"), Some(FilterKind::AtMost));
        assert_eq!(bound("Leaves out what was made before this day"), Some(FilterKind::AtLeast));
        assert_eq!(bound("Skip those after this day"), Some(FilterKind::AtMost));
        assert_eq!(bound("Of this day"), None);
        assert!(says_sorted_in_any_case("Titles compare by their lower-case form, code by code."));
        assert!(!says_sorted_in_any_case("Sorted by name. The search ignores case."));
        assert!(says_code_points("Names are compared code point by code point."));
        assert!(says_nothing_behind("Counted from 1. What lies behind the last page is empty."));
        assert_eq!(order_of_creation(order), None);
        let made = "The sites in the order in which\nthey were made. `Link` names the next.";
        assert_eq!(order_of_creation(made), Some(false));
        assert_eq!(order_of_creation("All of them, newest first."), Some(true));
        assert_eq!(order_of_creation("Oldest upload first"), Some(false));
        let whole = "of 102400 bytes, 1048576 of 65536; 400, 403 or 1.500, 12,34";
        let grouped = "of 102,400 bytes, 1,048,576 of 65'536; 400, 403 or 1.500, 12,34";
        assert_eq!(ungrouped(grouped), whole);
        assert_eq!(ungrouped("2025-01-02 at 10 000 to 1 2000"), "2025-01-02 at 10000 to 1 2000");
        assert_eq!(order_of_creation("The favourites, the one added last first."), Some(true));
        assert_eq!(order_of_creation("The oldest has to be paid first."), None);
        let cursor = "From the `next_cursor` of the page before; any other is a 422.";
        assert!(says_unknown_cursors_are_refused(cursor));
        let issued = "`next` of the page before. One that we didn't give out is a 400.";
        assert!(says_unknown_cursors_are_refused(issued));
        for said in [
            "Unique, upper and lower case being alike.",
            "The whole name has to agree, upper and lower case don't matter.",
            "Unique, without regard to upper and lower case: a name that another one has is 409.",
            "Names are compared case-insensitively.",
        ] {
            assert!(says_any_case(said), "{said}");
        }
        for said in [
            "Lower-case letters and digits, the same as in the address.",
            "Names are case-sensitive.",
            "In any case the id is kept.",
        ] {
            assert!(!says_any_case(said), "{said}");
        }
        assert!(says_any_case("Whose name contains this text, in upper or lower case."));
        assert!(!says_unknown_cursors_are_refused("The cursor of the page before."));
        let foreign = "Hand it back with the same filters: a cursor that was made for others, or for other filters, is 400.";
        assert!(says_foreign_cursors_are_refused(foreign));
        assert!(!says_foreign_cursors_are_refused("The cursor of the page, for the same filters."));
        assert!(
            says_header_line("CSV (RFC 4180, with a header line)") && !says_header_line("a CSV")
        );
        let whom = "Members may leave `memberId` out, it is\ntheir own then; librarians must say for whom (422).";
        assert!(says_needed(whom, Some("memberId")) && !says_needed(whom, Some("branch")));
        assert!(
            says_was_removed("The patient was archived.") && !says_was_removed("No such patient.")
        );
        assert!(says_needed("Required when the kind is `other`.", None));
        assert!(!says_needed("A note for the desk. Names must be unique.", Some("note")));
        assert!(says_all("Every item.", "items") && says_all("All of the items", "items"));
        assert!(!says_all("Some items. All times are in UTC.", "items"));
    }
}
