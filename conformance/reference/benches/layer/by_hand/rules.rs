//! The rules of the contract, one function each.

use serde::Serialize;

use super::failure::Failure;

/// What is wrong with a request.
#[derive(Debug, Default)]
pub(super) struct Violations(Vec<Violation>);

/// One thing that is.
#[derive(Debug, Serialize)]
pub(crate) struct Violation {
    pub(super) loc: Vec<Part>,
    pub(super) msg: String,
    pub(super) r#type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Part {
    Name(&'static str),
    Index(usize),
}

impl Violations {
    pub(super) fn finish(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Invalid(self.0)) }
    }

    pub(super) fn add(&mut self, location: &[&'static str], kind: &'static str, message: String) {
        let loc = location.iter().map(|name| Part::Name(name)).collect();
        self.0.push(Violation { loc, msg: message, r#type: kind });
    }

    pub(super) fn length(
        &mut self,
        location: &[&'static str],
        text: &str,
        least: usize,
        most: usize,
    ) {
        let length = text.chars().count();
        if length < least {
            let message = format!("must have at least {least} characters");
            self.add(location, "string_too_short", message);
        } else if length > most {
            let message = format!("must have at most {most} characters");
            self.add(location, "string_too_long", message);
        }
    }

    pub(super) fn id(&mut self, location: &[&'static str], text: &str) {
        self.length(location, text, 1, 64);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if text.is_empty() || !text.bytes().all(allowed) {
            let message = "must match the pattern ^[A-Za-z0-9_-]+$".to_owned();
            self.add(location, "pattern_mismatch", message);
        }
    }

    pub(super) fn range(&mut self, location: &[&'static str], number: i32, least: i32, most: i32) {
        if number < least {
            self.add(location, "number_too_small", format!("must be at least {least}"));
        } else if number > most {
            self.add(location, "number_too_large", format!("must be at most {most}"));
        }
    }

    pub(super) fn tags(&mut self, tags: &[String]) {
        if tags.len() > 20 {
            let message = "must have at most 20 items".to_owned();
            self.add(&["body", "tags"], "too_many_items", message);
        }
        for (index, tag) in tags.iter().enumerate() {
            let before = self.0.len();
            self.length(&["body", "tags"], tag, 1, 100);
            if let Some(violation) = self.0.get_mut(before) {
                violation.loc.push(Part::Index(index));
            }
        }
    }
}
