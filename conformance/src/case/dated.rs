//! Whether a member of an answer is there in the states of the thing in which it has to be, and is null in those in which it is
//! said to be.

use serde_json::Value;
use spec::resources::Dated;

use super::computed::objects;

/// What the member had to be and what it was, of the first thing where it isn't.
pub(super) fn wrong(body: &Value, dated: &Dated) -> Option<(String, String)> {
    objects(body, dated.list.as_deref())?.iter().find_map(|thing| {
        let state = thing.get(&dated.by)?.as_str()?;
        let is_one = |states: &[String]| states.iter().any(|one| one == state);
        // What an answer leaves out, its schema asks for or doesn't.
        let got = thing.get(&dated.member)?;
        if is_one(&dated.set) && got.is_null() {
            return Some((format!("not null, as `{}` is `{state}`", dated.by), got.to_string()));
        }
        let is_wrong = is_one(&dated.unset) && !got.is_null();
        is_wrong.then(|| (format!("null, as `{}` is `{state}`", dated.by), got.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_is_there_in_its_states_alone() {
        let states = |names: &[&str]| names.iter().map(|one| (*one).to_owned()).collect();
        let dated = Dated {
            list: Some("items".to_owned()),
            member: "paid_at".to_owned(),
            by: "status".to_owned(),
            set: states(&["paid"]),
            unset: states(&["open"]),
            is_told: true,
        };
        let is_wrong = |item: Value| wrong(&json!({ "items": [item] }), &dated).is_some();
        assert!(is_wrong(json!({ "status": "paid", "paid_at": null })));
        assert!(is_wrong(json!({ "status": "open", "paid_at": "2025-01-02" })));
        assert!(!is_wrong(json!({ "status": "paid", "paid_at": "2025-01-02" })));
        assert!(!is_wrong(json!({ "status": "refunded", "paid_at": null })));
        assert!(!is_wrong(json!({ "status": "paid" })));
    }
}
