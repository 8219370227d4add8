//! Values that may be of several types.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::constants::Constants;
use super::json::{Json, Shape};
pub use super::object::Scalar;
use super::rules::Rules;
use super::validation::{Code, Report, Strictness};

/// What tells the alternatives of a union apart; an alternative is named by its index.
#[derive(Debug, Clone, Copy)]
pub enum Tag {
    /// The text of a member.
    Property(&'static str, &'static [(&'static str, usize)]),
    /// The text of a member; where it is another, or there is none, the last is meant.
    PropertyOr(&'static str, &'static [(&'static str, usize)], usize),
    /// The value of a member that all require.
    Constant(&'static str, &'static [(Scalar, usize)]),
    /// The type of the value.
    Kind(&'static [(Kind, usize)]),
    /// The type of a member that all require.
    MemberKind(&'static str, &'static [(Kind, usize)]),
    /// A member that only one alternative requires; the last is meant where none is there. Where several are, it is the
    /// one alternative that fits.
    Member(&'static [(&'static str, usize)], Option<usize>),
    /// The same, but a value may fit several: the one is taken that knows most of it.
    AnyMember(&'static [(&'static str, usize)], Option<usize>),
    /// Nothing does: of those that fit the one is taken that knows most of the value.
    InOrder,
}

/// The types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number without fraction.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Boolean => value.is_boolean(),
            Self::Integer => {
                value.is_i64()
                    || value.is_u64()
                    || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            Self::Number => value.is_number(),
            Self::String => value.is_string(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

/// A union of the contract.
pub trait Union: Sized {
    /// How many alternatives there are.
    const ALTERNATIVES: usize;

    /// What tells them apart.
    const TAG: Tag;

    /// Reads a value as the alternative of this index.
    fn read_alternative(index: usize, value: &Value, report: &mut Report) -> Option<Self>;

    /// Shows the alternative that the value is to the visitor.
    fn visit_alternative<V: AlternativeVisitor>(&self, visitor: V) -> V::Output;
}

/// Is shown what a union holds.
pub trait AlternativeVisitor {
    /// What comes of it.
    type Output;

    /// The value, and the rules it is to keep.
    fn visit<T: Json>(self, value: &T, rules: &Rules) -> Self::Output;

    /// The one value that the alternative has.
    fn constants(self, constants: Constants) -> Self::Output;
}

/// The shape of every [`Union`].
#[derive(Debug, Clone, Copy)]
pub struct UnionShape;

impl<T: Union> Shape<T> for UnionShape {
    /// An alternative may.
    const TAKES_NULL: bool = true;

    fn read<'de, D: Deserializer<'de>>(
        input: D,
        _rules: &Rules,
        report: &mut Report,
    ) -> Result<Option<T>, D::Error> {
        Ok(read(&Value::deserialize(input)?, report))
    }

    fn write<S: Serializer>(union: &T, output: S) -> Result<S::Ok, S::Error> {
        union.visit_alternative(Writer(output))
    }

    fn check(union: &T, _rules: &Rules, report: &mut Report) {
        union.visit_alternative(Checks(report));
    }
}

struct Writer<S>(S);

impl<S: Serializer> AlternativeVisitor for Writer<S> {
    type Output = Result<S::Ok, S::Error>;

    fn visit<T: Json>(self, value: &T, _rules: &Rules) -> Self::Output {
        value.write(self.0)
    }

    fn constants(self, constants: Constants) -> Self::Output {
        constants.serialize(self.0)
    }
}

struct Checks<'r>(&'r mut Report);

impl AlternativeVisitor for Checks<'_> {
    type Output = ();

    fn visit<T: Json>(self, value: &T, rules: &Rules) {
        value.check(rules, self.0);
    }

    fn constants(self, _constants: Constants) {}
}

fn read<T: Union>(value: &Value, report: &mut Report) -> Option<T> {
    match T::TAG {
        Tag::Property(name, values) => {
            let told = value.get(name);
            let text = told.and_then(Value::as_str);
            match text.and_then(|text| values.iter().find(|(known, _)| *known == text)) {
                Some((_, index)) => T::read_alternative(*index, value, report),
                // Contracts forget to require the member, or have an alternative that is no object: what fits all the
                // same is meant.
                None if told.is_none() => {
                    fitting(value, report).or_else(|| untold(value, name, Told::Text, report))
                }
                None if text.is_none() => untold(value, name, Told::Text, report),
                None => untold(value, name, Told::listed(values), report),
            }
        }
        Tag::PropertyOr(name, values, otherwise) => {
            let text = value.get(name).and_then(Value::as_str);
            let found = values.iter().find(|(known, _)| Some(*known) == text);
            T::read_alternative(found.map_or(otherwise, |(_, index)| *index), value, report)
        }
        Tag::Constant(name, values) => {
            let told = value.get(name);
            match told.and_then(|told| values.iter().find(|(known, _)| known.is(told))) {
                Some((_, index)) => T::read_alternative(*index, value, report),
                None => untold(value, name, Told::listed(values), report),
            }
        }
        Tag::Kind(kinds) => match kinds.iter().find(|(kind, _)| kind.is_of(value)) {
            Some((_, index)) => T::read_alternative(*index, value, report),
            // Plain text says nothing of its type.
            None if report.is_text() => first_that_fits(value, report),
            None => none_fits(report),
        },
        Tag::MemberKind(name, kinds) => {
            let told = value.get(name);
            match told.and_then(|told| kinds.iter().find(|(kind, _)| kind.is_of(told))) {
                Some((_, index)) => T::read_alternative(*index, value, report),
                None => untold(value, name, Told::OtherType, report),
            }
        }
        Tag::Member(members, otherwise) => by_member(members, otherwise, true, value, report),
        Tag::AnyMember(members, otherwise) => by_member(members, otherwise, false, value, report),
        Tag::InOrder => first_that_fits(value, report),
    }
}

/// What a member must be to tell which alternative is meant.
enum Told {
    /// One of these.
    Listed(String),
    /// Any text.
    Text,
    /// Of a type that an alternative has for it.
    OtherType,
}

impl Told {
    fn listed<T: fmt::Display>(values: &[(T, usize)]) -> Self {
        let known: Vec<String> = values.iter().map(|(known, _)| known.to_string()).collect();
        Self::Listed(format!("must be one of: {}", known.join(", ")))
    }
}

/// Tells that a member doesn't say which alternative is meant.
fn untold<T>(value: &Value, name: &'static str, told: Told, report: &mut Report) -> Option<T> {
    if !value.is_object() {
        return super::json::wrong_type("an object", report);
    }
    let is_absent = value.get(name).is_none();
    report.within(name, |report| match told {
        _ if is_absent => report.add(Code::Missing, "is required"),
        Told::Listed(message) => report.add(Code::NotListed, message),
        Told::Text => report.add(Code::WrongType, "must be a string"),
        Told::OtherType => report.add(Code::WrongType, "must be of a type that an alternative has"),
    });
    None
}

fn none_fits<T>(report: &mut Report) -> Option<T> {
    report.add(Code::NoAlternative, "must fit one of the alternatives");
    None
}

/// By the members that are there: of one, its alternative is read. Where that alone doesn't say it, the values do; an
/// alternative without a member of its own lets all of them be.
fn by_member<T: Union>(
    members: &[(&str, usize)],
    otherwise: Option<usize>,
    is_exclusive: bool,
    value: &Value,
    report: &mut Report,
) -> Option<T> {
    let present = members.iter().filter(|(name, _)| value.get(name).is_some());
    let present = present.map(|(_, index)| *index);
    let Some(first) = present.clone().next() else {
        return match otherwise {
            Some(index) => T::read_alternative(index, value, report),
            None => none_fits(report),
        };
    };
    let has_several = present.clone().nth(1).is_some();
    if !has_several && otherwise.is_none() {
        return T::read_alternative(first, value, report);
    }
    let is_exclusive = is_exclusive && report.is_strict();
    let found = report.trying(value, |report| {
        best(&present, is_exclusive, value, report)
            .or_else(|| best(&otherwise.into_iter(), false, value, report))
    });
    match found {
        Some(found) if found.is_one_of_several && is_exclusive => {
            report.add(Code::NoAlternative, "must fit only one of the alternatives");
            None
        }
        Some(found) => Some(found.take(report)),
        // What is wrong is told of the first.
        None => T::read_alternative(first, value, report),
    }
}

fn first_that_fits<T: Union>(value: &Value, report: &mut Report) -> Option<T> {
    fitting(value, report).or_else(|| none_fits(report))
}

fn fitting<T: Union>(value: &Value, report: &mut Report) -> Option<T> {
    let found = report.trying(value, |report| best(&(0..T::ALTERNATIVES), false, value, report));
    found.map(|found| found.take(report))
}

/// An alternative that fits.
struct Found<T> {
    read: T,
    /// How many members it doesn't know.
    unknown: usize,
    is_one_of_several: bool,
}

impl<T> Found<T> {
    fn take(self, report: &mut Report) -> T {
        report.pass_over(self.unknown);
        self.read
    }
}

/// Of those that fit the first that knows all members, else the first of those that know most of them. Where strictly
/// none fits, a lenient reader takes what it can read. Whether several fit is found out where `all` are looked at.
fn best<T: Union>(
    candidates: &(impl Iterator<Item = usize> + Clone),
    all: bool,
    value: &Value,
    report: &mut Report,
) -> Option<Found<T>> {
    let tries = [Some(Strictness::Strict), (!report.is_strict()).then_some(Strictness::Lenient)];
    for strictness in tries.into_iter().flatten() {
        let mut best: Option<Found<T>> = None;
        for index in candidates.clone() {
            let Some(mut found) = attempt(index, strictness, value, report) else { continue };
            found.is_one_of_several = best.is_some();
            best = match best {
                Some(best) if best.unknown <= found.unknown => {
                    Some(Found { is_one_of_several: true, ..best })
                }
                _ => Some(found),
            };
            if !all && best.as_ref().is_some_and(|best| best.unknown == 0) {
                break;
            }
        }
        if best.is_some() {
            return best;
        }
    }
    None
}

/// A value as this alternative, if it fits.
fn attempt<T: Union>(
    index: usize,
    strictness: Strictness,
    value: &Value,
    report: &mut Report,
) -> Option<Found<T>> {
    if !report.spend(value) {
        return None;
    }
    let mut attempt = report.attempt(strictness);
    let read = T::read_alternative(index, value, &mut attempt);
    report.count(&attempt);
    let unknown = attempt.passed_over();
    let read = read.filter(|_| attempt.is_empty())?;
    Some(Found { read, unknown, is_one_of_several: false })
}
