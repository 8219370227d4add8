//! The header fields of a part (RFC 7578 §4.2), and parameters of a field.

/// What the head of a part says, if it has a name.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
}

impl Head {
    pub(super) fn parse(head: &str) -> Option<Self> {
        let field = |wanted: &str| {
            let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
            lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, v)| v.trim())
        };
        let disposition = field("content-disposition")?;
        Some(Self {
            name: parameter(disposition, "name")?,
            file_name: parameter(disposition, "filename"),
            media_type: field("content-type").map(str::to_owned),
        })
    }
}

/// A parameter of a header field: `name="…"`.
pub(super) fn parameter(field: &str, wanted: &str) -> Option<String> {
    let mut rest = field.split_once(';')?.1;
    loop {
        let (name, value) = rest.split_once('=')?;
        let (value, next) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let (value, next) = value.split_once(';').unwrap_or((value, ""));
                (value.trim().to_owned(), next)
            }
        };
        if name.trim_start_matches([';', ' ', '\t']).trim_end().eq_ignore_ascii_case(wanted) {
            // As HTML forms escape what would end a name.
            return Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"));
        }
        rest = next;
    }
}

/// What stands between quotes, and what follows them.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => match chars.next()?.1 {
                escaped @ ('"' | '\\') => value.push(escaped),
                // Browsers of old wrote paths.
                other => value.extend(['\\', other]),
            },
            c => value.push(c),
        }
    }
    None
}
