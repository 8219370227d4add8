use indexmap::IndexMap;
use serde_json::{Value, json};

use super::*;
use crate::expression::{Context, Seen};

#[track_caller]
fn relation(kind: RelationKind) -> Option<(String, String)> {
    let criterion = Criterion::Relation(Relation::new("law", "it holds", kind));
    let answer = json!({"id": 7, "at": "2025-01-01T00:00:00Z"});
    let outputs =
        IndexMap::from([("make".to_owned(), IndexMap::from([("answer".to_owned(), answer)]))]);
    let body = json!({
        "id": 7, "at": "2025-01-01T01:00:00+01:00", "later": "2025-01-01T00:00:00.5Z",
        "pets": [{"id": 1}, {"id": 2}, {"id": 2}],
    });
    let exchange = Seen {
        url: "http://localhost/pets",
        method: "GET",
        path: &IndexMap::new(),
        query: &[],
        request_headers: &[],
        request_body: None,
        status: 200,
        response_headers: &[],
        response_body: Some(&body),
        response_content: b"\x89PNG",
    };
    let context = Context { inputs: &IndexMap::new(), outputs: &outputs, exchange: Some(exchange) };
    criterion.unmet(&context).map(|unmet| (unmet.expected, unmet.got))
}

fn at(pointer: &str) -> Operand {
    Operand::expression(Expression::response_body(pointer))
}

fn ids() -> Operand {
    let path = vec![Some("pets".to_owned()), None, Some("id".to_owned())];
    Operand::Collected(Collected { from: Expression::response_body(""), path })
}

#[test]
fn relations_say_what_was_expected_and_what_was_got() {
    let equal = |pointer, expected: Value| {
        relation(RelationKind::Equal { got: at(pointer), expected: Operand::constant(expected) })
    };
    assert_eq!(equal("/id", json!(7.0)), None);
    assert_eq!(equal("/id", json!(8)), Some(("8".to_owned(), "7".to_owned())));
    assert!(equal("/missing", json!(8)).is_some_and(|(_, got)| got.contains("leads nowhere")));
    let before = Operand::expression("$steps.make.outputs.answer#/at".parse().expect("valid"));
    let same = RelationKind::SameTime { got: at("/at"), expected: before.clone() };
    assert_eq!(relation(same), None);
    assert!(relation(RelationKind::Later { got: at("/at"), than: before.clone() }).is_some());
    assert_eq!(relation(RelationKind::Later { got: at("/later"), than: before }), None);
}

#[test]
fn relations_look_into_lists() {
    let list = |values: Value| Operand::constant(values);
    let twice = relation(RelationKind::Distinct(ids()));
    assert_eq!(twice, Some(("no item twice".to_owned(), "2 twice".to_owned())));
    assert_eq!(relation(RelationKind::Includes { got: ids(), all: list(json!([1, 2])) }), None);
    assert!(relation(RelationKind::Includes { got: ids(), all: list(json!(3)) }).is_some());
    assert_eq!(relation(RelationKind::Excludes { got: ids(), none: list(json!(3)) }), None);
    assert!(relation(RelationKind::Excludes { got: ids(), none: list(json!([1])) }).is_some());
    assert_eq!(relation(RelationKind::Count { items: ids(), expected: list(json!(3)) }), None);
    assert!(relation(RelationKind::CountAtMost { items: ids(), most: list(json!(2)) }).is_some());
    let like = |id: u64| {
        let items = Operand::Collected(Collected {
            from: Expression::response_body("/pets"),
            path: vec![None],
        });
        relation(RelationKind::Matches { items, like: Template::Value(json!({"id": id})) })
    };
    assert_eq!(like(2), None);
    assert!(like(3).is_some());
}

#[test]
fn a_time_is_the_same_in_another_spelling() {
    let found = |like: Value| {
        let items = Operand::constant(json!([{"at": "2026-01-01T10:00:00+02:00"}]));
        relation(RelationKind::Matches { items, like: Template::Value(like) }).is_none()
    };
    assert!(found(json!({"at": "2026-01-01t08:00:00.000z"})));
    assert!(!found(json!({"at": "2026-01-01T08:00:01Z"})));
    assert!(!found(json!({"at": "yesterday"})));
}

#[test]
fn bytes_differ_by_length_or_at_a_place() {
    assert_eq!(relation(RelationKind::SameBytes(b"\x89PNG".to_vec())), None);
    let told = |expected: &str, got: &str| Some((expected.to_owned(), got.to_owned()));
    let longer = relation(RelationKind::SameBytes(b"\x89PNG\r\n".to_vec()));
    assert_eq!(longer, told("6 bytes", "4 bytes"));
    let other = relation(RelationKind::SameBytes(b"\x89PnG".to_vec()));
    assert_eq!(other, told("byte 2 is 0x6e", "byte 2 is 0x4e"));
}
