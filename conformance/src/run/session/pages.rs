//! From one page of a list to the query of the next.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::case::{Next, Pair, Repeat, Step, Text};
use crate::expression::{Context, Expression, Seen, value_text};
use crate::link::target_of;

/// Why it can't be told how a list goes on.
pub(super) enum Unclear {
    /// The next page is where the step doesn't go, or can't be asked for.
    Unreachable(String),
    /// The latest page was there before, as it may be beyond the last one: it counts for nothing.
    CameAgain,
}

impl Unclear {
    pub(super) fn reason(self) -> String {
        match self {
            Self::Unreachable(reason) => reason,
            Self::CameAgain => {
                "a page came again, as it may beyond the last one, so that no end can be told"
                    .to_owned()
            }
        }
    }
}

/// The query parameters of the next request; `None`: there is no next page. `sent` are those of the requests so far.
///
/// # Errors
/// Why the next page can't be had.
pub(super) fn next_query(
    repeat: &Repeat,
    sent: &[Vec<Pair>],
    context: &Context<'_>,
) -> Result<Option<Vec<Pair>>, Unclear> {
    let ends = |more: &Expression| more.value(context) == Ok(Value::Bool(false));
    if repeat.more.as_ref().is_some_and(ends) {
        return Ok(None);
    }
    match &repeat.next {
        Next::Query { while_, query } => match while_.holds(context) {
            Ok(true) => filled(query, context).map(Some).map_err(Unclear::Unreachable),
            Ok(false) | Err(_) => Ok(None),
        },
        Next::LastItem { last_item_to, member, pages } => {
            let lists = lists(pages, context);
            let last = lists.last().and_then(|items| items.last());
            let cursor = last.and_then(|item| item.pointer(member)).and_then(value_text);
            Ok(cursor.map(|cursor| vec![literal(last_item_to, cursor)]))
        }
        Next::Count { count_in, first, size, pages } => {
            let lists = lists(pages, context);
            match count(&lists, *first, *size, sent) {
                Some(Counted::To(number)) => Ok(Some(vec![literal(count_in, number.to_string())])),
                Some(Counted::Again(query)) => Ok(Some(query)),
                Some(Counted::LastAgain) => Err(Unclear::CameAgain),
                None => Ok(None),
            }
        }
        Next::Link { relation } => by_link(relation, context),
        Next::Url { at } => by_url(at, context),
        Next::Urls { at } => nth(at, sent).map_or(Ok(None), |at| by_url(at, context)),
        Next::Links { relations } => {
            nth(relations, sent).map_or(Ok(None), |relation| by_link(relation, context))
        }
    }
}

/// The one of several ways that leads on from the latest of these pages.
fn nth<'w, T>(ways: &'w [T], sent: &[Vec<Pair>]) -> Option<&'w T> {
    ways.get(sent.len().checked_sub(1)?)
}

/// By the URL that an expression gives of the latest exchange.
fn by_url(at: &Expression, context: &Context<'_>) -> Result<Option<Vec<Pair>>, Unclear> {
    match (at.value(context), &context.exchange) {
        (Ok(Value::String(target)), Some(seen)) if !target.is_empty() => {
            query_of(&target, seen).map(Some).map_err(Unclear::Unreachable)
        }
        _ => Ok(None),
    }
}

/// Whether an answer says that there is no such page: after the first one, by its number, that is an end like an empty
/// page. What a page before the end leaves out, the items will show.
pub(super) fn is_beyond_the_last(step: &Step, number: usize, status: Option<u16>) -> bool {
    let is_counted =
        step.repeat.as_ref().is_some_and(|repeat| matches!(repeat.next, Next::Count { .. }));
    is_counted && number > 1 && matches!(status, Some(400 | 404 | 410 | 416 | 422))
}

fn literal(name: &str, text: String) -> Pair {
    Pair { name: name.to_owned(), value: Text::literal(text) }
}

fn filled(pairs: &[Pair], context: &Context<'_>) -> Result<Vec<Pair>, String> {
    let fill = |Pair { name, value }: &Pair| {
        let text = value.fill(context, &str::to_owned).map_err(|error| error.to_string())?;
        Ok(literal(name, text))
    };
    pairs.iter().map(fill).collect()
}

/// The lists of all pages so far; one that isn't there has no items.
fn lists(pages: &Expression, context: &Context<'_>) -> Vec<Vec<Value>> {
    let Ok(Value::Array(pages)) = pages.value(context) else { return Vec::new() };
    let items = |page| match page {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    pages.into_iter().map(items).collect()
}

enum Counted {
    To(i64),
    /// The page that was had already: these parameters led there.
    Again(Vec<Pair>),
    /// A page that may be the last: some show it to whoever asks for one beyond it.
    LastAgain,
}

/// The number of the next page, or of items before it. Who doesn't look at the number answers with one page for ever.
fn count(
    lists: &[Vec<Value>],
    first: Option<i64>,
    size: Option<i64>,
    sent: &[Vec<Pair>],
) -> Option<Counted> {
    let (latest, before) = lists.split_last()?;
    if latest.is_empty() || lists.len() != sent.len() {
        return None;
    }
    if let Some(same) = before.iter().position(|list| list == latest) {
        let is_full = i64::try_from(latest.len()).ok() == size;
        let is_last = same > 0 && same + 1 == before.len();
        if is_last || !is_full {
            return Some(Counted::LastAgain);
        }
        return sent.get(same).cloned().map(Counted::Again);
    }
    let count = match first {
        Some(first) => first.checked_add(i64::try_from(lists.len()).ok()?)?,
        None => i64::try_from(lists.iter().map(Vec::len).sum::<usize>()).ok()?,
    };
    Some(Counted::To(count))
}

fn by_link(relation: &str, context: &Context<'_>) -> Result<Option<Vec<Pair>>, Unclear> {
    let Some(seen) = &context.exchange else { return Ok(None) };
    linked(seen, relation).map_err(Unclear::Unreachable)
}

/// The query of the target of a link.
fn linked(seen: &Seen<'_>, relation: &str) -> Result<Option<Vec<Pair>>, String> {
    let target = target_of(seen.response_headers, relation);
    target.map(|target| query_of(&target, seen)).transpose()
}

/// The query of the URL of another page. Its host is left alone: credentials go to the target that the run is about.
fn query_of(target: &str, seen: &Seen<'_>) -> Result<Vec<Pair>, String> {
    let whole = target.split('#').next().unwrap_or_default();
    let (location, query) = whole.split_once('?').unwrap_or((whole, ""));
    if !is_here(location, path(seen.url)) {
        return Err(format!(
            "the next page is at `{location}`, which is not the path of this operation"
        ));
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        literal(&decoded(name), decoded(value))
    });
    Ok(pairs.collect())
}

/// Whether a reference leads to a path, from there (RFC 3986 §5.2).
fn is_here(location: &str, here: &str) -> bool {
    let is_absolute = location.starts_with('/') || location.contains("://");
    match location {
        "" => true,
        _ if is_absolute => path(location) == here,
        _ => here.rsplit('/').next() == Some(location.trim_start_matches("./")),
    }
}

/// The path of a URL, without its query.
fn path(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let from = if behind.len() < url.len() || url.starts_with("//") {
        let host = behind.trim_start_matches('/');
        host.find('/').map_or("/", |at| &host[at..])
    } else {
        url
    };
    from.split('?').next().unwrap_or_default()
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_the_same_path_or_elsewhere() {
        let here = path("http://127.0.0.1:8080/v1/pets?limit=2");
        assert_eq!(here, "/v1/pets");
        let same =
            ["", "/v1/pets", "pets", "./pets", "//a.example/v1/pets", "https://a.example/v1/pets"];
        for location in same {
            assert!(is_here(location, here), "{location}");
        }
        for location in ["/pets", "pets/1", "https://a.example", "https://a.example/v1/cats"] {
            assert!(!is_here(location, here), "{location}");
        }
    }

    #[test]
    fn pages_and_items_are_counted_until_there_are_none() {
        let page = |of: &[i64]| of.iter().map(|one| Value::from(*one)).collect::<Vec<_>>();
        let number = |lists: &[Vec<Value>], first| {
            let sent: Vec<_> =
                (0..lists.len()).map(|n| vec![literal("n", n.to_string())]).collect();
            match count(lists, first, Some(2), &sent) {
                Some(Counted::To(number)) => number.to_string(),
                Some(Counted::Again(query)) => format!("again {:?}", query[0].value),
                Some(Counted::LastAgain) => "last again".to_owned(),
                None => "end".to_owned(),
            }
        };
        assert_eq!(number(&[page(&[1, 2])], None), "2");
        assert_eq!(number(&[page(&[1, 2]), page(&[3])], None), "3");
        assert_eq!(number(&[page(&[1, 2]), page(&[3])], Some(1)), "3");
        assert_eq!(number(&[page(&[1, 2]), page(&[])], Some(1)), "end");
        let again = format!("again {:?}", Text::literal("0".to_owned()));
        assert_eq!(number(&[page(&[1, 2]), page(&[1, 2])], Some(1)), again);
        assert_eq!(number(&[page(&[1, 2]), page(&[3]), page(&[3])], Some(1)), "last again");
    }
}
