//! Where the document says that it is served.

use std::sync::Arc;

use media_api::client::Client;
use media_api::servers::{PRODUCTION, SomewhereHere, SomewhereHereHost};

use super::serve;
use super::service::news;

#[tokio::test]
async fn a_url_is_made_of_its_variables() {
    assert_eq!(SomewhereHere::default().url(), "http://localhost:8080");
    assert_eq!(Client::DEFAULT_URL, SomewhereHere::default().url());
    assert_eq!(PRODUCTION, "https://media.example");
    let url = serve(&Arc::default(), media_api::server::Options::default()).await;
    let port = url.rsplit(':').next().unwrap().to_owned();
    let here = SomewhereHere { host: SomewhereHereHost::Value127_0_0_1, port };
    assert_eq!(here.url(), url);
    assert_eq!(
        Client::new(&here.url()).unwrap().send_anything(news(1)).await.unwrap().text,
        "application/json"
    );
}
