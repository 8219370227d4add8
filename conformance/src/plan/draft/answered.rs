//! What every answer of an operation has to show, as descriptions say. Of one that tells of a refusal this asks nothing.

use spec::model::Operation;
use spec::pointer::escape;
use spec::resources::{Dated, Formula, Start};

use crate::case::{Criterion, Operand, Relation, RelationKind};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::derive::is_sorted;
use crate::promise::{self, Level};

/// `is_new`: whether it makes what it answers with, and hasn't before.
pub(super) fn as_told(
    planner: &Planner<'_>,
    operation: &Operation,
    is_new: bool,
) -> Vec<Criterion> {
    let formulas = planner.formulas(operation).iter();
    let dated = planner.dated(operation).iter();
    let start = planner.start(operation).filter(|_| is_new);
    let told =
        formulas.map(computed).chain(dated.map(there_in_its_states)).chain(start.map(starts));
    told.chain(planner.arranged(operation).iter().filter_map(is_sorted)).collect()
}

/// That a member of the answer is what it is said to be.
fn computed(formula: &Formula) -> Criterion {
    let message = format!("`{}` is what it is said to be", formula.member);
    let kind = RelationKind::Computed(formula.clone());
    Criterion::Relation(Relation::new("computed-as-told", message, kind))
}

/// That a member of the answer is there in the states that it is of.
fn there_in_its_states(dated: &Dated) -> Criterion {
    const CODE: &str = "there-in-its-states";
    let message = format!("`{}` is there as `{}` says", dated.member, dated.by);
    let kind = RelationKind::Dated(dated.clone());
    let level = if dated.is_told { promise::level(CODE) } else { Level::Should };
    Criterion::Relation(Relation::new(CODE, message, kind).at(level))
}

/// That what was just made is in the state that it is said to be in.
fn starts(Start { member, state }: &Start) -> Criterion {
    let kind = RelationKind::Equal {
        got: Operand::expression(Expression::response_body(format!("/{}", escape(member)))),
        expected: Operand::constant(state.clone()),
    };
    let message = format!("`{member}` of what is new is `{state}`");
    Criterion::Relation(Relation::new("starts-as-told", message, kind))
}
