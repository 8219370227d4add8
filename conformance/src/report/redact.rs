//! Secrets out of everything that is told, in whatever form the target may echo them.

use std::borrow::Cow;

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
