//! Numbers and lists as people read them.

use super::model::Summary;
use crate::text::cut;

/// A number with its thousands apart: `1,930`.
pub(crate) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 case`, `1,930 cases`.
pub(crate) fn some(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number(count))
}

/// How many cells were answered with their status. A cell can fail without: another status came, and speaks against it.
pub(super) fn exercised(cells: usize) -> String {
    let their = if cells == 1 { "its" } else { "their" };
    format!("{} exercised (answered with {their} own status)", number(cells))
}

/// How many of the failed cells the profile knows of: `, 2 of them as known`.
pub(super) fn of_which_known(summary: &Summary) -> String {
    match summary.known {
        0 => String::new(),
        known if known == summary.failed => ", as known".to_owned(),
        known => format!(", {} of them as known", number(known)),
    }
}

/// The first few names: `a, b, c and 9 more`.
pub(super) fn first_of(names: &[String], most: usize) -> String {
    // To name the last one is no longer than to count it.
    let shown = if names.len() <= most + 1 { names.len() } else { most };
    let mut text = names[..shown].join(", ");
    if shown < names.len() {
        text.push_str(&format!(" and {} more", number(names.len() - shown)));
    }
    text
}

/// A text of at most so many characters, with its middle left out.
pub(super) fn abbreviated(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let head: String = text.chars().take(head).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

/// The beginning of a text, in one line.
pub(super) fn beginning(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    cut(&words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), most)
}

/// Whether a character turns the direction of the text beside it: a report could read as what it doesn't say.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in which what a terminal would act on is written as an escape: `\u{0}`.
pub(crate) fn one_line(text: &str) -> String {
    let is_odd =
        |c: char| c.is_control() || turns_direction(c) || matches!(c, '\u{2028}' | '\u{2029}');
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match is_odd(c) {
            true => line.extend(c.escape_default()),
            false => line.push(c),
        }
    }
    line
}

/// Seconds of a run: `1.23 s`.
pub(super) fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_are_short() {
        assert_eq!(["0", "999", "1,930", "22,000,000"], [0, 999, 1930, 22_000_000].map(number));
        assert_eq!([some(1, "case"), some(2, "case")], ["1 case", "2 cases"]);
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
        assert_eq!(first_of(&names, 3), "a, b, c and 2 more");
        assert_eq!(first_of(&names[..4], 3), "a, b, c, d");
        assert_eq!(first_of(&[], 3), "");
        assert_eq!(abbreviated("repositoriesListForUser", 11), "repos…rUser");
        assert_eq!(abbreviated("ä".repeat(9).as_str(), 9), "ä".repeat(9));
        assert_eq!(abbreviated("abc", 0), "…");
        assert_eq!(beginning("{\n  \"a\": 1\n}", 8), "{ \"a\": 1…");
        assert_eq!(one_line("a\0\u{1b}[2J\u{200f}ä\n"), "a\\u{0}\\u{1b}[2J\\u{200f}ä\\n");
    }
}
