//! Integers that no double holds (RFC 8259 §6) go and come as they are.

use std::sync::Arc;

use media_api::server::Options;
use media_api::types::{Amounts, Exact, ExactKind, ExactOdd};
use serde_json::json;

use super::raw::ask;
use super::{client, serve};

#[tokio::test]
async fn listed_integers_beyond_64_bits_come_back_to_the_last_digit() {
    let (_, client) = client(Options::default()).await;
    for large in [u64::MAX, u64::MAX / 2] {
        let amounts = Amounts { large, any: Some(i64::MIN.into()) };
        assert_eq!(client.send_amounts(amounts.clone()).await.unwrap(), amounts);
    }
}

#[tokio::test]
async fn what_is_not_listed_is_refused_however_near() {
    let url = serve(&Arc::default(), Options::default()).await;
    for (body, status) in [
        (r#"{"large":18446744073709551615,"any":-9223372036854775808}"#, 200),
        (r#"{"large":18446744073709551614}"#, 422),
        (r#"{"large":9223372036854775806}"#, 422),
        (r#"{"large":9223372036854775807,"any":-9223372036854775807}"#, 422),
    ] {
        let request = reqwest::Client::new().post(format!("{url}/amounts"));
        let request = request.header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{body}");
        if status == 200 {
            assert_eq!(answer.text().await.unwrap(), body);
        }
    }
}

/// 2^53 + 1, which no double is.
const ODD: i64 = 9_007_199_254_740_993;

#[tokio::test]
async fn numbers_of_an_integer_format_are_integers_wherever_they_stand() {
    let (_, client) = client(Options::default()).await;
    let exact = Exact {
        kind: ExactKind::Value9007199254740993,
        long: Some(ODD),
        unsigned: Some(u64::MAX),
        short: Some(i32::MIN),
        odd: ExactOdd::Value9007199254740993.into(),
        listed: Some(vec![ODD, ODD - 1, i64::MAX, i64::MIN]),
        stepped: Some(ODD),
        untyped: Some(json!([ODD, u64::MAX, i64::MIN, {"deep": ODD}])),
        free: json!({"any": ODD}).as_object().cloned(),
    };
    for long in [ODD, i64::MAX, i64::MIN] {
        let answer = client.send_exact(exact.clone()).long(long).x_long(long).await.unwrap();
        assert_eq!(answer.body, exact);
        // The service says there which one stood in the query.
        assert_eq!(answer.x_long, Some(long));
    }
}

#[tokio::test]
async fn bounds_and_constants_are_exact() {
    let url = serve(&Arc::default(), Options::default()).await;
    let rest = r#""most":9223372036854775807,"kind":9007199254740993"#;
    for (body, status) in [
        (format!("{{{rest}}}"), 200),
        (format!("{{{rest},\"long\":9007199254740994}}"), 200),
        (format!("{{{rest},\"long\":9007199254740995}}"), 422),
        (format!("{{{rest},\"long\":1.5}}"), 422),
        (format!("{{{rest},\"long\":1.0}}"), 200),
        (format!("{{{rest},\"short\":2147483648}}"), 422),
        (format!("{{{rest},\"unsigned\":18446744073709551615}}"), 200),
        (format!("{{{rest},\"unsigned\":-1}}"), 422),
        (format!("{{{rest},\"odd\":null}}"), 200),
        (format!("{{{rest},\"odd\":9007199254740992}}"), 422),
        (format!("{{{rest},\"listed\":[9007199254740992,9007199254740993]}}"), 200),
        (format!("{{{rest},\"listed\":[9007199254740993,9007199254740993]}}"), 422),
        (format!("{{{rest},\"stepped\":9007199254740993}}"), 200),
        (format!("{{{rest},\"stepped\":9007199254740992}}"), 422),
        (format!("{{{rest},\"stepped\":9007199254740994}}"), 422),
        (rest.replace("5807", "5806").replacen("\"most", "{\"most", 1) + "}", 422),
        (rest.replace("0993", "0992").replacen("\"most", "{\"most", 1) + "}", 422),
    ] {
        let head = ["POST /exact?long=9007199254740993 HTTP/1.1", "content-type: application/json"];
        let answer = ask(&url, &head, &body).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{body}: {answer}");
        assert!(status == 422 || answer.contains("x-long: 9007199254740993\r\n"), "{answer}");
    }
    let head = ["POST /exact?long=1.5 HTTP/1.1", "content-type: application/json"];
    assert!(ask(&url, &head, &format!("{{{rest}}}")).await.starts_with("HTTP/1.1 422"));
}

#[tokio::test]
async fn defaults_are_exact() {
    let parameters = media_api::operations::SendExactParameters::default();
    assert_eq!(parameters.long_or_default(), ODD);
    assert_eq!(Exact::MOST, i64::MAX);
}
