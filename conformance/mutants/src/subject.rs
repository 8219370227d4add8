//! What is put to the test beside the suite: a contract, a sound server of it, and mutants of that.

use std::net::SocketAddr;

use axum::Router;

use crate::exchange::{Answered, Asked};
use crate::mutant::Mutant;

/// A contract with a sound server and mutants.
pub trait Subject: Sync {
    /// What mutants know beside the exchange that they rewrite.
    type Memory: Memory;
    /// Whatever must last as long as the sound server does.
    type Guard: Send;

    /// What the suite is given.
    const FILES: Files;

    /// Starts the sound server, which listens at this address.
    fn sound(
        address: SocketAddr,
    ) -> impl Future<Output = Result<Sound<Self::Memory, Self::Guard>, String>>;

    /// Every mutant that the suite has to find.
    fn mutants() -> Vec<&'static Mutant<Self::Memory>>;

    /// Those that it is known not to find yet.
    fn beyond() -> Vec<&'static Mutant<Self::Memory>>;
}

/// What a mutant knows of the exchanges before this one.
pub trait Memory: Send + 'static {
    /// Takes note of an exchange with the sound server.
    fn learn(&mut self, asked: &Asked, answered: &Answered);
}

/// Files, from the top of the repository.
#[derive(Debug, Clone, Copy)]
pub struct Files {
    /// The OpenAPI document.
    pub contract: &'static str,
    /// What it alone can't tell, in Arazzo.
    pub workflows: Option<&'static str>,
    /// How its server is reached.
    pub profile: &'static str,
}

/// A sound server.
#[derive(Debug)]
pub struct Sound<M, G> {
    /// What answers.
    pub app: Router,
    /// What a mutant of it starts with.
    pub memory: M,
    /// Whatever must last as long as it.
    pub guard: G,
}
