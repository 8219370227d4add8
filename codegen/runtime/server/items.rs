//! Bodies that are items, on their way in and out.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use futures_core::Stream;
use tokio::time::{Sleep, sleep};

use super::{Body, Refused, Reply, Unanswerable};
use crate::items::{Delimiter, Framing, ItemStream};
use crate::rules::Rules;
use crate::stream::{ByteStream, StreamError};
use crate::validation::Strictness;

/// How long there may be no event; what stands between client and server may take a longer silence for the end (HTML
/// standard §9.2.7).
const SILENCE: Duration = Duration::from_secs(15);

impl Body<'_> {
    /// The items as they come. Here it is an item that may have so many bytes; there may be any number of them.
    ///
    /// # Errors
    /// Never; so that all ways to read a body look alike.
    pub fn items<T: 'static>(
        self,
        framing: &impl Framing<T>,
        rules: &'static Rules,
    ) -> Result<ItemStream<T>, Refused> {
        let limit = self.limit;
        let bytes = self.limited(usize::MAX);
        Ok(ItemStream::decode(bytes, framing, (rules, Strictness::Strict), limit))
    }
}

impl Reply {
    /// The response with a body of items, each sent when it is there. Between server-sent events that are long in coming
    /// stands a comment every 15 seconds, by the timer of tokio's runtime.
    ///
    /// # Errors
    /// Where the media type is not one that a header field can have.
    pub fn items<T: 'static>(
        self,
        media_type: &str,
        framing: &impl Framing<T>,
        items: ItemStream<T>,
    ) -> Result<Response, Unanswerable> {
        let bytes = items.encode(framing);
        if framing.delimiter() != Delimiter::EmptyLine {
            return self.stream(media_type, bytes);
        }
        let events = KeptAlive { events: bytes, silence: None };
        self.stream(media_type, ByteStream::of_chunks(Box::pin(events)))
    }
}

/// Events with comments where there would be silence.
struct KeptAlive {
    events: ByteStream,
    silence: Option<Pin<Box<Sleep>>>,
}

impl Stream for KeptAlive {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(next) = Pin::new(&mut self.events).poll_next(cx) {
            self.silence = None;
            return Poll::Ready(next);
        }
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
        ready!(silence.as_mut().poll(cx));
        self.silence = None;
        Poll::Ready(Some(Ok(Bytes::from_static(b":\n\n"))))
    }
}
