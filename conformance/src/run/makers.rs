//! Which operations make what can be removed again, and for whom: found out by the first case of each, alone, before others
//! do the same. One thing that stays is a pity; a thousand are harm.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use spec::Contract;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use crate::case::{Case, Cleanup};
use crate::selection::Patterns;

/// How often it is tried to make something before that is given up: then nothing is left behind either.
const TRIES: u32 = 3;
/// How often something may stay, where other things of its kind could be removed.
const LEFT: u32 = 3;

/// How often something may not be found any more after an update.
const LOST: u32 = 6;

/// What is known of the operations that make something.
#[derive(Default)]
pub(super) struct Makers {
    /// The operations of which the profile says that what they make may stay.
    may_leave: BTreeSet<String>,
    known: RefCell<BTreeMap<Maker, Known>>,
    proving: Mutex<()>,
}

/// An operation that makes something, and the credential that it is called with: what one has made another one may not see.
type Maker = (String, Option<String>);

#[derive(Debug, Clone, Default)]
struct Known {
    tried: u32,
    removed: bool,
    left: u32,
    lost: u32,
    /// Whether it was given another try, alone.
    pardoned: bool,
    /// Who could not remove it.
    remover: Option<String>,
}

impl Known {
    fn is_stuck(&self, may_leave: bool) -> bool {
        let stays = self.left > 0 && (!self.removed || self.left >= LEFT);
        self.lost >= LOST || stays && !may_leave
    }

    fn is_open(&self) -> bool {
        !self.removed && self.left == 0 && self.tried < TRIES
    }
}

impl Makers {
    /// Those of a contract, of which `creates` names whose things may stay.
    pub(super) fn new(contract: &Contract, creates: &Patterns) -> Self {
        let may_leave = contract.operations.iter().filter(|one| creates.matches(one));
        let may_leave = may_leave.map(|one| one.id.clone()).collect();
        Self { may_leave, ..Self::default() }
    }

    fn is_stuck(&self, (operation, _): &Maker, known: &Known) -> bool {
        known.is_stuck(self.may_leave.contains(operation))
    }

    /// Why a case may not be performed, if so: what it makes would stay.
    pub(super) fn refuse(&self, case: &Case) -> Option<String> {
        let known = self.known.borrow();
        makers(case).find_map(|maker| {
            let known = known.get(&maker).filter(|known| self.is_stuck(&maker, known))?;
            let remover = known.remover.as_deref().unwrap_or_default();
            let (maker, sender) = maker;
            let whose = sender.map(|name| format!(" as `{name}`")).unwrap_or_default();
            Some(format!(
                "`{maker}` isn't called any more{whose}, as what it made could not be removed by `{remover}`"
            ))
        })
    }

    /// Lets what a case makes be made once more, alone: whether it stays is a failure to be seen again. Not twice.
    pub(super) fn pardon(&self, case: &Case) -> bool {
        let mut known = self.known.borrow_mut();
        let mut stuck: Vec<Maker> = makers(case).collect();
        stuck.retain(|maker| known.get(maker).is_some_and(|one| self.is_stuck(maker, one)));
        if stuck.iter().any(|maker| known.get(maker).is_some_and(|known| known.pardoned)) {
            return false;
        }
        for maker in stuck {
            if let Some(known) = known.get_mut(&maker) {
                *known = Known { pardoned: true, tried: TRIES, ..Known::default() };
            }
        }
        true
    }

    /// Waits for its turn where it isn't known yet whether what a case makes can be removed; the turn ends with the guard. Not
    /// longer than that: a target that hangs must not hold up all others.
    pub(super) async fn turn(&self, case: &Case, at_most: Duration) -> Option<MutexGuard<'_, ()>> {
        if !self.is_open(case) {
            return None;
        }
        let guard = timeout(at_most, self.proving.lock()).await.ok()?;
        if !self.is_open(case) {
            return None;
        }
        for maker in makers(case) {
            self.known.borrow_mut().entry(maker).or_default().tried += 1;
        }
        Some(guard)
    }

    fn is_open(&self, case: &Case) -> bool {
        let known = self.known.borrow();
        makers(case).any(|maker| known.get(&maker).is_none_or(Known::is_open))
    }

    /// Whether something that it made was seen to be gone.
    pub(super) fn is_proven(&self, case: &Case, cleanup: &Cleanup) -> bool {
        let known = self.known.borrow();
        maker(case, cleanup).and_then(|maker| known.get(&maker)).is_some_and(|known| known.removed)
    }

    pub(super) fn removed(&self, case: &Case, cleanup: &Cleanup) {
        self.note(case, cleanup, |known| known.removed = true);
    }

    /// Something isn't found any more, and may be there under another name.
    pub(super) fn lost(&self, case: &Case, cleanup: &Cleanup) {
        self.note(case, cleanup, |known| {
            known.lost += 1;
            known.remover = Some(cleanup.step.operation_id.clone());
        });
    }

    pub(super) fn left(&self, case: &Case, cleanup: &Cleanup) {
        self.note(case, cleanup, |known| {
            known.left += 1;
            known.remover = Some(cleanup.step.operation_id.clone());
        });
    }

    fn note(&self, case: &Case, cleanup: &Cleanup, change: impl FnOnce(&mut Known)) {
        if let Some(maker) = maker(case, cleanup) {
            change(self.known.borrow_mut().entry(maker).or_default());
        }
    }
}

/// The operations that make what a case removes again.
fn makers(case: &Case) -> impl Iterator<Item = Maker> {
    case.cleanup.iter().filter_map(|cleanup| maker(case, cleanup))
}

fn maker(case: &Case, cleanup: &Cleanup) -> Option<Maker> {
    let step = case.steps.iter().find(|step| step.id == cleanup.after)?;
    let sender = step.request.credentials.plain();
    Some((step.operation_id.clone(), sender.map(str::to_owned)))
}
