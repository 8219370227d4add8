//! The formats whose values can be made and broken: a table.
//!
//! A format that isn't in it constrains nothing here, as JSON Schema has it for formats that one doesn't know.

use super::Sample;
use crate::fresh::{Alphabet, Fresh};

/// Texts, each with a name.
type Texts = &'static [(&'static str, &'static str)];

const UUID: Texts = &[
    ("text", "not-a-uuid"),
    ("braced", "{3fa85f64-5717-4562-b3fc-2c963f66afa6}"),
    ("bare", "3fa85f6457174562b3fc2c963f66afa6"),
    ("urn", "urn:uuid:3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ("short", "3fa85f64-5717-4562-b3fc-2c963f66afa"),
    ("long", "3fa85f64-5717-4562-b3fc-2c963f66afa6a"),
    ("no-digit", "3fa85f64-5717-4562-b3fc-2c963f66afag"),
    ("hyphens", "3fa85f645-717-4562-b3fc-2c963f66afa6"),
    ("blank", "3fa85f64-5717-4562-b3fc-2c963f66afa6 "),
];

const DATE_TIME: Texts = &[
    ("text", "yesterday"),
    ("date", "2025-01-02"),
    ("no-offset", "2025-01-02T03:04:05"),
    ("month", "2025-13-02T03:04:05Z"),
    ("day", "2025-02-30T03:04:05Z"),
    ("hour", "2025-01-02T25:04:05Z"),
];

const DATE: Texts = &[
    ("text", "yesterday"),
    ("day", "2025-02-30"),
    ("order", "02-01-2025"),
    ("time", "2025-01-02T03:04:05Z"),
];

const EMAIL: Texts = &[("text", "nobody"), ("no-user", "@example.com"), ("no-host", "nobody@")];

const URI: Texts = &[("text", "not a uri"), ("relative", "relative/path")];

const IPV4: Texts = &[("text", "localhost"), ("range", "256.0.0.1"), ("short", "127.0.0")];

const IPV6: Texts = &[("text", "localhost"), ("colons", "1:::2"), ("digit", "g::1")];

const HOSTNAME: Texts = &[("blank", "two words"), ("hyphen", "-a.example")];

const TIME: Texts = &[("text", "noon"), ("hour", "25:00:00Z")];

const DURATION: Texts = &[("text", "an hour"), ("no-p", "1H")];

/// A value of a format; `None` for a format that isn't known.
pub(super) fn valid(format: &str) -> Option<Sample> {
    let fixed = |text: &str| Some(Sample::Value(text.into()));
    let fresh =
        |before: &str, after: &str| Some(Sample::around(before, 12, Alphabet::Plain, after));
    match format {
        "uuid" => Some(Sample::Fresh(Fresh::Uuid)),
        "date-time" => fixed("2025-01-02T03:04:05Z"),
        "date" => fixed("2025-01-02"),
        "time" => fixed("03:04:05Z"),
        "duration" => fixed("PT1H"),
        "email" | "idn-email" => fresh("conformance-", "@example.com"),
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => {
            fresh("https://example.com/conformance-", "")
        }
        "hostname" | "idn-hostname" => fresh("conformance-", ".example.com"),
        "ipv4" => fixed("192.0.2.1"),
        "ipv6" => fixed("2001:db8::1"),
        // Encodings as JSON Schema 2020-12, Validation §8.3 has them.
        "byte" | "base64" | "base64url" => fixed("Y29uZm9ybWFuY2U="),
        "base32" => fixed("MNXW4ZTPOJWWC3TDMU======"),
        "base16" => fixed("636f6e666f726d616e6365"),
        "json-pointer" => fixed("/a"),
        "regex" => fixed("^a$"),
        _ => None,
    }
}

/// Other ways to write values of a format.
pub(super) fn spellings(format: &str) -> Texts {
    match format {
        "uuid" => &[("upper-case", "3FA85F64-5717-4562-B3FC-2C963F66AFA6")],
        "date-time" => &[
            ("fraction", "2025-01-02T03:04:05.250Z"),
            ("nanoseconds", "2025-01-02T03:04:05.123456789Z"),
            ("offset", "2025-01-02T03:04:05+05:30"),
            ("lower-case", "2025-01-02t03:04:05z"),
            ("year-zero", "0000-01-01T00:00:00Z"),
            ("last-year", "9999-12-31T23:59:59Z"),
        ],
        "date" => &[("leap-day", "2024-02-29"), ("year-one", "0001-01-01")],
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => &[
            ("urn", "urn:isbn:0451450523"),
            ("capitals", "HTTP://EXAMPLE.com:80/%7euser/?q=%C3%A9#f"),
            ("no-path", "https://example.com"),
        ],
        "email" => &[("capitals", "Some.Body+tag@Example.COM")],
        _ => &[],
    }
}

/// Texts that are not of a format.
pub(super) fn broken(format: &str) -> Texts {
    match format {
        "uuid" => UUID,
        "date-time" => DATE_TIME,
        "date" => DATE,
        "time" => TIME,
        "duration" => DURATION,
        "email" | "idn-email" => EMAIL,
        "uri" | "iri" => URI,
        "hostname" => HOSTNAME,
        "ipv4" => IPV4,
        "ipv6" => IPV6,
        _ => &[],
    }
}
