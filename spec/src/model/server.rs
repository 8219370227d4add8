//! Where an API is served.

use indexmap::IndexMap;

use super::operation::{PathPart, parse_segment};

/// OAS 3.0.3 §4.7.5.
#[derive(Debug, Clone)]
pub struct Server {
    /// What tools call the server (from OAS 3.2).
    pub name: Option<String>,
    /// The URL, with `{variables}`, perhaps relative to where the document is served.
    pub url: String,
    /// What the server is.
    pub description: Option<String>,
    /// The variables of the URL.
    pub variables: IndexMap<String, ServerVariable>,
}

impl Server {
    /// The URL, taken apart. A variable that isn't declared is the text that it is written as.
    #[must_use]
    pub fn parts(&self) -> Vec<PathPart> {
        let mut parts = parse_segment(&self.url);
        for part in &mut parts {
            if let PathPart::Parameter(name) = part
                && !self.variables.contains_key(name.as_str())
            {
                *part = PathPart::Literal(format!("{{{name}}}"));
            }
        }
        parts
    }

    /// The URL, with the default of each variable in its place.
    #[must_use]
    pub fn url_by_default(&self) -> String {
        let parts = self.parts().into_iter().map(|part| match part {
            PathPart::Literal(text) => text,
            PathPart::Parameter(name) => self.variables[&name].default.clone(),
        });
        parts.collect()
    }

    /// The path of that URL, from its first slash to before its last; `None`: the root.
    pub(super) fn path(&self) -> Option<String> {
        let url = self.url_by_default();
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let behind_scheme = url.split_once("//").map(|(_, rest)| rest);
        let path = match behind_scheme {
            Some(rest) => rest.find('/').map_or("", |path| &rest[path..]),
            None => url,
        };
        let path = path.trim_matches('/');
        let path = path.strip_prefix("./").unwrap_or(path);
        (!path.is_empty() && path != ".").then(|| format!("/{path}"))
    }
}

/// OAS 3.0.3 §4.7.6.
#[derive(Debug, Clone)]
pub struct ServerVariable {
    /// The value that is used where none is given.
    pub default: String,
    /// The values that are allowed; empty: any.
    pub values: Vec<String>,
    /// What the variable is.
    pub description: Option<String>,
}
