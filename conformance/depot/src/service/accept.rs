//! What a client would rather have (RFC 9110 §12.5.1).

use http::HeaderMap;
use http::header::ACCEPT;

/// The offer that `Accept` prefers, the first of equals; `None`: none of them will do.
pub(super) fn preferred<'o>(headers: &HeaderMap, offers: &[&'o str]) -> Option<&'o str> {
    let fields: Vec<&str> =
        headers.get_all(ACCEPT).iter().filter_map(|it| it.to_str().ok()).collect();
    let ranges: Vec<Range> = fields.iter().flat_map(|it| it.split(',')).filter_map(read).collect();
    if ranges.is_empty() {
        return offers.first().copied();
    }
    let weighed = offers.iter().map(|offer| (*offer, quality(&ranges, offer)));
    let mut best: Option<(&str, f32)> = None;
    for (offer, quality) in weighed.filter(|(_, quality)| *quality > 0.0) {
        if best.is_none_or(|(_, other)| quality > other) {
            best = Some((offer, quality));
        }
    }
    best.map(|(offer, _)| offer)
}

/// One of the media ranges, without parameters but for its weight.
struct Range {
    name: String,
    quality: f32,
}

fn read(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| name.contains('/'))?.to_ascii_lowercase();
    let weight = parts.find_map(|it| it.strip_prefix("q=").or_else(|| it.strip_prefix("Q=")));
    Some(Range { name, quality: weight.map_or(1.0, |it| it.parse().unwrap_or(0.0)) })
}

/// What the most specific range that fits says of an offer.
fn quality(ranges: &[Range], offer: &str) -> f32 {
    let main = offer.split('/').next().unwrap_or_default();
    let names = [offer.to_owned(), format!("{main}/*"), "*/*".to_owned()];
    let mut fitting = names.iter().filter_map(|name| ranges.iter().find(|it| it.name == *name));
    fitting.next().map_or(0.0, |range| range.quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(ACCEPT, accept.parse().expect("a field"));
        }
        assert_eq!(
            preferred(&headers, &["text/csv", "application/x-ndjson"]),
            expected,
            "{accept}"
        );
    }

    #[test]
    fn the_most_specific_range_decides() {
        check("", Some("text/csv"));
        check("*/*", Some("text/csv"));
        check("application/x-ndjson", Some("application/x-ndjson"));
        check("text/csv;q=0.5, application/*", Some("application/x-ndjson"));
        check("text/csv;q=0, */*", Some("application/x-ndjson"));
        check("image/png", None);
        check("text/csv;q=0", None);
    }
}
