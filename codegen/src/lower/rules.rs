//! JSON Schema's validation keywords → [`Rules`].

use serde_json::Number;
use spec::model::{Bound, Schema};

use super::Lowerer;
use crate::ir::types::{Rules, TextFormat};

impl Lowerer<'_> {
    pub(super) fn text_rules(&mut self, schema: &Schema) -> Rules {
        // What a schema can't say twice is said by those beside it: see `compose`.
        let others = schema.all_of.iter().map(|id| self.contract.schema(*id));
        let patterns: Vec<_> = std::iter::once(schema).chain(others).collect();
        let patterns = patterns.into_iter().filter_map(|schema| {
            schema.pattern.as_deref().and_then(|pattern| self.pattern(pattern, schema))
        });
        let patterns = patterns.collect();
        Rules {
            min_length: schema.min_length.filter(|length| *length > 0),
            max_length: schema.max_length,
            format: self.text_format(schema),
            patterns,
            ..Rules::default()
        }
    }

    /// What a format or an encoding asks of a text; nothing where the user has said what texts of the format are.
    fn text_format(&self, schema: &Schema) -> Option<TextFormat> {
        let format = schema.format.as_deref();
        let format = format.filter(|format| !self.settings.formats.contains_key(*format));
        let encoding = schema.content_encoding.as_deref();
        format.and_then(TextFormat::parse).or_else(|| encoding.and_then(TextFormat::of_encoding))
    }

    pub(super) fn number_rules(&self, schema: &Schema) -> Rules {
        let bound = |bound: &Option<Bound>| {
            bound.as_ref().and_then(|bound| Some((speakable(&bound.value)?, bound.exclusive)))
        };
        Rules {
            minimum: bound(&schema.minimum),
            maximum: bound(&schema.maximum),
            multiple_of: schema.multiple_of.as_ref().and_then(speakable).filter(|step| {
                step.as_f64().is_some_and(|step| step > 0.0) && step.as_u64() != Some(1)
                    || schema.types.contains(spec::model::JsonType::Number)
                        && step.as_u64() == Some(1)
            }),
            ..Rules::default()
        }
    }

    pub(super) fn array_rules(&self, schema: &Schema) -> Rules {
        Rules {
            min_items: schema.min_items.filter(|count| *count > 0),
            max_items: schema.max_items,
            unique_items: schema.unique_items,
            ..Rules::default()
        }
    }

    pub(super) fn member_rules(&self, schema: &Schema) -> Rules {
        Rules {
            min_properties: schema.min_properties.filter(|count| *count > 0),
            max_properties: schema.max_properties,
            ..Rules::default()
        }
    }
}

/// A number that a Rust literal can say.
fn speakable(number: &Number) -> Option<Number> {
    number.as_f64().filter(|value| value.is_finite()).map(|_| number.clone())
}
