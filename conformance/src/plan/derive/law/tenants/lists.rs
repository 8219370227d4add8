//! In lists, by searches and filters, and in totals.

use spec::model::{Operation, Parameter};
use spec::resources::{Filter, FilterKind, List};

use super::super::listed::{Size, WALK, all_items, all_members, check, make, pointer, told, walk};
use super::super::unique;
use super::Tenants;
use crate::case::{
    Case, Content, Criterion, Isolation, Operand, Relation, RelationKind, Template, Text,
};
use crate::expression::Expression;
use crate::plan::draft::{ANSWER, Draft};
use crate::promise::Level;
use crate::sample::{Choice, Extent, Merged};

const CODE: &str = "strangers-list-nothing";
const TOTAL: &str = "strangers-count-nothing";
/// The step that asks for the total before anything is made.
const BEFORE: &str = "before";
/// The step that asks for it twice afterwards: it tells whether somebody else writes meanwhile.
const AGAIN: &str = "again";
/// The output with the total.
const COUNTED: &str = "total";

pub(super) fn cases(tenants: Tenants<'_>, operation: &Operation) -> Vec<Case> {
    let planner = tenants.planner;
    let list = planner.resources.list(operation);
    let Some(list) = list.filter(|list| planner.resources.remover(&list.maker.id).is_some()) else {
        return Vec::new();
    };
    let Some(whole) = whole(tenants, operation, &list) else { return Vec::new() };
    let search = list.search.as_ref().map(|search| search.parameter);
    let found = search.and_then(|parameter| found(tenants, operation, &list, parameter));
    let filters = list.filters.iter().filter(|filter| filter.kind == FilterKind::Equal);
    let filtered = filters.filter_map(|filter| filtered(tenants, operation, &list, filter));
    [whole].into_iter().chain(found).chain(filtered).collect()
}

/// All of it, with its total before and after.
fn whole(tenants: Tenants<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let planner = tenants.planner;
    let total = list.total.as_ref().map(told);
    let mut draft = tenants.draft(operation);
    if let Some(total) = &total {
        draft.act_for(tenants.stranger());
        count(&mut draft, tenants, operation, BEFORE, total)?;
        draft.act_for(tenants.owner());
    }
    let made = make(&mut draft, planner, list, Extent::Complete)?;
    let none = not_among(tenants, &draft, list, &made);
    draft.act_for(tenants.stranger());
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    draft.last_step()?.criteria.push(none);
    if let Some(total) = &total {
        count(&mut draft, tenants, operation, AGAIN, total)?;
        let same = RelationKind::Equal {
            got: Operand::expression(total.clone()),
            expected: Operand::expression(Expression::output(BEFORE, COUNTED)),
        };
        let message = "what another tenant has made is not counted";
        let law = Criterion::Relation(Relation::new(TOTAL, message, same));
        check(&mut draft, planner, operation, vec![law])?;
    }
    let summary = "what another tenant has made is in no list".to_owned();
    let mut case = tenants.finish(draft, operation, CODE.to_owned(), summary)?;
    if let Some(total) = total {
        case.isolation = Isolation::Alone;
        let same = RelationKind::Equal {
            got: Operand::expression(total),
            expected: Operand::expression(Expression::output(AGAIN, COUNTED)),
        };
        case.undisturbed =
            vec![Relation::new("reads-are-stable", "the total is the same twice", same)];
    }
    Some(case)
}

/// Asks for the total.
fn count(
    draft: &mut Draft<'_>,
    tenants: Tenants<'_>,
    operation: &Operation,
    id: &str,
    total: &Expression,
) -> Option<()> {
    check(draft, tenants.planner, operation, Vec::new())?;
    let step = draft.last_step()?;
    step.id = id.to_owned();
    step.outputs.insert(COUNTED.to_owned(), total.clone());
    Some(())
}

/// With a text that only the other tenant's thing has.
fn found(
    tenants: Tenants<'_>,
    operation: &Operation,
    list: &List<'_>,
    parameter: &Parameter,
) -> Option<Case> {
    let mut draft = tenants.draft(operation);
    let made = make(&mut draft, tenants.planner, list, Extent::Complete)?;
    let text = unique::text_of(tenants.planner, &draft, &made)?;
    asked(tenants, operation, list, (draft, &made), parameter, text)
}

/// With what the other tenant's thing has as a member.
fn filtered(
    tenants: Tenants<'_>,
    operation: &Operation,
    list: &List<'_>,
    filter: &Filter<'_>,
) -> Option<Case> {
    let planner = tenants.planner;
    let mut draft = tenants.draft(operation);
    let made = make(&mut draft, planner, list, Extent::Complete)?;
    draft.answer_of(&made);
    let schema = filter.parameter.schema()?;
    let request = &draft.step(&made)?.request;
    let is_admitted = match &request.body.as_ref()?.content {
        Content::Json(body) => match body.member(&filter.member)? {
            Template::Value(value) => planner.sampler.admits_value(schema, value),
            // Of what is fresh, or was made before, only a list of values could say otherwise.
            _ => Merged::of(planner.contract, &[schema], Choice::default()).enumeration().is_none(),
        },
        _ => false,
    };
    is_admitted.then_some(())?;
    let value = Expression::Output {
        step: made.clone(),
        name: ANSWER.to_owned(),
        pointer: pointer([&filter.member]),
    };
    asked(tenants, operation, list, (draft, &made), filter.parameter, value)
}

fn asked(
    tenants: Tenants<'_>,
    operation: &Operation,
    list: &List<'_>,
    (mut draft, made): (Draft<'_>, &str),
    parameter: &Parameter,
    value: Expression,
) -> Option<Case> {
    let none = not_among(tenants, &draft, list, made);
    draft.act_for(tenants.stranger());
    walk(&mut draft, tenants.planner, operation, list, WALK, Size::Largest)?;
    let step = draft.last_step()?;
    step.criteria.push(none);
    step.request.ask(&parameter.name, Text::expression(value));
    let detail = format!("{CODE}:query.{}", parameter.name);
    let summary = format!("what another tenant has made is not found by `{}`", parameter.name);
    tenants.finish(draft, operation, detail, summary)
}

/// That what was made is not among the items: by a text that only it has, else by its id. Judged page by page, as the pages
/// of a list that has too much may have no end.
fn not_among(tenants: Tenants<'_>, draft: &Draft<'_>, list: &List<'_>, made: &str) -> Criterion {
    let message = "what another tenant has made is not in the list";
    let request = draft.step(made).map(|step| &step.request);
    let text = request.and_then(|request| {
        let name = unique::text_in(tenants.planner, draft, request, &list.item)?;
        Some((unique::sent(request, &name)?, name))
    });
    if let Some((text, name)) = text {
        let kind = RelationKind::Excludes {
            got: all_members(list, WALK, &name),
            none: Operand::expression(text),
        };
        return Criterion::Relation(Relation::new(CODE, message, kind));
    }
    let kind = RelationKind::Excludes {
        got: all_items(list, WALK, true),
        none: Operand::expression(Expression::output(made, "id")),
    };
    let remover = tenants.planner.resources.remover(&list.maker.id);
    let remover = remover.and_then(|one| tenants.planner.operation(&one.operation_id).ok());
    let is_counted = remover.is_none_or(|remover| tenants.is_counted_in(remover));
    let level = if is_counted { Level::Should } else { Level::Must };
    Criterion::Relation(Relation::new(CODE, message, kind).at(level))
}
