//! What any answer must keep, whatever was asked.

use super::super::Level::{Must, Note, Should};
use super::super::Promise;
use super::row;

/// In the order in which they are judged.
pub(super) const ANSWERS: &[Promise] = &[
    row(
        "answered",
        Must,
        "the target answers",
        "RFC 9112 §9.6: a connection is closed after an answer, not instead of it",
        "The connection was cut, nothing came in time, or what came was no HTTP. The request is printed as a curl line: try it alone.",
    ),
    row(
        "status-documented",
        Must,
        "the status is documented",
        "OAS 3.1 §4.8.16, Responses Object: documentation is expected to cover known errors",
        "Document the status, as a code, a range (`4XX`) or `default`, or answer with one that is documented.",
    ),
    row(
        "no-server-error",
        Must,
        "a request that doesn't ask for a failure is not answered with a 5xx",
        "RFC 9110 §15.6: a 5xx means that the server is aware that it has erred",
        "However wrong a request is, a server that fails over it has a fault. A 501 to a method that the server doesn't know is none.",
    ),
    row(
        "media-type",
        Must,
        "the media type of an answer is a documented one",
        "OAS 3.1 §4.8.17, Response Object, `content`",
        "Clients choose how to read a body by its `Content-Type`.",
    ),
    row(
        "no-body",
        Note,
        "there is no body where none is documented",
        "OAS 3.1 §4.8.17: `content` is optional, and many documents leave it out for errors",
        "A response without `content` says nothing about a body. Document it, so that clients can use it.",
    ),
    row(
        "body-present",
        Must,
        "there is a body where one is documented",
        "OAS 3.1 §4.8.17, Response Object, `content`",
        "An empty body is no value of the documented schema.",
    ),
    row(
        "body-json",
        Must,
        "a body that is declared as JSON is JSON in UTF-8",
        "RFC 8259 §8.1",
        "No client can read it.",
    ),
    row(
        "body-schema",
        Must,
        "a body matches its schema",
        "OAS 3.1 §4.8.14, Media Type Object, `schema`",
        "Formats are asserted. The message names the place in the body and the keyword that it violates.",
    ),
    row(
        "json-lines",
        Must,
        "content that is declared as lines of JSON has one JSON value a line",
        "the media type: `application/x-ndjson` and its like, RFC 7464",
        "A client reads line by line, and can't read an array that spans all of them.",
    ),
    row(
        "csv-well-formed",
        Should,
        "each record of a table has as many fields as the first one",
        "RFC 4180 §2: each line should contain the same number of fields; a comma within a field is quoted",
        "What holds a comma, a quote or a line break has to stand in quotes, or it moves all that stands behind it. Must where the operation names RFC 4180.",
    ),
    row(
        "csv-line-ends",
        Should,
        "each record of a table ends with CR and LF",
        "RFC 4180 §2",
        "Most readers take a bare LF as well. Must where the operation names CRLF or RFC 4180.",
    ),
    row(
        "problem-status",
        Must,
        "the `status` of a problem is the status of the answer",
        "RFC 9457 §3.1.2: MUST use the same status code in the actual HTTP response",
        "Asked of bodies of `application/problem+json` that have the member.",
    ),
    row(
        "error-code",
        Must,
        "the code of an error is one that its status is said to have",
        "the description of the code: \"`not_found` (404), `conflict` (409)\"; or codes that are all called like statuses",
        "Asked of members such as `code` whose values are listed. What an operation says of a code itself goes before.",
    ),
    row(
        "write-only-hidden",
        Should,
        "a member that is `writeOnly` is not shown",
        "OAS 3.0.3 §4.7.24.1: SHOULD NOT be sent as part of the response",
        "Passwords and tokens are what clients send and nobody reads. A profile may make it a promise.",
    ),
    row(
        "header-required",
        Must,
        "required header fields are there",
        "OAS 3.1 §4.8.21, Header Object, `required`",
        "Send the field, or document it as optional.",
    ),
    row(
        "header-schema",
        Must,
        "header fields match their schemas",
        "OAS 3.1 §4.8.21, Header Object, `schema`",
        "The value is read by the style `simple` before it is compared.",
    ),
    row(
        "www-authenticate",
        Must,
        "a 401 carries `WWW-Authenticate`",
        "RFC 9110 §15.5.2: MUST",
        "A client learns from it how to authenticate. Not asked where the only schemes are API keys or client certificates.",
    ),
    row(
        "retry-after",
        Must,
        "`Retry-After` is a number of seconds or a date",
        "RFC 9110 §10.2.3: HTTP-date / delay-seconds, which is a non-negative decimal integer",
        "Clients that can't read it try again at once, or never.",
    ),
    row(
        "allow",
        Must,
        "a 405 carries `Allow`",
        "RFC 9110 §15.5.6: MUST",
        "Send `Allow` with every method that the resource has.",
    ),
    row(
        "allow-complete",
        Should,
        "`Allow` lists every documented method, and not the refused one",
        "RFC 9110 §10.2.1: the methods advertised as supported",
        "Frameworks that route each method by itself list only those of one route.",
    ),
];
