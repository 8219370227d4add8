//! Values for requests: inputs for all operations, for one, for what belongs to a resource; header fields.

use indexmap::IndexMap;
use serde_json::Value;
use toml::de::DeValue;

use super::node::{Entry, Reader, integer, member, members, variable};
use super::workflows::names_workflow;
use crate::profile::{OperationInputs, Places, Profile, Secret};

/// A shorter value from the environment would turn up in texts by chance. It counts as no secret.
pub(super) const SHORTEST: usize = 4;

/// What the run itself writes into every request.
const FRAMING: [&str; 3] = ["content-length", "transfer-encoding", "connection"];

impl Reader<'_> {
    /// Values by name; each is noted under `key`.
    pub(super) fn inputs(
        &mut self,
        entry: &Entry<'_>,
        key: &str,
        places: &mut Places,
    ) -> IndexMap<String, Value> {
        let mut inputs = IndexMap::new();
        let Some(table) = self.table(entry) else { return inputs };
        for (name, span, value) in members(table) {
            places.note(&[key, name], self.place(&span));
            if let Some(value) = self.input(name, value) {
                inputs.insert(name.to_owned(), value);
            }
        }
        inputs
    }

    fn input(&mut self, name: &str, entry: &Entry<'_>) -> Option<Value> {
        if let Some((variable, span)) = variable(entry) {
            let value = self.lookup(variable, &span)?;
            self.hide(variable, &value);
            return Some(Value::String(value));
        }
        match json(entry.get_ref()) {
            Ok(value) => Some(value),
            Err(what) => {
                let message = format!("input `{name}` is {what}, which no request can carry");
                self.wrong(&entry.span(), message);
                None
            }
        }
    }

    pub(super) fn hide(&mut self, variable: &str, value: &str) {
        if value.len() >= SHORTEST {
            self.hidden.push((variable.to_owned(), Secret::new(value)));
        }
    }

    /// Header fields of every request.
    pub(super) fn headers(&mut self, entry: &Entry<'_>, profile: &mut Profile) {
        let Some(table) = self.table(entry) else { return };
        for (name, span, value) in members(table) {
            if let Err(message) = check_header_name(name) {
                self.wrong(&span, message);
            }
            if names_workflow(value) {
                let source = self.workflow_source(&format!("header `{name}`"), value);
                profile.header_workflows.extend(source.map(|source| (name.to_owned(), source)));
                continue;
            }
            let Some((text, from_environment)) = self.text(value) else { continue };
            if !is_header_value(&text) {
                let message = format!("the value of header `{name}` can't be written in HTTP");
                self.wrong_with_help(&value.span(), message, "keep to visible ASCII and blanks");
            }
            if let (true, Some((variable, _))) = (from_environment, variable(value)) {
                self.hide(variable, &text);
            }
            profile.set_header(name, Secret::new(text));
        }
    }

    /// `[operations.placeOrder.query]` and its like.
    pub(super) fn operations(
        &mut self,
        entry: &Entry<'_>,
        profile: &mut Profile,
        places: &mut Places,
    ) {
        let Some(table) = self.table(entry) else { return };
        for (id, span, value) in members(table) {
            places.note(&["operations", id], self.place(&span));
            let known = ["path", "query", "headers", "cookies", "body", "levels"];
            let Some(table) = self.table_of(value, &known) else { continue };
            let mut inputs = OperationInputs::default();
            for (part, list) in inputs.parts_mut() {
                let Some(entry) = member(table, part) else { continue };
                *list = self.inputs(entry, &Places::key(&["operations", id, part]), places);
            }
            if let Some(entry) = member(table, "levels") {
                let levels = self.levels(entry);
                profile.levels.operations.insert(id.to_owned(), levels);
            }
            profile.operations.insert(id.to_owned(), inputs);
        }
    }

    /// `[resources.flow]` and its like.
    pub(super) fn resources(
        &mut self,
        entry: &Entry<'_>,
        profile: &mut Profile,
        places: &mut Places,
    ) {
        let Some(table) = self.table(entry) else { return };
        for (name, _, value) in members(table) {
            let inputs = self.inputs(value, &Places::key(&["resources", name]), places);
            profile.resources.insert(name.to_owned(), inputs);
        }
    }
}

/// Whether a header field may be called so (RFC 9110 §5.1), and be set from outside.
pub(crate) fn check_header_name(name: &str) -> Result<(), String> {
    if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(format!("`{name}` is no name of a header"));
    }
    if FRAMING.iter().any(|framing| framing.eq_ignore_ascii_case(name)) {
        return Err(format!("`{name}` is written by the run itself"));
    }
    Ok(())
}

/// Whether HTTP/1.1 carries this as a field's value, unchanged (RFC 9110 §5.5).
pub(crate) fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) && text.trim() == text
}

/// A TOML value as JSON; times become their text.
fn json(value: &DeValue<'_>) -> Result<Value, &'static str> {
    Ok(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => Value::from(integer(number).ok_or("a number beyond 64 bits")?),
        DeValue::Float(number) => {
            let number = number.as_str().parse().ok().and_then(serde_json::Number::from_f64);
            Value::Number(number.ok_or("not a finite number")?)
        }
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| json(item.get_ref())).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Object(
            members(table)
                .map(|(name, _, value)| Ok((name.to_owned(), json(value.get_ref())?)))
                .collect::<Result<_, &'static str>>()?,
        ),
    })
}
