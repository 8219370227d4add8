//! Numbers, booleans and texts, some of them with a format.
//!
//! Texts that have a type of their own are kept by what they mean, not by how they are spelled: `.250Z` is written as
//! `.25Z`, and a UUID in lower case. To RFC 3339 §5.6 and RFC 9562 §4 they are the same, to keep the text beside each
//! value would cost every API that computes with them, and what is text in the contract stays as it came. Numbers are
//! equal by value: 1.0 that was read may be written as 1.

use serde::{Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::json::{Json, Own, ReadScalar, Shape, read_scalar, wrong_type};
use super::rules::{Number, Rules};
use super::uri::Uri;
use super::validation::{Code, Report};

/// `Json` for scalars: reads by [`ReadScalar`], writes and checks as told.
macro_rules! json_scalar {
    ($ty:ty, |$value:ident, $output:ident| $write:expr, |$rules:ident, $report:ident| $check:expr) => {
        impl Json for $ty {
            type Shape = Own;
        }

        impl Shape<$ty> for Own {
            fn read<'de, D: Deserializer<'de>>(
                input: D,
                rules: &Rules,
                report: &mut Report,
            ) -> Result<Option<$ty>, D::Error> {
                read_scalar(input, rules, report)
            }

            fn write<S: Serializer>($value: &$ty, $output: S) -> Result<S::Ok, S::Error> {
                $write
            }

            fn check($value: &$ty, $rules: &Rules, $report: &mut Report) {
                $check
            }
        }
    };
}

macro_rules! integers {
    ($($ty:ident)*) => {$(
        impl ReadScalar for $ty {
            const EXPECTED: &'static str = "an integer";

            fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let is_integer = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                if !report.is_text() || !is_integer {
                    return wrong_type(Self::EXPECTED, report);
                }
                match text.parse::<i128>() {
                    Ok(value) => Self::from_number(Number::Integer(value), rules, report),
                    Err(_) => out_of_range(Self::MIN.into(), Self::MAX.into(), report),
                }
            }

            fn from_number(value: Number, rules: &Rules, report: &mut Report) -> Option<Self> {
                let Some(value) = whole(value) else {
                    return wrong_type(Self::EXPECTED, report);
                };
                rules.check_number(Number::Integer(value), report);
                match Self::try_from(value) {
                    Ok(value) => Some(value),
                    Err(_) => out_of_range(Self::MIN.into(), Self::MAX.into(), report),
                }
            }
        }

        json_scalar!(
            $ty,
            |value, output| value.serialize(output),
            |rules, report| rules.check_number(Number::Integer((*value).into()), report)
        );
    )*};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// The whole number that a number is: in JSON Schema 1.0 is an integer.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast from float saturates, and what is out of range is refused"
)]
fn whole(number: Number) -> Option<i128> {
    match number {
        Number::Integer(value) => Some(value),
        Number::Float(value) if value.fract() == 0.0 => Some(value as i128),
        Number::Float(_) => None,
    }
}

fn out_of_range<T>(least: i128, most: i128, report: &mut Report) -> Option<T> {
    report.add(Code::InvalidFormat, format!("must be an integer from {least} to {most}"));
    None
}

impl ReadScalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        // Rust also reads `inf`, `nan` and `+1`.
        let is_plain = text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && text.ends_with(|c: char| c.is_ascii_digit());
        match text.parse::<Self>() {
            Ok(value) if report.is_text() && is_plain && value.is_finite() => {
                Self::from_number(Number::Float(value), rules, report)
            }
            _ => wrong_type(Self::EXPECTED, report),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a number is a double, as in JavaScript")]
    fn from_number(value: Number, rules: &Rules, report: &mut Report) -> Option<Self> {
        rules.check_number(value, report);
        Some(match value {
            Number::Integer(value) => value as Self,
            Number::Float(value) => value,
        })
    }
}

json_scalar!(f64, |value, output| write_number(*value, output), |rules, report| rules
    .check_number(Number::Float(*value), report));

/// Whole numbers are written as such: 5 that was read comes back as 5, not as 5.0.
#[expect(clippy::cast_possible_truncation, reason = "the value is whole and small")]
fn write_number<S: Serializer>(value: f64, output: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT && !(value == 0.0 && value.is_sign_negative()) {
        output.serialize_i64(value as i64)
    } else {
        output.serialize_f64(value)
    }
}

impl ReadScalar for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_text(text: &str, _rules: &Rules, report: &mut Report) -> Option<Self> {
        let is_text = report.is_text();
        if is_text && text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if is_text && text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            wrong_type(Self::EXPECTED, report)
        }
    }

    fn from_boolean(value: bool, _report: &mut Report) -> Option<Self> {
        Some(value)
    }
}

json_scalar!(bool, |value, output| value.serialize(output), |_rules, _report| {
    let _ = value;
});

impl ReadScalar for String {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        Self::from_string(text.to_owned(), rules, report)
    }

    fn from_string(text: String, rules: &Rules, report: &mut Report) -> Option<Self> {
        rules.check_text(&text, report);
        Some(text)
    }
}

json_scalar!(String, |value, output| value.serialize(output), |rules, report| rules
    .check_text(value, report));

fn invalid_format<T>(expected: &'static str, report: &mut Report) -> Option<T> {
    report.add(Code::InvalidFormat, expected);
    None
}

impl ReadScalar for Uuid {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        rules.check_text(text, report);
        // The crate also reads the braced, the bare and the `urn:` form, which RFC 9562 §4 doesn't have.
        match Self::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Some(uuid),
            _ => invalid_format("must be a hyphenated UUID", report),
        }
    }
}

json_scalar!(
    Uuid,
    |value, output| output
        .serialize_str(value.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
    |rules, report| rules
        .check_text(value.hyphenated().encode_lower(&mut Uuid::encode_buffer()), report)
);

impl ReadScalar for OffsetDateTime {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        rules.check_text(text, report);
        match Self::parse(text, &Rfc3339) {
            Ok(time) => Some(time),
            Err(_) => invalid_format("must be a date and time as in RFC 3339", report),
        }
    }
}

json_scalar!(
    OffsetDateTime,
    |value, output| {
        let text = value.format(&Rfc3339).map_err(serde::ser::Error::custom)?;
        output.serialize_str(&text)
    },
    |rules, report| {
        match value.format(&Rfc3339) {
            Ok(text) => rules.check_text(&text, report),
            Err(_) => report.add(Code::InvalidFormat, "must be in the years 0 to 9999"),
        }
    }
);

impl ReadScalar for Date {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        rules.check_text(text, report);
        match parse_date(text) {
            Some(date) => Some(date),
            None => invalid_format("must be a date as in RFC 3339", report),
        }
    }
}

json_scalar!(Date, |value, output| output.serialize_str(&format_date(*value)), |rules, report| {
    rules.check_text(&format_date(*value), report)
});

/// `full-date` of RFC 3339.
fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        let part = bytes.get(range)?;
        part.iter()
            .all(u8::is_ascii_digit)
            .then(|| part.iter().fold(0_u16, |value, digit| value * 10 + u16::from(digit - b'0')))
    };
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()
}

fn format_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

impl ReadScalar for Uri {
    const EXPECTED: &'static str = "a string";

    fn from_text(text: &str, rules: &Rules, report: &mut Report) -> Option<Self> {
        Self::from_string(text.to_owned(), rules, report)
    }

    fn from_string(text: String, rules: &Rules, report: &mut Report) -> Option<Self> {
        rules.check_text(&text, report);
        match Self::parse(text) {
            Ok(uri) => Some(uri),
            Err(_) => invalid_format("must be an absolute URI", report),
        }
    }
}

json_scalar!(Uri, |value, output| output.serialize_str(value.as_str()), |rules, report| rules
    .check_text(value.as_str(), report));
