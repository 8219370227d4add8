//! References as RFC 3986 has them, and the URIs that documents give themselves.

use serde_json::Value;

/// OAS 3.2.0 §4.1: `$self`, the URI of a document, without a fragment. Earlier versions don't have it.
pub(super) fn self_uri(document: &Value) -> Option<&str> {
    let version = document.get("openapi")?.as_str()?;
    let uri = document.get("$self").filter(|_| version.starts_with("3.2"))?.as_str()?;
    let uri = uri.split('#').next().unwrap_or_default();
    (!uri.is_empty()).then_some(uri)
}

/// A reference seen from a base (RFC 3986 §5.2), for the URLs that documents have: without a query.
pub(crate) fn join(base: &str, reference: &str) -> String {
    if reference.contains("://") || reference.starts_with("urn:") {
        return reference.to_owned();
    }
    let authority = base.find("://").map_or(0, |scheme| {
        let path = base[scheme + 3..].find('/');
        path.map_or(base.len(), |path| scheme + 3 + path)
    });
    let (authority, path) = base.split_at(authority);
    let folder = path.rfind('/').map_or("", |end| &path[..=end]);
    let path = match reference.strip_prefix('/') {
        Some(_) => reference.to_owned(),
        None if folder.is_empty() && !authority.is_empty() => format!("/{reference}"),
        None => format!("{folder}{reference}"),
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if segments.len() > 1 => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    format!("{authority}{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_relative_to_the_resource_around_them() {
        for (base, reference, expected) in [
            ("", "a.json", "a.json"),
            ("http://h/a/b", "c", "http://h/a/c"),
            ("http://h/a/b", "./c", "http://h/a/c"),
            ("http://h/a/b", "../c", "http://h/c"),
            ("http://h/a/b", "/c", "http://h/c"),
            ("http://h", "c", "http://h/c"),
            ("http://h/a", "urn:b", "urn:b"),
            ("http://h/a", "https://i/b", "https://i/b"),
        ] {
            assert_eq!(join(base, reference), expected, "{base} {reference}");
        }
    }
}
