//! What lies within one thing isn't listed within another one: `GET /sites/{site}/racks` shows the racks of that site.

use spec::model::Operation;
use spec::resources::List;

use super::listed::{Size, WALK, all_items, make, output, walk};
use crate::case::{Case, Criterion, Derivation, Operand, Relation, RelationKind, Template};
use crate::plan::Planner;
use crate::plan::draft::{About, Draft};
use crate::sample::Extent;

const CODE: &str = "listed-where-made";

/// Asked where things are made on the path that lists them, below something that can be made as well.
pub(super) fn case(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let around = list.maker.path.parameters().last()?;
    if operation.path.without_slash() != list.maker.path.without_slash() {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    let elsewhere = make(&mut draft, planner, list, Extent::Minimal)?;
    let makers = planner.resources.makers(list.maker, around);
    let made = draft.steps.iter().find(|step| {
        !step.request.method.is_safe()
            && makers.iter().any(|maker| maker.operation_id == step.operation_id)
    });
    let owner = made?.id.clone();
    if let Ok(maker) = planner.operation(&draft.step(&owner)?.operation_id) {
        draft.let_go_of_named(maker);
    }
    draft.let_go(&owner);
    let here = make(&mut draft, planner, list, Extent::Minimal)?;
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let one = |step: &str| Operand::Template(Template::array(vec![output(step, "id", "")]));
    let got = || all_items(list, WALK, true);
    let relations = [
        ("what was made there is listed", RelationKind::Includes { got: got(), all: one(&here) }),
        (
            "what was made within something else is not listed",
            RelationKind::Excludes { got: got(), none: one(&elsewhere) },
        ),
    ];
    let relations = relations.map(|(message, kind)| Relation::new(CODE, message, kind));
    draft.last_step()?.criteria.extend(relations.map(Criterion::Relation));
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: CODE.to_owned(),
        summary: "a list within something has only what was made there".to_owned(),
        origin: operation.origin.clone(),
    }))
}
