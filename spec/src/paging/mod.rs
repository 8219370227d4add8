//! Pages: how one page of a list leads to the next.
//!
//! Said by the first of these that there is:
//!
//! 1. the settings of a reader, for this operation;
//! 2. the extension `x-paging` of the operation ([`PagingRule`] has its forms);
//! 3. the settings of a reader, for all operations that they fit;
//! 4. an OpenAPI link of a success to the operation itself, whose cursor is a member of the body;
//! 5. a header field `Link` of the success (RFC 8288: the target of `rel="next"` is the next page);
//! 6. an optional query parameter and a member of the body that is called like it with `next` in front: `cursor` and
//!    `next_cursor`, `pageToken` and `nextPageToken`;
//! 7. an optional query parameter `cursor` or the like, and a member `next` or the like, perhaps of `meta` and its like, of
//!    which either says that it is one;
//! 8. an optional query parameter `after`, and members of the body `last_id` and `has_more`;
//! 9. an optional query parameter `offset` or `skip`, or `page` whose first value the contract gives by its default or
//!    minimum: then the page after the last is empty;
//! 10. a member `next` or the like, perhaps of `links` or `meta` and their like, that is a URL by its format or as it says.
//!
//! The list is the body itself, or the only member of it that is an array. The body is the JSON of the first success.

mod page;
mod rule;
#[cfg(test)]
mod tests;

pub use rule::{CursorSource, PagingRule, Way};

use crate::Origin;
use crate::model::{Contract, Operation, Status};
use page::Page;

/// What APIs call the member of a page with what is said of the whole.
pub(crate) const ABOUT: [&str; 6] =
    ["meta", "metadata", "pagination", "paging", "page", "pageinfo"];
/// What they call the one with the URLs of other pages.
const LINKS: [&str; 2] = ["links", "link"];

/// Rules of a reader's own, beside what the document says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules<'r> {
    /// The rule for this operation.
    pub own: Option<&'r PagingRule>,
    /// The rule for all operations that it fits and that have none of their own.
    pub others: Option<&'r PagingRule>,
}

/// Whether a list comes in pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pages {
    /// Nothing tells.
    Unknown,
    /// It is said to have none.
    None,
    /// It does.
    By(Paging),
}

impl Pages {
    /// How its pages follow each other, if it has any.
    #[must_use]
    pub fn paging(&self) -> Option<&Paging> {
        match self {
            Self::By(paging) => Some(paging),
            Self::Unknown | Self::None => None,
        }
    }
}

/// How pages follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// How one leads to the next.
    pub step: Step,
    /// The member of the body with the items, an array; `None`: the body is one itself.
    pub items: Option<String>,
    /// The status of the success that is a page.
    pub status: Status,
    /// Where it is said, rather than seen.
    pub said_at: Option<Origin>,
}

/// How one page leads to the next. Parameters are optional ones of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A parameter takes what the page says.
    Cursor {
        /// The parameter.
        parameter: String,
        /// Whether the last item says it, not the body.
        by_last_item: bool,
        /// The names of the members that lead to the cursor.
        next: Vec<String>,
        /// The member of the body that says whether there is more: a boolean.
        more: Option<String>,
    },
    /// A parameter counts: items, or pages from the first on. The page after the last is empty.
    Count {
        /// The parameter, an integer.
        parameter: String,
        /// The number of the first page; `None` where items are counted, from 0.
        first: Option<i64>,
    },
    /// The header field `Link` has the next page as the target of `rel="next"` (RFC 8288 §3).
    Link,
    /// A member of the body has the URL of the next page, and none or null where there is none.
    Url {
        /// The names of the members that lead to it.
        next: Vec<String>,
    },
}

/// Members of a page with the URLs of other pages, whatever else leads to these: for each the names that lead to it. It is null,
/// or not there, where there is no such page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// To the page behind it.
    pub next: Option<Vec<String>>,
    /// To the page before it.
    pub previous: Option<Vec<String>>,
    /// To the first page.
    pub first: Option<Vec<String>>,
    /// To the last page.
    pub last: Option<Vec<String>>,
}

/// A rule that doesn't apply to the operation that it is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The rule, or the operation, where the rule is a reader's own.
    pub at: Origin,
    /// Why it doesn't.
    pub why: String,
}

/// How the pages of an operation follow each other.
///
/// # Errors
/// A rule for just this operation can't be read, or doesn't fit it.
pub fn read(contract: &Contract, operation: &Operation, rules: Rules<'_>) -> Result<Pages, Misfit> {
    let parsed;
    let (rule, at) = match (rules.own, operation.extensions.get("x-paging")) {
        (Some(own), _) => (own, operation.origin.clone()),
        (None, Some(written)) => {
            let at = operation.origin.child("x-paging");
            parsed = match PagingRule::parse(written) {
                Ok(rule) => rule,
                Err(why) => return Err(Misfit { at, why }),
            };
            (&parsed, at)
        }
        (None, None) => return Ok(unruled(contract, operation, rules.others)),
    };
    let PagingRule::By(way, items) = rule else { return Ok(Pages::None) };
    let page = Page::of(contract, operation);
    let list = page.as_ref().and_then(|page| page.list(items.as_deref()));
    let why = match (page, list, items) {
        (None, ..) => "the operation has no success that is JSON",
        (Some(page), Some(list), _) => match page.by_way(way, &list) {
            Some(step) => {
                let status = page.response.status;
                let paging = Paging { step, items: list.name, status, said_at: Some(at) };
                return Ok(Pages::By(paging));
            }
            None => {
                "the operation has no such parameter, member or header field, or they don't fit"
            }
        },
        (_, None, None) => "the body has no list, or several; `items` says which",
        (_, None, Some(_)) => "the body has no such list",
    };
    Err(Misfit { at, why: why.to_owned() })
}

/// How the pages of an operation are counted, by the name of a parameter, whatever else leads from one to the next.
#[must_use]
pub fn counted(contract: &Contract, operation: &Operation) -> Option<Step> {
    Page::of(contract, operation)?.by_count()
}

/// The members of an operation's pages with the URLs of other pages.
#[must_use]
pub fn links(contract: &Contract, operation: &Operation) -> Links {
    Page::of(contract, operation).map(|page| page.links()).unwrap_or_default()
}

/// By what is said of all operations, or goes without saying.
fn unruled(contract: &Contract, operation: &Operation, others: Option<&PagingRule>) -> Pages {
    if others == Some(&PagingRule::Off) {
        return Pages::None;
    }
    let Some(page) = Page::of(contract, operation) else { return Pages::Unknown };
    // Nothing to look for in the many that list nothing.
    if !page.may_lead_on() {
        return Pages::Unknown;
    }
    let by_others = others.and_then(|rule| {
        let PagingRule::By(way, items) = rule else { return None };
        let list = page.list(items.as_deref())?;
        Some((page.by_way(way, &list)?, list))
    });
    let evident = || {
        let list = page.list(None)?;
        Some((page.evident(&list)?, list))
    };
    match by_others.or_else(evident) {
        Some((step, list)) => {
            let status = page.response.status;
            Pages::By(Paging { step, items: list.name, status, said_at: None })
        }
        None => Pages::Unknown,
    }
}
