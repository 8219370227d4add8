//! Strings: of a length, of a pattern, of a format.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;

use super::{Merged, Sample, format};
use crate::fresh::{Alphabet, Fresh, Random, pattern};

/// Longer ones would be refused for their size before anybody counts them.
pub(super) const LONGEST: u64 = 60_000;

/// Begins fresh texts that have room for it, so that whoever finds one knows where it is from. No blank: many servers take
/// words alone for names, and say so nowhere. Blanks are in the texts that are about them.
const PREFIX: &str = "conformance-";

/// Some valid text.
pub(super) fn valid(merged: &Merged<'_>) -> Option<Sample> {
    let (min, max) = (merged.min_length(), merged.max_length());
    if min > LONGEST || max.is_some_and(|max| max < min) {
        return None;
    }
    if let Some(sample) = merged.format().and_then(format::valid) {
        // "On a quarter of an hour": whole hours have the form that most patterns of moments ask for.
        let moment = Sample::Fresh(Fresh::Moment { ahead: true });
        let is_moment = merged.format() == Some("date-time") && !has_pattern(merged, &sample);
        let moment = Some(moment).filter(|moment| is_moment && has_pattern(merged, moment));
        return Some(moment.unwrap_or(sample));
    }
    let plain = || comfortable(20.clamp(min, max.unwrap_or(u64::MAX)));
    if merged.patterns().is_empty() || admits_any_word(merged) {
        return Some(plain());
    }
    // One that is over makes sense of more than one that lies in some millennium.
    if is_month(merged) {
        return Some(Sample::Fresh(Fresh::Month));
    }
    of_its_patterns(merged)
}

/// Whether the patterns ask for a month: `^\d{4}-(0[1-9]|1[0-2])$`.
fn is_month(merged: &Merged<'_>) -> bool {
    const MONTHS: [&str; 3] = ["2001-01", "2019-12", "2024-09"];
    const OTHERS: [&str; 5] = ["2024-13", "2024-9", "2024-09-01", "2024", "abcd-ef"];
    let read = read_patterns(merged);
    let are_read = !read.is_empty() && read.len() == merged.patterns().len();
    let fits = |text: &&str| read.iter().all(|pattern| pattern.is_match(text));
    are_read && MONTHS.iter().all(fits) && !OTHERS.iter().any(fits)
}

/// Whether every plain text has the form that all patterns ask for, as with `\S`: then it is told from others by more than what
/// the pattern is about.
fn admits_any_word(merged: &Merged<'_>) -> bool {
    let read = read_patterns(merged);
    let words = ["a", "0"].map(|one| format!("{PREFIX}{}", one.repeat(8)));
    let has_room = merged.max_length().is_none_or(|max| max >= 20);
    has_room
        && read.len() == merged.patterns().len()
        && read.iter().all(|pattern| words.iter().all(|word| pattern.is_match(word)))
}

/// Text that its patterns match; `None` where it has none.
pub(super) fn of_its_patterns(merged: &Merged<'_>) -> Option<Sample> {
    let (min, max) = (merged.min_length(), merged.max_length());
    let patterns = patterns(merged);
    if patterns.is_empty() {
        return None;
    }
    of_patterns(&patterns, min, max.unwrap_or(min.max(64)))
}

/// Whether a text has the length and the form that are asked for, as far as these can be read.
pub(super) fn fits(merged: &Merged<'_>, sample: &Sample) -> bool {
    let value = sample.stand_in();
    let length = value.as_str().unwrap_or_default().chars().count() as u64;
    let lengths = merged.min_length()..=merged.max_length().unwrap_or(u64::MAX);
    lengths.contains(&length)
        && merged.format().and_then(format::valid).is_none()
        && has_pattern(merged, sample)
}

/// Text of exactly this length, where the schema leaves its characters open or a pattern can be stretched to it.
pub(super) fn of_length(merged: &Merged<'_>, length: u64, alphabet: Alphabet) -> Option<Sample> {
    if length > LONGEST || merged.format().and_then(format::valid).is_some() {
        return None;
    }
    match patterns(merged).as_slice() {
        [] if length == 0 => Some(Sample::Value("".into())),
        [] => Some(exactly(length, alphabet)),
        patterns if alphabet == Alphabet::Plain => of_patterns(patterns, length, length),
        _ => None,
    }
}

/// Fresh text of exactly this length. Short ones are made of ideographs, as there are too few short words.
pub(super) fn exactly(length: u64, alphabet: Alphabet) -> Sample {
    let alphabet = match alphabet {
        Alphabet::Plain if length < 6 => Alphabet::Basic,
        other => other,
    };
    Sample::around("", length, alphabet, "")
}

fn comfortable(length: u64) -> Sample {
    let prefix = PREFIX.len() as u64;
    match length {
        0 => Sample::Value("".into()),
        length if length >= prefix + 6 => {
            Sample::around(PREFIX, length - prefix, Alphabet::Plain, "")
        }
        length => exactly(length, Alphabet::Plain),
    }
}

/// Whether a text has the form that all patterns ask for, as far as these can be read.
fn has_pattern(merged: &Merged<'_>, sample: &Sample) -> bool {
    let stand_in = sample.stand_in();
    let text = stand_in.as_str().unwrap_or_default();
    read_patterns(merged).iter().all(|pattern| pattern.is_match(text))
}

fn read_patterns(merged: &Merged<'_>) -> Vec<Regex> {
    merged.patterns().iter().filter_map(|pattern| read(pattern.value)).collect()
}

/// Each pattern is read once: the texts of a member are made again and again.
fn read(pattern: &str) -> Option<Regex> {
    const KEPT: usize = 512;
    thread_local! {
        static READ: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    READ.with_borrow_mut(|read| {
        if read.len() >= KEPT {
            read.clear();
        }
        let known = read.entry(pattern.to_owned());
        known.or_insert_with(|| Regex::new(pattern).ok()).clone()
    })
}

fn patterns(merged: &Merged<'_>) -> Vec<String> {
    merged.patterns().iter().map(|pattern| pattern.value.to_owned()).collect()
}

/// Text that all of these match.
fn of_patterns(patterns: &[String], min_length: u64, max_length: u64) -> Option<Sample> {
    // Made once, to know that it can be made.
    let mut random = Random::new(1);
    let fresh = match patterns {
        [pattern] => {
            pattern::matching(pattern, min_length, max_length, &mut random)?;
            Fresh::Pattern { pattern: pattern.clone(), min_length, max_length }
        }
        several => {
            pattern::matching_all(several, min_length, max_length, &mut random)?;
            Fresh::Patterns { patterns: several.to_vec(), min_length, max_length }
        }
    };
    Some(Sample::Fresh(fresh))
}

/// Valid but unusual texts for a string whose characters are left open, each with a name.
pub(super) fn unusual(merged: &Merged<'_>) -> Vec<(&'static str, Sample)> {
    if !merged.patterns().is_empty() || merged.format().is_some() || merged.enumeration().is_some()
    {
        return Vec::new();
    }
    let (min, max) = (merged.min_length(), merged.max_length().unwrap_or(u64::MAX));
    let framed = |name: &'static str, before: &str, after: &str| {
        let fixed = (before.chars().count() + after.chars().count()) as u64;
        let length = 10.max(min.saturating_sub(fixed));
        let fits = fixed + length <= max;
        fits.then(|| (name, Sample::around(before, length, Alphabet::Plain, after)))
    };
    let mut texts = vec![
        framed("blank-around", " ", " "),
        framed("capitals", "A Name with CAPITALS ", "Z"),
        framed("quotes", "\"'`\\/<&>%;,--", "{}[]$"),
        framed("controls", "\u{1}\t\n\r", "\u{7f}\n"),
        framed("combining", "e\u{301}\u{1f469}\u{200d}\u{1f680}", "\u{202e}\u{fe0f}"),
    ];
    if max == u64::MAX {
        texts.push(Some(("long", exactly(4_000.max(min), Alphabet::Plain))));
    }
    texts.into_iter().flatten().collect()
}

/// A text in the other letter case: in capitals, unless it is.
pub(super) fn swap_case(text: &str) -> String {
    let upper = text.to_uppercase();
    if upper == text { text.to_lowercase() } else { upper }
}

/// Texts that a pattern doesn't match, within the lengths, each with a name: a valid one with something changed.
pub(super) fn mismatches(merged: &Merged<'_>, valid: &str) -> Vec<(String, String)> {
    let (min, max) = (merged.min_length(), merged.max_length().unwrap_or(u64::MAX));
    let cut: String = {
        let room = max.saturating_sub(1).min(valid.chars().count() as u64);
        valid.chars().take(room as usize).collect()
    };
    let cased = swap_case(valid);
    let cased = match cased == valid {
        false => ("letter-case", cased),
        true => ("letter", format!("{cut}a")),
    };
    let shortest = min.clamp(1, LONGEST) as usize;
    let candidates = [
        cased,
        ("punctuation", format!("{cut}!")),
        ("blank", format!("{cut} ")),
        ("leading-blank", format!(" {cut}")),
        // `$` of several languages also matches before a line feed at the end.
        ("line-feed", format!("{cut}\n")),
        ("letter-beyond-ascii", format!("{cut}\u{e9}")),
        // Digits to some engines' `\d` and `\w`, not to ECMA 262's.
        ("digit-beyond-ascii", format!("{cut}\u{662}")),
        ("other", "!".repeat(shortest)),
        ("white-space", " ".repeat(shortest)),
    ];
    let candidates = candidates.into_iter().map(|(name, text)| (name.to_owned(), text));
    let fits = |text: &str| (min..=max).contains(&(text.chars().count() as u64));
    let candidates = candidates.chain(near_misses(merged, valid));
    candidates.chain(of_other_length(merged, valid)).filter(|(_, text)| fits(text)).collect()
}

/// Texts that are too long or too short for a pattern by one character: `ABCDEFG` where up to six capitals are a key.
fn of_other_length(merged: &Merged<'_>, valid: &str) -> Vec<(String, String)> {
    /// Longer ones no pattern counts.
    const LONGEST: usize = 300;
    let patterns = read_patterns(merged);
    let is_match = |text: &str| patterns.iter().all(|pattern| pattern.is_match(text));
    let Some(last) = valid.chars().last().filter(|last| last.is_ascii_alphanumeric()) else {
        return Vec::new();
    };
    let mut longer = valid.to_owned();
    while is_match(&longer) && longer.len() < LONGEST {
        longer.push(last);
    }
    let mut shorter = valid.to_owned();
    while is_match(&shorter) && !shorter.is_empty() {
        shorter.pop();
    }
    let both = [("longer", longer), ("shorter", shorter)];
    let misses = both.into_iter().filter(|(_, text)| !text.is_empty() && !is_match(text));
    misses.map(|(name, text)| (name.to_owned(), text)).collect()
}

/// Texts that differ from a valid one by a character of the same kind, where that is enough to be none: `2024-19` where
/// `2024-09` is a month. At the first such place, the last, and one between them.
fn near_misses(merged: &Merged<'_>, valid: &str) -> Vec<(String, String)> {
    /// Of longer ones nobody tells apart by eye where they differ.
    const LONGEST: usize = 64;
    let characters: Vec<char> = valid.chars().collect();
    if characters.len() > LONGEST {
        return Vec::new();
    }
    let patterns = read_patterns(merged);
    let miss_at = |index: usize| {
        let texts = others_of_kind(characters[index]).into_iter().map(|other| {
            let mut changed = characters.clone();
            changed[index] = other;
            changed.into_iter().collect::<String>()
        });
        let is_miss = |text: &String| !patterns.iter().all(|pattern| pattern.is_match(text));
        Some((format!("near:{index}"), texts.into_iter().find(is_miss)?))
    };
    let misses: Vec<_> = (0..characters.len()).filter_map(miss_at).collect();
    let kept = [0, misses.len() / 2, misses.len().saturating_sub(1)];
    let indexed = misses.into_iter().enumerate();
    indexed.filter(|(index, _)| kept.contains(index)).map(|(_, miss)| miss).collect()
}

/// The characters that follow one among the digits, or the letters of its case, in turn.
fn others_of_kind(character: char) -> Vec<char> {
    let range = [('0', '9'), ('a', 'z'), ('A', 'Z')]
        .into_iter()
        .find(|(first, last)| (*first..=*last).contains(&character));
    let Some((first, last)) = range else { return Vec::new() };
    let following = (character..=last).skip(1);
    following.chain(first..character).collect()
}
