//! Where the files lie that a `$ref` names: beside the file that it is written in, or, for a URL, where the user says
//! that a copy is.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::{normalise, percent_decode};

/// Local copies of remote documents: nothing is ever fetched.
///
/// ```
/// let references = spec::References::default()
///     .with("https://schemas.example.org/", "schemas")
///     .with("https://example.org/errors.yaml", "copies/errors.yaml");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    places: IndexMap<String, PathBuf>,
}

impl References {
    /// With a copy of the document at a URL, or, where `url` is the beginning of several, with a folder of copies. A
    /// path is as the [`Source`](crate::Source) knows it.
    #[must_use]
    pub fn with(mut self, url: impl Into<String>, place: impl Into<PathBuf>) -> Self {
        self.places.insert(url.into(), place.into());
        self
    }

    /// The file that a reference means, seen from the file it is written in; `None`: a remote one without a copy.
    pub(super) fn path(&self, from: &Path, reference: &str) -> Option<PathBuf> {
        if is_remote(reference) {
            return self.copy(reference);
        }
        let decoded = percent_decode(reference);
        Some(normalise(&from.parent().unwrap_or(Path::new("")).join(decoded)))
    }

    /// The copy of the document itself, else one in the folder of the longest beginning of its URL.
    pub(super) fn copy(&self, url: &str) -> Option<PathBuf> {
        if let Some(place) = self.places.get(url) {
            return Some(normalise(place));
        }
        let url = url.split('?').next().unwrap_or(url);
        let folders = self.places.iter();
        let folders = folders.filter_map(|(beginning, place)| Some((rest(url, beginning)?, place)));
        let (rest, place) = folders.min_by_key(|(rest, _)| rest.len())?;
        Some(normalise(&place.join(percent_decode(rest))))
    }
}

impl<U: Into<String>, P: Into<PathBuf>> FromIterator<(U, P)> for References {
    fn from_iter<I: IntoIterator<Item = (U, P)>>(places: I) -> Self {
        let places = places.into_iter().map(|(url, place)| (url.into(), place.into()));
        Self { places: places.collect() }
    }
}

/// What of a URL lies behind a beginning that ends where a segment does.
fn rest<'u>(url: &'u str, beginning: &str) -> Option<&'u str> {
    let rest = url.strip_prefix(beginning)?;
    let rest = match rest.strip_prefix('/') {
        Some(rest) => rest,
        None if beginning.ends_with('/') => rest,
        None => return None,
    };
    (!rest.is_empty()).then_some(rest)
}

fn is_remote(reference: &str) -> bool {
    reference.contains("://") || reference.starts_with("//") || reference.starts_with("urn:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_says_where_a_copy_is() {
        let references: References = [
            ("https://a.example/", "a"),
            ("https://a.example/deep", "deep"),
            ("https://a.example/one.yaml", "copies/1.yaml"),
            ("urn:x", "x.yaml"),
        ]
        .into_iter()
        .collect();
        let path = |url| references.path(Path::new("any/where.yaml"), url);
        for (url, expected) in [
            ("https://a.example/b/c.yaml", Some("a/b/c.yaml")),
            ("https://a.example/b%20c.yaml?v=1", Some("a/b c.yaml")),
            ("https://a.example/deep/c.yaml", Some("deep/c.yaml")),
            ("https://a.example/deeper/c.yaml", Some("a/deeper/c.yaml")),
            ("https://a.example/one.yaml", Some("copies/1.yaml")),
            ("https://a.example", None),
            ("https://b.example/c.yaml", None),
            ("urn:x", Some("x.yaml")),
            ("urn:y", None),
            ("../c.yaml", Some("c.yaml")),
        ] {
            assert_eq!(path(url), expected.map(PathBuf::from), "{url}");
        }
    }
}
