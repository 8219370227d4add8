//! Names of a document → names of Rust: legal, in Rust's letter case, unique in their scope.

mod package;

pub(crate) use package::{is_package_name, slug};

use std::collections::HashSet;

/// Words that can't be names even in raw form, beside `_`.
const NEVER_RAW: [&str; 4] = ["self", "Self", "super", "crate"];

/// Keywords of any edition, reserved ones too.
const KEYWORDS: [&str; 49] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "static",
    "struct",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "macro_rules",
];

/// Type names that generated code itself uses without a path, and those that would confuse.
#[rustfmt::skip]
pub(crate) const PRELUDE: [&str; 30] = [
    "Option", "Some", "None", "Result", "Ok", "Err", "Vec", "String", "Box", "Default", "Clone", "Copy", "Debug",
    "PartialEq", "Eq", "Ord", "PartialOrd", "Send", "Sync", "Sized", "Drop", "Fn", "From", "Into", "TryFrom", "TryInto",
    "Iterator", "ToString", "AsRef", "Self",
];

/// What the files that declare an operation's types import or declare beside them: no operation is called so there.
#[rustfmt::skip]
pub(crate) const BESIDE_OPERATIONS: [&str; 51] = [
    "Answer", "Arc", "AuthenticationError", "Body", "Call", "Caller", "Client", "ConfigurationError", "Context",
    "Core", "Credentials", "Duration", "E", "Error", "Event", "Form", "Future", "Input", "Interruption", "Items", "Method",
    "MethodFilter", "MethodRouter", "Next", "Operation", "OperationInfo", "Options", "Paged", "Pages", "Piece", "Place", "Reason", "Received",
    "Refusal", "Refused", "Reply", "Request", "Response", "Retry", "Route", "Router", "S", "Secret", "Secrets", "Sender", "Service",
    "Style", "Transport", "Unanswerable", "Undecodable", "Undocumented",
];

/// What files of `crate::server` and `crate::receiver` import or declare beside the traits of groups: none is called so.
#[rustfmt::skip]
pub(crate) const BESIDE_TRAITS: [&str; 30] = [
    "Answer", "Arc", "AuthenticationError", "Body", "Context", "Credentials", "E", "Form", "Future", "Input", "Interruption",
    "Limits", "MethodFilter", "MethodRouter", "Operation", "OperationInfo", "Operations", "Options", "Piece", "Reason",
    "Refusal", "Refused", "Reply", "Response", "Route", "Router", "S", "Service", "Style", "Unanswerable",
];

/// What clients and services have anyhow: no operation's methods are called so.
pub(crate) const METHODS: [&str; 4] = ["new", "router", "serve", "self"];

/// `CreatePetRequest`; `otherwise` stands in front of what can't begin a name, and for what has no letters.
pub(crate) fn pascal(text: &str, otherwise: &str) -> String {
    let mut name = String::new();
    for word in words(text) {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            // Between digits a break must stay visible: `1.10` is not `11.0`.
            if first.is_ascii_digit() && name.ends_with(|c: char| c.is_ascii_digit()) {
                name.push('_');
            }
            name.extend(first.to_uppercase());
            name.extend(letters.flat_map(char::to_lowercase));
        }
    }
    begin(name, otherwise)
}

/// The name of a component's type: one that Rust has for something else says that it is a type.
pub(crate) fn of_type(component: &str) -> String {
    let name = pascal(component, "Type");
    if PRELUDE.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// `create_pet_request`; `otherwise` as in [`pascal`].
pub(crate) fn snake(text: &str, otherwise: &str) -> String {
    let mut words: Vec<String> = words(text).iter().map(|word| word.to_lowercase()).collect();
    // Its capitals make two words of what everybody reads as one.
    let is_split = |pair: &[String]| pair[0] == "o" && pair[1].starts_with("auth");
    if let Some(at) = words.windows(2).position(is_split) {
        words.splice(at..at + 2, [format!("o{}", words[at + 1])]);
    }
    let name = words.join("_");
    let starts_well = name.chars().next().is_some_and(unicode_ident::is_xid_start);
    let name = match (starts_well, name.is_empty()) {
        (true, _) => name,
        (false, true) => otherwise.to_owned(),
        (false, false) => format!("{otherwise}_{name}"),
    };
    raw(name)
}

/// `STATUS_CODE`
pub(crate) fn screaming(text: &str, otherwise: &str) -> String {
    let name = snake(text, otherwise);
    name.strip_prefix("r#").unwrap_or(&name).to_uppercase()
}

/// The name as it can stand in code: `r#type`, `self_`.
pub(crate) fn raw(name: String) -> String {
    if NEVER_RAW.contains(&name.as_str()) || name == "_" {
        format!("{name}_")
    } else if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}

/// Whether a type can be called so.
pub(crate) fn is_type_name(name: &str) -> bool {
    pascal(name, "") == name && !name.is_empty() && !PRELUDE.contains(&name)
}

/// Whether an operation's methods can be called so.
pub(crate) fn is_method_name(name: &str) -> bool {
    snake(name, "") == name && !name.is_empty() && !METHODS.contains(&name)
}

/// One of several: `entries` → `entry`, `addresses` → `address`; what isn't a plural gets `item` behind it.
pub(crate) fn singular(text: &str) -> String {
    let stem = |suffix: &str, least: usize| {
        text.strip_suffix(suffix).filter(|stem| stem.chars().count() >= least)
    };
    if let Some(stem) = stem("ies", 2) {
        return format!("{stem}y");
    }
    for suffix in ["sses", "shes", "ches", "xes", "zes", "uses"] {
        if stem(suffix, 1).is_some() {
            return text.strip_suffix("es").unwrap_or(text).to_owned();
        }
    }
    let is_plural = !["ss", "us", "is"].iter().any(|suffix| text.ends_with(suffix));
    match stem("s", 2).filter(|_| is_plural) {
        Some(stem) => stem.to_owned(),
        None if text == "item" => text.to_owned(),
        None => format!("{text}_item"),
    }
}

fn begin(name: String, otherwise: &str) -> String {
    match name.chars().next() {
        Some(first) if unicode_ident::is_xid_start(first) => name,
        Some(_) => format!("{otherwise}{name}"),
        None => otherwise.to_owned(),
    }
}

/// The words of a name: `HTTPStatus_code` → `HTTP`, `Status`, `code`. Symbols have words only where they must.
fn words(text: &str) -> Vec<String> {
    let words = split(text);
    // `+1` and `-1` are two things, and so are `<` and `>`.
    let is_signed = matches!(text.chars().next(), Some('+' | '-'))
        && text.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if words.is_empty() || is_signed {
        let spoken = text.chars().take(if is_signed { 1 } else { 8 });
        let spoken = spoken.filter_map(spoken_symbol).flat_map(str::split_whitespace);
        return spoken.map(str::to_owned).chain(words).collect();
    }
    words
}

fn split(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        if letter == '_' || !unicode_ident::is_xid_continue(letter) {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || before.is_uppercase() && after.is_some_and(|after| after.is_lowercase())
            });
        if begins {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter);
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// What tells a text from others that have its name: symbols around it in words, or all of them, or its letter case.
///
/// `-name` beside `name` → `MinusName`, `TOTAL` beside `total` → `TotalUppercase`.
pub(crate) fn spoken_out(text: &str, otherwise: &str) -> Vec<String> {
    let is_word = |letter: char| letter != '_' && unicode_ident::is_xid_continue(letter);
    let within = text.trim_matches(|letter| !is_word(letter));
    let (before, after) = text.split_once(within).unwrap_or((text, ""));
    let around = format!("{}{within}{}", spoken(before), spoken(after));
    let has = |is: fn(char) -> bool| text.chars().any(is);
    let letter_case = match (has(char::is_uppercase), has(char::is_lowercase)) {
        (true, false) => "Uppercase",
        (false, true) => "Lowercase",
        (true, true) => "MixedCase",
        (false, false) => "",
    };
    let cased = format!("{}{letter_case}", pascal(text, otherwise));
    vec![pascal(&around, otherwise), pascal(&spoken(text), otherwise), cased]
}

/// A text with its symbols in words.
fn spoken(text: &str) -> String {
    let words = text.chars().map(|letter| match spoken_symbol(letter) {
        Some(words) => format!(" {words} "),
        None => letter.to_string(),
    });
    words.collect()
}

fn spoken_symbol(symbol: char) -> Option<&'static str> {
    Some(match symbol {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '%' => "percent",
        '=' => "equal",
        '!' => "not",
        '<' => "less",
        '>' => "greater",
        '~' => "tilde",
        '^' => "caret",
        '&' => "and",
        '|' => "or",
        '?' => "question",
        '@' => "at",
        '#' => "hash",
        '$' => "dollar",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '\'' => "quote",
        '"' => "double quote",
        '`' => "backtick",
        '(' => "open",
        ')' => "close",
        '[' => "open bracket",
        ']' => "close bracket",
        '{' => "open brace",
        '}' => "close brace",
        '_' => "underscore",
        ' ' => "space",
        '≤' => "less equal",
        '≥' => "greater equal",
        '≠' => "not equal",
        '≈' => "about equal",
        '±' => "plus minus",
        '×' => "times",
        '÷' => "divided by",
        '∞' => "infinity",
        '°' => "degree",
        '€' => "euro",
        '£' => "pound",
        '¥' => "yen",
        '§' => "section",
        '…' => "dots",
        '–' | '—' => "dash",
        '←' => "left",
        '↑' => "up",
        '→' => "right",
        '↓' => "down",
        '✓' | '✔' => "check",
        '✗' | '✘' => "cross",
        _ => return None,
    })
}

/// The names of a scope.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    /// A scope where these names are taken.
    pub(crate) fn with(names: &[&str]) -> Self {
        Self { taken: names.iter().map(|name| name.to_lowercase()).collect() }
    }

    /// Takes the name, or the name with the least number behind it that makes it unique.
    ///
    /// Letter case doesn't make a difference: some file systems ignore it, and readers do.
    pub(crate) fn take(&mut self, name: String) -> String {
        if self.insert(&name) {
            return name;
        }
        let base = name.strip_prefix("r#").unwrap_or(&name).trim_end_matches('_').to_owned();
        let separator = match base.chars().last() {
            Some(last) if last.is_ascii_digit() => "_",
            _ if base.chars().any(char::is_uppercase) => "",
            _ => "_",
        };
        (2_u64..)
            .map(|number| format!("{base}{separator}{number}"))
            .find(|candidate| self.insert(candidate))
            .unwrap_or(name)
    }

    /// Takes the first of these names that is free, else the name with a number.
    pub(crate) fn take_or(&mut self, name: String, others: impl FnOnce() -> Vec<String>) -> String {
        if self.insert(&name) {
            return name;
        }
        let other = others().into_iter().find(|other| self.insert(other));
        other.unwrap_or_else(|| self.take(name))
    }

    /// Takes the name if it is free.
    pub(crate) fn insert(&mut self, name: &str) -> bool {
        self.taken.insert(name.strip_prefix("r#").unwrap_or(name).to_lowercase())
    }

    /// Whether the name is free.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(&name.strip_prefix("r#").unwrap_or(name).to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_the_letter_case_of_rust() {
        for (text, pascal_case, snake_case) in [
            ("listWorkspaces", "ListWorkspaces", "list_workspaces"),
            ("workspace_id", "WorkspaceId", "workspace_id"),
            ("HTTPStatusCode", "HttpStatusCode", "http_status_code"),
            ("invalid-params", "InvalidParams", "invalid_params"),
            ("io.k8s.api.core.v1.Pod", "IoK8sApiCoreV1Pod", "io_k8s_api_core_v1_pod"),
            ("X-Rate-Limit", "XRateLimit", "x_rate_limit"),
            ("type", "Type", "r#type"),
            ("self", "ZSelf", "self_"),
            ("2fa", "Z2fa", "z_2fa"),
            ("1.10", "Z1_10", "z_1_10"),
            ("+1", "Plus1", "plus_1"),
            ("-1", "Minus1", "minus_1"),
            ("", "Z", "z"),
            ("***", "StarStarStar", "star_star_star"),
            ("naïve", "Naïve", "naïve"),
            ("日本", "日本", "日本"),
            ("🦀", "Z", "z"),
            ("\"", "DoubleQuote", "double_quote"),
            ("__", "UnderscoreUnderscore", "underscore_underscore"),
        ] {
            let pascal_name = pascal(text, "Z");
            let expected = if text == "self" { "Self" } else { pascal_case };
            assert_eq!(pascal_name, expected, "{text}");
            assert_eq!(snake(text, "z"), snake_case, "{text}");
        }
    }

    #[test]
    fn one_of_several() {
        for (many, one) in [
            ("entries", "entry"),
            ("addresses", "address"),
            ("tags", "tag"),
            ("status", "status_item"),
            ("data", "data_item"),
            ("boxes", "box"),
            ("s", "s_item"),
            ("item", "item"),
        ] {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn what_rust_has_a_name_for_is_a_type() {
        assert_eq!(of_type("result"), "ResultType");
        assert_eq!(of_type("results"), "Results");
        assert_eq!(of_type("A"), "A");
    }

    #[test]
    fn what_has_a_name_already_is_spoken_out() {
        for (first, text, name) in [
            ("total", "TOTAL", "TotalUppercase"),
            ("TOTAL", "total", "TotalLowercase"),
            ("total", "toTal", "ToTalMixedCase"),
            ("total", "Total", "TotalMixedCase"),
            ("a", "a-", "AMinus"),
            ("a_b", "-a_b", "MinusAB"),
            ("a_b", "a-b", "AMinusB"),
            ("a", "_a", "UnderscoreA"),
            ("<=", "≤", "LessEqual2"),
            ("<", "≤", "LessEqual"),
        ] {
            let mut scope = Scope::default();
            scope.take(pascal(first, "Z"));
            assert_eq!(scope.take_or(pascal(text, "Z"), || spoken_out(text, "Z")), name, "{text}");
        }
    }

    #[test]
    fn taken_names_get_a_number() {
        let mut scope = Scope::with(&["Option"]);
        assert_eq!(scope.take("Option".to_owned()), "Option2");
        assert_eq!(scope.take("Pet".to_owned()), "Pet");
        assert_eq!(scope.take("Pet".to_owned()), "Pet2");
        assert_eq!(scope.take("PET".to_owned()), "PET3");
        assert_eq!(scope.take("V1".to_owned()), "V1");
        assert_eq!(scope.take("V1".to_owned()), "V1_2");
        assert_eq!(scope.take("r#type".to_owned()), "r#type");
        assert_eq!(scope.take("r#type".to_owned()), "type_2");
    }

    proptest::proptest! {
        #[test]
        fn every_text_becomes_an_identifier(text in ".*") {
            for name in [pascal(&text, "Z"), snake(&text, "z"), screaming(&text, "Z")] {
                let name = name.strip_prefix("r#").map_or(name.as_str(), |_| "raw");
                let is_name = name == "Self" || syn::parse_str::<syn::Ident>(name).is_ok();
                proptest::prop_assert!(is_name, "{text:?} becomes {name:?}");
            }
        }
    }
}
