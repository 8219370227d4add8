//! A mutant, as data: one promise of the contract, and how it is broken.

use std::fmt;

use crate::exchange::{Answered, Asked};

/// One faulty implementation.
#[derive(Debug)]
pub struct Mutant<M: 'static> {
    /// Stable and kebab-case: what the faulty server does.
    pub id: &'static str,
    /// What kind of promise it breaks.
    pub group: Group,
    /// What the contract promises instead.
    pub promise: &'static str,
    /// How it breaks it.
    pub breaks: Breaks<M>,
}

/// Kinds of promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Which status answers what.
    Status,
    /// What a body looks like.
    Body,
    /// Which header fields come with it.
    Header,
    /// What is accepted and what is refused.
    Enforcement,
    /// What holds over several exchanges.
    Law,
    /// What doesn't bring the server down.
    Robustness,
    /// Who is let in, and to what.
    Security,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Status => "status",
            Self::Body => "body",
            Self::Header => "header",
            Self::Enforcement => "enforcement",
            Self::Law => "law",
            Self::Robustness => "robustness",
            Self::Security => "security",
        })
    }
}

/// Rewrites a request on its way to the sound server.
pub type Before<M> = fn(&mut Asked, &mut M);

/// Rewrites an answer on its way back. The request is the one that the client sent.
pub type After<M> = fn(&Asked, &mut Answered, &mut M);

/// What the sound server is asked besides, after an exchange and before it is answered.
pub type Besides<M> = fn(&Asked, &Answered, &M) -> Option<Asked>;

/// Where a mutant reaches in.
#[derive(Debug)]
pub enum Breaks<M: 'static> {
    /// The sound server is asked something else: what it would refuse is repaired, what it would take is spoilt.
    Request(fn(&mut Asked)),
    /// The client is answered something else.
    Answer(fn(&Asked, &mut Answered)),
    /// Either or both, knowing what happened before.
    Knowing(Before<M>, After<M>),
    /// Something else is done, too.
    Besides(Besides<M>),
}

impl<M> Clone for Breaks<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Breaks<M> {}

impl<M> Breaks<M> {
    /// What happens to a request.
    pub fn before(&self, asked: &mut Asked, memory: &mut M) {
        match self {
            Self::Request(rewrite) => rewrite(asked),
            Self::Answer(_) | Self::Besides(_) => {}
            Self::Knowing(before, _) => before(asked, memory),
        }
    }

    /// What happens to an answer.
    pub fn after(&self, asked: &Asked, answered: &mut Answered, memory: &mut M) {
        match self {
            Self::Request(_) | Self::Besides(_) => {}
            Self::Answer(rewrite) => rewrite(asked, answered),
            Self::Knowing(_, after) => after(asked, answered, memory),
        }
    }

    /// What is asked besides.
    pub fn besides(&self, asked: &Asked, answered: &Answered, memory: &M) -> Option<Asked> {
        match self {
            Self::Besides(besides) => besides(asked, answered, memory),
            Self::Request(_) | Self::Answer(_) | Self::Knowing(..) => None,
        }
    }
}

/// For a mutant that needs to know, but leaves requests alone.
pub(crate) fn as_asked<M>(_: &mut Asked, _: &mut M) {}

/// For a mutant that needs to know, but leaves answers alone.
pub(crate) fn as_answered<M>(_: &Asked, _: &mut Answered, _: &mut M) {}
