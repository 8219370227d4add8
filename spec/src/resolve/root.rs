//! The root of a document: version, info, servers, tags, components, paths.

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use crate::Finding;
use crate::model::{Contract, Info, Schemas, Server, ServerVariable, Tag, Version};

impl<'d> Resolver<'d> {
    /// `None`, with a finding, where this isn't an OpenAPI document that we read.
    pub(super) fn read_version(&mut self, root: &Node<'d>) -> Option<Version> {
        if let Some(swagger) = root.get("swagger") {
            let message = "this is a Swagger 2.0 document, expected OpenAPI 3.0 or 3.1";
            let help = "convert it to OpenAPI 3.0 first";
            self.report(Finding::error("unsupported-version", swagger.at, message).help(help));
            return None;
        }
        let Some(node) = root.get("openapi") else {
            let message = "this is not an OpenAPI document: it has no member `openapi`";
            let help = "begin it with `openapi: 3.0.3` (or 3.1.0)";
            self.report(Finding::error("not-openapi", root.at.clone(), message).help(help));
            return None;
        };
        let text = self.string(root, "openapi")?;
        if text == "3.0" || text.starts_with("3.0.") {
            return Some(Version::V3_0);
        }
        if text == "3.1" || text.starts_with("3.1.") {
            return Some(Version::V3_1);
        }
        let message = format!("OpenAPI `{text}` is not supported, expected 3.0.x or 3.1.x");
        self.report(Finding::error("unsupported-version", node.at, message));
        None
    }

    pub(super) fn read_root(&mut self, root: &Node<'d>) -> Contract {
        self.check_keywords(root, super::keywords::ROOT);
        let mut contract = Contract {
            sources: self.document.sources.clone(),
            version: self.version,
            info: self.read_info(root),
            servers: self.read_servers(root),
            tags: self.read_tags(root),
            operations: Vec::new(),
            left_out: Vec::new(),
            schemas: Schemas::default(),
            components: IndexMap::new(),
            security_schemes: self.read_security_schemes(root),
            extensions: root.extensions(),
        };
        contract.components = self.read_components(root);
        contract.operations = self.read_paths(root, &contract.security_schemes);
        if let Some(webhooks) = root.get("webhooks") {
            let message = "webhooks are set aside: no operation is made of them";
            self.report(Finding::note("webhooks-set-aside", webhooks.at, message));
        }
        contract
    }

    fn read_info(&mut self, root: &Node<'d>) -> Info {
        let Some(node) = self.required(root, "info") else { return Info::default() };
        let Some(info) = self.typed::<openapiv3::Info>(&node, "an info object") else {
            let title = self.string(&node, "title").unwrap_or_default();
            return Info { title, ..Info::default() };
        };
        Info { title: info.title, version: info.version, description: info.description }
    }

    pub(super) fn read_servers(&mut self, node: &Node<'d>) -> Vec<Server> {
        let Some(list) = self.array(node, "servers") else { return Vec::new() };
        let items: Vec<_> = list.items().collect();
        items.iter().filter_map(|item| self.read_server(item)).collect()
    }

    fn read_server(&mut self, node: &Node<'d>) -> Option<Server> {
        let server = self.typed::<openapiv3::Server>(node, "a server object")?;
        let variable = |(name, variable): (String, openapiv3::ServerVariable)| {
            let values = variable.enumeration;
            let description = variable.description;
            (name, ServerVariable { default: variable.default, values, description })
        };
        let variables = server.variables.unwrap_or_default().into_iter().map(variable).collect();
        Some(Server { url: server.url, description: server.description, variables })
    }

    fn read_tags(&mut self, root: &Node<'d>) -> Vec<Tag> {
        let Some(list) = self.array(root, "tags") else { return Vec::new() };
        let mut tags = Vec::new();
        for node in list.items() {
            if let Some(tag) = self.typed::<openapiv3::Tag>(&node, "a tag object") {
                tags.push(Tag { name: tag.name, description: tag.description, origin: node.at });
            }
        }
        tags
    }
}
