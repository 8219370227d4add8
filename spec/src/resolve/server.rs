//! Where an API is served: the servers of a document, a path or an operation.

use super::Resolver;
use super::node::Node;
use super::structure;
use crate::Finding;
use crate::model::{PathPart, Server, ServerVariable};

impl<'d> Resolver<'d> {
    pub(super) fn read_servers(&mut self, node: &Node<'d>) -> Vec<Server> {
        let Some(list) = self.array(node, "servers") else { return Vec::new() };
        let items: Vec<_> = list.items().collect();
        items.iter().filter_map(|item| self.read_server(item)).collect()
    }

    fn read_server(&mut self, node: &Node<'d>) -> Option<Server> {
        let server = self.typed::<openapiv3::Server>(node, &structure::SERVER)?;
        self.check_variables(node);
        let variable = |(name, variable): (String, openapiv3::ServerVariable)| {
            let values = variable.enumeration;
            let description = variable.description;
            (name, ServerVariable { default: variable.default, values, description })
        };
        let variables = server.variables.unwrap_or_default().into_iter().map(variable).collect();
        let name = self.newer_text(node, "name");
        let url = server.url;
        let mut server = Server { name, url, description: server.description, variables };
        self.check_url(&mut server, node);
        Some(server)
    }

    fn check_variables(&mut self, server: &Node<'d>) {
        let Some(variables) = server.get("variables") else { return };
        for (_, variable) in variables.members() {
            self.check_object(&variable, &structure::SERVER_VARIABLE);
            let Some(values) = variable.get("enum") else { continue };
            let Some(allowed) = values.value.as_array() else { continue };
            let default = variable.get("default");
            if allowed.is_empty() {
                let message = "an empty `enum` admits no value: it is passed over";
                self.report_mended(Finding::error("empty-enum", values.at, message));
            } else if let Some(default) = default.filter(|one| !allowed.contains(one.value)) {
                let message = format!("the default {} is not among the `enum`", default.value);
                self.report_mended(Finding::error("default-outside-enum", default.at, message));
            }
        }
    }

    /// OAS 3.1.1 §4.8.5: the variables of a URL are declared, and (OAS 3.2.0 §4.6) a URL has no query and no fragment, as paths
    /// are appended to it. What isn't so stays what it is: nothing is served there. A variable that the URL doesn't have is
    /// passed over.
    fn check_url(&mut self, server: &mut Server, node: &Node<'d>) {
        let at = node.at.child("url");
        let parts = server.parts();
        let literals = parts.iter().filter_map(|part| match part {
            PathPart::Literal(text) => Some(text.as_str()),
            PathPart::Parameter(_) => None,
        });
        let literals: String = literals.collect();
        if literals.contains(['{', '}']) {
            let message = format!("the URL `{}` has a variable that is not declared", server.url);
            let help = "add it to `variables`, with a `default`";
            self.report_mended(
                Finding::error("undeclared-server-variable", at.clone(), message).help(help),
            );
        }
        if literals.contains(['?', '#']) {
            let message = "the URL of a server has a query or fragment: no path can be appended";
            let help = "end it with the path that all paths have in common";
            self.report_mended(Finding::error("malformed-server-url", at, message).help(help));
        }
        let is_used = |name: &str| {
            parts.iter().any(|part| matches!(part, PathPart::Parameter(used) if used == name))
        };
        let variables = node.at.child("variables");
        let unused: Vec<_> =
            server.variables.keys().filter(|name| !is_used(name)).cloned().collect();
        for name in unused {
            let message = format!("the variable `{name}` does not occur in `{}`", server.url);
            let help = "remove it, or put it into the URL in braces";
            let finding = Finding::error("unused-server-variable", variables.child(&name), message);
            self.report_mended(finding.help(help));
            server.variables.shift_remove(&name);
        }
    }
}
