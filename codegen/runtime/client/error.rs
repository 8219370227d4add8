//! The ways a call can fail.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// Why a call has no success to show. `E` holds the failures that the contract documents for the operation.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E> {
    /// The server answered with a documented failure.
    Documented(Box<E>),
    /// The request could not be put together, so nothing was sent.
    Request(String),
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
            Self::Transport(error) => write!(f, "there was no answer: {error}"),
            Self::TooLarge { status, limit } => {
                write!(f, "the answer {status} is larger than {limit} bytes")
            }
            Self::Undocumented(answer) => {
                write!(f, "the contract does not document the answer {}", answer.status)
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
            Self::Transport(error) => Some(error),
            _ => None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub struct Unanswered(pub(super) reqwest::Error);

impl Unanswered {
    /// Whether the time was up.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.is_timeout()
    }

    /// Whether there was no connection.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.is_connect()
    }

    /// What reqwest says.
    #[must_use]
    pub fn get_ref(&self) -> &reqwest::Error {
        &self.0
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Unanswered {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
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
