//! Members that follow from others, as descriptions say: "`ends_at` is `starts_at` plus `duration_minutes`", "`subtotal` is
//! the sum of the lines' amounts and `total` is that less the discount".
//!
//! What is said in other words, or of more than two, is not heard.

use std::fmt;

use super::{Resources, prose, told};
use crate::model::{Contract, Operation};
use crate::names::{singulars, words};
use crate::only::only;
use crate::outline::Outline;

/// A member of an answer that follows from others of the same object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// The array of the answer whose items are the objects; `None`: the answer is the object.
    pub list: Option<String>,
    /// The member.
    pub member: String,
    /// What it is.
    pub is: Arithmetic,
}

/// What a member is of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arithmetic {
    /// One number and another one.
    Plus(String, String),
    /// One number without another one.
    Less(String, String),
    /// One number as often as another one says.
    Times(String, String),
    /// A moment and so many times so many seconds.
    Later {
        /// The moment.
        from: String,
        /// The number.
        by: String,
        /// The seconds of each.
        seconds: i64,
    },
    /// The sum of a member of all items of an array.
    Sum {
        /// The array.
        list: String,
        /// The member of its items.
        member: String,
    },
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(list) = &self.list {
            write!(f, "of each of `{list}`, ")?;
        }
        write!(f, "`{}` is ", self.member)?;
        match &self.is {
            Arithmetic::Plus(one, other) => write!(f, "`{one}` plus `{other}`"),
            Arithmetic::Less(one, other) => write!(f, "`{one}` less `{other}`"),
            Arithmetic::Times(one, other) => write!(f, "`{one}` times `{other}`"),
            Arithmetic::Later { from, by, .. } => write!(f, "`{from}` plus `{by}`"),
            Arithmetic::Sum { list, member } => write!(f, "the sum of `{member}` of `{list}`"),
        }
    }
}

/// Words between two operands.
const PLUS: [&str; 2] = [" plus ", " + "];
const LESS: [&str; 4] = [" less ", " minus ", " without ", " - "];
const TIMES: [&str; 4] = [" times ", " multiplied by ", " * ", " × "];
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

pub(super) fn of(resources: &Resources<'_>, operation: &Operation) -> Vec<Formula> {
    let Some(schema) = operation.answer_schema() else { return Vec::new() };
    let contract = resources.contract;
    let answer = Outline::of(contract, &[schema]);
    let lists = answer.members().into_keys().filter_map(|name| {
        let items = answer.member(name)?.list(None).filter(|(name, _)| name.is_none());
        let (list, outline) = (Some(name.to_owned()), Outline::of(contract, &items?.1));
        Some(Object { contract, list, outline })
    });
    let lists: Vec<_> = lists.collect();
    let whole = Object { contract, list: None, outline: answer };
    let objects: Vec<_> = [whole].into_iter().chain(lists).collect();
    let mut formulas: Vec<Formula> = objects.iter().flat_map(|one| one.described()).collect();
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
struct Object<'a> {
    contract: &'a Contract,
    /// The array that it is an item of.
    list: Option<String>,
    outline: Outline<'a>,
}

impl Object<'_> {
    /// What the descriptions of its members say.
    fn described(&self) -> Vec<Formula> {
        let members = self.outline.members().into_iter();
        let told = members.filter_map(|(name, ids)| {
            let mut said =
                ids.iter().filter_map(|id| self.contract.schema(*id).description.as_deref());
            let is = said.find_map(|text| self.arithmetic(text, name, None))?;
            Some(self.formula(name, is))
        });
        told.collect()
    }

    fn formula(&self, name: &str, is: Arithmetic) -> Formula {
        Formula { list: self.list.clone(), member: name.to_owned(), is }
    }

    /// What a text says that a member is, where it says nothing else; `that` is the member that was spoken of before.
    fn arithmetic(&self, text: &str, name: &str, that: Option<&str>) -> Option<Arithmetic> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.trim().trim_end_matches(['.', ',', ';']).trim_end_matches(" and");
        if let Some(rest) = text.strip_prefix("the sum of ").or(text.strip_prefix("The sum of ")) {
            return self.sum(rest);
        }
        let between = |signs: &[&str]| signs.iter().find_map(|sign| text.split_once(sign));
        let both = |(one, other): (&str, &str)| {
            let (one, other) = (self.operand(one, that)?, self.operand(other, that)?);
            (one != name && other != name && one != other).then_some((one, other))
        };
        if let Some((one, other)) = between(&PLUS).and_then(both) {
            if self.is_moment(&one) && self.is_moment(name) {
                let seconds = seconds_of_unit(&other)?;
                return Some(Arithmetic::Later { from: one, by: other, seconds });
            }
            return Some(Arithmetic::Plus(one, other)).filter(|_| !self.is_moment(name));
        }
        if self.is_moment(name) {
            return None;
        }
        let less = between(&LESS).and_then(both).map(|(one, other)| Arithmetic::Less(one, other));
        less.or_else(|| {
            between(&TIMES).and_then(both).map(|(one, other)| Arithmetic::Times(one, other))
        })
    }

    /// "the lines' amounts"
    fn sum(&self, rest: &str) -> Option<Arithmetic> {
        if self.list.is_some() {
            return None;
        }
        let spoken = words(rest);
        let is_spoken = |name: &str| {
            let own = words(name);
            !own.is_empty()
                && spoken.windows(own.len()).any(|some| {
                    some.iter().zip(&own).all(|(one, other)| {
                        singulars(one).iter().any(|one| singulars(other).contains(one))
                    })
                })
        };
        let list = only(self.outline.members().into_keys().filter(|name| is_spoken(name)))?;
        let (_, item) = self.outline.member(list)?.list(None).filter(|(name, _)| name.is_none())?;
        let item = Outline::of(self.contract, &item);
        let own = singulars(list);
        let others =
            spoken.iter().filter(|word| !own.contains(word) && *word != list && word.len() > 2);
        let mut numbers = others.filter_map(|word| told::number_called(&item, word));
        let member = numbers.next()?.to_owned();
        Some(Arithmetic::Sum { list: list.to_owned(), member })
    }

    /// A number, or a moment, that is called so: "`price`", "that", "the discount".
    fn operand(&self, text: &str, that: Option<&str>) -> Option<String> {
        let text = text.trim();
        if text == "that" {
            return that.map(str::to_owned);
        }
        let quoted = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
        let name = match quoted {
            Some(quoted) => quoted,
            None => {
                let word = text.strip_prefix("the ").filter(|word| !word.contains(' '))?;
                told::number_called(&self.outline, word)?
            }
        };
        (self.outline.has_number(name) || self.is_moment(name)).then(|| name.to_owned())
    }

    fn is_moment(&self, name: &str) -> bool {
        self.outline.member(name).and_then(|member| member.spelling()) == Some("date-time")
    }
}

/// What a text says of the members of some objects: "`a` is …, `b` is … and `c` is …".
fn told_in(objects: &[Object<'_>], text: &str) -> Vec<Formula> {
    const IS: &str = "` is ";
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
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
            let found =
                objects.iter().filter(|one| one.outline.member(&name).is_some()).find_map(|one| {
                    Some(one.formula(&name, one.arithmetic(said, &name, that.as_deref())?))
                });
            formulas.extend(found);
            that = Some(name);
            rest = behind;
        }
    }
    formulas
}

/// The seconds of the unit of a duration, by its name: 60 of `duration_minutes`.
#[must_use]
pub fn seconds_of_unit(name: &str) -> Option<i64> {
    let words = words(name);
    let is_it = |(unit, _): &&(&str, i64)| words.iter().any(|word| word == unit);
    UNITS.iter().find(is_it).map(|(_, seconds)| *seconds)
}
