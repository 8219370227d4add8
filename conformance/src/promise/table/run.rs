//! What is asked of a run as a whole.

use super::super::Level::Must;
use super::super::Promise;
use super::row;

/// In the order in which they come up.
pub(super) const RUN: &[Promise] = &[
    row(
        "cleaned-up",
        Must,
        "what the run made can be removed again",
        "the contract: it documents the operation that removes it",
        "The thing is still there; `conformance clean` tries again.",
    ),
    row(
        "target-survives",
        Must,
        "no request takes the target down",
        "RFC 9110 §15.6",
        "After this request no connection could be made any more.",
    ),
    row(
        "repeat-ends",
        Must,
        "following one page after another comes to an end",
        "OAS 3.1 §4.8.20, Link Object",
        "A page led back to one that had been there.",
    ),
];
