//! The ways a call can fail.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub use crate::stream::Cause;

/// Why a call has no success to show. `E` holds the failures that the contract documents for the operation.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E> {
    /// The server answered with a documented failure.
    Documented(Box<E>),
    /// The request could not be put together, so nothing was sent.
    Request(String),
    /// The secret to show could not be had, so nothing was sent.
    Credentials(Cause),
    /// There is no answer, or only the beginning of one: the connection failed, the time was up.
    Transport(Unanswered),
    /// The answer is larger than the client takes.
    TooLarge {
        /// Its status.
        status: StatusCode,
        /// How many bytes the client takes.
        limit: usize,
    },
    /// The server answered with a status, or a media type, that the contract doesn't document.
    Undocumented(Box<Undocumented>),
    /// The status is documented, but the header fields or the body are not what the contract says.
    Undecodable(Box<Undecodable>),
}

impl<E> Error<E> {
    /// A documented failure.
    #[must_use]
    pub fn documented(failure: E) -> Self {
        Self::Documented(Box::new(failure))
    }

    /// Which of the ways it is, in a word; with nothing in it that could be secret.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Documented(_) => "documented",
            Self::Request(_) => "request",
            Self::Credentials(_) => "credentials",
            Self::Transport(error) if error.is_timeout() => "timeout",
            Self::Transport(_) => "transport",
            Self::TooLarge { .. } => "too-large",
            Self::Undocumented(_) => "undocumented",
            Self::Undecodable(_) => "undecodable",
        }
    }

    /// The status of the answer, if there is one that isn't documented.
    #[must_use]
    pub fn undocumented_status(&self) -> Option<StatusCode> {
        match self {
            Self::Undocumented(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// The same error, its documented failure in another form.
    pub fn map<F>(self, documented: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Self::Documented(failure) => Error::Documented(Box::new(documented(*failure))),
            Self::Request(message) => Error::Request(message),
            Self::Credentials(error) => Error::Credentials(error),
            Self::Transport(error) => Error::Transport(error),
            Self::TooLarge { status, limit } => Error::TooLarge { status, limit },
            Self::Undocumented(answer) => Error::Undocumented(answer),
            Self::Undecodable(answer) => Error::Undecodable(answer),
        }
    }
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented(failure) => write!(f, "the server answered {failure:?}"),
            Self::Request(message) => write!(f, "the request could not be made: {message}"),
            Self::Credentials(error) => write!(f, "there was no secret to show: {error}"),
            Self::Transport(error) => write!(f, "there was no answer: {error}"),
            Self::TooLarge { status, limit } => {
                write!(f, "the answer {status} is larger than {limit} bytes")
            }
            Self::Undocumented(answer) => {
                write!(f, "the contract does not document the answer {}", answer.status)?;
                // The status may well be documented, and the media type isn't.
                let media_type = answer.headers.get(http::header::CONTENT_TYPE);
                match media_type.and_then(|media_type| media_type.to_str().ok()) {
                    Some(media_type) => write!(f, " of {media_type}"),
                    None => Ok(()),
                }
            }
            Self::Undecodable(answer) => {
                write!(f, "the answer {} is not as documented: {}", answer.status, answer.message)
            }
        }
    }
}

impl<E: fmt::Debug> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Credentials(error) => Some(&**error),
            Self::Transport(error) => Some(error),
            _ => None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub struct Unanswered(Reason);

#[derive(Debug)]
enum Reason {
    TimeIsUp,
    Http(reqwest::Error),
    Other(Cause),
}

impl Unanswered {
    pub(super) fn time_is_up() -> Self {
        Self(Reason::TimeIsUp)
    }

    /// Neither here nor in what reqwest says may the URL be told: a key may stand in its query.
    pub(super) fn new(error: Cause) -> Self {
        match error.downcast::<reqwest::Error>() {
            Ok(error) => Self(Reason::Http(error.without_url())),
            Err(error) => Self(Reason::Other(error)),
        }
    }

    /// Whether the time was up.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0, Reason::TimeIsUp) || self.http().is_some_and(reqwest::Error::is_timeout)
    }

    /// Whether there was no connection.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.http().is_some_and(reqwest::Error::is_connect)
    }

    /// Whether the same request may fare better: nothing was wrong with it, nor was it given up.
    pub(super) fn is_transient(&self) -> bool {
        self.http().is_some_and(|error| !error.is_timeout() && !error.is_builder())
    }

    /// What reqwest says, also where something around it has failed because of it.
    #[must_use]
    pub fn http(&self) -> Option<&reqwest::Error> {
        match &self.0 {
            Reason::TimeIsUp => None,
            Reason::Http(error) => Some(error),
            Reason::Other(error) => {
                let mut next: Option<&(dyn StdError + 'static)> = Some(&**error);
                while let Some(error) = next {
                    if let Some(found) = error.downcast_ref() {
                        return Some(found);
                    }
                    next = error.source();
                }
                None
            }
        }
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::TimeIsUp => f.write_str("the time is up"),
            Reason::Http(error) => error.fmt(f),
            Reason::Other(error) => error.fmt(f),
        }
    }
}

impl StdError for Unanswered {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Reason::TimeIsUp => None,
            Reason::Http(error) => error.source(),
            Reason::Other(error) => error.source(),
        }
    }
}

/// An answer that the contract doesn't know.
#[derive(Debug, Clone)]
pub struct Undocumented {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// An answer that isn't what the contract says of its status.
#[derive(Debug, Clone)]
pub struct Undecodable {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// What is wrong with it.
    pub message: String,
}
