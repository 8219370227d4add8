//! Objects, member by member: what the tables of generated code ([`object!`](crate)) are made of.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::field::Field;
use super::json::{Json, Part, Shape, Wire, refuse_others};
use super::rules::{NONE, Rules};
use super::validation::{Code, Report};

/// An object of the contract.
pub trait Object: Sized {
    /// How many members it may have.
    const RULES: &'static Rules = NONE;

    /// Reads the members; `None` where the report was told why there is no object.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn read_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'_, A>,
    ) -> Result<Option<Self>, A::Error>;

    /// Shows each member to the visitor.
    fn visit_members<V: MemberVisitor>(&self, visitor: &mut V);
}

/// The shape of every [`Object`].
#[derive(Debug, Clone, Copy)]
pub struct ObjectShape;

impl<T: Object> Shape<T> for ObjectShape {
    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<T>, D::Error> {
        input.deserialize_any(ObjectVisitor { report, object: PhantomData })
    }

    fn write<S: Serializer>(object: &T, output: S) -> Result<S::Ok, S::Error> {
        let mut writer = Writer { map: output.serialize_map(None)?, failure: None };
        object.visit_members(&mut writer);
        match writer.failure {
            None => writer.map.end(),
            Some(error) => Err(error),
        }
    }

    fn check(object: &T, _rules: &Rules, report: &mut Report) {
        let mut checks = Checks { report, count: 0 };
        object.visit_members(&mut checks);
        let Checks { report, count } = checks;
        T::RULES.check_members(count, report);
    }
}

struct ObjectVisitor<'r, T> {
    report: &'r mut Report,
    object: PhantomData<T>,
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

/// A member that an object may have, and where its value goes.
pub struct Member<'s, 'de, A> {
    /// The name in JSON.
    pub name: &'static str,
    /// What its value must keep.
    pub rules: &'static Rules,
    /// Whether the object can't do without it, and it has not come yet.
    pub is_missing: bool,
    /// Where it goes.
    pub slot: &'s mut dyn Slot<'de, A>,
}

/// Where the value of a member goes.
///
/// Objects read through it rather than by code of their own, which would be compiled for each of them.
pub trait Slot<'de, A: MapAccess<'de>> {
    /// Reads the value; `false` where the report was told why there is none.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn fill(
        &mut self,
        access: &mut A,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<bool, A::Error>;
}

impl<'de, A: MapAccess<'de>, T: Json> Slot<'de, A> for Option<T> {
    fn fill(
        &mut self,
        access: &mut A,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<bool, A::Error> {
        *self = access.next_value_seed(Part::<T>::new(rules, report))?;
        Ok(self.is_some())
    }
}

impl<'de, A: MapAccess<'de>, T: Json> Slot<'de, A> for Field<T> {
    fn fill(
        &mut self,
        access: &mut A,
        rules: &Rules,
        report: &mut Report,
    ) -> Result<bool, A::Error> {
        let read = access.next_value_seed(Part::<Option<T>>::new(rules, report))?;
        let is_good = read.is_some();
        *self = read.map_or(Self::Absent, Self::from_nullable);
        Ok(is_good)
    }
}

/// The slot of a member that can only have one value.
#[derive(Debug, Clone, Copy)]
pub struct Only<C>(pub C);

impl<'de, A: MapAccess<'de>, C: Constant> Slot<'de, A> for Only<C> {
    fn fill(
        &mut self,
        access: &mut A,
        _rules: &Rules,
        report: &mut Report,
    ) -> Result<bool, A::Error> {
        let value: Value = access.next_value()?;
        if !self.0.is(&value) {
            report.add(Code::NotListed, format!("must be {}", self.0));
        }
        Ok(true)
    }
}

/// What becomes of members of other names.
pub trait Others<'de, A: MapAccess<'de>> {
    /// Takes a member.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn take(&mut self, members: &mut Members<'_, A>) -> Result<(), A::Error>;
}

/// They are passed over.
#[derive(Debug, Clone, Copy)]
pub struct Ignored;

impl<'de, A: MapAccess<'de>> Others<'de, A> for Ignored {
    fn take(&mut self, members: &mut Members<'_, A>) -> Result<(), A::Error> {
        members.report.pass_over(1);
        members.access.next_value::<IgnoredAny>().map(drop)
    }
}

/// They are not allowed.
#[derive(Debug, Clone, Copy)]
pub struct Refused;

impl<'de, A: MapAccess<'de>> Others<'de, A> for Refused {
    fn take(&mut self, members: &mut Members<'_, A>) -> Result<(), A::Error> {
        if members.report.is_strict() {
            let name = members.name.clone();
            members.report.within(name, |report| report.add(Code::Unexpected, "is not allowed"));
        }
        Ignored.take(members)
    }
}

/// They are kept.
#[derive(Debug)]
pub struct Kept<'s, T> {
    /// Where they go.
    pub others: &'s mut BTreeMap<String, T>,
    /// What their values must keep.
    pub rules: &'static Rules,
}

impl<'de, A: MapAccess<'de>, T: Json> Others<'de, A> for Kept<'_, T> {
    fn take(&mut self, members: &mut Members<'_, A>) -> Result<(), A::Error> {
        let (access, name) = (&mut members.access, members.name.clone());
        let part = |report: &mut Report| access.next_value_seed(Part::<T>::new(self.rules, report));
        if let Some(value) = members.report.within(name.clone(), part)? {
            self.others.insert(name, value);
        }
        Ok(())
    }
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
    /// Reads each member into its slot; `false` where the report was told what is wrong or missing.
    ///
    /// # Errors
    /// Where the input is malformed.
    pub fn read(
        &mut self,
        known: &mut [Member<'_, 'de, A>],
        others: &mut dyn Others<'de, A>,
    ) -> Result<bool, A::Error> {
        let mut is_whole = true;
        // Most objects come in the order of the contract: the next member is looked for behind the last.
        let mut next = 0;
        while self.advance()? {
            let at = (next..known.len()).chain(0..next).find(|at| known[*at].name == self.name);
            let Some(at) = at else {
                others.take(self)?;
                continue;
            };
            next = at + 1;
            let (access, member) = (&mut self.access, &mut known[at]);
            let fill = |report: &mut Report| member.slot.fill(access, member.rules, report);
            is_whole &= self.report.within(member.name, fill)?;
            member.is_missing = false;
        }
        for member in known.iter().filter(|member| member.is_missing) {
            self.report.within(member.name, |report| report.add(Code::Missing, "is required"));
            is_whole = false;
        }
        Ok(is_whole)
    }

    fn advance(&mut self) -> Result<bool, A::Error> {
        self.name.clear();
        let found = self.access.next_key_seed(Name(&mut self.name))?.is_some();
        self.count += usize::from(found);
        Ok(found)
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

/// Is shown the members of an object, in the order of the contract.
pub trait MemberVisitor {
    /// A member that is there.
    fn required<T: Json>(&mut self, name: &'static str, value: &T, rules: &Rules);

    /// A member of another name than the contract's.
    fn other<T: Json>(&mut self, name: &str, value: &T, rules: &Rules);

    /// A member that can only have one value.
    fn constant(&mut self, name: &'static str, value: impl Constant);

    /// A member that must be there, and may be null.
    fn nullable<T: Json>(&mut self, name: &'static str, value: &Option<T>, rules: &Rules) {
        self.required(name, value, rules);
    }

    /// A member that may be absent.
    fn optional<T: Json>(&mut self, name: &'static str, value: &Option<T>, rules: &Rules) {
        if let Some(value) = value {
            self.required(name, value, rules);
        }
    }

    /// A member that may be absent or null.
    fn field<T: Json>(&mut self, name: &'static str, value: &Field<T>, rules: &Rules) {
        match value {
            Field::Absent => {}
            Field::Null => self.required(name, &(), &Rules::NONE),
            Field::Value(value) => self.required(name, value, rules),
        }
    }

    /// The members of other names.
    fn others<T: Json>(&mut self, others: &BTreeMap<String, T>, rules: &Rules) {
        for (name, value) in others {
            self.other(name, value, rules);
        }
    }
}

/// Writes the members of an object.
struct Writer<M: SerializeMap> {
    map: M,
    failure: Option<M::Error>,
}

impl<M: SerializeMap> Writer<M> {
    fn write<T: Serialize>(&mut self, name: &str, value: &T) {
        if self.failure.is_none() {
            self.failure = self.map.serialize_entry(name, value).err();
        }
    }
}

impl<M: SerializeMap> MemberVisitor for Writer<M> {
    fn required<T: Json>(&mut self, name: &'static str, value: &T, _rules: &Rules) {
        self.write(name, &Wire(value));
    }

    fn other<T: Json>(&mut self, name: &str, value: &T, _rules: &Rules) {
        self.write(name, &Wire(value));
    }

    fn constant(&mut self, name: &'static str, value: impl Constant) {
        self.write(name, &value);
    }
}

/// Looks at the rules of the members of an object.
struct Checks<'r> {
    report: &'r mut Report,
    count: usize,
}

impl MemberVisitor for Checks<'_> {
    fn required<T: Json>(&mut self, name: &'static str, value: &T, rules: &Rules) {
        self.count += 1;
        self.report.within(name, |report| value.check(rules, report));
    }

    fn other<T: Json>(&mut self, name: &str, value: &T, rules: &Rules) {
        self.count += 1;
        self.report.within(name.to_owned(), |report| value.check(rules, report));
    }

    fn constant(&mut self, _name: &'static str, _value: impl Constant) {
        self.count += 1;
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
