//! What stands around the operations: limits, layers, the document.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::response::Response;
use media_api::client::{Client, Error, GetFileFailure, PutFileFailure};
use media_api::server::{Limits, Options, router, serve_document};

use super::service::Scripted;
use super::{client, serve_app};

#[tokio::test]
async fn an_operation_may_have_limits_of_its_own() {
    let small = Limits::default().with_body(5);
    let (_, client) = client(Options::default().with_limits_of("putFile", small)).await;
    assert_eq!(client.put_file("a", "12345").await.unwrap(), 5);
    match client.put_file("a", "123456").await {
        Err(Error::Documented(failure)) => {
            assert!(matches!(*failure, PutFileFailure::ContentTooLarge(_)));
        }
        other => panic!("{other:?}"),
    }
    assert!(client.put_picture().await.is_ok(), "others have the limits of all");
}

#[tokio::test]
async fn what_takes_too_long_is_answered_as_documented() {
    let short = Limits::default().with_time(Duration::from_millis(20));
    let (_, client) = client(Options::default().with_limits_of("getFile", short)).await;
    match client.get_file("slow").await {
        Err(Error::Documented(failure)) => match *failure {
            GetFileFailure::ServiceUnavailable(problem) => {
                assert_eq!(problem.title, "the request took too long");
            }
            GetFileFailure::NotFound(problem) => panic!("{problem:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
#[should_panic(expected = "there are limits of Some(\"putFlie\"), but no such operation")]
fn limits_of_nothing_are_noticed() {
    let options = Options::default().with_limits_of("putFlie", Limits::default());
    let _ = router(&Arc::new(Scripted::default()), options);
}

#[tokio::test]
async fn layers_and_routes_of_axum_go_around_and_beside() {
    let app = router(&Arc::new(Scripted::default()), Options::default())
        .merge(serve_document("/api.yaml", "openapi: 3.1.0\n"))
        .merge(serve_document("/openapi.json", "{}"))
        .layer(tower::limit::GlobalConcurrencyLimitLayer::new(8))
        .layer(Extension("from a layer".to_owned()))
        .layer(axum::middleware::map_response(|mut response: Response| async {
            response.headers_mut().insert("x-version", media_api::API_VERSION.parse().unwrap());
            response
        }));
    let url = serve_app(app).await;
    let client = Client::new(&url).unwrap();
    let mut words = client.follow_words().await.unwrap();
    let mut last = None;
    while let Some(word) = words.item().await.unwrap() {
        last = Some(word.data);
    }
    assert_eq!(last.as_deref(), Some("from a layer"), "handlers see what layers attach");
    let http = reqwest::Client::new();
    let answer = http.get(format!("{url}/api.yaml")).send().await.unwrap();
    assert_eq!(answer.headers()["x-version"], "1.0.0");
    assert_eq!(answer.headers()["content-type"], "application/yaml");
    let tag = answer.headers()["etag"].clone();
    assert_eq!(answer.text().await.unwrap(), "openapi: 3.1.0\n");
    let again = http.get(format!("{url}/api.yaml")).header("if-none-match", &tag);
    assert_eq!(again.send().await.unwrap().status().as_u16(), 304);
    let other = http.get(format!("{url}/openapi.json")).header("if-none-match", &tag);
    let other = other.send().await.unwrap();
    assert_eq!(
        (other.status().as_u16(), &other.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
}
