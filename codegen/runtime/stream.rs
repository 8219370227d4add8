//! Bodies whose bytes come or go as they do. No more is held than the chunk at hand.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};

use super::validation::Violation;

/// What went wrong somewhere else.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why there is no next piece.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamError {
    /// The item, or the whole, is larger than what is taken. Nothing follows.
    TooLarge {
        /// How many bytes are taken.
        limit: usize,
    },
    /// An item is not what the contract says. The next may be.
    Invalid {
        /// What is wrong with it.
        message: String,
        /// Where it violates the contract; empty where it can't be read at all.
        violations: Vec<Violation>,
    },
    /// The stream broke off. Nothing follows.
    Broken(Cause),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "there are more than {limit} bytes"),
            Self::Invalid { message, .. } => write!(f, "an item is not as documented: {message}"),
            Self::Broken(cause) => write!(f, "the stream broke off: {cause}"),
        }
    }
}

impl StdError for StreamError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Broken(cause) => Some(&**cause),
            Self::TooLarge { .. } | Self::Invalid { .. } => None,
        }
    }
}

/// Bytes in pieces, or why there is no next one.
pub type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, StreamError>> + Send>>;

/// Bytes as they come: a body that need not be there as a whole.
///
/// Made of anything that is bytes already (`Bytes`, `Vec<u8>`, `String`), or of a stream of such.
pub struct ByteStream {
    // So that it can be sent from behind a reference, once.
    content: Mutex<Content>,
    length: Option<u64>,
}

enum Content {
    Whole(Bytes),
    Open(Chunks),
    Gone,
}

impl ByteStream {
    /// The bytes that this stream gives.
    pub fn new<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Cause>,
    {
        Self::of_chunks(Box::pin(Chunked(Box::pin(stream))))
    }

    /// The bytes of these chunks.
    #[must_use]
    pub fn of_chunks(chunks: Chunks) -> Self {
        Self { content: Mutex::new(Content::Open(chunks)), length: None }
    }

    /// The same, known to be so many bytes: a request then says so, instead of being chunked.
    #[must_use]
    pub fn with_length(self, length: u64) -> Self {
        Self { length: Some(length), ..self }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// Where the stream breaks off, or is larger than what is taken.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, StreamError> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// All of it, if it is no more than `limit` bytes.
    ///
    /// # Errors
    /// Where the stream breaks off, or is larger than what is taken.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, StreamError> {
        let mut first = match self.chunk().await? {
            Some(first) if first.len() > limit => return Err(StreamError::TooLarge { limit }),
            Some(first) => first,
            None => return Ok(Bytes::new()),
        };
        let mut all: Option<BytesMut> = None;
        while let Some(chunk) = self.chunk().await? {
            let all = all.get_or_insert_with(|| BytesMut::from(std::mem::take(&mut first)));
            if all.len() + chunk.len() > limit {
                return Err(StreamError::TooLarge { limit });
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.map_or(first, BytesMut::freeze))
    }

    /// The bytes, where all of them are there already.
    #[must_use]
    pub fn whole(&self) -> Option<Bytes> {
        match &*self.content.lock().unwrap_or_else(PoisonError::into_inner) {
            Content::Whole(bytes) => Some(bytes.clone()),
            Content::Open(_) | Content::Gone => None,
        }
    }

    /// What is left of it; `None` where somebody has taken it before.
    #[must_use]
    pub fn take(&self) -> Option<Self> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *content, Content::Gone) {
            Content::Gone => None,
            content => Some(Self { content: Mutex::new(content), length: self.length }),
        }
    }

    fn content(&mut self) -> &mut Content {
        self.content.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.content() {
            Content::Open(chunks) => {
                let next = std::task::ready!(chunks.as_mut().poll_next(cx));
                // What is told is how much is left.
                if let (Some(Ok(chunk)), Some(length)) = (&next, &mut self.length) {
                    *length = length.saturating_sub(chunk.len() as u64);
                }
                Poll::Ready(next)
            }
            content @ Content::Whole(_) => match std::mem::replace(content, Content::Gone) {
                Content::Whole(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(bytes))),
                _ => Poll::Ready(None),
            },
            Content::Gone => Poll::Ready(None),
        }
    }
}

/// As HTTP has it, for reqwest and axum.
impl Body for ByteStream {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        self.poll_next(cx).map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        let whole = self.whole().map(|bytes| bytes.len() as u64);
        whole.or(self.length).map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whole() {
            Some(bytes) => f.debug_tuple("ByteStream").field(&bytes).finish(),
            None => f.debug_struct("ByteStream").finish_non_exhaustive(),
        }
    }
}

macro_rules! from_bytes {
    ($($from:ty),*) => {$(
        impl From<$from> for ByteStream {
            fn from(bytes: $from) -> Self {
                Self { content: Mutex::new(Content::Whole(bytes.into())), length: None }
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, String, &'static [u8], &'static str);

/// A stream of anything that is bytes, failing in any way.
struct Chunked<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Chunked<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Cause>,
{
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx).map(|next| {
            next.map(|chunk| chunk.map(Into::into).map_err(|e| StreamError::Broken(e.into())))
        })
    }
}

/// The data of a body of HTTP; what follows in trailers is passed over. With a limit, no more than that, and `overrun` is
/// set where there would be more.
#[derive(Debug)]
pub struct LimitedBody<B> {
    /// The body.
    pub body: B,
    /// How many bytes of it may still come.
    pub left: usize,
    /// How many might at first.
    pub limit: usize,
    /// Set where there would be more.
    pub overrun: Option<std::sync::Arc<std::sync::atomic::AtomicBool>>,
}

impl<B> Stream for LimitedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Cause>,
{
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = match std::task::ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(StreamError::Broken(error.into()))));
                }
                Some(Ok(frame)) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            let Some(left) = self.left.checked_sub(data.len()) else {
                if let Some(overrun) = &self.overrun {
                    overrun.store(true, std::sync::atomic::Ordering::Relaxed);
                }
                self.left = 0;
                let limit = self.limit;
                return Poll::Ready(Some(Err(StreamError::TooLarge { limit })));
            };
            self.left = left;
            return Poll::Ready(Some(Ok(data)));
        }
    }
}
