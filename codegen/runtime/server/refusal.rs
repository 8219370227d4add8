//! Why a server answers a request by itself, without asking the handler.

use std::fmt;

use super::{Context, OperationInfo};
use crate::validation::Violation;

/// Why the router refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// There are no credentials.
    MissingCredentials,
    /// The credentials can't be read, or were rejected.
    InvalidCredentials,
    /// The path has no such method.
    MethodNotAllowed,
    /// Parameters violate the contract.
    InvalidParameters,
    /// The body is of a media type that the operation doesn't take, or doesn't say which.
    UnsupportedMediaType,
    /// The body is larger than the server takes.
    BodyTooLarge,
    /// The body broke off.
    UnreadableBody,
    /// The body is not what its media type says: no JSON at all.
    MalformedBody,
    /// The body violates the contract.
    InvalidBody,
    /// The implementor's `admit` interrupted the request.
    Interrupted(Interruption),
    /// Who is asking could not be found out.
    AuthenticationFailed,
    /// There was no room for the files of the body: none in the temporary folder.
    NoRoom,
    /// A handler, a check or a hook panicked.
    Panicked,
    /// The operation took longer than it may.
    OutOfTime,
    /// The handler's answer can't be sent: a header value with a line break, for one.
    Unanswerable,
}

impl Reason {
    /// The status that HTTP has for it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::MissingCredentials | Self::InvalidCredentials => 401,
            Self::MethodNotAllowed => 405,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::UnreadableBody | Self::MalformedBody => 400,
            Self::InvalidParameters | Self::InvalidBody => 422,
            Self::Interrupted(interruption) => interruption.status(),
            Self::OutOfTime => 503,
            Self::AuthenticationFailed | Self::NoRoom | Self::Panicked | Self::Unanswerable => 500,
        }
    }

    /// One line for people, which gives nothing away.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::MissingCredentials => "the request carries no credentials",
            Self::InvalidCredentials => "the credentials are not valid",
            Self::MethodNotAllowed => "the path does not have this method",
            Self::InvalidParameters => "parameters of the request are not valid",
            Self::UnsupportedMediaType => "the media type of the body is missing or not supported",
            Self::BodyTooLarge => "the body is too large",
            Self::UnreadableBody => "the body could not be read",
            Self::MalformedBody => "the body is not what its media type says",
            Self::InvalidBody => "the body is not valid",
            Self::Interrupted(Interruption::TooManyRequests) => "there are too many requests",
            Self::Interrupted(Interruption::Unavailable) => "the service is not available",
            Self::OutOfTime => "the request took too long",
            Self::Interrupted(Interruption::Fault)
            | Self::AuthenticationFailed
            | Self::NoRoom
            | Self::Panicked
            | Self::Unanswerable => "an unexpected error occurred",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// Why credentials made no caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticationError {
    /// They are not good, or not any more: a 401.
    Rejected,
    /// It could not be found out: a 500.
    Failed,
}

/// Why a request is interrupted before anything of it is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interruption {
    /// Something is wrong with the server: a 500.
    Fault,
    /// The caller asks too often: a 429.
    TooManyRequests,
    /// The server is busy or being maintained: a 503.
    Unavailable,
}

impl Interruption {
    /// The status that HTTP has for it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Fault => 500,
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
        }
    }
}

/// A request that the router refuses, for a hook to put into words.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'r> {
    reason: Reason,
    status: u16,
    violations: &'r [Violation],
    context: &'r Context,
}

impl<'r> Refusal<'r> {
    /// A refusal with the status that HTTP has for the reason.
    #[must_use]
    pub fn new(reason: Reason, violations: &'r [Violation], context: &'r Context) -> Self {
        Self { reason, status: reason.status(), violations, context }
    }

    /// The same refusal, answered with the status that the contract has for it.
    #[must_use]
    pub fn answered_with(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Why the request is refused.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The status that it is answered with.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// One line for people, which gives nothing away.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.reason.message()
    }

    /// Everything about the request that violates the contract, as far as this step looks.
    #[must_use]
    pub fn violations(&self) -> &'r [Violation] {
        self.violations
    }

    /// The request.
    #[must_use]
    pub fn context(&self) -> &'r Context {
        self.context
    }

    /// What the contract says of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static OperationInfo {
        self.context.operation()
    }

    /// How to authenticate, for `WWW-Authenticate`: `Bearer`.
    #[must_use]
    pub fn challenge(&self) -> &'static str {
        self.operation().challenge
    }

    /// The methods of the path, for `Allow`: `GET, HEAD`.
    #[must_use]
    pub fn allow(&self) -> &'static str {
        self.operation().allow
    }
}
