//! What the name of a media type says.

/// How content of several records is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Lines of values with commas between them: RFC 4180.
    Table,
    /// Lines of one JSON value each, or JSON values behind a record separator (RFC 7464).
    Json,
}

/// How content of a media type is written in records, if it is, parameters aside.
#[must_use]
pub fn records(media_type: &str) -> Option<Records> {
    match essence(media_type).as_str() {
        "text/csv" => Some(Records::Table),
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/json-lines"
        | "application/json-seq" => Some(Records::Json),
        _ => None,
    }
}

/// Whether content of a media type is JSON: `application/json`, `text/json` or `+json` (RFC 6839), parameters aside.
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// A media type without its parameters, in small letters.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The parameters of a media type (RFC 9110 §5.6.6): each name in small letters, with its value as written, quotes
/// included. What isn't `name=value` has no value.
#[must_use]
pub fn parameters(media_type: &str) -> Vec<(String, Option<&str>)> {
    let parts = split(media_type).into_iter().skip(1).filter(|part| !part.is_empty());
    parts.map(parameter).collect()
}

fn parameter(part: &str) -> (String, Option<&str>) {
    match part.split_once('=') {
        Some((name, value)) => (name.trim().to_ascii_lowercase(), Some(value.trim())),
        None => (part.to_ascii_lowercase(), None),
    }
}

/// What stands between semicolons, but for those within quotes.
fn split(media_type: &str) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = media_type.split(|c| {
        let ends = c == ';' && !is_quoted;
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = is_quoted && c == '\\' && !is_escaped;
        ends
    });
    parts.map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn parameters_end_at_semicolons_that_are_not_quoted() {
        let found = parameters("Text/A; B = c;; d=\"e;\\\"f\" ;g; h=\"i\\\\\";j=");
        let expected = [
            ("b", Some("c")),
            ("d", Some("\"e;\\\"f\"")),
            ("g", None),
            ("h", Some("\"i\\\\\"")),
            ("j", Some("")),
        ];
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(found, expected);
        assert!(parameters("a/b").is_empty() && parameters("").is_empty());
    }
}
