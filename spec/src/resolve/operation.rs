//! Paths and operations.

use indexmap::IndexMap;
use serde_json::Value;

use super::Resolver;
use super::keywords;
use super::node::Node;
use crate::Finding;
use crate::model::{
    Location, Method, Operation, Parameter, PathTemplate, RequestBody, SecurityScheme,
};

impl<'d> Resolver<'d> {
    pub(super) fn read_paths(
        &mut self,
        root: &Node<'d>,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> Vec<Operation> {
        let Some(paths) = self.map(root, "paths") else { return Vec::new() };
        let mut operations = Vec::new();
        for (path, node) in paths.members().filter(|(path, _)| !path.starts_with("x-")) {
            if !path.starts_with('/') {
                let message = format!("path `{path}` does not begin with a slash");
                self.report(Finding::error("malformed-path", node.at.clone(), message));
            }
            let Some((item, _)) = self.follow(node) else { continue };
            self.read_path_item(path, &item, schemes, &mut operations);
        }
        operations
    }

    fn read_path_item(
        &mut self,
        path: &str,
        item: &Node<'d>,
        schemes: &IndexMap<String, SecurityScheme>,
        operations: &mut Vec<Operation>,
    ) {
        if !item.value.is_object() {
            return self.wrong_type(item, "an object");
        }
        self.check_keywords(item, keywords::PATH_ITEM);
        let template = PathTemplate::parse(path);
        let shared = self.read_parameters(item);
        let servers = self.read_servers(item);
        // In the document's order, as everything else.
        for (key, node) in item.members() {
            let method = Method::ALL.into_iter().find(|method| method.as_key() == key);
            let Some(method) = method else { continue };
            let Some((node, _)) = self.follow(node) else { continue };
            let mut operation = self.read_operation(method, &template, &node, schemes);
            operation.parameters = override_parameters(&shared, operation.parameters);
            if operation.servers.is_empty() {
                operation.servers.clone_from(&servers);
            }
            self.check_path_parameters(&mut operation);
            operations.push(operation);
        }
    }

    fn read_operation(
        &mut self,
        method: Method,
        path: &PathTemplate,
        node: &Node<'d>,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> Operation {
        self.check_keywords(node, keywords::OPERATION);
        let id = self.string(node, "operationId").filter(|id| !id.is_empty());
        if let Some(callbacks) =
            node.get("callbacks").filter(|n| n.value != &Value::Object(Default::default()))
        {
            let message = "callbacks are set aside: no operation is made of them";
            self.report(Finding::note("callbacks-set-aside", callbacks.at, message));
        }
        Operation {
            id_is_written: id.is_some(),
            id: id.unwrap_or_default(),
            method,
            path: path.clone(),
            tags: self.strings(node, "tags"),
            summary: self.string(node, "summary"),
            description: self.string(node, "description"),
            deprecated: self.flag(node, "deprecated"),
            parameters: self.read_parameters(node),
            body: self.read_body(node),
            responses: self.read_responses(node),
            security: self.read_security(node, schemes),
            servers: self.read_servers(node),
            extensions: node.extensions(),
            origin: node.at.clone(),
        }
    }

    fn read_body(&mut self, operation: &Node<'d>) -> Option<RequestBody> {
        let (node, _) = self.follow(operation.get("requestBody")?)?;
        if !node.value.is_object() {
            self.wrong_type(&node, "an object");
            return None;
        }
        self.check_keywords(&node, keywords::REQUEST_BODY);
        Some(RequestBody {
            required: self.flag(&node, "required"),
            description: self.string(&node, "description"),
            content: self.read_content(&node),
            origin: node.at,
        })
    }

    /// OAS 3.0.3 §4.7.12.1: each name in the template has a path parameter, and the other way round.
    fn check_path_parameters(&mut self, operation: &mut Operation) {
        for name in operation.path.parameters() {
            if operation.parameter(Location::Path, name).is_none() {
                let message =
                    format!("path parameter `{name}` of `{}` is not declared", operation.path);
                let help = format!("add a parameter with `in: path` and `name: {name}`");
                let finding =
                    Finding::error("undeclared-path-parameter", operation.origin.clone(), message);
                self.findings.push(finding.help(help));
            }
        }
        let names: Vec<_> = operation.path.parameters().map(str::to_owned).collect();
        operation.parameters.retain(|parameter| {
            let used = parameter.location != Location::Path || names.contains(&parameter.name);
            if !used {
                let message = format!(
                    "path parameter `{}` does not occur in `{}`",
                    parameter.name, operation.path
                );
                let finding =
                    Finding::error("unused-path-parameter", parameter.origin.clone(), message);
                self.findings.push(finding.help("remove it, or put it into the path in braces"));
            }
            used
        });
    }
}

/// The path item's parameters, each replaced by the operation's of the same name and location.
fn override_parameters(shared: &[Parameter], own: Vec<Parameter>) -> Vec<Parameter> {
    let same = |a: &Parameter, b: &Parameter| a.name == b.name && a.location == b.location;
    let inherited = shared.iter().filter(|shared| !own.iter().any(|own| same(shared, own)));
    let mut all: Vec<_> = inherited.cloned().collect();
    all.extend(own);
    all
}
