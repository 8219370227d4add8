//! Items in bytes that come in whatever chunks they like.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use crate::items::{
    Delimiter, Event, Events, Framing, ItemStream, JsonItems, Splitter, TextEvents,
};
use crate::rules::Rules;
use crate::server::Reply;
use crate::stream::{ByteStream, StreamError};
use crate::validation::Strictness;

fn chunked(bytes: &[u8], size: usize) -> ByteStream {
    let chunks: Vec<Result<Bytes, std::io::Error>> =
        bytes.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    ByteStream::new(stream::iter(chunks))
}

/// Every item, and every error in its place.
async fn read<T: 'static>(
    bytes: &[u8],
    size: usize,
    framing: &impl Framing<T>,
    limit: usize,
) -> Vec<Result<T, String>> {
    let how = (&Rules::NONE, Strictness::Strict);
    let mut items = ItemStream::decode(chunked(bytes, size), framing, how, limit);
    let mut all = Vec::new();
    loop {
        match items.item().await {
            Ok(Some(item)) => all.push(Ok(item)),
            Ok(None) => return all,
            Err(error) => all.push(Err(error.to_string())),
        }
    }
}

#[tokio::test]
async fn lines_are_found_however_they_are_cut() {
    let bytes = b"[1]\n\n[2,3]\r\n nonsense\n[\"a\"]\n[4]";
    for size in 1..=bytes.len() {
        let found = read::<Vec<i64>>(bytes, size, &JsonItems::Lines, 20).await;
        assert_eq!(found.len(), 5, "{size}");
        assert_eq!(
            (&found[0], &found[1], &found[4]),
            (&Ok(vec![1]), &Ok(vec![2, 3]), &Ok(vec![4]))
        );
        assert!(found[2].is_err() && found[3].is_err(), "{found:?}");
    }
}

#[tokio::test]
async fn records_are_found_however_they_are_cut() {
    let bytes = b"\x1e1\n\x1e\x1e22\n\x1e333\n";
    for size in 1..=bytes.len() {
        let found = read::<i64>(bytes, size, &JsonItems::Records, 20).await;
        assert_eq!(found, [Ok(1), Ok(22), Ok(333)], "{size}");
    }
}

#[tokio::test]
async fn events_are_found_however_they_are_cut_and_their_lines_end() {
    let written = "\u{feff}: hello\n\nevent: one\nid:1\nretry: 50\ndata: [1,\ndata:2]\n\n\
                   id: 2\n\ndata:[3]\nunknown: x\n\ndata: oops\n\ndata: [DONE]\n\ndata: [4]\n\n";
    for end in ["\n", "\r\n", "\r"] {
        let bytes = written.replace('\n', end);
        for size in 1..=bytes.len() {
            let found = read::<Event<Vec<i64>>>(bytes.as_bytes(), size, &Events, 60).await;
            assert_eq!(found.len(), 3, "{size} {end:?} {found:?}");
            let first = Event {
                event: Some("one".to_owned()),
                id: Some("1".to_owned()),
                retry: Some(Duration::from_millis(50)),
                data: vec![1, 2],
            };
            assert_eq!(found[0], Ok(first));
            assert_eq!(found[1], Ok(Event::from(vec![3])));
            assert!(found[2].is_err());
        }
    }
    let unfinished = read::<Event<String>>(b"data: a\n\ndata: b\n", 3, &TextEvents, 60).await;
    assert_eq!(unfinished, [Ok(Event::from("a".to_owned()))]);
}

#[tokio::test]
async fn an_item_that_is_too_large_ends_the_stream_before_it_is_held() {
    let mut splitter = Splitter::new(Delimiter::Line, 4);
    splitter.push(b"1234\n12345");
    assert_eq!(splitter.next_item().unwrap().unwrap(), "1234");
    assert!(splitter.next_item().is_err());
    for size in [1, 100] {
        let found = read::<i64>(b"1\n22222\n3\n", size, &JsonItems::Lines, 4).await;
        assert_eq!(found, [Ok(1), Err("there are more than 4 bytes".to_owned())]);
    }
}

#[tokio::test]
async fn what_breaks_off_is_an_error_and_the_end() {
    let chunks = [Ok("1\n2"), Err(std::io::Error::other("gone"))];
    let bytes = ByteStream::new(stream::iter(chunks));
    let how = (&Rules::NONE, Strictness::Lenient);
    let mut items = ItemStream::<i64>::decode(bytes, &JsonItems::Lines, how, 9);
    assert_eq!(items.item().await.unwrap(), Some(1));
    assert!(matches!(items.item().await, Err(StreamError::Broken(_))));
    assert!(items.item().await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_written_is_read() {
    let events = [
        Event {
            event: Some("a b".to_owned()),
            id: None,
            retry: None,
            data: "x\n\ny: z ".to_owned(),
        },
        Event { retry: Some(Duration::from_secs(1)), ..Event::from(" ".to_owned()) },
    ];
    let bytes = ItemStream::from_iter(events.clone()).encode(&TextEvents);
    let bytes = bytes.collect(1000).await.unwrap();
    let found = read::<Event<String>>(&bytes, 7, &TextEvents, 100).await;
    assert_eq!(found, events.map(Ok));
    for framing in [JsonItems::Lines, JsonItems::Records] {
        let items = vec!["a\nb".to_owned(), "\u{1e}".to_owned()];
        let bytes =
            ItemStream::from_iter(items.clone()).encode(&framing).collect(99).await.unwrap();
        let found = read::<String>(&bytes, 2, &framing, 50).await;
        assert_eq!(found, items.into_iter().map(Ok).collect::<Vec<_>>());
    }
    let forged = Event { id: Some("1\ndata: x".to_owned()), ..Event::from("y".to_owned()) };
    let bytes = ItemStream::from_iter([forged]).encode(&TextEvents).collect(99).await;
    assert!(bytes.is_err(), "no event can pretend to be two");
}

#[tokio::test]
async fn bytes_are_collected_up_to_a_limit() {
    for size in [1, 3, 9] {
        assert_eq!(chunked(b"123456789", size).collect(9).await.unwrap(), "123456789");
        let error = chunked(b"123456789", size).collect(8).await.unwrap_err();
        assert!(matches!(error, StreamError::TooLarge { limit: 8 }));
    }
    assert!(ByteStream::from("").collect(0).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn silence_between_events_is_broken_by_comments() {
    let slow = stream::iter([10, 40, 0]).then(|seconds| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Event::from(seconds.to_string())
    });
    let events = ItemStream::new(slow);
    let answer = Reply::of(200).items("text/event-stream", &TextEvents, events).unwrap();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, "data: 10\n\n:\n\n:\n\ndata: 40\n\ndata: 0\n\n");
    let lines = stream::iter([40]).then(|seconds| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        seconds
    });
    let answer = Reply::of(200);
    let answer = answer.items("application/jsonl", &JsonItems::Lines, ItemStream::new(lines));
    let body = axum::body::to_bytes(answer.unwrap().into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, "40\n");
}

#[tokio::test]
async fn how_long_a_stream_is_goes_down_as_it_is_read() {
    let length = |stream: &ByteStream| http_body::Body::size_hint(stream).exact();
    let mut bytes = chunked(b"abcdef", 4).with_length(6);
    assert_eq!(length(&bytes), Some(6));
    assert_eq!(bytes.chunk().await.unwrap().unwrap(), "abcd");
    assert_eq!(length(&bytes), Some(2));
}
