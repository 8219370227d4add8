//! A call: an operation with what it needs, before it is sent.
//!
//! [`Call`] is what a call does. A generated client shows it as a type of its own, declared by [`calls!`](crate), which
//! its operations can give methods for what is optional.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::{Core, Error, Received, Request, Retry};

/// What the contract says of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// The `operationId`.
    pub id: &'static str,
    /// The method: `GET`.
    pub method: &'static str,
    /// The path as in the contract: `/pets/{pet_id}`; empty for a callback or webhook, which has none.
    pub path: &'static str,
    /// The names of the security schemes that must all be met; alternatives in the order of the contract.
    pub security: &'static [&'static [&'static str]],
    /// What the answers may be of, for `Accept`: media types and ranges; empty where none has a body.
    pub accept: &'static str,
    /// Which answers are read piece by piece; where none is, nothing. Else every response, a status before its range: its
    /// key (`200`, `2XX`), the media types of those that are, and of those that aren't.
    pub streamed: &'static [(&'static str, &'static [&'static str], &'static [&'static str])],
}

/// An operation of a contract, as a client sees it. The generator writes the implementations.
pub trait Operation: Sized + Send + Sync + 'static {
    /// What the contract says of it.
    const INFO: &'static OperationInfo;
    /// Its parameters.
    type Parameters: Send + Sync;
    /// Its request body.
    type Body: Send + Sync;
    /// Its documented successes.
    type Success: Send;
    /// Its documented failures.
    type Failure: Send;

    /// Puts the request together.
    fn request(parameters: &Self::Parameters, body: &Self::Body) -> Request;

    /// Judges the answer by its status.
    ///
    /// # Errors
    /// A documented failure, or an answer that isn't documented.
    fn decode(received: Received) -> Result<Self::Success, Error<Self::Failure>>;
}

/// A call that is ready: `.await` sends it.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<'c, O: Operation> {
    pub(super) core: &'c Core,
    /// The parameters that it is sent with.
    pub parameters: O::Parameters,
    /// The body that it is sent with.
    pub body: O::Body,
    pub(super) settings: Settings,
}

/// What a call may have of its own, beside what its operation takes.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) headers: HeaderMap,
    pub(super) base: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<Retry>,
    /// Where the page is that this call is for, as the one before told.
    pub(super) link: Option<String>,
}

impl<'c, O: Operation> Call<'c, O> {
    /// A call with its parameters and body.
    pub fn new(core: &'c Core, parameters: O::Parameters, body: O::Body) -> Self {
        Self { core, parameters, body, settings: Settings::default() }
    }

    /// Adds a header field that the contract doesn't know.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.settings.headers.append(name, value);
        self
    }

    /// Gives this call a time limit of its own.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Says for this call alone how often it is sent again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.settings.retry = Some(retry);
        self
    }

    /// Sends it to the API at this URL, with what the client shows for credentials; a callback or webhook to this very
    /// URL.
    pub fn at(mut self, base: impl Into<String>) -> Self {
        self.settings.base = Some(base.into());
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// A documented failure, or one of the ways to have no answer that the contract knows.
    pub async fn send(self) -> Result<O::Success, Error<O::Failure>> {
        self.send_ref().await
    }

    /// Sends it, and keeps of the answer what no contract tells: its status, and header fields such as the number of a
    /// request or what is left of a quota.
    ///
    /// # Errors
    /// Where there is no answer. What the contract makes of one is its [`outcome`](Answer::outcome).
    pub async fn answer(self) -> Result<Answer<O>, Error<Infallible>> {
        let received = self.receive().await?;
        let (status, headers) = (received.status(), received.headers().clone());
        Ok(Answer { status, headers, outcome: O::decode(received) })
    }

    pub(super) async fn send_ref(&self) -> Result<O::Success, Error<O::Failure>> {
        let received = self.receive().await;
        O::decode(received.map_err(|error| error.map(|never| match never {}))?)
    }

    async fn receive(&self) -> Result<Received, Error<Infallible>> {
        let request = O::request(&self.parameters, &self.body);
        self.core.exchange(O::INFO, request, &self.settings).await
    }
}

/// An answer, documented or not.
pub struct Answer<O: Operation> {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields, those that the contract doesn't know among them.
    pub headers: HeaderMap,
    /// What it is by the contract.
    pub outcome: Result<O::Success, Error<O::Failure>>,
}

impl<O: Operation> fmt::Debug for Answer<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl<O: Operation> fmt::Debug for Call<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &O::INFO.id).finish_non_exhaustive()
    }
}

impl<'c, O: Operation> IntoFuture for Call<'c, O> {
    type Output = Result<O::Success, Error<O::Failure>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Declares `Call` of a generated client.
#[macro_export]
macro_rules! calls {
    () => {
        /// A call that is ready: `.await` sends it. What it is sent with are its fields `parameters` and `body`.
        #[must_use = "a call does nothing until it is awaited"]
        pub struct Call<'c, O: $crate::client::Operation>($crate::client::Call<'c, O>);

        impl<'c, O: $crate::client::Operation> Call<'c, O> {
            /// A call with its parameters and body.
            pub fn new(
                core: &'c $crate::client::Core,
                parameters: O::Parameters,
                body: O::Body,
            ) -> Self {
                Self($crate::client::Call::new(core, parameters, body))
            }

            /// Adds a header field that the contract doesn't know.
            pub fn header(self, name: ::http::HeaderName, value: ::http::HeaderValue) -> Self {
                Self(self.0.header(name, value))
            }

            /// Gives this call a time limit of its own.
            pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// Says for this call alone how often it is sent again.
            pub fn retry(self, retry: $crate::client::Retry) -> Self {
                Self(self.0.retry(retry))
            }

            /// Sends it to the API at this URL, with what the client shows for credentials; a callback or webhook to
            /// this very URL.
            pub fn at(self, base: impl Into<String>) -> Self {
                Self(self.0.at(base))
            }

            /// Sends it.
            ///
            /// # Errors
            /// A documented failure, or one of the ways to have no answer that the contract knows.
            pub async fn send(self) -> Result<O::Success, $crate::client::Error<O::Failure>> {
                self.0.send().await
            }

            /// Sends it, and keeps of the answer what no contract tells: its status, and header fields such as the
            /// number of a request or what is left of a quota.
            ///
            /// # Errors
            /// Where there is no answer. What the contract makes of one is its [`outcome`](Answer::outcome).
            pub async fn answer(
                self,
            ) -> Result<$crate::client::Answer<O>, $crate::client::Error<::std::convert::Infallible>>
            {
                self.0.answer().await
            }
        }

        impl<'c, O: $crate::client::Operation> ::std::ops::Deref for Call<'c, O> {
            type Target = $crate::client::Call<'c, O>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<O: $crate::client::Operation> ::std::ops::DerefMut for Call<'_, O> {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl<O: $crate::client::Operation> ::std::fmt::Debug for Call<'_, O> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'c, O: $crate::client::Operation> IntoFuture for Call<'c, O> {
            type Output = Result<O::Success, $crate::client::Error<O::Failure>>;
            type IntoFuture = <$crate::client::Call<'c, O> as IntoFuture>::IntoFuture;

            fn into_future(self) -> Self::IntoFuture {
                self.0.into_future()
            }
        }
    };
}
