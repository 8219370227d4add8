//! Lists that come in pages, however they are told.

use futures_util::TryStreamExt as _;
use media_api::client::Error;
use media_api::server::Options;
use media_api::types::News;

use super::client;

fn numbers(items: &[News]) -> Vec<i32> {
    items.iter().filter_map(|news| news.number).collect()
}

#[tokio::test]
async fn every_item_comes_once_whatever_leads_to_the_next_page() {
    let (_, client) = client(Options::default()).await;
    let all: Vec<i32> = (0..7).collect();
    let items: Vec<News> = client.list_by_link().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_by_url().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_by_token().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_by_offset().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_by_number().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_after().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_by_last().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let items: Vec<News> = client.list_within().items().try_collect().await.unwrap();
    assert_eq!(numbers(&items), all);
    let pages: Vec<_> = client.list_by_link().start(3).pages().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.body.len()).collect::<Vec<_>>(), [3, 1]);
}

#[tokio::test]
async fn a_cursor_that_repeats_itself_ends_the_pages() {
    let (_, client) = client(Options::default()).await;
    let pages: Vec<_> = client.list_after().after("10").pages().try_collect().await.unwrap();
    let counts: Vec<_> = pages.iter().map(|page| (page.news.len(), page.has_more)).collect();
    assert_eq!(counts, [(3, None), (3, None), (0, None), (0, None)]);
}

#[tokio::test]
async fn a_link_to_another_server_is_not_followed() {
    let (_, client) = client(Options::default()).await;
    let answer: Result<Vec<_>, _> = client.list_by_link().start(1).pages().try_collect().await;
    match answer {
        Err(Error::Request(message)) => assert_eq!(message, "the next page is on another server"),
        other => panic!("{other:?}"),
    }
}
