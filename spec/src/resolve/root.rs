//! The root of a document: version, info, servers, tags, components, paths.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use super::structure;
use crate::model::{Contract, Info, Schemas, Tag, Version};
use crate::{FileId, Finding};

impl<'d> Resolver<'d> {
    /// `None`, with a finding, where this isn't an OpenAPI document that we read.
    pub(super) fn read_version(&mut self, root: &Node<'d>) -> Option<Version> {
        if let Some(swagger) = root.get("swagger") {
            let message = "this is a Swagger 2.0 document, expected OpenAPI 3.0, 3.1 or 3.2";
            let help = "convert it to OpenAPI 3.0 first";
            self.report(Finding::error("unsupported-version", swagger.at, message).help(help));
            return None;
        }
        let Some(node) = root.get("openapi") else {
            let message = "this is not an OpenAPI document: it has no member `openapi`";
            let help = "begin it with `openapi: 3.0.3` (or 3.1.0, 3.2.0)";
            self.report(Finding::error("not-openapi", root.at.clone(), message).help(help));
            return None;
        };
        let text = self.string(root, "openapi")?;
        let known = [Version::V3_0, Version::V3_1, Version::V3_2].into_iter().find(|version| {
            let rest = text.strip_prefix(&version.to_string());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        if known.is_none() {
            let message = format!("OpenAPI `{text}` is not supported, expected 3.0.x to 3.2.x");
            self.report(Finding::error("unsupported-version", node.at, message));
        }
        known
    }

    pub(super) fn read_root(&mut self, root: &Node<'d>) -> Contract {
        self.check_object(root, &structure::ROOT);
        self.check_dialect(root);
        let mut contract = Contract {
            sources: self.document.sources.clone(),
            version: self.version,
            self_uri: self.document.self_uri(FileId::ROOT).map(str::to_owned),
            info: self.read_info(root),
            servers: self.read_servers(root),
            tags: self.read_tags(root),
            operations: Vec::new(),
            left_out: Vec::new(),
            webhooks: Vec::new(),
            callbacks_left_out: Vec::new(),
            schemas: Schemas::default(),
            components: IndexMap::new(),
            security_schemes: self.read_security_schemes(root),
            extensions: root.extensions(),
        };
        contract.components = self.read_components(root);
        contract.operations = self.read_paths(root, &contract.security_schemes);
        if self.version >= Version::V3_1 {
            contract.webhooks = self.read_webhooks(root, &contract.security_schemes);
        }
        contract
    }

    /// A dialect of one's own may mean anything by its keywords.
    fn check_dialect(&mut self, root: &Node<'d>) {
        let Some(dialect) = root.get("jsonSchemaDialect") else { return };
        let Some(text) = dialect.value.as_str() else { return };
        let is_known = text.starts_with("https://spec.openapis.org/oas/3.")
            || text.trim_end_matches('#') == "https://json-schema.org/draft/2020-12/schema";
        if !is_known {
            let message =
                format!("the dialect `{text}` is not supported: schemas are read as OpenAPI's");
            let help = "say what is meant by keywords of JSON Schema 2020-12, and remove it";
            let finding = Finding::error("unsupported-dialect", dialect.at, message);
            self.report_mended(finding.help(help));
        }
    }

    fn read_info(&mut self, root: &Node<'d>) -> Info {
        let Some(node) = self.required(root, "info") else { return Info::default() };
        let Some(info) = self.typed::<openapiv3::Info>(&node, &structure::INFO) else {
            let title = self.string(&node, "title").unwrap_or_default();
            return Info { title, ..Info::default() };
        };
        Info { title: info.title, version: info.version, description: info.description }
    }

    /// OAS 3.2.0 §4.22: a parent is declared, and no tag is its own by any way. What isn't so has no parent.
    fn check_parents(&mut self, tags: &mut [Tag]) {
        let parents: HashMap<String, Option<String>> =
            tags.iter().map(|tag| (tag.name.clone(), tag.parent.clone())).collect();
        for tag in tags {
            let Some(parent) = tag.parent.clone() else { continue };
            let message = if !parents.contains_key(&parent) {
                format!("the parent `{parent}` is no declared tag")
            } else if is_own_ancestor(&tag.name, &parents) {
                format!("tag `{}` is its own parent in the end", tag.name)
            } else {
                continue;
            };
            tag.parent = None;
            let finding = Finding::error("malformed-tag", tag.origin.child("parent"), message);
            self.report_mended(finding.help(structure::TAG.clause(self.version)));
        }
    }

    fn read_tags(&mut self, root: &Node<'d>) -> Vec<Tag> {
        let Some(list) = self.array(root, "tags") else { return Vec::new() };
        let mut tags = Vec::new();
        for node in list.items() {
            if let Some(tag) = self.typed::<openapiv3::Tag>(&node, &structure::TAG) {
                tags.push(Tag {
                    name: tag.name,
                    summary: self.newer_text(&node, "summary"),
                    description: tag.description,
                    parent: self.newer_text(&node, "parent"),
                    kind: self.newer_text(&node, "kind"),
                    origin: node.at,
                });
            }
        }
        self.check_parents(&mut tags);
        tags
    }
}

/// Whether the way from parent to parent comes back; it can't be longer than there are tags.
fn is_own_ancestor(name: &str, parents: &HashMap<String, Option<String>>) -> bool {
    let next = |tag: &&String| parents.get(*tag).and_then(Option::as_ref);
    let ancestors = std::iter::successors(parents.get(name).and_then(Option::as_ref), next);
    ancestors.take(parents.len()).any(|ancestor| ancestor == name)
}
