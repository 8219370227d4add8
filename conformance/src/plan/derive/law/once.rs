//! One request makes one thing: the list has one item more.

use spec::model::{Method, Operation, Status};
use spec::resources::List;

use super::super::was_answered;
use super::listed::{AGAIN, Size, WALK, all_items, check, make, undisturbed, walk};
use crate::case::{Case, Criterion, Derivation, Isolation, Relation, RelationKind};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

const CODE: &str = "one-is-made";
/// The walk before anything is made.
const BEFORE: &str = "walk_before";

pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    walk(&mut draft, planner, operation, list, BEFORE, Size::Largest)?;
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    draft.status_of(&made);
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    walk(&mut draft, planner, operation, list, AGAIN, Size::Largest)?;
    let kind = RelationKind::CountMore {
        items: all_items(list, WALK, true),
        than: all_items(list, BEFORE, true),
        by: 1,
    };
    let message = format!("`{}` makes one thing", list.maker.id);
    let one = Criterion::Relation(Relation::new(CODE, message, kind));
    check(&mut draft, planner, operation, vec![one])?;
    // What a PUT finds there already is replaced.
    let is_replaced = list.maker.method == Method::Put
        && [200, 204].map(Status::Code).iter().any(|one| list.maker.responses.contains_key(one));
    if is_replaced {
        let made = was_answered(CODE, &made, 201, "it was not there before");
        draft.last_step()?.premises.push(made);
    }
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "one request makes one thing".to_owned(),
        origin: list.maker.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    case.undisturbed = undisturbed(list, WALK, AGAIN);
    Some(case)
}
