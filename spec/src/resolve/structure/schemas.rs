//! Schemas, and what OpenAPI adds to those of JSON Schema.

use super::description::{EXTERNAL_DOCS, object};
use super::{Expected, Field, Object, any, exclusive, field, flag, leaf, map, text};
use crate::model::Version::{V3_1, V3_2};

const fn newer(name: &'static str) -> Field {
    any(name).since(V3_1)
}

/// The reader of schemas looks at each keyword's value itself.
pub(in crate::resolve) static SCHEMA: Object = object(
    "a schema",
    24,
    &[
        any("title"),
        any("multipleOf"),
        any("maximum"),
        any("exclusiveMaximum"),
        any("minimum"),
        any("exclusiveMinimum"),
        any("maxLength"),
        any("minLength"),
        any("pattern"),
        any("maxItems"),
        any("minItems"),
        any("uniqueItems"),
        any("maxProperties"),
        any("minProperties"),
        any("required"),
        any("enum"),
        any("type"),
        any("allOf"),
        any("oneOf"),
        any("anyOf"),
        any("not"),
        any("items"),
        any("properties"),
        any("additionalProperties"),
        any("description"),
        any("format"),
        any("default"),
        any("nullable"),
        any("discriminator"),
        any("readOnly"),
        any("writeOnly"),
        leaf("xml", &XML),
        leaf("externalDocs", &EXTERNAL_DOCS),
        any("example"),
        any("deprecated"),
        newer("$ref"),
        newer("const"),
        newer("examples"),
        newer("prefixItems"),
        newer("patternProperties"),
        newer("contentEncoding"),
        newer("contentMediaType"),
        newer("$comment"),
        newer("$defs"),
        newer("definitions"),
        newer("$schema"),
        newer("$id"),
        newer("$anchor"),
        newer("$dynamicAnchor"),
        newer("$dynamicRef"),
        newer("if"),
        newer("then"),
        newer("else"),
        newer("contains"),
        newer("minContains"),
        newer("maxContains"),
        newer("propertyNames"),
        newer("dependentSchemas"),
        newer("dependentRequired"),
        newer("unevaluatedItems"),
        newer("unevaluatedProperties"),
    ],
);

/// Keywords of JSON Schema 2020-12 that 3.1 admits and we do not carry over.
pub(super) const LOST: &[&str] = &["$vocabulary", "contentSchema"];

pub(in crate::resolve) static DISCRIMINATOR: Object = object(
    "a discriminator",
    25,
    &[text("propertyName").required(), map("mapping"), text("defaultMapping").since(V3_2)],
);

static XML: Object = Object {
    exclusive: &[
        exclusive("nodeType", "attribute").since(V3_2),
        exclusive("nodeType", "wrapped").since(V3_2),
    ],
    ..object(
        "an XML object",
        26,
        &[
            field("nodeType", Expected::Word(&["element", "attribute", "text", "cdata", "none"]))
                .since(V3_2),
            text("name"),
            text("namespace"),
            text("prefix"),
            flag("attribute"),
            flag("wrapped"),
        ],
    )
};
