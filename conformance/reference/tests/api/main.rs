//! Each rule of the contract, asked of the whole service through its router.

mod admin;
mod edges;
mod failures;
mod members;
mod order;
mod support;
