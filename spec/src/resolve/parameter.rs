//! Parameters, headers, media types and examples.

use indexmap::IndexMap;
use serde_json::Value;

use super::Resolver;
use super::keywords;
use super::node::Node;
use crate::Finding;
use crate::model::{
    Encoding, Example, Header, Location, MediaType, Parameter, ParameterShape, Style,
};

impl<'d> Resolver<'d> {
    pub(super) fn read_parameters(&mut self, holder: &Node<'d>) -> Vec<Parameter> {
        let Some(list) = self.array(holder, "parameters") else { return Vec::new() };
        let mut parameters: Vec<Parameter> = Vec::new();
        for item in list.items() {
            let written = item.at.clone();
            let Some((node, _)) = self.follow(item) else { continue };
            let Some(parameter) = self.read_parameter(&node) else { continue };
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
        parameters
    }

    fn read_parameter(&mut self, node: &Node<'d>) -> Option<Parameter> {
        self.check_keywords(node, keywords::PARAMETER);
        self.required(node, "name")?;
        let name = self.string(node, "name")?;
        self.required(node, "in")?;
        let text = self.string(node, "in")?;
        let locations = [Location::Path, Location::Query, Location::Header, Location::Cookie];
        let Some(location) = locations.into_iter().find(|location| location.as_str() == text)
        else {
            let message =
                format!("`in: {text}` is unknown, expected path, query, header or cookie");
            self.report(Finding::error("unknown-location", node.at.child("in"), message));
            return None;
        };
        if location == Location::Header && is_reserved_header(&name) {
            let message =
                format!("a header parameter named `{name}` is ignored (OAS 3.0.3 §4.7.12)");
            let finding = Finding::note("ignored-header-parameter", node.at.clone(), message);
            let help =
                "Accept and Content-Type follow from `content`, Authorization from `security`";
            self.report(finding.help(help));
            return None;
        }
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

    pub(super) fn read_header(&mut self, node: &Node<'d>) -> Header {
        self.check_keywords(node, keywords::HEADER);
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
        if !node.has("schema") {
            let content = self.read_content(node);
            if let Some((_, media_type)) = content.into_iter().next() {
                return ParameterShape::Content(media_type);
            }
            let message = "neither `schema` nor `content` says what this may be";
            let finding = Finding::warning("parameter-without-schema", node.at.clone(), message);
            self.report(finding.help("add a `schema`; until then any text is admitted"));
        }
        let style = self.read_style(node, location);
        let explode = self.maybe_flag(node, "explode").unwrap_or(style == Style::Form);
        let allow_reserved = self.flag(node, "allowReserved");
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
            Location::Query | Location::Cookie => Style::Form,
        };
        let Some(text) = self.string(node, "style") else { return usual };
        let style = parse_style(&text).filter(|style| fits(*style, location));
        if style.is_none() {
            let message = format!("style `{text}` does not exist for {location} parameters");
            self.report(Finding::error("unknown-style", node.at.child("style"), message));
        }
        style.unwrap_or(usual)
    }

    pub(super) fn read_content(&mut self, holder: &Node<'d>) -> IndexMap<String, MediaType> {
        let Some(content) = self.map(holder, "content") else { return IndexMap::new() };
        let mut media_types = IndexMap::new();
        for (name, node) in content.members() {
            if !name.contains('/') {
                let message = format!("`{name}` is not a media type");
                // It is kept as written, and nothing else is meant.
                self.report_mended(Finding::error(
                    "malformed-media-type",
                    node.at.clone(),
                    message,
                ));
            }
            media_types.insert(name.to_owned(), self.read_media_type(name, &node));
        }
        media_types
    }

    fn read_media_type(&mut self, name: &str, node: &Node<'d>) -> MediaType {
        self.check_keywords(node, keywords::MEDIA_TYPE);
        MediaType {
            name: name.to_owned(),
            schema: node.get("schema").map(|schema| self.schema_id(&schema)),
            item_schema: node.get("itemSchema").map(|schema| self.schema_id(&schema)),
            examples: self.read_examples(node),
            encoding: self.read_encodings(node),
            origin: node.at.clone(),
        }
    }

    fn read_encodings(&mut self, node: &Node<'d>) -> IndexMap<String, Encoding> {
        let Some(encodings) = self.map(node, "encoding") else { return IndexMap::new() };
        let mut read = IndexMap::new();
        for (name, node) in encodings.members() {
            let style = self.string(&node, "style").and_then(|text| parse_style(&text));
            let encoding = Encoding {
                content_type: self.string(&node, "contentType"),
                style,
                explode: self.maybe_flag(&node, "explode"),
            };
            read.insert(name.to_owned(), encoding);
        }
        read
    }

    /// `example` and `examples`, the latter a map of example objects.
    pub(super) fn read_examples(&mut self, node: &Node<'d>) -> Vec<Example> {
        self.set_aside(|this| this.read_each_example(node))
    }

    fn read_each_example(&mut self, node: &Node<'d>) -> Vec<Example> {
        let mut examples = Vec::new();
        if let Some(example) = node.get("example") {
            examples.push(Example {
                name: None,
                summary: None,
                value: example.value.clone(),
                origin: example.at,
            });
        }
        let Some(named) = node.get("examples").filter(|named| named.value.is_object()) else {
            return examples;
        };
        for (name, item) in named.members() {
            let Some((item, _)) = self.follow(item) else { continue };
            let Some(value) = item.get("value") else { continue };
            examples.push(Example {
                name: Some(name.to_owned()),
                summary: item.get("summary").and_then(|s| s.value.as_str().map(str::to_owned)),
                value: value.value.clone(),
                origin: value.at,
            });
        }
        examples
    }

    /// The examples of a schema: `example` of 3.0, the plain list `examples` of 3.1.
    pub(super) fn read_schema_examples(&mut self, node: &Node<'d>) -> Vec<Example> {
        let unnamed = |item: Node<'d>| Example {
            name: None,
            summary: None,
            value: item.value.clone(),
            origin: item.at,
        };
        let mut examples: Vec<_> = node.get("example").map(unnamed).into_iter().collect();
        if let Some(Value::Array(_)) = node.get("examples").map(|list| list.value) {
            examples.extend(node.get("examples").iter().flat_map(Node::items).map(unnamed));
        }
        examples
    }
}

fn is_reserved_header(name: &str) -> bool {
    ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str())
}

fn parse_style(text: &str) -> Option<Style> {
    Some(match text {
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "form" => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => return None,
    })
}

fn fits(style: Style, location: Location) -> bool {
    match location {
        Location::Path => matches!(style, Style::Simple | Style::Label | Style::Matrix),
        Location::Header => style == Style::Simple,
        Location::Cookie => style == Style::Form,
        Location::Query => {
            let delimited = matches!(style, Style::SpaceDelimited | Style::PipeDelimited);
            delimited || matches!(style, Style::Form | Style::DeepObject)
        }
    }
}
