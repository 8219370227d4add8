//! Whether a query has admitted what fits of a list, and nothing else.

use std::cmp::Ordering;

use serde_json::Value;
use spec::resources::FilterKind;

use super::Having;
use super::unmet::{Difference, is_fine, says_the_same, show};
use crate::expression::{json_equal, order};

/// What one of some members must be, with the values filled in.
pub(super) struct Wanted<'h> {
    pub(super) having: &'h Having,
    pub(super) any_of: Vec<Value>,
}

/// An item that is there and doesn't fit, or one of all that fits and isn't there. Of an item of which nobody can say whether it
/// fits, nothing is asked.
pub(super) fn wrong(got: &[Value], from: &[Value], wanted: &[Wanted<'_>]) -> Difference {
    let expected = wanted.iter().map(Wanted::told).collect::<Vec<_>>().join(" and ");
    let fit = |item: &&Value| fits(item, wanted);
    if let Some(other) = got.iter().find(|item| fit(item) == Some(false)) {
        return Some((format!("only items with {expected}"), show(other)));
    }
    let is_there = |item: &Value| got.iter().any(|one| json_equal(one, item));
    let missing = from.iter().find(|item| fit(item) == Some(true) && !is_there(item))?;
    let expected = format!("all items with {expected}, this one, too: {}", show(missing));
    Some((expected, format!("{} items without it", got.len())))
}

/// Whether an item fits in every member; `None`: nobody knows.
fn fits(item: &Value, wanted: &[Wanted<'_>]) -> Option<bool> {
    let each: Vec<Option<bool>> = wanted.iter().map(|one| one.fits(item)).collect();
    if each.contains(&Some(false)) {
        return Some(false);
    }
    each.iter().all(Option::is_some).then_some(true)
}

impl Wanted<'_> {
    fn told(&self) -> String {
        let values: Vec<String> = self.any_of.iter().map(show).collect();
        format!("`{}` {} {}", self.having.member, self.having.kind, values.join(" or "))
    }

    fn fits(&self, item: &Value) -> Option<bool> {
        let member = &self.having.member;
        // Where it lies deeper, it is a pointer.
        let own = item.get(member).or_else(|| item.pointer(member)).unwrap_or(&Value::Null);
        if let (FilterKind::HasAll, Value::Array(all)) = (self.having.kind, own) {
            let has = |one: &Value| all.iter().any(|own| self.is(own, one) == Some(true));
            return Some(self.any_of.iter().all(has));
        }
        let of_any: Vec<Option<bool>> = match (self.having.kind, own) {
            (FilterKind::Has, Value::Array(all)) => {
                let each = all.iter().flat_map(|own| self.any_of.iter().map(move |one| (own, one)));
                each.map(|(own, one)| self.is(own, one)).collect()
            }
            _ => self.any_of.iter().map(|one| self.compares(own, one)).collect(),
        };
        match of_any.contains(&Some(true)) {
            true => Some(true),
            false => of_any.iter().all(Option::is_some).then_some(false),
        }
    }

    fn compares(&self, own: &Value, value: &Value) -> Option<bool> {
        let is_coarse = self.having.coarse && !is_fine(own);
        let found = || order(own, value).filter(|order| !is_coarse || *order != Ordering::Equal);
        match self.having.kind {
            FilterKind::Equal | FilterKind::Has | FilterKind::HasAll => self.is(own, value),
            FilterKind::AtMost => Some(found()? != Ordering::Greater),
            FilterKind::AtLeast => Some(found()? != Ordering::Less),
            FilterKind::Below => Some(found()? == Ordering::Less),
            FilterKind::Above => Some(found()? == Ordering::Greater),
        }
    }

    /// Whether a value is what was asked for. A text may be meant whatever its letter case, or as a part of another one, where
    /// nothing says otherwise.
    fn is(&self, own: &Value, value: &Value) -> Option<bool> {
        if says_the_same(own, value) {
            return Some(true);
        }
        let (Value::String(own), Value::String(value)) = (own, value) else { return Some(false) };
        let (own, value) = (own.to_lowercase(), value.to_lowercase());
        if own == value {
            return self.having.any_case.then_some(true);
        }
        (self.having.whole || !own.contains(&value)).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn having(member: &str, kind: FilterKind) -> Having {
        let any_of = Vec::new();
        Having {
            member: member.to_owned(),
            kind,
            any_of,
            any_case: false,
            whole: false,
            coarse: false,
        }
    }

    fn admits(having: &Having, value: Value, item: &Value) -> Option<bool> {
        fits(item, &[Wanted { having, any_of: vec![value] }])
    }

    #[test]
    fn items_fit_by_what_their_members_are() {
        let item = json!({"n": 3, "city": "Old Bremen", "tags": ["a", "B"], "at": null});
        for (member, kind, value, expected) in [
            ("n", FilterKind::Equal, json!(3), Some(true)),
            ("n", FilterKind::AtMost, json!(3), Some(true)),
            ("n", FilterKind::Below, json!(3), Some(false)),
            ("n", FilterKind::Above, json!(2), Some(true)),
            ("n", FilterKind::AtLeast, json!(4), Some(false)),
            ("at", FilterKind::AtLeast, json!("2026-01-01"), None),
            ("at", FilterKind::Equal, json!("x"), Some(false)),
            ("city", FilterKind::Equal, json!("old bremen"), None),
            ("city", FilterKind::Equal, json!("Bremen"), None),
            ("city", FilterKind::Equal, json!("Kiel"), Some(false)),
            ("tags", FilterKind::Has, json!("B"), Some(true)),
            ("tags", FilterKind::Has, json!("c"), Some(false)),
            ("tags", FilterKind::HasAll, json!("B"), Some(true)),
            ("tags", FilterKind::HasAll, json!("c"), Some(false)),
        ] {
            let found = admits(&having(member, kind), value.clone(), &item);
            assert_eq!(found, expected, "{member} {kind} {value}");
        }
        let coarse = Having { coarse: true, ..having("at", FilterKind::AtMost) };
        let at = |text: &str| json!({"at": text});
        let bound = || json!("2026-01-01T00:00:00Z");
        assert_eq!(admits(&coarse, bound(), &at("2026-01-01T00:00:00Z")), None);
        assert_eq!(admits(&coarse, bound(), &at("2026-01-01T00:00:00.000000Z")), Some(true));
        assert_eq!(admits(&coarse, bound(), &at("2026-01-01T00:00:01Z")), Some(false));
        let in_any_case =
            Having { any_case: true, whole: true, ..having("city", FilterKind::Equal) };
        assert_eq!(admits(&in_any_case, json!("old bremen"), &item), Some(true));
        assert_eq!(admits(&in_any_case, json!("Bremen"), &item), Some(false));
    }

    #[test]
    fn what_fits_is_there_and_nothing_else() {
        let kind = having("kind", FilterKind::Equal);
        let asked = || [Wanted { having: &kind, any_of: vec![json!("walk"), json!("ride")] }];
        let items = [json!({"kind": "walk"}), json!({"kind": "swim"}), json!({"kind": "ride"})];
        let [walk, swim, ride] = items.clone();
        assert_eq!(wrong(&[ride.clone(), walk.clone()], &items, &asked()), None);
        assert!(wrong(std::slice::from_ref(&walk), &items, &asked()).is_some());
        assert!(wrong(&[walk, ride, swim], &items, &asked()).is_some());
    }
}
