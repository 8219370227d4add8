//! The rules of a value in words, for the docs of what holds it: a user reads docs, not tables.

use serde_json::Number;

use super::docs::{code_of, with_note};
use crate::ir::types::{Pattern, Rules, TextFormat, digits};
use crate::ir::{Docs, Slot, Type};

/// These docs, and what values of the slot must keep.
pub(super) fn with_limits(docs: Docs, slot: &Slot) -> Docs {
    let mut told = Vec::new();
    collect(slot, "", &mut told);
    let Some(first) = told.first() else { return docs };
    let mut letters = first.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    told[0] = capital + letters.as_str();
    with_note(docs, format!("{}.", told.join("; ")))
}

/// The rules of null's partner are those of the slot; those of items are told as theirs.
fn collect(slot: &Slot, whose: &str, told: &mut Vec<String>) {
    told.extend(own(&slot.rules).into_iter().map(|rule| format!("{whose}{rule}")));
    match &slot.ty {
        Type::Nullable(inner) => collect(inner, whose, told),
        Type::Array(inner) | Type::Map(inner) if whose.is_empty() => {
            collect(inner, "each ", told);
        }
        _ => {}
    }
}

fn own(rules: &Rules) -> Vec<String> {
    let counted = |least: Option<u64>, most: Option<u64>, one: &str, many: &str| {
        let noun = |count: u64| if count == 1 { one.to_owned() } else { many.to_owned() };
        match (least, most) {
            (Some(least), Some(most)) if least == most => Some(format!("{least} {}", noun(least))),
            (Some(least), Some(most)) => Some(format!("{least} to {most} {many}")),
            (Some(least), None) => Some(format!("at least {least} {}", noun(least))),
            (None, Some(most)) => Some(format!("at most {most} {}", noun(most))),
            (None, None) => None,
        }
    };
    let told = [
        counted(rules.min_length, rules.max_length, "character", "characters"),
        rules.format.map(|format| format!("as {}", format_name(format))),
        matches(&rules.patterns),
        bounds(rules),
        rules.multiple_of.as_ref().map(|step| format!("a multiple of {step}")),
        counted(rules.min_items, rules.max_items, "item", "items"),
        rules.unique_items.then(|| "no two items alike".to_owned()),
        counted(rules.min_properties, rules.max_properties, "member", "members"),
    ];
    told.into_iter().flatten().collect()
}

/// ``matches `^a` and `z$` ``
fn matches(patterns: &[Pattern]) -> Option<String> {
    let written = patterns.iter().map(|pattern| &pattern.written);
    let all: Vec<_> =
        written.filter(|text| !text.is_empty()).map(|text| code_of(text).to_string()).collect();
    (!all.is_empty()).then(|| format!("matches {}", all.join(" and ")))
}

/// `from 1 to 100`, `above 0 and below 1`: a bound may itself be outside.
fn bounds(rules: &Rules) -> Option<String> {
    let least = rules.minimum.as_ref();
    let most = rules.maximum.as_ref();
    if let (Some((least, false)), Some((most, false))) = (least, most) {
        return Some(format!("from {} to {}", plain(least), plain(most)));
    }
    let least = least.map(|(number, is_outside)| {
        format!("{} {}", if *is_outside { "above" } else { "at least" }, plain(number))
    });
    let most = most.map(|(number, is_outside)| {
        format!("{} {}", if *is_outside { "below" } else { "at most" }, plain(number))
    });
    let bounds: Vec<String> = least.into_iter().chain(most).collect();
    (!bounds.is_empty()).then(|| bounds.join(" and "))
}

/// `1`, also where it is written `1.0`.
fn plain(number: &Number) -> String {
    digits(number).unwrap_or_else(|| number.to_string())
}

fn format_name(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Email => "an e-mail address",
        TextFormat::IdnEmail => "an internationalized e-mail address",
        TextFormat::Hostname => "a host name",
        TextFormat::Ipv4 => "an IPv4 address",
        TextFormat::Ipv6 => "an IPv6 address",
        TextFormat::Iri => "an IRI",
        TextFormat::Time => "a time of day (RFC 3339)",
        TextFormat::Duration => "a duration (ISO 8601)",
        TextFormat::Base64 => "base64 (RFC 4648 §4)",
        TextFormat::Base64Url => "base64 for URLs (RFC 4648 §5)",
        TextFormat::Base32 => "base32 (RFC 4648 §6)",
        TextFormat::Base16 => "base16 (RFC 4648 §8)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(slot: &Slot) -> String {
        with_limits(Docs::default(), slot).lines.join("\n")
    }

    fn text(rules: Rules) -> Slot {
        Slot { ty: Type::String, rules }
    }

    #[test]
    fn limits_are_told_in_a_sentence() {
        let pattern = Pattern { written: r"^\d+$".to_owned(), regex: String::new() };
        let name = Rules {
            min_length: Some(1),
            max_length: Some(60),
            patterns: vec![pattern],
            ..Rules::default()
        };
        assert_eq!(told(&text(name)), r"1 to 60 characters; matches `^\d+$`.");
        let one = Rules { max_length: Some(1), ..Rules::default() };
        assert_eq!(told(&text(one)), "At most 1 character.");
        let code = Rules { min_length: Some(3), max_length: Some(3), ..Rules::default() };
        assert_eq!(told(&text(code)), "3 characters.");
        assert_eq!(told(&text(Rules::default())), "");
    }

    #[test]
    fn bounds_may_themselves_be_outside() {
        let number = |value: f64| Number::from_f64(value).unwrap();
        let both = |least: bool, most: bool| Rules {
            minimum: Some((number(0.0), least)),
            maximum: Some((number(0.5), most)),
            ..Rules::default()
        };
        assert_eq!(told(&text(both(false, false))), "From 0 to 0.5.");
        assert_eq!(told(&text(both(true, false))), "Above 0 and at most 0.5.");
        assert_eq!(told(&text(both(false, true))), "At least 0 and below 0.5.");
    }

    #[test]
    fn limits_of_items_are_told_as_theirs() {
        let item = text(Rules { max_length: Some(9), ..Rules::default() });
        let rules = Rules { min_items: Some(1), unique_items: true, ..Rules::default() };
        let list = Slot { ty: Type::Array(Box::new(item)), rules };
        assert_eq!(told(&list), "At least 1 item; no two items alike; each at most 9 characters.");
    }
}
