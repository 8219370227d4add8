//! Media types, parameters aside.

/// A media type without its parameters: `Text/HTML` of `Text/HTML; charset=utf-8`.
#[must_use]
pub fn essence(value: &str) -> Option<&str> {
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then_some(essence)
}

/// Which of the documented media types this is, in any letter case: the one that says most, so one in so many words
/// before a range such as `application/*+json`, `application/*` or `*/*` (OAS 3.1.1 §4.8.17, `content`).
#[must_use]
pub fn position(essence: &str, documented: &[&str]) -> Option<usize> {
    let fitting =
        documented.iter().enumerate().filter_map(|(at, one)| Some((fit(essence, one)?, at)));
    fitting.max_by_key(|(fit, at)| (*fit, std::cmp::Reverse(*at))).map(|(_, at)| at)
}

/// Whether it is of the first of these media types rather than of the second.
#[must_use]
pub fn is_rather(essence: &str, these: &[&str], those: &[&str]) -> bool {
    let best = |documented: &[&str]| documented.iter().filter_map(|one| fit(essence, one)).max();
    best(these) > best(those)
}

/// How much of a media type this one or this range says, if it fits.
fn fit(essence: &str, documented: &str) -> Option<usize> {
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

/// Content whose media type the contract leaves open: a range (`image/*`), or a multipart type with its boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media<B = bytes::Bytes> {
    /// The media type with its parameters: `multipart/form-data; boundary=…`.
    pub media_type: String,
    /// The content.
    pub bytes: B,
}
