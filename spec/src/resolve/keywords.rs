//! The members that each object of OpenAPI has. What else stands there is passed over by every reader
//! (`openapiv3` drops it silently), and most often it is a slip of the pen: `minlength`, `require`.

use super::Resolver;
use super::node::Node;
use crate::Finding;
use crate::model::Version;

/// The members of one kind of object.
pub(super) struct Keywords {
    what: &'static str,
    /// In 3.0 and 3.1.
    both: &'static [&'static str],
    /// In 3.1 only.
    since_3_1: &'static [&'static str],
}

pub(super) const ROOT: &Keywords = &Keywords {
    what: "the root of a document",
    both: &[
        "openapi",
        "info",
        "servers",
        "paths",
        "components",
        "security",
        "tags",
        "externalDocs",
    ],
    since_3_1: &["webhooks", "jsonSchemaDialect"],
};

pub(super) const PATH_ITEM: &Keywords = &Keywords {
    what: "a path item",
    both: &[
        "$ref",
        "summary",
        "description",
        "get",
        "put",
        "post",
        "delete",
        "options",
        "head",
        "patch",
        "trace",
        "servers",
        "parameters",
    ],
    since_3_1: &[],
};

pub(super) const OPERATION: &Keywords = &Keywords {
    what: "an operation",
    both: &[
        "tags",
        "summary",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "callbacks",
        "deprecated",
        "security",
        "servers",
    ],
    since_3_1: &[],
};

pub(super) const PARAMETER: &Keywords = &Keywords {
    what: "a parameter",
    both: &[
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        "allowEmptyValue",
        "style",
        "explode",
        "allowReserved",
        "schema",
        "example",
        "examples",
        "content",
    ],
    since_3_1: &[],
};

pub(super) const HEADER: &Keywords = &Keywords {
    what: "a header",
    both: &[
        "description",
        "required",
        "deprecated",
        "allowEmptyValue",
        "style",
        "explode",
        "allowReserved",
        "schema",
        "example",
        "examples",
        "content",
    ],
    since_3_1: &[],
};

pub(super) const REQUEST_BODY: &Keywords = &Keywords {
    what: "a request body",
    both: &["description", "content", "required"],
    since_3_1: &[],
};

pub(super) const MEDIA_TYPE: &Keywords = &Keywords {
    what: "a media type",
    both: &["schema", "example", "examples", "encoding"],
    since_3_1: &["itemSchema"],
};

pub(super) const RESPONSE: &Keywords = &Keywords {
    what: "a response",
    both: &["description", "headers", "content", "links"],
    since_3_1: &[],
};

pub(super) const SCHEMA: &Keywords = &Keywords {
    what: "a schema",
    both: &[
        "title",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxProperties",
        "minProperties",
        "required",
        "enum",
        "type",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
        "items",
        "properties",
        "additionalProperties",
        "description",
        "format",
        "default",
        "nullable",
        "discriminator",
        "readOnly",
        "writeOnly",
        "xml",
        "externalDocs",
        "example",
        "deprecated",
    ],
    since_3_1: &[
        "$ref",
        "const",
        "examples",
        "prefixItems",
        "patternProperties",
        "contentEncoding",
        "contentMediaType",
        "$comment",
        "$defs",
        "definitions",
        "$schema",
        "$id",
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "if",
        "then",
        "else",
        "contains",
        "minContains",
        "maxContains",
        "propertyNames",
        "dependentSchemas",
        "dependentRequired",
        "unevaluatedItems",
        "unevaluatedProperties",
    ],
};

/// Keywords of JSON Schema 2020-12 that 3.1 admits and we do not carry over.
const LOST: &[&str] = &["$vocabulary", "contentSchema"];

impl<'d> Resolver<'d> {
    /// Reports the members that an object of this kind doesn't have.
    pub(super) fn check_keywords(&mut self, node: &Node<'d>, keywords: &Keywords) {
        let Some(members) = node.object() else { return };
        let newer = self.version >= Version::V3_1;
        for key in members.keys().filter(|key| !key.starts_with("x-")) {
            let key = key.as_str();
            if keywords.both.contains(&key) || (newer && keywords.since_3_1.contains(&key)) {
                continue;
            }
            let finding = self.unknown_keyword(node, keywords, key, newer);
            self.report(finding);
        }
    }

    fn unknown_keyword(
        &self,
        node: &Node<'d>,
        keywords: &Keywords,
        key: &str,
        newer: bool,
    ) -> Finding {
        let at = node.at.child(key);
        if newer && keywords.what == SCHEMA.what && LOST.contains(&key) {
            let message = format!("keyword `{key}` is not carried over: it is never checked");
            return Finding::warning("unsupported-keyword", at, message);
        }
        let finding = Finding::warning(
            "unknown-keyword",
            at,
            format!("{} has no member `{key}`: it has no effect", keywords.what),
        );
        if !newer && keywords.since_3_1.contains(&key) {
            return finding.help(format!("`{key}` came with OpenAPI 3.1: say `openapi: 3.1.0`"));
        }
        let similar = keywords.both.iter().find(|known| is_close(known, key));
        match similar {
            Some(known) => finding.help(format!("did you mean `{known}`?")),
            None => finding.help(format!("remove it, or call it `x-{key}`")),
        }
    }
}

/// Equal but for letter case, or one letter more, less or other.
fn is_close(known: &str, written: &str) -> bool {
    let (known, written) = (known.to_lowercase(), written.to_lowercase());
    if known == written {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (known.chars().collect(), written.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len() < 4 {
        return false;
    }
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    front + back + 1 >= a.len().max(b.len())
}
