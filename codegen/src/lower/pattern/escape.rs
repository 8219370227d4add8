//! What a backslash begins.

use super::translate::Reader;
use super::why::Why;

/// What an escape stands for.
pub(super) enum Escape {
    /// This character.
    Character(char),
    /// Any of these, as they stand within brackets.
    Set(String),
    /// Any of a property: `\p{L}`.
    Property(String),
    /// The end of a word.
    Boundary,
}

/// White space and line ends of ECMA 262 (§22.2.2.9), which `\s` of `regex` differs from by two.
const SPACE: &str = "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

/// Reads an escape outside of brackets.
pub(super) fn escape(reader: &mut Reader<'_>) -> Result<Escape, Why> {
    match reader.peek(1) {
        Some('b') => {
            reader.take(2);
            Ok(Escape::Boundary)
        }
        Some('B') => Err(Why::NoBoundary),
        Some('1'..='9' | 'k') => Err(Why::BackReference),
        _ => of_characters(reader),
    }
}

/// Reads an escape for a character, or for one of several.
pub(super) fn of_characters(reader: &mut Reader<'_>) -> Result<Escape, Why> {
    let Some(next) = reader.peek(1) else { return Err(Why::Meaningless("\\".to_owned())) };
    let set = |inner: &str| Escape::Set(inner.to_owned());
    let found = match next {
        'd' => set("0-9"),
        'D' => set("^0-9"),
        'w' => set("A-Za-z0-9_"),
        'W' => set("^A-Za-z0-9_"),
        's' => set(SPACE),
        'S' => set(&format!("^{SPACE}")),
        'n' => Escape::Character('\n'),
        'r' => Escape::Character('\r'),
        't' => Escape::Character('\t'),
        'f' => Escape::Character('\x0c'),
        'v' => Escape::Character('\x0b'),
        '0' if !reader.peek(2).is_some_and(|letter| letter.is_ascii_digit()) => {
            Escape::Character('\0')
        }
        'p' | 'P' => return property(reader, next),
        'u' => return unicode(reader),
        'x' => return hexadecimal(reader),
        'c' => return control(reader),
        // Only letters and digits mean something: in ECMA 262 these mean nothing, and elsewhere something else.
        letter if letter.is_ascii_alphanumeric() => {
            return Err(Why::Meaningless(format!("\\{letter}")));
        }
        other => Escape::Character(other),
    };
    reader.take(2);
    Ok(found)
}

/// `\p{L}`, `\p{Script=Greek}`: `regex` has the same names.
fn property(reader: &mut Reader<'_>, letter: char) -> Result<Escape, Why> {
    let name = (reader.peek(2) == Some('{')).then(|| reader.until(3, '}')).flatten();
    let Some(name) = name else { return Err(Why::Meaningless(format!("\\{letter}"))) };
    reader.take(name.chars().count() + 4);
    Ok(Escape::Property(format!("\\{letter}{{{name}}}")))
}

/// `\cJ`, which is a line feed.
fn control(reader: &mut Reader<'_>) -> Result<Escape, Why> {
    let letter = reader.peek(2).filter(char::is_ascii_alphabetic);
    let code = letter.and_then(|letter| char::from_u32(u32::from(letter) % 32));
    let code = code.ok_or_else(|| Why::Meaningless("\\c".to_owned()))?;
    reader.take(3);
    Ok(Escape::Character(code))
}

/// `\xXX`
fn hexadecimal(reader: &mut Reader<'_>) -> Result<Escape, Why> {
    let code = code(reader, 2, 2).and_then(char::from_u32);
    let code = code.ok_or_else(|| Why::Meaningless("\\x".to_owned()))?;
    reader.take(4);
    Ok(Escape::Character(code))
}

/// `\uXXXX`, two of them for a character beyond 16 bits, or `\u{…}`.
fn unicode(reader: &mut Reader<'_>) -> Result<Escape, Why> {
    let meaningless = || Why::Meaningless("\\u".to_owned());
    if reader.peek(2) == Some('{') {
        let digits = reader.until(3, '}').ok_or_else(meaningless)?;
        let code = u32::from_str_radix(&digits, 16).map_err(|_| meaningless())?;
        let character = char::from_u32(code).ok_or(Why::Surrogate)?;
        reader.take(digits.chars().count() + 4);
        return Ok(Escape::Character(character));
    }
    let first = code(reader, 2, 4).ok_or_else(meaningless)?;
    if let Some(character) = char::from_u32(first) {
        reader.take(6);
        return Ok(Escape::Character(character));
    }
    let is_escaped = reader.peek(6) == Some('\\') && reader.peek(7) == Some('u');
    let second = is_escaped.then(|| code(reader, 8, 4)).flatten();
    let units = [Some(first), second].into_iter().flatten().filter_map(|it| u16::try_from(it).ok());
    let character = char::decode_utf16(units).next().and_then(Result::ok).ok_or(Why::Surrogate)?;
    reader.take(12);
    Ok(Escape::Character(character))
}

/// So many hexadecimal digits from there.
fn code(reader: &Reader<'_>, from: usize, count: usize) -> Option<u32> {
    let digits = reader.rest().get(from..from + count)?;
    let is_hexadecimal = digits.iter().all(char::is_ascii_hexdigit);
    let digits: String = digits.iter().collect();
    is_hexadecimal.then(|| u32::from_str_radix(&digits, 16).ok()).flatten()
}
