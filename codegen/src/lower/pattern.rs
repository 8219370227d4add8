//! Regular expressions of ECMA 262 → those of the `regex` crate.
//!
//! The two agree on most of what people write. Where they differ the text is rewritten: classes such as `\d` are those of
//! ASCII in ECMA 262, `\/` and other needless escapes are errors in `regex`, and so are lone braces. What `regex` can't do
//! at all (look-around, back-references) is a finding, and the pattern isn't checked.

use std::collections::HashMap;

use spec::Finding;
use spec::model::Schema;

use super::Lowerer;
use crate::ir::types::Pattern;

/// Patterns that were translated before: big documents repeat few of them, and compiling costs.
pub(super) type Patterns = HashMap<String, Option<Pattern>>;

impl Lowerer<'_> {
    pub(super) fn pattern(&mut self, written: &str, schema: &Schema) -> Option<Pattern> {
        let known = self.patterns.get(written).cloned();
        let pattern = known.unwrap_or_else(|| {
            let pattern = compile(written);
            self.patterns.insert(written.to_owned(), pattern.clone());
            pattern
        });
        if pattern.is_none() {
            self.note(
                Finding::warning(
                    "untranslatable-pattern",
                    schema.origin.child("pattern"),
                    format!("the pattern {written} isn't checked: it needs what Rust's `regex` doesn't have"),
                )
                .help("look-around and back-references can't be translated; say it without"),
            );
        }
        pattern
    }
}

fn compile(written: &str) -> Option<Pattern> {
    let regex = translate(written)?;
    regex::Regex::new(&regex).ok()?;
    Some(Pattern { written: written.to_owned(), regex })
}

fn translate(pattern: &str) -> Option<String> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut translator =
        Translator { letters: &letters, at: 0, out: String::new(), in_class: false };
    while translator.at < letters.len() {
        translator.step()?;
    }
    Some(translator.out)
}

struct Translator<'p> {
    letters: &'p [char],
    at: usize,
    out: String,
    in_class: bool,
}

impl Translator<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied()
    }

    fn emit(&mut self, text: &str, taken: usize) {
        self.out.push_str(text);
        self.at += taken;
    }

    fn step(&mut self) -> Option<()> {
        let letter = self.peek(0)?;
        match letter {
            '\\' => self.escape()?,
            '[' if self.in_class => self.emit("\\[", 1),
            '[' => self.open_class(),
            ']' if self.in_class => {
                self.in_class = false;
                self.emit("]", 1);
            }
            // In `regex`, `&&`, `--` and `~~` are operators of classes.
            '&' | '~' if self.in_class => self.emit(&format!("\\{letter}"), 1),
            '-' if self.in_class && self.peek(1) == Some('-') => self.emit("\\-", 1),
            _ if self.in_class => self.emit(&letter.to_string(), 1),
            '.' => self.emit("[^\\n\\r\\x{2028}\\x{2029}]", 1),
            '{' if !self.is_quantifier() => self.emit("\\{", 1),
            '{' => {
                let end = self.letters[self.at..].iter().position(|c| *c == '}')?;
                let text: String = self.letters[self.at..=self.at + end].iter().collect();
                self.emit(&text, end + 1);
            }
            '}' => self.emit("\\}", 1),
            _ => self.emit(&letter.to_string(), 1),
        }
        Some(())
    }

    fn open_class(&mut self) {
        let negated = self.peek(1) == Some('^');
        let first = self.peek(if negated { 2 } else { 1 });
        match (negated, first) {
            (true, Some(']')) => self.emit("[\\s\\S]", 3),
            (false, Some(']')) => self.emit("[^\\s\\S]", 2),
            _ => {
                self.in_class = true;
                self.emit(if negated { "[^" } else { "[" }, if negated { 2 } else { 1 });
            }
        }
    }

    /// Whether a brace opens `{n}`, `{n,}` or `{n,m}`; else ECMA 262 (annex B) takes it for itself.
    fn is_quantifier(&self) -> bool {
        let inner: String = self.letters[self.at + 1..].iter().take_while(|c| **c != '}').collect();
        let closes = self.letters[self.at + 1..].len() > inner.chars().count();
        let (least, most) = inner.split_once(',').unwrap_or((&inner, ""));
        let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        closes && !least.is_empty() && is_number(least) && is_number(most)
    }

    fn escape(&mut self) -> Option<()> {
        let next = self.peek(1)?;
        let within = self.in_class;
        match next {
            'd' => self.emit(if within { "0-9" } else { "[0-9]" }, 2),
            'D' => self.emit("[^0-9]", 2),
            'w' => self.emit(if within { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }, 2),
            'W' => self.emit("[^A-Za-z0-9_]", 2),
            's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' => self.emit(&format!("\\{next}"), 2),
            'b' if within => self.emit("\\x08", 2),
            'b' => self.emit("(?-u:\\b)", 2),
            'B' if !within => self.emit("(?-u:\\B)", 2),
            '0' if !self.peek(2).is_some_and(|c| c.is_ascii_digit()) => self.emit("\\x00", 2),
            '0'..='9' | 'k' if !within => return None,
            'u' => self.unicode()?,
            'x' => {
                let digits: String = self.letters.get(self.at + 2..self.at + 4)?.iter().collect();
                u32::from_str_radix(&digits, 16).ok()?;
                self.emit(&format!("\\x{{{digits}}}"), 4);
            }
            'p' | 'P' => self.emit(&format!("\\{next}"), 2),
            'c' => return None,
            _ if next.is_ascii_punctuation() && !matches!(next, '<' | '>') => {
                self.emit(&format!("\\{next}"), 2);
            }
            _ => self.emit(&next.to_string(), 2),
        }
        Some(())
    }

    /// `\uXXXX` or `\u{…}`; halves of surrogate pairs can't be said.
    fn unicode(&mut self) -> Option<()> {
        if self.peek(2) == Some('{') {
            let length = self.letters[self.at..].iter().position(|c| *c == '}')?;
            let digits: String = self.letters[self.at + 3..self.at + length].iter().collect();
            u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?;
            self.emit(&format!("\\x{{{digits}}}"), length + 1);
            return Some(());
        }
        let digits: String = self.letters.get(self.at + 2..self.at + 6)?.iter().collect();
        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)?;
        self.emit(&format!("\\x{{{digits}}}"), 6);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_say_the_same_stays() {
        for pattern in ["^[A-Za-z0-9_-]+$", "a|b", "(ab)*?", "^x{2,3}$", "[^/]+", "a\\.b"] {
            assert_eq!(translate(pattern).as_deref(), Some(pattern));
        }
    }

    #[test]
    fn what_differs_is_rewritten() {
        for (ecma, rust) in [
            ("^\\d+$", "^[0-9]+$"),
            ("[\\d\\w]", "[0-9A-Za-z0-9_]"),
            ("a\\/b", "a\\/b"),
            ("{a}", "\\{a\\}"),
            ("[[&]", "[\\[\\&]"),
            ("\\u00e9", "\\x{00e9}"),
            ("[]", "[^\\s\\S]"),
            ("\\_\\-", "\\_\\-"),
        ] {
            assert_eq!(translate(ecma).as_deref(), Some(rust), "{ecma}");
            assert!(compile(ecma).is_some(), "{ecma}");
        }
    }

    #[test]
    fn what_regex_has_not_is_told() {
        for pattern in ["(?=a)", "(?!a)b", "(?<=a)b", "(a)\\1", "\\ud800", "["] {
            assert_eq!(compile(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn the_classes_are_those_of_ecma() {
        let matches = |pattern: &str, text: &str| {
            let regex = compile(pattern).map(|pattern| pattern.regex).unwrap_or_default();
            regex::Regex::new(&regex).unwrap().is_match(text)
        };
        assert!(!matches("^\\d$", "٣"));
        assert!(!matches("^.$", "\r"));
        assert!(matches("^.$", "🦀"));
        assert!(!matches("^a$", "a\n"));
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_is_too_odd(pattern in ".{0,40}") {
            let _ = compile(&pattern);
        }

        #[test]
        fn no_pattern_of_its_own_letters_is_too_odd(pattern in "[\\\\\\[\\]{}()^$.|?*+,0-9a-zu&~-]{0,30}") {
            let _ = compile(&pattern);
        }
    }
}
