//! Which alternative a value is: the one that it is valid by, whatever members are there (JSON Schema 2020-12, §10.2.1).

use std::sync::Arc;

use media_api::client::Client;
use media_api::server::Options;
use media_api::types::{Choices, Contact, Decision, Price, Reading, Task};
use serde_json::{Value, json};

use super::{serve, serve_app};

/// What the service makes of a body: the status, and what it sends back.
async fn sent(url: &str, body: &Value) -> (u16, String) {
    let request = reqwest::Client::new().post(format!("{url}/choices"));
    let request = request.header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// What a client makes of an answer.
async fn received(body: Value) -> Choices {
    let answer = move || async move { ([("content-type", "application/json")], body.to_string()) };
    let app = axum::Router::new().route("/choices", axum::routing::post(answer));
    let client = Client::new(&serve_app(app).await).unwrap();
    client.choose(Choices::default()).await.unwrap()
}

#[tokio::test]
async fn a_value_is_taken_for_the_alternative_that_it_is_valid_by() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (given, kept) in [
        (
            json!({"decision": {"granted": false, "reason": "r", "until": null}}),
            json!({"decision": {"granted": false, "reason": "r"}}),
        ),
        (
            json!({"decision": {"granted": true, "until": "u", "reason": 5}}),
            json!({"decision": {"granted": true, "until": "u"}}),
        ),
        (json!({"reading": {"sample": null, "fault": "f"}}), json!({"reading": {"fault": "f"}})),
        (
            json!({"reading": {"sample": {"x": 1}, "fault": null}}),
            json!({"reading": {"sample": {"x": 1}}}),
        ),
        // The members of another are allowed, as long as they make it none of that.
        (
            json!({"reading": {"sample": {"x": "y"}, "fault": "f"}}),
            json!({"reading": {"fault": "f"}}),
        ),
        (json!({"contact": {"mail": "m", "phone": 1}}), json!({"contact": {"mail": "m"}})),
        // The one that knows most of it.
        (
            json!({"contact": {"mail": "m", "phone": "p", "hours": "h"}}),
            json!({"contact": {"phone": "p", "hours": "h"}}),
        ),
        (
            json!({"price": {"amount": null, "unit": "EUR"}}),
            json!({"price": {"amount": null, "unit": "EUR"}}),
        ),
        (
            json!({"price": {"amount": 1.5, "unit": "hours"}}),
            json!({"price": {"amount": 1.5, "unit": "hours"}}),
        ),
        (json!({"task": {"due": 1, "name": "n"}}), json!({"task": {"due": 1, "name": "n"}})),
        (json!({"task": {"due": "soon", "name": "n"}}), json!({"task": {"name": "n"}})),
    ] {
        let (status, text) = sent(&url, &given).await;
        assert_eq!(status, 200, "{given}: {text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), kept, "{given}");
    }
}

#[tokio::test]
async fn what_no_alternative_or_more_than_one_admits_is_refused_and_told_where() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (given, place) in [
        (json!({"decision": {"until": "u"}}), "/decision/granted"),
        (json!({"decision": {"granted": "true", "until": "u"}}), "/decision/granted"),
        (json!({"decision": {"granted": true, "reason": "r"}}), "/decision/until"),
        (json!({"reading": {"sample": null}}), "/reading/sample"),
        (json!({"reading": {"sample": null, "fault": null}}), "/reading/sample"),
        (json!({"reading": {}}), "/reading"),
        // `oneOf`: it is valid by both.
        (json!({"reading": {"sample": {"x": 1}, "fault": "f"}}), "/reading"),
        (json!({"price": {"amount": true, "unit": "EUR"}}), "/price/amount"),
        (json!({"price": {"unit": "EUR"}}), "/price/amount"),
        (json!({"price": {"amount": "1", "unit": "euros"}}), "/price/unit"),
        (json!({"price": 1}), "/price"),
        (json!({"task": {"due": "soon", "name": 1}}), "/task/due"),
    ] {
        let (status, text) = sent(&url, &given).await;
        assert_eq!(status, 422, "{given}: {text}");
        let place = format!("/body{place}");
        let mut places = text.split([' ', '"']);
        assert!(places.any(|told| told == place), "{given}: {text}");
    }
}

#[tokio::test]
async fn a_client_reads_answers_of_servers_that_write_every_member() {
    let read = received(json!({
        "decision": {"granted": false, "until": null, "reason": "r"},
        "reading": {"sample": null, "fault": "f"},
        "contact": {"mail": null, "phone": "p", "hours": null},
        "price": {"amount": null, "unit": "EUR"},
        "task": {"due": null, "name": "n"},
    }))
    .await;
    assert!(matches!(read.decision, Some(Decision::Reason(_))), "{read:?}");
    assert!(matches!(read.reading, Some(Reading::Fault(_))), "{read:?}");
    assert!(matches!(read.contact, Some(Contact::Phone(_))), "{read:?}");
    assert!(matches!(read.price, Some(Price::AmountNullOrString(_))), "{read:?}");
    assert!(matches!(&read.task, Some(Task::Object(task)) if task.name.is_some()), "{read:?}");
    // It is better read than refused.
    let read = received(json!({"reading": {"sample": {"x": 1}, "fault": "f"}})).await;
    assert!(matches!(read.reading, Some(Reading::Sample(_))), "{read:?}");
}

/// Each level could be either, and is only known once all below are: tried one by one, fifty take 2^50 attempts.
#[tokio::test]
async fn what_alternatives_within_alternatives_cost_is_bounded() {
    let url = serve(&Arc::default(), Options::default()).await;
    let nest = |depth: usize, innermost: Value| {
        (0..depth).fold(innermost, |within, _| json!({"within": within, "zone": "z"}))
    };
    let (status, text) = sent(&url, &json!({"nest": nest(6, json!({"zone": 1}))})).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(sent(&url, &json!({"nest": nest(50, json!({"zone": true}))})).await.0, 422);
}
