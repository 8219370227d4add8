//! The value that stands for a sample while many that differ from it in one place are held against a schema: to make it anew
//! for each takes longer than to judge it.

use std::mem;

use serde_json::Value;

use super::{Location, Sample, Segment};

/// What stands for a sample.
#[derive(Debug, Clone)]
pub(crate) struct StandIn(Value);

impl StandIn {
    pub(crate) fn of(sample: &Sample) -> Self {
        Self(sample.stand_in())
    }

    /// What is said of the value with something else at a place, or with nothing there. `None` where the place can't be reached.
    pub(crate) fn with<T>(
        &mut self,
        place: &Location,
        there: Option<&Sample>,
        judge: impl FnOnce(&Value) -> T,
    ) -> Option<T> {
        let pointer = place.pointer();
        if let (Some(found), Some(there)) = (self.0.pointer_mut(&pointer), there) {
            let before = mem::replace(found, there.stand_in());
            let judged = judge(&self.0);
            if let Some(found) = self.0.pointer_mut(&pointer) {
                *found = before;
            }
            return Some(judged);
        }
        // What is added or taken away would change the order of those that stay.
        let mut changed = self.0.clone();
        let (last, around) = place.0.split_last()?;
        let around = Location(around.to_vec()).pointer();
        match (changed.pointer_mut(&around)?, last, there) {
            (Value::Object(members), Segment::Member(name), Some(there)) => {
                members.insert(name.clone(), there.stand_in());
            }
            (Value::Object(members), Segment::Member(name), None) => {
                members.remove(name)?;
            }
            _ => return None,
        }
        Some(judge(&changed))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_put_is_taken_away_again() {
        let sample = Sample::Value(json!({ "a": [1, 2], "b": "x" })).opened();
        let mut stand_in = StandIn::of(&sample);
        let root = Location::default();
        let mut seen = |place: &Location, there: Option<Value>| {
            let there = there.map(Sample::Value);
            stand_in.with(place, there.as_ref(), Value::clone)
        };
        assert_eq!(
            seen(&root.member("a").item(1), Some(json!(null))),
            Some(json!({ "a": [1, null], "b": "x" }))
        );
        assert_eq!(seen(&root.member("b"), None), Some(json!({ "a": [1, 2] })));
        assert_eq!(
            seen(&root.member("c"), Some(json!(3))),
            Some(json!({ "a": [1, 2], "b": "x", "c": 3 }))
        );
        assert_eq!(seen(&root.member("c"), None), None);
        assert_eq!(seen(&root, Some(json!(true))), Some(json!(true)));
        assert_eq!(
            seen(&root.member("b"), Some(json!("x"))),
            Some(json!({ "a": [1, 2], "b": "x" }))
        );
    }
}
