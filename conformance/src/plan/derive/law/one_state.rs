//! A list of things in one state alone doesn't have those in others.

use spec::model::Operation;
use spec::resources::{Lifecycle, List, OnlyState, Whom};

use super::super::told;
use super::listed::{Size, WALK, all_items, life_of, make_unshown, walk};
use crate::case::{Case, Credentials, Criterion, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::Draft;
use crate::promise::{self, Level};

const CODE: &str = "listed-in-one-state";
/// Of many states, so many are tried.
const MOST: usize = 3;

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    let Some(only) = list.only_state.as_ref().filter(|_| !list.id.is_empty()) else {
        return Vec::new();
    };
    let Some(life) = life_of(planner, list, &only.member) else { return Vec::new() };
    let others = life.1.reached().into_iter().filter(|state| *state != only.state).take(MOST);
    others.filter_map(|state| case(planner, operation, (list, only), life, state)).collect()
}

/// What is made and brought into another state is not among the items.
fn case(
    planner: &Planner<'_>,
    operation: &Operation,
    (list, only): (&List<'_>, &OnlyState),
    (about, life): (&Operation, &Lifecycle<'_>),
    state: &str,
) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    let made = make_unshown(&mut draft, list)?;
    if life.initial.as_deref() != Some(state) {
        let path = draft.path_of(about, &made)?;
        draft.bring((about, &path), life, state)?;
    }
    let before = draft.steps.len();
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let is_public = only.whom == Whom::Public && operation.is_public();
    if is_public {
        draft.sent_as(before, &Credentials::None);
    }
    let is_of_caller = is_public || only.whom == Whom::All;
    let level = if is_of_caller { promise::level(CODE) } else { Level::Should };
    let kind = RelationKind::Excludes {
        got: all_items(list, WALK, true),
        none: Operand::expression(Expression::output(made.as_str(), "id")),
    };
    let message = format!("what is `{state}` is not in the list");
    let law = Relation::new(CODE, message.clone(), kind).at(level);
    draft.last_step()?.criteria.push(Criterion::Relation(law));
    Some(told(draft, operation, status, (&format!("{CODE}:{state}"), &message)))
}
