//! Pages that are counted: a page repeats what was asked of it, and there is nothing behind the last one.

use spec::Direction;
use spec::model::{JsonType, Operation, Parameter};
use spec::names::fold;
use spec::paging::Step as Leads;
use spec::resources::{List, says_as_asked};

use super::super::CALL;
use super::listed::{make, pointer};
use crate::case::{
    Case, Collected, Criterion, Derivation, Expected, Operand, Pair, Relation, RelationKind,
    Request, Text,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const REPEATS: &str = "page-tells-itself";
const BEHIND: &str = "nothing-behind-the-last";
/// Items that are made: there is a second page of so many.
const MADE: usize = 3;
const SIZE: i64 = 2;
/// Numbers behind the last page: the first that the parameter admits. Some services refuse the larger ones.
const FAR: [i64; 3] = [1_000_000_000, 1_000_000, 10_000];

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    let repeats = repeats(planner, operation, list);
    repeats.into_iter().chain(nothing_behind(planner, operation, list)).collect()
}

/// A page says by members of the same names which one was asked for.
fn repeats(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    planner.may_make(list.maker).then_some(())?;
    let limit = list.limit.map(|limit| (limit, SIZE));
    let asked: Vec<_> = limit.into_iter().chain(second(operation, list)).collect();
    let answer = [operation.answer_schema()?];
    let answer = Merged::toward(planner.contract, &answer, Choice::default(), Direction::Response);
    let (properties, required) = (answer.properties(), answer.required());
    let same = |parameter: &Parameter| {
        let mut named = required.iter().filter(|name| fold(name) == fold(&parameter.name));
        named.find(|name| {
            let member = properties.get(**name).map(|ids| {
                Merged::of(planner.contract, ids, Choice::default())
                    .types()
                    .contains(JsonType::Integer)
            });
            member == Some(true)
        })
    };
    let criteria: Vec<_> = asked
        .iter()
        .filter_map(|(parameter, value)| {
            let name = (*same(parameter)?).to_owned();
            let got = Operand::expression(Expression::response_body(pointer([&name])));
            let kind = RelationKind::Equal { got, expected: Operand::constant(*value) };
            let message = format!("`{name}` is the `{}` that was asked for", parameter.name);
            let relation = Relation::new(REPEATS, message, kind);
            let schemas = properties.get(name.as_str()).into_iter().flatten();
            let mut said =
                schemas.filter_map(|id| planner.contract.schema(*id).description.as_deref());
            let is_said = said.any(says_as_asked);
            Some(Criterion::Relation(if is_said { relation.at(Level::Must) } else { relation }))
        })
        .collect();
    if criteria.is_empty() {
        return None;
    }
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    for _ in 0..MADE {
        make(&mut draft, planner, list, Extent::Minimal)?;
    }
    let request = request(&mut draft, operation, &asked)?;
    let criteria = planner.succeeds(operation).into_iter().chain(criteria).collect();
    draft.push(operation, CALL, request, criteria);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: REPEATS.to_owned(),
        summary: "a page tells which one it is".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// The parameter that counts, and the number of the second page, or of the second item.
fn second<'o>(operation: &'o Operation, list: &List<'_>) -> Option<(&'o Parameter, i64)> {
    let Leads::Count { parameter, first } = list.counted.as_ref()? else { return None };
    let parameter = operation.parameters.iter().find(|one| one.name == *parameter)?;
    Some((parameter, first.map_or(Some(1), |first| first.checked_add(1))?))
}

/// Far behind the last page there is nothing: no page that was there before, either.
fn nothing_behind(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let (parameter, _) = second(operation, list)?;
    let schema = parameter.schema()?;
    let admits = |far: &i64| planner.sampler.admits_value(schema, &(*far).into());
    let far = FAR.into_iter().find(admits)?;
    planner.may_make(list.maker).then_some(())?;
    let (status, any_of) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    make(&mut draft, planner, list, Extent::Minimal)?;
    let request = request(&mut draft, operation, &[(parameter, far)])?;
    // By names alone a refusal is as good.
    let level = if list.nothing_behind { Level::Must } else { promise::level(BEHIND) };
    let path = list.items.iter().cloned().map(Some).chain([None]).collect();
    let items = Operand::Collected(Collected { from: Expression::response_body(""), path });
    let kind = RelationKind::Count { items, expected: Operand::constant(0) };
    let message = format!("behind the last page there is nothing (`{}`)", parameter.name);
    let none = Relation::new(BEHIND, message, kind).at(level);
    let answered = Criterion::Status(Expected { any_of, code: BEHIND, level });
    draft.push(operation, CALL, request, vec![answered, Criterion::Relation(none)]);
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: format!("{BEHIND}:query.{}", parameter.name),
        summary: "behind the last page there is nothing".to_owned(),
        origin: parameter.origin.clone(),
    }))
}

/// A request for a page.
fn request(
    draft: &mut Draft<'_>,
    operation: &Operation,
    asked: &[(&Parameter, i64)],
) -> Option<Request> {
    let path = draft.path(operation, &Path::new()).ok()?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    for (parameter, value) in asked {
        request.query.retain(|pair| pair.name != parameter.name);
        let value = Text::literal(value.to_string());
        request.query.push(Pair { name: parameter.name.clone(), value });
    }
    Some(request)
}
