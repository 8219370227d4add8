//! An object against its table. What else stands in it is passed over by every reader, and most often it is a slip of
//! the pen: `minlength`, `require`.

use super::super::Resolver;
use super::super::node::Node;
use super::{Exclusive, Expected, Field, LOST, Object, SCHEMA};
use crate::Finding;
use crate::model::Version;
use crate::problem::closest;

impl Object {
    /// What it is, for messages.
    pub(in crate::resolve) fn what(&self) -> &'static str {
        self.what
    }

    /// The clause that says so.
    pub(in crate::resolve) fn clause(&self, version: Version) -> String {
        let section = self.section;
        match version {
            Version::V3_0 => format!("OAS 3.0.3 §4.7.{section}"),
            Version::V3_1 => format!("OAS 3.1.1 §4.8.{section}"),
            Version::V3_2 => format!("OAS 3.2.0 §4.{section}"),
        }
    }

    fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl<'d> Resolver<'d> {
    /// Reports what an object has that it must not have, and the other way round. A value that isn't an object is
    /// left to the reader. The result is the first error.
    pub(in crate::resolve) fn check_object(
        &mut self,
        node: &Node<'d>,
        object: &'static Object,
    ) -> Option<Finding> {
        let members = node.object()?;
        let before = self.findings.len();
        for key in members.keys().filter(|key| !key.starts_with("x-")) {
            let field = object.field(key).filter(|field| field.since <= self.version);
            match field {
                Some(field) if field.until.is_none_or(|last| self.version <= last) => {
                    self.check_field(node, field);
                }
                Some(field) => self.refuse_field(node, object, field),
                None => self.report_unknown(node, object, key),
            }
        }
        self.check_presence(node, object);
        for pair in object.exclusive {
            self.check_exclusive(node, object, pair);
        }
        let is_error = |finding: &&Finding| finding.severity == crate::Severity::Error;
        self.findings.get(before..)?.iter().find(is_error).cloned()
    }

    fn check_field(&mut self, node: &Node<'d>, field: &Field) {
        if matches!(field.value, Expected::Any) {
            return;
        }
        let Some(member) = node.get(field.name) else { return };
        self.set_aside(|this| match field.value {
            Expected::Any => {}
            Expected::Text => {
                this.string(node, field.name);
            }
            Expected::Flag => {
                this.flag(node, field.name);
            }
            Expected::List => {
                this.array(node, field.name);
            }
            Expected::Map => {
                this.map(node, field.name);
            }
            Expected::Word(words) => this.check_word(&member, words),
            Expected::Leaf(object) => {
                if this.map(node, field.name).is_some() {
                    this.check_object(&member, object);
                }
            }
        });
    }

    fn check_word(&mut self, member: &Node<'d>, words: &[&str]) {
        match member.value.as_str() {
            Some(word) if words.contains(&word) => {}
            Some(word) => {
                let message = format!("`{word}` is not known here");
                let help = format!("expected one of {}", words.join(", "));
                self.report(Finding::error("unknown-word", member.at.clone(), message).help(help));
            }
            None => self.wrong_type(member, "a string"),
        }
    }

    /// A field that an earlier version had.
    fn refuse_field(&mut self, node: &Node<'d>, object: &Object, field: &Field) {
        let message = format!("{} has no field `{}`", object.what, field.name);
        let help = format!("remove it ({})", object.clause(self.version));
        let at = node.at.child(field.name);
        self.report_mended(Finding::error("unknown-field", at, message).help(help));
    }

    fn check_presence(&mut self, node: &Node<'d>, object: &Object) {
        let required = object.fields.iter().filter(|field| {
            field.required.is_some_and(|last| self.version <= last) && !node.has(field.name)
        });
        let required: Vec<_> = required.map(|field| field.name).collect();
        for name in required {
            let help = format!("{} requires it", object.clause(self.version));
            self.report_mended(missing(node, name).help(help));
        }
        let Some((since, fields)) = object.one_of else { return };
        if self.version >= since && !fields.iter().any(|field| node.has(field)) {
            let names: Vec<_> = fields.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{} must have one of {}", object.what, names.join(", "));
            let finding = Finding::error("missing-member", node.at.clone(), message);
            self.report_mended(finding.help(object.clause(self.version)));
        }
    }

    fn check_exclusive(&mut self, node: &Node<'d>, object: &Object, pair: &Exclusive) {
        let Exclusive { one, other, since, gap } = pair;
        if self.version < *since || !node.has(one) || !node.has(other) {
            return;
        }
        let message = format!("`{one}` and `{other}` exclude each other in {}", object.what);
        let help = format!("remove one ({})", object.clause(self.version));
        let finding = Finding::error("exclusive-fields", node.at.child(other), message);
        let finding = finding.also(node.at.child(one)).help(help);
        if *gap { self.report(finding) } else { self.report_mended(finding) }
    }

    fn report_unknown(&mut self, node: &Node<'d>, object: &Object, key: &str) {
        let finding = self.unknown_field(node, object, key);
        self.report_mended(finding);
    }

    fn unknown_field(&self, node: &Node<'d>, object: &Object, key: &str) -> Finding {
        let at = node.at.child(key);
        let is_schema = object.section == SCHEMA.section;
        if is_schema && self.version >= Version::V3_1 && LOST.contains(&key) {
            let message = format!("keyword `{key}` is not carried over: it is never checked");
            return Finding::warning("unsupported-keyword", at, message);
        }
        let message = format!("{} has no member `{key}`: it has no effect", object.what);
        let finding = if object.is_closed {
            Finding::error("unknown-field", at, message)
        } else {
            Finding::warning("unknown-keyword", at, message)
        };
        if let Some(field) = object.field(key) {
            let since = field.since;
            return finding
                .help(format!("`{key}` came with OpenAPI {since}: say `openapi: {since}.0`"));
        }
        let known = object.fields.iter().filter(|field| field.since == Version::V3_0);
        let known: Vec<&str> = known.map(|field| field.name).collect();
        match closest(key, &known) {
            Some(known) => finding.help(format!("did you mean `{known}`?")),
            None => finding.help(format!("remove it, or call it `x-{key}`")),
        }
    }
}

/// A field that must have been there.
pub(in crate::resolve) fn missing(node: &Node<'_>, key: &str) -> Finding {
    let message = format!("required member `{key}` is missing");
    Finding::error("missing-member", node.at.clone(), message)
}
