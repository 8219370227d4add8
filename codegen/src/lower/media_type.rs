//! What a media type is called where it is sent and looked for: with those of its parameters that say something.

use spec::Finding;
use spec::model::{MediaType, essence, parameters};

use super::Lowerer;
use crate::names::pascal;

/// A media type of the document.
pub(super) struct Named {
    /// In small letters, without parameters: `text/plain`.
    pub(super) essence: String,
    /// With parameters, as it is sent: `text/plain; charset=utf-8`.
    pub(super) sent: String,
    /// Whether text in it is UTF-8, or may be.
    pub(super) is_utf8: bool,
    /// Those of its parameters that tell it from others.
    telling: Vec<(String, String)>,
}

impl Named {
    /// Whether nothing tells the two apart.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.essence == other.essence && self.telling == other.telling
    }

    /// A word for what tells it from others of its kind: `Version2`.
    pub(super) fn distinction(&self) -> String {
        let words = self.telling.iter().map(|(name, value)| format!("{name} {value}"));
        let words: Vec<_> = words.collect();
        if words.is_empty() { String::new() } else { pascal(&words.join(" "), "") }
    }
}

impl Lowerer<'_> {
    /// Reads the name of a media type, and tells what of it nobody can send.
    pub(super) fn named(&mut self, media_type: &MediaType) -> Named {
        let essence = essence(&media_type.name);
        let mut named =
            Named { sent: essence.clone(), essence, is_utf8: true, telling: Vec::new() };
        for (name, value) in parameters(&media_type.name) {
            match (&*name, value) {
                (_, None) => {
                    self.left_out(media_type, &name, "is no `name=value` (RFC 9110 §5.6.6)")
                }
                ("q", _) => {
                    self.left_out(media_type, &name, "weighs what is asked for (RFC 9110 §12.4.2)")
                }
                // Each body has its own.
                ("boundary", _) => {}
                ("charset", Some(value)) => self.add_charset(media_type, &mut named, value),
                (_, Some(value)) => {
                    named.sent.push_str(&format!("; {name}={value}"));
                    named.telling.push((name, value.trim_matches('"').to_owned()));
                }
            }
        }
        named.telling.sort();
        named
    }

    /// Text is written and read as UTF-8; in another charset it is bytes, for whoever knows that.
    fn add_charset(&mut self, media_type: &MediaType, named: &mut Named, value: &str) {
        let is_utf8 =
            ["utf-8", "utf8"].iter().any(|utf8| value.trim_matches('"').eq_ignore_ascii_case(utf8));
        let is_text = named.essence.starts_with("text/");
        if is_utf8 || is_text {
            named.sent.push_str(&format!("; charset={value}"));
            named.is_utf8 = is_utf8;
            return;
        }
        self.left_out(media_type, "charset", "isn't UTF-8, which is what is written");
    }

    fn left_out(&mut self, media_type: &MediaType, name: &str, why: &str) {
        self.note(Finding::warning(
            "media-type-parameter",
            media_type.origin.clone(),
            format!("the parameter `{name}` of `{}` {why}, so it is left out", media_type.name),
        ));
    }
}
