//! A value with holes that are filled when a case starts.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;
use spec::pointer::escape;

use crate::case::{Input, Inputs, Template};
use crate::expression::Expression;
use crate::fresh::{Alphabet, Fresh, FreshSource, TextShape};

/// A value as sampled.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// Always this.
    Value(Value),
    /// Made when the case starts.
    Fresh(Fresh),
    /// What an expression gives, and a value of its kind to validate with.
    Known(Expression, Value),
    /// An array.
    Array(Vec<Sample>),
    /// An object.
    Object(IndexMap<String, Sample>),
}

/// The way to a place in a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Location(pub Vec<Segment>);

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of an object.
    Member(String),
    /// An item of an array.
    Item(usize),
}

impl Location {
    /// The place of a member.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        self.then(Segment::Member(name.to_owned()))
    }

    /// The place of an item.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.then(Segment::Item(index))
    }

    fn then(&self, segment: Segment) -> Self {
        let mut longer = self.clone();
        longer.0.push(segment);
        longer
    }

    /// As a JSON pointer.
    #[must_use]
    pub fn pointer(&self) -> String {
        self.0.iter().fold(String::new(), |pointer, segment| match segment {
            Segment::Member(name) => pointer + "/" + &escape(name),
            Segment::Item(index) => format!("{pointer}/{index}"),
        })
    }
}

impl fmt::Display for Location {
    /// For ids: `tags.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(".")?;
            }
            match segment {
                Segment::Member(name) => f.write_str(name)?,
                Segment::Item(index) => write!(f, "{index}")?,
            }
        }
        Ok(())
    }
}

impl Sample {
    /// The same with a value's items and members as samples of their own: an example is one value, whatever is in it.
    #[must_use]
    pub fn opened(&self) -> Self {
        match self {
            Self::Value(Value::Array(items)) => {
                Self::Array(items.iter().cloned().map(Self::Value).collect())
            }
            Self::Value(Value::Object(members)) => {
                let own =
                    |(name, value): (&String, &Value)| (name.clone(), Self::Value(value.clone()));
                Self::Object(members.iter().map(own).collect())
            }
            other => other.clone(),
        }
    }

    /// What gives all of it, when it is sent; of an array, what gives the first of its items.
    #[must_use]
    pub fn known_by(&self) -> Option<&Expression> {
        match self {
            Self::Known(expression, _) => Some(expression),
            Self::Array(items) => {
                let first = items.first()?.known_by()?;
                items.iter().all(|item| item.known_by().is_some()).then_some(first)
            }
            Self::Value(_) | Self::Fresh(_) | Self::Object(_) => None,
        }
    }

    /// Fresh text between two fixed ones.
    pub(super) fn around(before: &str, length: u64, alphabet: Alphabet, after: &str) -> Self {
        let (before, after) = (before.to_owned(), after.to_owned());
        Self::Fresh(Fresh::Text(TextShape { before, length, alphabet, after }))
    }

    /// A value without holes, of the same kind.
    #[must_use]
    pub fn concrete(&self, fresh: &FreshSource) -> Value {
        match self {
            Self::Value(value) | Self::Known(_, value) => value.clone(),
            Self::Fresh(shape) => fresh.make(shape),
            Self::Array(items) => items.iter().map(|item| item.concrete(fresh)).collect(),
            Self::Object(members) => members
                .iter()
                .map(|(name, member)| (name.clone(), member.concrete(fresh)))
                .collect(),
        }
    }

    /// The value, where nothing in it is drawn anew for each request or told by another step.
    #[must_use]
    pub fn plain(&self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value.clone()),
            Self::Array(items) => items.iter().map(Self::plain).collect(),
            Self::Object(members) => {
                members.iter().map(|(name, member)| Some((name.clone(), member.plain()?))).collect()
            }
            Self::Known(..) | Self::Fresh(_) => None,
        }
    }

    /// The value that stands for this one while nothing is sent: always the same.
    #[must_use]
    pub fn stand_in(&self) -> Value {
        self.concrete(&FreshSource::new(0))
    }

    /// As a template; each fresh value becomes an input, named by `prefix` and its place.
    #[must_use]
    pub fn template(self, prefix: &str, inputs: &mut Inputs) -> Template {
        match self {
            Self::Value(value) => Template::Value(value),
            Self::Known(expression, _) => Template::Expression(expression),
            Self::Fresh(fresh) => {
                inputs.insert(prefix.into(), Input::Fresh(fresh).into());
                Template::Expression(Expression::input(prefix))
            }
            Self::Array(items) => {
                let items = items.into_iter().enumerate();
                Template::array(
                    items
                        .map(|(n, item)| item.template(&format!("{prefix}_{n}"), inputs))
                        .collect(),
                )
            }
            Self::Object(members) => {
                let members = members.into_iter().map(|(name, member)| {
                    let member = member.template(&format!("{prefix}_{}", plain(&name)), inputs);
                    (name, member)
                });
                Template::object(members.collect())
            }
        }
    }

    /// What stands at a place.
    #[must_use]
    pub fn at(&self, location: &Location) -> Option<&Self> {
        location.0.iter().try_fold(self, |sample, segment| match (sample, segment) {
            (Self::Object(members), Segment::Member(name)) => members.get(name),
            (Self::Array(items), Segment::Item(index)) => items.get(*index),
            _ => None,
        })
    }

    fn at_mut(&mut self, segments: &[Segment]) -> Option<&mut Self> {
        segments.iter().try_fold(self, |sample, segment| match (sample, segment) {
            (Self::Object(members), Segment::Member(name)) => members.get_mut(name),
            (Self::Array(items), Segment::Item(index)) => items.get_mut(*index),
            _ => None,
        })
    }

    /// The same with something else at a place; a member that isn't there yet is added. `None` where the place can't
    /// be reached.
    #[must_use]
    pub fn with(&self, location: &Location, put: Self) -> Option<Self> {
        let Some((last, parents)) = location.0.split_last() else { return Some(put) };
        let mut changed = self.clone();
        match (changed.at_mut(parents)?, last) {
            (Self::Object(members), Segment::Member(name)) => {
                members.insert(name.clone(), put);
            }
            (Self::Array(items), Segment::Item(index)) => *items.get_mut(*index)? = put,
            _ => return None,
        }
        Some(changed)
    }

    /// The same without a member.
    #[must_use]
    pub fn without(&self, location: &Location) -> Option<Self> {
        let mut changed = self.clone();
        changed.remove(location)?;
        Some(changed)
    }

    /// Takes the member at a place out.
    pub fn remove(&mut self, location: &Location) -> Option<Self> {
        let (last, parents) = location.0.split_last()?;
        match (self.at_mut(parents)?, last) {
            (Self::Object(members), Segment::Member(name)) => members.shift_remove(name),
            _ => None,
        }
    }

    /// The members of an object.
    #[must_use]
    pub fn members(&self) -> Option<&IndexMap<String, Self>> {
        match self {
            Self::Object(members) => Some(members),
            Self::Value(_) | Self::Fresh(_) | Self::Known(..) | Self::Array(_) => None,
        }
    }

    /// How many nodes it has.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Value(_) | Self::Fresh(_) | Self::Known(..) => 1,
            Self::Array(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Object(members) => 1 + members.values().map(Self::size).sum::<usize>(),
        }
    }
}

/// A name as Arazzo allows it for an input.
fn plain(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    name.chars().map(allowed).collect()
}
