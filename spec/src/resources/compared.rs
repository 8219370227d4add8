//! Two members of a body of which one may not be less than the other, as the description of one of them says.
//!
//! | said of `max` | it is |
//! | --- | --- |
//! | "Not smaller than `min`", "at least `min`" | `min` or more |
//! | "Has to be later than `min`", "must be greater than `min`" | more than `min` |
//! | "Not above `other`", "must be less than `other`" | the other way round |
//!
//! Of moments, which have periods, `period.rs` tells more.

use super::prose::{has, sentences};
use super::told::statuses_or_usual;
use crate::model::{Contract, Operation};
use crate::outline::Outline;

/// A member that may not be less than another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The greater one.
    pub greater: String,
    /// The lesser one.
    pub lesser: String,
    /// Whether both may be equal.
    pub may_be_equal: bool,
    /// With which it is said to be refused otherwise.
    pub statuses: Vec<u16>,
}

/// Those of an operation's body.
pub(super) fn of(contract: &Contract, operation: &Operation) -> Vec<Compared> {
    let Some(schema) = operation.body_schema() else { return Vec::new() };
    let body = Outline::of(contract, &[schema]);
    let names: Vec<&str> = body.members().into_keys().collect();
    let told = names.iter().flat_map(|name| {
        let said = body.description(&[(*name).to_owned()]).unwrap_or_default();
        let heard = sentences(said).filter_map(|one| heard(one, name, &names));
        heard.collect::<Vec<_>>()
    });
    let mut all: Vec<Compared> = Vec::new();
    for one in told {
        // Either of the two may tell it.
        if all.iter().all(|known| (&known.greater, &known.lesser) != (&one.greater, &one.lesser)) {
            all.push(one);
        }
    }
    all
}

/// What one sentence of a member's description says.
fn heard(sentence: &str, name: &str, names: &[&str]) -> Option<Compared> {
    /// How it is said, whether the member is the greater one, and whether both may be equal.
    const SAYINGS: [(&str, bool, bool); 22] = [
        ("not smaller than `", true, true),
        ("not less than `", true, true),
        ("not lower than `", true, true),
        ("not below `", true, true),
        ("not earlier than `", true, true),
        ("not be smaller than `", true, true),
        ("not be less than `", true, true),
        ("not be lower than `", true, true),
        ("not be below `", true, true),
        ("at least `", true, true),
        ("not greater than `", false, true),
        ("not larger than `", false, true),
        ("not above `", false, true),
        ("not be greater than `", false, true),
        ("not be larger than `", false, true),
        ("not be above `", false, true),
        ("be later than `", true, false),
        ("be greater than `", true, false),
        ("be larger than `", true, false),
        ("be earlier than `", false, false),
        ("be less than `", false, false),
        ("be smaller than `", false, false),
    ];
    const SOMETIMES: [&str; 13] = [
        " if ", "unless", "when ", " where ", "times `", "should", "once ", "while ", "until ",
        "except", "raised", "rounded", "usually",
    ];
    let (said, is_greater, may_be_equal) =
        SAYINGS.iter().find(|(said, ..)| has(sentence, &[said]))?;
    let lower = sentence.to_lowercase();
    let is_sometimes = has(sentence, &SOMETIMES) || lower.starts_with("if ");
    (!is_sometimes).then_some(())?;
    let at = lower.find(said)? + said.len();
    let (other, behind) = sentence.get(at..)?.split_once('`')?;
    // "Not above `capacity` plus `overbooking`."
    let is_all =
        behind.is_empty() || behind.starts_with(['.', ',', ';', ')']) || behind.starts_with(" (");
    is_all.then_some(())?;
    (other != name && names.contains(&other)).then_some(())?;
    let (greater, lesser) = if *is_greater { (name, other) } else { (other, name) };
    Some(Compared {
        greater: greater.to_owned(),
        lesser: lesser.to_owned(),
        may_be_equal: *may_be_equal,
        statuses: statuses_or_usual(sentence),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sentence: &str) -> Option<(String, String, bool)> {
        let told = heard(sentence, "top", &["top", "minGrams"])?;
        Some((told.greater, told.lesser, told.may_be_equal))
    }

    fn is(greater: &str, lesser: &str, may_be_equal: bool) -> Option<(String, String, bool)> {
        Some((greater.to_owned(), lesser.to_owned(), may_be_equal))
    }

    #[test]
    fn which_of_two_may_not_be_less_is_heard() {
        assert_eq!(told("Not smaller than `minGrams`."), is("top", "minGrams", true));
        assert_eq!(told("Must be greater than `minGrams` (422)"), is("top", "minGrams", false));
        assert_eq!(told("Has to be earlier than `minGrams`"), is("minGrams", "top", false));
        assert_eq!(told("Must not be above `minGrams`"), is("minGrams", "top", true));
        for none in [
            "Not smaller than `other`.",
            "Not smaller than `minGrams` if both are sent.",
            "At most three times `minGrams`.",
            "Greater than `minGrams` for most.",
            "Not smaller than `top`.",
            "Not smaller than `minGrams` plus `other`.",
            "Should not be less than `minGrams`.",
            "If sent, must be greater than `minGrams`.",
        ] {
            assert_eq!(told(none), None, "{none}");
        }
    }
}
