//! Conditions and selectors: what each kind of them needs.

use serde_json::{Map, Value};
use spec::Origin;

use super::Checker;

/// The languages that an expression type can name, each with its versions.
const VERSIONS: [(&str, &[&str]); 3] = [
    ("jsonpath", &["rfc9535", "draft-goessner-dispatch-jsonpath-00"]),
    ("xpath", &["xpath-31", "xpath-30", "xpath-20", "xpath-10"]),
    ("jsonpointer", &["rfc6901"]),
];

impl Checker {
    pub(super) fn criterion(&mut self, criterion: &Value, at: &Origin) {
        let known = ["context", "condition", "type"];
        let Some(members) = self.object(criterion, at, "a criterion", &known, &[]) else { return };
        self.text(members, at, "condition");
        let Some(kind) = members.get("type") else { return };
        self.kind(kind, &at.child("type"), &["simple", "regex", "jsonpath", "xpath"]);
        if kind.as_str() != Some("simple") {
            self.text(members, at, "context");
        }
    }

    pub(super) fn selector(&mut self, members: &Map<String, Value>, at: &Origin) {
        self.text(members, at, "context");
        self.text(members, at, "selector");
        match members.get("type") {
            Some(kind) => self.kind(kind, &at.child("type"), &["jsonpath", "xpath", "jsonpointer"]),
            None => self.error(at, "`type`, the language of the selector, is missing"),
        }
    }

    /// The language of an expression: its name, or an object with the version.
    pub(super) fn kind(&mut self, kind: &Value, at: &Origin, names: &[&str]) {
        match kind {
            Value::String(name) => {
                let message = format!("this is one of `{}`", names.join("`, `"));
                self.that(names.contains(&name.as_str()), at, &message);
            }
            Value::Object(members) => {
                self.object(kind, at, "an expression type", &["type", "version"], &[]);
                let languages: Vec<_> = VERSIONS.iter().map(|(name, _)| *name).collect();
                self.one_of(members, at, "type", &languages);
                let name = members.get("type").and_then(Value::as_str);
                let versions = VERSIONS.iter().find(|(one, _)| Some(*one) == name);
                if let Some((_, versions)) = versions {
                    self.one_of(members, at, "version", versions);
                }
            }
            _ => self.error(at, "this is a name or an object with a `type` and a `version`"),
        }
    }
}
