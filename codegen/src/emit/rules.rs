//! The rules of values as generated code says them: `min_length(1)`, `pattern(pattern!("^[a-z]+$"))`.

use serde_json::Number;

use super::types::string;
use crate::ir::types::{Pattern, Rules, TextFormat, digits};
use crate::ir::{Slot, Type};

/// The rules of a use: those of null's partner, and of items within.
pub(super) fn list(slot: &Slot) -> Vec<String> {
    let mut all = own(&slot.rules);
    match &slot.ty {
        Type::Nullable(inner) => all.extend(list(inner)),
        Type::Array(inner) | Type::Map(inner) => {
            let inner = list(inner);
            if !inner.is_empty() {
                all.push(format!("items(rules!({}))", inner.join(", ")));
            }
        }
        _ => {}
    }
    all
}

/// Rules by themselves.
pub(super) fn own(rules: &Rules) -> Vec<String> {
    let mut list = Vec::new();
    let counts = [
        ("min_length", rules.min_length),
        ("max_length", rules.max_length),
        ("min_items", rules.min_items),
        ("max_items", rules.max_items),
        ("min_properties", rules.min_properties),
        ("max_properties", rules.max_properties),
    ];
    for (name, count) in counts {
        if let Some(count) = count {
            list.push(format!("{name}({count})"));
        }
    }
    if let Some(format) = rules.format {
        list.push(format!("{}()", method(format)));
    }
    list.extend(rules.patterns.first().map(pattern_rule));
    for (bound, inclusive, exclusive) in
        [(&rules.minimum, "minimum", "above"), (&rules.maximum, "maximum", "below")]
    {
        if let Some((value, is_exclusive)) = bound {
            let name = if *is_exclusive { exclusive } else { inclusive };
            list.push(number(name, value));
        }
    }
    if let Some(step) = &rules.multiple_of {
        list.push(number("multiple_of", step));
    }
    if rules.unique_items {
        list.push("unique_items()".to_owned());
    }
    // A table says each rule once: those that are said again are in one of their own.
    let others = rules.patterns.iter().skip(1).rev();
    let nested = others.fold(None, |inner: Option<String>, one| {
        let inner = inner.map(|inner| format!(", {inner}")).unwrap_or_default();
        Some(format!("also(rules!({}{inner}))", pattern_rule(one)))
    });
    list.extend(nested);
    list
}

fn pattern_rule(one: &Pattern) -> String {
    format!("pattern({})", pattern(one))
}

/// `pattern!("^[a-z]+$")`
pub(super) fn pattern(pattern: &Pattern) -> String {
    let differs = pattern.written != pattern.regex;
    let regex = if differs { format!(", {}", string(&pattern.regex)) } else { String::new() };
    format!("pattern!({}{regex})", string(&pattern.written))
}

/// The rule that texts are of a format.
fn method(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Email => "email",
        TextFormat::IdnEmail => "idn_email",
        TextFormat::Hostname => "hostname",
        TextFormat::Ipv4 => "ipv4",
        TextFormat::Ipv6 => "ipv6",
        TextFormat::Iri => "iri",
        TextFormat::Time => "time",
        TextFormat::Duration => "duration",
        TextFormat::Base64 => "base64",
        TextFormat::Base64Url => "base64_url",
        TextFormat::Base32 => "base32",
        TextFormat::Base16 => "base16",
    }
}

/// `minimum(5)`, `minimum_float(0.5)`
fn number(rule: &str, number: &Number) -> String {
    match digits(number) {
        Some(digits) => format!("{rule}({digits})"),
        None => format!("{rule}_float({:?})", number.as_f64().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_items_are_told_however_deep_they_are() {
        let text = Rules { max_length: Some(3), ..Rules::default() };
        let items = Slot { ty: Type::String, rules: text };
        let row = Slot::plain(Type::Array(Box::new(items)));
        let table = Slot::plain(Type::Array(Box::new(row)));
        assert_eq!(list(&table), ["items(rules!(items(rules!(max_length(3)))))"]);
    }

    #[test]
    fn further_patterns_are_in_tables_of_their_own() {
        let pattern = |text: &str| Pattern { written: text.to_owned(), regex: text.to_owned() };
        let rules = Rules { patterns: ["a", "b", "c"].map(pattern).into(), ..Rules::default() };
        let further =
            r#"also(rules!(pattern(pattern!("b")), also(rules!(pattern(pattern!("c"))))))"#;
        assert_eq!(own(&rules), [r#"pattern(pattern!("a"))"#, further]);
    }
}
