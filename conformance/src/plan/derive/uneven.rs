//! Numbers that are rounded, of numbers that don't come out even: with prices of 4500, 19 percent are as right cut off as
//! rounded.
//!
//! All that the request needs is made with amounts whose last two digits are others than those of the examples.

use std::sync::Arc;

use serde_json::Value;
use spec::model::Operation;
use spec::names::words;
use spec::resources::{Arithmetic, Formula};

use super::change::change;
use super::{CALL, valid_call};
use crate::case::{Case, Derivation};
use crate::plan::Planner;
use crate::plan::draft::About;
use crate::sample::Extent;

/// The last two digits: of 19 percent, and of 20, some come out above a half, one on a half, and some below.
const DIGITS: [i64; 3] = [3, 50, 7];
const HUNDRED: i64 = 100;
/// What smaller numbers are called that are amounts, and no counts.
const AMOUNTS: [&str; 6] = ["cents", "minor", "amount", "price", "cost", "fee"];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if !planner.formulas(operation).iter().any(is_rounded) {
        return Vec::new();
    }
    DIGITS.into_iter().filter_map(|digits| case(planner, operation, digits)).collect()
}

fn is_rounded(formula: &Formula) -> bool {
    matches!(&formula.is, Arithmetic::Product(product) if product.rounding.is_some())
}

fn case(planner: &Planner<'_>, operation: &Operation, digits: i64) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let (mut draft, mut request, _) = valid_call(planner, operation, Extent::Complete)
        .or_else(|_| valid_call(planner, operation, Extent::Minimal))
        .ok()?;
    let uneven = |name: &str, value: &Value| ending_in(name, value, digits);
    let mut is_changed = false;
    for step in &mut draft.steps {
        let Ok(made) = planner.operation(&step.operation_id) else { continue };
        is_changed |= change(planner, made, &mut Arc::make_mut(step).request, &uneven);
    }
    is_changed |= change(planner, operation, &mut request, &uneven);
    is_changed.then_some(())?;
    draft.push(operation, CALL, request, planner.succeeds(operation));
    // The amounts are of the suite's choosing: there may be more to them than a schema says.
    draft.last_step()?.criteria.iter_mut().for_each(|one| one.weigh("sense-allows"));
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("computed-as-told:uneven:{digits}"),
        summary: "numbers are rounded as it is said".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// An amount with other digits at its end: 4503 of 4500, or "45.03" of "45.00".
fn ending_in(name: &str, value: &Value, digits: i64) -> Option<Value> {
    match value {
        Value::Number(number) => {
            let is_amount = words(name).iter().any(|word| AMOUNTS.contains(&word.as_str()));
            let least = if is_amount { 1 } else { HUNDRED };
            let number = number.as_i64().filter(|number| *number >= least)?;
            Some((number / HUNDRED * HUNDRED + digits).into())
        }
        Value::String(text) => {
            let (whole, behind) = text.split_once('.')?;
            let are_digits = |text: &str| text.bytes().all(|one| one.is_ascii_digit());
            let is_amount = !whole.is_empty() && behind.len() == 2;
            (is_amount && are_digits(whole) && are_digits(behind)).then_some(())?;
            Some(format!("{whole}.{digits:02}").into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_no_longer_even() {
        assert_eq!(ending_in("", &json!(4_525), 3), Some(json!(4_503)));
        assert_eq!(ending_in("price_cents", &json!(1), 3), Some(json!(3)));
        assert_eq!(ending_in("", &json!("12.00"), 50), Some(json!("12.50")));
        assert_eq!(ending_in("", &json!("0.99"), 3), Some(json!("0.03")));
        for other in [json!(2), json!("1.2.3"), json!("RM-204711"), json!(null), json!("a.bc")] {
            assert_eq!(ending_in("quantity", &other, 3), None, "{other}");
        }
    }
}
