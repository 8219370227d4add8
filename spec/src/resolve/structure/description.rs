//! The document as a whole: root, info, servers, components, tags, security.

use super::{Expected, Field, Object, exclusive, field, flag, leaf, list, map, text};
use crate::model::Version::{V3_0, V3_1, V3_2};

/// An object without anything that the tables of others have to say more about.
pub(super) const fn object(what: &'static str, section: u8, fields: &'static [Field]) -> Object {
    Object { what, section, fields, exclusive: &[], one_of: None, is_closed: false }
}

pub(in crate::resolve) static ROOT: Object = Object {
    one_of: Some((V3_1, &["paths", "components", "webhooks"])),
    is_closed: true,
    ..object(
        "the root of a document",
        1,
        &[
            text("openapi").required(),
            text("$self").since(V3_2),
            map("info").required(),
            text("jsonSchemaDialect").since(V3_1),
            list("servers"),
            map("paths").required_until(V3_0),
            map("webhooks").since(V3_1),
            map("components"),
            list("security"),
            list("tags"),
            leaf("externalDocs", &EXTERNAL_DOCS),
        ],
    )
};

pub(in crate::resolve) static INFO: Object = object(
    "the info object",
    2,
    &[
        text("title").required(),
        text("summary").since(V3_1),
        text("description"),
        text("termsOfService"),
        leaf("contact", &CONTACT),
        leaf("license", &LICENSE),
        text("version").required(),
    ],
);

static CONTACT: Object = object("a contact", 3, &[text("name"), text("url"), text("email")]);

static LICENSE: Object = Object {
    exclusive: &[exclusive("identifier", "url").since(V3_1)],
    ..object(
        "a license",
        4,
        &[text("name").required(), text("identifier").since(V3_1), text("url")],
    )
};

pub(in crate::resolve) static SERVER: Object = object(
    "a server",
    5,
    &[text("url").required(), text("description"), text("name").since(V3_2), map("variables")],
);

pub(in crate::resolve) static SERVER_VARIABLE: Object = object(
    "a server variable",
    6,
    &[list("enum"), text("default").required(), text("description")],
);

pub(in crate::resolve) static COMPONENTS: Object = object(
    "the components object",
    7,
    &[
        map("schemas"),
        map("responses"),
        map("parameters"),
        map("examples"),
        map("requestBodies"),
        map("headers"),
        map("securitySchemes"),
        map("links"),
        map("callbacks"),
        map("pathItems").since(V3_1),
        map("mediaTypes").since(V3_2),
    ],
);

pub(super) static EXTERNAL_DOCS: Object =
    object("an external documentation object", 11, &[text("description"), text("url").required()]);

pub(in crate::resolve) static TAG: Object = object(
    "a tag",
    22,
    &[
        text("name").required(),
        text("summary").since(V3_2),
        text("description"),
        leaf("externalDocs", &EXTERNAL_DOCS),
        text("parent").since(V3_2),
        text("kind").since(V3_2),
    ],
);

pub(in crate::resolve) static SECURITY_SCHEME: Object = object(
    "a security scheme",
    27,
    &[
        field("type", Expected::Word(&["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]))
            .required(),
        text("description"),
        text("name"),
        text("in"),
        text("scheme"),
        text("bearerFormat"),
        map("flows"),
        text("openIdConnectUrl"),
        text("oauth2MetadataUrl").since(V3_2),
        flag("deprecated").since(V3_2),
    ],
);

pub(in crate::resolve) static OAUTH_FLOWS: Object = object(
    "an OAuth flows object",
    28,
    &[
        map("implicit"),
        map("password"),
        map("clientCredentials"),
        map("authorizationCode"),
        map("deviceAuthorization").since(V3_2),
    ],
);

pub(in crate::resolve) static OAUTH_FLOW: Object = object(
    "an OAuth flow",
    29,
    &[
        text("authorizationUrl"),
        text("deviceAuthorizationUrl").since(V3_2),
        text("tokenUrl"),
        text("refreshUrl"),
        map("scopes").required(),
    ],
);
