//! How fast requests follow each other, and what is done when the target asks for patience.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::time::{Instant, sleep_until};

use super::{Exchange, HttpRequest, HttpResponse, Transport};

/// How often one request is sent again because of a 429.
const PATIENCE: usize = 5;

/// A transport that sends at most so many requests a second, and waits a 429 out by its `Retry-After`, unless it is that of a
/// limit of the operation's own.
pub struct Paced<T> {
    inner: T,
    interval: Option<Duration>,
    /// No waiting beyond this.
    until: Instant,
    next: Mutex<Option<Instant>>,
}

impl<T: Transport> Paced<T> {
    /// At most `rate` requests a second; `None`: as fast as can be. A 429 is not waited out beyond `until`.
    #[must_use]
    pub fn new(inner: T, rate: Option<f64>, until: std::time::Instant) -> Self {
        let interval = rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        Self { inner, interval, until: Instant::from_std(until), next: Mutex::new(None) }
    }

    /// What is paced.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// Waits for this request's turn. A timer takes a millisecond at least, also for what is due already.
    async fn turn(&self) {
        let now = Instant::now();
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = next.map_or(now, |next| next.max(now));
            if let Some(interval) = self.interval {
                *next = Some(at + interval);
            }
            at
        };
        if at > now {
            sleep_until(at).await;
        }
    }

    /// Holds every further request back.
    fn hold(&self, until: Instant) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = Some(next.map_or(until, |next| next.max(until)));
    }
}

impl<T: Transport> Transport for Paced<T> {
    async fn exchange(&self, request: HttpRequest, at_most: Duration) -> Exchange {
        for _ in 0..PATIENCE {
            self.turn().await;
            let exchange = self.inner.exchange(request.clone(), at_most).await;
            let busy = exchange.outcome.as_ref().ok().filter(|response| response.status == 429);
            let busy = busy.filter(|_| !request.is_limited);
            let Some(wait) = busy.and_then(retry_after) else { return exchange };
            let until = Instant::now() + wait;
            if until > self.until {
                return exchange;
            }
            self.hold(until);
        }
        self.turn().await;
        self.inner.exchange(request, at_most).await
    }
}

/// How long an answer asks to wait (RFC 9110 §10.2.3): seconds, or an HTTP date.
pub(crate) fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let value = response.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = OffsetDateTime::parse(&value.replace("GMT", "+0000"), &Rfc2822).ok()?;
    Some((date - OffsetDateTime::now_utc()).try_into().unwrap_or(Duration::ZERO))
}
