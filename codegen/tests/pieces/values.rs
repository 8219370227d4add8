//! Text that is one value: it is of the type that its schema says, and keeps its rules.

use std::sync::Arc;

use media_api::client::{Client, Error, SendMeasureFailure};
use media_api::operations::{SendMeasureParameters, SetMeasureBody};
use media_api::server::{
    self, Context, GetPresetResponse, Options, SendMeasureResponse, SetMeasureResponse,
};
use media_api::types::{
    Preset, SendMeasureConflictBody, SendMeasureRequestContent, SetMeasureRequestContent,
};
use serde_json::{Value, json};
use time::macros::date;

use super::raw::{answer_with, ask};
use super::service::Scripted;
use super::{client, serve};

impl server::Values for Scripted {
    async fn send_measure(
        &self,
        parameters: SendMeasureParameters,
        body: SendMeasureRequestContent,
        _: &Context,
    ) -> SendMeasureResponse {
        let is_late = parameters.since.is_some_and(|since| since > date!(2026 - 01 - 01));
        match body.0 {
            100 => SendMeasureResponse::Conflict(SendMeasureConflictBody::High),
            _ if is_late => SendMeasureResponse::NotFound(" late\n".to_owned()),
            measure => SendMeasureResponse::Ok(f64::from(i32::try_from(measure).unwrap()) / 2.0),
        }
    }

    async fn set_measure(&self, body: Option<SetMeasureBody>, _: &Context) -> SetMeasureResponse {
        SetMeasureResponse::Ok(match body {
            Some(SetMeasureBody::Text(text)) => text.0 == " 1 ",
            Some(SetMeasureBody::Json(number)) => number == 1,
            None => false,
        })
    }

    async fn get_preset(&self, _: &Context) -> GetPresetResponse {
        let preset = Preset::default();
        GetPresetResponse::Ok(Preset {
            day: Some(preset.day_or_default()),
            moment: Some(preset.moment_or_default()),
            id: Some(preset.id_or_default()),
            texts: Some(preset.texts_or_default()),
            nested: Some(preset.nested_or_default()),
            ..preset
        })
    }
}

#[tokio::test]
async fn text_is_a_value() {
    let (_, client) = client(Options::default()).await;
    let sent = async |measure| client.send_measure(SendMeasureRequestContent(measure)).await;
    assert!((sent(5).await.unwrap() - 2.5).abs() < f64::EPSILON);
    match sent(100).await {
        Err(Error::Documented(failure)) => {
            assert!(matches!(*failure, SendMeasureFailure::Conflict(SendMeasureConflictBody::High)))
        }
        other => panic!("{other:?}"),
    }
    match client.send_measure(SendMeasureRequestContent(1)).since(date!(2026 - 02 - 01)).await {
        Err(Error::Documented(failure)) => {
            assert!(matches!(*failure, SendMeasureFailure::NotFound(text) if text == " late\n"));
        }
        other => panic!("{other:?}"),
    }
    // Spaces of a text are its own.
    let text = SetMeasureBody::Text(SetMeasureRequestContent(" 1 ".to_owned()));
    assert!(client.set_measure().body(text).await.unwrap());
    assert!(client.set_measure().body(SetMeasureBody::Json(1)).await.unwrap());
}

#[tokio::test]
async fn text_of_another_type_or_against_its_rules_is_refused() {
    let url = serve(&Arc::default(), Options::default()).await;
    let line = ["POST /measures HTTP/1.1", "content-type: text/plain"];
    for (body, status) in [
        ("5", "200"),
        ("", "422"),
        ("five", "422"),
        ("5.5", "422"),
        ("-1", "422"),
        ("101", "422"),
        ("\"5\"", "422"),
    ] {
        let answer = ask(&url, &line, body).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{body}: {answer}");
    }
    let (url, mut asked) =
        answer_with("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\nhalf")
            .await;
    let client = Client::new(&url).unwrap();
    let error = client.send_measure(SendMeasureRequestContent(5)).await.unwrap_err();
    assert!(matches!(error, Error::Undecodable(_)), "{error:?}");
    let sent = asked.recv().await.unwrap();
    assert!(sent.contains("content-type: text/plain\r\n") && sent.ends_with("\r\n\r\n5"), "{sent}");
}

#[tokio::test]
async fn defaults_are_those_of_the_contract() {
    let url = serve(&Arc::default(), Options::default()).await;
    let answer = ask(&url, &["GET /preset HTTP/1.1"], "").await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let expected = json!({
        "must_list": ["a"], "must_day": "1969-12-31", "day": "2020-02-29", "moment": "1969-12-31T23:59:59.5Z",
        "id": "12345678-9abc-def0-1234-56789abcdef0", "texts": {"a": ["b", null], "c": []},
        "nested": {"own": -1, "none": null, "kind": "down"},
    });
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expected);
}
