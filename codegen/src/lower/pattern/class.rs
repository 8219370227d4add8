//! What stands in brackets.

use super::escape::{Escape, of_characters};
use super::translate::Reader;
use super::why::Why;

/// One of what a class lists.
enum Item {
    /// A character, which may begin or end a range.
    Character(char),
    /// Several, as they stand within brackets.
    Set(String),
}

/// The class at which the pattern is, as `regex` has it, and whether it has one of POSIX in it.
pub(super) fn translate(reader: &mut Reader<'_>) -> Result<(String, bool), Why> {
    reader.take(1);
    let is_negated = reader.peek(0) == Some('^');
    reader.take(usize::from(is_negated));
    let (mut inner, mut has_posix) = (String::new(), false);
    loop {
        match reader.peek(0) {
            None => return Err(Why::Malformed("unclosed character class".to_owned())),
            Some(']') => break,
            Some(_) => {}
        }
        if let Some(class) = posix(reader) {
            inner.push_str(&class);
            has_posix = true;
            continue;
        }
        match item(reader)? {
            Item::Set(set) => inner.push_str(&set),
            Item::Character(first) => match range_end(reader)? {
                Some(last) => inner.push_str(&format!("{}-{}", literal(first), literal(last))),
                // At either end it is no operator.
                None if first == '-' && (inner.is_empty() || reader.peek(0) == Some(']')) => {
                    inner.push('-');
                }
                None => inner.push_str(&literal(first)),
            },
        }
    }
    reader.take(1);
    let class = match (is_negated, inner.is_empty()) {
        (true, true) => "[\\s\\S]".to_owned(),
        (false, true) => "[^\\s\\S]".to_owned(),
        (true, false) => format!("[^{inner}]"),
        (false, false) => format!("[{inner}]"),
    };
    Ok((class, has_posix))
}

fn item(reader: &mut Reader<'_>) -> Result<Item, Why> {
    let letter = reader.peek(0).unwrap_or_default();
    if letter != '\\' {
        reader.take(1);
        return Ok(Item::Character(letter));
    }
    if reader.peek(1) == Some('b') {
        reader.take(2);
        return Ok(Item::Character('\x08'));
    }
    Ok(match of_characters(reader)? {
        Escape::Character(character) => Item::Character(character),
        Escape::Set(inner) if inner.starts_with('^') => Item::Set(format!("[{inner}]")),
        Escape::Set(text) | Escape::Property(text) => Item::Set(text),
        Escape::Boundary => Item::Character('\x08'),
    })
}

/// The character at the other end of a range. A hyphen that is last, or before a set, is itself.
fn range_end(reader: &mut Reader<'_>) -> Result<Option<char>, Why> {
    let is_set = matches!(reader.peek(1), Some('\\'))
        && matches!(reader.peek(2), Some('d' | 'D' | 'w' | 'W' | 's' | 'S' | 'p' | 'P'));
    let is_range = reader.peek(0) == Some('-') && reader.peek(1).is_some_and(|it| it != ']');
    if !is_range || is_set {
        return Ok(None);
    }
    reader.take(1);
    match item(reader)? {
        Item::Character(last) => Ok(Some(last)),
        // There is none, as what may be one has been looked at.
        Item::Set(set) => Err(Why::Meaningless(set)),
    }
}

/// `[:alpha:]`
fn posix(reader: &mut Reader<'_>) -> Option<String> {
    const NAMES: [&str; 14] = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ];
    let is_one = reader.peek(0) == Some('[') && reader.peek(1) == Some(':');
    let name = is_one.then(|| reader.until(2, ':')).flatten()?;
    let length = name.chars().count();
    let is_closed = reader.peek(length + 3) == Some(']');
    if !is_closed || !NAMES.contains(&name.trim_start_matches('^')) {
        return None;
    }
    reader.take(length + 4);
    Some(format!("[:{name}:]"))
}

/// A character within brackets.
fn literal(character: char) -> String {
    match character {
        '\\' | '[' | ']' | '^' | '-' | '&' | '~' => format!("\\{character}"),
        character if character.is_ascii_graphic() || character == ' ' => character.to_string(),
        character => format!("\\x{{{:04x}}}", u32::from(character)),
    }
}
