//! One call over the wire: shown credentials, attempts, and the limits of an answer.

use std::convert::Infallible;
use std::time::Duration;

use bytes::BytesMut;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::Url;
use tokio::time::Instant;

use super::call::Settings;
use super::credentials::Source;
use super::error::Unanswered;
use super::retry::{is_transient, retry_after};
use crate::media;
use crate::status::admits;
use crate::stream::{ByteStream, LimitedBody};
use crate::text::write::Pairs;

use super::{Core, Error, OperationInfo, Payload, Received, Request, Retry, Secret};

/// What becomes of a request as long as nobody has judged it.
type Outcome = Result<Received, Error<Infallible>>;

/// Secrets that were fetched for a request, by the schemes that they are for.
type Shown = Vec<(&'static str, Secret)>;

impl Core {
    /// Sends a request until there is an answer to be judged, or time is up.
    pub(super) async fn exchange(
        &self,
        operation: &'static OperationInfo,
        request: Request,
        settings: &Settings,
    ) -> Outcome {
        let exchanging = self.within_time(operation, request, settings);
        #[cfg(feature = "tracing")]
        let exchanging = super::trace::traced(operation, exchanging);
        exchanging.await
    }

    async fn within_time(
        &self,
        operation: &'static OperationInfo,
        request: Request,
        settings: &Settings,
    ) -> Outcome {
        let time = settings.timeout.unwrap_or(self.timeout);
        let retry = settings.retry.as_ref().unwrap_or(&self.retry);
        let exchange =
            Exchange { core: self, operation, settings, retry, started: Instant::now(), time };
        let attempts = exchange.attempts(request);
        let outcome = tokio::time::timeout(time, attempts).await;
        outcome.unwrap_or_else(|_| Err(Error::Transport(Unanswered::time_is_up())))
    }
}

/// Where a link leads from here. It must lead to the same server, since what is secret goes along.
fn linked(here: &Url, link: &str) -> Result<Url, String> {
    let there = here.join(link).map_err(|error| format!("the next page is nowhere: {error}"))?;
    if there.origin() == here.origin() && there.username().is_empty() {
        return Ok(there);
    }
    Err("the next page is on another server".to_owned())
}

/// What the contract has of answers; where that is nothing, anything will do.
fn accept(operation: &OperationInfo) -> Option<HeaderValue> {
    // A media type that no header field can have is not one that comes.
    HeaderValue::from_str(operation.accept).ok().filter(|accept| !accept.is_empty())
}

/// A call on its way.
struct Exchange<'c> {
    core: &'c Core,
    operation: &'static OperationInfo,
    settings: &'c Settings,
    retry: &'c Retry,
    started: Instant,
    time: Duration,
}

impl Exchange<'_> {
    async fn attempts(&self, request: Request) -> Outcome {
        let mut repeated = 0;
        let mut refused: Option<(Shown, Received)> = None;
        let mut may_ask_again = !request.is_once();
        loop {
            let before = refused.take();
            let (authenticated, shown) =
                self.authenticated(&request, before.as_ref().map(|(shown, _)| shown)).await?;
            if let Some((same, answer)) = before
                && same == shown
            {
                return Ok(answer);
            }
            match self.attempt(authenticated).await {
                Ok(received)
                    if received.status() == StatusCode::UNAUTHORIZED
                        && may_ask_again
                        && !shown.is_empty() =>
                {
                    may_ask_again = false;
                    refused = Some((shown, received));
                }
                outcome => {
                    let Some(pause) = self.pause(&request, repeated, &outcome) else {
                        return outcome;
                    };
                    tokio::time::sleep(pause).await;
                    repeated += 1;
                }
            }
        }
    }

    /// The request with credentials, and those that somebody had to be asked for.
    async fn authenticated(
        &self,
        request: &Request,
        refused: Option<&Shown>,
    ) -> Result<(Request, Shown), Error<Infallible>> {
        let mut request = request.clone();
        if self.settings.link.is_some() {
            // The link has a query of its own; what is added is a key, if that is where it stands.
            request.query = Pairs::default();
        }
        let mut shown = Shown::new();
        for credential in self.core.credentials(self.operation.security) {
            match &credential.source {
                Source::Known(secret) => request.authenticate(&credential.place, secret),
                Source::Asked(secrets) => {
                    let before = refused.iter().flat_map(|shown| shown.iter());
                    let before =
                        before.into_iter().find(|(scheme, _)| *scheme == credential.scheme);
                    let secret = secrets.secret(before.map(|(_, secret)| secret.clone()));
                    let secret = secret.await.map_err(Error::Credentials)?;
                    request.authenticate(&credential.place, &secret);
                    shown.push((credential.scheme, secret));
                }
            }
        }
        Ok((request, shown))
    }

    /// How long to wait before another attempt; `None` where there is none.
    fn pause(&self, request: &Request, repeated: u32, outcome: &Outcome) -> Option<Duration> {
        if request.is_once() || !self.retry.covers(&request.method) {
            return None;
        }
        let asked = match outcome {
            Ok(received) if is_transient(received.status()) => retry_after(received.headers()),
            Err(Error::Transport(error)) if error.is_transient() => None,
            _ => return None,
        };
        let pause = self.retry.pause(repeated, asked)?;
        (pause < self.time.saturating_sub(self.started.elapsed())).then_some(pause)
    }

    async fn attempt(&self, request: Request) -> Outcome {
        let mut request = request.finish().map_err(Error::Request)?;
        if let Some(accept) = accept(self.operation) {
            request.headers.insert(ACCEPT, accept);
        }
        request.headers.extend(self.settings.headers.clone());
        let request = self.built(request)?;
        let carried = self.core.transport.carry(request, self.operation).await;
        self.receive(carried.map_err(|error| Error::Transport(Unanswered::new(error)))?).await
    }

    fn built(&self, request: Request) -> Result<reqwest::Request, Error<Infallible>> {
        let base = self.settings.base.as_deref().unwrap_or(&self.core.base);
        // Only callbacks and webhooks have no path, and what they are sent to is whole: a slash at its end counts.
        let base = if request.path.is_empty() { base } else { base.trim_end_matches('/') };
        let url = Url::parse(&format!("{base}{}", request.path))
            .map_err(|error| Error::Request(error.to_string()))?;
        let mut url = match &self.settings.link {
            Some(link) => linked(&url, link).map_err(Error::Request)?,
            None => url,
        };
        let query = request.query.into_text();
        if !query.is_empty() {
            let before = url.query().filter(|before| !before.is_empty());
            let whole = before.map(|before| format!("{before}&{query}"));
            url.set_query(Some(&whole.unwrap_or(query)));
        }
        let mut built = reqwest::Request::new(request.method, url);
        *built.headers_mut() = request.headers;
        match request.payload {
            Payload::Empty => {}
            Payload::Bytes(bytes) => *built.body_mut() = Some(bytes.into()),
            Payload::Stream(stream) => *built.body_mut() = stream.take().map(reqwest::Body::wrap),
        }
        Ok(built)
    }

    async fn receive(&self, mut response: reqwest::Response) -> Outcome {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let limit = self.core.body_limit;
        if self.is_streamed(status, &headers) {
            let body = http::Response::from(response).into_body();
            let chunks = LimitedBody { body, left: usize::MAX, limit, overrun: None };
            let body = ByteStream::of_chunks(Box::pin(chunks));
            return Ok(Received::open(status, headers, body, limit));
        }
        let mut body = BytesMut::new();
        let broken = |error: reqwest::Error| Error::Transport(Unanswered::new(error.into()));
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { status, limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Received::new(status, headers, body.freeze()))
    }

    /// Whether the answer is for its reader to read.
    fn is_streamed(&self, status: StatusCode, headers: &HeaderMap) -> bool {
        let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let Some(value) = value else { return false };
        let mut responses = self.operation.streamed.iter();
        let response = responses.find(|(key, ..)| admits(key, status.as_u16()));
        response.is_some_and(|(_, streamed, whole)| media::is_rather(value, streamed, whole))
    }
}
