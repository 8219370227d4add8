//! Who asks a target for `init`: header fields that were given, and the credentials whose variables are set.

use std::cell::RefCell;
use std::path::Path;

use indexmap::IndexSet;
use spec::Contract;
use spec::model::Operation;

use super::super::HeaderField;
use super::credentials;
use crate::profile::{Credential, Problem, Shown, read_text};

/// What requests can carry.
pub(super) struct Who {
    /// With every request.
    pub(super) fields: Vec<(String, String)>,
    /// By name, in the order in which they are tried.
    credentials: Vec<(String, Credential)>,
}

impl Who {
    pub(super) fn of(contract: &Contract, header: &[HeaderField]) -> Result<Self, String> {
        Self::with(contract, header, |name| std::env::var(name).ok())
    }

    fn with(
        contract: &Contract,
        header: &[HeaderField],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let field = |field: &HeaderField| (field.name.clone(), field.value.expose().to_owned());
        let unset = RefCell::new(IndexSet::new());
        let lookup = |name: &str| {
            let value = environment(name).filter(|value| !value.is_empty());
            value.or_else(|| {
                unset.borrow_mut().insert(name.to_owned());
                Some("placeholder".to_owned())
            })
        };
        let text = credentials::tables(contract);
        let read = read_text(Path::new("environment"), &text, lookup);
        let profile = read.map_err(|problems| told(&problems))?;
        let unset = unset.into_inner();
        let is_set = |name: &String| {
            let variables = profile.variables.get(name);
            variables.is_some_and(|all| !all.iter().any(|one| unset.contains(one)))
        };
        let set = profile.credentials.iter().filter(|(name, _)| is_set(name));
        Ok(Self {
            fields: header.iter().map(field).collect(),
            credentials: set.map(|(name, one)| (name.clone(), one.clone())).collect(),
        })
    }

    /// The credentials that an operation asks for, with what each shows.
    pub(super) fn for_operation<'a>(
        &'a self,
        contract: &'a Contract,
        operation: &'a Operation,
    ) -> impl Iterator<Item = (&'a str, Shown)> {
        let schemes = || operation.security.iter().flat_map(|one| one.schemes.keys());
        let fits = move |one: &Credential| schemes().any(|scheme| one.is_for(contract, scheme));
        let fitting = self.credentials.iter().filter(move |(_, one)| fits(one));
        fitting.filter_map(move |(name, one)| {
            Some((name.as_str(), one.show(contract, Some(operation), None)?))
        })
    }
}

/// What is in the environment can't be what a credential needs.
fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use spec::Memory;

    use super::*;

    const CONTRACT: &str = "
openapi: 3.0.3
info: { title: a, version: '1' }
paths:
  /a: { get: { operationId: a, security: [{ one: [] }, { two: [] }], responses: { '200': { description: a } } } }
  /b: { get: { operationId: b, security: [{ key: [] }], responses: { '200': { description: a } } } }
components:
  securitySchemes:
    one: { type: http, scheme: bearer }
    two: { type: http, scheme: bearer }
    key: { type: apiKey, in: query, name: key }
";

    #[test]
    fn credentials_whose_variables_are_set_are_shown_where_they_fit() {
        let reading = spec::read(Path::new("a.yaml"), &Memory::one("a.yaml", CONTRACT));
        let contract = reading.contract.expect("a contract");
        let set = |name: &str| (name != "ONE_TOKEN").then(|| "from-outside".to_owned());
        let who = Who::with(&contract, &[], set).expect("nobody is refused");
        let shown = |id: &str| -> Vec<(&str, Shown)> {
            let operation = contract.operation(id).expect("an operation");
            who.for_operation(&contract, operation).collect()
        };
        let names = |id| shown(id).iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!((names("a"), names("b")), (vec!["two".to_owned()], vec!["key".to_owned()]));
        assert_eq!(shown("a")[0].1.headers[0].1, "Bearer from-outside");
        assert_eq!(shown("b")[0].1.query, [("key".to_owned(), "from-outside".to_owned())]);
    }
}
