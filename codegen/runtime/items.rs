//! Bodies that are items, one after the other: lines of JSON, records, server-sent events.
//!
//! No more is held than the item at hand, which may be so large and no larger.

mod event;
mod framed;
mod split;

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

pub use event::Event;
pub use framed::{EventObjects, Events, Framing, JsonItems, Outcome, Reader, TextEvents};
pub use split::{Delimiter, Splitter};

use super::stream::{ByteStream, Cause, StreamError};

type Inner<T> = Pin<Box<dyn Stream<Item = Result<T, StreamError>> + Send>>;

/// Items of a body, one after the other, each read when it is asked for.
///
/// An item that is not as documented is an error in its place, and the next may be fine again; after the other errors
/// nothing follows.
pub struct ItemStream<T>(
    // So that it can be sent from behind a reference, once.
    Mutex<Option<Inner<T>>>,
);

impl<T> ItemStream<T> {
    /// The items that this stream gives.
    pub fn new(stream: impl Stream<Item = T> + Send + 'static) -> Self {
        Self::of(Box::pin(Sound(Box::pin(stream))))
    }

    /// The items that this stream gives; at its first error the body breaks off, so that who receives it knows.
    pub fn of_results<E>(stream: impl Stream<Item = Result<T, E>> + Send + 'static) -> Self
    where
        E: Into<Cause>,
    {
        Self::of(Box::pin(Failing(Box::pin(stream))))
    }

    pub(super) fn of(stream: Inner<T>) -> Self {
        Self(Mutex::new(Some(stream)))
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// Where the item is not as documented, or the stream breaks off.
    pub async fn item(&mut self) -> Result<Option<T>, StreamError> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// What is left of it; `None` where somebody has taken it before.
    #[must_use]
    pub fn take(&self) -> Option<Self> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.take().map(Self::of)
    }
}

impl<T: Send + 'static> FromIterator<T> for ItemStream<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: std::collections::VecDeque<T> = items.into_iter().collect();
        Self::of(Box::pin(Given(Mutex::new(items))))
    }
}

impl<T> Stream for ItemStream<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            Some(stream) => stream.as_mut().poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream").finish_non_exhaustive()
    }
}

struct Sound<S>(Pin<Box<S>>);

impl<S: Stream> Stream for Sound<S> {
    type Item = Result<S::Item, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx).map(|next| next.map(Ok))
    }
}

struct Failing<S>(Pin<Box<S>>);

impl<S: Stream<Item = Result<T, E>>, T, E: Into<Cause>> Stream for Failing<S> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|item| item.map_err(|error| StreamError::Broken(error.into()))))
    }
}

struct Given<T>(Mutex<std::collections::VecDeque<T>>);

impl<T> Stream for Given<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Poll::Ready(items.pop_front().map(Ok))
    }
}

/// What comes of the bytes of an item.
pub(super) enum Read<T> {
    Item(T),
    Invalid(StreamError),
    /// Nothing to be seen: an empty line, a comment.
    Nothing,
    /// The last one has been there.
    End,
}

pub(super) type ReadItem<T> = Box<dyn Fn(&[u8]) -> Read<T> + Send>;

/// Bytes → items.
pub(super) struct Decoded<T> {
    pub(super) bytes: ByteStream,
    pub(super) splitter: Splitter,
    pub(super) limit: usize,
    pub(super) read: ReadItem<T>,
    pub(super) is_done: bool,
}

impl<T> Decoded<T> {
    fn ended(&mut self, with: StreamError) -> Poll<Option<Result<T, StreamError>>> {
        self.is_done = true;
        Poll::Ready(Some(Err(with)))
    }
}

impl<T> Stream for Decoded<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while !this.is_done {
            let frame = match this.splitter.next_item() {
                Err(_) => return this.ended(StreamError::TooLarge { limit: this.limit }),
                Ok(Some(frame)) => Some(frame),
                Ok(None) => match ready!(Pin::new(&mut this.bytes).poll_next(cx)) {
                    Some(Ok(chunk)) => {
                        this.splitter.push(&chunk);
                        continue;
                    }
                    Some(Err(error)) => return this.ended(error),
                    None => {
                        this.is_done = true;
                        this.splitter.finish()
                    }
                },
            };
            match frame.map_or(Read::Nothing, |frame| (this.read)(&frame)) {
                Read::Item(item) => return Poll::Ready(Some(Ok(item))),
                Read::Invalid(error) => return Poll::Ready(Some(Err(error))),
                Read::Nothing => {}
                Read::End => this.is_done = true,
            }
        }
        Poll::Ready(None)
    }
}

/// Items → bytes.
pub(super) struct Encoded<T> {
    pub(super) items: ItemStream<T>,
    pub(super) write: fn(&T) -> Result<Vec<u8>, StreamError>,
}

impl<T> Stream for Encoded<T> {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(Pin::new(&mut self.items).poll_next(cx));
        Poll::Ready(next.map(|item| item.and_then(|item| (self.write)(&item).map(Bytes::from))))
    }
}
