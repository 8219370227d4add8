use indexmap::IndexMap;
use serde_json::{Value, json};

use super::*;
use crate::case::{Collected, Criterion, Operand, Relation, RelationKind, Template};

/// What a case has seen: an input, an output, an exchange.
struct Scene {
    inputs: IndexMap<String, Value>,
    outputs: IndexMap<String, IndexMap<String, Value>>,
    path: IndexMap<String, String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Scene {
    fn new() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            inputs: IndexMap::from([(text("name"), json!("Rex"))]),
            outputs: IndexMap::from([(
                text("make"),
                IndexMap::from([(text("answer"), json!({"id": 7, "at": "2025-01-01T00:00:00Z"}))]),
            )]),
            path: IndexMap::from([(text("pet"), text("7"))]),
            query: vec![(text("limit"), text("2"))],
            headers: vec![(text("Content-Type"), text("application/json"))],
            body: json!({
                "id": 7, "name": "rex", "a/b": [10, 20], "none": null,
                "at": "2025-01-01T01:00:00+01:00", "later": "2025-01-01T00:00:00.5Z",
                "pets": [{"id": 1}, {"id": 2}, {"id": 2}],
            }),
        }
    }

    fn with<T>(&self, then: impl FnOnce(&Context<'_>) -> T) -> T {
        let exchange = Seen {
            url: "http://localhost/pets/7?limit=2",
            method: "GET",
            path: &self.path,
            query: &self.query,
            request_headers: &self.headers,
            request_body: None,
            status: 200,
            response_headers: &self.headers,
            response_body: Some(&self.body),
        };
        let (inputs, outputs) = (&self.inputs, &self.outputs);
        then(&Context { inputs, outputs, exchange: Some(exchange) })
    }
}

#[track_caller]
fn value(text: &str) -> Result<Value, String> {
    let expression: Expression =
        text.parse().map_err(|error: ExpressionError| error.to_string())?;
    assert_eq!(expression.to_string(), text, "an expression prints as it was written");
    Scene::new().with(|context| expression.value(context)).map_err(|error| error.to_string())
}

#[track_caller]
fn holds(text: &str) -> bool {
    let condition: Condition = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let printed: Condition = condition.to_string().parse().expect("prints what it reads");
    assert_eq!(printed, condition);
    Scene::new().with(|context| condition.holds(context)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn expressions_find_what_they_speak_of() {
    assert_eq!(value("$statusCode"), Ok(json!(200)));
    assert_eq!(value("$method"), Ok(json!("GET")));
    assert_eq!(value("$url"), Ok(json!("http://localhost/pets/7?limit=2")));
    assert_eq!(value("$inputs.name"), Ok(json!("Rex")));
    assert_eq!(value("$steps.make.outputs.answer#/id"), Ok(json!(7)));
    assert_eq!(value("$request.path.pet"), Ok(json!("7")));
    assert_eq!(value("$request.query.limit"), Ok(json!("2")));
    assert_eq!(value("$response.header.content-type"), Ok(json!("application/json")));
    assert_eq!(value("$response.body#/a~1b/1"), Ok(json!(20)));
    assert_eq!(value("$response.body#/none"), Ok(Value::Null));
}

#[test]
fn what_is_not_there_has_no_value() {
    for text in [
        "$inputs.nick",
        "$steps.cut.outputs.x",
        "$response.body#/no",
        "$request.body",
        "$request.header.x",
    ] {
        assert!(value(text).is_err_and(|error| error.contains("has no value")), "{text}");
    }
}

#[test]
fn what_is_no_expression_is_refused() {
    for text in [
        "status",
        "$",
        "$nothing",
        "$inputs.",
        "$response.bodies",
        "$response.body#x",
        "$workflows.a.b",
    ] {
        assert!(text.parse::<Expression>().is_err(), "{text}");
    }
}

#[test]
fn conditions_compare_and_combine() {
    assert!(holds("$statusCode == 200"));
    assert!(holds("$statusCode != 404 && $statusCode < 300"));
    assert!(holds("$statusCode == 404 || !($response.body#/id > 7)"));
    assert!(holds("$response.body#/name == 'REX'"), "strings compare without regard to case");
    assert!(holds("$response.body#/none == null"));
    assert!(!holds("$response.body#/id == '7'"), "a number is no string");
    assert!(!holds("$response.body#/id < 'a'"));
    assert!(holds("'it''s' == \"it's\""));
    assert!(holds("true && !false"));
}

#[test]
fn moments_compare_as_moments() {
    assert!(holds("$response.body#/at == $steps.make.outputs.answer#/at"));
    assert!(holds("$response.body#/later > $steps.make.outputs.answer#/at"));
    assert!(!holds("$response.body#/at > $steps.make.outputs.answer#/at"));
}

#[test]
fn what_is_no_condition_is_refused() {
    for text in [
        "",
        "==",
        "$statusCode ==",
        "($statusCode",
        "$statusCode == 200 200",
        "a == b",
        "'open",
        &"!".repeat(100_000),
    ] {
        assert!(text.parse::<Condition>().is_err(), "{text:.20}");
    }
}

#[track_caller]
fn relation(kind: RelationKind) -> Option<(String, String)> {
    let criterion = Criterion::Relation(Relation::new("law", "it holds", kind));
    Scene::new().with(|context| criterion.unmet(context)).map(|unmet| (unmet.expected, unmet.got))
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
