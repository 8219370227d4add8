//! Lists of what is made.
//!
//! A list is a GET on the path that things are made on by POST, or below which they are made by PUT under ids of the
//! client's choosing; and whose answer is, or has as its only array, items that have the id of what is made. What queries
//! ask of it: `query.rs`.

use super::only_state::OnlyState;
use super::order::{self, Order};
use super::query::{Halves, Queries};
use super::sort::{self, Sort};
use super::total::{Total, figures, member_called, page_count};
use super::{Filter, Maker, Resources, Search, catalogue, prose};
use crate::model::{
    ANY_SEGMENT, JsonType, Location, Method, Operation, Parameter, PathPart, RuntimeExpression,
    SchemaId, shape,
};
use crate::names::{fold, singulars};
use crate::only::only;
use crate::outline::Outline;
use crate::paging::{self, Pages, Rules, Step};
use crate::pointer::{keys, unescape};

/// A list, and what is said of its pages.
#[derive(Debug)]
pub struct List<'a> {
    /// The operation that makes what is listed.
    pub maker: &'a Operation,
    /// The names of the members that lead to the id in the maker's answer; the same within an item. None: items of a list that
    /// nothing fills where they are listed have no id, and are told apart by all that they have.
    pub id: Vec<String>,
    /// The member of the answer with the items; `None`: the answer is the list.
    pub items: Option<String>,
    /// What each item must match.
    pub item: Vec<SchemaId>,
    /// How one page leads to the next.
    pub pages: Pages,
    /// Whether all of the list can be had, by what leads from page to page, or as nothing speaks of pages.
    pub is_whole: bool,
    /// The query parameter that says how long a page is: an integer.
    pub limit: Option<&'a Parameter>,
    /// A member of the answer that tells whether there is a next page: a boolean.
    pub has_more: Option<String>,
    /// What tells how many items there are in all.
    pub total: Option<Total>,
    /// Whether it is described as the number of items on all pages.
    pub total_is_told: bool,
    /// Whether each answer has it.
    pub total_is_required: bool,
    /// The numbers beside it that are said to be of all pages, by the names of the members that lead to each.
    pub figures: Vec<Vec<String>>,
    /// The names of the members that lead to the number of pages.
    pub page_count: Option<Vec<String>>,
    /// Whether it is described as that.
    pub page_count_is_told: bool,
    /// How pages are counted, even where something else leads from one to the next.
    pub counted: Option<Step>,
    /// The members with the URLs of other pages.
    pub links: paging::Links,
    /// The relations that the header field `Link` is said to have (RFC 8288): of `first`, `last` and `prev`.
    pub told_links: Vec<&'static str>,
    /// Whether it is said that only what has something behind it leads to a next page.
    pub ends_where_told: bool,
    /// Whether it is said that there is nothing behind the last page.
    pub nothing_behind: bool,
    /// Whether it is said that a cursor of no page is refused.
    pub refuses_unknown_cursors: bool,
    /// Whether it is said that a cursor of another query is refused.
    pub refuses_foreign_cursors: bool,
    /// The one state that all items are said to be in.
    pub only_state: Option<OnlyState>,
    /// The order that items are said to come in.
    pub order: Option<Order>,
    /// Whether items are said to come in the order of their making, and whether the newest comes first.
    pub by_creation: Option<bool>,
    /// The member of an item that is the moment of its making.
    pub made_at: Option<String>,
    /// The parameters that ask for some of the items.
    pub filters: Vec<Filter<'a>>,
    /// The same by a member of an object that an item has: its `member` is a JSON pointer, `/address/city`.
    pub inner_filters: Vec<Filter<'a>>,
    /// The switches whose two values ask for items of their own each.
    pub halves: Vec<Halves<'a>>,
    /// The parameter that asks for items that have a text.
    pub search: Option<Search<'a>>,
    /// The values of a parameter that ask for an order.
    pub sorts: Vec<Sort<'a>>,
}

// What APIs call these things, without regard to how words are joined. No schema can tell what they mean; who doesn't
// find a name here knows less of the list, and nothing wrong.
const LIMITS: [&str; 9] =
    ["limit", "pagesize", "perpage", "pagelimit", "maxresults", "maxitems", "size", "top", "first"];
/// Parameters that lead to other pages.
const PAGES_BY: [&str; 9] =
    ["offset", "page", "pagenumber", "pagetoken", "cursor", "skip", "start", "after", "before"];
const HAS_MORE: [&str; 5] = ["hasmore", "hasnext", "hasnextpage", "more", "ismore"];

impl<'a> List<'a> {
    pub(super) fn of(resources: &Resources<'a>, operation: &'a Operation) -> Option<Self> {
        if operation.method != Method::Get {
            return None;
        }
        let posted = || {
            let maker = resources.on_path(operation, Method::Post)?;
            Some((maker, id_of(resources, maker)?))
        };
        let (maker, id) = posted().or_else(|| made_elsewhere(resources, operation))?;
        Self::described(resources, operation, maker, id)
    }

    /// A list of things that nothing makes where they are listed, as they are kept up elsewhere or come of something else, as
    /// an invoice does: it stands in for what makes them.
    pub(super) fn kept_up_elsewhere(
        resources: &Resources<'a>,
        operation: &'a Operation,
    ) -> Option<Self> {
        let is_made_here = || resources.on_path(operation, Method::Post).is_some();
        let is_made = || made_elsewhere(resources, operation).is_some();
        if operation.method != Method::Get || is_made_here() || is_made() {
            return None;
        }
        let id = match catalogue::first_of(resources, operation).map(|one| one.id) {
            Some(RuntimeExpression::ResponseBody(pointer)) => {
                vec![pointer.rsplit('/').next().map(|token| unescape(token).into_owned())?]
            }
            Some(_) => return None,
            None => Vec::new(),
        };
        Self::described(resources, operation, operation, id)
    }

    fn described(
        resources: &Resources<'a>,
        operation: &'a Operation,
        maker: &'a Operation,
        id: Vec<String>,
    ) -> Option<Self> {
        let contract = resources.contract;
        let answer = Outline::of(contract, &[operation.answer_schema()?]);
        let pages = paging::read(contract, operation, Rules::default()).unwrap_or(Pages::Unknown);
        let named = pages.paging().and_then(|paging| paging.items.as_deref());
        let (items, item) = answer.list(named)?;
        let shown = Outline::of(contract, &item);
        let has_id = id.first().is_none_or(|id| shown.member(id).is_some());
        (has_id && shown.has_members()).then_some(())?;
        let is_integer = |parameter: &Parameter| {
            let schema = parameter.schema();
            schema.is_some_and(|schema| Outline::of(contract, &[schema]).is(JsonType::Integer))
        };
        let mut parameters = operation.parameters.iter();
        let limit = parameters.find(|one| is_called(one, &LIMITS) && is_integer(one));
        let may_be_cut = operation.parameters.iter().any(is_of_pages);
        let has_more = match pages.paging().map(|paging| &paging.step) {
            Some(Step::Cursor { more: Some(more), .. }) => Some(more.clone()),
            _ => member_called(&answer, JsonType::Boolean, &HAS_MORE),
        };
        let total = Total::of(contract, operation, &answer);
        let page_count = page_count(&answer);
        let said = page_count.as_ref().and_then(|way| answer.description(way));
        let queries = Queries::of(contract, operation, &item);
        let next = match pages.paging().map(|paging| &paging.step) {
            Some(Step::Cursor { next, .. } | Step::Url { next }) => answer.description(next),
            Some(Step::Link) => link_of(operation),
            _ => None,
        };
        // Of all lists, or of this one.
        let general = contract.info.description.as_deref();
        let says = |what: fn(&str) -> bool| say(operation, what) || general.is_some_and(what);
        let said_of_next = next.into_iter().chain(operation.told.as_deref());
        Some(Self {
            maker,
            id,
            filters: queries.filters(),
            inner_filters: queries.inner_filters(),
            halves: queries.halves(),
            search: queries.search(),
            sorts: sort::of(&queries, operation),
            items: items.map(str::to_owned),
            is_whole: pages != Pages::Unknown || !may_be_cut,
            pages,
            limit,
            has_more,
            total_is_told: total.as_ref().is_some_and(|total| total.is_told(operation, &answer)),
            total_is_required: total
                .as_ref()
                .is_some_and(|one| one.is_required(operation, &answer)),
            total,
            figures: figures(operation, &answer),
            ends_where_told: said_of_next.into_iter().any(prose::says_end_of_pages),
            page_count_is_told: said.is_some_and(prose::says_how_many_pages),
            page_count,
            nothing_behind: says(prose::says_nothing_behind),
            refuses_unknown_cursors: says(prose::says_unknown_cursors_are_refused),
            refuses_foreign_cursors: says(prose::says_foreign_cursors_are_refused),
            counted: paging::counted(contract, operation),
            links: paging::links(contract, operation),
            told_links: told_links(operation),
            only_state: OnlyState::of(operation, &Outline::of(contract, &item)),
            order: Order::of(operation, &Outline::of(contract, &item)),
            by_creation: by_creation(operation, &Outline::of(contract, &item)),
            made_at: made_at(&Outline::of(contract, &item)),
            item,
        })
    }
}

/// Whether items come in the order of their making. Where those of one moment are said to come in another order, how long such a
/// moment is, nothing tells.
fn by_creation(operation: &Operation, item: &Outline<'_>) -> Option<bool> {
    let said = operation.told.as_deref()?;
    let descending = prose::order_of_creation(said)?;
    order::Members::of(item).tie(&[said]).is_none().then_some(descending)
}

fn made_at(item: &Outline<'_>) -> Option<String> {
    order::Members::of(item).made_at().map(str::to_owned)
}

/// What is said of the links that an answer has (RFC 8288).
fn link_of(operation: &Operation) -> Option<&str> {
    let (response, _) = operation.answer()?;
    let (_, link) = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("link"))?;
    link.description.as_deref()
}

/// Whether a parameter says how long a page is, or leads to another one.
pub(super) fn is_of_pages(parameter: &Parameter) -> bool {
    is_called(parameter, &LIMITS) || is_called(parameter, &PAGES_BY)
}

fn is_called(parameter: &Parameter, names: &[&str]) -> bool {
    parameter.location == Location::Query && names.contains(&fold(&parameter.name).as_str())
}

fn id_of(resources: &Resources<'_>, maker: &Operation) -> Option<Vec<String>> {
    let remover = resources.remover(&maker.id).map(|remover| &remover.maker);
    let fed = || resources.made_by(&maker.id).next().map(|(_, _, maker)| maker);
    let known: Option<&Maker> = remover.or_else(fed);
    // What no path names may be listed all the same.
    let id = known.map(|maker| maker.id.clone()).or_else(|| catalogue::id_of(resources, maker))?;
    let RuntimeExpression::ResponseBody(pointer) = &id else { return None };
    Some(keys(pointer).collect())
}

/// What makes the items under ids of the client's choosing, one level below the list; and where its answer has the id,
/// which is called like the parameter: `name` or `pool_name` of a pool.
fn put<'a>(
    resources: &Resources<'a>,
    operation: &Operation,
) -> Option<(&'a Operation, Vec<String>)> {
    let collection = operation.path.without_slash();
    let below = resources.by_path.get(&format!("{}/{ANY_SEGMENT}", shape(collection)))?;
    let maker = below.iter().copied().find(|one| resources.chooses(one))?;
    let parameter = fold(maker.path.item_parameter()?);
    let [PathPart::Literal(plural)] = collection.last()?.as_slice() else { return None };
    let answer = Outline::of(resources.contract, &[maker.answer_schema()?]);
    let is_id = |name: &&str| {
        let name = fold(name);
        let whole = |thing: String| format!("{thing}{name}") == parameter;
        name == parameter || singulars(plural).into_iter().any(whole)
    };
    let id = answer.members().into_keys().find(is_id)?;
    Some((maker, vec![id.to_owned()]))
}

/// What makes the items within something else: `POST /events/{event_id}/orders`, of the orders at `/orders`. It is on a path that
/// ends alike, and answers with just what the list has.
fn within_others<'a>(
    resources: &Resources<'a>,
    operation: &'a Operation,
) -> Option<(&'a Operation, Vec<String>)> {
    let contract = resources.contract;
    let literal = operation.path.last_literal()?;
    let is_at_the_end = |one: &Operation| {
        let last = one.path.without_slash().last().map(Vec::as_slice);
        matches!(last, Some([PathPart::Literal(last)]) if last == literal)
    };
    if operation.path.parameters().next().is_some() || !is_at_the_end(operation) {
        return None;
    }
    let (_, item) = Outline::of(contract, &[operation.answer_schema()?]).list(None)?;
    let makes_such = |one: &&Operation| {
        is_at_the_end(one) && one.answer_schema().is_some_and(|answer| item.contains(&answer))
    };
    let maker = only(resources.creations().filter(makes_such))?;
    Some((maker, id_of(resources, maker)?))
}

/// What makes the items where no POST of the list does, with the names that lead to the id in its answer.
fn made_elsewhere<'a>(
    resources: &Resources<'a>,
    operation: &'a Operation,
) -> Option<(&'a Operation, Vec<String>)> {
    put(resources, operation)
        .or_else(|| within_others(resources, operation))
        .or_else(|| by_another_name(resources, operation))
}

/// What makes the items under another name: `POST /checkout`, of the orders at `/orders`, if that is all that makes what
/// `/orders/{order_id}` shows.
fn by_another_name<'a>(
    resources: &Resources<'a>,
    operation: &Operation,
) -> Option<(&'a Operation, Vec<String>)> {
    if operation.path.parameters().next().is_some() {
        return None;
    }
    let below = format!("{}/{ANY_SEGMENT}", shape(operation.path.without_slash()));
    let reader = resources.at(&below, Method::Get)?;
    let made = only(resources.makers(reader, reader.path.item_parameter()?))?;
    let maker = resources.operation(&made.operation_id)?;
    let is_made = maker.method == Method::Post
        && resources.makes(maker)
        && !resources.is_consequence(maker)
        && maker.path.parameters().next().is_none();
    let RuntimeExpression::ResponseBody(pointer) = &made.id else { return None };
    let id: Vec<String> = keys(pointer).collect();
    let (_, item) = Outline::of(resources.contract, &[operation.answer_schema()?]).list(None)?;
    Outline::of(resources.contract, &item).at(&id)?;
    is_made.then_some((maker, id))
}

/// Whether the operation or one of its parameters says something.
fn say(operation: &Operation, what: fn(&str) -> bool) -> bool {
    let parameters = operation.parameters.iter().filter_map(|one| one.description.as_deref());
    let mut said = operation.told.as_deref().into_iter().chain(parameters);
    said.any(what)
}

/// The relations that a description of the header field `Link` has, each by its name between backticks or quotes. Of what is there at
/// times, nothing is told: but that nothing stands before the first page, everybody knows.
fn told_links(operation: &Operation) -> Vec<&'static str> {
    const RELATIONS: [&str; 3] = ["first", "last", "prev"];
    const AT_TIMES: [&str; 18] = [
        "may ",
        "can ",
        "might",
        "when ",
        "where ",
        "unless",
        "no `",
        "not ",
        "n't ",
        "never",
        "without",
        "only ",
        "optional",
        "applicable",
        "depend",
        "usually",
        "sometimes",
        "if known",
    ];
    let headers = operation.successes().flat_map(|response| &response.headers);
    let links = headers.filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    let told: Vec<&str> = links.filter_map(|(_, header)| header.description.as_deref()).collect();
    let is_told = |relation: &&str| {
        let named = [format!("`{relation}`"), format!("\"{relation}\""), format!("'{relation}'")];
        let mut sentences = told.iter().flat_map(|text| prose::sentences(text));
        sentences
            .any(|one| named.iter().any(|named| one.contains(named)) && !prose::has(one, &AT_TIMES))
    };
    RELATIONS.into_iter().filter(is_told).collect()
}
