//! Secrets that nobody has, almost the right ones.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};

/// What makes a secret one that nobody has, and that a careless comparison takes for the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alteration {
    /// Its last character is missing.
    CutShort,
    /// A character follows it.
    Longer,
    /// Its letters are in the other case.
    OtherCase,
    /// A signed token (RFC 7515 §3.1) says that it needs no signature, and has none (RFC 7519 §6.1).
    Unsigned,
    /// A signed token has a signature of something else.
    OtherSignature,
}

impl Alteration {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::CutShort, Self::Longer, Self::OtherCase, Self::Unsigned, Self::OtherSignature];

    /// As names of secrets have it: `cut_short`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CutShort => "cut_short",
            Self::Longer => "longer",
            Self::OtherCase => "other_case",
            Self::Unsigned => "unsigned",
            Self::OtherSignature => "other_signature",
        }
    }

    /// A secret, altered; the same where it can't be.
    #[must_use]
    pub fn of(self, secret: &str) -> String {
        let other_case = |letter: char| match letter.is_ascii_lowercase() {
            true => letter.to_ascii_uppercase(),
            false => letter.to_ascii_lowercase(),
        };
        match self {
            Self::CutShort => {
                let end = secret.char_indices().next_back().map_or(0, |(at, _)| at);
                secret.get(..end).unwrap_or_default().to_owned()
            }
            Self::Longer => format!("{secret}x"),
            Self::OtherCase => secret.chars().map(other_case).collect(),
            Self::Unsigned | Self::OtherSignature => match signed(secret) {
                Some(parts) => self.forged(parts),
                None => secret.to_owned(),
            },
        }
    }

    /// A token with the same claims.
    fn forged(self, [header, claims, signature]: [&str; 3]) -> String {
        if self == Self::Unsigned {
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
            return format!("{header}.{claims}.");
        }
        // The first letter counts whole; of the last one some bits may not.
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        let rest: String = signature.chars().skip(1).collect();
        format!("{header}.{claims}.{other}{rest}")
    }
}

/// The parts of a signed token in the compact form: header, claims and signature.
fn signed(secret: &str) -> Option<[&str; 3]> {
    let parts: Vec<&str> = secret.split('.').collect();
    let [header, claims, signature] = parts[..] else { return None };
    let decoded = URL_SAFE_NO_PAD.decode(header).ok()?;
    let read: Map<String, Value> = serde_json::from_slice(&decoded).ok()?;
    (read.contains_key("alg") && !signature.is_empty()).then_some([header, claims, signature])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_token_is_forged_and_no_other_text() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
        let token = format!("{header}.e30.c2lnbmVk");
        let unsigned = Alteration::Unsigned.of(&token);
        assert_eq!(
            unsigned,
            format!("{}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#))
        );
        assert_eq!(Alteration::OtherSignature.of(&token), format!("{header}.e30.A2lnbmVk"));
        for other in ["token", "a.b.c", "e30.e30.e30", &format!("{header}.e30."), &unsigned] {
            assert_eq!(Alteration::Unsigned.of(other), other);
        }
    }
}
