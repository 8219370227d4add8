//! Values with expressions in them: what a payload or a parameter says.

use std::sync::Arc;

use serde_json::Value;
use spec::pointer::unescape;

use crate::case::{Template, Text, TextPart};
use crate::expression::{Expression, ExpressionError};

/// Turns a value of the document into a template: `$inputs.name` is an expression, `{$inputs.name}` within a longer
/// text a hole.
///
/// # Errors
/// The first text that looks like an expression and is none.
pub(super) fn template(value: &Value) -> Result<Template, ExpressionError> {
    Ok(match value {
        Value::String(text) if text.starts_with('$') => Template::Expression(text.parse()?),
        Value::String(text) if text.contains("{$") => Template::Text(text_with_holes(text)?),
        Value::Array(items) => {
            Template::array(items.iter().map(template).collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Ok((name.clone(), template(value)?)));
            Template::object(members.collect::<Result<_, ExpressionError>>()?)
        }
        other => Template::Value(other.clone()),
    })
}

fn text_with_holes(text: &str) -> Result<Text, ExpressionError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{$") {
        let Some(length) = rest[open..].find('}') else { break };
        if open > 0 {
            parts.push(TextPart::Literal(rest[..open].to_owned()));
        }
        let expression: Expression = rest[open + 1..open + length].parse()?;
        parts.push(TextPart::Expression(expression));
        rest = &rest[open + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(TextPart::Literal(rest.to_owned()));
    }
    Ok(Text(parts))
}

/// Puts a value at a JSON pointer of a template: Arazzo's `replacements`. `None` where the pointer leads nowhere.
pub(super) fn replace(payload: &mut Template, pointer: &str, value: Template) -> Option<()> {
    if pointer.is_empty() {
        *payload = value;
        return Some(());
    }
    let (parent, last) = pointer.rsplit_once('/')?;
    let mut at = payload;
    for token in parent.split('/').skip(1) {
        at = child(at, token)?;
    }
    let name = unescape(last);
    match at {
        Template::Object(members) => {
            Arc::make_mut(members).insert(name.into_owned(), value);
        }
        Template::Array(items) => {
            *Arc::make_mut(items).get_mut(name.parse::<usize>().ok()?)? = value;
        }
        Template::Value(_) | Template::Expression(_) | Template::Text(_) => return None,
    }
    Some(())
}

fn child<'t>(template: &'t mut Template, token: &str) -> Option<&'t mut Template> {
    let name = unescape(token);
    match template {
        Template::Object(members) => Arc::make_mut(members).get_mut(name.as_ref()),
        Template::Array(items) => Arc::make_mut(items).get_mut(name.parse::<usize>().ok()?),
        Template::Value(_) | Template::Expression(_) | Template::Text(_) => None,
    }
}
