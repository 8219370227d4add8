//! Which operations are meant: by id, tag, method or path.
//!
//! The same patterns stand in a profile (`allow`, `creates`, `exclude`, `only`) and behind the flags of the same names:
//!
//! | pattern | means |
//! | --- | --- |
//! | `*` | every operation |
//! | `deletePet`, `delete*` | operation ids, `*` standing for any text |
//! | `tag:admin` | the operations with this tag |
//! | `DELETE` | the operations of this method |
//! | `/pets/{id}`, `/pets/*` | the operations on a path, as the contract writes it |
//! | `PUT /settings` | both |

use std::fmt;
use std::str::FromStr;

use spec::model::{Contract, Method, Operation, Status};

/// What one pattern means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Id(String),
    Tag(String),
    Route { method: Option<Method>, path: Option<String> },
}

impl Pattern {
    /// Whether an operation is meant.
    #[must_use]
    pub fn matches(&self, operation: &Operation) -> bool {
        match &self.kind {
            Kind::Id(id) => glob(id, &operation.id),
            Kind::Tag(tag) => operation.tags.iter().any(|one| glob(tag, one)),
            Kind::Route { method, path } => {
                method.is_none_or(|method| method == operation.method)
                    && path.as_ref().is_none_or(|path| glob(path, &operation.path.text))
            }
        }
    }
}

impl Pattern {
    /// The one operation id that it is, where it has no `*`.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        match &self.kind {
            Kind::Id(id) if !id.contains('*') => Some(id),
            Kind::Id(_) | Kind::Tag(_) | Kind::Route { .. } => None,
        }
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let written = text.trim();
        if written.is_empty() {
            return Err("expected an operation id, `tag:NAME`, a method or a path".to_owned());
        }
        let (first, rest) = written.split_once(' ').unwrap_or((written, ""));
        let kind = if let Some(tag) = written.strip_prefix("tag:") {
            Kind::Tag(tag.to_owned())
        } else if written.starts_with('/') {
            Kind::Route { method: None, path: Some(written.to_owned()) }
        } else if let Some(method) = method(first) {
            let path = rest.trim();
            if !path.is_empty() && !path.starts_with(['/', '*']) {
                return Err(format!("`{path}` is no path: expected `{first} /path`"));
            }
            Kind::Route { method: Some(method), path: (!path.is_empty()).then(|| path.to_owned()) }
        } else {
            Kind::Id(written.to_owned())
        };
        Ok(Self { written: written.to_owned(), kind })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Methods are written in capitals, so that an operation may be called `get`.
fn method(text: &str) -> Option<Method> {
    Method::ALL.into_iter().find(|method| method.as_str() == text)
}

/// Whether a text is like a pattern in which `*` stands for any text.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let mut starts = rest.char_indices().map(|(start, _)| start).chain([rest.len()]);
    starts.any(|start| glob(after, &rest[start..]))
}

/// Several patterns: an operation is meant when any of them means it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns(pub Vec<Pattern>);

impl Patterns {
    /// Every operation is meant.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Pattern { written: "*".to_owned(), kind: Kind::Id("*".to_owned()) }])
    }

    /// Whether an operation is meant.
    #[must_use]
    pub fn matches(&self, operation: &Operation) -> bool {
        self.0.iter().any(|pattern| pattern.matches(operation))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Operations, or a cell of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// An operation's id; where no operation is called so, a pattern.
    pub operation: String,
    /// One of the documented statuses.
    pub status: Option<Status>,
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // An operation id may contain colons itself.
        let status = text.rsplit_once(':').and_then(|(operation, status)| {
            status.parse().ok().map(|status| (operation, Some(status)))
        });
        let (operation, status) = status.unwrap_or((text, None));
        if operation.is_empty() {
            return Err(
                "expected an operation id or a pattern, perhaps with `:` and a status".to_owned()
            );
        }
        Ok(Self { operation: operation.to_owned(), status })
    }
}

impl Selector {
    /// Whether a cell is meant.
    #[must_use]
    pub fn matches(&self, contract: &Contract, operation_id: &str, status: Status) -> bool {
        self.status.is_none_or(|one| one == status) && self.means(contract, operation_id)
    }

    /// Whether an operation is meant: by its id where there is one of that id, else by a pattern.
    #[must_use]
    pub fn means(&self, contract: &Contract, operation_id: &str) -> bool {
        if contract.operation(&self.operation).is_some() {
            return self.operation == operation_id;
        }
        let Ok(pattern) = self.operation.parse::<Pattern>() else { return false };
        contract.operation(operation_id).is_some_and(|operation| pattern.matches(operation))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "{}:{status}", self.operation),
            None => f.write_str(&self.operation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Vec<Operation> {
        const TEXT: &str = "
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    get: { operationId: listPets, tags: [pets], responses: { '200': { description: All. } } }
  /pets/{id}:
    delete:
      operationId: deletePet
      tags: [pets, admin]
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: Gone. } }
";
        let reading =
            spec::read(std::path::Path::new("a.yaml"), &spec::Memory::one("a.yaml", TEXT));
        reading.contract.expect("a contract").operations
    }

    #[track_caller]
    fn check(pattern: &str, expected: &[&str]) {
        let pattern: Pattern = pattern.parse().expect("a pattern");
        let operations = operations();
        let met: Vec<_> = operations.iter().filter(|one| pattern.matches(one)).collect();
        let met: Vec<_> = met.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(met, expected, "{pattern}");
    }

    #[test]
    fn operations_are_meant_by_id_tag_method_and_path() {
        check("*", &["listPets", "deletePet"]);
        check("deletePet", &["deletePet"]);
        check("*Pets", &["listPets"]);
        check("delete", &[]);
        check("tag:admin", &["deletePet"]);
        check("DELETE", &["deletePet"]);
        check("GET /pets*", &["listPets"]);
        check("/pets/*", &["deletePet"]);
        check("/pets", &["listPets"]);
        check("POST /pets", &[]);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert!("".parse::<Pattern>().is_err());
        assert!("GET pets".parse::<Pattern>().is_err());
    }
}
