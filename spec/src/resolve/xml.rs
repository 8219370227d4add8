//! How values are written as XML: the words of all versions become those of 3.2.

use super::Resolver;
use super::node::Node;
use crate::model::{JsonType, Schema, Version, Xml, XmlNode};

impl<'d> Resolver<'d> {
    /// An error in it has been told by its table, and nothing else depends on it.
    pub(super) fn read_xml(&mut self, node: &Node<'d>, schema: &Schema) -> Option<Box<Xml>> {
        let xml = node.get("xml").filter(|xml| xml.value.is_object())?;
        let text = |key: &str| xml.get(key)?.value.as_str().map(str::to_owned);
        let written = text("nodeType").filter(|_| self.version >= Version::V3_2);
        Some(Box::new(Xml {
            node: written.and_then(|word| parse(&word)).unwrap_or_else(|| usual(&xml, schema)),
            name: text("name"),
            namespace: text("namespace"),
            prefix: text("prefix"),
        }))
    }
}

/// What the flags of 3.0 and 3.1 say; without them, it is by the type (OAS 3.2.0 §4.26.1).
fn usual(xml: &Node<'_>, schema: &Schema) -> XmlNode {
    let is_set = |key: &str| xml.get(key).is_some_and(|flag| flag.value == true);
    if is_set("attribute") {
        return XmlNode::Attribute;
    }
    let is_list = schema.types.single() == Some(JsonType::Array);
    if is_list && !is_set("wrapped") { XmlNode::None } else { XmlNode::Element }
}

fn parse(word: &str) -> Option<XmlNode> {
    Some(match word {
        "element" => XmlNode::Element,
        "attribute" => XmlNode::Attribute,
        "text" => XmlNode::Text,
        "cdata" => XmlNode::Cdata,
        "none" => XmlNode::None,
        _ => return None,
    })
}
