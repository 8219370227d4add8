//! Text for regular expressions.
//!
//! An expression is taken apart by `regex-syntax`; then a text of a wanted length is put together, each part getting
//! its share of the length. Lookaround and back references, which ECMA 262 has and Rust's syntax doesn't, are cut out
//! first: the caller checks what comes out against the real expression anyway.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use serde_json::json;

use super::Random;

/// More than any sensible value has; keeps a wild pattern from growing without bound.
const LONGEST: u64 = 100_000;

/// Texts that are made to find one that several expressions match.
const TRIES: usize = 32;

/// A text that the expression matches, of at least `min` and at most `max` code points; `None` where none was found.
#[must_use]
pub fn matching(pattern: &str, min: u64, max: u64, random: &mut Random) -> Option<String> {
    let parsed = parse(pattern)?;
    let (least, greatest) = lengths(&parsed);
    // An expression without anchors matches somewhere in a longer text as well.
    let is_open = parsed.properties().look_set().is_empty();
    let comfortable = least.max(if is_open { 16 } else { 16.min(greatest) });
    let wanted = comfortable.clamp(min, max.max(min));
    let within = wanted.clamp(least, greatest);
    let mut text = String::new();
    write(&parsed, within, random, &mut text)?;
    if is_open {
        text.extend((within..wanted).map(|_| char::from(b'0' + (random.below(10) as u8))));
    }
    let length = text.chars().count() as u64;
    (min..=max).contains(&length).then_some(text)
}

/// A text that all of the expressions match; `None` where none was found.
///
/// Most that stand together look at different ends of a text, so what matches each, one behind the other, is tried beside
/// what matches one of them. A validator judges, as it knows the expressions of ECMA 262.
#[must_use]
pub fn matching_all(
    patterns: &[String],
    min: u64,
    max: u64,
    random: &mut Random,
) -> Option<String> {
    let all: Vec<_> = patterns.iter().map(|pattern| json!({ "pattern": pattern })).collect();
    let schema = json!({"allOf": all, "minLength": min, "maxLength": max});
    let judge = spec::validate::validator_for(&schema).ok()?;
    let fits = |text: &String| judge.is_valid(&text.as_str().into());
    let share = max / (patterns.len() as u64).max(1);
    (0..TRIES).find_map(|_| {
        let whole = patterns.iter().filter_map(|one| matching(one, min, max, random));
        if let Some(text) = whole.collect::<Vec<_>>().into_iter().find(fits) {
            return Some(text);
        }
        let least = min / (patterns.len() as u64).max(1);
        let parts = patterns.iter().map(|one| matching(one, least.min(share), share, random));
        let parts: Vec<String> = parts.collect::<Option<_>>()?;
        let backwards = parts.iter().rev().map(String::as_str).collect();
        [parts.concat(), backwards].into_iter().find(fits)
    })
}

/// Each expression is taken apart once: the same one is asked for again and again.
fn parse(pattern: &str) -> Option<Rc<Hir>> {
    const KEPT: usize = 512;
    thread_local! {
        static PARSED: RefCell<IndexMap<String, Option<Rc<Hir>>>> = RefCell::default();
    }
    PARSED.with_borrow_mut(|parsed| {
        if parsed.len() >= KEPT {
            parsed.clear();
        }
        let known = parsed.entry(pattern.to_owned());
        known.or_insert_with(|| parse_anew(pattern).map(Rc::new)).clone()
    })
}

fn parse_anew(pattern: &str) -> Option<Hir> {
    let parse =
        |text: &str| regex_syntax::ParserBuilder::new().nest_limit(100).build().parse(text).ok();
    parse(pattern).or_else(|| parse(&without_lookaround(pattern)))
}

/// Cuts out `(?=…)`, `(?!…)`, `(?<=…)` and `(?<!…)`, and escapes that only ECMA 262 allows (`\/`).
fn without_lookaround(pattern: &str) -> String {
    let mut kept = String::new();
    let mut rest = pattern;
    while let Some(next) = rest.chars().next() {
        if let Some(end) = lookaround_end(rest) {
            rest = &rest[end..];
        } else if next == '\\' {
            let escaped = rest[1..].chars().next();
            match escaped {
                Some('/') => kept.push('/'),
                Some(other) => kept.extend(['\\', other]),
                None => {}
            }
            rest = &rest[1 + escaped.map_or(0, char::len_utf8)..];
        } else {
            kept.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    kept
}

fn lookaround_end(text: &str) -> Option<usize> {
    let opens = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|open| text.starts_with(open));
    if !opens {
        return None;
    }
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The least and greatest length in code points of what an expression matches.
fn lengths(hir: &Hir) -> (u64, u64) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, 0),
        HirKind::Literal(literal) => {
            let count = String::from_utf8_lossy(&literal.0).chars().count() as u64;
            (count, count)
        }
        HirKind::Class(_) => (1, 1),
        HirKind::Capture(capture) => lengths(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (least, greatest) = lengths(&repetition.sub);
            let most = repetition.max.map_or(LONGEST, u64::from);
            let least = least.saturating_mul(u64::from(repetition.min));
            (least.min(LONGEST), greatest.saturating_mul(most).min(LONGEST))
        }
        HirKind::Concat(parts) => parts
            .iter()
            .map(lengths)
            .fold((0, 0), |sum, part| (sum.0 + part.0, sum.1.saturating_add(part.1).min(LONGEST))),
        HirKind::Alternation(branches) => {
            let lengths = branches.iter().map(lengths);
            lengths.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1))).unwrap_or((0, 0))
        }
    }
}

/// Writes a text of `wanted` code points, or of the nearest length that is possible here.
fn write(hir: &Hir, wanted: u64, random: &mut Random, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            text.push_str(std::str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(class) => {
            text.push(pick(class, random)?);
            Some(())
        }
        HirKind::Capture(capture) => write(&capture.sub, wanted, random, text),
        HirKind::Repetition(repetition) => write_repeated(repetition, wanted, random, text),
        HirKind::Concat(parts) => {
            let bounds: Vec<_> = parts.iter().map(lengths).collect();
            for (part, share) in parts.iter().zip(shares(&bounds, wanted)) {
                write(part, share, random, text)?;
            }
            Some(())
        }
        HirKind::Alternation(branches) => {
            let fitting: Vec<_> = branches
                .iter()
                .filter(|branch| {
                    let (least, greatest) = lengths(branch);
                    (least..=greatest).contains(&wanted)
                })
                .collect();
            let count = fitting.len() as u64;
            let chosen = fitting.get(random.below(count) as usize).copied();
            write(chosen.or(branches.first())?, wanted, random, text)
        }
    }
}

fn write_repeated(
    repetition: &Repetition,
    wanted: u64,
    random: &mut Random,
    text: &mut String,
) -> Option<()> {
    let (least, greatest) = lengths(&repetition.sub);
    let most = repetition.max.map_or(LONGEST, u64::from).min(LONGEST);
    // As few rounds as can be as long as wanted.
    let rounds = wanted.div_ceil(greatest.max(1)).clamp(u64::from(repetition.min).min(most), most);
    let bounds = vec![(least, greatest); rounds as usize];
    for share in shares(&bounds, wanted) {
        write(&repetition.sub, share, random, text)?;
    }
    Some(())
}

/// Deals a length out: each part gets its least, then the first ones as much more as they can take.
fn shares(bounds: &[(u64, u64)], wanted: u64) -> Vec<u64> {
    let mut spare = wanted.saturating_sub(bounds.iter().map(|(least, _)| least).sum());
    bounds
        .iter()
        .map(|(least, greatest)| {
            let more = spare.min(greatest.saturating_sub(*least));
            spare -= more;
            least + more
        })
        .collect()
}

/// A character of a class: letters and digits before anything else, printable ASCII before the rest.
fn pick(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (range.start(), range.end())).collect()
        }
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    };
    // The ranges are in order, and those of `.` are many.
    let holds = |c: &char| {
        let behind = ranges.partition_point(|(start, _)| start <= c);
        behind > 0 && ranges[behind - 1].1 >= *c
    };
    let plain: Vec<char> = ('a'..='z').chain('0'..='9').chain('A'..='Z').filter(holds).collect();
    let visible: Vec<char> =
        if plain.is_empty() { (' '..='~').filter(holds).collect() } else { plain };
    match visible.len() as u64 {
        0 => ranges.first().map(|(start, _)| *start),
        count => visible.get(random.below(count) as usize).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, min: u64, max: u64) {
        let text = matching(pattern, min, max, &mut Random::new(7));
        let text = text.unwrap_or_else(|| panic!("no text for {pattern}"));
        let length = text.chars().count() as u64;
        assert!((min..=max).contains(&length), "{text:?} has {length} code points");
        let schema = serde_json::json!({ "pattern": pattern });
        let judge = spec::validate::validator_for(&schema).expect("an expression");
        assert!(judge.is_valid(&text.clone().into()), "{pattern} refuses {text:?}");
    }

    #[test]
    fn texts_match_and_have_the_wanted_length() {
        check("^[A-Za-z0-9_-]+$", 1, 64);
        check("^[A-Za-z0-9_-]+$", 64, 64);
        check("^[A-Za-z0-9_-]+$", 1, 1);
        check(r"^\d{4}-\d{2}-\d{2}$", 0, 100);
        check("^(ab|cde)+$", 6, 6);
        check("b", 10, 12);
        check(r"^a?b*c{2,5}$", 9, 9);
        check(r"^\p{Lu}\w*$", 3, 9);
        check("^(https?)://[a-z.]+/$", 0, 50);
    }

    #[test]
    fn lookahead_is_cut_out() {
        check(r"^(?!aws:)[a-z\/]+$", 1, 20);
    }

    #[test]
    fn what_can_not_be_has_no_text() {
        assert_eq!(matching("^a{3}$", 4, 9, &mut Random::new(1)), None);
        assert_eq!(matching("[", 0, 9, &mut Random::new(1)), None);
    }
}
