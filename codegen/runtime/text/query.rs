//! A query (or a form) taken apart, and the values in it as their style has them.

use std::borrow::Cow;

use super::read::decode_form;
use super::split::{gather, take_apart};
use super::{Fault, Form, Raw, Spread, Style, deep};

/// The pairs of a query, in the order sent.
#[derive(Debug, Clone, Default)]
pub struct Query<'q> {
    pairs: Vec<(Cow<'q, str>, &'q str)>,
}

impl<'q> Query<'q> {
    /// Takes a query apart; values are decoded when they are asked for.
    #[must_use]
    pub fn parse(text: &'q str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name).unwrap_or(Cow::Borrowed(name)), value)
        });
        Self { pairs: pairs.collect() }
    }

    /// The values under a name.
    pub fn values(&self, name: &str) -> impl Iterator<Item = Result<Cow<'q, str>, Fault>> {
        self.raw(name).map(decode_form)
    }

    /// All pairs as one object; some of its members may have a form of their own.
    ///
    /// # Errors
    /// Where a value isn't encoded as it should be.
    pub fn into_members(self, members: &'static [(&'static str, Form)]) -> Result<Raw<'q>, Fault> {
        let found = self.spread(&Spread { own: None, members }, &[])?;
        Ok(found.unwrap_or(Raw::Members(Vec::new())))
    }

    fn raw(&self, name: &str) -> impl Iterator<Item = &'q str> {
        self.pairs.iter().filter(move |(found, _)| found == name).map(|(_, value)| *value)
    }

    /// The value of a parameter; `declared` are the names that an object which has spread its members doesn't own. One that
    /// ends with `[` is that of an object whose members stand in brackets behind it.
    ///
    /// # Errors
    /// Where it is given too often, or isn't written as it should be.
    pub fn find(
        &self,
        name: &str,
        form: Form,
        declared: &[&str],
    ) -> Result<Option<Raw<'q>>, Fault> {
        match form {
            Form::List(_, true) => {
                let items = self.values(name).collect::<Result<Vec<_>, _>>()?;
                Ok((!items.is_empty()).then_some(Raw::List(items)))
            }
            Form::Object(Style::DeepObject, _) => self.deep(name),
            Form::Object(_, true) => self.spread(&Spread { own: None, members: &[] }, declared),
            Form::Spread(spread) => self.spread(spread, declared),
            Form::JsonItems => {
                let items = self.values(name).collect::<Result<Vec<_>, _>>()?;
                Ok((!items.is_empty()).then(|| Raw::json_items(&items)))
            }
            _ => {
                let mut values = self.raw(name);
                match (values.next(), values.next()) {
                    (None, _) => Ok(None),
                    (Some(_), Some(_)) => Err(Fault::Repeated),
                    (Some(value), None) => take_apart(value, form, decode_form).map(Some),
                }
            }
        }
    }

    /// The members of an object that has spread them, each in its form; `None` where there is none of them.
    fn spread(&self, spread: &Spread, declared: &[&str]) -> Result<Option<Raw<'q>>, Fault> {
        let plain = self.pairs.iter().filter(|(name, _)| has_plain(spread, name, declared));
        let plain = gather(plain.map(|(name, value)| Ok((name.clone(), decode_form(value)?))))?;
        let mut members = match plain {
            Some(Raw::Members(members)) => members,
            _ => Vec::new(),
        };
        for (name, form) in spread.members {
            if let Some(raw) = self.find(name, *form, &[])? {
                members.push((Cow::Borrowed(*name), raw));
            }
        }
        Ok((!members.is_empty()).then_some(Raw::Members(members)))
    }

    /// `name[member]=value` and `name[outer][inner]=value`
    fn deep(&self, name: &str) -> Result<Option<Raw<'q>>, Fault> {
        let mut members = Vec::new();
        for (found, value) in &self.pairs {
            if let Some(steps) = deep::steps(found, name)? {
                deep::insert(&mut members, &steps, decode_form(value)?)?;
            }
        }
        if members.is_empty() {
            // What is no object goes without brackets.
            return self.find(name, Form::Text(Style::Form), &[]);
        }
        Ok(Some(Raw::Members(members)))
    }
}

/// Whether a pair of this name is a member of the object that is written without further ado.
fn has_plain(spread: &Spread, name: &str, declared: &[&str]) -> bool {
    !spread.members.iter().any(|(member, form)| takes(member, *form, name))
        && match spread.own {
            Some(own) => own.contains(&name),
            None => !is_declared(name, declared),
        }
}

fn is_declared(name: &str, declared: &[&str]) -> bool {
    let prefix = name.find('[').and_then(|at| name.get(..=at));
    declared.contains(&name) || prefix.is_some_and(|prefix| declared.contains(&prefix))
}

/// Whether a member takes the pair of this name.
fn takes(member: &str, form: Form, name: &str) -> bool {
    match form {
        Form::Spread(inner) => {
            inner.members.iter().any(|(member, form)| takes(member, *form, name))
                || inner.own.is_none_or(|own| own.contains(&name))
        }
        Form::Object(Style::DeepObject, _) => {
            name.strip_prefix(member).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        }
        _ => name == member,
    }
}
