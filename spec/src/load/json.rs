//! JSON → raw value, with the members that an object has more than once.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::repeated::Repeated;

/// A value, and the pointers of the members that were there before.
pub(super) fn parse(text: &str) -> Result<(Value, Vec<String>), serde_json::Error> {
    let repeated = Repeated::default();
    let mut input = serde_json::Deserializer::from_str(text);
    let value = Values(&repeated).deserialize(&mut input)?;
    input.end()?;
    Ok((value, repeated.into_pointers()))
}

#[derive(Clone, Copy)]
struct Values<'r>(&'r Repeated);

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        loop {
            let before = self.0.count();
            let Some(item) = items.next_element_seed(self)? else { return Ok(Value::Array(all)) };
            self.0.within(before, || all.len().to_string());
            all.push(item);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        let start = self.0.count();
        while let Some(name) = members.next_key::<String>()? {
            if all.contains_key(&name) {
                self.0.again(start, &name);
            }
            let before = self.0.count();
            let value = members.next_value_seed(self)?;
            self.0.within(before, || name.clone());
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_that_are_there_more_than_once_are_told() {
        let text =
            r#"{"a": [0, {"b": 1, "c/d": {"e": 1, "e": 2}, "b": 3}], "f": 1, "f": 2, "f": 3}"#;
        let (value, repeated) = parse(text).expect("JSON");
        assert_eq!(value, json!({"a": [0, {"b": 3, "c/d": {"e": 2}}], "f": 3}));
        assert_eq!(repeated, ["/a/1/c~1d/e", "/a/1/b", "/f"]);
    }

    /// What isn't read is told by the member that takes its place.
    #[test]
    fn what_lies_within_a_member_that_is_passed_over_is_not_told() {
        let text = r#"{"x": {"a": 1, "a": 2}, "a": {"b": 1, "b": 2}, "a": {"c": {"d": 1, "d": 2}, "b": 3}}"#;
        assert_eq!(parse(text).expect("JSON").1, ["/x/a", "/a", "/a/c/d"]);
    }

    #[test]
    fn a_value_is_what_serde_json_reads() {
        for text in
            ["-1", "18446744073709551616", "1e400", "[1.5, null, true, \"\\u00e9\"]", "{} x"]
        {
            let ours = parse(text).map(|(value, _)| value).map_err(|error| error.to_string());
            let theirs =
                serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string());
            assert_eq!(ours, theirs, "{text}");
        }
    }
}
