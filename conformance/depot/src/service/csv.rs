//! Comma-separated values (RFC 4180).

use std::fmt::Write as _;

/// A line, with its end.
pub(super) fn line<'f>(fields: impl IntoIterator<Item = &'f str>) -> String {
    let mut line = String::new();
    for (number, field) in fields.into_iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        // Writing to a string can't fail.
        let _ = match field.contains([',', '"', '\r', '\n']) {
            true => write!(line, "{comma}\"{}\"", field.replace('"', "\"\"")),
            false => write!(line, "{comma}{field}"),
        };
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_would_end_a_field_is_quoted() {
        assert_eq!(super::line(["1", "a,b", "5\" pipe", ""]), "1,\"a,b\",\"5\"\" pipe\",\r\n");
    }
}
