//! What was made is in its list with what was written, and after a delete it isn't.
//!
//! A list is what the contract's structure says that one is ([`spec::resources::List`]), and walked as it says that pages
//! follow each other ([`spec::paging`]).

use std::sync::Arc;

use indexmap::IndexMap;
use spec::model::{Method, Operation};
use spec::paging::Step as Leads;
use spec::pointer::escape;
use spec::resources::List;

use super::super::{CALL, read_back};
use crate::case::{
    Case, Collected, Content, Criterion, Derivation, Next, Operand, Pair, Relation, RelationKind,
    Repeat, Request, Step, Template, Text,
};
use crate::expression::{Comparison, Condition, Expression, Literal, Side};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Fixed, Merged, Sample};

/// Pages that are walked, at most: then the list is longer than the suite looks.
const PAGES: usize = 400;

/// The step that walks.
pub(super) const WALK: &str = "walk";

/// How one page leads to the next; `None`: there is only one, as far as the contract shows.
pub(super) fn leads<'l>(list: &'l List<'_>) -> Option<&'l Leads> {
    list.pages.paging().map(|paging| &paging.step)
}

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if planner.resources.remover(&list.maker.id).is_none() {
        return Vec::new();
    }
    let made = shows(planner, operation, list);
    let updated = shows_updates(planner, operation, list);
    let removed = shows_no_more(planner, operation, list);
    made.into_iter().chain(updated).chain(removed).collect()
}

fn shows(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Complete)?;
    draft.answer_of(&made);
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let like = like(planner, &draft, list, &made, &made)?;
    let level = level(list);
    let message = "what was made is in the list, with what was sent and answered";
    check(
        &mut draft,
        planner,
        operation,
        vec![listed(level, "made-is-listed", message, list, like)],
    )?;
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "made-is-listed".to_owned(),
        summary: "what was made is in its list".to_owned(),
        origin: operation.origin.clone(),
    }))
}

fn shows_updates(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let updates = [Method::Put, Method::Patch];
    let mut fed = planner.resources.made_by(&list.maker.id).map(|(updater, ..)| updater);
    let updater = fed.find(|updater| updates.contains(&updater.method))?;
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    draft.answer_of(&made);
    let path = draft.path(updater, &Path::new()).ok()?;
    let request = draft.request(updater, &path, Extent::Complete).ok()?;
    draft.push(updater, "update", request, planner.succeeds(updater));
    draft.output("update", "sent", &Expression::request_body(""));
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let like = like(planner, &draft, list, &made, "update")?;
    let level = level(list);
    let message = "what was updated is in the list as it is now";
    check(
        &mut draft,
        planner,
        operation,
        vec![listed(level, "updated-is-listed", message, list, like)],
    )?;
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "updated-is-listed".to_owned(),
        summary: "what was updated is in its list as it is now".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// What the item of a made thing has to have: its id, what a step sent, and the moment of its creation.
fn like(
    planner: &Planner<'_>,
    draft: &Draft<'_>,
    list: &List<'_>,
    made: &str,
    sender: &str,
) -> Option<IndexMap<String, Template>> {
    let answer = list.maker.answer_schema()?;
    let request = draft.steps.iter().find(|step| step.id == sender)?.request.clone();
    let mut like = IndexMap::from([(list.id.first()?.clone(), output(made, "id", ""))]);
    for shared in read_back::sent_members(planner, &request, answer) {
        // Members of members are compared by the read of the thing itself.
        let name = shared.pointer.trim_start_matches('/');
        if !name.contains('/') && shared.is_literal() {
            like.insert(name.to_owned(), output(sender, "sent", &shared.sent));
        }
    }
    for name in read_back::creation_times(planner, answer) {
        let answered = output(made, ANSWER, &format!("/{name}"));
        like.insert(name, answered);
    }
    Some(like)
}

/// How much it weighs that something is in a list: less, where the list may have more pages than can be walked.
fn level(list: &List<'_>) -> Level {
    let is_same = list.maker.answer_schema().is_some_and(|made| list.item.contains(&made));
    if list.is_whole && is_same { Level::Must } else { Level::Should }
}

fn listed(
    level: Level,
    law: &'static str,
    message: &str,
    list: &List<'_>,
    like: IndexMap<String, Template>,
) -> Criterion {
    let items = all_items(list, WALK, false);
    let kind = RelationKind::Matches { items, like: Template::object(like) };
    Criterion::Relation(Relation::new(law, message, kind).at(level))
}

fn shows_no_more(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Option<Case> {
    let (status, _) = planner.success(operation)?;
    let remover = planner.resources.remover(&list.maker.id)?;
    let remover = planner.contract.operation(&remover.operation_id)?;
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    let path = draft.path(remover, &Path::new()).ok()?;
    let request = draft.request(remover, &path, Extent::Minimal).ok()?;
    draft.push(remover, "delete", request, planner.succeeds(remover));
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let relation = Relation {
        law: "deleted-is-not-listed",
        level: promise::level("deleted-is-not-listed"),
        message: "what was deleted is not in the list".to_owned(),
        kind: RelationKind::Excludes {
            got: all_items(list, WALK, true),
            none: Operand::Template(output(&made, "id", "")),
        },
    };
    check(&mut draft, planner, operation, vec![Criterion::Relation(relation)])?;
    Some(draft.finish(About {
        cell: (operation, status),
        source: Derivation::Law,
        detail: "deleted-is-not-listed".to_owned(),
        summary: "what was deleted is not in its list".to_owned(),
        origin: operation.origin.clone(),
    }))
}

/// Makes one more thing that the list has; the step, whose outputs are `id` and `sent`.
pub(super) fn make(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    extent: Extent,
) -> Option<String> {
    make_as(draft, planner, list, extent, |_, request| Some(request))
}

/// Makes one more thing that the list has, with a member of this value where one is given and the schema admits it.
pub(super) fn make_with(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    member: &str,
    value: Option<Sample>,
) -> Option<String> {
    make_as(draft, planner, list, Extent::Complete, |draft, mut request| {
        let Some(value) = value else { return Some(request) };
        let schema = planner.media_type(list.maker)?.schema?;
        let place = crate::sample::Location::default().member(member);
        let fixed = Fixed::from([(place.clone(), value.clone())]);
        let valid = planner.sampler.valid(schema, Extent::Complete, &fixed)?.0;
        // One of many limits may keep it out: then there is nothing to tell things apart by.
        (valid.at(&place) == Some(&value)).then_some(())?;
        let Content::Json(Template::Object(members)) = &mut request.body.as_mut()?.content else {
            return None;
        };
        Arc::make_mut(members).insert(member.to_owned(), value.template(member, &mut draft.inputs));
        Some(request)
    })
}

fn make_as(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    extent: Extent,
    change: impl FnOnce(&mut Draft<'_>, Request) -> Option<Request>,
) -> Option<String> {
    let path = draft.path(list.maker, &Path::new()).ok()?;
    let before = draft.inputs.clone();
    let request = draft.request(list.maker, &path, extent).ok()?;
    let request = change(draft, request)?;
    // What it names was made by steps of their own.
    let step = draft.free_step_id("make");
    let request = draft.rename_inputs(request, &before, &step);
    draft.push(list.maker, &step, request, planner.succeeds(list.maker));
    draft.output(&step, "id", &Expression::response_body(pointer(&list.id)));
    draft.output(&step, "sent", &Expression::request_body(""));
    Some(step)
}

fn output(step: &str, name: &str, pointer: &str) -> Template {
    let (step, name, pointer) = (step.to_owned(), name.to_owned(), pointer.to_owned());
    Template::Expression(Expression::Output { step, name, pointer })
}

/// How long pages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// As long as can be.
    Largest,
    /// Of so many items.
    Of(i64),
}

/// Walks all pages; each page's items are in the output `pages` of the step.
pub(super) fn walk(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    id: &str,
    size: Size,
) -> Option<()> {
    let path = draft.path(operation, &Path::new()).ok()?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let size = set_limit(planner, &mut request, list, size);
    draft.push(operation, id, request, planner.succeeds(operation));
    let step = draft.last_step()?;
    let items = Expression::response_body(pointer(&list.items));
    step.outputs.insert("pages".to_owned(), items);
    repeat(step, list, size);
    Some(())
}

/// Asks for pages of a size; how many items a full one has, if that can be asked for.
fn set_limit(
    planner: &Planner<'_>,
    request: &mut Request,
    list: &List<'_>,
    size: Size,
) -> Option<i64> {
    let parameter = list.limit?;
    let largest = parameter.schema().and_then(|schema| {
        let merged = Merged::of(planner.contract, &[schema], Choice::default());
        merged.largest_integer()
    });
    let size = match (size, largest) {
        (Size::Of(size), largest) => largest.map_or(size, |largest| size.min(largest)),
        (Size::Largest, Some(largest)) => largest.min(1_000),
        (Size::Largest, None) => return None,
    };
    request.query.retain(|pair| pair.name != parameter.name);
    let value = Text::literal(size.to_string());
    request.query.push(Pair { name: parameter.name.clone(), value });
    Some(size)
}

fn repeat(step: &mut Step, list: &List<'_>, size: Option<i64>) {
    let Some(leads) = leads(list) else { return };
    let pages = Expression::output(&step.id, "pages");
    let next = match leads {
        Leads::Cursor { parameter, by_last_item: false, next, .. } => {
            let cursor = Expression::response_body(pointer(next));
            let value = Text::expression(cursor.clone());
            let query = vec![Pair { name: parameter.clone(), value }];
            Next::Query { while_: leads_on(&cursor), query }
        }
        Leads::Cursor { parameter, by_last_item: true, next, .. } => {
            Next::LastItem { last_item_to: parameter.clone(), member: pointer(next), pages }
        }
        Leads::Count { parameter, first } => {
            Next::Count { count_in: parameter.clone(), first: *first, size, pages }
        }
        Leads::Link => Next::Link { relation: "next" },
    };
    let more = match leads {
        Leads::Cursor { more, .. } => more.as_ref(),
        Leads::Count { .. } => list.has_more.as_ref(),
        Leads::Link => None,
    };
    let more = more.map(|more| Expression::response_body(pointer([more])));
    step.repeat = Some(Repeat { next, more, at_most: PAGES });
}

/// A JSON pointer of these names.
pub(super) fn pointer<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    names.into_iter().map(|name| format!("/{}", escape(name))).collect()
}

/// That an expression gives a cursor: a value that is neither null nor an empty text.
pub(super) fn leads_on(cursor: &Expression) -> Condition {
    let differs = |from: serde_json::Value| Condition::Compare {
        left: Side::Expression(cursor.clone()),
        comparison: Comparison::NotEqual,
        right: Side::Literal(Literal(from)),
    };
    differs(serde_json::Value::Null).and(differs("".into()))
}

/// The items of all pages that a step walked, or their ids.
pub(super) fn all_items(list: &List<'_>, step: &str, ids: bool) -> Operand {
    // The outputs of a repeated step are one array a page.
    let mut path = if leads(list).is_some() { vec![None, None] } else { vec![None] };
    if ids {
        path.extend(list.id.iter().cloned().map(Some));
    }
    Operand::Collected(Collected { from: Expression::output(step, "pages"), path })
}

/// The values of a member, of the items of all pages that a step walked.
pub(super) fn all_members(list: &List<'_>, step: &str, member: &str) -> Operand {
    let mut path = if leads(list).is_some() { vec![None, None] } else { vec![None] };
    path.push(Some(member.to_owned()));
    Operand::Collected(Collected { from: Expression::output(step, "pages"), path })
}

/// A last, plain request for the list, at which the whole walk is judged.
pub(super) fn check(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    criteria: Vec<Criterion>,
) -> Option<()> {
    let path = draft.path(operation, &Path::new()).ok()?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let all = planner.succeeds(operation).into_iter().chain(criteria).collect();
    draft.push(operation, CALL, request, all);
    Some(())
}
