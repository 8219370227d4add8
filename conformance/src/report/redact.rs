//! Secrets out of everything that is told, in whatever form the target may echo them.

use std::borrow::Cow;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::profile::Profile;

/// Encoded forms shorter than this would turn up by chance.
const SHORTEST: usize = 6;

/// Replaces secrets by the name of an environment variable that could hold them: `$TOKEN_ADMIN`.
#[derive(Clone, Default)]
pub struct Redactor {
    /// What is looked for, longest first, and what takes its place.
    forms: Vec<(String, String)>,
}

impl Redactor {
    /// A redactor for every secret of a profile.
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let mut forms: Vec<(String, String)> = Vec::new();
        for (name, secret) in profile.secrets() {
            let variable = variable(&name);
            for form in forms_of(secret.expose()) {
                if forms.iter().all(|(present, _)| *present != form) {
                    forms.push((form, variable.clone()));
                }
            }
        }
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        Self { forms }
    }

    /// The text without secrets.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut redacted = Cow::Borrowed(text);
        for (form, variable) in &self.forms {
            if redacted.contains(form.as_str()) {
                redacted = Cow::Owned(redacted.replace(form.as_str(), variable));
            }
        }
        redacted
    }

    /// The beginning of a longer text without secrets: the cut may have gone through one, and no part of it may stay.
    #[must_use]
    pub fn beginning(&self, text: &str) -> String {
        let longest_cut = |form: &str| {
            (1..form.len())
                .rev()
                .find(|&end| form.is_char_boundary(end) && text.ends_with(&form[..end]))
        };
        let cut = self.forms.iter().filter_map(|(form, _)| longest_cut(form)).max().unwrap_or(0);
        self.text(&text[..text.len() - cut]).into_owned()
    }

    /// Every placeholder, for a shell to expand.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(|(_, variable)| variable.as_str())
    }
}

/// Writes text without secrets, line by line.
///
/// What is written must be of lines that hold each secret whole: JSON, in which a line break of a secret is an escape, or
/// lines in which it is one.
pub struct Redacting<'r, W: Write> {
    redactor: &'r Redactor,
    to: W,
    line: Vec<u8>,
}

impl<'r, W: Write> Redacting<'r, W> {
    /// Writes to this.
    pub fn new(redactor: &'r Redactor, to: W) -> Self {
        Self { redactor, to, line: Vec::new() }
    }

    fn write_line(&mut self) -> io::Result<()> {
        let line = String::from_utf8_lossy(&self.line);
        self.to.write_all(self.redactor.text(&line).as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Write for Redacting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    /// Writes what there is of the last line, too.
    fn flush(&mut self) -> io::Result<()> {
        self.write_line()?;
        self.to.flush()
    }
}

/// The environment variable that stands for a credential's secret.
fn variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("$TOKEN_{}", name.chars().map(plain).collect::<String>())
}

/// A secret as it is, and as JSON, URLs, base64 and hexadecimal notation write it.
fn forms_of(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut encoded = vec![
        json.trim_matches('"').to_owned(),
        percent.to_lowercase(),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
        url_encoded(secret),
        percent,
    ];
    for offset in 0..3 {
        encoded.extend(base64_forms(secret, offset));
    }
    encoded.retain(|form| form.len() >= SHORTEST);
    encoded.insert(0, secret.to_owned());
    encoded
}

/// As clients percent-encode: unreserved characters stay.
fn url_encoded(secret: &str) -> String {
    crate::case::encode(secret)
}

/// What base64 makes of the secret within a longer text, where `offset` bytes of its group of three come before it:
/// only the characters that depend on nothing but the secret.
fn base64_forms(secret: &str, offset: usize) -> [String; 2] {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(secret.as_bytes());
    let first = (offset * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    let core = |encoded: String| encoded.get(first..last).unwrap_or_default().to_owned();
    [core(STANDARD_NO_PAD.encode(&bytes)), core(URL_SAFE_NO_PAD.encode(&bytes))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever writes cuts where it likes: also within a secret, and within a character.
    #[test]
    fn a_secret_is_found_however_it_is_cut() {
        let secret = "s3cret-tökén";
        let forms = vec![(secret.to_owned(), "$TOKEN".to_owned())];
        let redactor = Redactor { forms };
        let text = format!("a {secret}\nlast {secret}");
        for cut in 0..=text.len() {
            let mut written = Vec::new();
            let mut out = Redacting::new(&redactor, &mut written);
            let (before, after) = text.as_bytes().split_at(cut);
            for piece in [before, after] {
                out.write_all(piece).expect("it is written");
            }
            out.flush().expect("it is written");
            assert_eq!(String::from_utf8_lossy(&written), "a $TOKEN\nlast $TOKEN", "cut at {cut}");
        }
    }
}
