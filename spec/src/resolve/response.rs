//! Responses and links.

use indexmap::IndexMap;

use super::Resolver;
use super::node::Node;
use super::structure;
use crate::Finding;
use crate::model::{Link, LinkTarget, Response, Status, Version};

impl<'d> Resolver<'d> {
    pub(super) fn read_responses(&mut self, operation: &Node<'d>) -> IndexMap<Status, Response> {
        // 3.1 no longer asks for them (OAS 3.1 §4.8.10).
        let holder = match self.version {
            Version::V3_0 => self.required(operation, "responses"),
            Version::V3_1 | Version::V3_2 => operation.get("responses"),
        };
        let Some(holder) = holder else { return IndexMap::new() };
        if !holder.value.is_object() {
            self.wrong_type(&holder, "an object");
        }
        let mut responses = IndexMap::new();
        for (key, node) in holder.members().filter(|(key, _)| !key.starts_with("x-")) {
            let Ok(status) = key.parse::<Status>() else {
                let message = format!("`{key}` is not a status");
                let finding = Finding::error("unknown-status", node.at.clone(), message);
                self.report(finding.help("expected 100 to 599, a range like `4XX`, or `default`"));
                continue;
            };
            let description = self.said_beside(&node, "description");
            // Responses have summaries from OAS 3.2 on.
            let is_newer = self.version >= Version::V3_2;
            let summary = self.said_beside(&node, "summary").filter(|_| is_newer);
            let Some((node, component)) = self.follow(node) else { continue };
            if !node.value.is_object() {
                self.wrong_type(&node, "an object");
                continue;
            }
            let mut response = self.read_response(status, component, &node);
            response.summary = summary.or(response.summary);
            response.description = description.unwrap_or(response.description);
            responses.insert(status, response);
        }
        if responses.is_empty() && holder.members().next().is_none() {
            let message = "this operation documents no response";
            self.report(Finding::warning("no-response", holder.at, message));
        }
        responses
    }

    pub(super) fn read_response(
        &mut self,
        status: Status,
        component: Option<String>,
        node: &Node<'d>,
    ) -> Response {
        self.check_object(node, &structure::RESPONSE);
        Response {
            status,
            component,
            summary: self.newer_text(node, "summary"),
            description: self.text(node, "description").unwrap_or_default(),
            headers: self.read_headers(node),
            content: self.read_content(node),
            links: self.read_links(node),
            extensions: node.extensions(),
            origin: node.at.clone(),
        }
    }

    pub(super) fn read_headers(
        &mut self,
        holder: &Node<'d>,
    ) -> IndexMap<String, crate::model::Header> {
        let Some(headers) = self.map(holder, "headers") else { return IndexMap::new() };
        let mut read = IndexMap::new();
        // OAS 3.0.3 §4.7.17.1: a response header named Content-Type is ignored.
        let named =
            headers.members().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        for (name, node) in named {
            let description = self.said_beside(&node, "description");
            let Some(node) = self.follow_to_object(&node) else { continue };
            self.check_header_name(name, &node);
            let mut header = self.read_header(&node);
            header.description = description.or(header.description);
            read.insert(name.to_owned(), header);
        }
        read
    }

    fn read_links(&mut self, response: &Node<'d>) -> IndexMap<String, Link> {
        let Some(links) = self.map(response, "links") else { return IndexMap::new() };
        let mut read = IndexMap::new();
        for (name, node) in links.members() {
            let description = self.said_beside(&node, "description");
            let Some(node) = self.follow_to_object(&node) else { continue };
            if let Some(mut link) = self.read_link(&node) {
                link.description = description.or(link.description);
                read.insert(name.to_owned(), link);
            }
        }
        read
    }

    pub(super) fn read_link(&mut self, node: &Node<'d>) -> Option<Link> {
        let link = self.typed::<openapiv3::Link>(node, &structure::LINK)?;
        let target = match link.operation {
            // Which operations there are is known only at the end: see `names`.
            openapiv3::LinkOperation::OperationId(id) => LinkTarget::Operation(id),
            openapiv3::LinkOperation::OperationRef(reference) => LinkTarget::Unknown(reference),
        };
        Some(Link {
            target,
            parameters: link.parameters,
            body: link.request_body,
            description: link.description,
            origin: node.at.clone(),
        })
    }
}
