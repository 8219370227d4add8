//! The cases of many operations, found by several threads: contracts of hundreds with large bodies take seconds.
//!
//! A planner remembers what it was asked, so each thread has one of its own. What is found of an operation doesn't depend on
//! which of them looks, and stands where the operation does.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

use spec::model::Operation;

use super::share::Sharing;
use super::{Planner, derive};
use crate::case::Case;

/// Of fewer operations a planner more costs what a thread more saves.
const WORTH_A_THREAD: usize = 8;

/// More than these would do no more than fill the memory.
const MOST_THREADS: usize = 8;

/// As much as the main thread has: schemas may lie deep within one another.
const STACK: usize = 8 << 20;

/// Every case of these operations that follows from the contract, in their order, and a planner; now and then, of how many of
/// them the cases are known is told.
pub(super) fn cases<'a>(
    planner: &(dyn Fn() -> Planner<'a> + Sync),
    operations: &[&Operation],
    tell: &dyn Fn(usize, usize),
) -> (Planner<'a>, Vec<Case>) {
    let all = operations.len();
    let queue = Queue { operations, next: AtomicUsize::new(0), done: AtomicUsize::new(0) };
    thread::scope(|scope| {
        // Where there is no other thread to be had, this one does it all.
        let helpers: Vec<_> = (1..threads(all))
            .map_while(|_| {
                let builder = Builder::new().stack_size(STACK);
                builder.spawn_scoped(scope, || queue.work(&planner(), &|_| {})).ok()
            })
            .collect();
        let planner = planner();
        let mut found = queue.work(&planner, &|done| tell(done, all));
        for helper in helpers {
            found.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        tell(all, all);
        found.sort_by_key(|(number, _)| *number);
        (planner, found.into_iter().flat_map(|(_, cases)| cases).collect())
    })
}

fn threads(operations: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    cores.min(MOST_THREADS).min(operations / WORTH_A_THREAD)
}

/// The operations that nobody has looked at yet.
struct Queue<'o> {
    operations: &'o [&'o Operation],
    next: AtomicUsize,
    done: AtomicUsize,
}

impl Queue<'_> {
    /// The cases of the operations that this thread gets, each with its number.
    fn work(&self, planner: &Planner<'_>, tell: &dyn Fn(usize)) -> Vec<(usize, Vec<Case>)> {
        let mut sharing = Sharing::default();
        let mut found = Vec::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(operation) = self.operations.get(number) else { return found };
            let mut cases = derive::cases(planner, operation);
            cases.iter_mut().for_each(|case| sharing.share(case));
            found.push((number, cases));
            tell(self.done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    }
}
