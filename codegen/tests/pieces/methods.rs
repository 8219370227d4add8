//! What OpenAPI 3.2 has of requests, and what no type says of them.

use media_api::client::{Error, SearchShelfFailure, SortShelfFailure};
use media_api::server::Options;
use media_api::types::{Order, Search};

use super::{client, serve};

fn words(words: &[&str]) -> Search {
    Search { words: Some(words.iter().map(|word| (*word).to_owned()).collect()), title: None }
}

#[tokio::test]
async fn query_and_additional_operations_are_sent_and_served() {
    let (_, client) = client(Options::default()).await;
    assert_eq!(client.get_shelf().await.unwrap(), ["all"]);
    assert_eq!(client.search_shelf(words(&["one", "two"])).await.unwrap(), ["one", "two"]);
    client.link_shelf().await.unwrap();
}

#[tokio::test]
async fn what_a_path_does_not_have_is_refused_with_all_that_it_has() {
    let url = serve(&std::sync::Arc::default(), Options::default()).await;
    let link = reqwest::Method::from_bytes(b"link").unwrap();
    for method in [reqwest::Method::PATCH, link] {
        let sent = reqwest::Client::new().request(method, format!("{url}/shelf")).send();
        let answer = sent.await.unwrap();
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()["allow"], "GET, PUT, HEAD, QUERY, LINK");
    }
}

#[tokio::test]
async fn what_no_type_says_is_refused_at_its_place() {
    let (_, client) = client(Options::default()).await;
    for (search, place) in [
        (Search::default(), "/body"),
        (words(&["a", "b"]), "/body/words"),
        (words(&["one", "two", "three"]), "/body/words"),
        (Search { title: Some("t".to_owned()), words: None }, "/body/words"),
    ] {
        let answered = client.search_shelf(search.clone()).await;
        let Err(Error::Documented(failure)) = answered else { panic!("{search:?}") };
        let SearchShelfFailure::UnprocessableContent(problem) = *failure else { panic!() };
        assert!(problem.title.ends_with(&format!(" {place}")), "{}", problem.title);
        let here: Vec<String> =
            search.validate().iter().map(|one| format!("/body{}", one.pointer())).collect();
        assert_eq!(here, [place], "what is refused there is told here");
    }
}

#[tokio::test]
async fn all_of_a_query_is_one_object() {
    let (_, client) = client(Options::default()).await;
    let order = Order {
        by: vec!["a b".to_owned(), "c&d=".to_owned()],
        limit: Some(2),
        from: Some("\u{e9}".to_owned()),
    };
    assert_eq!(client.sort_shelf(order.clone()).await.unwrap(), ["a b", "c&d=", "2", "\u{e9}"]);
    let answered = client.sort_shelf(Order { limit: None, ..order }).await;
    let Err(Error::Documented(failure)) = answered else { panic!() };
    let SortShelfFailure::UnprocessableContent(problem) = *failure;
    assert!(problem.title.ends_with(" /query/order/limit"), "{}", problem.title);
}
