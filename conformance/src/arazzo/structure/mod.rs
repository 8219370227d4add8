//! What a document of each version of Arazzo must and must not have, whatever it is about: members, their types, and
//! which of them go together. What they lead to is checked as they are read.
//!
//! A member that the specification doesn't have is a warning, and costs the workflow it stands in: misspelled, it would
//! be something that was asked for and is not done.

mod action;
mod criterion;
mod step;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use spec::{Finding, Origin};

/// The minor version of a document: 1.0 and 1.1 are read, whatever the patch.
///
/// # Errors
/// A finding where it is another one, or none.
pub(super) fn version(document: &Value, root: &Origin) -> Result<u8, Box<Finding>> {
    match document.get("arazzo") {
        Some(written) => written.as_str().and_then(minor).ok_or_else(|| {
            let message =
                format!("this is Arazzo {written}, and 1.0 and 1.1 are what is supported");
            Finding::error("unsupported-version", root.child("arazzo"), message).into()
        }),
        None => {
            let message = "the document has no `arazzo` member";
            Err(Finding::error("not-arazzo", root.clone(), message).into())
        }
    }
}

/// Everything that is wrong with the form of a document of this minor version.
pub(super) fn check(document: &Value, root: &Origin, minor: u8) -> Vec<Finding> {
    let sources = document.get("sourceDescriptions").and_then(Value::as_array);
    let is_async = |one: &Value| one.get("type").and_then(Value::as_str) == Some("asyncapi");
    let has_channels = sources.is_some_and(|sources| sources.iter().any(is_async));
    let mut checker = Checker { findings: Vec::new(), minor, has_channels };
    checker.document(document, root);
    checker.findings
}

/// The minor version of `1.0.1`.
fn minor(version: &str) -> Option<u8> {
    let (minor, patch) = version.strip_prefix("1.")?.split_once('.')?;
    let is_patch = patch.starts_with(|c: char| c.is_ascii_digit());
    minor.parse().ok().filter(|minor| *minor <= 1 && is_patch)
}

struct Checker {
    findings: Vec<Finding>,
    /// The minor version.
    minor: u8,
    /// Whether a source describes channels (AsyncAPI).
    has_channels: bool,
}

impl Checker {
    fn document(&mut self, document: &Value, at: &Origin) {
        let known = ["arazzo", "info", "sourceDescriptions", "workflows", "components"];
        let Some(members) = self.object(document, at, "the document", &known, &["$self"]) else {
            return;
        };
        if let Some(own) = members.get("$self") {
            let is_base = own.as_str().is_some_and(|uri| !uri.contains('#'));
            self.that(is_base, &at.child("$self"), "`$self` is a URI reference without a fragment");
        }
        match members.get("info") {
            Some(info) => self.info(info, &at.child("info")),
            None => self.wanted(at, "info"),
        }
        if !members.contains_key("sourceDescriptions") {
            self.wanted(at, "sourceDescriptions");
        }
        self.each(members, at, "sourceDescriptions", true, Self::source);
        self.distinct(members, at, "sourceDescriptions", |one| {
            one.get("name")?.as_str().map(str::to_owned)
        });
        if !members.contains_key("workflows") {
            self.error(at, "`workflows` is missing");
        }
        self.each(members, at, "workflows", true, Self::workflow);
        if let Some(components) = members.get("components") {
            self.components(components, &at.child("components"));
        }
    }

    fn info(&mut self, info: &Value, at: &Origin) {
        let known = ["title", "summary", "description", "version"];
        let Some(members) = self.object(info, at, "`info`", &known, &[]) else { return };
        for name in ["title", "version"] {
            match members.get(name) {
                Some(Value::String(_)) => {}
                Some(_) => self.error(&at.child(name), "this is a string"),
                None => self.wanted(at, name),
            }
        }
    }

    fn source(&mut self, source: &Value, at: &Origin) {
        let known = ["name", "url", "type"];
        let Some(members) = self.object(source, at, "a source description", &known, &[]) else {
            return;
        };
        self.text(members, at, "name");
        self.text(members, at, "url");
        let types: &[&str] = if self.minor == 0 {
            &["openapi", "arazzo"]
        } else {
            &["openapi", "arazzo", "asyncapi"]
        };
        self.one_of(members, at, "type", types);
    }

    fn workflow(&mut self, workflow: &Value, at: &Origin) {
        const KNOWN: [&str; 10] = [
            "workflowId",
            "summary",
            "description",
            "inputs",
            "dependsOn",
            "steps",
            "successActions",
            "failureActions",
            "outputs",
            "parameters",
        ];
        let Some(members) = self.object(workflow, at, "a workflow", &KNOWN, &[]) else { return };
        self.text(members, at, "workflowId");
        if let Some(inputs) = members.get("inputs") {
            let is_schema = inputs.is_object() || inputs.is_boolean();
            self.that(is_schema, &at.child("inputs"), "`inputs` is a JSON Schema");
        }
        self.names(members, at, "dependsOn", |_| true);
        if !members.contains_key("steps") {
            self.error(at, "`steps` is missing");
        }
        self.each(members, at, "steps", true, Self::step);
        self.actions(members, at, ["successActions", "failureActions"]);
        self.parameters(members, at, true);
        self.outputs(members, at);
    }

    fn components(&mut self, components: &Value, at: &Origin) {
        let known = ["inputs", "parameters", "successActions", "failureActions"];
        let Some(members) = self.object(components, at, "`components`", &known, &[]) else {
            return;
        };
        for (kind, parts) in members {
            let at = at.child(kind);
            let Some(parts) = parts.as_object() else {
                if known.contains(&kind.as_str()) {
                    self.error(&at, "this is an object of components by their names");
                }
                continue;
            };
            for (name, part) in parts {
                let at = at.child(name);
                self.that(
                    is_identifier(name),
                    &at,
                    "the name of a component has letters, digits, `.`, `-` and `_`",
                );
                match kind.as_str() {
                    // Where it is used tells whether it needs a place.
                    "parameters" => self.parameter(part, &at, true),
                    "successActions" => self.action(part, &at, false),
                    "failureActions" => self.action(part, &at, true),
                    _ => {}
                }
            }
        }
    }

    /// Outputs by their names, of a step or a workflow.
    fn outputs(&mut self, members: &Map<String, Value>, at: &Origin) {
        let Some(outputs) = members.get("outputs") else { return };
        let at = at.child("outputs");
        let Some(outputs) = outputs.as_object() else {
            return self.error(&at, "`outputs` is an object of expressions by their names");
        };
        for (name, value) in outputs {
            let at = at.child(name);
            self.that(
                is_identifier(name),
                &at,
                "the name of an output has letters, digits, `.`, `-` and `_`",
            );
            match value {
                Value::String(_) => {}
                Value::Object(selector) if self.minor > 0 => self.selector(selector, &at),
                _ => self.error(&at, "an output is an expression, or from 1.1 on a selector"),
            }
        }
    }

    /// The members of an object, where it is one. Those that neither this version has nor an extension are told.
    fn object<'v>(
        &mut self,
        value: &'v Value,
        at: &Origin,
        what: &str,
        known: &[&str],
        since_1_1: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(members) = value.as_object() else {
            self.error(at, &format!("{what} is an object"));
            return None;
        };
        for name in members.keys() {
            let is_known = known.contains(&name.as_str()) || name.starts_with("x-");
            if is_known {
                continue;
            }
            let is_later = since_1_1.contains(&name.as_str());
            if is_later && self.minor == 0 {
                self.warning(&at.child(name), &format!("{what} has `{name}` from Arazzo 1.1 on"));
            } else if !is_later {
                self.warning(&at.child(name), &format!("{what} has no member `{name}`"));
            }
        }
        Some(members)
    }

    /// Each item of a list, where there is one.
    fn each(
        &mut self,
        members: &Map<String, Value>,
        at: &Origin,
        name: &str,
        is_filled: bool,
        check: impl Fn(&mut Self, &Value, &Origin),
    ) {
        let Some(list) = members.get(name) else { return };
        let at = at.child(name);
        let Some(items) = list.as_array() else {
            return self.error(&at, &format!("`{name}` is a list"));
        };
        self.that(!is_filled || !items.is_empty(), &at, &format!("`{name}` has one item at least"));
        for (n, item) in items.iter().enumerate() {
            check(self, item, &at.child(n));
        }
    }

    /// That no two items of a list are the same by this.
    fn distinct(
        &mut self,
        members: &Map<String, Value>,
        at: &Origin,
        name: &str,
        key: impl Fn(&Value) -> Option<String>,
    ) {
        let items = members.get(name).and_then(Value::as_array);
        let mut seen = Vec::new();
        for (n, item) in items.into_iter().flatten().enumerate() {
            let Some(key) = key(item) else { continue };
            if seen.contains(&key) {
                self.error(&at.child(name).child(n), &format!("`{name}` has this twice: {key}"));
            }
            seen.push(key);
        }
    }

    /// A list of different strings, of which there is one at least.
    fn names(
        &mut self,
        members: &Map<String, Value>,
        at: &Origin,
        name: &str,
        is_one: impl Fn(&str) -> bool,
    ) {
        self.each(members, at, name, true, |checker, item, at| {
            let is_right = item.as_str().is_some_and(&is_one);
            checker.that(is_right, at, &format!("this is no reference that `{name}` may have"));
        });
        self.distinct(members, at, name, |item| item.as_str().map(str::to_owned));
    }

    /// A string that must be there.
    fn text(&mut self, members: &Map<String, Value>, at: &Origin, name: &str) {
        match members.get(name) {
            Some(Value::String(_)) => {}
            Some(_) => self.error(&at.child(name), &format!("`{name}` is a string")),
            None => self.error(at, &format!("`{name}`, a string, is missing")),
        }
    }

    /// A string that must be there, and one of these.
    fn one_of(&mut self, members: &Map<String, Value>, at: &Origin, name: &str, these: &[&str]) {
        let message = || format!("`{name}` is one of `{}`", these.join("`, `"));
        match members.get(name) {
            Some(value) if value.as_str().is_some_and(|text| these.contains(&text)) => {}
            Some(_) => self.error(&at.child(name), &message()),
            None => self.error(at, &format!("{}, and is missing", message())),
        }
    }

    fn that(&mut self, holds: bool, at: &Origin, message: &str) {
        if !holds {
            self.error(at, message);
        }
    }

    fn error(&mut self, at: &Origin, message: &str) {
        self.findings.push(Finding::error("invalid-structure", at.clone(), message));
    }

    fn warning(&mut self, at: &Origin, message: &str) {
        self.findings.push(Finding::warning("unknown-member", at.clone(), message));
    }

    /// A member that the specification asks for, and without which a document can be read all the same.
    fn wanted(&mut self, at: &Origin, name: &str) {
        let message = format!("`{name}` is missing");
        self.findings.push(Finding::warning("missing-member", at.clone(), message));
    }
}

/// The names of components and outputs.
fn is_identifier(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.chars().all(is_part)
}
