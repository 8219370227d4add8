//! Paths and operations.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use super::structure;
use crate::Finding;
use crate::model::{
    Location, Method, MethodToken, Operation, Parameter, PathPart, PathTemplate, RequestBody,
    SecurityScheme, Server, Version,
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
            let template = PathTemplate::parse(path);
            let (item, trouble) = self.attempt(|this| {
                this.check_path(&template, &node);
                this.follow_to_object(&node)
            });
            match item {
                Some(item) => {
                    for read in self.read_path_item(&template, &item, trouble, schemes) {
                        self.keep(read, &template, &mut operations);
                    }
                }
                None => self.unread(&node, &template, None, trouble),
            }
        }
        operations
    }

    /// OAS 3.0.3 §4.7.8.1: a path begins with a slash. No request has a brace that is none of a template (RFC 3986 §3.3), or
    /// two values for one parameter.
    fn check_path(&mut self, path: &PathTemplate, node: &Node<'d>) {
        if !path.text.starts_with('/') {
            let message = format!("path `{path}` does not begin with a slash");
            self.report(Finding::error("malformed-path", node.at.clone(), message));
        }
        let has_brace = |part: &PathPart| match part {
            PathPart::Literal(text) => text.contains(['{', '}']),
            PathPart::Parameter(_) => false,
        };
        if path.segments.iter().flatten().any(has_brace) {
            let message = format!("path `{path}` has a brace without its other half");
            let help = "close it; a brace that is meant is written `%7B` or `%7D`";
            self.report(Finding::error("malformed-path", node.at.clone(), message).help(help));
        }
        let mut seen = HashSet::new();
        if let Some(name) = path.parameters().find(|name| !seen.insert(*name)) {
            let message = format!("path parameter `{name}` stands twice in `{path}`");
            let help = "give each place a parameter of its own";
            let finding = Finding::error("repeated-path-parameter", node.at.clone(), message);
            self.report(finding.help(help));
        }
    }

    fn keep(&mut self, read: Read<'d>, path: &PathTemplate, operations: &mut Vec<Operation>) {
        let Read { node, method, operation, mut trouble } = read;
        let Some(mut operation) = operation else {
            return self.unread(&node, path, Some(method), trouble);
        };
        let ((), own) = self.attempt(|this| this.check_path_parameters(&mut operation));
        trouble = trouble.or(own);
        self.trouble_in_operation(operations.len(), trouble);
        operations.push(operation);
    }

    /// The object behind a chain of references.
    pub(super) fn follow_to_object(&mut self, node: &Node<'d>) -> Option<Node<'d>> {
        let (node, _) = self.follow(node.clone())?;
        if !node.value.is_object() {
            self.wrong_type(&node, "an object");
            return None;
        }
        Some(node)
    }

    /// Reads each operation of a path item; what is wrong around them touches all.
    pub(super) fn read_path_item(
        &mut self,
        path: &PathTemplate,
        item: &Node<'d>,
        around: Option<Finding>,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> Vec<Read<'d>> {
        self.check_object(item, &structure::PATH_ITEM);
        let (shared, trouble) = self.attempt(|this| this.read_shared(item));
        let around = around.or(trouble);
        let mut read = Vec::new();
        for (method, node, trouble) in self.methods(item) {
            if trouble.is_some() {
                read.push(Read { node, method, operation: None, trouble });
                continue;
            }
            let (operation, trouble) = self.attempt(|this| {
                let node = this.follow_to_object(&node)?;
                let mut operation = this.read_operation(method, path, &node, schemes);
                shared.complete(&mut operation);
                this.check_query_strings(&operation.parameters);
                Some(operation)
            });
            let trouble = trouble.or_else(|| around.clone());
            read.push(Read { node, method, operation, trouble });
        }
        read
    }

    /// The operations of a path item, in the document's order, as everything else; with what is wrong with the key.
    fn methods(&mut self, item: &Node<'d>) -> Vec<(Method, Node<'d>, Option<Finding>)> {
        let mut methods = Vec::new();
        for (key, node) in item.members() {
            if key == "additionalOperations" && self.version >= Version::V3_2 {
                for (name, node) in node.members().filter(|(name, _)| !name.starts_with("x-")) {
                    let (method, trouble) = self.attempt(|this| this.read_method(name, &node));
                    methods.extend(method.map(|method| (method, node, trouble)));
                }
            }
            let known = Method::ALL.into_iter().find(|method| method.as_key() == key);
            let known = known.filter(|it| *it != Method::Query || self.version >= Version::V3_2);
            methods.extend(known.map(|method| (method, node, None)));
        }
        methods
    }

    /// OAS 3.2.0 §4.9: the key is the method as on the wire, and none of those that have a field.
    fn read_method(&mut self, name: &str, node: &Node<'d>) -> Option<Method> {
        let method = Method::parse(name);
        let (message, help) = match method {
            Some(Method::Other(_)) => return method,
            Some(method) => (
                format!("`additionalOperations` must not have `{name}`"),
                format!("move it to `{}` of the path item", method.as_key()),
            ),
            None => (
                format!("`{name}` can't be a method"),
                format!("use a token of RFC 9110 §5.6.2, of at most {} bytes", MethodToken::MAX),
            ),
        };
        self.report(Finding::error("malformed-method", node.at.clone(), message).help(help));
        method
    }

    fn read_shared(&mut self, item: &Node<'d>) -> Shared {
        Shared { parameters: self.read_parameters(item), servers: self.read_servers(item) }
    }

    fn read_operation(
        &mut self,
        method: Method,
        path: &PathTemplate,
        node: &Node<'d>,
        schemes: &IndexMap<String, SecurityScheme>,
    ) -> Operation {
        self.check_object(node, &structure::OPERATION);
        let id = self.string(node, "operationId").filter(|id| !id.is_empty());
        let description = self.text(node, "description");
        Operation {
            id_is_written: id.is_some(),
            doubled_id: None,
            id: id.unwrap_or_default(),
            method,
            path: path.clone(),
            tags: self.set_aside(|this| this.strings(node, "tags")),
            summary: self.text(node, "summary"),
            told: description.clone(),
            goes_by_others: false,
            description,
            deprecated: self.mark(node, "deprecated"),
            parameters: self.read_parameters(node),
            body: self.read_body(node),
            responses: self.read_responses(node),
            envelope: None,
            security: self.read_security(node, schemes),
            servers: self.read_servers(node),
            callbacks: self.read_callbacks(node, schemes),
            extensions: node.extensions(),
            origin: node.at.clone(),
        }
    }

    fn read_body(&mut self, operation: &Node<'d>) -> Option<RequestBody> {
        let written = operation.get("requestBody")?;
        let description = self.said_beside(&written, "description");
        let node = self.follow_to_object(&written)?;
        let mut body = self.read_request_body(&node);
        body.description = description.or(body.description);
        Some(body)
    }

    pub(super) fn read_request_body(&mut self, node: &Node<'d>) -> RequestBody {
        self.check_object(node, &structure::REQUEST_BODY);
        RequestBody {
            required: self.flag(node, "required"),
            description: self.text(node, "description"),
            content: self.read_content(node),
            origin: node.at.clone(),
        }
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
                self.report(finding.help(help));
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
                self.report_mended(finding.help("remove it, or put it into the path in braces"));
            }
            used
        });
    }
}

/// What came of reading one operation of a path item.
pub(super) struct Read<'d> {
    /// Where it, or a reference to it, stands.
    pub(super) node: Node<'d>,
    pub(super) method: Method,
    pub(super) operation: Option<Operation>,
    pub(super) trouble: Option<Finding>,
}

/// What the operations of a path item have in common.
struct Shared {
    parameters: Vec<Parameter>,
    servers: Vec<Server>,
}

impl Shared {
    /// Gives an operation what it doesn't say itself; it replaces parameters by name and location.
    fn complete(&self, operation: &mut Operation) {
        let own = std::mem::take(&mut operation.parameters);
        let same = |a: &Parameter, b: &Parameter| a.name == b.name && a.location == b.location;
        let inherited =
            self.parameters.iter().filter(|shared| !own.iter().any(|own| same(shared, own)));
        operation.parameters = inherited.cloned().collect();
        operation.parameters.extend(own);
        if operation.servers.is_empty() {
            operation.servers.clone_from(&self.servers);
        }
    }
}
