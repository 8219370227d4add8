//! How the pages of a list follow each other, where somebody says so: the extension `x-paging` of an operation, or the
//! settings of a reader. Both have the same forms:
//!
//! ```yaml
//! x-paging: false                                          # there are no pages
//! x-paging: {cursor: after, next: meta.next, items: pets}  # a parameter; members of the body
//! x-paging: {cursor: after, last: id, more: has_more}      # a member of the last item; whether there is more
//! x-paging: {offset: start}                                # counts items
//! x-paging: {page: p, first: 0}                            # counts pages
//! x-paging: {link: true}                                   # the header field `Link` (RFC 8288)
//! ```
//!
//! `items` may stand in each: the list, where the body has several.

use serde::Deserialize;
use serde_json::Value;

/// What is said of an operation's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagingRule {
    /// There are none.
    Off,
    /// They follow each other so.
    By(Way, Option<String>),
}

/// How pages follow each other, in names of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A query parameter takes what a page tells.
    Cursor {
        /// The parameter.
        parameter: String,
        /// What it takes.
        next: CursorSource,
        /// The member of the body that says whether there is more.
        more: Option<String>,
    },
    /// A query parameter counts items.
    Offset(String),
    /// A query parameter counts pages, from this one on.
    Page(String, Option<i64>),
    /// The header field `Link`.
    Link,
}

/// What gives the next cursor; members of members have a dot between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorSource {
    /// A member of the body.
    Member(String),
    /// A member of the last item.
    LastItem(String),
}

/// As it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "`false`, or how pages follow each other")]
struct Written {
    cursor: Option<String>,
    next: Option<String>,
    last: Option<String>,
    more: Option<String>,
    offset: Option<String>,
    page: Option<String>,
    first: Option<i64>,
    link: Option<bool>,
    items: Option<String>,
}

impl PagingRule {
    /// Reads what is written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(value: &Value) -> Result<Self, String> {
        if *value == Value::Bool(false) {
            return Ok(Self::Off);
        }
        let written = Written::deserialize(value).map_err(|error| error.to_string())?;
        let items = written.items.clone();
        written.way().map(|way| Self::By(way, items)).ok_or_else(|| {
            "expected `cursor` with `next` or `last`, `offset`, `page`, or `link` that is true"
                .to_owned()
        })
    }
}

impl Written {
    fn way(self) -> Option<Way> {
        let Self { cursor, next, last, more, offset, page, first, link, items: _ } = self;
        let is_cursor = next.is_some() || last.is_some() || more.is_some();
        match (cursor, offset, page, link) {
            (Some(parameter), None, None, None) if first.is_none() => {
                let next = match (next, last) {
                    (Some(next), None) => CursorSource::Member(next),
                    (None, Some(last)) => CursorSource::LastItem(last),
                    _ => return None,
                };
                Some(Way::Cursor { parameter, next, more })
            }
            _ if is_cursor => None,
            (None, Some(offset), None, None) if first.is_none() => Some(Way::Offset(offset)),
            (None, None, Some(page), None) => Some(Way::Page(page, first)),
            (None, None, None, Some(true)) if first.is_none() => Some(Way::Link),
            _ => None,
        }
    }
}
