//! Parameters as they stand in a request: OpenAPI's styles (OAS 3.0.3 §4.7.12.2).

use serde_json::Value;
use spec::model::{Location, MediaType, Parameter, ParameterShape, Style};

use super::draft::form;
use crate::case::{Content, Input, Inputs, Pair, Text, TextPart, encode};
use crate::expression::{Expression, value_text};
use crate::sample::Sample;

/// A parameter's value as text, for a path, a header or a cookie.
pub(super) fn text(parameter: &Parameter, sample: &Sample, inputs: &mut Inputs) -> Option<Text> {
    let (style, explode) = match &parameter.shape {
        ParameterShape::Schema { style, explode, .. } => (*style, *explode),
        ParameterShape::Content(_) => return Some(content(sample)),
    };
    let sample = &sample.opened();
    let mut writer = Writer { prefix: &parameter.name, inputs, count: 0 };
    let (before, between) = match style {
        Style::Label => (".".to_owned(), if explode { "." } else { "," }),
        Style::Matrix => (format!(";{}=", parameter.name), ","),
        _ => (String::new(), ","),
    };
    let mut parts = vec![TextPart::Raw(before)];
    parts.extend(writer.joined(sample, between, if explode { "=" } else { "," })?);
    parts.retain(|part| *part != TextPart::Raw(String::new()));
    Some(Text(parts))
}

/// A cookie parameter's value as pairs. They go out as they are: what a cookie can't hold is escaped, or in the style
/// `cookie`, where nothing is escaped, can't be written (OAS 3.2 §4.12.3, RFC 6265 §4.1.1).
pub(super) fn cookies(
    parameter: &Parameter,
    sample: &Sample,
    inputs: &mut Inputs,
) -> Option<Vec<Pair>> {
    let is_plain = matches!(parameter.shape, ParameterShape::Schema { style: Style::Cookie, .. });
    let mut pairs = match is_plain {
        true => pairs(parameter, sample, inputs)?,
        // Nobody says how a cookie of style `form` spreads over several pairs.
        false => {
            let value = text(parameter, sample, inputs)?;
            vec![Pair { name: parameter.name.clone(), value }]
        }
    };
    for part in pairs.iter_mut().flat_map(|pair| &mut pair.value.0) {
        let TextPart::Literal(text) = part else { continue };
        if is_plain && !text.bytes().all(is_cookie_octet) {
            return None;
        }
        *part = TextPart::Raw(if is_plain { std::mem::take(text) } else { encode(text) });
    }
    Some(pairs)
}

fn is_cookie_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

/// A query parameter's value as pairs.
pub(super) fn pairs(
    parameter: &Parameter,
    sample: &Sample,
    inputs: &mut Inputs,
) -> Option<Vec<Pair>> {
    let pair = |name: &str, value| Pair { name: name.to_owned(), value };
    let (style, explode) = match &parameter.shape {
        ParameterShape::Schema { style, explode, .. } => (*style, *explode),
        ParameterShape::Content(media_type) if parameter.location == Location::QueryString => {
            return whole(media_type, sample, inputs);
        }
        ParameterShape::Content(_) => return Some(vec![pair(&parameter.name, content(sample))]),
    };
    let sample = &sample.opened();
    let mut writer = Writer { prefix: &parameter.name, inputs, count: 0 };
    match (sample, style) {
        (Sample::Object(members), Style::DeepObject) => members
            .iter()
            .map(|(key, member)| {
                Some(pair(
                    &format!("{}[{key}]", parameter.name),
                    Text(vec![writer.scalar(member)?]),
                ))
            })
            .collect(),
        (Sample::Array(items), _) if explode => items
            .iter()
            .map(|item| Some(pair(&parameter.name, Text(vec![writer.scalar(item)?]))))
            .collect(),
        (Sample::Object(members), _) if explode => members
            .iter()
            .map(|(key, member)| Some(pair(key, Text(vec![writer.scalar(member)?]))))
            .collect(),
        _ => {
            let between = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            Some(vec![pair(&parameter.name, Text(writer.joined(sample, between, ",")?))])
        }
    }
}

/// A value that is the whole query: a form's pairs, or JSON or text under no name (OAS 3.2 §4.12.1).
fn whole(media_type: &MediaType, sample: &Sample, inputs: &mut Inputs) -> Option<Vec<Pair>> {
    if media_type.is_json() {
        return Some(vec![Pair { name: String::new(), value: content(sample) }]);
    }
    if !media_type.is_form() {
        let value = Text(vec![Writer { prefix: "query", inputs, count: 0 }.scalar(sample)?]);
        return Some(vec![Pair { name: String::new(), value }]);
    }
    match form(Some(media_type), sample.opened().template("query", inputs))? {
        Content::Form(pairs) => Some(pairs),
        _ => None,
    }
}

/// JSON as text; what would be fresh is made once and for all, as text can't be composed of JSON with holes.
fn content(sample: &Sample) -> Text {
    Text::literal(sample.stand_in().to_string())
}

struct Writer<'w> {
    prefix: &'w str,
    inputs: &'w mut Inputs,
    count: usize,
}

impl Writer<'_> {
    fn scalar(&mut self, sample: &Sample) -> Option<TextPart> {
        match sample {
            Sample::Value(Value::Null) => Some(TextPart::Literal("null".to_owned())),
            Sample::Value(value) => value_text(value).map(TextPart::Literal),
            Sample::Known(expression, _) => Some(TextPart::Expression(expression.clone())),
            Sample::Fresh(fresh) => {
                let name = self.input_name();
                self.inputs.insert(name.as_str().into(), Input::Fresh(fresh.clone()).into());
                Some(TextPart::Expression(Expression::input(name)))
            }
            Sample::Array(_) | Sample::Object(_) => None,
        }
    }

    fn input_name(&mut self) -> String {
        loop {
            let suffix = if self.count == 0 { String::new() } else { format!("_{}", self.count) };
            let name = format!("{}{suffix}", self.prefix);
            self.count += 1;
            if !self.inputs.contains_key(name.as_str()) {
                return name;
            }
        }
    }

    fn joined(&mut self, sample: &Sample, between: &str, equals: &str) -> Option<Vec<TextPart>> {
        let mut parts = Vec::new();
        match sample {
            Sample::Array(items) => {
                for item in items {
                    parts.extend([TextPart::Raw(between.to_owned()), self.scalar(item)?]);
                }
            }
            Sample::Object(members) => {
                for (key, member) in members {
                    parts.push(TextPart::Raw(between.to_owned()));
                    parts.push(TextPart::Literal(key.clone()));
                    parts.extend([TextPart::Raw(equals.to_owned()), self.scalar(member)?]);
                }
            }
            scalar => return Some(vec![self.scalar(scalar)?]),
        }
        Some(parts.into_iter().skip(1).collect())
    }
}
