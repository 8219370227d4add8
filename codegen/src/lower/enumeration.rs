//! `enum`: listed values, whether in one list or as alternatives that list one each.

use serde_json::Value;
use spec::model::{JsonType, Schema, TypeSet};
use spec::{Contract, Finding};

use super::compose::is_bare;
use super::scalar::is_of_integers;
use super::shape::without_alternatives;
use super::{Lowerer, docs};
use crate::ir::types::{Enum, EnumBase, EnumVariant, Integer, Kind, Slot, Type};
use crate::names::{Scope, pascal, spoken_out};

impl Lowerer<'_> {
    /// The type of listed values that no Rust enum says; `None` where one does.
    pub(super) fn listed_without_enum(&mut self, schema: &Schema) -> Option<Slot> {
        let values = listed(schema);
        if base(&values).is_some() {
            return None;
        }
        let (code, message, ty) = if values.is_empty() {
            let ty =
                schema.types.single().map_or(Slot::plain(Type::Any), |ty| self.scalar(schema, ty));
            (
                "enum-of-other-type",
                "none of the listed values is of the schema's type, so any value of the type is taken",
                ty,
            )
        } else if values.iter().all(|value| value.is_boolean()) {
            if values.len() > 1 {
                return Some(Slot::plain(Type::Boolean));
            }
            (
                "enum-of-a-boolean",
                "a list of one boolean becomes `bool`; that it is that one is checked, not said by the type",
                Slot::plain(Type::Boolean),
            )
        } else if (is_of_integers(schema) || !schema.types.contains(JsonType::Number))
            && values.iter().all(|it| is_whole(it))
        {
            // Neither the integers of an enum nor doubles hold them.
            let (ty, name) = match values.iter().all(|value| value.is_u64()) {
                true => (Type::Integer(Integer::U64), "`u64`"),
                false => (Type::Any, "any value"),
            };
            let message = format!(
                "listed integers beyond `i64` become {name}; that one is listed is checked, not said by the type"
            );
            let at = schema.origin.child("enum");
            self.note(Finding::warning("enum-beyond-64-bits", at, message));
            return Some(Slot::plain(ty));
        } else if values.iter().all(|value| value.is_number()) {
            (
                "enum-of-fractions",
                "listed fractions become `f64`; that one is listed is checked, not said by the type",
                Slot::plain(Type::Number),
            )
        } else {
            (
                "enum-of-mixed-values",
                "listed values of several types become any value; that one is listed is checked, not said by the type",
                Slot::plain(Type::Any),
            )
        };
        self.note(Finding::warning(code, schema.origin.child("enum"), message));
        Some(ty)
    }

    /// An enum; the values must be such that [`Self::listed_without_enum`] gives nothing.
    pub(super) fn enumeration(&mut self, schema: &Schema, _rust: &str) -> Kind {
        self.tell_dropped(schema);
        let values = listed(schema);
        let base = base(&values).unwrap_or(EnumBase::String);
        let names = of_each_value(schema, NAMES, values.len());
        let descriptions = of_each_value(schema, DESCRIPTIONS, values.len());
        let mut scope = Scope::with(&["Self"]);
        let variants: Vec<EnumVariant> = values
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let docs = docs::docs([descriptions.get(at).copied()]);
                let named = names.get(at).copied().or(value.as_str());
                let rust = names.get(at).map_or_else(|| name(value), |name| pascal(name, "Value"));
                let others = || named.map_or_else(Vec::new, |text| spoken_out(text, "Value"));
                EnumVariant { rust: scope.take_or(rust, others), value: (*value).clone(), docs }
            })
            .collect();
        let unknown =
            ["Unknown", "Unlisted", "NotListed"].into_iter().find(|name| scope.is_free(name));
        let unknown = unknown.map_or_else(|| scope.take("Unknown".to_owned()), str::to_owned);
        let default = schema.default.as_ref();
        let default = default.and_then(|default| values.iter().position(|value| *value == default));
        Kind::Enum(Enum { variants, base, unknown: Some(unknown), default })
    }

    /// A listed value that no value of the schema's type is. In YAML `yes` is text, but `true` and `1.10` are not.
    fn tell_dropped(&mut self, schema: &Schema) {
        for (at, value) in schema.enumeration.iter().flatten().enumerate() {
            if value.is_null() || is_of(schema, value) {
                continue;
            }
            let message = format!("`{value}` is not of the schema's type, so it is left out");
            let at = schema.origin.child("enum").child(at);
            let help = "text that YAML takes for something else is written in quotes";
            self.note(Finding::warning("enum-of-other-type", at, message).help(help));
        }
    }
}

/// Alternatives that list values and say nothing else, as one list: the way in which JSON Schema describes each value.
///
/// `None` where an alternative says more, has a name of its own, or repeats a value.
pub(super) fn listed_by_alternatives(contract: &Contract, schema: &Schema) -> Option<Schema> {
    let ids = if schema.one_of.is_empty() { &schema.any_of } else { &schema.one_of };
    if ids.len() < 2 || !schema.all_of.is_empty() {
        return None;
    }
    let mut all = without_alternatives(schema);
    let types = std::mem::replace(&mut all.types, TypeSet::ALL);
    if !is_bare(&all) {
        return None;
    }
    all.types = types;
    let (mut values, mut names, mut descriptions) = (Vec::new(), Vec::new(), Vec::new());
    for alternative in ids.iter().map(|id| contract.schema(*id)) {
        let own = listed(alternative);
        if !only_lists(alternative) || own.iter().any(|value| values.contains(*value)) {
            return None;
        }
        let is_one = own.len() == 1;
        let described = alternative.description.clone().filter(|_| is_one).unwrap_or_default();
        names.extend(alternative.title.clone().filter(|_| is_one).map(Value::from));
        descriptions.extend(own.iter().map(|_| Value::from(described.as_str())));
        values.extend(own.into_iter().cloned());
    }
    base(&values.iter().collect::<Vec<_>>())?;
    for (extension, texts) in [(NAMES, names), (DESCRIPTIONS, descriptions)] {
        if texts.len() == values.len() && !all.extensions.contains_key(extension) {
            all.extensions.insert(extension.to_owned(), Value::Array(texts));
        }
    }
    all.enumeration = Some(values);
    Some(all)
}

/// Whether a nameless schema lists values, and says nothing more of them than their type.
fn only_lists(schema: &Schema) -> bool {
    let mut rest = schema.clone();
    rest.types = TypeSet::ALL;
    schema.name.is_none()
        && rest.enumeration.take().is_some()
        && is_bare(&rest)
        && !rest.is_composed()
        && rest.not.is_none()
        && rest.applicators.is_empty()
}

/// The listed values of the schema's type, but for null, each once.
pub(super) fn listed(schema: &Schema) -> Vec<&Value> {
    let mut seen = std::collections::HashSet::new();
    let values = schema.enumeration.iter().flatten();
    values
        .filter(|value| !value.is_null() && is_of(schema, value))
        .filter(|value| seen.insert(value.to_string()))
        .collect()
}

/// The values that a schema lists where no type says which; `None` where one does, or where none is of the schema's type.
pub(super) fn unlisted(schema: &Schema) -> Option<Vec<Value>> {
    let values = listed(schema);
    let is_any_boolean = values.len() > 1 && values.iter().all(|value| value.is_boolean());
    let is_said = values.is_empty() || base(&values).is_some() || is_any_boolean;
    schema.enumeration.clone().filter(|_| !is_said)
}

fn is_of(schema: &Schema, value: &Value) -> bool {
    let types: &[JsonType] = match value {
        Value::Null => &[JsonType::Null],
        Value::Bool(_) => &[JsonType::Boolean],
        Value::Number(_) if !is_whole(value) => &[JsonType::Number],
        Value::Number(_) => &[JsonType::Integer, JsonType::Number],
        Value::String(_) => &[JsonType::String],
        Value::Array(_) => &[JsonType::Array],
        Value::Object(_) => &[JsonType::Object],
    };
    types.iter().any(|ty| schema.types.contains(*ty))
}

/// Whether it is an integer, or was one before it was read: what 64 bits don't hold is a double by then.
fn is_whole(value: &Value) -> bool {
    let is_beyond = |float: f64| float.fract() == 0.0 && float.abs() >= 1.8e19;
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(is_beyond)
}

fn base(values: &[&Value]) -> Option<EnumBase> {
    if values.is_empty() {
        None
    } else if values.iter().all(|value| value.is_string()) {
        Some(EnumBase::String)
    } else if values.iter().all(|value| value.as_i64().is_some()) {
        Some(EnumBase::Integer)
    } else {
        None
    }
}

fn name(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "Empty".to_owned(),
        Value::String(text) => pascal(text, "Value"),
        Value::Number(number) => match number.to_string().strip_prefix('-') {
            Some(digits) => format!("Minus{digits}"),
            None => format!("Value{number}"),
        },
        _ => "Value".to_owned(),
    }
}

/// Names for the variants, which several generators read.
const NAMES: &str = "x-enum-varnames";

/// What each value means, which several generators read.
const DESCRIPTIONS: &str = "x-enum-descriptions";

/// The texts of an extension that has one for each value.
fn of_each_value<'s>(schema: &'s Schema, extension: &str, count: usize) -> Vec<&'s str> {
    let texts = schema.extensions.get(extension).and_then(Value::as_array);
    let texts: Vec<&str> = texts.into_iter().flatten().filter_map(Value::as_str).collect();
    if texts.len() == count { texts } else { Vec::new() }
}
