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

    /// The members that the contract names: first those that can only have one value, then those with a slot.
    const MEMBERS: &'static [Member];

    /// Reads the members; `None` where there is no object, which `members` knows the reason of.
    fn read_members<'de, A: MapAccess<'de>>(members: &mut Members<'_, 'de, A>) -> Option<Self>;

    /// Shows each member that has a slot, in the order of [`Object::MEMBERS`].
    fn visit_members<V: MemberVisitor>(&self, members: &mut Visit<'_, V>);
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
        Visit::members(object, &mut writer);
        match writer.failure {
            None => writer.map.end(),
            Some(error) => Err(error),
        }
    }

    fn check(object: &T, _rules: &Rules, report: &mut Report) {
        let mut checks = Checks { report, count: 0 };
        Visit::members(object, &mut checks);
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
        let mut members = Members::new(T::MEMBERS, access, &mut *self.report);
        let object = T::read_members(&mut members);
        let count = members.finish()?;
        T::RULES.check_members(count, self.report);
        Ok(object)
    }
}

/// A member that an object may have, by its name in JSON.
///
/// Variants and no fields: most members are one string to the compiler, which reads a table an object.
#[derive(Debug, Clone, Copy)]
pub enum Member {
    /// The object can't do without it.
    Required(&'static str),
    /// It may be absent.
    Optional(&'static str),
    /// The object can't do without it, and its value must keep these.
    RequiredUnder(&'static str, &'static Rules),
    /// It may be absent, and its value must keep these.
    OptionalUnder(&'static str, &'static Rules),
    /// The object can't do without it, and this is the only value that it can have.
    Only(&'static str, &'static dyn Constant),
}

impl Member {
    /// The name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Required(name)
            | Self::Optional(name)
            | Self::RequiredUnder(name, _)
            | Self::OptionalUnder(name, _)
            | Self::Only(name, _) => name,
        }
    }

    fn rules(&self) -> &'static Rules {
        match self {
            Self::RequiredUnder(_, rules) | Self::OptionalUnder(_, rules) => rules,
            Self::Required(_) | Self::Optional(_) | Self::Only(..) => NONE,
        }
    }

    fn is_required(&self) -> bool {
        !matches!(self, Self::Optional(_) | Self::OptionalUnder(..))
    }

    /// The value, if it can only have one.
    #[must_use]
    pub fn only(&self) -> Option<Scalar> {
        match self {
            Self::Only(_, value) => Some(value.scalar()),
            _ => None,
        }
    }

    fn compare(&self, value: &Value, report: &mut Report) {
        if let Some(only) = self.only().filter(|only| !only.is(value)) {
            report.add(Code::NotListed, format!("must be {only}"));
        }
    }
}

/// Where the value of a member goes.
///
/// Objects read through it rather than by code of their own, which would be compiled for each of them.
pub trait Slot<'de, A: MapAccess<'de>> {
    /// Reads the value of this member; `false` where the report was told why there is none.
    ///
    /// # Errors
    /// Where the input is malformed.
    fn fill(
        &mut self,
        access: &mut A,
        member: &Member,
        report: &mut Report,
    ) -> Result<bool, A::Error>;
}

impl<'de, A: MapAccess<'de>, T: Json> Slot<'de, A> for Option<T> {
    fn fill(
        &mut self,
        access: &mut A,
        member: &Member,
        report: &mut Report,
    ) -> Result<bool, A::Error> {
        // Servers write null for what is absent, whatever their contract says: a client takes the one for the other.
        let may_be_null = !report.is_strict() && !member.is_required() && !T::Shape::TAKES_NULL;
        if may_be_null {
            let read = access.next_value_seed(Part::<Self>::new(member.rules(), report))?;
            let is_good = read.is_some();
            *self = read.flatten();
            return Ok(is_good);
        }
        *self = access.next_value_seed(Part::<T>::new(member.rules(), report))?;
        Ok(self.is_some())
    }
}

impl<'de, A: MapAccess<'de>, T: Json> Slot<'de, A> for Field<T> {
    fn fill(
        &mut self,
        access: &mut A,
        member: &Member,
        report: &mut Report,
    ) -> Result<bool, A::Error> {
        let read = access.next_value_seed(Part::<Option<T>>::new(member.rules(), report))?;
        let is_good = read.is_some();
        *self = read.map_or(Self::Absent, Self::from_nullable);
        Ok(is_good)
    }
}

/// What a slot holds of a member that the object can't do without.
///
/// # Panics
/// If the slot is empty, which it isn't once [`Members::read`] has said `true`.
#[must_use]
pub fn held<T>(slot: Option<T>) -> T {
    slot.expect("an object is made when all that it requires has been read")
}

/// What becomes of members of other names.
trait Others<'de, A: MapAccess<'de>> {
    fn take(&mut self, members: &mut Members<'_, 'de, A>) -> Result<(), A::Error>;
}

/// They are passed over.
struct Ignored;

impl<'de, A: MapAccess<'de>> Others<'de, A> for Ignored {
    fn take(&mut self, members: &mut Members<'_, 'de, A>) -> Result<(), A::Error> {
        members.report.pass_over(1);
        members.access.next_value::<IgnoredAny>().map(drop)
    }
}

/// They are not allowed.
struct Refused;

impl<'de, A: MapAccess<'de>> Others<'de, A> for Refused {
    fn take(&mut self, members: &mut Members<'_, 'de, A>) -> Result<(), A::Error> {
        if members.report.is_strict() {
            let name = members.name.clone();
            members.report.within(name, |report| report.add(Code::Unexpected, "is not allowed"));
        }
        Ignored.take(members)
    }
}

/// They are kept.
struct Kept<'s, T> {
    others: &'s mut BTreeMap<String, T>,
    rules: &'static Rules,
}

impl<'de, A: MapAccess<'de>, T: Json> Others<'de, A> for Kept<'_, T> {
    fn take(&mut self, members: &mut Members<'_, 'de, A>) -> Result<(), A::Error> {
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
pub struct Members<'r, 'de, A: MapAccess<'de>> {
    known: &'static [Member],
    access: A,
    report: &'r mut Report,
    name: String,
    count: usize,
    /// What is malformed. It waits here until the slots are gone: objects have no code of their own for it.
    failure: Option<A::Error>,
}

impl<'r, 'de, A: MapAccess<'de>> Members<'r, 'de, A> {
    pub(super) fn new(known: &'static [Member], access: A, report: &'r mut Report) -> Self {
        Self { known, access, report, name: String::new(), count: 0, failure: None }
    }

    /// How many there were.
    pub(super) fn finish(self) -> Result<usize, A::Error> {
        self.failure.map_or(Ok(self.count), Err)
    }

    /// Reads each member into its slot, and passes over those of other names; `false` where there is no object.
    pub fn read(&mut self, slots: &mut [&mut dyn Slot<'de, A>]) -> bool {
        self.read_with(slots, &mut Ignored)
    }

    /// [`read`](Self::read) of an object that no other members are allowed in.
    pub fn read_closed(&mut self, slots: &mut [&mut dyn Slot<'de, A>]) -> bool {
        self.read_with(slots, &mut Refused)
    }

    /// [`read`](Self::read) of an object that keeps its other members.
    pub fn read_open<T: Json>(
        &mut self,
        slots: &mut [&mut dyn Slot<'de, A>],
        others: &mut BTreeMap<String, T>,
        rules: &'static Rules,
    ) -> bool {
        self.read_with(slots, &mut Kept { others, rules })
    }

    fn read_with(
        &mut self,
        slots: &mut [&mut dyn Slot<'de, A>],
        others: &mut dyn Others<'de, A>,
    ) -> bool {
        self.try_read(slots, others).unwrap_or_else(|failure| {
            self.failure = Some(failure);
            false
        })
    }

    fn try_read(
        &mut self,
        slots: &mut [&mut dyn Slot<'de, A>],
        others: &mut dyn Others<'de, A>,
    ) -> Result<bool, A::Error> {
        let known = self.known;
        let constants = known.len() - slots.len();
        let mut is_whole = true;
        let mut seen = Seen::default();
        // Most objects come in the order of the contract: the next member is looked for behind the last.
        let mut next = 0;
        while self.advance()? {
            let at = (next..known.len()).chain(0..next).find(|at| known[*at].name() == self.name);
            let Some(at) = at else {
                others.take(self)?;
                continue;
            };
            next = at + 1;
            seen.insert(at);
            let (access, member) = (&mut self.access, &known[at]);
            let slot = at.checked_sub(constants).map(|at| &mut slots[at]);
            is_whole &= self.report.within(member.name(), |report| match slot {
                Some(slot) => slot.fill(access, member, report),
                None => {
                    member.compare(&access.next_value()?, report);
                    Ok(true)
                }
            })?;
        }
        let required = known.iter().enumerate().filter(|(_, member)| member.is_required());
        for (_, member) in required.filter(|(at, _)| !seen.contains(*at)) {
            self.report.within(member.name(), |report| report.add(Code::Missing, "is required"));
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

/// Which members have come, by their place.
#[derive(Debug, Default)]
struct Seen {
    first: u64,
    /// Those behind the first 64, which few objects have.
    beyond: Vec<usize>,
}

impl Seen {
    fn insert(&mut self, at: usize) {
        match bit(at) {
            Some(bit) => self.first |= bit,
            None => self.beyond.push(at),
        }
    }

    fn contains(&self, at: usize) -> bool {
        match bit(at) {
            Some(bit) => self.first & bit != 0,
            None => self.beyond.contains(&at),
        }
    }
}

fn bit(at: usize) -> Option<u64> {
    1_u64.checked_shl(u32::try_from(at).ok()?)
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
    fn member<T: Json>(&mut self, name: &'static str, value: &T, rules: &Rules);

    /// A member of another name than the contract's.
    fn other<T: Json>(&mut self, name: &str, value: &T, rules: &Rules);

    /// A member that can only have one value.
    fn constant(&mut self, name: &'static str, value: Scalar);
}

/// Shows members to a visitor: each as what the contract says of its presence.
#[derive(Debug)]
pub struct Visit<'v, V> {
    visitor: &'v mut V,
    members: std::slice::Iter<'static, Member>,
}

impl<V: MemberVisitor> Visit<'_, V> {
    fn members<T: Object>(object: &T, visitor: &mut V) {
        let mut members = T::MEMBERS.iter();
        while let Some(Member::Only(name, value)) = members.as_slice().first() {
            visitor.constant(name, value.scalar());
            members.next();
        }
        object.visit_members(&mut Visit { visitor, members });
    }

    fn show<T: Json>(&mut self, value: Option<&T>) {
        if let (Some(member), Some(value)) = (self.members.next(), value) {
            self.visitor.member(member.name(), value, member.rules());
        }
    }

    /// A member that is there.
    pub fn required<T: Json>(&mut self, value: &T) {
        self.show(Some(value));
    }

    /// A member that must be there, and may be null.
    pub fn nullable<T: Json>(&mut self, value: &Option<T>) {
        self.show(Some(value));
    }

    /// A member that may be absent.
    pub fn optional<T: Json>(&mut self, value: &Option<T>) {
        self.show(value.as_ref());
    }

    /// A member that may be absent or null.
    pub fn field<T: Json>(&mut self, value: &Field<T>) {
        match value {
            Field::Absent => self.show::<T>(None),
            Field::Null => self.show(Some(&())),
            Field::Value(value) => self.show(Some(value)),
        }
    }

    /// The members of other names.
    pub fn others<T: Json>(&mut self, others: &BTreeMap<String, T>, rules: &Rules) {
        for (name, value) in others {
            self.visitor.other(name, value, rules);
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
    fn member<T: Json>(&mut self, name: &'static str, value: &T, _rules: &Rules) {
        self.write(name, &Wire(value));
    }

    fn other<T: Json>(&mut self, name: &str, value: &T, _rules: &Rules) {
        self.write(name, &Wire(value));
    }

    fn constant(&mut self, name: &'static str, value: Scalar) {
        self.write(name, &value);
    }
}

/// Looks at the rules of the members of an object.
struct Checks<'r> {
    report: &'r mut Report,
    count: usize,
}

impl MemberVisitor for Checks<'_> {
    fn member<T: Json>(&mut self, name: &'static str, value: &T, rules: &Rules) {
        self.count += 1;
        self.report.within(name, |report| value.check(rules, report));
    }

    fn other<T: Json>(&mut self, name: &str, value: &T, rules: &Rules) {
        self.count += 1;
        self.report.within(name.to_owned(), |report| value.check(rules, report));
    }

    fn constant(&mut self, _name: &'static str, _value: Scalar) {
        self.count += 1;
    }
}

/// The one value that a member can have.
pub trait Constant: fmt::Debug {
    /// The value.
    fn scalar(&self) -> Scalar;
}

/// A value that has no others within.
#[derive(Debug, Clone, Copy)]
pub enum Scalar {
    /// A string.
    Text(&'static str),
    /// True or false.
    Boolean(bool),
    /// A number without fraction.
    Integer(i64),
    /// Any other number.
    Number(f64),
}

impl Scalar {
    /// Whether a value equals it; in JSON 404.0 is 404.
    #[expect(clippy::cast_precision_loss, reason = "the number itself, not one near it")]
    pub(super) fn is(&self, value: &Value) -> bool {
        match self {
            Self::Text(text) => value.as_str() == Some(text),
            Self::Boolean(flag) => value.as_bool() == Some(*flag),
            Self::Integer(integer) => {
                value.as_i64() == Some(*integer)
                    || value.is_f64() && value.as_f64() == Some(*integer as f64)
            }
            Self::Number(number) => value.as_f64() == Some(*number),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => output.serialize_str(text),
            Self::Boolean(value) => output.serialize_bool(*value),
            Self::Integer(value) => output.serialize_i64(*value),
            Self::Number(value) => output.serialize_f64(*value),
        }
    }
}

impl Constant for &'static str {
    fn scalar(&self) -> Scalar {
        Scalar::Text(self)
    }
}

impl Constant for bool {
    fn scalar(&self) -> Scalar {
        Scalar::Boolean(*self)
    }
}

impl Constant for i64 {
    fn scalar(&self) -> Scalar {
        Scalar::Integer(*self)
    }
}

impl Constant for f64 {
    fn scalar(&self) -> Scalar {
        Scalar::Number(*self)
    }
}
