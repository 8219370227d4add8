//! Lists that come in pages, as streams.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{Call, Error, Operation};
use crate::json::{Json, Wire};
use crate::text::write::texts;
use crate::text::{Form, Style};

/// An operation whose answer is one page of many. The generator writes the implementations.
pub trait Paged: Operation {
    /// What a page is made of.
    type Item: Send + Unpin;

    /// Turns the parameters of this page into those of the next, if there is one.
    fn advance(parameters: &mut Self::Parameters, page: &Self::Success) -> Next;

    /// What the page is made of.
    fn items(page: Self::Success) -> Vec<Self::Item>;
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    End,
    /// The page that the parameters now ask for.
    Page,
    /// The page at this URL, relative to that of this page.
    At(String),
}

impl Next {
    /// The page behind so many items more; none behind an empty one.
    #[must_use]
    pub fn offset<T: Copy + TryInto<i64> + TryFrom<i64>>(
        offset: &mut Option<T>,
        count: usize,
    ) -> Self {
        Self::counted(offset, 0, i64::try_from(count).unwrap_or_default())
    }

    /// The page of the next number, where this one isn't empty.
    #[must_use]
    pub fn page<T: Copy + TryInto<i64> + TryFrom<i64>>(
        number: &mut Option<T>,
        first: i64,
        count: usize,
    ) -> Self {
        Self::counted(number, first, i64::from(count > 0))
    }

    fn counted<T: Copy + TryInto<i64> + TryFrom<i64>>(
        counter: &mut Option<T>,
        first: i64,
        by: i64,
    ) -> Self {
        let now = counter.map_or(Some(first), |now| now.try_into().ok());
        let next = now.and_then(|now| now.checked_add(by)).and_then(|next| T::try_from(next).ok());
        match next {
            Some(next) if by > 0 => {
                *counter = Some(next);
                Self::Page
            }
            _ => Self::End,
        }
    }

    /// The page behind this cursor, if there is one: none behind an empty one, nor behind the same again, which would
    /// have no end.
    #[must_use]
    pub fn cursor<T: Json + PartialEq>(cursor: &mut Option<T>, next: Option<T>) -> Self {
        if *cursor == next || next.as_ref().is_none_or(|next| Self::text(next).is_empty()) {
            return Self::End;
        }
        *cursor = next;
        Self::Page
    }

    /// A cursor as text.
    #[must_use]
    pub fn text<T: Json>(cursor: &T) -> String {
        let texts = texts(&Wire(cursor), Form::Text(Style::Form)).ok();
        texts.and_then(|mut texts| texts.pop()).unwrap_or_default()
    }

    /// The page that a `Link` names (RFC 8288).
    #[must_use]
    pub fn link(field: Option<&str>) -> Self {
        field.and_then(next_link).map_or(Self::End, Self::At)
    }

    /// The page at this URL, if there is one.
    #[must_use]
    pub fn url(next: Option<String>) -> Self {
        next.filter(|next| !next.is_empty()).map_or(Self::End, Self::At)
    }
}

/// The target of the first link with the relation `next`.
fn next_link(field: &str) -> Option<String> {
    let mut rest = field;
    loop {
        let (target, after) = rest[rest.find('<')? + 1..].split_once('>')?;
        let mut is_next = false;
        rest = after;
        while let Some(parameter) = rest.trim_start().strip_prefix(';') {
            let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
            let name = parameter[..end].trim();
            let Some(value) = parameter[end..].strip_prefix('=') else {
                rest = &parameter[end..];
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => value.split_at(value.find([';', ',']).unwrap_or(value.len())),
            };
            let mut relations = value.split_ascii_whitespace();
            is_next |= name.eq_ignore_ascii_case("rel")
                && relations.any(|relation| relation.eq_ignore_ascii_case("next"));
            rest = after;
        }
        if is_next {
            return Some(target.trim().to_owned());
        }
    }
}

type Outcome<O> = Result<<O as Operation>::Success, Error<<O as Operation>::Failure>>;
type Turn<'c, O> = Pin<Box<dyn Future<Output = (Outcome<O>, Option<Call<'c, O>>)> + Send + 'c>>;

/// The pages of a list, each fetched when it is asked for; after an error there are no more.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<'c, O: Operation>(State<'c, O>);

enum State<'c, O: Operation> {
    Waiting(Turn<'c, O>),
    Done,
}

impl<'c, O: Paged> Pages<'c, O> {
    /// The pages from the one on that this call asks for.
    pub fn new(call: Call<'c, O>) -> Self {
        Self(State::Waiting(Box::pin(turn(call))))
    }

    /// The next page; `None` behind the last.
    ///
    /// # Errors
    /// Where it can't be had; there are no more then.
    pub async fn page(&mut self) -> Result<Option<O::Success>, Error<O::Failure>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }
}

async fn turn<O: Paged>(mut call: Call<'_, O>) -> (Outcome<O>, Option<Call<'_, O>>) {
    let answer = call.send_ref().await;
    let next = answer.as_ref().map(|page| O::advance(&mut call.parameters, page));
    let more = match next {
        Ok(Next::Page) => true,
        Ok(Next::At(link)) => {
            let is_new = call.settings.link.as_ref() != Some(&link);
            call.settings.link = Some(link);
            is_new
        }
        Ok(Next::End) | Err(_) => false,
    };
    (answer, more.then_some(call))
}

impl<O: Paged> Stream for Pages<'_, O> {
    type Item = Outcome<O>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let State::Waiting(turn_) = &mut self.0 else { return Poll::Ready(None) };
        let (answer, next) = ready!(turn_.as_mut().poll(cx));
        self.0 = next.map_or(State::Done, |call| State::Waiting(Box::pin(turn(call))));
        Poll::Ready(Some(answer))
    }
}

impl<O: Operation> fmt::Debug for Pages<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &O::INFO.id).finish_non_exhaustive()
    }
}

/// What a list is made of, page after page.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<'c, O: Paged> {
    pages: Pages<'c, O>,
    ready: VecDeque<O::Item>,
}

impl<'c, O: Paged> Items<'c, O> {
    /// The items from the page on that this call asks for.
    pub fn new(call: Call<'c, O>) -> Self {
        Self { pages: Pages::new(call), ready: VecDeque::new() }
    }

    /// The next item; `None` behind the last.
    ///
    /// # Errors
    /// Where its page can't be had; there are no more then.
    pub async fn item(&mut self) -> Result<Option<O::Item>, Error<O::Failure>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }
}

impl<O: Paged> Stream for Items<'_, O> {
    type Item = Result<O::Item, Error<O::Failure>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.ready.extend(O::items(page)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<O: Paged> fmt::Debug for Items<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("operation", &O::INFO.id).finish_non_exhaustive()
    }
}

/// Gives `Call` of a generated client the ways to ask for all pages.
#[macro_export]
macro_rules! paged_calls {
    () => {
        impl<'c, O: $crate::client::Paged> Call<'c, O> {
            /// The pages, from this one on; each is fetched when it is asked for.
            pub fn pages(self) -> $crate::client::Pages<'c, O> {
                $crate::client::Pages::new(self.0)
            }

            /// What the pages list, one by one: a stream, and `while let Some(item) = items.item().await?`.
            pub fn items(self) -> $crate::client::Items<'c, O> {
                $crate::client::Items::new(self.0)
            }
        }
    };
}
