//! Who gets at a single thing, which no profile tells: by what descriptions say of who made it, and by what the service
//! itself says to the same caller elsewhere.
//!
//! ```text
//! a thing that one credential made ─┬─▶ author: the description lets nobody else at it
//!                                   ├─▶ words: who is refused by one operation has no right to others that say the same
//!                                   ├─▶ peers: the description refuses it to others of the same role
//!                                   ├─▶ owners: the description lets nobody else at it who it isn't for
//!                                   ├─▶ selves: the description lets those of a role do it for themselves alone
//!                                   ├─▶ moves: the description tells of each move by whom it is asked for
//!                                   ├─▶ members: the description tells what those of a role may not send
//!                                   ├─▶ parameters: the description tells who alone may send one
//!                                   ├─▶ granted: the description refuses it to a role that somebody else was given within it
//!                                   └─▶ regranted: somebody else who is given another role has that
//! ```

mod author;
mod granted;
mod members;
mod moves;
mod owners;
mod parameters;
mod peers;
mod regranted;
mod selves;
mod words;

use spec::model::{Operation, Status};

use crate::case::Case;
use crate::plan::sender::one_of_each_right;
use crate::plan::{Caller, Planner};

const FORBIDDEN: Status = Status::Code(403);
const MISSING: Status = Status::Code(404);
/// What those are called who may do everything, whatever is told of others.
const ALMIGHTY: [&str; 5] = ["admin", "administrator", "owner", "root", "superuser"];
/// So many credentials make things that others are tried with, one of each right first; and so many others are.
const MOST_AUTHORS: usize = 4;
const MOST_OTHERS: usize = 8;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation) -> Vec<Case> {
    if planner.context.credentials.len() < 2 {
        return Vec::new();
    }
    let mut cases = author::cases(planner, operation);
    cases.extend(words::cases(planner, operation));
    cases.extend(peers::cases(planner, operation));
    cases.extend(granted::cases(planner, operation));
    cases.extend(regranted::case(planner, operation));
    cases.extend(owners::cases(planner, operation));
    cases.extend(selves::cases(planner, operation));
    cases.extend(moves::cases(planner, operation));
    cases.extend(members::cases(planner, operation));
    cases.extend(parameters::cases(planner, operation));
    cases
}

/// Two credentials of one side, of which one may make such things, and both may call an operation; each with each.
fn pairs<'p>(
    planner: &'p Planner<'_>,
    operation: &'p Operation,
    maker: &Operation,
) -> Vec<(&'p str, &'p str)> {
    let all: Vec<(&str, &Caller)> = planner.callers_of_side(operation).collect();
    let authors = one_of_each_right(all.iter().copied().filter(|(_, caller)| caller.calls(maker)));
    let with_others = authors.into_iter().take(MOST_AUTHORS).flat_map(|author| {
        let others = all.iter().map(|(name, _)| *name).filter(move |one| *one != author);
        others.take(MOST_OTHERS).map(move |other| (author, other))
    });
    with_others.collect()
}

/// Whether a credential is called like one who may do everything.
fn is_almighty(name: &str) -> bool {
    spec::names::words(name).iter().any(|word| ALMIGHTY.contains(&word.as_str()))
}
