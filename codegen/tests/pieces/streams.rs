//! Streams of bytes and of items, in both directions.

use std::sync::atomic::Ordering;

use futures_util::stream;
use media_api::client::{Error, FollowNewsFailure, PutFileFailure};
use media_api::operations::AnswerQuestionOkBody;
use media_api::runtime::{ByteStream, Event, ItemStream, Media, StreamError};
use media_api::server::Options;
use media_api::types::{News, Question, TickEvent};

use super::client;
use super::service::news;

async fn collected<T>(mut items: ItemStream<T>) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(item) = items.item().await.unwrap() {
        all.push(item);
    }
    all
}

#[tokio::test]
async fn events_come_typed_with_their_names() {
    let (_, client) = client(Options::default()).await;
    let found = collected(client.follow_news().count(2).await.unwrap()).await;
    assert_eq!(found[1].data, news(1));
    assert_eq!((found[1].event.as_deref(), found[1].id.as_deref()), (Some("news"), Some("1")));
    assert_eq!(found.len(), 2);
    match client.follow_news().count(0).await {
        Err(Error::Documented(failure)) => {
            assert!(matches!(*failure, FollowNewsFailure::NotFound(_)));
        }
        other => panic!("{other:?}"),
    }
    let mut broken = client.follow_news().count(99).await.unwrap();
    assert_eq!(broken.item().await.unwrap().unwrap().data, news(1));
    assert!(
        matches!(broken.item().await, Err(StreamError::Broken(_))),
        "an end that is none is told"
    );
}

#[tokio::test]
async fn events_come_as_objects_and_as_text() {
    let (_, client) = client(Options::default()).await;
    let ticks = collected(client.follow_ticks().await.unwrap()).await;
    assert_eq!((&ticks[0].event, &*ticks[1].data), (&TickEvent::Tick, "b\nc"));
    assert_eq!(ticks[1].retry, Some(5));
    let words = collected(client.follow_words().await.unwrap()).await;
    assert_eq!(words[1], Event::from("{\"not\": json".to_owned()));
    assert_eq!(collected(client.list_records().await.unwrap()).await, [1, -2, i64::MAX]);
}

#[tokio::test]
async fn items_go_up_and_down_one_by_one() {
    let (_, client) = client(Options::default()).await;
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let lines = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|item: News| (item, receiver))
    });
    let mut copies = client.copy_lines(ItemStream::new(lines)).await.unwrap();
    for number in 0..3 {
        sender.send(news(number)).unwrap();
        // The answer to this line is here before the next is sent.
        assert_eq!(copies.item().await.unwrap(), Some(news(number)));
    }
    sender.send(News { text: "x".repeat(41), number: None }).unwrap();
    let violation = copies.item().await.unwrap().unwrap();
    assert!(violation.text.starts_with("an item is not as documented"), "{violation:?}");
    sender.send(news(4)).unwrap();
    assert_eq!(copies.item().await.unwrap(), Some(news(4)), "the next may be fine");
    drop(sender);
    assert_eq!(copies.item().await.unwrap(), None);
}

#[tokio::test]
async fn bytes_go_up_and_down_in_pieces() {
    let (service, client) = client(Options::default()).await;
    let mut file = client.get_file("big").await.unwrap();
    assert_eq!(file.x_name, "big");
    assert!(file.body.chunk().await.unwrap().is_some_and(|chunk| chunk.len() < 1 << 20));
    let whole = client.get_file("big").await.unwrap().body.collect(1 << 20).await.unwrap();
    assert_eq!(whole.len(), 1 << 20);
    assert_eq!(client.put_file("a", "abc").await.unwrap(), 3);
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let chunks = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|chunk: &str| (Ok::<_, std::io::Error>(chunk), receiver))
    });
    let sending = tokio::spawn(async move { client.put_file("a", ByteStream::new(chunks)).await });
    sender.send("12345").unwrap();
    service.next.notified().await;
    while service.made.load(Ordering::SeqCst) < 5 {
        service.next.notified().await;
    }
    // The server has these bytes, and the end is not even there.
    sender.send("6").unwrap();
    drop(sender);
    assert_eq!(sending.await.unwrap().unwrap(), 6);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_as_documented_however_it_comes() {
    let (_, client) = client(Options::default().with_body_limit(1000)).await;
    let chunks = || stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![0; 100])));
    for body in [ByteStream::from(vec![0; 2000]), ByteStream::new(chunks())] {
        match client.put_file("a", body).await {
            Err(Error::Documented(failure)) => match *failure {
                PutFileFailure::ContentTooLarge(problem) => {
                    assert_eq!(problem.title, "the body is too large");
                }
            },
            other => panic!("{other:?}"),
        }
    }
    // Of items, it is each that may have so many bytes.
    let many: ItemStream<News> = (0..100).map(news).collect();
    assert_eq!(collected(client.copy_lines(many).await.unwrap()).await.len(), 100);
}

#[tokio::test]
async fn one_operation_may_answer_at_once_or_bit_by_bit() {
    let (_, client) = client(Options::default()).await;
    let ask = |stream| Question { text: "a b".to_owned(), stream };
    match client.answer_question(ask(false)).await.unwrap() {
        AnswerQuestionOkBody::Json(news) => assert_eq!(news.text, "a b"),
        other @ AnswerQuestionOkBody::Events(_) => panic!("{other:?}"),
    }
    match client.answer_question(ask(true)).await.unwrap() {
        AnswerQuestionOkBody::Events(words) => {
            let words = collected(words).await;
            assert_eq!(words.iter().map(|word| &*word.data.text).collect::<Vec<_>>(), ["a", "b"]);
        }
        other @ AnswerQuestionOkBody::Json(_) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_range_of_media_types_says_which_one() {
    let (_, client) = client(Options::default()).await;
    let png = Media { media_type: "image/png".to_owned(), bytes: ByteStream::from("png") };
    let back = client.put_picture().body(png).await.unwrap();
    assert_eq!(back.media_type, "image/png");
    assert_eq!(back.bytes.collect(10).await.unwrap(), "png");
    assert_eq!(client.put_picture().await.unwrap().media_type, "image/none");
}

#[tokio::test]
async fn an_item_that_is_too_large_is_not_taken() {
    let (_, client) = client(Options::default()).await;
    let client = client.with_body_limit(20);
    let mut news = client.follow_news().count(2).await.unwrap();
    assert!(matches!(news.item().await, Err(StreamError::TooLarge { limit: 20 })));
    assert!(news.item().await.unwrap().is_none());
}
