//! Where an answer leads: a URI reference in it, as the target of the next request.

use url::Url;

/// The request target behind the base URL that a reference leads to, from the URL of the answer that has it.
///
/// # Errors
/// Why it is not followed, for people: a reference that can't be read, or that leads to another server, to which nothing
/// is sent.
pub(super) fn target(reference: &str, from: &str, base: &str) -> Result<String, String> {
    let elsewhere = || format!("`{reference}` leads away from the target, and isn't followed");
    let read = |text: &str| Url::parse(text).map_err(|error| format!("`{text}`: {error}"));
    let (from, base) = (read(from)?, read(base)?);
    let there = from.join(reference).map_err(|error| format!("`{reference}`: {error}"))?;
    if there.origin() != base.origin() || !there.username().is_empty() {
        return Err(elsewhere());
    }
    let root = base.path().trim_end_matches('/');
    let path = there.path().strip_prefix(root).filter(|path| path.starts_with('/'));
    let path = path.ok_or_else(elsewhere)?;
    Ok(match there.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_targets_behind_the_base() {
        let (from, base) = ("http://h:1/api/pets?a=b", "http://h:1/api");
        for (reference, expected) in [
            ("/api/pets/1", "/pets/1"),
            ("pets/1", "/pets/1"),
            ("http://h:1/api/pets/1?x=y#z", "/pets/1?x=y"),
            ("//h:1/api/pets/1", "/pets/1"),
        ] {
            assert_eq!(target(reference, from, base).as_deref(), Ok(expected), "{reference}");
        }
        for elsewhere in [
            "/pets/1",
            "https://h:1/api/pets/1",
            "http://i/api/pets/1",
            "/apis",
            "http://u@h:1/api/p",
        ] {
            assert!(target(elsewhere, from, base).is_err(), "{elsewhere}");
        }
        assert_eq!(target("/pets/1", "http://h/pets", "http://h").as_deref(), Ok("/pets/1"));
    }
}
