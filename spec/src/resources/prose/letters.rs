//! What texts say of letters: of their case, and of how they are compared.

use super::{has, sentences};

/// Whether letter case doesn't matter: a sentence that speaks of letter case says that it makes no difference.
pub(in crate::resources) fn says_any_case(text: &str) -> bool {
    /// What speaks of letter case, and says by itself that it is no matter.
    const SAYINGS: [&str; 17] = [
        "case makes no difference",
        "whatever case",
        "whatever the case",
        "case is ignored",
        "ignoring case",
        "ignores case",
        "regardless of case",
        "irrespective of case",
        "regard to case",
        "regard for case",
        "only in case",
        "in case only",
        "only in the case",
        "case doesn't matter",
        "case does not matter",
        "does case matter",
        "caseless",
    ];
    const CASE: [&str; 11] = [
        "letter case",
        "upper case",
        "upper-case",
        "uppercase",
        "lower case",
        "lower-case",
        "lowercase",
        "upper and lower",
        "upper or lower",
        "casing",
        "capitals",
    ];
    const NO_MATTER: [&str; 26] = [
        "n't matter",
        "not matter",
        "no matter",
        "never matter",
        "regard",
        "irrespective",
        "independent",
        "ignor",
        "whatever",
        "whether",
        "heed",
        "difference",
        "differs only",
        "differ only",
        "only in letter case",
        "other letter case",
        "another letter case",
        "any letter case",
        "either letter case",
        "upper or lower case",
        "lower or upper case",
        "case being alike",
        "case are the same",
        "case being the same",
        "case is the same",
        "alike",
    ];
    const INSENSITIVE: [&str; 4] =
        ["case-insensitive", "case insensitive", "not case-sensitive", "n't case-sensitive"];
    sentences(text).any(|sentence| {
        let of_case = has(sentence, &CASE) && has(sentence, &NO_MATTER);
        of_case
            || has(sentence, &SAYINGS)
            || has(sentence, &INSENSITIVE)
            || speaks_of_any_case(sentence)
    })
}

/// "In any case", at the end of what is said of texts, or before what they are: "(any case)", "in any case of its letters".
fn speaks_of_any_case(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    sentence.match_indices("any case").any(|(at, saying)| {
        let behind = sentence.get(at + saying.len()..).unwrap_or_default();
        !behind.starts_with([' ', ',']) || behind.starts_with(" of ")
    })
}

/// Whether texts are compared by the numbers of their characters, as no language does.
pub(in crate::resources) fn says_code_points(text: &str) -> bool {
    has(text, &["code point", "codepoint", "byte order", "byte by byte", "bytewise"])
}

/// Whether texts are said to be sorted whatever their letter case: "Titles compare by their lower-case form".
pub(in crate::resources) fn says_sorted_in_any_case(text: &str) -> bool {
    const FORMS: [&str; 5] =
        ["lower-case form", "lowercase form", "lower-cased", "lowercased", "case-folded"];
    sentences(text).any(|sentence| {
        has(sentence, &["compare", "sort", "order"])
            && !has(sentence, &["search"])
            && (has(sentence, &FORMS) || says_any_case(sentence))
    })
}
