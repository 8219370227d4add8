//! Media types (RFC 9110 §8.3).

use spec::model::{MediaType, Response};

use super::{Fault, Judged, Subject, shorten};
use crate::transport::HttpResponse;

/// A media type without its parameters, in lower case.
#[must_use]
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The documented media type that the answer's content is of: its very type before any range.
pub(super) fn find<'a>(documented: &'a Response, response: &HttpResponse) -> Option<&'a MediaType> {
    let got = essence(response.header("content-type")?);
    let (main, _) = got.split_once('/')?;
    [got.as_str(), &format!("{main}/*"), "*/*"].iter().find_map(|wanted| {
        documented.content.values().find(|media_type| essence(&media_type.name) == *wanted)
    })
}

/// Content is declared, once, as one of the documented media types.
pub(super) fn documented(subject: &Subject<'_>) -> Judged {
    let documented = subject.documented?;
    if documented.content.is_empty()
        || subject.response.body.is_empty()
        || subject.is_probe_beside()
    {
        return None;
    }
    let names: Vec<_> = documented.content.keys().map(String::as_str).collect();
    let expected = names.join(" or ");
    let fields: Vec<_> = subject.response.header_all("content-type").collect();
    let fault = match fields.as_slice() {
        [_] if subject.media_type.is_some() => return Some(Vec::new()),
        [] => Fault::new("the body comes without a `Content-Type`").got("no `Content-Type`"),
        [one] => Fault::new("the media type is not a documented one").got(shorten(one)),
        several => {
            Fault::new("`Content-Type` comes more than once").got(shorten(&several.join(" and ")))
        }
    };
    Some(vec![fault.expected(expected).at(&documented.origin.child("content"))])
}

impl Subject<'_> {
    /// Whether a probe with another method was answered as if it were the operation: that the status is wrong says
    /// it all, and the operation's own promises don't hold for it.
    pub(super) fn is_probe_beside(&self) -> bool {
        self.is_probe() && !self.wanted.iter().any(|wanted| wanted.admits(self.status()))
    }
}
