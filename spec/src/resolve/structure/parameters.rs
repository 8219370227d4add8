//! What a table can't say of parameters and headers: which fields and names go with which location.

use super::super::Resolver;
use super::super::node::Node;
use super::{HEADER, PARAMETER};
use crate::Finding;
use crate::model::{Location, Parameter, Style, Version};

impl<'d> Resolver<'d> {
    /// A name that nobody could send.
    pub(in crate::resolve) fn check_parameter_name(
        &mut self,
        node: &Node<'d>,
        name: &str,
        location: Location,
    ) {
        match location {
            Location::Header => {
                self.check_header_name(name, &node.get("name").unwrap_or(node.clone()))
            }
            Location::Path if name.contains(['{', '}']) => {
                let message = format!("`{name}` can't be the name of a path parameter");
                let finding = Finding::error("malformed-name", node.at.child("name"), message);
                let clause = PARAMETER.clause(self.version);
                self.report(finding.help(format!("use no braces in it ({clause})")));
            }
            _ => {}
        }
    }

    /// RFC 9110 §5.1: the name of a field is a token.
    pub(in crate::resolve) fn check_header_name(&mut self, name: &str, at: &Node<'d>) {
        if !is_token(name) {
            let message = format!("`{name}` can't be the name of a header");
            let finding = Finding::error("malformed-name", at.at.clone(), message);
            self.report(finding.help("use letters, digits and `-` (RFC 9110 §5.1)"));
        }
    }

    /// `allowReserved`, where it has an effect.
    pub(in crate::resolve) fn read_allow_reserved(
        &mut self,
        node: &Node<'d>,
        location: Location,
        style: Style,
    ) -> bool {
        let allowed = self.flag(node, "allowReserved");
        let fits = match location {
            Location::Query => true,
            Location::Path => self.version >= Version::V3_2,
            Location::Cookie => self.version >= Version::V3_2 && style == Style::Form,
            Location::Header | Location::QueryString => false,
        };
        // A header object has no such field at all: its table says so.
        if !fits && self.version >= Version::V3_1 && node.has("allowReserved") && node.has("in") {
            let clause = PARAMETER.clause(self.version);
            let message = format!("`allowReserved` has no effect on this {location} parameter");
            let at = node.at.child("allowReserved");
            let finding = Finding::error("misplaced-field", at, message);
            self.report_mended(finding.help(format!("remove it ({clause})")));
        }
        allowed && fits
    }

    /// `content` of a parameter or a header says one media type.
    pub(in crate::resolve) fn check_one_content(&mut self, node: &Node<'d>) {
        let content =
            node.get("content").filter(|content| content.object().is_some_and(|c| c.len() != 1));
        let Some(content) = content else { return };
        let object = if node.has("in") { &PARAMETER } else { &HEADER };
        let message = format!("`content` of {} must have one media type", object.what());
        let finding = Finding::error("content-of-parameter", content.at, message);
        self.report(finding.help(object.clause(self.version)));
    }

    /// OAS 3.2.0 §4.12.1: the query string as a whole is a parameter of its own, or it has parameters.
    pub(in crate::resolve) fn check_query_strings(&mut self, parameters: &[Parameter]) {
        let mut whole = parameters.iter().filter(|p| p.location == Location::QueryString);
        let Some(first) = whole.next() else { return };
        let parts = parameters.iter().filter(|p| p.location == Location::Query);
        for other in whole.chain(parts) {
            let message = format!(
                "parameter `{}` takes the whole query string, so there can't be {} parameter `{}`",
                first.name, other.location, other.name
            );
            let finding = Finding::error("conflicting-query-string", other.origin.clone(), message);
            let finding = finding.also(first.origin.clone());
            self.report(finding.help("describe all of the query in one of the two ways"));
        }
    }
}

/// RFC 9110 §5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !text.is_empty() && text.chars().all(fits)
}
