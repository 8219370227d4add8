//! Where the document says that the API is served (OAS 3.1.1 §4.8.5): a type for each URL with variables.

use spec::Contract;
use spec::model::{Server as Written, ServerVariable};

use super::docs::{self, code_of};
use super::order;
use crate::ir::{Server, Variable};
use crate::names::{PRELUDE, Scope, pascal, screaming, snake};

/// A description of more words than these is no name.
const WORDS: usize = 3;

pub(super) fn lower(contract: &Contract) -> Vec<Server> {
    let mut scope = Scope::with(&PRELUDE);
    contract.servers.iter().map(|server| lowered(server, &mut scope)).collect()
}

fn lowered(server: &Written, scope: &mut Scope) -> Server {
    let is_constant = server.variables.is_empty();
    let name = server.name.as_deref().or_else(|| short(server)).unwrap_or("server");
    let rust = match is_constant {
        true => screaming(name, "SERVER"),
        false => pascal(name, "Server"),
    };
    let rust = scope.take(rust);
    let mut fields = Scope::with(&[]);
    let variables = order::sorted(&server.variables).into_iter();
    let variables = variables.map(|(wire, variable)| {
        let field = fields.take(snake(wire, "variable"));
        let values = listed(variable);
        let ty = (!values.is_empty()).then(|| scope.take(rust.clone() + &pascal(wire, "Variable")));
        Variable {
            rust: field,
            wire: wire.clone(),
            default: variable.default.clone(),
            ty,
            values,
            docs: docs::docs([variable.description.as_deref()]),
        }
    });
    let variables = variables.collect();
    let said = docs::docs([server.description.as_deref()]);
    let docs = docs::with_note(said, code_of(&server.url));
    let (url, parts) = (server.url_by_default(), server.parts());
    Server { rust, url, parts, variables, docs }
}

/// A description that is a name.
fn short(server: &Written) -> Option<&str> {
    let text = server.description.as_deref()?.trim().trim_end_matches('.');
    let is_name = !text.is_empty() && text.split_whitespace().count() <= WORDS;
    is_name.then_some(text)
}

/// The values that a variable may have, by names. A default that is none of them leaves it open, as the document says two
/// things at once.
fn listed(variable: &ServerVariable) -> Vec<(String, String)> {
    if !variable.values.contains(&variable.default) {
        return Vec::new();
    }
    let mut scope = Scope::with(&["Self"]);
    let values = variable.values.iter();
    values.map(|value| (scope.take(pascal(value, "Value")), value.clone())).collect()
}
