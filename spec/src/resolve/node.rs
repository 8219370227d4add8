//! A value of a document together with its place, and typed access to its members.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Resolver;
use super::structure::{Object, missing};
use crate::model::{Extensions, Version};
use crate::pointer::unescape;
use crate::{FileId, Finding, Origin};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node<'d> {
    pub(super) value: &'d Value,
    pub(super) at: Origin,
}

impl<'d> Node<'d> {
    pub(super) fn root(value: &'d Value) -> Self {
        Self { value, at: Origin { file: FileId::ROOT, pointer: String::new() } }
    }

    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.as_object()?.get(key)?;
        Some(Self { value, at: self.at.child(key) })
    }

    /// The members, where it is an object.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d, '_> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), Self { value, at: self.at.child(key) }))
    }

    /// The items, where it is an array.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'d, '_> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, value)| Self { value, at: self.at.child(index) })
    }

    pub(super) fn object(&self) -> Option<&'d Map<String, Value>> {
        self.value.as_object()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.object().is_some_and(|members| members.contains_key(key))
    }

    pub(super) fn extensions(&self) -> Extensions {
        let members = self.value.as_object().into_iter().flatten();
        let is_extension = |(key, _): &(&String, &Value)| key.starts_with("x-");
        members.filter(is_extension).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

/// What a value is, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn wrong_type(node: &Node<'_>, expected: &str) -> Finding {
    let key = unescape(node.at.pointer.rsplit('/').next().unwrap_or_default());
    let message = format!("`{key}` is {}, expected {expected}", kind(node.value));
    Finding::error("wrong-type", node.at.clone(), message)
}

impl<'d> Resolver<'d> {
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        self.report(wrong_type(node, expected));
    }

    /// A member that must have been there.
    pub(super) fn required(&mut self, node: &Node<'d>, key: &str) -> Option<Node<'d>> {
        let member = node.get(key);
        if member.is_none() {
            self.report(missing(node, key));
        }
        member
    }

    pub(super) fn string(&mut self, node: &Node<'d>, key: &str) -> Option<String> {
        let member = node.get(key)?;
        match member.value {
            Value::String(text) => Some(text.clone()),
            // YAML reads `version: 1.0` and `title: 2024` as numbers; what was meant is plain.
            Value::Number(number) => {
                self.report_mended(wrong_type(&member, "a string (put it in quotes)"));
                Some(number.to_string())
            }
            _ => {
                self.wrong_type(&member, "a string");
                None
            }
        }
    }

    /// A text for people: nothing that is sent depends on it.
    pub(super) fn text(&mut self, node: &Node<'d>, key: &str) -> Option<String> {
        self.set_aside(|this| this.string(node, key))
    }

    /// A text for people that OAS 3.2 has brought.
    pub(super) fn newer_text(&mut self, node: &Node<'d>, key: &str) -> Option<String> {
        if self.version >= Version::V3_2 { self.text(node, key) } else { None }
    }

    /// A flag for people.
    pub(super) fn mark(&mut self, node: &Node<'d>, key: &str) -> bool {
        self.set_aside(|this| this.flag(node, key))
    }

    pub(super) fn flag(&mut self, node: &Node<'d>, key: &str) -> bool {
        self.maybe_flag(node, key).unwrap_or(false)
    }

    pub(super) fn maybe_flag(&mut self, node: &Node<'d>, key: &str) -> Option<bool> {
        let member = node.get(key)?;
        let flag = member.value.as_bool();
        if flag.is_none() {
            self.wrong_type(&member, "a boolean");
        }
        flag
    }

    /// A non-negative integer; `2.0` is one (JSON Schema 2020-12 §4.2.3).
    pub(super) fn count(&mut self, node: &Node<'d>, key: &str) -> Option<u64> {
        let member = node.get(key)?;
        let integral = |number: f64| {
            (number.fract() == 0.0 && (0.0..=9.0e15).contains(&number)).then_some(number as u64)
        };
        let count = member.value.as_u64().or_else(|| member.value.as_f64().and_then(integral));
        if count.is_none() {
            self.wrong_type(&member, "a non-negative integer");
        }
        count
    }

    pub(super) fn strings(&mut self, node: &Node<'d>, key: &str) -> Vec<String> {
        let Some(list) = self.array(node, key) else { return Vec::new() };
        let mut strings = Vec::new();
        for item in list.items() {
            match item.value.as_str() {
                Some(text) => strings.push(text.to_owned()),
                None => self.wrong_type(&item, "a string"),
            }
        }
        strings
    }

    /// A member that is an array.
    pub(super) fn array(&mut self, node: &Node<'d>, key: &str) -> Option<Node<'d>> {
        let member = node.get(key)?;
        if member.value.is_array() {
            return Some(member);
        }
        self.wrong_type(&member, "an array");
        None
    }

    /// A member that is an object.
    pub(super) fn map(&mut self, node: &Node<'d>, key: &str) -> Option<Node<'d>> {
        let member = node.get(key)?;
        if member.value.is_object() {
            return Some(member);
        }
        self.wrong_type(&member, "an object");
        None
    }

    /// An object that `openapiv3` knows, whole, after the check of its table.
    pub(super) fn typed<T: DeserializeOwned>(
        &mut self,
        node: &Node<'d>,
        object: &'static Object,
    ) -> Option<T> {
        if !node.value.is_object() {
            self.wrong_type(node, "an object");
            return None;
        }
        let told = self.check_object(node, object);
        match (T::deserialize(node.value), told) {
            (Ok(typed), _) => return Some(typed),
            // Why it can't be read has been told, with a nearer place.
            (Err(_), Some(told)) => self.report(told),
            (Err(error), None) => {
                let message = format!("this is not {}: {error}", object.what());
                self.report(Finding::error("malformed-object", node.at.clone(), message));
            }
        }
        None
    }
}
