//! The header fields of a part (RFC 7578 §4.2), and parameters of a field.

use percent_encoding::percent_decode_str;

use crate::charset;
use crate::media::parameters;

/// What the head of a part says, if it has a name.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
    /// Name and value of each header field as it came.
    pub(super) fields: Vec<(String, String)>,
}

impl Head {
    pub(super) fn parse(head: &str) -> Option<Self> {
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let fields = lines.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        let fields: Vec<_> = fields.collect();
        let field = |wanted: &str| {
            let mut named = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            named.next().map(|(_, value)| value.as_str())
        };
        let disposition = field("content-disposition")?;
        let name = parameter(disposition, "name")?;
        Some(Self {
            name,
            // Not for forms (RFC 7578 §4.2), but some send it; what says more goes first (RFC 6266 §4.3).
            file_name: extended(disposition, "filename*")
                .or_else(|| parameter(disposition, "filename")),
            media_type: field("content-type").map(str::to_owned),
            fields,
        })
    }
}

/// A parameter that says its charset: `filename*=UTF-8''na%C3%AFve.txt` (RFC 8187 §3.2).
fn extended(field: &str, wanted: &str) -> Option<String> {
    let (_, value) = parameters(field).find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    charset::decode(&format!("text/plain; charset={charset}"), &bytes).ok()
}

/// A parameter of a header field: `name="…"`.
pub(super) fn parameter(field: &str, wanted: &str) -> Option<String> {
    let (_, value) = parameters(field).find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    // As HTML forms escape what would end a name.
    Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}
