//! A second thing beside one that a case is about: what is done to the first must not be done to the second.

use spec::model::Operation;

use crate::plan::Planner;
use crate::plan::draft::{Draft, Path};
use crate::sample::Extent;

/// Makes another thing of the kind that an operation's path names with its last parameter, under a step of this id. Where that
/// can't be, the draft is as it was.
pub(in crate::plan) fn another(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    (operation, path): (&Operation, &Path),
    (id, extent): (&str, Extent),
) -> Option<()> {
    let before = draft.clone();
    let made = make(draft, planner, (operation, path), (id, extent));
    if made.is_none() {
        *draft = before;
    }
    made
}

fn make(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    (operation, path): (&Operation, &Path),
    (id, extent): (&str, Extent),
) -> Option<()> {
    let owner = draft.maker_of(operation)?;
    // What comes of an action comes of it once.
    (!planner.resources.is_consequence(owner)).then_some(())?;
    let mut around = path.clone();
    around.shift_remove(operation.path.item_parameter()?);
    let owners = draft.path(owner, &around).ok()?;
    draft.let_go_of_taken(owner);
    let other = draft.request_of_its_own(owner, &owners, extent, id).ok()?;
    draft.push(owner, id, other, planner.succeeds(owner));
    Some(())
}
