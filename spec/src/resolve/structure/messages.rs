//! What is sent: paths, operations, parameters, bodies and responses, with what they hold.

use super::description::{EXTERNAL_DOCS, SERVER, object};
use super::{Exclusive, Object, any, exclusive, flag, leaf, list, map, text};
use crate::model::Version::{V3_0, V3_1, V3_2};

pub(in crate::resolve) static PATH_ITEM: Object = object(
    "a path item",
    9,
    &[
        text("$ref"),
        text("summary"),
        text("description"),
        map("get"),
        map("put"),
        map("post"),
        map("delete"),
        map("options"),
        map("head"),
        map("patch"),
        map("trace"),
        map("query").since(V3_2),
        map("additionalOperations").since(V3_2),
        list("servers"),
        list("parameters"),
    ],
);

pub(in crate::resolve) static OPERATION: Object = object(
    "an operation",
    10,
    &[
        list("tags"),
        text("summary"),
        text("description"),
        leaf("externalDocs", &EXTERNAL_DOCS),
        text("operationId"),
        list("parameters"),
        map("requestBody"),
        map("responses").required_until(V3_0),
        map("callbacks"),
        flag("deprecated"),
        list("security"),
        list("servers"),
    ],
);

const EXAMPLES: Exclusive = exclusive("example", "examples");

pub(in crate::resolve) static PARAMETER: Object = Object {
    exclusive: &[
        EXAMPLES,
        exclusive("schema", "content"),
        exclusive("content", "style").since(V3_1),
        exclusive("content", "explode").since(V3_1),
        exclusive("content", "allowReserved").since(V3_1),
    ],
    ..object(
        "a parameter",
        12,
        &[
            text("name").required(),
            text("in").required(),
            text("description"),
            flag("required"),
            flag("deprecated"),
            flag("allowEmptyValue"),
            text("style"),
            flag("explode"),
            flag("allowReserved"),
            any("schema"),
            any("example"),
            map("examples"),
            map("content"),
        ],
    )
};

pub(in crate::resolve) static HEADER: Object = Object {
    exclusive: &[
        EXAMPLES,
        exclusive("schema", "content"),
        exclusive("content", "style").since(V3_1),
        exclusive("content", "explode").since(V3_1),
    ],
    ..object(
        "a header",
        21,
        &[
            text("description"),
            flag("required"),
            flag("deprecated"),
            flag("allowEmptyValue").until(V3_0),
            text("style"),
            flag("explode"),
            // A header is never percent-encoded, so there is nothing to reserve.
            flag("allowReserved").until(V3_0),
            any("schema"),
            any("example"),
            map("examples"),
            map("content"),
        ],
    )
};

pub(in crate::resolve) static REQUEST_BODY: Object = object(
    "a request body",
    13,
    &[text("description"), map("content").required(), flag("required")],
);

/// Either parts have names, or places: how a part is written can't be told where both are said.
const NAMES_OR_PREFIX: Exclusive = exclusive("encoding", "prefixEncoding").since(V3_2).gap();
const NAMES_OR_ITEM: Exclusive = exclusive("encoding", "itemEncoding").since(V3_2).gap();

pub(in crate::resolve) static MEDIA_TYPE: Object = Object {
    exclusive: &[EXAMPLES, NAMES_OR_PREFIX, NAMES_OR_ITEM],
    ..object(
        "a media type",
        14,
        &[
            text("description").since(V3_2),
            any("schema"),
            // It came with 3.2; documents of 3.1 that stream have it already, and it is read there.
            any("itemSchema").since(V3_1),
            any("example"),
            map("examples"),
            map("encoding"),
            list("prefixEncoding").since(V3_2),
            map("itemEncoding").since(V3_2),
        ],
    )
};

pub(in crate::resolve) static ENCODING: Object = Object {
    exclusive: &[NAMES_OR_PREFIX, NAMES_OR_ITEM],
    ..object(
        "an encoding",
        15,
        &[
            text("contentType"),
            map("headers"),
            text("style"),
            flag("explode"),
            flag("allowReserved"),
            map("encoding").since(V3_2),
            list("prefixEncoding").since(V3_2),
            map("itemEncoding").since(V3_2),
        ],
    )
};

pub(in crate::resolve) static RESPONSE: Object = object(
    "a response",
    17,
    &[
        text("summary").since(V3_2),
        text("description").required_until(V3_1),
        map("headers"),
        map("content"),
        map("links"),
    ],
);

pub(in crate::resolve) static EXAMPLE: Object = Object {
    exclusive: &[
        exclusive("value", "externalValue"),
        exclusive("value", "dataValue").since(V3_2),
        exclusive("value", "serializedValue").since(V3_2),
        exclusive("serializedValue", "externalValue").since(V3_2),
    ],
    ..object(
        "an example",
        19,
        &[
            text("summary"),
            text("description"),
            any("value"),
            any("dataValue").since(V3_2),
            text("serializedValue").since(V3_2),
            text("externalValue"),
        ],
    )
};

pub(in crate::resolve) static LINK: Object = Object {
    exclusive: &[exclusive("operationRef", "operationId")],
    one_of: Some((V3_0, &["operationId", "operationRef"])),
    is_closed: true,
    ..object(
        "a link",
        20,
        &[
            text("operationRef"),
            text("operationId"),
            map("parameters"),
            any("requestBody"),
            text("description"),
            leaf("server", &SERVER),
        ],
    )
};
