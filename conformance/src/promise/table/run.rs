//! What is asked of workflows, and of a run as a whole.

use super::super::Level::Must;
use super::super::Promise;
use super::row;

/// In the order in which they come up.
pub(super) const RUN: &[Promise] = &[
    row(
        "workflow-criterion",
        Must,
        "a success criterion of a workflow holds while nobody else writes",
        "Arazzo 1.0.1 §4.6.5, Step Object, `successCriteria`",
        "The workflow's author asks for it.",
    ),
    row(
        "reads-are-stable",
        Must,
        "the same read finds the same at the end as before",
        "nobody else wrote meanwhile",
        "Where it fails, somebody else wrote: the case is skipped.",
    ),
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
