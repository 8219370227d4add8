//! Exports: what a list has, all at once, as a table or as lines of JSON.
//!
//! An export is a GET that answers with such a media type: a list itself, or an operation whose path has what the list's
//! path ends with, no further parameters, and a word for what it does (`/exports/pets`, `/pets/export`, `/pets.csv`), also
//! in its id. A table that merely speaks of pets, such as statistics, is none.

use super::list::is_of_pages;
use super::order::Order;
use super::prose::has;
use super::{Resources, prose};
use crate::model::{MediaType, Method, Operation, PathPart, PathTemplate, Records, SchemaId};
use crate::names::{fold, words};
use crate::outline::Outline;

/// What shows all of a list at once.
#[derive(Debug)]
pub struct Export<'a> {
    /// The operation that lists the same things.
    pub list: &'a Operation,
    /// The forms that it can be had in.
    pub forms: Vec<ExportForm<'a>>,
    /// Whether it says that it has everything.
    pub is_whole: bool,
    /// Whether it comes in pages: then it has what the page of the list has that is asked for likewise.
    pub is_paged: bool,
    /// The member of an item that is first among the columns that are told, where the id isn't one of them.
    pub key: Option<String>,
    /// The order of its records, as it tells it itself, or by that of the list: "in the same order as in the list".
    pub order: Option<Order>,
}

/// A media type that an export can be had as.
#[derive(Debug)]
pub struct ExportForm<'a> {
    /// The media type.
    pub media_type: &'a MediaType,
    /// How its records are written.
    pub records: Records,
    /// Whether its records have names for what is in them: by a header line that is promised, or as they are JSON.
    pub is_named: bool,
    /// Whether its columns are told one by one, all of them called as members of the items are.
    pub tells_columns: bool,
}

const EXPORTS: [&str; 8] =
    ["export", "exports", "download", "downloads", "dump", "extract", "csv", "ndjson"];
/// How an export says that its order is that of the list.
const AS_LIST: [&str; 5] = [
    "in the same order as in the list",
    "in the same order as the list",
    "in the order of the list",
    "in the same order as `list",
    "in the order of `list",
];
/// What else may be in such an order, or not.
const OF_ELSE: [&str; 4] = ["column", "member", " not ", "n't "];
const EXTENSIONS: [&str; 4] = ["csv", "ndjson", "jsonl", "json"];

impl<'a> Export<'a> {
    pub(super) fn of(resources: &Resources<'a>, operation: &'a Operation) -> Option<Self> {
        if operation.method != Method::Get {
            return None;
        }
        let response = operation.successes().next()?;
        let said = [
            operation.summary.as_deref(),
            operation.told.as_deref(),
            Some(response.description.as_str()),
        ];
        let says = |what: fn(&str) -> bool| said.into_iter().flatten().any(what);
        let form = |media_type: &'a MediaType| {
            let records = media_type.records()?;
            let by_parameter = has_header_parameter(&media_type.name);
            let is_named =
                records != Records::Table || by_parameter || says(prose::says_header_line);
            Some(ExportForm { media_type, records, is_named, tells_columns: false })
        };
        let mut forms: Vec<_> = response.content.values().filter_map(form).collect();
        if forms.is_empty() {
            return None;
        }
        let list = listed(resources, operation)?;
        let mut key = None;
        let mut order = None;
        if let Some(own) = resources.list(list) {
            let item = Outline::of(resources.contract, &own.item);
            let members: Vec<&str> = item.members().into_keys().collect();
            let tells = said.into_iter().flatten().any(|text| tells_columns(text, &members));
            let told = said.into_iter().flatten().find_map(columns).unwrap_or_default();
            let is_id = |column: &&str| own.id.last().is_some_and(|id| id == column);
            let is_member = |column: &&&str| members.contains(*column);
            if !told.iter().any(is_id) {
                key = told.first().filter(is_member).map(|column| (*column).to_owned());
            }
            let is_as_list = || {
                let mut all = said.into_iter().flatten().flat_map(prose::sentences);
                all.any(|one| has(one, &AS_LIST) && !has(one, &OF_ELSE))
            };
            order = Order::of(operation, &item).or_else(|| own.order.filter(|_| is_as_list()));
            for form in &mut forms {
                form.tells_columns = tells && form.is_named && form.records == Records::Table;
            }
        }
        let things = names(&list.path).pop().unwrap_or_default();
        let is_paged = operation.parameters.iter().any(is_of_pages);
        let says_all = said.into_iter().flatten().any(|said| prose::says_all(said, &things));
        Some(Self { list, forms, is_whole: says_all && !is_paged, is_paged, key, order })
    }
}

/// Whether a text has the columns of a table in a row, between backticks: "`id,name,price`".
fn tells_columns(text: &str, members: &[&str]) -> bool {
    columns(text).is_some_and(|columns| columns.iter().all(|column| members.contains(column)))
}

/// The columns of a table that a text has in a row.
fn columns(text: &str) -> Option<Vec<&str>> {
    let is_name = |column: &&str| {
        !column.is_empty() && column.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    prose::quoted(text).find_map(|told| {
        let columns: Vec<&str> = told.split([',', ';']).map(str::trim).collect();
        (columns.len() > 2 && columns.iter().all(is_name)).then_some(columns)
    })
}

/// `text/csv; header=present` (RFC 4180 §3).
fn has_header_parameter(media_type: &str) -> bool {
    let mut parameters = media_type.split(';').skip(1).filter_map(|one| one.split_once('='));
    parameters.any(|(name, value)| {
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("header") && value.eq_ignore_ascii_case("present")
    })
}

/// The list of what an operation exports.
fn listed<'a>(resources: &Resources<'a>, operation: &'a Operation) -> Option<&'a Operation> {
    if resources.list(operation).is_some() {
        return Some(operation);
    }
    let own = names(&operation.path);
    let mut spoken = own.iter().map(String::as_str).chain([operation.id.as_str()]);
    let is_export = spoken.any(|name| {
        words(name).iter().any(|word| EXPORTS.contains(&word.as_str())) || extension(name).is_some()
    });
    let item = operation
        .successes()
        .next()
        .and_then(|response| response.content.values().find_map(|one| item_of(resources, one)));
    let all = resources.contract.operations.iter().filter(|one| {
        one.method == Method::Get && one.path.parameters().eq(operation.path.parameters())
    });
    let mut lists = all.filter(|one| {
        let is_called =
            is_export && names(&one.path).last().is_some_and(|last| is_named(&own, last));
        let lists_the_same = || {
            let list = resources.list(one);
            item.as_ref().is_some_and(|item| list.is_some_and(|list| list.item == *item))
        };
        is_called || lists_the_same()
    });
    lists.find(|one| resources.list(one).is_some())
}

/// What each line of JSON must match.
fn item_of(resources: &Resources<'_>, media_type: &MediaType) -> Option<Vec<SchemaId>> {
    if media_type.records()? == Records::Table {
        return None;
    }
    if let Some(item) = media_type.item_schema {
        return Some(vec![item]);
    }
    let schema = media_type.schema?;
    let list = Outline::of(resources.contract, &[schema]).list(None);
    Some(list.filter(|(name, _)| name.is_none()).map_or(vec![schema], |(_, item)| item))
}

/// The literal segments of a path.
fn names(path: &PathTemplate) -> Vec<String> {
    let literals = path.without_slash().iter().filter_map(|segment| match segment.as_slice() {
        [PathPart::Literal(name)] => Some(name.clone()),
        _ => None,
    });
    literals.collect()
}

/// `csv` of `pets.csv`.
fn extension(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(_, extension)| EXTENSIONS.contains(extension))
}

fn is_named(own: &[String], wanted: &str) -> bool {
    let plain = |name: &String| extension(name).map_or(fold(name), |(stem, _)| fold(stem));
    own.iter().any(|name| plain(name) == fold(wanted))
}
