use indexmap::IndexMap;
use serde_json::{Value, json};

use super::*;

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
            response_content: &[],
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
    assert!(holds("$response.body#/id < '10'"), "a text that is a number has its order");
    assert!(holds("$response.body.id == 7"), "members stand behind dots, too");
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
