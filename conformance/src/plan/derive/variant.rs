//! Values of parameters that are wrong, or at a limit: as text, since a parameter travels as text.

use serde_json::Value;
use spec::Origin;
use spec::model::{JsonType, Location as In, Parameter, SchemaId};

use crate::case::{Inputs, Pair, Text};
use crate::plan::{Planner, serialize};
use crate::sample::{Choice, Fixed, Merged, Sample};

/// One value of a parameter.
pub(super) struct ParameterVariant {
    /// `max-length:supplementary`, unique for the parameter and the kind of variant.
    pub(super) name: String,
    /// The keyword that it breaks or exhausts: `max-length`.
    pub(super) keyword: &'static str,
    pub(super) written: Written,
    pub(super) origin: Origin,
    /// Whether the value must be as good as none.
    pub(super) is_neutral: bool,
}

/// How a value is written.
pub(super) enum Written {
    /// By the parameter's style.
    Styled(Sample),
    /// Literally.
    Text(Text),
}

impl Written {
    pub(super) fn text(&self, parameter: &Parameter, inputs: &mut Inputs) -> Option<Text> {
        match self {
            Self::Styled(sample) => serialize::text(parameter, sample, inputs),
            Self::Text(text) => Some(text.clone()),
        }
    }

    pub(super) fn pairs(&self, parameter: &Parameter, inputs: &mut Inputs) -> Option<Vec<Pair>> {
        match self {
            Self::Styled(sample) => serialize::pairs(parameter, sample, inputs),
            Self::Text(text) => {
                Some(vec![Pair { name: parameter.name.clone(), value: text.clone() }])
            }
        }
    }
}

/// Every way to break what a parameter may be.
pub(super) fn violations(planner: &Planner<'_>, parameter: &Parameter) -> Vec<ParameterVariant> {
    let Some(schema) = parameter.schema() else { return Vec::new() };
    let origin = planner.contract.schema(schema).origin.clone();
    let mut variants = Vec::new();
    for (detail, text) in not_of_type(planner, schema) {
        variants.push(ParameterVariant {
            name: format!("type:{detail}"),
            keyword: "type",
            written: Written::Text(Text::literal(*text)),
            origin: origin.clone(),
            is_neutral: false,
        });
    }
    for variant in planner.sampler.violations(schema, &Fixed::new()) {
        // Types of JSON are no types of text, and what lies within an object has no text of its own.
        if matches!(variant.keyword, "type" | "required") {
            continue;
        }
        if !can_stand(parameter, &variant.sample) {
            continue;
        }
        variants.push(ParameterVariant {
            name: variant.name(),
            keyword: variant.keyword,
            origin: planner.contract.schema(variant.schema).origin.clone(),
            written: Written::Styled(variant.sample),
            is_neutral: false,
        });
    }
    if parameter.location == In::Path {
        for (name, raw) in [("encoding:no-utf-8", "%ff"), ("encoding:no-hexadecimal", "%zz")] {
            let (name, written) = (name.to_owned(), Written::Text(Text::raw(raw)));
            let origin = origin.clone();
            let keyword = "encoding";
            variants.push(ParameterVariant { name, keyword, written, origin, is_neutral: false });
        }
    }
    if parameter.location == In::Path {
        variants.retain(|variant| !is_another_route(&variant.written));
    }
    variants
}

/// Valid values at the limits.
pub(super) fn boundaries(planner: &Planner<'_>, parameter: &Parameter) -> Vec<ParameterVariant> {
    let Some(schema) = parameter.schema() else { return Vec::new() };
    let merged = Merged::of(planner.contract, &[schema], Choice::default());
    let types = merged.types();
    let default = merged.default().cloned();
    let counts = types.contains(JsonType::Integer) || types.contains(JsonType::Number);
    // Text may have to be something that no schema tells.
    let item = Merged::of(planner.contract, &merged.item(0), Choice::default());
    if is_any_text(&merged) || types.contains(JsonType::Array) && is_any_text(&item) {
        return Vec::new();
    }
    let mut variants: Vec<ParameterVariant> = planner
        .sampler
        .boundaries(schema, &Fixed::new())
        .into_iter()
        .filter(|variant| !matches!(variant.sample, Sample::Value(Value::Null)))
        .filter(|variant| can_stand(parameter, &variant.sample))
        .map(|variant| {
            let value = match &variant.sample {
                Sample::Value(value) => Some(value),
                _ => None,
            };
            ParameterVariant {
                name: variant.name(),
                keyword: variant.keyword,
                is_neutral: counts || (value.is_some() && value == default.as_ref()),
                origin: planner.contract.schema(variant.schema).origin.clone(),
                written: Written::Styled(variant.sample),
            }
        })
        .collect();
    if types.single() == Some(JsonType::Boolean) && merged.enumeration().is_none() {
        variants.extend(spelled_booleans(planner, schema, default.as_ref()));
    }
    variants
}

fn is_any_text(merged: &Merged<'_>) -> bool {
    merged.types().contains(JsonType::String) && merged.enumeration().is_none()
}

/// `True` and `FALSE`: what widespread clients send.
fn spelled_booleans(
    planner: &Planner<'_>,
    schema: SchemaId,
    default: Option<&Value>,
) -> Vec<ParameterVariant> {
    ["True", "TRUE", "False", "FALSE"]
        .into_iter()
        .map(|text| ParameterVariant {
            name: format!("boolean:{text}"),
            keyword: "boolean",
            written: Written::Text(Text::literal(text)),
            origin: planner.contract.schema(schema).origin.clone(),
            is_neutral: default == Some(&Value::Bool(text.eq_ignore_ascii_case("true"))),
        })
        .collect()
}

/// Texts that are no value of the type.
fn not_of_type(planner: &Planner<'_>, schema: SchemaId) -> &'static [(&'static str, &'static str)] {
    let merged = Merged::of(planner.contract, &[schema], Choice::default());
    let types = merged.types();
    if types.contains(JsonType::String) {
        return &[];
    }
    match types.single() {
        Some(JsonType::Integer) => &[
            ("text", "abc"),
            ("empty", ""),
            ("fraction", "1.5"),
            ("decimal-point", "1.0"),
            ("hexadecimal", "0x1"),
            ("unit", "1a"),
            ("beyond-64-bits", "99999999999999999999"),
        ],
        Some(JsonType::Number) => &[("text", "abc"), ("empty", ""), ("unit", "1a")],
        Some(JsonType::Boolean) => {
            &[("text", "maybe"), ("empty", ""), ("number", "1"), ("zero", "0"), ("word", "yes")]
        }
        Some(JsonType::Null | JsonType::String | JsonType::Array | JsonType::Object) | None => &[],
    }
}

/// Whether a value can be written as text here without becoming another one, or too long for any URL.
fn can_stand(parameter: &Parameter, sample: &Sample) -> bool {
    const LONGEST: usize = 6_000;
    let scalars: Vec<Value> = match sample {
        Sample::Array(items) => items.iter().map(|item| item.stand_in()).collect(),
        Sample::Object(_) => return false,
        Sample::Value(_) | Sample::Fresh(_) | Sample::Known(..) => {
            vec![sample.stand_in()]
        }
    };
    if scalars.is_empty() {
        // An empty list is written like an absent one.
        return false;
    }
    scalars.iter().all(|value| {
        let Some(text) = crate::expression::value_text(value) else { return false };
        let fits = crate::case::encode(&text).len() <= LONGEST;
        match parameter.location {
            In::Path | In::Query | In::QueryString => fits,
            In::Header | In::Cookie => {
                fits && text.trim() == text && text.bytes().all(|b| (0x20..0x7f).contains(&b))
            }
        }
    })
}

/// Whether the text may make another path: contracts leave open what a server does then.
fn is_another_route(written: &Written) -> bool {
    let text = match written {
        Written::Styled(Sample::Value(Value::String(text))) => text.as_str(),
        Written::Text(text) => match text.0.as_slice() {
            [crate::case::TextPart::Literal(text)] => text.as_str(),
            [] => "",
            _ => return false,
        },
        Written::Styled(_) => return false,
    };
    text.is_empty() || text == "." || text == ".." || text.contains(['/', '\\', '\0'])
}
