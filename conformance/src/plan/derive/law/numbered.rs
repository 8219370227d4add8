//! Pages that are counted: a page repeats what was asked of it, and there is nothing behind the last one.

use spec::Direction;
use spec::model::{JsonType, Operation, Parameter};
use spec::names::fold;
use spec::paging::Step as Leads;
use spec::resources::{List, says_as_asked};

use super::super::CALL;
use super::listed::{admits, has_something, make_next, pointer};
use crate::case::{
    Case, Collected, Criterion, Derivation, Expected, Isolation, Operand, Relation, RelationKind,
    Request, Text,
};
use crate::expression::Expression;
use crate::plan::Planner;
use crate::plan::draft::{About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

const REPEATS: &str = "page-tells-itself";
const COUNT: &str = "page-count-is-true";
const BEHIND: &str = "nothing-behind-the-last";
/// Items that are made: there is a second page of so many.
const MADE: usize = 3;
const SIZE: i64 = 2;
/// Numbers behind the last page: the first that the parameter admits. Some services refuse the larger ones.
const FAR: [i64; 3] = [1_000_000_000, 1_000_000, 10_000];

/// The step that asks for the first page, and that which does so once more.
const FIRST: &str = "first";
const AGAIN: &str = "first_again";
/// How many pages that one says that there are, as its output.
const PAGES: &str = "page_count";
/// What is on it.
const ITEMS: &str = "items";

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if !planner.may_make(list.maker) {
        return Vec::new();
    }
    let repeats = repeats(planner, operation, list);
    let behind = nothing_behind(planner, operation, list);
    let counts = counts(planner, operation, list, || filled(planner, list));
    [repeats, behind, counts].into_iter().flatten().collect()
}

/// Some items in a list.
fn filled<'p>(planner: &'p Planner<'_>, list: &List<'_>) -> Option<Draft<'p>> {
    let mut draft = Draft::new(planner);
    for _ in 0..MADE {
        make_next(&mut draft, planner, list, Extent::Minimal)?;
    }
    Some(draft)
}

/// The page of the highest number that there is said to be has something: with one item a page, each page is full. `begun`
/// gives what goes before.
pub(super) fn counts<'p>(
    planner: &'p Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    begun: impl FnOnce() -> Option<Draft<'p>>,
) -> Option<Case> {
    let told = list.page_count.as_ref()?;
    let (status, any_of) = planner.success(operation)?;
    // From anything but one, the last page has another number than there are pages.
    let (parameter, _) = second(operation, list).filter(|(_, second)| *second == 2)?;
    let limit = list.limit.filter(|limit| admits(planner, limit, 1))?;
    let mut draft = begun()?;
    for step in [FIRST, AGAIN] {
        let request = request(&mut draft, operation, &[(limit, 1)])?;
        draft.push(operation, step, request, planner.succeeds(operation));
        draft.output(step, PAGES, &Expression::response_body(pointer(told)));
        draft.output(step, ITEMS, &Expression::response_body(pointer(&list.items)));
    }
    let pages = |step: &str| Expression::output(step, PAGES);
    let mut request = request(&mut draft, operation, &[(limit, 1)])?;
    request.ask(&parameter.name, Text::expression(pages(FIRST)));
    let kind = has_something(Expression::response_body(pointer(&list.items)));
    let message = "there is something on the last page that there is said to be";
    let level = if list.page_count_is_told { Level::Must } else { promise::level(COUNT) };
    let criteria = vec![
        Criterion::Status(Expected { any_of, code: COUNT, level }),
        Criterion::Relation(Relation::new(COUNT, message, kind).at(level)),
    ];
    draft.push(operation, CALL, request, criteria);
    // Of a list that has nothing, some count one page and some none.
    let is_any = has_something(Expression::output(FIRST, ITEMS));
    let premise = Relation::new(COUNT, "there is something to list", is_any);
    draft.last_step()?.premises.push(premise);
    let mut case = draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: COUNT.to_owned(),
        summary: "there are as many pages as an answer says".to_owned(),
        origin: operation.origin.clone(),
    });
    case.isolation = Isolation::Alone;
    let kind = RelationKind::Equal {
        got: Operand::expression(pages(AGAIN)),
        expected: Operand::expression(pages(FIRST)),
    };
    case.undisturbed =
        vec![Relation::new("pages-are-stable", "there are as many pages twice", kind)];
    Some(case)
}

/// A page says by members of the same names which one was asked for.
fn repeats(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let limit = list.limit.filter(|limit| admits(planner, limit, SIZE)).map(|limit| (limit, SIZE));
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
    let mut draft = filled(planner, list)?;
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
    let far = FAR.into_iter().find(|far| admits(planner, parameter, *far))?;
    let (status, any_of) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    make_next(&mut draft, planner, list, Extent::Minimal)?;
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
        request.ask(&parameter.name, Text::literal(value.to_string()));
    }
    Some(request)
}
