//! How the laws of lists fill a list and walk it.
//!
//! A list is what the contract's structure says that one is ([`spec::resources::List`]), and walked as it says that pages
//! follow each other ([`spec::paging`]).

use spec::model::{Location as In, Method, Operation, Parameter};
use spec::paging::Step as Leads;
use spec::pointer::escape;
use spec::resources::{Lifecycle, List, OnlyState, Total};

use super::super::CALL;
use crate::case::{
    Collected, Criterion, Next, Operand, Pair, Relation, RelationKind, Repeat, Request, Step,
    Template, Text,
};
use crate::expression::{Comparison, Condition, Expression, Literal, Side};
use crate::plan::Planner;
use crate::plan::draft::{Draft, Path, Provided, fixed_in_all};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Fixed, Location, Merged, Sample};

/// Pages that are walked, at most: then the list is longer than the suite looks.
const PAGES: usize = 400;

/// Kinds of things that are made, at most.
pub(super) const VARIANTS: usize = 6;

/// The step that walks.
pub(in crate::plan::derive) const WALK: &str = "walk";
/// The step that walks once more, to tell whether somebody else writes meanwhile.
pub(super) const AGAIN: &str = "walk_again";

/// How one page leads to the next; `None`: there is only one, as far as the contract shows.
pub(super) fn leads<'l>(list: &'l List<'_>) -> Option<&'l Leads> {
    list.pages.paging().map(|paging| &paging.step)
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

/// The same for one of many that nothing else is asked of: it names nothing that those before it name, where they might be in each
/// other's way; but for what has to be named to ask for the list.
pub(super) fn make_next(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    extent: Extent,
) -> Option<String> {
    let listing = planner.on_path(list.maker, Method::Get);
    let is_asked_by = |one: &Parameter| one.location == In::Query && one.required;
    if listing.is_some_and(|listing| !listing.parameters.iter().any(is_asked_by)) {
        draft.let_go_of_named(list.maker);
    }
    make(draft, planner, list, extent)
}

/// So many of them, or as many as there can be: where each caller may make one, two at least.
pub(super) fn make_several(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    most: usize,
) -> Option<Vec<String>> {
    const LEAST: usize = 2;
    let mut made = Vec::new();
    while made.len() < most {
        let before = draft.clone();
        let Some(next) = make_next(draft, planner, list, Extent::Minimal) else {
            *draft = before;
            break;
        };
        made.push(next);
    }
    (made.len() >= LEAST.min(most)).then_some(made)
}

/// One more in the state that it is made in, whether or not the list shows that.
pub(super) fn make_unshown(draft: &mut Draft<'_>, list: &List<'_>) -> Option<String> {
    send(draft, list, Extent::Minimal, |_, request| Some(request))
}

/// Makes one more thing that the list has, with members of these values. `None` where one of many limits keeps one out:
/// then there is nothing to tell things apart by.
pub(super) fn make_with(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    members: &[(&str, Sample)],
) -> Option<String> {
    if members.is_empty() {
        return make(draft, planner, list, Extent::Complete);
    }
    let path = draft.path(list.maker, &Path::new()).ok()?;
    let schema = planner.media_type(list.maker)?.schema?;
    let place = |name: &str| Location::default().member(name);
    let mut fixed = fixed_in_all(planner, list.maker, &path);
    fixed.extend(members.iter().map(|(name, value)| (place(name), value.clone())));
    let is_kept = |sample: &Sample| {
        members.iter().all(|(name, value)| sample.at(&place(name)) == Some(value))
    };
    // Of several kinds of things, a value may be that of one kind only.
    let of_any_kind = |extent| {
        let kinds = (0..VARIANTS).map(Choice);
        kinds.filter_map(|kind| planner.sampler.chosen(schema, extent, kind, &fixed)).find(is_kept)
    };
    let sample = [Extent::Complete, Extent::Minimal].into_iter().find_map(of_any_kind)?;
    let made = make_of(draft, planner, list, sample, &fixed)?;
    // The values are of the suite's choosing: there may be more to them than a schema says.
    let criteria = &mut draft.step_mut(&made)?.criteria;
    criteria.iter_mut().for_each(|one| one.weigh("sense-allows"));
    Some(made)
}

/// Makes one more thing that the list has, of this body, of which some members are fixed.
pub(super) fn make_of(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    sample: Sample,
    fixed: &Fixed,
) -> Option<String> {
    let media_type = planner.media_type(list.maker)?;
    let schema = media_type.schema?;
    let sample = planner.with_all_moments(list.maker, schema, sample, fixed);
    let sample = planner.with_numbers(media_type, schema, sample, fixed);
    make_as(draft, planner, list, Extent::Minimal, |draft, mut request| {
        request.body = Some(draft.content(list.maker, media_type, sample).ok()?);
        Some(request)
    })
}

/// Makes one more thing that the list has, by a request that is changed before.
pub(super) fn make_as(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    extent: Extent,
    change: impl FnOnce(&mut Draft<'_>, Request) -> Option<Request>,
) -> Option<String> {
    let made = send(draft, list, extent, change)?;
    show(draft, planner, list, &made)?;
    Some(made)
}

fn send(
    draft: &mut Draft<'_>,
    list: &List<'_>,
    extent: Extent,
    change: impl FnOnce(&mut Draft<'_>, Request) -> Option<Request>,
) -> Option<String> {
    let path = draft.path(list.maker, &Path::new()).ok()?;
    draft.make_needed_parts(list.maker);
    draft.bring_around(list.maker, &path);
    draft.let_go_of_taken(list.maker);
    let before = draft.inputs.clone();
    let request = draft.filling(|draft| {
        let request = draft.request(list.maker, &path, extent).ok()?;
        change(draft, request)
    })?;
    // What it names was made by steps of their own.
    let step = draft.free_step_id("make");
    let request = draft.rename_inputs(request, &before, &step);
    draft.push_of_another(list.maker, &step, request)?;
    draft.output(&step, "id", &Expression::response_body(pointer(&list.id)));
    draft.output(&step, "sent", &Expression::request_body(""));
    Some(step)
}

/// Brings what a step has made into the state that the list is said to show alone, where it is made in another one.
fn show(draft: &mut Draft<'_>, planner: &Planner<'_>, list: &List<'_>, made: &str) -> Option<()> {
    let Some(OnlyState { member, state, .. }) = &list.only_state else { return Some(()) };
    let Some((about, life)) = life_of(planner, list, member) else { return Some(()) };
    match &life.initial {
        Some(initial) if initial != state => {
            let path = draft.path_of(about, made)?;
            draft.bring((about, &path), life, state)
        }
        _ => Some(()),
    }
}

/// The states of what is listed, by the member that tells them, with an operation whose path names the thing last.
pub(super) fn life_of<'p>(
    planner: &'p Planner<'_>,
    list: &List<'_>,
    member: &str,
) -> Option<(&'p Operation, &'p Lifecycle<'p>)> {
    let maker = list.maker;
    let about = planner.resources.shown_by(maker);
    let about = about.chain(planner.resources.made_by(&maker.id).map(|(about, ..)| about));
    let mut lives = about.flat_map(|about| {
        planner.resources.lifecycles(about).into_iter().map(move |life| (about, life))
    });
    lives.find(|(about, life)| {
        let is_own = life.reader().is_some() || life.shown_by.id == maker.id;
        life.member == member && life.about.id == about.id && is_own
    })
}

/// What members are called that tell the state of a thing.
const STATES: [&str; 2] = ["status", "state"];

/// Updates what a step made, where something does; the step, whose output `sent` is what was sent.
pub(super) fn update(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    made: &str,
) -> Option<String> {
    let updates = [Method::Put, Method::Patch];
    let mut fed = planner.resources.made_by(&list.maker.id).map(|(updater, ..)| updater);
    let updater = fed.find(|updater| {
        updates.contains(&updater.method) && updater.path.item_parameter().is_some()
    })?;
    let path = draft.path_to(updater, made)?;
    let step = draft.free_step_id("update");
    let mut request = draft.request_of_its_own(updater, &path, Extent::Complete, &step).ok()?;
    if updater.method == Method::Patch {
        // A list may leave out what is in some states.
        let readers = planner.resources.shown_by(list.maker);
        let lives = readers.flat_map(|reader| planner.resources.lifecycles(reader));
        let states = lives.map(|life| life.member.clone()).chain(STATES.map(str::to_owned));
        for member in states.collect::<Vec<_>>() {
            request.body.as_mut().and_then(|body| body.content.remove_member(&member));
        }
        request.members().next()?;
    }
    draft.push(updater, &step, request, planner.succeeds(updater));
    draft.output(&step, "sent", &Expression::request_body(""));
    Some(step)
}

/// Deletes what a step made.
pub(super) fn delete(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    list: &List<'_>,
    made: &str,
) -> Option<()> {
    let remover = planner.resources.remover(&list.maker.id)?;
    let operation = planner.contract.operation(&remover.operation_id)?;
    let expression = Expression::output(made, "id");
    let stand_in = planner.stand_in(operation, &remover.parameter);
    let given = Path::from([(remover.parameter.clone(), Provided { expression, stand_in })]);
    let path = draft.path(operation, &given).ok()?;
    let request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let step = draft.free_step_id("delete");
    draft.push(operation, &step, request, planner.succeeds(operation));
    Some(())
}

pub(super) fn output(step: &str, name: &str, pointer: &str) -> Template {
    let (step, name, pointer) = (step.to_owned(), name.to_owned(), pointer.to_owned());
    Template::Expression(Expression::Output { step, name, pointer })
}

/// How long pages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan::derive) enum Size {
    /// As long as can be.
    Largest,
    /// Of so many items.
    Of(i64),
}

/// Walks all pages; each page's items are in the output `pages` of the step, and its total in `totals`. `None` where pages
/// can't be asked for so short or long.
pub(in crate::plan::derive) fn walk(
    draft: &mut Draft<'_>,
    planner: &Planner<'_>,
    operation: &Operation,
    list: &List<'_>,
    id: &str,
    size: Size,
) -> Option<()> {
    let path = draft.path(operation, &Path::new()).ok()?;
    let mut request = draft.request(operation, &path, Extent::Minimal).ok()?;
    let length = length(planner, list, size);
    match (list.limit, length) {
        (Some(limit), Some(length)) => request.ask(&limit.name, Text::literal(length.to_string())),
        (Some(_), None) if size != Size::Largest => return None,
        _ => {}
    }
    draft.push(operation, id, request, planner.succeeds(operation));
    let step = draft.last_step()?;
    let items = Expression::response_body(pointer(&list.items));
    step.outputs.insert("pages".to_owned(), items);
    if let Some(total) = &list.total {
        step.outputs.insert("totals".to_owned(), told(total));
    }
    for (number, figure) in list.figures.iter().enumerate() {
        step.outputs.insert(figure_output(number), Expression::response_body(pointer(figure)));
    }
    repeat(step, list, length);
    Some(())
}

/// The output of a walk with what its pages say as one of the list's figures.
fn figure_output(number: usize) -> String {
    format!("figure_{number}")
}

/// One of the list's figures, as the page of this index of a walk says.
pub(super) fn figure(walk: &str, number: usize, page: usize) -> Operand {
    Operand::Template(output(walk, &figure_output(number), &format!("/{page}")))
}

/// Where an answer tells the total.
pub(super) fn told(total: &Total) -> Expression {
    match total {
        Total::Member(names) => Expression::response_body(pointer(names)),
        Total::Header(name) => Expression::response_header(name.clone()),
    }
}

/// The total that the page of this index said in a walk.
pub(super) fn total(list: &List<'_>, walk: &str, page: usize) -> Operand {
    // The outputs of a repeated step are one item a page.
    let pointer = if leads(list).is_some() { format!("/{page}") } else { String::new() };
    Operand::Template(output(walk, "totals", &pointer))
}

pub(super) const TOTAL: &str = "total-is-true";

/// That the total is what its name says: where it is described so, it is promised. Answers may be without one that isn't required.
pub(super) fn total_is(list: &List<'_>, message: &str, kind: RelationKind) -> Relation {
    let level = if list.total_is_told { Level::Must } else { promise::level(TOTAL) };
    let total = Relation::new(TOTAL, message, kind).at(level);
    Relation { if_told: !list.total_is_required, ..total }
}

/// Whether what others make and remove meanwhile moves items from page to page, as where pages are counted.
pub(super) fn moves(list: &List<'_>) -> bool {
    match leads(list) {
        Some(Leads::Count { .. }) => true,
        Some(Leads::Link | Leads::Url { .. }) => list.counted.is_some(),
        _ => false,
    }
}

/// What must hold of two walks if nobody else wrote meanwhile.
pub(super) fn undisturbed(list: &List<'_>, walk: &str, again: &str) -> Vec<Relation> {
    let kind = RelationKind::Equal {
        got: all_items(list, again, true),
        expected: all_items(list, walk, true),
    };
    vec![Relation::new("pages-are-stable", "two walks find the same items", kind)]
}

/// How many items a full page of a size has, where the parameter that asks for that admits such a value.
fn length(planner: &Planner<'_>, list: &List<'_>, size: Size) -> Option<i64> {
    let limit = list.limit?;
    let schema = limit.schema()?;
    let largest = Merged::of(planner.contract, &[schema], Choice::default()).largest_integer();
    let length = match size {
        Size::Of(length) => largest.map_or(length, |largest| length.min(largest)),
        Size::Largest => largest?.min(1_000),
    };
    admits(planner, limit, length).then_some(length)
}

/// Whether a parameter admits a number.
pub(super) fn admits(planner: &Planner<'_>, parameter: &Parameter, number: i64) -> bool {
    let schema = parameter.schema();
    schema.is_some_and(|schema| planner.sampler.admits_value(schema, &number.into()))
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
        Leads::Url { next } => Next::Url { at: Expression::response_body(pointer(next)) },
    };
    let more = match leads {
        Leads::Cursor { more, .. } => more.as_ref(),
        Leads::Count { .. } => list.has_more.as_ref(),
        Leads::Link | Leads::Url { .. } => None,
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
pub(in crate::plan::derive) fn all_items(list: &List<'_>, step: &str, ids: bool) -> Operand {
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

/// What a member of an item must be.
pub(super) fn item_member<'p>(
    planner: &Planner<'p>,
    list: &List<'_>,
    name: &str,
) -> Option<Merged<'p>> {
    let item = Merged::of(planner.contract, &list.item, Choice::default());
    let ids = item.declared().get(name)?.clone();
    Some(Merged::of(planner.contract, &ids, Choice::default()))
}

/// That a page has something.
pub(super) fn has_something(items: Expression) -> RelationKind {
    RelationKind::Differ {
        got: Operand::expression(items),
        from: Operand::constant(serde_json::json!([])),
    }
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
