//! Parameters and headers.

use super::Resolver;
use super::node::Node;
use super::structure;
use crate::Finding;
use crate::model::{Header, Location, Parameter, ParameterShape, Style, Version};

impl<'d> Resolver<'d> {
    pub(super) fn read_parameters(&mut self, holder: &Node<'d>) -> Vec<Parameter> {
        let Some(list) = self.array(holder, "parameters") else { return Vec::new() };
        let mut parameters: Vec<Parameter> = Vec::new();
        for item in list.items() {
            let written = item.at.clone();
            let Some(node) = self.follow_to_object(&item) else { continue };
            let description = self.said_beside(&item, "description");
            let Some(mut parameter) = self.read_parameter(&node) else { continue };
            parameter.description = description.or(parameter.description);
            let twin = parameters
                .iter()
                .find(|p| p.name == parameter.name && p.location == parameter.location);
            if let Some(twin) = twin {
                let message =
                    format!("{} parameter `{}` is declared twice", twin.location, twin.name);
                let finding = Finding::error("duplicate-parameter", written, message)
                    .also(twin.origin.clone())
                    .help("remove one, or give them different `in`");
                self.report(finding);
                continue;
            }
            parameters.push(parameter);
        }
        self.check_query_strings(&parameters);
        parameters
    }

    pub(super) fn read_parameter(&mut self, node: &Node<'d>) -> Option<Parameter> {
        self.check_object(node, &structure::PARAMETER);
        self.required(node, "name")?;
        let name = self.string(node, "name")?;
        self.required(node, "in")?;
        let text = self.string(node, "in")?;
        let location = self.read_location(node, &text)?;
        if location == Location::Header && is_reserved_header(&name) {
            let message =
                format!("a header parameter named `{name}` is ignored (OAS 3.0.3 §4.7.12)");
            let finding = Finding::note("ignored-header-parameter", node.at.clone(), message);
            let help =
                "Accept and Content-Type follow from `content`, Authorization from `security`";
            self.report(finding.help(help));
            return None;
        }
        self.check_parameter_name(node, &name, location);
        let required = self.flag(node, "required");
        if location == Location::Path && !required {
            let message = format!("path parameter `{name}` must say `required: true`");
            self.report(Finding::warning("optional-path-parameter", node.at.clone(), message));
        }
        Some(Parameter {
            required: required || location == Location::Path,
            deprecated: self.mark(node, "deprecated"),
            description: self.text(node, "description"),
            shape: self.read_shape(node, location),
            examples: self.read_examples(node),
            extensions: node.extensions(),
            origin: node.at.clone(),
            name,
            location,
        })
    }

    fn read_location(&mut self, node: &Node<'d>, text: &str) -> Option<Location> {
        let known = Location::ALL.into_iter().find(|location| location.as_str() == text);
        let known =
            known.filter(|one| *one != Location::QueryString || self.version >= Version::V3_2);
        if known.is_none() {
            let message =
                format!("`in: {text}` is unknown, expected path, query, header or cookie");
            let finding = Finding::error("unknown-location", node.at.child("in"), message);
            let help = "`in: querystring` came with OpenAPI 3.2: say `openapi: 3.2.0`";
            self.report(if text == "querystring" { finding.help(help) } else { finding });
        }
        known
    }

    pub(super) fn read_header(&mut self, node: &Node<'d>) -> Header {
        self.check_object(node, &structure::HEADER);
        Header {
            description: self.text(node, "description"),
            required: self.flag(node, "required"),
            deprecated: self.mark(node, "deprecated"),
            shape: self.read_shape(node, Location::Header),
            examples: self.read_examples(node),
            origin: node.at.clone(),
        }
    }

    fn read_shape(&mut self, node: &Node<'d>, location: Location) -> ParameterShape {
        self.check_one_content(node);
        if location == Location::QueryString && !node.has("content") {
            let message = "a parameter `in: querystring` must say its `content`";
            let finding = Finding::error("missing-member", node.at.clone(), message);
            let clause = structure::PARAMETER.clause(self.version);
            self.report(finding.help(format!("describe it as one media type ({clause})")));
        }
        if !node.has("schema") {
            let content = self.read_content(node);
            if let Some((_, media_type)) = content.into_iter().next() {
                return ParameterShape::Content(Box::new(media_type));
            }
            let message = "neither `schema` nor `content` says what this may be";
            let finding = Finding::warning("parameter-without-schema", node.at.clone(), message);
            self.report(finding.help("add a `schema`; until then any text is admitted"));
        }
        let style = self.read_style(node, location);
        let explode = self
            .maybe_flag(node, "explode")
            .unwrap_or(matches!(style, Style::Form | Style::Cookie));
        let allow_reserved = self.read_allow_reserved(node, location, style);
        let schema = match node.get("schema") {
            Some(schema) => self.schema_id(&schema),
            None => self.any_schema(node),
        };
        ParameterShape::Schema { schema, style, explode, allow_reserved }
    }

    /// OAS 3.0.3 §4.7.12.2 has a table of which styles go where; others fall back to the location's own.
    fn read_style(&mut self, node: &Node<'d>, location: Location) -> Style {
        let usual = match location {
            Location::Path | Location::Header => Style::Simple,
            Location::Query | Location::QueryString | Location::Cookie => Style::Form,
        };
        let Some(text) = self.string(node, "style") else { return usual };
        let known = parse_style(&text)
            .filter(|style| *style != Style::Cookie || self.version >= Version::V3_2);
        let style = known.filter(|style| fits(*style, location));
        if style.is_none() {
            let message = format!("style `{text}` does not exist for {location} parameters");
            self.report(Finding::error("unknown-style", node.at.child("style"), message));
        }
        style.unwrap_or(usual)
    }
}

fn is_reserved_header(name: &str) -> bool {
    ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str())
}

pub(super) fn parse_style(text: &str) -> Option<Style> {
    Some(match text {
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "form" => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        "cookie" => Style::Cookie,
        _ => return None,
    })
}

fn fits(style: Style, location: Location) -> bool {
    match location {
        Location::Path => matches!(style, Style::Simple | Style::Label | Style::Matrix),
        Location::Header => style == Style::Simple,
        Location::Cookie => matches!(style, Style::Form | Style::Cookie),
        // It has `content`, and no style.
        Location::QueryString => false,
        Location::Query => {
            let delimited = matches!(style, Style::SpaceDelimited | Style::PipeDelimited);
            delimited || matches!(style, Style::Form | Style::DeepObject)
        }
    }
}
