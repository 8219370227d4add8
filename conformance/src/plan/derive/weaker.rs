//! Which of what a schema rules out, or lets in, is promised less than the rest: by how values are spelled, and by what
//! lenient readers make of them. A server that reads `1.0` as an integer or a UUID without its hyphens breaks nothing
//! that a document can say.

/// The promise that a variant of a parameter tests, where it isn't the contract's own; `name` as in
/// `type:decimal-point`.
pub(super) fn parameter(name: &str, keyword: &str) -> Option<&'static str> {
    let detail = name.rsplit(':').next().unwrap_or_default();
    match (keyword, detail) {
        ("type", "decimal-point" | "hexadecimal" | "beyond-64-bits") => Some("integer-spelling"),
        ("type" | "enum", "empty") => Some("empty-value"),
        ("type", "number" | "zero" | "word") | ("boolean", _) => Some("boolean-spelling"),
        ("encoding", _) => Some("text-encoding"),
        ("format", detail) => format(detail),
        _ => None,
    }
}

/// The same for a variant of a body, which is JSON.
pub(super) fn property(name: &str, keyword: &str) -> Option<&'static str> {
    let detail = name.rsplit(':').next().unwrap_or_default();
    match (keyword, detail) {
        ("type", "boolean" | "integer" | "fraction" | "string") => Some("scalar-converted"),
        ("format", detail) => format(detail),
        _ => None,
    }
}

/// Texts that some reading of a format admits: those of `sample/format.rs` that aren't beside it by any.
fn format(detail: &str) -> Option<&'static str> {
    const SPELLINGS: [&str; 12] = [
        "braced",
        "bare",
        "urn",
        "hyphens",
        "blank",
        "date",
        "no-offset",
        "time",
        "relative",
        "no-p",
        "hyphen",
        "no-host",
    ];
    SPELLINGS.contains(&detail).then_some("format-spelling")
}
