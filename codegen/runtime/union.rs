//! Values that may be of several types.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::constants::Constants;
use super::json::{Json, Shape};
use super::rules::Rules;
use super::validation::{Code, Report, Strictness};

/// What tells the alternatives of a union apart; an alternative is named by its index.
#[derive(Debug, Clone, Copy)]
pub enum Tag {
    /// The text of a member.
    Property(&'static str, &'static [(&'static str, usize)]),
    /// The text of a member; where it is another, or there is none, the last is meant.
    PropertyOr(&'static str, &'static [(&'static str, usize)], usize),
    /// The type of the value.
    Kind(&'static [(Kind, usize)]),
    /// A member that only one alternative requires; the last is meant where none is there.
    Member(&'static [(&'static str, usize)], Option<usize>),
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
            let text = value.get(name).and_then(Value::as_str);
            match text.and_then(|text| values.iter().find(|(known, _)| *known == text)) {
                Some((_, index)) => T::read_alternative(*index, value, report),
                // Contracts forget to require the member, or have an alternative that is no object: what fits all the
                // same is meant.
                None if value.get(name).is_none() => {
                    fitting(value, report).or_else(|| untagged(value, name, text, values, report))
                }
                None => untagged(value, name, text, values, report),
            }
        }
        Tag::PropertyOr(name, values, otherwise) => {
            let text = value.get(name).and_then(Value::as_str);
            let found = values.iter().find(|(known, _)| Some(*known) == text);
            T::read_alternative(found.map_or(otherwise, |(_, index)| *index), value, report)
        }
        Tag::Kind(kinds) => match kinds.iter().find(|(kind, _)| kind.is_of(value)) {
            Some((_, index)) => T::read_alternative(*index, value, report),
            // Plain text says nothing of its type.
            None if report.is_text() => first_that_fits(value, report),
            None => none_fits(report),
        },
        Tag::Member(members, otherwise) => {
            let found = members.iter().find(|(name, _)| value.get(name).is_some());
            match found.map(|(_, index)| *index).or(otherwise) {
                Some(index) => T::read_alternative(index, value, report),
                None => none_fits(report),
            }
        }
        Tag::InOrder => first_that_fits(value, report),
    }
}

fn untagged<T>(
    value: &Value,
    name: &'static str,
    text: Option<&str>,
    values: &[(&str, usize)],
    report: &mut Report,
) -> Option<T> {
    if !value.is_object() {
        return super::json::wrong_type("an object", report);
    }
    report.within(name, |report| match text {
        Some(_) => {
            let known: Vec<_> = values.iter().map(|(text, _)| *text).collect();
            report.add(Code::NotListed, format!("must be one of: {}", known.join(", ")));
        }
        None if value.get(name).is_none() => report.add(Code::Missing, "is required"),
        None => report.add(Code::WrongType, "must be a string"),
    });
    None
}

fn none_fits<T>(report: &mut Report) -> Option<T> {
    report.add(Code::NoAlternative, "must fit one of the alternatives");
    None
}

fn first_that_fits<T: Union>(value: &Value, report: &mut Report) -> Option<T> {
    fitting(value, report).or_else(|| none_fits(report))
}

/// Of those that fit the first that knows all members, else the first of those that know most of them. Where strictly
/// none fits, a lenient reader takes what it can read.
fn fitting<T: Union>(value: &Value, report: &mut Report) -> Option<T> {
    let tries = [Some(Strictness::Strict), (!report.is_strict()).then_some(Strictness::Lenient)];
    for strictness in tries.into_iter().flatten() {
        let mut best: Option<(usize, T)> = None;
        for index in 0..T::ALTERNATIVES {
            let mut attempt = report.fork(strictness);
            let read = T::read_alternative(index, value, &mut attempt);
            let Some(read) = read.filter(|_| attempt.is_empty()) else { continue };
            let unknown = attempt.passed_over();
            if best.as_ref().is_none_or(|(least, _)| unknown < *least) {
                best = Some((unknown, read));
            }
            if unknown == 0 {
                break;
            }
        }
        if let Some((unknown, read)) = best {
            report.pass_over(unknown);
            return Some(read);
        }
    }
    None
}
