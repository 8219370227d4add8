//! Numbers that carry a check digit, by what they are called: no schema can say which digit is the right one.

use serde::Serialize;

use crate::model::{Contract, SchemaId};
use crate::names::words;

/// How the check digit follows from the other characters. Hyphens and blanks don't count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckDigit {
    /// EAN-8, EAN-13, UPC-A, GTIN-14: weights 3 and 1 in turn, modulo 10 (GS1 General Specifications §7.9).
    Gs1,
    /// ISBN-10, whose last may be an X (ISO 2108:1992), or ISBN-13, which is an EAN-13.
    Isbn,
    /// ISSN, whose last may be an X (ISO 3297).
    Issn,
    /// IBAN, whose third and fourth are the check digits, modulo 97 (ISO 13616).
    Iban,
    /// Card numbers and many others: modulo 10 with doubled digits (ISO/IEC 7812-1, Annex B).
    Luhn,
}

impl CheckDigit {
    /// The kind that the text of a schema has, by its own description, the name of the component, or that of the member
    /// that has it.
    #[must_use]
    pub fn of(contract: &Contract, schemas: &[SchemaId], member: Option<&str>) -> Option<Self> {
        /// Further in, a description may speak of something else: "no ISBN, but the number of the copy".
        const FIRST: usize = 3;
        let described = schemas.iter().filter_map(|id| {
            let said = words(contract.schema(*id).description.as_deref()?);
            let is_luhn = said.iter().any(|word| word == "luhn");
            let named = || said.iter().take(FIRST).find_map(|word| Self::called(word));
            if is_luhn { Some(Self::Luhn) } else { named() }
        });
        let components = schemas
            .iter()
            .filter_map(|id| contract.schema(*id).name.as_deref().and_then(Self::named));
        described.chain(member.and_then(Self::named)).chain(components).next()
    }

    /// The kind by the last word of a name: `isbn`, `product_ean`, not `ean_label`.
    fn named(name: &str) -> Option<Self> {
        let words = words(name);
        let last = words.iter().rfind(|word| !word.chars().all(|c| c.is_ascii_digit()));
        last.and_then(|word| Self::called(word))
    }

    fn called(word: &str) -> Option<Self> {
        match word.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "ean" | "gtin" | "upc" => Some(Self::Gs1),
            "isbn" => Some(Self::Isbn),
            "issn" => Some(Self::Issn),
            "iban" => Some(Self::Iban),
            _ => None,
        }
    }

    /// Regular expressions of the usual forms, any of which a text may have whose schema leaves its form open.
    #[must_use]
    pub fn forms(self) -> &'static [&'static str] {
        match self {
            Self::Gs1 => &["^40[0-9]{11}$", "^0[0-9]{11}$", "^40[0-9]{6}$", "^0[0-9]{13}$"],
            Self::Isbn => &["^978[0-9]{10}$", "^978-[0-9]-[0-9]{3}-[0-9]{5}-[0-9]$", "^[0-9]{10}$"],
            Self::Issn => &["^[0-9]{4}-[0-9]{4}$", "^[0-9]{8}$"],
            Self::Iban => &["^DE00[0-9]{18}$"],
            Self::Luhn => &[],
        }
    }

    /// The same text with the right check digit, or with a wrong one; `None` where it isn't of a form that has one.
    #[must_use]
    pub fn complete(self, text: &str, right: bool) -> Option<String> {
        let own: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if !own.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        if self == Self::Iban {
            return iban(&own, right);
        }
        let body = own.get(..own.len().checked_sub(1)?)?;
        let digits: Vec<u32> = body.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
        let check = match (self, own.len()) {
            (Self::Gs1, 8 | 12 | 13 | 14) | (Self::Isbn, 13) => Check::decimal(gs1(&digits)),
            (Self::Isbn, 10) | (Self::Issn, 8) => Check(weighted(&digits), 11),
            (Self::Luhn, 2..) => Check::decimal(luhn(&digits)),
            _ => return None,
        };
        let digit = if right { check.digit() } else { check.following().digit() };
        let (last, _) = text.char_indices().rfind(|(_, c)| c.is_ascii_alphanumeric())?;
        Some(format!("{}{digit}{}", &text[..last], &text[last + 1..]))
    }
}

/// A check digit, and how many there are.
struct Check(u32, u32);

impl Check {
    fn decimal(value: u32) -> Self {
        Self(value, 10)
    }

    fn following(self) -> Self {
        Self((self.0 + 1) % self.1, self.1)
    }

    fn digit(&self) -> char {
        char::from_digit(self.0, 10).unwrap_or('X')
    }
}

fn gs1(digits: &[u32]) -> u32 {
    let weighted = digits.iter().rev().enumerate().map(|(n, digit)| digit * [3, 1][n % 2]);
    (10 - weighted.sum::<u32>() % 10) % 10
}

fn luhn(digits: &[u32]) -> u32 {
    let weighted = digits.iter().rev().enumerate().map(|(n, digit)| match n % 2 {
        0 => digit * 2 / 10 + digit * 2 % 10,
        _ => *digit,
    });
    (10 - weighted.sum::<u32>() % 10) % 10
}

/// ISBN-10 and ISSN: each digit by how many there are from it to the end.
fn weighted(digits: &[u32]) -> u32 {
    let weighted = digits.iter().rev().zip(2..).map(|(digit, weight)| digit * weight);
    (11 - weighted.sum::<u32>() % 11) % 11
}

fn iban(text: &str, right: bool) -> Option<String> {
    let (country, account) = (text.get(..2)?, text.get(4..)?);
    if !country.chars().all(|c| c.is_ascii_uppercase()) || account.is_empty() {
        return None;
    }
    let moved = format!("{account}{country}00");
    let step = |rest: u32, c: char| {
        let value = c.to_digit(36)?;
        Some((rest * if value < 10 { 10 } else { 100 } + value) % 97)
    };
    let check = 98 - moved.chars().try_fold(0, step)?;
    let check = if right { check } else { check % 90 + 7 };
    Some(format!("{country}{check:02}{account}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_world_have_the_digits_that_they_have() {
        let numbers = [
            (CheckDigit::Gs1, "4006381333931"),
            (CheckDigit::Gs1, "73513537"),
            (CheckDigit::Gs1, "036000291452"),
            (CheckDigit::Isbn, "9780141439518"),
            (CheckDigit::Isbn, "978-0-141-43951-8"),
            (CheckDigit::Isbn, "080442957X"),
            (CheckDigit::Issn, "0317-8471"),
            (CheckDigit::Issn, "2434-561X"),
            (CheckDigit::Iban, "DE89370400440532013000"),
            (CheckDigit::Iban, "GB82WEST12345698765432"),
            (CheckDigit::Luhn, "17893729974"),
        ];
        for (kind, number) in numbers {
            assert_eq!(kind.complete(number, true).as_deref(), Some(number));
            let wrong = kind.complete(number, false).expect("of the same form");
            assert_ne!(wrong, number);
            assert_eq!(kind.complete(&wrong, true).as_deref(), Some(number));
        }
    }

    #[test]
    fn what_is_of_no_known_form_has_none() {
        for text in ["", "1", "é", "12345", "978014143951é", "abcdefgh", "DE"] {
            assert_eq!(CheckDigit::Gs1.complete(text, true), None, "{text}");
            assert_eq!(CheckDigit::Iban.complete(text, true), None, "{text}");
        }
    }

    #[test]
    fn the_last_word_of_a_name_tells() {
        assert_eq!(CheckDigit::named("isbn13"), Some(CheckDigit::Isbn));
        assert_eq!(CheckDigit::named("product_ean"), Some(CheckDigit::Gs1));
        assert_eq!(CheckDigit::named("ean_label"), None);
        assert_eq!(CheckDigit::named("mean"), None);
    }
}
