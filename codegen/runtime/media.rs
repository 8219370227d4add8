//! Media types: which of the documented ones a field says.

use std::borrow::Cow;
use std::cmp::Reverse;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::validation::Strictness;

/// Parameters that say how bytes are to be read, and nothing of what they mean.
const OF_BYTES: [&str; 2] = ["boundary", "charset"];

/// A media type without its parameters: `Text/HTML` of `Text/HTML; charset=utf-8`.
#[must_use]
pub fn essence(value: &str) -> Option<&str> {
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then_some(essence)
}

/// The coding that has been applied to content, to be undone before it is what its media type says (RFC 9110 §8.4).
#[must_use]
pub fn coding(headers: &HeaderMap) -> Option<&str> {
    let coding = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim();
    (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).then_some(coding)
}

/// Which of the documented media types this is, in any letter case: the one that says most, so one in so many words
/// before a range such as `application/*+json`, `application/*` or `*/*` (OAS 3.1.1 §4.8.17, `content`), and of several
/// the one whose parameters it has. Strictly, it has all that are documented.
#[must_use]
pub fn position(value: &str, documented: &[&str], strictness: Strictness) -> Option<usize> {
    let fitting = documented.iter().enumerate();
    let fitting = fitting.filter_map(|(at, one)| Some((fit(value, one, strictness)?, at)));
    fitting.max_by_key(|(fit, at)| (*fit, Reverse(*at))).map(|(_, at)| at)
}

/// Whether it is of the first of these media types rather than of the second.
#[must_use]
pub fn is_rather(value: &str, these: &[&str], those: &[&str]) -> bool {
    let best = |documented: &[&str]| {
        documented.iter().filter_map(|one| fit(value, one, Strictness::Lenient)).max()
    };
    best(these) > best(those)
}

/// How much of a media type with its parameters this one or this range says, if it fits. Content is of no range itself
/// (RFC 9110 §8.3.1, RFC 6838 §4.2).
fn fit(value: &str, documented: &str, strictness: Strictness) -> Option<(usize, i32)> {
    let of = essence(value).filter(|essence| !essence.contains('*'))?;
    let kind = fit_essence(of, essence(documented)?)?;
    let score = if documented.contains(';') { agreement(value, documented) } else { Some(0) };
    match (score, strictness) {
        (Some(score), _) => Some((kind, score)),
        (None, Strictness::Strict) => None,
        (None, Strictness::Lenient) => Some((kind, -1)),
    }
}

/// How many of the documented parameters there are; `None` where one is another, or isn't there.
fn agreement(value: &str, documented: &str) -> Option<i32> {
    let is_asked =
        |name: &str| !OF_BYTES.iter().any(|of_bytes| name.eq_ignore_ascii_case(of_bytes));
    let mut count = 0;
    for (name, expected) in parameters(documented).filter(|(name, _)| is_asked(name)) {
        let mut found = parameters(value).filter(|(found, _)| found.eq_ignore_ascii_case(name));
        if found.next()?.1 != expected {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// How much of a media type this one or this range says, if it fits.
fn fit_essence(essence: &str, documented: &str) -> Option<usize> {
    let is = |text: Option<&str>, expected: &str| {
        text.is_some_and(|it| it.eq_ignore_ascii_case(expected))
    };
    if essence.eq_ignore_ascii_case(documented) {
        return Some(usize::MAX);
    }
    let (before, behind) = documented.split_once('*')?;
    // What has no suffix of its own is sent as plain JSON, by ourselves for one.
    if documented == "*/*" || behind == "+json" && is(Some(essence), "application/json") {
        return Some(0);
    }
    let rest = essence.len().checked_sub(behind.len()).filter(|rest| *rest >= before.len())?;
    let fits = is(essence.get(..before.len()), before) && is(essence.get(rest..), behind);
    fits.then_some(documented.len())
}

/// The parameters of a header field, without quotes around their values; at what is none it ends.
pub fn parameters(field: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = field.split_once(';').map_or("", |(_, rest)| rest);
    std::iter::from_fn(move || {
        let (name, value) = rest.split_once('=')?;
        let (value, next) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => unquoted(quoted).map(|(value, next)| (Cow::Owned(value), next))?,
            None => {
                let (value, next) = value.split_once(';').unwrap_or((value, ""));
                (Cow::Borrowed(value.trim()), next)
            }
        };
        rest = next;
        Some((name.trim_start_matches([';', ' ', '\t']).trim_end(), value))
    })
}

/// What stands between quotes, and what follows them.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => match chars.next()?.1 {
                escaped @ ('"' | '\\') => value.push(escaped),
                // Browsers of old wrote paths.
                other => value.extend(['\\', other]),
            },
            c => value.push(c),
        }
    }
    None
}

/// Content whose media type the contract leaves open: a range (`image/*`), or a multipart type with its boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media<B = bytes::Bytes> {
    /// The media type with its parameters: `multipart/form-data; boundary=…`.
    pub media_type: String,
    /// The content.
    pub bytes: B,
}
