//! Objects, member by member: what the tables of generated code ([`object!`](crate)) are made of.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::field::Field;
use super::json::{Json, Part, Wire, refuse_others};
use super::rules::Rules;
use super::validation::{Code, Report};

/// An object of the contract.
pub trait Object: Sized {
    /// How many members it may have.
    const RULES: &'static Rules;

    /// Reads the members; `None` where the report was told why there is no object.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn read_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'_, A>,
    ) -> Result<Option<Self>, A::Error>;

    /// Writes the members.
    ///
    /// # Errors
    /// Where the serializer has one.
    fn write_members<M: SerializeMap>(&self, output: &mut Output<M>) -> Result<(), M::Error>;

    /// Looks at the rules of each member.
    fn check_members(&self, checks: &mut Checks<'_>);
}

/// An object of what was read; `None` where a member is missing.
pub fn build<T>(object: impl FnOnce() -> Option<T>) -> Option<T> {
    object()
}

/// Reads an object.
///
/// # Errors
/// Where the input is malformed.
pub fn read<'de, T: Object, D: Deserializer<'de>>(
    input: D,
    report: &mut Report,
) -> Result<Option<T>, D::Error> {
    input.deserialize_any(ObjectVisitor { report, object: std::marker::PhantomData })
}

/// Writes an object.
///
/// # Errors
/// Where the serializer has one.
pub fn write<T: Object, S: Serializer>(object: &T, output: S) -> Result<S::Ok, S::Error> {
    let mut output = Output { map: output.serialize_map(None)?, count: 0 };
    object.write_members(&mut output)?;
    output.map.end()
}

/// Looks at the rules of an object and of its members.
pub fn check<T: Object>(object: &T, report: &mut Report) {
    let mut checks = Checks { report, count: 0 };
    object.check_members(&mut checks);
    let Checks { report, count } = checks;
    T::RULES.check_members(count, report);
}

struct ObjectVisitor<'r, T> {
    report: &'r mut Report,
    object: std::marker::PhantomData<T>,
}

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<'_, T> {
    type Value = Option<T>;

    refuse_others!("an object"; seq);

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        let mut members = Members { access, report: self.report, name: String::new(), count: 0 };
        let object = T::read_members(&mut members)?;
        T::RULES.check_members(members.count, members.report);
        Ok(object)
    }
}

/// What was read of a member so far.
#[derive(Debug)]
pub enum Slot<T> {
    /// The member has not come yet.
    Absent,
    /// It came, and violates the contract.
    Bad,
    /// It came.
    Read(T),
}

/// The members of an object that is being read.
#[derive(Debug)]
pub struct Members<'r, A> {
    access: A,
    report: &'r mut Report,
    name: String,
    count: usize,
}

impl<'de, A: MapAccess<'de>> Members<'_, A> {
    /// Goes to the next member.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn advance(&mut self) -> Result<bool, A::Error> {
        self.name.clear();
        let found = self.access.next_key_seed(Name(&mut self.name))?.is_some();
        self.count += usize::from(found);
        Ok(found)
    }

    /// The name of the member.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the member.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn read<T: Json>(
        &mut self,
        slot: &mut Slot<T>,
        name: &'static str,
        rules: &Rules,
    ) -> Result<(), A::Error> {
        let access = &mut self.access;
        let part = |report: &mut Report| access.next_value_seed(Part::<T>::new(rules, report));
        *slot = self.report.within(name, part)?.map_or(Slot::Bad, Slot::Read);
        Ok(())
    }

    /// Reads a member that can only have one value.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn constant(
        &mut self,
        slot: &mut Slot<()>,
        name: &'static str,
        expected: impl Constant,
    ) -> Result<(), A::Error> {
        let value: Value = self.access.next_value()?;
        *slot = Slot::Read(());
        if !expected.is(&value) {
            let message = format!("must be {expected}");
            self.report.within(name, |report| report.add(Code::NotListed, message));
        }
        Ok(())
    }

    /// Passes over the member.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.report.pass_over(1);
        self.access.next_value::<IgnoredAny>().map(drop)
    }

    /// Refuses the member.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn refuse(&mut self) -> Result<(), A::Error> {
        if self.report.is_strict() {
            let name = self.name.clone();
            self.report.within(name, |report| report.add(Code::Unexpected, "is not allowed"));
        }
        self.skip()
    }

    /// Keeps the member among those of other names.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn keep<T: Json>(
        &mut self,
        others: &mut BTreeMap<String, T>,
        rules: &Rules,
    ) -> Result<(), A::Error> {
        let (access, name) = (&mut self.access, self.name.clone());
        let part = |report: &mut Report| access.next_value_seed(Part::<T>::new(rules, report));
        if let Some(value) = self.report.within(name.clone(), part)? {
            others.insert(name, value);
        }
        Ok(())
    }

    /// A member that must be there.
    pub fn required<T>(&mut self, name: &'static str, slot: Slot<T>) -> Option<T> {
        match slot {
            Slot::Read(value) => Some(value),
            Slot::Bad => None,
            Slot::Absent => {
                self.report.within(name, |report| report.add(Code::Missing, "is required"));
                None
            }
        }
    }

    /// A member that must be there, and may be null.
    pub fn nullable<T>(&mut self, name: &'static str, slot: Slot<Option<T>>) -> Option<Option<T>> {
        self.required(name, slot)
    }

    /// A member that may be absent.
    pub fn optional<T>(&mut self, _name: &'static str, slot: Slot<T>) -> Option<Option<T>> {
        match slot {
            Slot::Read(value) => Some(Some(value)),
            Slot::Bad => None,
            Slot::Absent => Some(None),
        }
    }

    /// A member that may be absent or null.
    pub fn field<T>(&mut self, _name: &'static str, slot: Slot<Option<T>>) -> Option<Field<T>> {
        match slot {
            Slot::Read(value) => Some(Field::from_nullable(value)),
            Slot::Bad => None,
            Slot::Absent => Some(Field::Absent),
        }
    }
}

/// Reads the name of a member into a string that is used again and again.
struct Name<'n>(&'n mut String);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        self.0.push_str(name);
        Ok(())
    }
}

/// The members of an object that is being written.
#[derive(Debug)]
pub struct Output<M> {
    map: M,
    count: usize,
}

impl<M: SerializeMap> Output<M> {
    /// A member that must be there.
    ///
    /// # Errors
    /// Where the serializer has one.
    pub fn required<T: Json>(&mut self, name: &str, value: &T) -> Result<(), M::Error> {
        self.count += 1;
        self.map.serialize_entry(name, &Wire(value))
    }

    /// A member that must be there, and may be null.
    ///
    /// # Errors
    /// Where the serializer has one.
    pub fn nullable<T: Json>(&mut self, name: &str, value: &Option<T>) -> Result<(), M::Error> {
        self.required(name, value)
    }

    /// A member that may be absent.
    ///
    /// # Errors
    /// Where the serializer has one.
    pub fn optional<T: Json>(&mut self, name: &str, value: &Option<T>) -> Result<(), M::Error> {
        value.as_ref().map_or(Ok(()), |value| self.required(name, value))
    }

    /// A member that may be absent or null.
    ///
    /// # Errors
    /// Where the serializer has one.
    pub fn field<T: Json>(&mut self, name: &str, value: &Field<T>) -> Result<(), M::Error> {
        match value {
            Field::Absent => Ok(()),
            Field::Null => self.required(name, &()),
            Field::Value(value) => self.required(name, value),
        }
    }

    /// A member that can only have one value.
    ///
    /// # Errors
    /// Where the serializer has one.
    pub fn constant(&mut self, name: &str, value: impl Constant) -> Result<(), M::Error> {
        self.count += 1;
        self.map.serialize_entry(name, &value)
    }

    /// The members of other names.
    ///
    /// # Errors
    /// Where the serializer has one.
    pub fn others<T: Json>(&mut self, others: &BTreeMap<String, T>) -> Result<(), M::Error> {
        others.iter().try_for_each(|(name, value)| self.required(name, value))
    }
}

/// The members of an object whose rules are being looked at.
#[derive(Debug)]
pub struct Checks<'r> {
    report: &'r mut Report,
    count: usize,
}

impl Checks<'_> {
    /// A member that must be there.
    pub fn required<T: Json>(&mut self, name: &'static str, value: &T, rules: &Rules) {
        self.count += 1;
        self.report.within(name, |report| value.check(rules, report));
    }

    /// A member that must be there, and may be null.
    pub fn nullable<T: Json>(&mut self, name: &'static str, value: &Option<T>, rules: &Rules) {
        self.required(name, value, rules);
    }

    /// A member that may be absent.
    pub fn optional<T: Json>(&mut self, name: &'static str, value: &Option<T>, rules: &Rules) {
        if let Some(value) = value {
            self.required(name, value, rules);
        }
    }

    /// A member that may be absent or null.
    pub fn field<T: Json>(&mut self, name: &'static str, value: &Field<T>, rules: &Rules) {
        match value {
            Field::Absent => {}
            Field::Null => self.count += 1,
            Field::Value(value) => self.required(name, value, rules),
        }
    }

    /// A member that can only have one value.
    pub fn constant(&mut self) {
        self.count += 1;
    }

    /// The members of other names.
    pub fn others<T: Json>(&mut self, others: &BTreeMap<String, T>, rules: &Rules) {
        self.count += others.len();
        for (name, value) in others {
            self.report.within(name.clone(), |report| value.check(rules, report));
        }
    }
}

/// The one value that a member can have.
pub trait Constant: Copy + Serialize + fmt::Display {
    /// Whether a value equals it.
    fn is(&self, value: &Value) -> bool;
}

impl Constant for &str {
    fn is(&self, value: &Value) -> bool {
        value.as_str() == Some(self)
    }
}

impl Constant for bool {
    fn is(&self, value: &Value) -> bool {
        value.as_bool() == Some(*self)
    }
}

impl Constant for i64 {
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "in JSON 404.0 is 404")]
    fn is(&self, value: &Value) -> bool {
        value.as_i64() == Some(*self)
            || value.is_f64() && value.as_f64().is_some_and(|value| value == *self as f64)
    }
}

impl Constant for f64 {
    #[expect(clippy::float_cmp, reason = "the number itself, not one near it")]
    fn is(&self, value: &Value) -> bool {
        value.as_f64().is_some_and(|value| value == *self)
    }
}
