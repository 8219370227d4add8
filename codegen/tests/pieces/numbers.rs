//! Integers that no double holds (RFC 8259 §6) go and come as they are.

use std::sync::Arc;

use media_api::server::Options;
use media_api::types::Amounts;

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
