/// How a value is written as XML (OAS 3.2.0 §4.26), `attribute` and `wrapped` of earlier versions included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xml {
    /// The kind of node that the value becomes.
    pub node: XmlNode,
    /// The name of the element or attribute, in place of the property's (or component's).
    pub name: Option<String>,
    /// The URI of its namespace.
    pub namespace: Option<String>,
    /// The prefix of its name.
    pub prefix: Option<String>,
}

/// The kinds of XML node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum XmlNode {
    /// An element.
    Element,
    /// An attribute of the element around it.
    Attribute,
    /// Text.
    Text,
    /// A CDATA section.
    Cdata,
    /// No node of its own: what is in the value stands in the node around it. So are arrays that aren't `wrapped`.
    None,
}
