//! Whether a member of an answer is what it is said to be of others: a sum, a product, a share, a later moment.

use std::str::FromStr;

use fraction::BigFraction;
use serde_json::Value;
use spec::resources::{Arithmetic, Formula, Product, Rounding, Term, Toward};
use time::format_description::well_known::Iso8601;
use time::{Date, Duration};

use crate::expression::moment;

/// Of numbers that a format rounds to an even bit, and no text says how: they are within this of what they are.
const INEXACT: (u64, u64) = (11, 1_000);

/// What a member had to be and what it was, of the first object where it isn't. What an object doesn't have, or has as null, says
/// nothing.
pub(super) fn wrong(body: &Value, formula: &Formula) -> Option<(String, String)> {
    objects(body, formula.list.as_deref())?.iter().find_map(|object| {
        let got = at(object, &formula.member).filter(|got| !got.is_null())?;
        let expected = expected(object, &formula.is)?;
        let is_zero = formula.or_zero && number(got) == Some(BigFraction::from(0));
        (!is_zero && !expected.is(got)?)
            .then(|| (format!("{expected}: {formula}"), got.to_string()))
    })
}

/// What an array of a body has, or the body itself.
pub(super) fn objects<'b>(body: &'b Value, list: Option<&str>) -> Option<&'b [Value]> {
    match list {
        Some(list) => body.get(list)?.as_array().map(Vec::as_slice),
        None => Some(std::slice::from_ref(body)),
    }
}

/// What a formula comes to.
enum Outcome {
    Number {
        exactly: BigFraction,
        rounding: Option<Rounding>,
        /// Whether it is made of numbers that a format may have rounded.
        is_inexact: bool,
    },
    Moment(time::OffsetDateTime),
    Day(Date),
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number { exactly, rounding: None, .. } => write!(f, "{exactly:.6}"),
            Self::Number { exactly, .. } => write!(f, "{exactly:.6}, rounded"),
            Self::Moment(moment) => write!(f, "{moment}"),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

impl Outcome {
    fn unrounded((exactly, is_inexact): Given) -> Self {
        Self::Number { exactly, rounding: None, is_inexact }
    }

    /// Whether a value is it; `None`: the value is of another kind.
    fn is(&self, got: &Value) -> Option<bool> {
        match self {
            Self::Moment(expected) => Some(moment(got)? == *expected),
            Self::Day(expected) => Some(day(got)? == *expected),
            Self::Number { exactly, rounding, is_inexact } => {
                let told = number(got)?;
                let apart = if told < *exactly {
                    exactly.clone() - told.clone()
                } else {
                    told.clone() - exactly.clone()
                };
                let Some(Rounding { toward, places }) = rounding else {
                    let is_whole = got.is_i64() && exactly.fract() == BigFraction::from(0);
                    let near = match *is_inexact && !is_whole {
                        true => BigFraction::new(INEXACT.0, INEXACT.1),
                        false => BigFraction::from(0),
                    };
                    return Some(apart <= near);
                };
                let places = places.or_else(|| places_of(got))?;
                let unit = BigFraction::new(1_u64, 10_u64.checked_pow(places)?);
                let half = unit.clone() / BigFraction::from(2);
                let units = |number: BigFraction| number / unit.clone();
                Some(match toward {
                    Toward::Nearest => apart <= half,
                    Toward::NearestUp => {
                        told == units(exactly.clone() + half).floor() * unit.clone()
                    }
                    Toward::Down => told == units(exactly.clone()).floor() * unit.clone(),
                    Toward::Up => told == units(exactly.clone()).ceil() * unit.clone(),
                })
            }
        }
    }
}

fn expected(object: &Value, is: &Arithmetic) -> Option<Outcome> {
    match is {
        Arithmetic::Sum { plus, less } => {
            let (plus, is_inexact) = sum(object, plus)?;
            let (less, others) = sum(object, less)?;
            Some(Outcome::unrounded((plus - less, is_inexact || others)))
        }
        Arithmetic::Extreme { list, member, is_greatest } => {
            let items = object.get(list)?.as_array()?.iter();
            let all: Option<Vec<Given>> = items.map(|item| factor(item, member)).collect();
            let all = all?.into_iter();
            let by_number = |(one, _): &Given, (other, _): &Given| one.cmp(other);
            let extreme = if *is_greatest { all.max_by(by_number) } else { all.min_by(by_number) };
            Some(Outcome::unrounded(extreme?))
        }
        Arithmetic::Product(product) => multiplied(object, product),
        Arithmetic::Later { from, by, seconds } => {
            let by = object.get(by)?.as_i64()?.checked_mul(*seconds)?;
            moment(object.get(from)?)?.checked_add(Duration::seconds(by)).map(Outcome::Moment)
        }
        Arithmetic::DaysAfter { from, days } => {
            day(object.get(from)?)?.checked_add(Duration::days(*days)).map(Outcome::Day)
        }
    }
}

/// A number, and whether a format may have rounded it.
type Given = (BigFraction, bool);

fn sum(object: &Value, terms: &[Term]) -> Option<Given> {
    together(terms.iter().map(|one| term(object, one)))
}

fn term(object: &Value, term: &Term) -> Option<Given> {
    match term {
        Term::Member(name) => factor(object, name),
        Term::Sum { list, member } => {
            let items = object.get(list)?.as_array()?;
            together(items.iter().map(|item| factor(item, member)))
        }
    }
}

/// All of them added up, if each is there.
fn together(mut all: impl Iterator<Item = Option<Given>>) -> Option<Given> {
    all.try_fold((BigFraction::from(0), false), |(sum, is_inexact), one| {
        let (number, inexact) = one?;
        Some((sum + number, is_inexact || inexact))
    })
}

fn factor(object: &Value, name: &str) -> Option<Given> {
    let value = at(object, name)?;
    Some((number(value)?, value.is_f64()))
}

/// What a member of an object is, or what a JSON pointer leads to.
fn at<'o>(object: &'o Value, name: &str) -> Option<&'o Value> {
    if name.starts_with('/') { object.pointer(name) } else { object.get(name) }
}

fn multiplied(object: &Value, product: &Product) -> Option<Outcome> {
    let hundred = BigFraction::from(100);
    let (times, over) = product.times;
    let mut exactly = BigFraction::from(times) / BigFraction::from(over);
    let mut is_inexact = false;
    for name in &product.factors {
        let (number, inexact) = factor(object, name)?;
        (exactly, is_inexact) = (exactly * number, is_inexact || inexact);
    }
    if let Some(name) = &product.over {
        let (number, inexact) = factor(object, name)?;
        if number == BigFraction::from(0) {
            return None;
        }
        (exactly, is_inexact) = (exactly / number, is_inexact || inexact);
    }
    if let Some(name) = &product.less_percent {
        let (percent, inexact) = factor(object, name)?;
        exactly = exactly * (hundred.clone() - percent) / hundred;
        is_inexact |= inexact;
    }
    Some(Outcome::Number { exactly, rounding: product.rounding, is_inexact })
}

/// A number, or a decimal in text.
fn number(value: &Value) -> Option<BigFraction> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let is_decimal = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, behind) = digits.split_once('.').unwrap_or((digits, "0"));
        let are_digits =
            |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
        are_digits(whole) && are_digits(behind) && text.len() < 40
    };
    if is_decimal(&text) {
        return BigFraction::from_str(&text).ok();
    }
    value.as_f64().filter(|number| number.abs() < 1e15).map(BigFraction::from)
}

/// How many digits a value has behind its point, as its kind is written: none of whole numbers, those there are of a text.
fn places_of(value: &Value) -> Option<u32> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => return Some(2),
        Value::Number(_) => return Some(0),
        _ => return None,
    };
    text.split_once('.').map_or(Some(0), |(_, behind)| u32::try_from(behind.len()).ok())
}

fn day(value: &Value) -> Option<Date> {
    Date::parse(value.as_str()?, &Iso8601::DATE).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn formula(list: Option<&str>, member: &str, is: Arithmetic) -> Formula {
        Formula { list: list.map(str::to_owned), member: member.to_owned(), is, or_zero: false }
    }

    #[test]
    fn members_are_what_they_are_said_to_be() {
        let order = json!({"lines": [{"n": 2, "price": 3, "amount": 6}, {"n": 1, "price": 4, "amount": 4}],
            "sum": 10, "off": 0.5, "total": 9.5, "at": "2041-12-31T23:30:00Z", "minutes": 45, "until": "2042-01-01T00:15:00Z"});
        let name = str::to_owned;
        let product = |factors: [&str; 2], times, rounding| Product {
            factors: factors.map(name).into(),
            times,
            over: None,
            less_percent: None,
            rounding,
        };
        let amount = Arithmetic::Product(product(["n", "price"], (1, 1), None));
        let amount = formula(Some("lines"), "amount", amount);
        let lines = Term::Sum { list: name("lines"), member: name("amount") };
        let sum = formula(None, "sum", Arithmetic::Sum { plus: vec![lines], less: Vec::new() });
        let member = |one| vec![Term::Member(name(one))];
        let less = Arithmetic::Sum { plus: member("sum"), less: member("off") };
        let total = formula(None, "total", less);
        let later = Arithmetic::Later { from: name("at"), by: name("minutes"), seconds: 60 };
        let until = formula(None, "until", later);
        for right in [&amount, &sum, &total, &until] {
            assert_eq!(wrong(&order, right), None, "{right}");
        }
        let order = json!({"lines": [{"n": 2, "price": 3, "amount": 3}], "sum": 6, "off": 0.5, "total": 6,
            "at": "2041-12-31T23:30:00Z", "minutes": 45, "until": "2041-12-31T23:50:00Z"});
        for wrong_one in [&amount, &sum, &total, &until] {
            assert!(wrong(&order, wrong_one).is_some(), "{wrong_one}");
        }
        assert_eq!(wrong(&json!({"total": null, "sum": 3, "off": 1}), &total), None);
    }

    #[test]
    fn what_is_rounded_is_so_to_the_side_that_is_said() {
        let taxed = |toward| {
            let rounding = Some(Rounding { toward, places: None });
            let factors = vec!["net".to_owned()];
            let (over, less_percent) = (None, None);
            let is = Arithmetic::Product(Product {
                factors,
                times: (19, 100),
                over,
                less_percent,
                rounding,
            });
            formula(None, "tax", is)
        };
        let is = |net: Value, tax: Value, toward| {
            wrong(&json!({"net": net, "tax": tax}), &taxed(toward)).is_none()
        };
        for (net, tax, right) in [
            (json!(50), 9, [Toward::Nearest, Toward::Down].as_slice()),
            (json!(50), 10, &[Toward::Nearest, Toward::NearestUp, Toward::Up]),
            (json!(51), 9, &[Toward::Down]),
            (json!(100), 19, &[Toward::Nearest, Toward::NearestUp, Toward::Down, Toward::Up]),
        ] {
            for toward in [Toward::Nearest, Toward::NearestUp, Toward::Down, Toward::Up] {
                let is_right = is(net.clone(), tax.into(), toward);
                assert_eq!(is_right, right.contains(&toward), "{net} {tax} {toward:?}");
            }
        }
        assert!(is(json!("0.50"), json!("0.10"), Toward::NearestUp));
        assert!(!is(json!("0.50"), json!("0.09"), Toward::NearestUp));
        assert!(is(json!("much"), json!("0.09"), Toward::NearestUp), "no number, nothing to say");
        assert!(is(json!(0), json!(0), Toward::NearestUp));
    }
}
