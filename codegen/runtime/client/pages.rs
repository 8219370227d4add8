//! Lists that come in pages, as streams.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{Call, Error, Operation};

/// An operation whose answer is one page of many. The generator writes the implementations.
pub trait Paged: Operation {
    /// What a page is made of.
    type Item: Send + Unpin;

    /// Turns the parameters of this page into those of the next; whether there is one.
    fn advance(parameters: &mut Self::Parameters, page: &Self::Success) -> bool;

    /// What the page is made of.
    fn items(page: Self::Success) -> Vec<Self::Item>;
}

type Answer<O> = Result<<O as Operation>::Success, Error<<O as Operation>::Failure>>;
type Turn<'c, O> = Pin<Box<dyn Future<Output = (Answer<O>, Option<Call<'c, O>>)> + Send + 'c>>;

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
}

async fn turn<O: Paged>(mut call: Call<'_, O>) -> (Answer<O>, Option<Call<'_, O>>) {
    let answer = call.send_ref().await;
    let more = answer.as_ref().is_ok_and(|page| O::advance(&mut call.parameters, page));
    (answer, more.then_some(call))
}

impl<O: Paged> Stream for Pages<'_, O> {
    type Item = Answer<O>;

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
