//! What texts say of the pages of a list, and of what leads from one to the next.

use super::{has, on_one_line, sentences};

/// How it is said that something is an error.
const REFUSED: [&str; 7] = ["refused", "rejected", "is an error", "400", "404", "410", "422"];

/// Whether a number is of what all pages have together.
pub(in crate::resources) fn says_of_all_pages(text: &str) -> bool {
    const OF_ALL: [&str; 11] = [
        "all pages",
        "every page",
        "across pages",
        "regardless of page",
        "before paging",
        "whatever the page",
        "filter and the page",
        "filters and the page",
        "only of those on the page",
        "only those on the page",
        "counted in `total",
    ];
    has(&on_one_line(text), &OF_ALL)
}

/// Whether a number is said to be that of the pages.
pub(in crate::resources) fn says_how_many_pages(text: &str) -> bool {
    has(text, &["how many pages", "number of pages", "count of pages", "pages in total"])
}

/// Whether only what has something behind it is said to lead to a next page: "null on the last page".
pub(in crate::resources) fn says_end_of_pages(text: &str) -> bool {
    const LACKS: [&str; 8] =
        ["null", "absent", "missing", "left out", "not there", "no link", "empty", "omitted"];
    const END: [&str; 7] = [
        "last page",
        "nothing is left",
        "nothing left",
        "no more",
        "nothing follows",
        "no further",
        "end is reached",
    ];
    const FOLLOWS: [&str; 5] = [
        "is there if entries follow",
        "is there if more",
        "only if there are more",
        "only if more",
        "`next` on every page but the last",
    ];
    let text = on_one_line(text);
    let mut all = sentences(&text);
    has(&text, &FOLLOWS)
        || all.any(|one| has(one, &LACKS) && has(one, &END) && !has(one, &["behind", "beyond"]))
}

/// Whether there is nothing behind the last page.
pub(in crate::resources) fn says_nothing_behind(text: &str) -> bool {
    let behind = [
        "behind the last",
        "beyond the last",
        "after the last",
        "behind the end",
        "beyond the end",
    ];
    sentences(text)
        .any(|sentence| has(sentence, &behind) && has(sentence, &["empty", "nothing", "no items"]))
}

/// Whether a cursor that no page has is refused.
pub(in crate::resources) fn says_unknown_cursors_are_refused(text: &str) -> bool {
    let unknown = [
        "any other",
        "unknown",
        "made up",
        "made-up",
        "not issued",
        "never issued",
        "invalid",
        "didn't give out",
        "did not give out",
        "did not issue",
        "didn't issue",
        "wasn't given out",
        "was not given out",
        "by nobody",
    ];
    has(text, &["cursor", "token", "page"])
        && sentences(text).any(|sentence| has(sentence, &unknown) && has(sentence, &REFUSED))
}

/// Whether a cursor is refused that was made for another query: "a cursor that was made for other filters is a 400".
pub(in crate::resources) fn says_foreign_cursors_are_refused(text: &str) -> bool {
    const FOREIGN: [&str; 13] = [
        "made for other",
        "for others",
        "made for another",
        "made with other",
        "issued for other",
        "issued for another",
        "other filters",
        "another filter",
        "different filter",
        "different query",
        "another query",
        "another sort",
        "different sort",
    ];
    sentences(text).flat_map(|sentence| sentence.split(';')).any(|clause| {
        has(clause, &["cursor", "token"]) && has(clause, &FOREIGN) && has(clause, &REFUSED)
    })
}
