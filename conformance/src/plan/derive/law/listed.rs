//! What was made is in its list with what was written, and after a delete it isn't.
//!
//! A list is a GET on the path that things are made on by POST, whose answer is, or has as its only array of objects,
//! items of the schema that the POST answers with (or items that have its id).

use indexmap::IndexMap;
use spec::model::{JsonType, LinkTarget, Location as In, Method, Operation, Parameter, SchemaId};
use spec::pointer::unescape;

use super::super::{CALL, read_back};
use crate::case::{
    Case, Collected, Criterion, Derivation, Operand, Pair, Relation, RelationKind, Repeat, Request,
    Step, Template, Text,
};
use crate::expression::{Comparison, Condition, Expression, Literal, Side};
use crate::plan::Planner;
use crate::plan::draft::{ANSWER, About, Draft, Path};
use crate::plan::structure::{
    self, Maker, answer_members, answer_schema, link_parameters, successes,
};
use crate::promise::{self, Level};
use crate::sample::{Choice, Extent, Merged};

/// A list, and how it is walked.
pub(super) struct List<'p> {
    /// The operation that makes what is listed.
    pub(super) maker: &'p Operation,
    /// Where in the maker's answer the id stands; the same within an item.
    pub(super) id: Vec<String>,
    /// Where in the list's answer the items stand: reference tokens.
    pub(super) items: Vec<String>,
    /// How one gets to the next page; `None`: there is only one.
    pub(super) next: Option<Next>,
    /// The query parameter that says how long a page is.
    pub(super) limit: Option<&'p Parameter>,
    /// A member of the answer that tells whether there is a next page.
    pub(super) has_more: Option<String>,
    /// The member that items come in the order of, and whether the greatest comes first: what `x-sorted-by` says.
    pub(super) order: Option<(String, bool)>,
    /// A member of the answer that tells how many items there are in all.
    pub(super) total: Option<String>,
}

/// How one gets to the next page.
#[derive(Debug, Clone)]
pub(super) struct Next {
    /// The query parameter to set.
    pub(super) parameter: String,
    /// What to set it to, in the answer.
    pub(super) pointer: String,
    /// Whether the last page may say so by leaving it out.
    pub(super) may_be_absent: bool,
}

/// Pages that are walked, at most: then the list is longer than the suite looks.
const PAGES: usize = 400;

/// The step that walks.
pub(super) const WALK: &str = "walk";

/// What an operation lists, if it does.
pub(super) fn list<'p>(planner: &'p Planner<'p>, operation: &'p Operation) -> Option<List<'p>> {
    if operation.method != Method::Get {
        return None;
    }
    let maker = planner.on_path(operation, Method::Post)?;
    let id = id_of(planner, maker)?;
    let answer = Merged::of(planner.contract, &[answer_schema(operation)?], Choice::default());
    let (items, item) = items(planner, &answer)?;
    let item = Merged::of(planner.contract, &item, Choice::default());
    answer_members(&item).get(id.first()?.as_str())?;
    let next = next(planner, operation);
    let is = |ty: JsonType, ids: &[SchemaId]| {
        Merged::of(planner.contract, ids, Choice::default()).types().single() == Some(ty)
    };
    let member = |ty: JsonType, names: &[&str]| {
        answer_members(&answer)
            .into_iter()
            .find(|(name, ids)| names.contains(&structure::fold(name).as_str()) && is(ty, ids))
            .map(|(name, _)| name.to_owned())
    };
    let limit = operation.parameters.iter().find(|parameter| {
        let integer = parameter.schema().is_some_and(|schema| is(JsonType::Integer, &[schema]));
        parameter.location == In::Query
            && integer
            && LIMITS.contains(&structure::fold(&parameter.name).as_str())
    });
    let has_more = member(JsonType::Boolean, &HAS_MORE);
    let total = member(JsonType::Integer, &TOTALS);
    let order = order(operation);
    Some(List { maker, id, items, next, limit, has_more, order, total })
}

// What APIs call these things, without regard to how words are joined. No schema can tell what they mean, and a name
// that isn't here costs a law, not a false alarm.
const LIMITS: [&str; 9] =
    ["limit", "pagesize", "perpage", "pagelimit", "maxresults", "maxitems", "size", "top", "first"];
/// Parameters that lead to other pages.
const PAGES_BY: [&str; 9] =
    ["offset", "page", "pagenumber", "pagetoken", "cursor", "skip", "start", "after", "before"];
const HAS_MORE: [&str; 5] = ["hasmore", "hasnext", "hasnextpage", "more", "ismore"];
const TOTALS: [&str; 6] =
    ["total", "totalcount", "totalitems", "totalresults", "totalelements", "totalsize"];

fn id_of(planner: &Planner<'_>, maker: &Operation) -> Option<Vec<String>> {
    let remover = planner.structure.remover(&maker.id).map(|remover| remover.maker.clone());
    let fed = || planner.structure.made_by(&maker.id).next().map(|(_, _, maker)| maker.clone());
    let maker: Maker = remover.or_else(fed)?;
    let Expression::ResponseBody(pointer) = maker.id else { return None };
    let tokens = pointer.split('/').skip(1);
    Some(tokens.map(|token| unescape(token).into_owned()).collect())
}

/// The items of a list's answer: the answer itself, or its only member that is an array.
fn items(planner: &Planner<'_>, answer: &Merged<'_>) -> Option<(Vec<String>, Vec<SchemaId>)> {
    if answer.types().single() == Some(JsonType::Array) {
        return Some((Vec::new(), answer.item(0)));
    }
    let mut arrays = answer_members(answer).into_iter().filter_map(|(name, ids)| {
        let member = Merged::of(planner.contract, &ids, Choice::default());
        let is_array = member.types().single() == Some(JsonType::Array);
        is_array.then(|| (vec![name.to_owned()], member.item(0)))
    });
    arrays.next().filter(|_| arrays.next().is_none())
}

/// `x-sorted-by: created_at` on an operation promises that order, `-created_at` the reverse one.
fn order(operation: &Operation) -> Option<(String, bool)> {
    let written = operation.extensions.get("x-sorted-by")?.as_str()?;
    Some(match written.strip_prefix('-') {
        Some(member) => (member.to_owned(), true),
        None => (written.to_owned(), false),
    })
}

/// A link from the answer back to the same operation.
fn next(planner: &Planner<'_>, operation: &Operation) -> Option<Next> {
    let answer = Merged::of(planner.contract, &[answer_schema(operation)?], Choice::default());
    let required = answer.required();
    let is_required =
        |pointer: &str| pointer.strip_prefix('/').is_some_and(|name| required.contains(name));

    let links = successes(operation).flat_map(|response| response.links.values());
    let own = links.filter(|link| link.target == LinkTarget::Operation(operation.id.clone()));
    own.flat_map(|link| link_parameters(&link.parameters)).find_map(|(name, expression)| {
        let parameter = operation.parameter(In::Query, &name)?.name.clone();
        match expression {
            Expression::ResponseBody(pointer) => {
                let may_be_absent = !is_required(&pointer);
                Some(Next { parameter, pointer, may_be_absent })
            }
            _ => None,
        }
    })
}

pub(super) fn cases(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Vec<Case> {
    if planner.structure.remover(&list.maker.id).is_none() {
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
    let level = level(planner, operation, list);
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
    let updater = planner.structure.made_by(&list.maker.id).find_map(|(id, _, _)| {
        let updater = planner.contract.operation(id)?;
        updates.contains(&updater.method).then_some(updater)
    })?;
    let mut draft = Draft::new(planner);
    let made = make(&mut draft, planner, list, Extent::Minimal)?;
    draft.answer_of(&made);
    let path = draft.path(updater, &Path::new()).ok()?;
    let request = draft.request(updater, &path, Extent::Complete).ok()?;
    draft.push(updater, "update", request, planner.succeeds(updater));
    draft.output("update", "sent", &Expression::RequestBody(String::new()));
    walk(&mut draft, planner, operation, list, WALK, Size::Largest)?;
    let like = like(planner, &draft, list, &made, "update")?;
    let level = level(planner, operation, list);
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
    let answer = answer_schema(list.maker)?;
    let request = draft.steps.iter().find(|step| step.id == sender)?.request.clone();
    let mut like = IndexMap::from([(list.id.first()?.clone(), output(made, "id", ""))]);
    for shared in read_back::sent_members(planner, &request, answer) {
        // Members of members are compared by the read of the thing itself.
        let name = shared.pointer.trim_start_matches('/');
        if !name.contains('/') && shared.is_literal() {
            like.insert(name.to_owned(), output(sender, "sent", &shared.pointer));
        }
    }
    for name in read_back::creation_times(planner, answer) {
        let answered = output(made, ANSWER, &format!("/{name}"));
        like.insert(name, answered);
    }
    Some(like)
}

/// How much it weighs that something is in a list: less, where the list may have more pages than can be walked.
fn level(planner: &Planner<'_>, operation: &Operation, list: &List<'_>) -> Level {
    let pages = |parameter: &Parameter| {
        let name = structure::fold(&parameter.name);
        parameter.location == In::Query
            && (LIMITS.contains(&name.as_str()) || PAGES_BY.contains(&name.as_str()))
    };
    let is_whole = list.next.is_some() || !operation.parameters.iter().any(pages);
    let is_same = answer_schema(list.maker).is_some_and(|made| {
        let answer = answer_schema(operation)
            .map(|id| Merged::of(planner.contract, &[id], Choice::default()));
        let item = answer.and_then(|answer| items(planner, &answer)).map(|(_, item)| item);
        item.is_some_and(|item| item.contains(&made))
    });
    if is_whole && is_same { Level::Must } else { Level::Should }
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
    let remover = planner.structure.remover(&list.maker.id)?;
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
    let path = draft.path(list.maker, &Path::new()).ok()?;
    let before = draft.inputs.clone();
    let request = draft.request(list.maker, &path, extent).ok()?;
    // What it names was made by steps of their own.
    let step = draft.free_step_id("make");
    let request = draft.rename_inputs(request, &before, &step);
    draft.push(list.maker, &step, request, planner.succeeds(list.maker));
    let id = list.id.iter().fold(String::new(), |pointer, token| pointer + "/" + token);
    draft.output(&step, "id", &Expression::response_body(id));
    draft.output(&step, "sent", &Expression::RequestBody(String::new()));
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
    set_limit(planner, &mut request, list, size);
    draft.push(operation, id, request, planner.succeeds(operation));
    let step = draft.last_step()?;
    let items = list.items.iter().fold(String::new(), |pointer, token| pointer + "/" + token);
    step.outputs.insert("pages".to_owned(), Expression::response_body(items));
    repeat(step, list);
    Some(())
}

fn set_limit(planner: &Planner<'_>, request: &mut Request, list: &List<'_>, size: Size) {
    let Some(parameter) = list.limit else { return };
    let largest = parameter.schema().and_then(|schema| {
        let merged = Merged::of(planner.contract, &[schema], Choice::default());
        merged.largest_integer()
    });
    let size = match (size, largest) {
        (Size::Of(size), largest) => largest.map_or(size, |largest| size.min(largest)),
        (Size::Largest, Some(largest)) => largest.min(1_000),
        (Size::Largest, None) => return,
    };
    request.query.retain(|pair| pair.name != parameter.name);
    let value = Text::literal(size.to_string());
    request.query.push(Pair { name: parameter.name.clone(), value });
}

fn repeat(step: &mut Step, list: &List<'_>) {
    let Some(next) = &list.next else { return };
    let expression = Expression::response_body(next.pointer.clone());
    step.repeat = Some(Repeat {
        while_: is_there(expression.clone()),
        query: vec![Pair { name: next.parameter.clone(), value: Text::expression(expression) }],
        at_most: PAGES,
    });
}

/// That an expression gives a value that isn't null.
pub(super) fn is_there(expression: Expression) -> Condition {
    Condition::Compare {
        left: Side::Expression(expression),
        comparison: Comparison::NotEqual,
        right: Side::Literal(Literal(serde_json::Value::Null)),
    }
}

/// The items of all pages that a step walked, or their ids.
pub(super) fn all_items(list: &List<'_>, step: &str, ids: bool) -> Operand {
    // The outputs of a repeated step are one array a page.
    let mut path = if list.next.is_some() { vec![None, None] } else { vec![None] };
    if ids {
        path.extend(list.id.iter().cloned().map(Some));
    }
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
