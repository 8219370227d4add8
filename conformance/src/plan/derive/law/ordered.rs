//! A list comes in the order that it says.

use spec::model::Operation;
use spec::resources::{List, Order};

use super::super::read_back::creation_times;
use super::listed::{Size, WALK, all_items, all_members, leads, make, walk};
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind, Template};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::promise::Level;
use crate::sample::Extent;

/// Things that are made, to see their order.
const MADE: usize = 4;

/// Of a list that has no pages; of one that has, the walk through them tells.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let is_whole = leads(list).is_none() && list.is_whole;
    let (status, _) = planner.success(operation).filter(|_| is_whole)?;
    planner.may_make(list.maker).then_some(())?;
    let mut draft = Draft::new(planner);
    let mut made = Vec::new();
    for _ in 0..MADE {
        made.push(make(&mut draft, planner, list, Extent::Minimal)?);
    }
    let order = order(planner, list, &made)?;
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    draft.last_step()?.criteria.push(Criterion::Relation(order));
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "order-is-kept".to_owned(),
        summary: "a list comes in the order that it says".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// The order that is promised. What was made at one time by several clients may come in any order, whatever moments it
/// bears; what this suite made one after the other may not. Of what it didn't make, nobody knows that order.
pub(super) fn order(planner: &Planner<'_>, list: &List<'_>, made: &[String]) -> Option<Relation> {
    let of_making = |descending: bool| {
        (!made.is_empty()).then_some(())?;
        let ids = made.iter().map(|step| Template::Expression(Expression::output(step, "id")));
        let mut ids: Vec<_> = ids.collect();
        if descending {
            ids.reverse();
        }
        let these = Operand::Template(Template::array(ids));
        Some(RelationKind::InOrder { got: all_items(list, WALK, true), these })
    };
    let Some(Order { member, descending, is_plain }) = &list.order else {
        let kind = of_making(list.by_creation?)?;
        return Some(Relation::new(
            "order-is-kept",
            "items come in the order of their making",
            kind,
        ));
    };
    let creation = list
        .maker
        .answer_schema()
        .is_some_and(|answer| creation_times(planner, answer).contains(member));
    let kind =
        if creation { of_making(*descending)? } else { in_order_of(list, member, *descending) };
    let message = format!("items come in the order of `{member}`");
    let order = Relation::new("order-is-kept", message, kind);
    Some(if *is_plain { order } else { order.at(Level::Should) })
}

/// That the items of the walk come in the order of a member.
pub(super) fn in_order_of(list: &List<'_>, member: &str, descending: bool) -> RelationKind {
    let members = all_members(list, WALK, member);
    match descending {
        true => RelationKind::Descending(members),
        false => RelationKind::Ascending(members),
    }
}
