//! Members that follow from others, as descriptions say: "`ends_at` is `starts_at` plus `duration_minutes`", "19 % of the subtotal,
//! rounded down", "the total less the payments, or 0 if it is void", "14 days after `issued_on`".
//!
//! What is said in other words is not heard, and neither is what speaks of something that isn't there.

mod number;
mod parse;

pub(super) use parse::is_decimal;

use std::fmt;

use super::{Resources, prose};
use crate::model::{Contract, Operation, SchemaId};
use crate::names::words;
use crate::outline::Outline;

/// A member of an answer that follows from others of the same object. Where a member is an object, as money with its currency, it
/// is the number in it that counts: then a JSON pointer stands for the member, `/total/amount`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// The array of the answer whose items are the objects; `None`: the answer is the object.
    pub list: Option<String>,
    /// The member.
    pub member: String,
    /// What it is.
    pub is: Arithmetic,
    /// Whether it may be zero as well: "or 0 if the invoice is void".
    pub or_zero: bool,
}

/// What a member is of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arithmetic {
    /// All of the first together, without the others.
    Sum {
        /// What is added up.
        plus: Vec<Term>,
        /// What is taken off.
        less: Vec<Term>,
    },
    /// The least, or the greatest, of a member of all items of an array.
    Extreme {
        /// The array.
        list: String,
        /// The member of its items.
        member: String,
        /// Whether it is the greatest.
        is_greatest: bool,
    },
    /// A product, or a share of one.
    Product(Product),
    /// A moment and so many times so many seconds.
    Later {
        /// The moment.
        from: String,
        /// The number.
        by: String,
        /// The seconds of each.
        seconds: i64,
    },
    /// A day so many days after another one.
    DaysAfter {
        /// The other one.
        from: String,
        /// How many.
        days: i64,
    },
}

/// A number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// That of a member.
    Member(String),
    /// The sum of a member of all items of an array.
    Sum {
        /// The array.
        list: String,
        /// The member of its items.
        member: String,
    },
}

/// Numbers that are multiplied, and divided by others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What is multiplied.
    pub factors: Vec<String>,
    /// By how much besides, and divided by how much: 19 and 100 of "19 % of".
    pub times: (i64, i64),
    /// A member that it is divided by.
    pub over: Option<String>,
    /// A member by so many percent of which it is less.
    pub less_percent: Option<String>,
    /// How it is rounded, as far as that is said.
    pub rounding: Option<Rounding>,
}

/// How a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// To which side.
    pub toward: Toward,
    /// To how many places behind the point; `None`: to whole units of what the member is in.
    pub places: Option<u32>,
}

/// To which side a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// The nearest one; what lies halfway, to either.
    Nearest,
    /// The nearest one; what lies halfway, upward.
    NearestUp,
    /// The one below.
    Down,
    /// The one above.
    Up,
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(list) = &self.list {
            write!(f, "of each of `{list}`, ")?;
        }
        write!(f, "`{}` is ", self.member)?;
        match &self.is {
            Arithmetic::Sum { plus, less } => {
                joined(f, plus, " plus ")?;
                f.write_str(if less.is_empty() { "" } else { " less " })?;
                joined(f, less, " and ")?;
            }
            Arithmetic::Extreme { list, member, is_greatest } => {
                let which = if *is_greatest { "greatest" } else { "least" };
                write!(f, "the {which} `{member}` of `{list}`")?;
            }
            Arithmetic::Product(product) => write!(f, "{product}")?,
            Arithmetic::Later { from, by, .. } => write!(f, "`{from}` plus `{by}`")?,
            Arithmetic::DaysAfter { from, days } => write!(f, "{days} days after `{from}`")?,
        }
        if self.or_zero { write!(f, ", or 0") } else { Ok(()) }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, terms: &[Term], sign: &str) -> fmt::Result {
    let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
    write!(f, "{}", terms.join(sign))
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, "`{name}`"),
            Self::Sum { list, member } => write!(f, "the sum of `{member}` of `{list}`"),
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factors: Vec<String> = self.factors.iter().map(|name| format!("`{name}`")).collect();
        write!(f, "{}", factors.join(" times "))?;
        match self.times {
            (1, 1) => {}
            (1, over) => write!(f, " divided by {over}")?,
            (times, over) => write!(f, " times {times} divided by {over}")?,
        }
        if let Some(over) = &self.over {
            write!(f, " divided by `{over}`")?;
        }
        if let Some(percent) = &self.less_percent {
            write!(f, " less `{percent}` percent")?;
        }
        let Some(Rounding { toward, .. }) = self.rounding else { return Ok(()) };
        f.write_str(match toward {
            Toward::Nearest => ", rounded",
            Toward::NearestUp => ", rounded half up",
            Toward::Down => ", rounded down",
            Toward::Up => ", rounded up",
        })
    }
}

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Formula> {
    let Some(schema) = operation.answer_schema() else { return Vec::new() };
    let objects = objects(resources, schema);
    let mut formulas: Vec<Formula> = objects.iter().flat_map(Object::formulas).collect();
    // Who makes it tells it, as often as who shows it.
    let same = resources.contract.operations.iter();
    let same = same.filter(|one| one.answer_schema() == Some(schema));
    for text in same.filter_map(|one| one.description.as_deref()) {
        formulas.extend(told_in(&objects, text));
    }
    let mut once: Vec<Formula> = Vec::new();
    for formula in formulas {
        if !once.iter().any(|one| one.list == formula.list && one.member == formula.member) {
            once.push(formula);
        }
    }
    once
}

/// An object of an answer.
pub(super) struct Object<'a> {
    contract: &'a Contract,
    /// The array that it is an item of.
    pub(super) list: Option<String>,
    pub(super) outline: Outline<'a>,
}

/// An answer, and what the arrays in it have.
pub(super) fn objects<'a>(resources: &Resources<'a>, schema: SchemaId) -> Vec<Object<'a>> {
    let contract = resources.contract;
    let answer = Outline::of(contract, &[schema]);
    let lists = answer.members().into_keys().filter_map(|name| {
        let items = answer.member(name)?.list(None).filter(|(name, _)| name.is_none());
        let (list, outline) = (Some(name.to_owned()), Outline::of(contract, &items?.1));
        Some(Object { contract, list, outline })
    });
    let lists: Vec<_> = lists.collect();
    let whole = Object { contract, list: None, outline: answer };
    [whole].into_iter().chain(lists).collect()
}

impl Object<'_> {
    /// What the descriptions of its members say that they are.
    fn formulas(&self) -> Vec<Formula> {
        let members = self.outline.members().into_iter();
        let told = members.filter_map(|(name, ids)| {
            let mut said =
                ids.iter().filter_map(|id| self.contract.schema(*id).description.as_deref());
            said.find_map(|text| self.formula(text, name, None))
        });
        told.collect()
    }
}

/// What a text says of the members of some objects: "`a` is …, `b` is … and `c` is …".
fn told_in(objects: &[Object<'_>], text: &str) -> Vec<Formula> {
    const IS: &str = "` is ";
    let text = prose::on_one_line(text);
    let mut formulas = Vec::new();
    let mut that: Option<String> = None;
    for sentence in prose::sentences(&text) {
        let mut rest = sentence;
        while let Some(at) = rest.find(IS) {
            let name = rest[..at].rsplit('`').next().unwrap_or_default().to_owned();
            let behind = &rest[at + IS.len()..];
            // Up to where the next one is spoken of.
            let end = behind.find(IS).and_then(|next| behind[..next].rfind('`'));
            let said = &behind[..end.unwrap_or(behind.len())];
            let found = objects
                .iter()
                .filter(|one| one.outline.member(&name).is_some())
                .find_map(|one| one.formula(said, &name, that.as_deref()));
            formulas.extend(found);
            that = Some(name);
            rest = behind;
        }
    }
    formulas
}

/// Seconds of the units that names of durations have.
const UNITS: [(&str, i64); 8] = [
    ("minutes", 60),
    ("mins", 60),
    ("min", 60),
    ("seconds", 1),
    ("secs", 1),
    ("hours", 3_600),
    ("days", 86_400),
    ("weeks", 604_800),
];

/// The seconds of the unit of a duration, by its name: 60 of `duration_minutes`.
#[must_use]
pub fn seconds_of_unit(name: &str) -> Option<i64> {
    let words = words(name);
    let is_it = |(unit, _): &&(&str, i64)| words.iter().any(|word| word == unit);
    UNITS.iter().find(is_it).map(|(_, seconds)| *seconds)
}
