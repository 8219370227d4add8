//! Regular expressions of ECMA 262 → those of the `regex` crate.
//!
//! The two agree on most of what people write. Where they differ the text is rewritten: classes such as `\d` are those of
//! ASCII in ECMA 262, `\/` and other needless escapes are errors in `regex`, and so are lone braces. What `regex` can't do
//! at all (look-around, back-references), and what means nothing in ECMA 262, is a finding, and the pattern isn't checked.

mod class;
mod escape;
mod translate;
mod why;

use std::collections::HashMap;

use spec::Finding;
use spec::model::Schema;

use self::translate::translate;
use self::why::Why;
use super::Lowerer;
use crate::ir::types::Pattern;

/// Patterns that were translated before: big documents repeat few of them, and compiling costs.
#[derive(Default)]
pub(super) struct Patterns(HashMap<String, Result<Translated, Why>>);

/// A pattern as `regex` has it.
#[derive(Debug, Clone)]
struct Translated {
    pattern: Pattern,
    /// Whether it has classes of POSIX.
    has_posix: bool,
}

impl Lowerer<'_> {
    pub(super) fn pattern(&mut self, written: &str, schema: &Schema) -> Option<Pattern> {
        let known = self.patterns.0.get(written).cloned();
        let translated = known.unwrap_or_else(|| {
            let translated = compile(written);
            self.patterns.0.insert(written.to_owned(), translated.clone());
            translated
        });
        let at = schema.origin.child("pattern");
        match translated {
            Ok(Translated { pattern, has_posix }) => {
                if has_posix {
                    let message = format!(
                        "the pattern {written} has classes of POSIX, which ECMA 262 hasn't: they are taken for those"
                    );
                    let finding = Finding::note("posix-class", at, message);
                    self.note(finding.help("say `\\p{Alphabetic}`, or list the characters"));
                }
                Some(pattern)
            }
            Err(why) => {
                let message = format!("the pattern {written} isn't checked: {why}");
                self.note(Finding::warning("untranslatable-pattern", at, message).help(why.help()));
                None
            }
        }
    }
}

fn compile(written: &str) -> Result<Translated, Why> {
    let (regex, has_posix) = translate(written)?;
    regex::Regex::new(&regex).map_err(|error| Why::of(&error))?;
    Ok(Translated { pattern: Pattern { written: written.to_owned(), regex }, has_posix })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(pattern: &str) -> String {
        match compile(pattern) {
            Ok(translated) => translated.pattern.regex,
            Err(why) => panic!("{pattern}: {why}"),
        }
    }

    fn matches(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&regex(pattern)).unwrap().is_match(text)
    }

    #[test]
    fn what_both_say_the_same_stays() {
        for pattern in [
            "^[A-Za-z0-9_-]+$",
            "a|b",
            "(ab)*?",
            "^x{2,3}$",
            "^x{2,}$",
            "[^/]+",
            "a\\.b",
            "[^-a]",
            "[-a]",
            "(?:a)",
            "(?i)a",
        ] {
            assert_eq!(regex(pattern), pattern);
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
            ("[^]", "[\\s\\S]"),
            ("\\_\\-", "\\_\\-"),
            ("^\\p{L}+\\P{Lu}[\\p{Script=Greek}]$", "^\\p{L}+\\P{Lu}[\\p{Script=Greek}]$"),
            ("(?<year>\\d)(?<year$>a)", "([0-9])(a)"),
            ("\\cJ[\\cj]", "\\x{000a}[\\x{000a}]"),
            ("\\ud83e\\udd80[\\uD800\\uDC00-\\uDBFF\\uDFFF]", "\\x{1f980}[\\x{10000}-\\x{10ffff}]"),
            ("[\\w-.]", "[A-Za-z0-9_\\-.]"),
            ("[a-\\d]", "[a\\-0-9]"),
            ("[+--]", "[+-\\-]"),
            ("[\\b]", "[\\x{0008}]"),
        ] {
            assert_eq!(regex(ecma), rust, "{ecma}");
        }
    }

    #[test]
    fn what_is_in_the_way_is_told() {
        let meaningless = |what: &str| Why::Meaningless(what.to_owned());
        for (pattern, expected) in [
            ("(?=a)", Why::LookAround),
            ("(?!a)b", Why::LookAround),
            ("(?<=a)b", Why::LookAround),
            ("(?<!a)b", Why::LookAround),
            ("(a)\\1", Why::BackReference),
            ("(?<a>b)\\k<a>", Why::BackReference),
            ("\\Ba", Why::NoBoundary),
            ("\\ud800", Why::Surrogate),
            ("[\\ud800-\\udbff]", Why::Surrogate),
            ("\\p{L}{1000}{1000}", Why::TooLarge(10 << 20)),
            ("^\\Aa\\z$", meaningless("\\A")),
            ("a{,3}", meaningless("{,3}")),
            ("[\\1]", meaningless("\\1")),
            ("\\pL", meaningless("\\p")),
            ("\\u12", meaningless("\\u")),
            ("\\", meaningless("\\")),
            ("[", Why::Malformed("unclosed character class".to_owned())),
            ("\\p{Nope}", Why::Malformed("Unicode property not found".to_owned())),
            ("(a", Why::Malformed("unclosed group".to_owned())),
        ] {
            assert_eq!(compile(pattern).map(|it| it.pattern.regex), Err(expected), "{pattern}");
        }
    }

    #[test]
    fn the_classes_are_those_of_ecma() {
        for (pattern, yes, no) in [
            ("^\\d$", "3", "٣"),
            ("^\\w$", "a", "é"),
            ("^.$", "🦀", "\r"),
            ("^a$", "a", "a\n"),
            ("^\\s$", "\u{feff}", "\u{85}"),
            ("^\\S$", "\u{85}", "\u{a0}"),
            ("^[\\S]$", "\u{85}", "\u{3000}"),
            ("^\\p{L}+$", "größe", "größe1"),
            ("^[[:alpha:]]+$", "abc", "a1"),
            ("^[[:^digit:]_]$", "a", "1"),
            ("^[^]$", "\n", "ab"),
            ("\\bé", "aé", "é"),
            ("^[+--]$", ",", "."),
            ("^[--/]$", ".", ","),
            ("^[^-]$", "a", "-"),
            ("^[\\p{L}-]$", "-", "1"),
            ("^[0-9-]$", "-", "/"),
        ] {
            assert!(matches(pattern, yes), "{pattern} {yes:?}");
            assert!(!matches(pattern, no), "{pattern} {no:?}");
        }
        assert!(!matches("[]", "a"));
    }

    #[test]
    fn classes_of_posix_are_told() {
        let has_posix = |pattern| compile(pattern).map(|translated| translated.has_posix);
        assert_eq!(has_posix("^[[:alpha:]_]+$"), Ok(true));
        // No name of one: a class of brackets, colons and letters.
        assert_eq!(has_posix("[[:nothing:]"), Ok(false));
        assert_eq!(has_posix("[a:]"), Ok(false));
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_is_too_odd(pattern in ".{0,40}") {
            let _ = compile(&pattern);
        }

        #[test]
        fn no_pattern_of_its_own_letters_is_too_odd(pattern in "[\\\\\\[\\]{}()^$.|?*+,0-9a-zu&~:<=!DC-]{0,30}") {
            let _ = compile(&pattern);
        }
    }
}
