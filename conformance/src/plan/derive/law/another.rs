//! A second thing beside one that a case is about: what is done to the first must not be done to the second.

use spec::model::Operation;

use crate::expression::Expression;
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

/// Makes another thing like the one that an output of a step names, under a step of this id; what names the other one.
pub(super) fn alike(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    known: &Expression,
    (id, extent): (&str, Extent),
) -> Option<Expression> {
    let Expression::Output { step, name, pointer } = known else { return None };
    let made = draft.step(step)?;
    let source = made.outputs.get(name)?.clone();
    let maker = planner.operation(&made.operation_id).ok()?;
    let owners = draft.path(maker, &Path::new()).ok()?;
    let other = draft.request_of_its_own(maker, &owners, extent, id).ok()?;
    draft.push(maker, id, other, planner.succeeds(maker));
    draft.output(id, name, &source);
    let (step, name, pointer) = (id.to_owned(), name.clone(), pointer.clone());
    Some(Expression::Output { step, name, pointer })
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
