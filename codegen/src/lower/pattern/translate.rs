//! The pattern from left to right, but for what stands in brackets.

use super::class;
use super::escape::{Escape, escape};
use super::why::Why;

/// The pattern as `regex` has it, and whether it has classes of POSIX.
pub(super) fn translate(pattern: &str) -> Result<(String, bool), Why> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut reader = Reader { letters: &letters, at: 0 };
    let (mut out, mut has_posix) = (String::new(), false);
    while let Some(letter) = reader.peek(0) {
        match letter {
            '\\' => out.push_str(&match escape(&mut reader)? {
                Escape::Character(character) => plain(character),
                Escape::Set(inner) => format!("[{inner}]"),
                Escape::Property(text) => text,
                Escape::Boundary => "(?-u:\\b)".to_owned(),
            }),
            '[' => {
                let (class, is_posix) = class::translate(&mut reader)?;
                out.push_str(&class);
                has_posix |= is_posix;
            }
            '(' => out.push_str(&group(&mut reader)?),
            '{' => out.push_str(&brace(&mut reader)?),
            '.' => {
                reader.take(1);
                out.push_str("[^\\n\\r\\x{2028}\\x{2029}]");
            }
            // Alone, ECMA 262 (annex B) takes them for themselves.
            ']' | '}' => {
                reader.take(1);
                out.extend(['\\', letter]);
            }
            _ => {
                reader.take(1);
                out.push(letter);
            }
        }
    }
    Ok((out, has_posix))
}

/// What is left of a pattern.
pub(super) struct Reader<'p> {
    letters: &'p [char],
    at: usize,
}

impl<'p> Reader<'p> {
    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied()
    }

    pub(super) fn take(&mut self, count: usize) {
        self.at += count;
    }

    /// What is still to come.
    pub(super) fn rest(&self) -> &'p [char] {
        self.letters.get(self.at..).unwrap_or_default()
    }

    /// The text before the next of these letters, where there is one.
    pub(super) fn until(&self, from: usize, end: char) -> Option<String> {
        let rest = self.rest().get(from..)?;
        let length = rest.iter().position(|letter| *letter == end)?;
        Some(rest.iter().take(length).collect())
    }
}

/// A character outside of brackets; whether an escape is needed is for it to say, as both take the same ones for special.
fn plain(character: char) -> String {
    match character {
        // To `regex` these are something else with a backslash.
        '<' | '>' => character.to_string(),
        character if character.is_ascii_punctuation() => format!("\\{character}"),
        character if character.is_ascii_graphic() || character == ' ' => character.to_string(),
        character => format!("\\x{{{:04x}}}", u32::from(character)),
    }
}

/// The beginning of a group. Its name would serve a back-reference alone, so it is left out.
fn group(reader: &mut Reader<'_>) -> Result<String, Why> {
    let kind: String = reader.rest().iter().skip(1).take(3).collect();
    if kind.starts_with("?=") || kind.starts_with("?!") || matches!(&*kind, "?<=" | "?<!") {
        return Err(Why::LookAround);
    }
    if kind.starts_with("?<") {
        let name = reader.until(3, '>').ok_or_else(|| Why::Meaningless("(?<".to_owned()))?;
        reader.take(name.chars().count() + 4);
    } else {
        reader.take(1);
    }
    Ok("(".to_owned())
}

/// `{n}`, `{n,}` or `{n,m}`; any other brace is itself, as ECMA 262 (annex B) has it.
fn brace(reader: &mut Reader<'_>) -> Result<String, Why> {
    if let Some(inner) = reader.until(1, '}') {
        let (least, most) = inner.split_once(',').unwrap_or((&inner, "0"));
        let is_number = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
        if is_number(least) && is_number(most) {
            // Some dialects begin at 0 here, and to ECMA 262 it is text.
            if least.is_empty() && !most.is_empty() && inner.contains(',') {
                return Err(Why::Meaningless(format!("{{{inner}}}")));
            }
            if !least.is_empty() {
                reader.take(inner.chars().count() + 2);
                return Ok(format!("{{{inner}}}"));
            }
        }
    }
    reader.take(1);
    Ok("\\{".to_owned())
}
