//! Arrays, maps, what may be null, and values of any type.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::json::{Json, Own, Part, Shape, Wire, refuse_others, wrong_type};
use super::rules::Rules;
use super::validation::{Code, Report};

impl<T: Json> Json for Vec<T> {
    type Shape = Own;
}

impl<T: Json> Shape<Vec<T>> for Own {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Vec<T>>, D::Error> {
        if report.is_text() {
            // Whether text is a list is for the type to say that is asked for.
            return input.deserialize_seq(Part::<Vec<T>>::new(rules, report));
        }
        input.deserialize_any(Part::<Vec<T>>::new(rules, report))
    }

    fn write<S: Serializer>(list: &Vec<T>, output: S) -> Result<S::Ok, S::Error> {
        let mut items = output.serialize_seq(Some(list.len()))?;
        for item in list {
            items.serialize_element(&Wire(item))?;
        }
        items.end()
    }

    fn check(list: &Vec<T>, rules: &Rules, report: &mut Report) {
        check_list(list, list.len(), rules, report);
        for (index, item) in list.iter().enumerate() {
            report.within(index, |report| item.check(rules.of_items(), report));
        }
    }
}

fn check_list<T: Json>(items: &[T], count: usize, rules: &Rules, report: &mut Report) {
    rules.check_items(count, report);
    if rules.wants_unique_items() && report.is_strict() {
        let mut seen = HashSet::new();
        let is_new = |item| serde_json::to_string(&Wire(item)).is_ok_and(|text| seen.insert(text));
        if !items.iter().all(is_new) {
            report.add(Code::DuplicateItems, "must not have two equal items");
        }
    }
}

impl<'de, T: Json> Visitor<'de> for Part<'_, Vec<T>> {
    type Value = Option<Vec<T>>;

    refuse_others!("an array"; map);

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let Self { rules, report, .. } = self;
        let mut items = Vec::new();
        for index in 0.. {
            let part = |report: &mut Report| {
                input.next_element_seed(Part::<T>::new(rules.of_items(), report))
            };
            match report.within(index, part)? {
                Some(item) => items.push(item),
                None => break,
            }
        }
        let count = items.len();
        let good: Vec<T> = items.into_iter().flatten().collect();
        check_list(&good, count, rules, report);
        Ok((good.len() == count).then_some(good))
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    type Shape = Own;
}

impl<T: Json> Shape<BTreeMap<String, T>> for Own {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<BTreeMap<String, T>>, D::Error> {
        input.deserialize_any(Part::<BTreeMap<String, T>>::new(rules, report))
    }

    fn write<S: Serializer>(map: &BTreeMap<String, T>, output: S) -> Result<S::Ok, S::Error> {
        let mut members = output.serialize_map(Some(map.len()))?;
        for (name, value) in map {
            members.serialize_entry(name, &Wire(value))?;
        }
        members.end()
    }

    fn check(map: &BTreeMap<String, T>, rules: &Rules, report: &mut Report) {
        rules.check_members(map.len(), report);
        for (name, value) in map {
            report.within(name.clone(), |report| value.check(rules.of_items(), report));
        }
    }
}

impl<'de, T: Json> Visitor<'de> for Part<'_, BTreeMap<String, T>> {
    type Value = Option<BTreeMap<String, T>>;

    refuse_others!("an object"; seq);

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Self::Value, A::Error> {
        let Self { rules, report, .. } = self;
        let mut members = BTreeMap::new();
        while let Some(name) = input.next_key::<String>()? {
            let part = |report: &mut Report| {
                input.next_value_seed(Part::<T>::new(rules.of_items(), report))
            };
            let value = report.within(name.clone(), part)?;
            members.insert(name, value);
        }
        rules.check_members(members.len(), report);
        Ok(members.into_iter().map(|(name, value)| Some((name, value?))).collect())
    }
}

impl<T: Json> Json for Option<T> {
    type Shape = Own;
}

impl<T: Json> Shape<Option<T>> for Own {
    const TAKES_NULL: bool = true;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Option<T>>, D::Error> {
        input.deserialize_option(NullableVisitor(Part::<T>::new(rules, report)))
    }

    fn write<S: Serializer>(nullable: &Option<T>, output: S) -> Result<S::Ok, S::Error> {
        match nullable {
            Some(value) => value.write(output),
            None => output.serialize_unit(),
        }
    }

    fn check(nullable: &Option<T>, rules: &Rules, report: &mut Report) {
        if let Some(value) = nullable {
            value.check(rules, report);
        }
    }
}

struct NullableVisitor<'r, T>(Part<'r, T>);

impl<'de, T: Json> Visitor<'de> for NullableVisitor<'_, T> {
    type Value = Option<Option<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null or a value")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Some(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        Ok(self.0.deserialize(input)?.map(Some))
    }

    // The deserializers of plain text don't know about null.
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.deserialize(serde::de::value::StrDeserializer::<E>::new(text))?.map(Some))
    }
}

impl<T: Json> Json for Box<T> {
    type Shape = Own;
}

impl<T: Json> Shape<Box<T>> for Own {
    const TAKES_NULL: bool = T::Shape::TAKES_NULL;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Box<T>>, D::Error> {
        Ok(T::read(input, rules, report)?.map(Box::new))
    }

    fn write<S: Serializer>(boxed: &Box<T>, output: S) -> Result<S::Ok, S::Error> {
        (**boxed).write(output)
    }

    fn check(boxed: &Box<T>, rules: &Rules, report: &mut Report) {
        (**boxed).check(rules, report);
    }
}

impl Json for Value {
    type Shape = Own;
}

impl Shape<Value> for Own {
    const TAKES_NULL: bool = true;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        _report: &mut Report,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(input).map(Some)
    }

    fn write<S: Serializer>(value: &Value, output: S) -> Result<S::Ok, S::Error> {
        value.serialize(output)
    }

    fn check(_value: &Value, _rules: &Rules, _report: &mut Report) {}
}

impl Json for Map<String, Value> {
    type Shape = Own;
}

impl Shape<Map<String, Value>> for Own {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<Map<String, Value>>, D::Error> {
        match Value::deserialize(input)? {
            Value::Object(members) => {
                rules.check_members(members.len(), report);
                Ok(Some(members))
            }
            _ => Ok(wrong_type("an object", report)),
        }
    }

    fn write<S: Serializer>(object: &Map<String, Value>, output: S) -> Result<S::Ok, S::Error> {
        object.serialize(output)
    }

    fn check(object: &Map<String, Value>, rules: &Rules, report: &mut Report) {
        rules.check_members(object.len(), report);
    }
}

impl Json for () {
    type Shape = Own;
}

impl Shape<()> for Own {
    const TAKES_NULL: bool = true;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<()>, D::Error> {
        match Value::deserialize(input)? {
            Value::Null => Ok(Some(())),
            _ => Ok(wrong_type("null", report)),
        }
    }

    fn write<S: Serializer>(_null: &(), output: S) -> Result<S::Ok, S::Error> {
        output.serialize_unit()
    }

    fn check(_null: &(), _rules: &Rules, _report: &mut Report) {}
}
