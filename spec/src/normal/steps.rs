//! Several `multipleOf` as one.

use serde_json::Number;

use super::Sourced;

/// The least common multiple of all of them, as far as it can be written exactly; the others stay.
pub(super) fn fold(all: Vec<Sourced<Number>>) -> Vec<Sourced<Number>> {
    let mut folded: Vec<Sourced<Number>> = Vec::new();
    for mut step in all {
        folded.retain(|known| match least_common_multiple(&known.value, &step.value) {
            Some(both) => {
                let by = if both == step.value { step.by } else { known.by };
                step = Sourced { value: both, by };
                false
            }
            None => true,
        });
        folded.push(step);
    }
    folded
}

fn least_common_multiple(a: &Number, b: &Number) -> Option<Number> {
    if a == b {
        return Some(a.clone());
    }
    let (one, other) = (Decimal::of(a)?, Decimal::of(b)?);
    let scale = one.scale.max(other.scale);
    let (one, other) = (one.to_scale(scale)?, other.to_scale(scale)?);
    let both = one.checked_div(common_divisor(one, other))?.checked_mul(other)?;
    // As it is written, where it is one of the two.
    match (both == one, both == other) {
        (true, _) => Some(a.clone()),
        (_, true) => Some(b.clone()),
        _ => write(both, scale),
    }
}

/// A positive number as written: digits, so many of them behind the point.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u128,
    scale: u32,
}

impl Decimal {
    fn of(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits: u128 =
            format!("{whole}{fraction}").parse().ok().filter(|digits| *digits > 0)?;
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        match u32::try_from(scale) {
            Ok(scale) => Some(Self { digits, scale }),
            Err(_) => {
                let digits = digits.checked_mul(10_u128.checked_pow(scale.unsigned_abs())?)?;
                Some(Self { digits, scale: 0 })
            }
        }
    }

    fn to_scale(self, scale: u32) -> Option<u128> {
        self.digits.checked_mul(10_u128.checked_pow(scale - self.scale)?)
    }
}

fn common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A number of so many digits behind the point, if a document can say just that.
fn write(digits: u128, scale: u32) -> Option<Number> {
    let unit = 10_u128.checked_pow(scale)?;
    if digits.is_multiple_of(unit) {
        return u64::try_from(digits / unit).ok().map(Number::from);
    }
    // Fifteen digits survive a double.
    if digits >= 1_000_000_000_000_000 {
        return None;
    }
    format!("{digits}e-{scale}").parse().ok().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pair: [&str; 2], expected: Option<&str>) {
        let read = |text: &str| -> Number { text.parse().expect("a number") };
        let found = least_common_multiple(&read(pair[0]), &read(pair[1]));
        assert_eq!(found, expected.map(read));
    }

    #[test]
    fn two_steps_are_one_where_it_can_be_written() {
        check(["2", "3"], Some("6"));
        check(["4", "2"], Some("4"));
        check(["0.01", "0.1"], Some("0.1"));
        check(["0.4", "0.6"], Some("1.2"));
        check(["0.25", "1"], Some("1"));
        check(["1e3", "7"], Some("7000"));
        check(["18446744073709551615", "2"], None);
        check(["1e-300", "3"], None);
        check(["0", "3"], None);
    }
}
