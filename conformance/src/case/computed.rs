//! Whether a member of an answer is what it is said to be of others: a sum, a product, a later moment.

use serde_json::Value;
use spec::resources::{Arithmetic, Formula};
use time::Duration;

use crate::expression::moment;

/// What rounding may make of numbers that aren't whole.
const ROUNDED: f64 = 0.011;

/// What a member had to be and what it was, of the first object where it isn't. What an object doesn't have, or has as null, says
/// nothing.
pub(super) fn wrong(body: &Value, formula: &Formula) -> Option<(String, String)> {
    let objects = match &formula.list {
        Some(list) => body.get(list)?.as_array()?.as_slice(),
        None => std::slice::from_ref(body),
    };
    objects.iter().find_map(|object| {
        let got = object.get(&formula.member).filter(|got| !got.is_null())?;
        let expected = expected(object, &formula.is)?;
        (!expected.is(got)?).then(|| (format!("{expected:?}: {formula}"), got.to_string()))
    })
}

/// What a formula comes to.
#[derive(Debug)]
enum Outcome {
    Whole(i128),
    Number(f64),
    Moment(time::OffsetDateTime),
}

impl Outcome {
    /// Whether a value is it; `None`: the value is of another kind.
    fn is(&self, got: &Value) -> Option<bool> {
        Some(match self {
            Self::Whole(number) => match got.as_i64() {
                Some(got) => i128::from(got) == *number,
                None => (got.as_f64()? - *number as f64).abs() < ROUNDED,
            },
            Self::Number(number) => (got.as_f64()? - number).abs() < ROUNDED,
            Self::Moment(expected) => moment(got)? == *expected,
        })
    }
}

fn expected(object: &Value, is: &Arithmetic) -> Option<Outcome> {
    let of = |one: &str,
              other: &str,
              whole: fn(i128, i128) -> Option<i128>,
              number: fn(f64, f64) -> f64| {
        combined(object.get(one)?, object.get(other)?, whole, number)
    };
    match is {
        Arithmetic::Plus(one, other) => of(one, other, i128::checked_add, |a, b| a + b),
        Arithmetic::Less(one, other) => of(one, other, i128::checked_sub, |a, b| a - b),
        Arithmetic::Times(one, other) => of(one, other, i128::checked_mul, |a, b| a * b),
        Arithmetic::Later { from, by, seconds } => {
            let by = object.get(by)?.as_i64()?.checked_mul(*seconds)?;
            moment(object.get(from)?)?.checked_add(Duration::seconds(by)).map(Outcome::Moment)
        }
        Arithmetic::Sum { list, member } => {
            let items = object.get(list)?.as_array()?;
            let mut sum = Value::from(0);
            for item in items {
                sum = match combined(&sum, item.get(member)?, i128::checked_add, |a, b| a + b)? {
                    Outcome::Whole(number) => i64::try_from(number).ok()?.into(),
                    Outcome::Number(number) => number.into(),
                    Outcome::Moment(_) => return None,
                };
            }
            combined(&sum, &Value::from(0), i128::checked_add, |a, b| a + b)
        }
    }
}

/// Two numbers: whole ones exactly.
fn combined(
    one: &Value,
    other: &Value,
    whole: fn(i128, i128) -> Option<i128>,
    number: fn(f64, f64) -> f64,
) -> Option<Outcome> {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return whole(one.into(), other.into()).map(Outcome::Whole);
    }
    Some(Outcome::Number(number(one.as_f64()?, other.as_f64()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn formula(list: Option<&str>, member: &str, is: Arithmetic) -> Formula {
        Formula { list: list.map(str::to_owned), member: member.to_owned(), is }
    }

    #[test]
    fn members_are_what_they_are_said_to_be() {
        let order = json!({"lines": [{"n": 2, "price": 3, "amount": 6}, {"n": 1, "price": 4, "amount": 4}],
            "sum": 10, "off": 0.5, "total": 9.5, "at": "2041-12-31T23:30:00Z", "minutes": 45, "until": "2042-01-01T00:15:00Z"});
        let name = str::to_owned;
        let amount = formula(Some("lines"), "amount", Arithmetic::Times(name("n"), name("price")));
        let sum =
            formula(None, "sum", Arithmetic::Sum { list: name("lines"), member: name("amount") });
        let total = formula(None, "total", Arithmetic::Less(name("sum"), name("off")));
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
}
