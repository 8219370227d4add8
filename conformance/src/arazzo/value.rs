//! Values with expressions in them: what a payload or a parameter says.

use std::sync::Arc;

use serde_json::Value;
use spec::pointer::unescape;

use crate::case::{Template, Text, TextPart};
use crate::expression::{Expression, ExpressionError, Language, Pattern, Piece, Selection};

/// What an expression stands for that is known from the document alone.
type Constants<'c> = dyn Fn(&str) -> Option<String> + 'c;

/// Turns a value of the document into a template: `$inputs.name` is an expression, `{$inputs.name}` within a longer
/// text a hole, and an object with a context and a selector what is picked by it.
///
/// # Errors
/// The first text that looks like an expression and is none.
pub(super) fn template(
    value: &Value,
    constants: &Constants<'_>,
) -> Result<Template, ExpressionError> {
    Ok(match value {
        Value::String(text) if text.starts_with('$') => match constants(text) {
            Some(constant) => Template::Value(constant.into()),
            None => Template::Expression(text.parse()?),
        },
        Value::String(text) if text.contains("{$") => {
            let pattern: Pattern = known(text, constants).parse()?;
            Template::Text(Text(pattern.0.into_iter().map(part).collect()))
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| template(item, constants));
            Template::array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => match selection(value) {
            Some(selection) => Template::Expression(selection?),
            None => {
                let members = members.iter();
                let members =
                    members.map(|(name, value)| Ok((name.clone(), template(value, constants)?)));
                Template::object(members.collect::<Result<_, ExpressionError>>()?)
            }
        },
        other => Template::Value(other.clone()),
    })
}

/// What a step or a workflow gives: an expression, or what a selector picks.
///
/// # Errors
/// The text that is no expression.
pub(super) fn output(value: &Value) -> Result<Expression, ExpressionError> {
    match selection(value) {
        Some(selection) => selection,
        None => value.as_str().unwrap_or_default().parse(),
    }
}

/// The name of the language of an expression: a text, or the `type` of an object that has the version, too.
pub(super) fn language(kind: &Value) -> Option<&str> {
    kind.get("type").unwrap_or(kind).as_str()
}

/// A selector object: a context, a selector and its language.
fn selection(value: &Value) -> Option<Result<Expression, ExpressionError>> {
    let text = |name: &str| value.get(name)?.as_str();
    let (context, selector) = (text("context")?, text("selector")?);
    let language = match language(value.get("type")?)? {
        "jsonpath" => Language::JsonPath,
        "jsonpointer" => Language::JsonPointer,
        _ => return None,
    };
    if language.wrong(selector).is_some() {
        let (text, reason) = (selector.to_owned(), "the selector is none of its language");
        return Some(Err(ExpressionError { text, reason }));
    }
    let selector = selector.to_owned();
    Some(
        context.parse().map(|context| {
            Expression::Selected(Box::new(Selection { context, selector, language }))
        }),
    )
}

/// A text with what is known from the document alone in place of its holes.
fn known(text: &str, constants: &Constants<'_>) -> String {
    let mut filled = text.to_owned();
    for hole in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
        if let Some(constant) = constants(hole.0) {
            filled = filled.replace(&format!("{{{}}}", hole.0), &constant);
        }
    }
    filled
}

fn part(piece: Piece) -> TextPart {
    match piece {
        Piece::Literal(text) => TextPart::Literal(text),
        Piece::Hole(expression) => TextPart::Expression(expression),
    }
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
