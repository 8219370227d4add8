//! How many items a list has in all, as its answers tell.

use super::prose;
use crate::Direction;
use crate::model::{Contract, Header, JsonType, Operation};
use crate::names::{fold, words};
use crate::outline::Outline;
use crate::paging::ABOUT;

/// What tells how many items there are in all: an integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Total {
    /// A member of the answer, by the names that lead to it.
    Member(Vec<String>),
    /// A header field of the answer.
    Header(String),
}

/// What APIs call a total.
const TOTALS: [&str; 6] =
    ["total", "totalcount", "totalitems", "totalresults", "totalelements", "totalsize"];

/// What APIs call the number of pages.
const PAGE_COUNTS: [&str; 7] =
    ["pages", "totalpages", "pagecount", "pagestotal", "numpages", "numberofpages", "lastpage"];

impl Total {
    /// A member, else a header field such as `X-Total-Count`. `X-Total-Pages` counts something else.
    pub(super) fn of(
        contract: &Contract,
        operation: &Operation,
        answer: &Outline<'_>,
    ) -> Option<Self> {
        if let Some(way) = way_to(answer, &TOTALS) {
            return Some(Self::Member(way));
        }
        let (response, _) = operation.answer()?;
        let counts = |(name, header): &(&String, &Header)| {
            let words = words(name);
            let has = |word: &str| words.iter().any(|one| one == word);
            let is_integer = |schema| Outline::of(contract, &[schema]).is(JsonType::Integer);
            has("total") && !has("page") && !has("pages") && header.schema().is_some_and(is_integer)
        };
        let (name, _) = response.headers.iter().find(counts)?;
        Some(Self::Header(name.clone()))
    }

    /// Whether each answer has it.
    pub(super) fn is_required(&self, operation: &Operation, answer: &Outline<'_>) -> bool {
        match self {
            Self::Header(name) => operation
                .answer()
                .and_then(|(response, _)| response.headers.get(name))
                .is_some_and(|header| header.required),
            Self::Member(way) => answer.requires(way, Direction::Response),
        }
    }

    /// Whether it is described as that of all pages.
    pub(super) fn is_told(&self, operation: &Operation, answer: &Outline<'_>) -> bool {
        let said = match self {
            Self::Header(name) => operation.answer().and_then(|(response, _)| {
                response.headers.get(name).and_then(|header| header.description.as_deref())
            }),
            Self::Member(way) => answer.description(way),
        };
        said.is_some_and(prose::says_of_all_pages)
    }
}

/// The numbers of an answer, apart from the total, that are said to be of all pages, by the names that lead to each: the description
/// of the member says so, or a sentence of the operation that names it.
pub(super) fn figures(operation: &Operation, answer: &Outline<'_>) -> Vec<Vec<String>> {
    let is_about = |name: &str| ABOUT.contains(&fold(name).as_str());
    let all = answer.ways(is_about).into_iter();
    let is_total = |name: &str| TOTALS.contains(&name) || PAGE_COUNTS.contains(&name);
    let said = operation.told.as_deref().unwrap_or_default();
    all.filter(|way| {
        let Some(name) = way.last().filter(|name| !is_total(&fold(name))) else { return false };
        let names_it = |text: &&str| {
            let spoken = text.split(|one: char| !one.is_alphanumeric() && one != '_');
            spoken.into_iter().any(|word| word == name)
        };
        let told = answer.description(way).into_iter();
        let mut told = told.chain(prose::sentences(said).filter(names_it));
        answer.at(way).is_some_and(|one| one.is_number()) && told.any(prose::says_of_all_pages)
    })
    .collect()
}

/// The names that lead to the member that tells how many pages there are.
pub(super) fn page_count(answer: &Outline<'_>) -> Option<Vec<String>> {
    way_to(answer, &PAGE_COUNTS)
}

/// The names that lead to an integer of one of these names: in the answer, or in a member that is about its pages.
fn way_to(answer: &Outline<'_>, names: &[&str]) -> Option<Vec<String>> {
    if let Some(member) = member_called(answer, JsonType::Integer, names) {
        return Some(vec![member]);
    }
    let about = answer.members().into_keys().filter(|name| ABOUT.contains(&fold(name).as_str()));
    let mut within = about.filter_map(|name| {
        let found = member_called(&answer.member(name)?, JsonType::Integer, names)?;
        Some(vec![name.to_owned(), found])
    });
    within.next()
}

/// The first member of a type that has one of these names.
pub(super) fn member_called(answer: &Outline<'_>, ty: JsonType, names: &[&str]) -> Option<String> {
    let is = |name: &&str| {
        names.contains(&fold(name).as_str()) && answer.member(name).is_some_and(|one| one.is(ty))
    };
    answer.members().into_keys().find(is).map(str::to_owned)
}
