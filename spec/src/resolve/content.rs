//! What bodies, parameters and headers hold: media types, encodings and examples.

use indexmap::IndexMap;
use serde_json::Value;

use super::Resolver;
use super::node::Node;
use super::parameter::parse_style;
use super::structure;
use crate::Finding;
use crate::model::{Encoding, Example, MediaType, Version};

impl<'d> Resolver<'d> {
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
            let Some(node) = self.media_type_behind(node) else { continue };
            media_types.insert(name.to_owned(), self.read_media_type(name, &node));
        }
        media_types
    }

    /// OAS 3.2.0 §4.13: a media type may be a reference, which earlier versions don't have.
    fn media_type_behind(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        if self.version < Version::V3_2 { Some(node) } else { self.follow_to_object(&node) }
    }

    pub(super) fn read_media_type(&mut self, name: &str, node: &Node<'d>) -> MediaType {
        self.check_object(node, &structure::MEDIA_TYPE);
        let (prefix_encoding, item_encoding) = self.read_place_encodings(node);
        MediaType {
            name: name.to_owned(),
            schema: node.get("schema").map(|schema| self.schema_id(&schema)),
            item_schema: node.get("itemSchema").map(|schema| self.schema_id(&schema)),
            examples: self.read_examples(node),
            encoding: self.read_encodings(node),
            prefix_encoding,
            item_encoding,
            origin: node.at.clone(),
        }
    }

    fn read_encodings(&mut self, node: &Node<'d>) -> IndexMap<String, Encoding> {
        let Some(encodings) = self.map(node, "encoding") else { return IndexMap::new() };
        let encodings = encodings.members();
        encodings.map(|(name, node)| (name.to_owned(), self.read_encoding(&node))).collect()
    }

    /// The encodings by place (from OAS 3.2): of the first parts, and of those behind them.
    fn read_place_encodings(&mut self, node: &Node<'d>) -> (Vec<Encoding>, Option<Encoding>) {
        if self.version < Version::V3_2 {
            return (Vec::new(), None);
        }
        let first = self.array(node, "prefixEncoding");
        let first = first.iter().flat_map(Node::items).map(|item| self.read_encoding(&item));
        let first = first.collect();
        let others = self.map(node, "itemEncoding").map(|item| self.read_encoding(&item));
        (first, others)
    }

    fn read_encoding(&mut self, node: &Node<'d>) -> Encoding {
        self.check_object(node, &structure::ENCODING);
        let style = self.string(node, "style").and_then(|text| parse_style(&text));
        let (prefix, items) = self.read_place_encodings(node);
        let nested = self.version >= Version::V3_2;
        Encoding {
            content_type: self.string(node, "contentType"),
            headers: self.read_headers(node),
            style,
            explode: self.maybe_flag(node, "explode"),
            allow_reserved: self.flag(node, "allowReserved"),
            encoding: if nested { self.read_encodings(node) } else { IndexMap::new() },
            prefix_encoding: prefix,
            item_encoding: items.map(Box::new),
            origin: node.at.clone(),
        }
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
                serialized: None,
                origin: example.at,
            });
        }
        let named = node.get("examples").filter(|named| named.value.is_object());
        for (name, item) in named.iter().flat_map(Node::members) {
            let Some(item) = self.follow_to_object(&item) else { continue };
            self.check_object(&item, &structure::EXAMPLE);
            let Some(value) = self.example_value(&item) else { continue };
            examples.push(Example {
                name: Some(name.to_owned()),
                summary: item.get("summary").and_then(|s| s.value.as_str().map(str::to_owned)),
                value: value.value.clone(),
                serialized: self.serialized_example(&item),
                origin: value.at,
            });
        }
        examples
    }

    /// `dataValue` is what 3.2 says for `value` where the value is meant, and not its text.
    fn example_value(&self, item: &Node<'d>) -> Option<Node<'d>> {
        let data = item.get("dataValue").filter(|_| self.version >= Version::V3_2);
        data.or_else(|| item.get("value"))
    }

    fn serialized_example(&self, item: &Node<'d>) -> Option<String> {
        let written = item.get("serializedValue").filter(|_| self.version >= Version::V3_2)?;
        written.value.as_str().map(str::to_owned)
    }

    /// The examples of a schema: `example` of 3.0, the plain list `examples` of 3.1.
    pub(super) fn read_schema_examples(&mut self, node: &Node<'d>) -> Vec<Example> {
        let unnamed = |item: Node<'d>| Example {
            name: None,
            summary: None,
            value: item.value.clone(),
            serialized: None,
            origin: item.at,
        };
        let mut examples: Vec<_> = node.get("example").map(unnamed).into_iter().collect();
        if let Some(Value::Array(_)) = node.get("examples").map(|list| list.value) {
            examples.extend(node.get("examples").iter().flat_map(Node::items).map(unnamed));
        }
        examples
    }
}
