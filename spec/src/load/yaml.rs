//! YAML → `serde_yaml`'s value, whatever the size of its numbers: that crate's own reading refuses a document for one
//! integer that no 64 bits hold.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_yaml::{Mapping, Sequence, Value};

use super::repeated::Repeated;
use super::text::to_key;

/// A value, and the pointers of the members that were there before; integers beyond 64 bits are the nearest fraction.
pub(super) fn parse(text: &str) -> Result<(Value, Vec<String>), serde_yaml::Error> {
    let repeated = Repeated::default();
    let value = Values(&repeated).deserialize(serde_yaml::Deserializer::from_str(text))?;
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
        formatter.write_str("any YAML value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Value, E> {
        Ok((value as f64).into())
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Value, E> {
        Ok((value as f64).into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut sequence = Sequence::new();
        loop {
            let before = self.0.count();
            let Some(item) = items.next_element_seed(self)? else {
                return Ok(Value::Sequence(sequence));
            };
            self.0.within(before, || sequence.len().to_string());
            sequence.push(item);
        }
    }

    /// What is repeated within a key is nowhere.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut mapping = Mapping::new();
        let start = self.0.count();
        while let Some(key) = members.next_key_seed(Values(&Repeated::default()))? {
            let is_repeated = mapping.contains_key(&key);
            if is_repeated {
                self.0.again(start, &to_key(key.clone()));
            }
            let before = self.0.count();
            let value = members.next_value_seed(self)?;
            self.0.within(before, || to_key(key.clone()));
            mapping.insert(key, value);
        }
        Ok(Value::Mapping(mapping))
    }

    /// A tag of one's own says nothing that OpenAPI knows.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_, contents) = tagged.variant::<de::IgnoredAny>()?;
        contents.newtype_variant_seed(self)
    }
}
